//! The stand-in for RunPod's REST API v2.

mod account;
mod billing;
mod call;
mod catalog;
mod clusters;
mod create;
mod cuda;
mod delegations;
mod interior;
mod lifecycle;
mod log_life;
mod logs;
mod model;
mod operations;
mod place;
mod pods;
mod registries;
mod serverless;
mod settings;
mod templates;
mod update;
mod view;
mod volumes;

pub(crate) use call::Call;
pub(crate) use catalog::{find_data_center, find_gpu, stock_key};
#[cfg(feature = "ssh")]
pub(crate) use interior::Interior;
pub(crate) use logs::frames as log_frames;
pub(crate) use model::Account;
#[cfg(feature = "ssh")]
pub(crate) use model::Pod;
pub use model::Tier;
pub(crate) use operations::handler;
pub(crate) use pods::fail as fail_pod;

/// The description that requests are checked against, repairs and additions included.
pub(crate) const DESCRIPTION: &str = include_str!("../openapi/runpod.json");
