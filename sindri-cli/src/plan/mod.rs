//! What `deploy` is going to do and what it costs, worked out without asking anyone.
//!
//! Configuration and observations go in, a [`Plan`] comes out: no clock, no network, no files. `plan`
//! prints the very value that `deploy` applies.

mod action;
mod browse;
mod choice;
mod compare;
mod cost;
mod cpu;
mod difference;
mod env;
mod gpu;
mod gpu_names;
pub(crate) mod northflank;
mod observed;
mod place;
mod problem;
mod runpod;
mod spec;

#[cfg(test)]
pub(crate) mod fixtures;

pub(crate) use action::{Action, Change, Class, DataLoss, Plan, Step};
pub(crate) use browse::GpuFilter;
pub(crate) use choice::{Choice, Outcome, Tried};
pub(crate) use cost::{Estimate, Rate, round};
pub(crate) use observed::{
    AccountKeys, Catalog, CloudOffer, ComputeSeen, CpuOffer, DataCenterSeen, Deployed, Existing,
    GpuOffer, MountSeen, Observed, PodSeen, PodState, PortSeen, PublicKey, Recorded, RuntimeSeen,
    SentOnce, SizeSeen, SshAddress, SshSeen, Stock, StockIn, VolumeSeen,
};
pub(crate) use problem::PlanError;
pub(crate) use runpod::{Inputs, SpotPolicy, plan};
pub(crate) use spec::{ComputeSpec, MountSpec, NewVolume, PodPatch, PodSpec, VolumeChoice};
