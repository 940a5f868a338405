//! `config …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Check sindri.yaml and show every finding
    Validate(ValidateArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    /// File to check, instead of --config
    #[arg(long, short, value_name = "PATH")]
    pub(crate) file: Option<PathBuf>,
}
