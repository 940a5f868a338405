//! `volume …`: network volumes of the account, whichever deployment they belong to.

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum VolumeCommand {
    /// List the network volumes of the account, with what they cost
    List,
    /// Create a network volume. It bills until it is deleted
    Create(VolumeCreateArgs),
    /// Grow a network volume. It never shrinks again
    Resize(VolumeResizeArgs),
    /// Delete a network volume with everything on it
    Delete(VolumeDeleteArgs),
}

#[derive(Debug, Args)]
pub(crate) struct VolumeCreateArgs {
    /// Its name
    pub(crate) name: String,
    /// GB; it can grow later
    #[arg(long, value_name = "GB", value_parser = clap::value_parser!(u32).range(10..=4096))]
    pub(crate) size: u32,
    /// Where: pods that use it can run there only
    #[arg(long, value_name = "ID")]
    pub(crate) data_center: String,
    /// Kind of storage; else the data center's usual one
    #[arg(long = "type", value_enum)]
    pub(crate) kind: Option<VolumeKind>,
}

/// Kind of storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum VolumeKind {
    /// The usual one
    Standard,
    /// Faster, and dearer
    HighPerformance,
}

#[derive(Debug, Args)]
pub(crate) struct VolumeResizeArgs {
    /// Its id, or its name if only one has it
    pub(crate) volume: String,
    /// GB, more than it has
    #[arg(long, value_name = "GB", value_parser = clap::value_parser!(u32).range(10..=4096))]
    pub(crate) size: u32,
}

#[derive(Debug, Args)]
pub(crate) struct VolumeDeleteArgs {
    /// Its id, or its name if only one has it
    pub(crate) volume: String,
    /// Do not ask
    #[arg(long, short, visible_alias = "yes")]
    pub(crate) force: bool,
}
