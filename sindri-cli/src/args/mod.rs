//! The command line, as typed. What the flags mean together with environment and files is decided in
//! `settings.rs`.

mod config;
mod connect;
mod deploy;
mod doctor;
mod forward;
mod gpu;
mod logs;
mod orphans;
mod sandbox;
mod secrets;
mod volume;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

pub(crate) use config::{ConfigCommand, InitArgs, ValidateArgs};
pub(crate) use connect::{ConnectArgs, SshConfigArgs};
pub(crate) use deploy::{DeployArgs, PlanArgs, PlanningArgs};
pub(crate) use doctor::{DoctorArgs, DoctorFormat, DoctorScope};
pub(crate) use forward::{CpArgs, ForwardArgs, PortPair};
pub(crate) use gpu::{GpuCloud, GpuCommand, GpuListArgs};
pub(crate) use logs::{LogSource, LogsArgs};
pub(crate) use orphans::OrphansArgs;
pub(crate) use sandbox::SandboxArgs;
pub(crate) use secrets::{
    EncodeFileArgs, SecretKind, SecretsCommand, SecretsListArgs, SecretsValidateArgs, TestVaultArgs,
};
pub(crate) use volume::{
    VolumeAccess, VolumeCommand, VolumeCreateArgs, VolumeDeleteArgs, VolumeKind, VolumeListArgs,
    VolumeResizeArgs,
};

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
#[expect(clippy::struct_excessive_bools, reason = "each is a flag as typed")]
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
    /// Allow plain http to other machines than this one, where keys and secrets can be read on the way
    #[arg(long, global = true)]
    pub(crate) insecure_http: bool,
    /// Print one JSON document on standard output, of `logs`, `status --watch` and `forward` one a line;
    /// everything else goes to standard error
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
    /// Show what the container and the provider write
    Logs(LogsArgs),
    /// Open a shell in the deployment, or run one command there. A stopped deployment is started and bills again
    Connect(ConnectArgs),
    /// Lead ports of this machine to ports of the deployment until Ctrl-C
    Forward(ForwardArgs),
    /// Copy files and folders to or from the deployment
    Cp(CpArgs),
    /// Write a file that lets ssh and editors connect by name
    SshConfig(SshConfigArgs),
    /// Stop the deployment: compute billing ends, storage is kept and bills
    Stop,
    /// Start a stopped deployment. It bills again
    Start,
    /// Look through the cards that can be had
    #[command(subcommand, arg_required_else_help = true)]
    Gpu(GpuCommand),
    /// Work with volumes, whichever deployment they belong to
    #[command(subcommand, arg_required_else_help = true)]
    Volume(VolumeCommand),
    /// Work with the secrets of sindri.yaml
    #[command(subcommand, arg_required_else_help = true)]
    Secrets(SecretsCommand),
    /// Delete the deployment
    Destroy(DestroyArgs),
    /// List what earlier deployments left at the provider and nothing here knows of any more
    Orphans(OrphansArgs),
    /// Check that everything a deployment needs is there; changes nothing
    Doctor(DoctorArgs),
    /// Run a local stand-in for the providers until Ctrl-C
    Sandbox(SandboxArgs),
    /// Print a completion script for a shell, e.g. `source <(sindri completions bash)`
    Completions(CompletionsArgs),
    /// Print the version
    Version,
    /// Print a reference page as Markdown
    #[command(hide = true)]
    Docs(DocsArgs),
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
    #[arg(long, short, visible_alias = "yes")]
    pub(crate) force: bool,
    /// Delete the volumes that deploy made, too
    #[arg(long)]
    pub(crate) volumes: bool,
    /// Delete the project that deploy made, too, if nothing else is in it (Northflank)
    #[arg(long)]
    pub(crate) project: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// Which shell
    pub(crate) shell: clap_complete::Shell,
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

impl Cli {
    /// `doctor --format json` is `--json` under another name, and `secrets s3` takes whatever follows it.
    pub(crate) fn settled(mut self) -> Self {
        if let Command::Doctor(args) = &self.command {
            self.global.json |= args.format == Some(DoctorFormat::Json);
        }
        if let Command::Secrets(SecretsCommand::S3(args)) = &self.command {
            self.global.json |= args.asks_for_json();
        }
        self
    }
}

impl Command {
    /// Whether it may print more than one result.
    pub(crate) fn has_many_results(&self) -> bool {
        match self {
            Self::Status(args) => args.watch.is_some(),
            // A forwarding is told once it is there, and its end is told, too.
            Self::Logs(_) | Self::Forward(_) => true,
            Self::Config(_)
            | Self::Completions(_)
            | Self::Plan(_)
            | Self::Deploy(_)
            | Self::Connect(_)
            | Self::Cp(_)
            | Self::SshConfig(_)
            | Self::Stop
            | Self::Start
            | Self::Gpu(_)
            | Self::Volume(_)
            | Self::Secrets(_)
            | Self::Destroy(_)
            | Self::Doctor(_)
            | Self::Orphans(_)
            | Self::Sandbox(_)
            | Self::Version
            | Self::Docs(_) => false,
        }
    }

    /// Its name, as in JSON documents.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Config(ConfigCommand::Init(_)) => "config init",
            Self::Config(ConfigCommand::Schema) => "config schema",
            Self::Config(ConfigCommand::Providers) => "config providers",
            Self::Completions(_) => "completions",
            Self::Config(ConfigCommand::Show) => "config show",
            Self::Config(ConfigCommand::Validate(_)) => "config validate",
            Self::Plan(_) => "plan",
            Self::Deploy(_) => "deploy",
            Self::Status(_) => "status",
            Self::Logs(_) => "logs",
            Self::Connect(_) => "connect",
            Self::Forward(_) => "forward",
            Self::Cp(_) => "cp",
            Self::SshConfig(_) => "ssh-config",
            Self::Stop => "stop",
            Self::Start => "start",
            Self::Gpu(GpuCommand::List(_)) => "gpu list",
            Self::Volume(VolumeCommand::List(_)) => "volume list",
            Self::Volume(VolumeCommand::Create(_)) => "volume create",
            Self::Volume(VolumeCommand::Resize(_)) => "volume resize",
            Self::Volume(VolumeCommand::Delete(_)) => "volume delete",
            Self::Secrets(command) => command.name(),
            Self::Destroy(_) => "destroy",
            Self::Doctor(_) => "doctor",
            Self::Orphans(_) => "orphans",
            Self::Sandbox(_) => "sandbox",
            Self::Version => "version",
            Self::Docs(_) => "docs",
        }
    }
}
