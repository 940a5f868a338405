//! `doctor`.

use clap::{Args, ValueEnum};

/// What is checked, and how it is shown.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct DoctorArgs {
    /// Check only what these commands need
    #[arg(
        long,
        value_name = "COMMANDS",
        value_enum,
        default_value = "deploy",
        conflicts_with = "all"
    )]
    pub(crate) command: DoctorScope,
    /// Check what every provider needs, not only that of sindri.yaml
    #[arg(long, short)]
    pub(crate) all: bool,
    /// For scripts: people's text becomes one line for each check, without colour. Documents and the exit code
    /// are the same with and without it
    #[arg(long, conflicts_with = "verbose_output")]
    pub(crate) ci: bool,
    /// Form of the result; `--json` is the same as `--format json`
    #[arg(long, value_enum)]
    pub(crate) format: Option<DoctorFormat>,
    /// Show people the platform and how long each check took, too
    #[arg(long)]
    pub(crate) verbose_output: bool,
    /// Ask the provider whether it accepts the credentials: one list of pods, one of SSH keys
    #[arg(long)]
    pub(crate) check_auth: bool,
    /// Refused: this program installs nothing. Each check says what to do
    #[arg(long)]
    pub(crate) fix: bool,
    /// Belongs to `--fix`
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Belongs to `--fix`
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Refused: the image installs extensions and brings what they need
    #[arg(long)]
    pub(crate) check_extensions: bool,
    /// Refused like `--check-extensions`
    #[arg(long, value_name = "NAME")]
    pub(crate) extension: Option<String>,
}

/// Commands that need something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DoctorScope {
    /// Work with sindri.yaml: the file, and its directory
    Project,
    /// Refused: the image installs extensions
    Extension,
    /// Secrets: the file, and the values it names
    Secrets,
    /// Deployments: all of it
    Deploy,
}

/// Forms of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DoctorFormat {
    /// Text for people
    Human,
    /// A JSON document
    Json,
    /// The same document as YAML
    Yaml,
}
