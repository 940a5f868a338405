//! `sandbox`: the local stand-in in the foreground.

use std::path::PathBuf;
use std::time::Duration;

use ::sandbox::{Fault, Sandbox};

use super::context::Context;
use super::signal::asked_to_end;
use crate::args::SandboxArgs;
use crate::config::nearest;
use crate::error::{Error, Failure, Kind, Result};
use crate::exit::Exit;
use crate::output::{CoverageReport, CoverageRow, SandboxReport};

/// How a sandbox is started.
pub(super) struct Options {
    pub(super) port: u16,
    pub(super) state: Option<PathBuf>,
    pub(super) time_scale: f64,
    pub(super) faults: Vec<String>,
    pub(super) latency: Duration,
    pub(super) limits: Vec<(String, u64)>,
    pub(super) enforce_limits: bool,
}

impl Options {
    /// A sandbox inside this process, without trouble.
    pub(super) fn quiet(state: Option<PathBuf>, time_scale: f64) -> Self {
        Self {
            port: 0,
            state,
            time_scale,
            faults: Vec::new(),
            latency: Duration::ZERO,
            limits: Vec::new(),
            enforce_limits: false,
        }
    }
}

/// Serves until Ctrl-C or SIGTERM.
pub(super) async fn sandbox(args: &SandboxArgs, context: &Context<'_>) -> Result<Exit> {
    if args.coverage {
        return coverage(context);
    }
    let state = args
        .state
        .as_ref()
        .map(|path| context.settings.config.current_dir.join(path));
    let options = Options {
        port: args.port,
        state: state.clone(),
        time_scale: args.time_scale,
        faults: args.faults.clone(),
        latency: Duration::from_millis(args.latency),
        limits: args.limits.clone(),
        enforce_limits: args.enforce_limits,
    };
    let sandbox = start(options).await?;
    context.printer.report(
        "sandbox",
        &SandboxReport {
            base_url: sandbox.url().to_owned(),
            api_key: "sandbox",
            state_file: state.map(|path| path.display().to_string()),
            time_scale: args.time_scale,
        },
    );
    context
        .printer
        .say("serving until Ctrl-C; in another terminal, run these lines first");
    let stopped = asked_to_end().await;
    sandbox.shutdown().await;
    stopped.map_err(|error| Error::unexpected("the end cannot be waited for", &error))?;
    context.printer.say("stopped");
    Ok(Exit::Done)
}

/// Which operations are modelled.
fn coverage(context: &Context<'_>) -> Result<Exit> {
    let rows = ::sandbox::coverage()
        .map_err(|error| Error::unexpected("the description cannot be read", &error))?;
    let rows = rows.into_iter().map(|row| CoverageRow {
        provider: row.api.name(),
        operation: row.operation,
        method: row.method,
        path: row.path,
        modelled: row.modelled,
    });
    let report = CoverageReport {
        operations: rows.collect(),
    };
    context.printer.report("sandbox", &report);
    Ok(Exit::Done)
}

/// Starts a sandbox in this process.
pub(super) async fn start(options: Options) -> Result<Sandbox> {
    let mut builder = Sandbox::builder()
        .port(options.port)
        .time_scale(options.time_scale)
        .latency(options.latency);
    for text in options.faults {
        let fault = text.parse::<Fault>().map_err(|error| {
            Error::usage(
                Failure::new(error.to_string())
                    .help("`sindri sandbox --help` shows how faults are written"),
            )
        })?;
        builder = builder.fault(fault);
    }
    for (window, requests) in options.limits {
        builder = builder.limit(window, requests);
    }
    if options.enforce_limits {
        builder = builder.enforce_limits();
    }
    if let Some(file) = options.state {
        builder = builder.state_file(file);
    }
    builder.start().await.map_err(|error| {
        let failure = Failure::new("the sandbox cannot start").causes(Some(&error));
        match error {
            ::sandbox::Error::Listen { .. } => {
                Error::usage(failure.help("choose another `--port`"))
            }
            ::sandbox::Error::TimeScale { .. } => {
                Error::usage(failure.help("`--time-scale` takes a number above 0"))
            }
            ::sandbox::Error::UnknownOperation { operation, known } => {
                let failure = Failure::new(format!("there is no operation `{operation}`"));
                let near = nearest(&operation, known.iter().map(String::as_str));
                Error::usage(failure.help(match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`sindri sandbox --coverage` lists them".to_owned(),
                }))
            }
            ::sandbox::Error::UnknownWindow { .. } | ::sandbox::Error::NoStream { .. } => {
                Error::usage(Failure::new(error.to_string()))
            }
            _ => Error::new(Kind::Unexpected, failure),
        }
    })
}
