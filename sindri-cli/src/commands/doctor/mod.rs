//! `doctor`: whether everything is there before anything is made.

mod cloud;
mod local;
mod permissions;
mod programs;

use tokio::time::Instant;

use super::context::Context;
use crate::args::{DoctorArgs, DoctorFormat, DoctorScope};
use crate::config::{LoadError, Loaded, OtherProvider, Target, Validation};
use crate::error::{Error, Failure, Result};
use crate::exit::Exit;
use crate::output::{DoctorReport, Layout, Overall, Platform, Tool};
use crate::settings::Format;

/// Looks at everything that a command needs. What is lacking is a result.
pub(super) async fn doctor(args: &DoctorArgs, context: &Context<'_>) -> Result<Exit> {
    refuse(args)?;
    let form = form(args, context)?;
    let begun = Instant::now();
    let file = super::load::read(context.settings, None, Validation::Strict);
    let file_tool = timed(begun, local::file(&file));
    let providers = providers(args, context, &file)?;
    let loaded = file.as_ref().ok();
    let mut tools = vec![
        file_tool,
        timed(Instant::now(), local::state(loaded, context)),
    ];
    let (secrets, deploys) = match args.command {
        DoctorScope::Project | DoctorScope::Extension => (false, false),
        DoctorScope::Secrets => (true, false),
        DoctorScope::Deploy => (true, true),
    };
    if secrets {
        let begun = Instant::now();
        let found = local::secrets(loaded, context).await;
        tools.push(timed(begun, found));
    }
    if deploys {
        for provider in providers {
            match provider {
                Ours::Runpod => tools.extend(runpod(args, context).await),
                Ours::Northflank => {
                    tools.extend(cloud::northflank(args.check_auth, context).await);
                }
            }
        }
    }
    let report = DoctorReport::new(platform(context), tools, layout(args));
    match form {
        DoctorFormat::Human | DoctorFormat::Json => context.printer.report("doctor", &report),
        DoctorFormat::Yaml => context.printer.yaml("doctor", &report),
    }
    Ok(match report.overall_status {
        Overall::Ready | Overall::MissingOptional => Exit::Done,
        Overall::MissingRequired => Exit::Usage,
        Overall::AuthRequired => Exit::Credentials,
    })
}

/// Providers that this program speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ours {
    Runpod,
    Northflank,
}

async fn runpod(args: &DoctorArgs, context: &Context<'_>) -> Vec<Tool> {
    let mut tools = cloud::runpod(args.check_auth, context).await;
    tools.push(timed(Instant::now(), local::ssh_key(context)));
    let environment = &context.settings.environment;
    for tool in [programs::ssh(environment).await, programs::scp(environment)] {
        tools.push(tool.of("runpod"));
    }
    tools
}

/// Flags of the format that this program cannot act on say so.
fn refuse(args: &DoctorArgs) -> Result<()> {
    if args.fix {
        return Err(Error::usage(
            Failure::new("`doctor --fix` installs nothing: this program changes no machine")
                .help("`sindri doctor` says for each check what to do"),
        ));
    }
    if args.yes || args.dry_run {
        return Err(Error::usage(
            Failure::new(
                "`--yes` and `--dry-run` belong to `--fix`, which this program does not have",
            )
            .help("leave them out: `sindri doctor` changes nothing anyway"),
        ));
    }
    if args.check_auth && matches!(args.command, DoctorScope::Project | DoctorScope::Secrets) {
        return Err(Error::usage(
            Failure::new("`--check-auth` asks the provider, which these commands have no need of")
                .help("leave `--command` out"),
        ));
    }
    let extensions = args.check_extensions || args.extension.is_some();
    if extensions || args.command == DoctorScope::Extension {
        return Err(Error::usage(
            Failure::new(
                "extensions are not checked here: the image installs them when it starts, and brings what \
                 they need",
            )
            .help("`sindri logs` shows what the image does; the full Sindri has a list of extensions"),
        ));
    }
    Ok(())
}

/// The form of the result, unless two were asked for.
fn form(args: &DoctorArgs, context: &Context<'_>) -> Result<DoctorFormat> {
    match (context.printer.format(), args.format) {
        (Format::Human, format) => Ok(format.unwrap_or(DoctorFormat::Human)),
        (Format::Json, None | Some(DoctorFormat::Json)) => Ok(DoctorFormat::Json),
        (Format::Json, Some(DoctorFormat::Human | DoctorFormat::Yaml)) => Err(Error::usage(
            Failure::new("`--json` and `--format` ask for two forms at once")
                .help("keep one of them"),
        )),
    }
}

fn layout(args: &DoctorArgs) -> Layout {
    match (args.ci, args.verbose_output) {
        (true, _) => Layout::Lines,
        (false, true) => Layout::VerboseTable,
        (false, false) => Layout::Table,
    }
}

/// All of ours, or the one asked for, else that of the file, else RunPod.
fn providers(
    args: &DoctorArgs,
    context: &Context<'_>,
    file: &std::result::Result<Loaded, LoadError>,
) -> Result<Vec<Ours>> {
    if let Err(error @ LoadError::UnknownProvider { .. }) = file {
        return Err(Error::usage(Failure::new(error.to_string())));
    }
    if args.all {
        return Ok(vec![Ours::Runpod, Ours::Northflank]);
    }
    let of_file = file.as_ref().map(|loaded| &loaded.config.target);
    Ok(match (context.settings.provider.as_deref(), of_file) {
        (Some("northflank"), _) | (None, Ok(Target::Northflank(_))) => vec![Ours::Northflank],
        (Some("runpod"), _) | (None, Ok(Target::Runpod(_)) | Err(_)) => vec![Ours::Runpod],
        // Its needs are those of another program; the check of the file says so.
        (None, Ok(Target::Other(_))) => Vec::new(),
        (Some(other), _) => {
            let known = OtherProvider::ALL
                .into_iter()
                .any(|one| one.as_str() == other);
            debug_assert!(known, "unknown names were refused with the file");
            return Err(Error::usage(
                Failure::new(format!(
                    "this program deploys to runpod and northflank: what {other} needs is not checked"
                ))
                .help("the full Sindri checks it"),
            ));
        }
    })
}

fn platform(context: &Context<'_>) -> Platform {
    Platform {
        os: std::env::consts::OS,
        arch: std::env::consts::ARCH,
        package_managers: programs::package_managers(&context.settings.environment),
    }
}

/// A check with the time it took.
fn timed(begun: Instant, mut tool: Tool) -> Tool {
    tool.check_duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    tool
}
