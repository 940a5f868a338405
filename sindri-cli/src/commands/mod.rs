//! The commands: load, plan, confirm, apply, report. The only module that sees all the others.

mod config;
mod confirm;
mod connect;
mod context;
mod copy;
mod deploy;
mod deployed;
mod destroy;
mod doctor;
mod forward;
mod gpu;
mod lifecycle;
mod load;
mod logs;
mod lookup;
mod no_entry;
mod northflank;
mod orphans;
mod planning;
mod pod_copy;
mod pod_forward;
mod pod_session;
mod reach;
mod sandbox;
mod secrets;
mod session;
mod signal;
mod ssh_config;
mod status;
mod summary;
mod vault;
mod volume;
mod volumes;

use crate::args::{Command, ConfigCommand, DocsPage, GpuCommand};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output::{Printer, VersionReport};
use crate::provider::Ledger;
use crate::settings::Settings;
use context::Context;
use signal::Signals;

/// Runs a command to its end, or until Ctrl-C or SIGTERM.
pub(crate) fn run(command: &Command, settings: &Settings, printer: &Printer) -> Result<Exit> {
    match command {
        Command::Version => {
            printer.report("version", &VersionReport::here());
            return Ok(Exit::Done);
        }
        Command::Docs(args) => {
            printer.data(&reference(args.page));
            return Ok(Exit::Done);
        }
        Command::Completions(args) => {
            printer.data(&crate::docs::completions(args.shell));
            return Ok(Exit::Done);
        }
        Command::Config(ConfigCommand::Init(args)) => return config::init(args, settings, printer),
        Command::Config(ConfigCommand::Schema) => return Ok(config::schema(printer)),
        Command::Config(ConfigCommand::Providers) => return Ok(config::providers(printer)),
        Command::Config(ConfigCommand::Show) => return config::show(settings, printer),
        Command::Config(ConfigCommand::Validate(args)) => {
            return load::validate(args, settings, printer);
        }
        Command::Plan(_)
        | Command::Deploy(_)
        | Command::Status(_)
        | Command::Logs(_)
        | Command::Connect(_)
        | Command::SshConfig(_)
        | Command::Forward(_)
        | Command::Cp(_)
        | Command::Stop
        | Command::Start
        | Command::Gpu(_)
        | Command::Volume(_)
        | Command::Secrets(_)
        | Command::Destroy(_)
        | Command::Orphans(_)
        | Command::Doctor(_)
        | Command::Sandbox(_) => {}
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::unexpected("the program cannot start its runtime", &error))?;
    let ledger = Ledger::default();
    let context = Context {
        settings,
        printer,
        ledger: ledger.clone(),
        signals: Signals::default(),
    };
    let result = runtime.block_on(async {
        tokio::select! {
            result = calling(command, &context) => result,
            () = interrupt(command, &context.signals) => Err(interrupted(&ledger)),
        }
    });
    // A write to a reader that stalls would hold the end up.
    runtime.shutdown_background();
    result
}

fn reference(page: DocsPage) -> String {
    match page {
        DocsPage::Cli => crate::docs::command_line(),
        DocsPage::Config => crate::config::reference_markdown(),
        DocsPage::ExitCodes => crate::docs::exit_codes(),
    }
}

async fn calling(command: &Command, context: &Context<'_>) -> Result<Exit> {
    match command {
        Command::Plan(args) => planning::plan_command(args, context).await,
        Command::Deploy(args) => deploy::deploy(args, context).await,
        Command::Status(args) => status::status(args, context).await,
        Command::Logs(args) => logs::logs(args, context).await,
        Command::Connect(args) => connect::connect(args, context).await,
        Command::Forward(args) => forward::forward(args, context).await,
        Command::Cp(args) => copy::copy(args, context).await,
        Command::SshConfig(args) => ssh_config::ssh_config(args, context).await,
        Command::Stop => lifecycle::stop(context).await,
        Command::Start => lifecycle::start(context).await,
        Command::Gpu(GpuCommand::List(args)) => gpu::list(args, context).await,
        Command::Volume(command) => volumes::volume(command, context).await,
        Command::Secrets(command) => secrets::secrets(command, context).await,
        Command::Destroy(args) => destroy::destroy(args, context).await,
        Command::Orphans(args) => orphans::orphans(args, context).await,
        Command::Doctor(args) => doctor::doctor(args, context).await,
        Command::Sandbox(args) => sandbox::sandbox(args, context).await,
        Command::Config(_) | Command::Completions(_) | Command::Version | Command::Docs(_) => {
            Ok(Exit::Done)
        }
    }
}

/// Ends with Ctrl-C or SIGTERM. The sandbox ends by them as it should and listens itself.
async fn interrupt(command: &Command, signals: &Signals) {
    if matches!(command, Command::Sandbox(_)) {
        std::future::pending::<()>().await;
    }
    if signals.asked_to_end().await.is_err() {
        // Without a handler the system's own answer holds.
        std::future::pending::<()>().await;
    }
}

fn interrupted(ledger: &Ledger) -> Error {
    let left = ledger.all();
    if left.is_empty() {
        return Error::interrupted();
    }
    Error::interrupted()
        .with_help("`sindri status` shows what there is, `sindri deploy` goes on from there")
        .with_help("`sindri destroy` ends the bill")
        .leaving(left)
}

impl VersionReport {
    fn here() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            os: std::env::consts::OS,
            arch: std::env::consts::ARCH,
        }
    }
}
