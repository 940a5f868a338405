//! `sandbox`: the local stand-in in the foreground.

use std::path::PathBuf;

use ::sandbox::Sandbox;

use super::context::Context;
use super::signal::asked_to_end;
use crate::args::SandboxArgs;
use crate::error::{Error, Failure, Kind, Result};
use crate::exit::Exit;
use crate::output::SandboxReport;

/// How a sandbox is started.
pub(super) struct Options {
    pub(super) port: u16,
    pub(super) state: Option<PathBuf>,
    pub(super) time_scale: f64,
}

/// Serves until Ctrl-C or SIGTERM.
pub(super) async fn sandbox(args: &SandboxArgs, context: &Context<'_>) -> Result<Exit> {
    let state = args
        .state
        .as_ref()
        .map(|path| context.settings.config.current_dir.join(path));
    let options = Options {
        port: args.port,
        state: state.clone(),
        time_scale: args.time_scale,
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

/// Starts a sandbox in this process.
pub(super) async fn start(options: Options) -> Result<Sandbox> {
    let mut builder = Sandbox::builder()
        .port(options.port)
        .time_scale(options.time_scale);
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
            _ => Error::new(Kind::Unexpected, failure),
        }
    })
}
