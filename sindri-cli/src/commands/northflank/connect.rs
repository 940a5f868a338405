//! `connect` on Northflank: a shell in a container, or one command there. It takes a token and no other
//! program.

use std::time::Duration;

use futures::StreamExt as _;
use northflank_sdk::stream::{Exit as RemoteExit, Session, SessionEvent, SessionInput, TtySize};

use super::running::come_up;
use crate::args::ConnectArgs;
use crate::commands::context::Context;
use crate::config::{Config, Northflank};
use crate::error::{Error, Failure, Kind, Result};
use crate::exit::Exit;
use crate::provider::explain_stream;
use crate::settings::Format;
use crate::terminal::{RawMode, Resizes, input, size, write_err, write_out};

/// How long a session may take to begin before that is told.
const PATIENCE: Duration = Duration::from_secs(3);

/// Connects, and ends as the remote side does.
pub(in crate::commands) async fn connect(
    args: &ConnectArgs,
    config: &Config,
    wanted: &Northflank,
    context: &Context<'_>,
) -> Result<Exit> {
    if context.printer.format() == Format::Json {
        return Err(Error::usage(
            Failure::new("`connect --json` has nothing to print for a service of Northflank")
                .detail("there is no address: a session goes through Northflank's API")
                .help(
                    "`sindri connect --command 'CMD'` runs one command, and returns its exit code",
                ),
        ));
    }
    let terminal = context.settings.environment.terminal();
    let timeout = args.timeout.map(Duration::from_secs);
    let running = come_up(config, wanted, timeout, context, |_service| Ok(())).await?;
    let northflank = &running.found.cloud.northflank;
    let at = running.at();
    let left = |error: Error| error.leaving(context.ledger.all());
    let mode = match &args.command {
        None if terminal.stdin && terminal.stdout => Mode::Terminal,
        Some(_) | None => Mode::Piped,
    };
    let opening = async {
        match (&args.command, mode) {
            (Some(command), _) => northflank.command(at, command).await,
            (None, Mode::Terminal) => northflank.shell(at, size()).await,
            // A script on standard input: a shell that reads it, without a terminal.
            (None, Mode::Piped) => northflank.command(at, "exec sh").await,
        }
    };
    let session = patiently(opening, context).await.map_err(left)?;
    // A command at a terminal has no input of its own, and Ctrl-C is for this program then.
    let feeds = mode == Mode::Terminal || !terminal.stdin;
    let exit = match mode {
        Mode::Terminal => {
            let raw = RawMode::enter()
                .map_err(|error| Error::unexpected("the terminal cannot be taken", &error))?;
            let exit = talk(session, mode, feeds).await;
            drop(raw);
            exit
        }
        Mode::Piped => talk(session, mode, feeds).await,
    };
    let exit = exit.map_err(left)?;
    running.tell_what_is_left(context);
    ended(&exit)
}

/// Tells a person that it takes long, and goes on waiting: the other side may never answer.
async fn patiently<T>(opening: impl Future<Output = T>, context: &Context<'_>) -> T {
    let mut opening = std::pin::pin!(opening);
    if let Ok(opened) = tokio::time::timeout(PATIENCE, &mut opening).await {
        return opened;
    }
    context
        .printer
        .say("the container has not accepted the session yet: waiting for it, Ctrl-C ends that");
    opening.await
}

/// How the session is connected to this side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Keys and screen.
    Terminal,
    /// Standard input, output and error, apart.
    Piped,
}

/// Carries input and output until the remote side ends.
async fn talk(mut session: Session, mode: Mode, feeds: bool) -> Result<RemoteExit> {
    let keys = session.input();
    let feeding = async {
        if feeds {
            feed(&keys, mode).await;
        } else {
            end(&keys).await;
        }
        std::future::pending::<()>().await;
    };
    let resizing = async {
        if mode == Mode::Terminal {
            resize(&keys).await;
        }
        std::future::pending::<()>().await;
    };
    let showing = show(&mut session);
    tokio::select! {
        exit = showing => exit,
        () = feeding => Err(never()),
        () = resizing => Err(never()),
    }
}

fn never() -> Error {
    Error::new(
        Kind::Unexpected,
        Failure::new("the session ended without its end"),
    )
}

async fn show(session: &mut Session) -> Result<RemoteExit> {
    while let Some(event) = session.next().await {
        let event = event.map_err(|error| explain_stream(&error, "go on with the session"))?;
        let written = match event {
            SessionEvent::Stdout(bytes) => write_out(&bytes).await,
            SessionEvent::Stderr(bytes) => write_err(&bytes).await,
            SessionEvent::Exit(exit) => return Ok(exit),
        };
        written.map_err(Error::Output)?;
    }
    Err(Error::new(
        Kind::Provider,
        Failure::new("the session ended without an exit code")
            .help("`sindri status` shows whether the service still runs"),
    ))
}

/// Passes the input on as it comes, and its end where that means something.
async fn feed(keys: &SessionInput, mode: Mode) {
    let mut pieces = input();
    while let Some(piece) = pieces.recv().await {
        if keys.write(piece).await.is_err() {
            return;
        }
    }
    if mode == Mode::Piped {
        end(keys).await;
    }
}

/// Ends the input. A session that is over already says so itself.
async fn end(keys: &SessionInput) {
    if keys.end().await.is_err() {
        tracing::debug!("the session was over before its input was");
    }
}

async fn resize(keys: &SessionInput) {
    let Ok(mut resizes) = Resizes::listen() else {
        return;
    };
    loop {
        resizes.next().await;
        let (columns, rows) = size();
        if keys.resize(TtySize { rows, columns }).await.is_err() {
            return;
        }
    }
}

/// The remote exit code is that of this program.
fn ended(exit: &RemoteExit) -> Result<Exit> {
    let Some(code) = exit.code() else {
        return Err(Error::new(
            Kind::Provider,
            Failure::new(format!("Northflank told no exit code: {exit}")).detail(
                exit.message()
                    .unwrap_or("and said nothing about it")
                    .to_owned(),
            ),
        ));
    };
    Ok(match u8::try_from(code) {
        Ok(0) => Exit::Done,
        Ok(code) => Exit::Remote(code),
        // What no exit code of this side can say is a failure all the same.
        Err(_) => Exit::Remote(255),
    })
}
