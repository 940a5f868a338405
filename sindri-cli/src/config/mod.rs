//! From the text of a `sindri.yaml` to a checked, typed [`Config`].
//!
//! Text becomes a tree whose every node knows its place; the tree is checked against one table of fields; rules
//! that span several fields follow; then the model is built. All findings are collected in one run.

mod diagnostic;
mod findings;
mod image;
mod model;
mod node;
mod origin;
mod source;
mod syntax;
mod tree;

pub use diagnostic::{Finding, Severity};
pub use image::ImageRef;
pub use model::{
    AutoScaling, Blocker, BlockerKind, Cloud, Compute, ComputePlan, Config, Cpu, Distro,
    ExtensionChoice, Extensions, Gpu, GpuSelector, HealthCheck, Manufacturer, Northflank,
    NorthflankGpu, NorthflankGpuSelector, NorthflankPort, NorthflankProtocol, NorthflankVolume,
    OtherProvider, Port, PortProtocol, Probe, Region, Runpod, SecretSource, SecretSpec, Spot,
    Target, Tier, Verification, Volume,
};
pub use origin::Origins;
pub use source::{Place, Source, Span};
