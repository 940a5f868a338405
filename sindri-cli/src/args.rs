//! The command line, as typed. What the flags mean together with environment and files is decided in
//! `settings.rs`.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

/// One file, one command: development environments on RunPod and Northflank.
#[derive(Debug, Parser)]
#[command(
    name = "sindri",
    bin_name = "sindri",
    version,
    propagate_version = true
)]
#[command(disable_help_subcommand = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command takes, before or after its name.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct GlobalArgs {
    /// Configuration file; else `SINDRI_CONFIG`, else sindri.yaml here or in a parent directory
    #[arg(long, short, global = true, value_name = "PATH")]
    pub(crate) config: Option<PathBuf>,
    /// Provider to use instead of `deployment.provider`
    #[arg(long, short, global = true, value_name = "NAME")]
    pub(crate) provider: Option<String>,
    /// Talk to a sandbox inside this process: no key, no cost, state in .sindri/sandbox.json
    #[arg(long, global = true)]
    pub(crate) sandbox: bool,
    /// Print one JSON document on standard output; everything else goes to standard error
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say more (up to -vvv)
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Say only what went wrong
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Work with sindri.yaml
    #[command(subcommand, arg_required_else_help = true)]
    Config(ConfigCommand),
    /// Show what deploy would do, and what it would cost; changes nothing
    Plan(PlanArgs),
    /// Create the deployment, or bring it to what sindri.yaml says. A running deployment bills
    Deploy(DeployArgs),
    /// Show the deployment as the provider sees it
    Status(StatusArgs),
    /// Stop the deployment: compute billing ends, storage is kept and bills
    Stop,
    /// Start a stopped deployment. It bills again
    Start,
    /// Delete the deployment
    Destroy(DestroyArgs),
    /// Run a local stand-in for the providers until Ctrl-C
    Sandbox(SandboxArgs),
    /// Print the version
    Version,
    /// Print a reference page as Markdown
    #[command(hide = true)]
    Docs(DocsArgs),
}

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

/// How sindri.yaml becomes a plan.
#[derive(Debug, Args)]
pub(crate) struct PlanningArgs {
    /// Read secrets from this file instead of .env.local and .env; relative to sindri.yaml
    #[arg(long, value_name = "PATH")]
    pub(crate) env_file: Option<PathBuf>,
    /// Go on at the on-demand price where the file asks for spot capacity
    #[arg(long)]
    pub(crate) on_demand: bool,
    /// Treat findings in sindri.yaml as warnings, except wrong types
    #[arg(long)]
    pub(crate) skip_validation: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) planning: PlanningArgs,
    /// Ask no provider: needs no key; existence, prices and stock are not checked
    #[arg(long)]
    pub(crate) offline: bool,
    /// Exit with 6 when there is something to do
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct DeployArgs {
    #[command(flatten)]
    pub(crate) planning: PlanningArgs,
    /// Permit what deletes and recreates the deployment or destroys its volumes. A restart, which wipes the
    /// container disk only, needs no permission
    #[arg(long, short)]
    pub(crate) force: bool,
    /// Print the plan and stop
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// With --dry-run: ask no provider
    #[arg(long, requires = "dry_run")]
    pub(crate) offline: bool,
    /// Wait until the deployment is ready; the default
    #[arg(long, short, overrides_with = "no_wait")]
    pub(crate) wait: bool,
    /// Return as soon as the provider has accepted
    #[arg(long, overrides_with = "wait")]
    pub(crate) no_wait: bool,
    /// How long to wait, in seconds; else `SINDRI_DEPLOY_TIMEOUT_SECS`, else 600
    #[arg(long, short, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86400))]
    pub(crate) timeout: Option<u64>,
    /// Accepted: this program verifies no image signatures, and says so
    #[arg(long)]
    pub(crate) skip_image_verification: bool,
    /// Build the image first: not possible here
    #[arg(long, visible_alias = "fs")]
    pub(crate) from_source: bool,
    /// Accepted: there is no build step to skip
    #[arg(long)]
    pub(crate) skip_build: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// Show it again every N seconds until Ctrl-C
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=86400))]
    pub(crate) watch: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct DestroyArgs {
    /// Do not ask
    #[arg(long, short)]
    pub(crate) force: bool,
    /// Delete the volumes that deploy made, too
    #[arg(long)]
    pub(crate) volumes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SandboxArgs {
    /// Port on 127.0.0.1; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = 4100)]
    pub(crate) port: u16,
    /// Keep the state in this file; else it is forgotten at the end
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// How many times faster than real time the sandbox lives
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    pub(crate) time_scale: f64,
}

#[derive(Debug, Args)]
pub(crate) struct DocsArgs {
    /// Which page
    pub(crate) page: DocsPage,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum DocsPage {
    /// Every command and flag
    Cli,
    /// Every key of sindri.yaml
    Config,
    /// What the process returns
    ExitCodes,
}

impl Command {
    /// Its name, as in JSON documents.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Config(ConfigCommand::Validate(_)) => "config validate",
            Self::Plan(_) => "plan",
            Self::Deploy(_) => "deploy",
            Self::Status(_) => "status",
            Self::Stop => "stop",
            Self::Start => "start",
            Self::Destroy(_) => "destroy",
            Self::Sandbox(_) => "sandbox",
            Self::Version => "version",
            Self::Docs(_) => "docs",
        }
    }
}
