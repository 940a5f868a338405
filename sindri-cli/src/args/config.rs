//! `config …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Write a first sindri.yaml, with every key of the provider as a comment
    Init(InitArgs),
    /// Print the JSON Schema of sindri.yaml, for editors
    Schema,
    /// List the providers of the format, and which of them this program deploys to
    Providers,
    /// Show sindri.yaml as it is understood: every default written out, every key in its present spelling. The
    /// output is a file that says the same
    Show,
    /// Check sindri.yaml and show every finding
    Validate(ValidateArgs),
}

/// What a first sindri.yaml says.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// Name of the deployment; else made of the directory's name
    #[arg(long, short)]
    pub(crate) name: Option<String>,
    /// Software set
    #[arg(long, default_value = "minimal")]
    pub(crate) profile: String,
    /// Distribution of the image
    #[arg(long, short, value_parser = ["ubuntu", "fedora", "opensuse"])]
    pub(crate) distro: Option<String>,
    /// File to write
    #[arg(long, short, value_name = "PATH", default_value = "sindri.yaml")]
    pub(crate) output: PathBuf,
    /// Replace a file that is there
    #[arg(long, short)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    /// File to check, instead of --config
    #[arg(long, short, value_name = "PATH")]
    pub(crate) file: Option<PathBuf>,
}
