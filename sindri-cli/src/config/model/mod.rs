//! The typed form of a `sindri.yaml`: what the planner reads.
//!
//! Defaults are filled in and aliases resolved. An `Option` left here means that absence has a meaning of
//! its own, and its documentation says which.

mod deployment;
mod host;
mod northflank;
mod runpod;
mod secret;

pub use deployment::{
    Blocker, BlockerKind, Config, Distro, ExtensionChoice, Extensions, Manufacturer, OtherProvider,
    Target, Tier, Verification,
};
pub use host::HostFloors;
pub use northflank::{
    AutoScaling, ComputePlan, HealthCheck, Northflank, NorthflankGpu, NorthflankGpuSelector,
    NorthflankPort, NorthflankProtocol, NorthflankVolume, Probe,
};
pub use runpod::{
    Cloud, Compute, Cpu, Gpu, GpuSelector, Port, PortProtocol, Region, Runpod, Spot, Volume,
};
pub use secret::{SecretSource, SecretSpec};
