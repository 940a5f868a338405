//! From the text of a `sindri.yaml` to a checked, typed [`Config`].
//!
//! Text becomes a tree whose every node knows its place; the tree is checked against one table of fields; rules
//! that span several fields follow; then the model is built. All findings are collected in one run.

mod canonical;
mod check;
pub mod data;
mod diagnostic;
mod examine;
mod fields;
mod find;
mod findings;
mod image;
mod load;
mod model;
mod node;
mod origin;
mod reference;
mod render;
mod resolve;
mod schema;
mod size;
mod source;
mod suggest;
mod syntax;
mod template;
mod tree;
mod values;

pub use canonical::Canonical;
pub use diagnostic::{Finding, Severity};
pub use examine::{Examination, Examined, Validation, examine};
pub use find::Search;
pub use image::ImageRef;
pub use load::{LoadError, LoadOptions, Loaded, load};
pub use model::{
    AutoScaling, Blocker, BlockerKind, Cloud, Compute, ComputePlan, Config, Cpu, Distro,
    ExtensionChoice, Extensions, Gpu, GpuSelector, HealthCheck, HostFloors, Manufacturer,
    Northflank, NorthflankGpu, NorthflankGpuSelector, NorthflankPort, NorthflankProtocol,
    NorthflankVolume, OtherProvider, Port, PortProtocol, Probe, Region, Runpod, SecretSource,
    SecretSpec, Spot, Target, Tier, Verification, Volume,
};
pub use origin::Origins;
pub use reference::reference_markdown;
pub use render::{Look, render};
pub use schema::json_schema;
pub use source::{Place, Source, Span};
pub(crate) use suggest::nearest;
pub use template::{Template, name_from};

#[cfg(test)]
mod tests;
