//! `volume …`: network volumes of the account, or volumes of Northflank, whichever deployment they belong to.

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum VolumeCommand {
    /// List the volumes of the account, with what they cost
    List(VolumeListArgs),
    /// Create a volume. It bills until it is deleted
    Create(VolumeCreateArgs),
    /// Grow a volume. It never shrinks again
    Resize(VolumeResizeArgs),
    /// Delete a volume with everything on it
    Delete(VolumeDeleteArgs),
}

#[derive(Debug, Args)]
pub(crate) struct VolumeListArgs {
    /// Northflank: only those of this project
    #[arg(long, value_name = "ID")]
    pub(crate) project: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct VolumeCreateArgs {
    /// Its name
    pub(crate) name: String,
    /// GB; it can grow later
    #[arg(long, value_name = "GB", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(crate) size: u32,
    /// RunPod: where; pods that use it can run there only
    #[arg(long, value_name = "ID")]
    pub(crate) data_center: Option<String>,
    /// RunPod: kind of storage; else the data center's usual one
    #[arg(long = "type", value_enum)]
    pub(crate) kind: Option<VolumeKind>,
    /// Northflank: the project; only what is in it can use the volume. Else `projectName` of sindri.yaml
    #[arg(long, value_name = "ID")]
    pub(crate) project: Option<String>,
    /// Northflank: where containers see it [default: /workspace]
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<String>,
    /// Northflank: class of storage, such as ssd; else the region's usual one
    #[arg(long, value_name = "CLASS")]
    pub(crate) storage_class: Option<String>,
    /// Northflank: how many containers may have it at once [default: one]
    #[arg(long, value_enum)]
    pub(crate) access: Option<VolumeAccess>,
}

/// Kind of storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum VolumeKind {
    /// The usual one
    Standard,
    /// Faster, and dearer
    HighPerformance,
}

/// How many containers may mount a volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum VolumeAccess {
    /// One at a time (`ReadWriteOnce`): its service is limited to one instance
    One,
    /// Any number (`ReadWriteMany`); not every storage class can
    Many,
}

#[derive(Debug, Args)]
pub(crate) struct VolumeResizeArgs {
    /// Its id, or its name if only one has it
    pub(crate) volume: String,
    /// GB, more than it has
    #[arg(long, value_name = "GB", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(crate) size: u32,
    /// Northflank: the project that it is in, where several have one of this name
    #[arg(long, value_name = "ID")]
    pub(crate) project: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct VolumeDeleteArgs {
    /// Its id, or its name if only one has it
    pub(crate) volume: String,
    /// Do not ask
    #[arg(long, short, visible_alias = "yes")]
    pub(crate) force: bool,
    /// Northflank: the project that it is in, where several have one of this name
    #[arg(long, value_name = "ID")]
    pub(crate) project: Option<String>,
}
