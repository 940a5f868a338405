//! The `ssh` program: found, run to its end with the terminal in its hands. No other file starts a process.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The `ssh` program.
#[derive(Debug)]
pub(crate) struct Program(PathBuf);

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// By itself, with this code.
    Code(u8),
    /// By Ctrl-C, which it takes for a failure of its own.
    Interrupted,
    /// By this signal.
    Signal(u8),
    /// Because this program was asked to end, and passed that on.
    Terminated,
}

/// How it ends when it has failed itself.
const FAILED: u8 = 255;

impl Program {
    /// Looks for it along `PATH`.
    pub(crate) fn find(search_path: Option<&str>, current_dir: &Path) -> Option<Self> {
        let found = which::which_in("ssh", Some(search_path?), current_dir);
        found.ok().map(Self)
    }

    /// Runs it to its end on our standard streams, and gives what it said itself, apart from the remote
    /// side: that goes to a file, so that standard error carries the remote side's only.
    ///
    /// Ctrl-C belongs to it in the meantime, and so does the terminal.
    pub(crate) async fn run(
        &self,
        arguments: &[String],
        hidden_variables: &[&str],
    ) -> io::Result<(Ended, String)> {
        let log = tempfile::Builder::new().prefix("sindri-ssh-").tempfile()?;
        let mut command = Command::new(&self.0);
        command
            .arg("-E")
            .arg(log.path())
            .args(arguments)
            .stdin(Stdio::inherit())
            .stdout(Stdio::inherit())
            .stderr(Stdio::inherit());
        for name in hidden_variables {
            command.env_remove(name);
        }
        let ended = attend(command).await?;
        let said = std::fs::read(log.path())?;
        Ok((ended, String::from_utf8_lossy(&said).into_owned()))
    }
}

/// Waits as a shell does: a program that stops itself stops this one, too, so that whoever started it gets
/// the terminal back.
#[cfg(unix)]
async fn attend(mut command: Command) -> io::Result<Ended> {
    use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, waitpid};
    use tokio::signal::unix::{SignalKind, signal};
    // Before it starts: what comes in between must not be missed.
    let mut changes = signal(SignalKind::child())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let child = command.spawn()?;
    let id = Pid::from_child(&child);
    let (mut asked_to_end, mut interrupted) = (false, false);
    loop {
        let options = WaitOptions::NOHANG | WaitOptions::UNTRACED;
        match waitpid(Some(id), options) {
            Ok(Some((_, status))) if status.stopped() => kill_process(getpid(), Signal::STOP)?,
            Ok(Some(_)) if asked_to_end => return Ok(Ended::Terminated),
            Ok(Some((_, status))) => {
                let ended = ended(status.exit_status(), status.terminating_signal());
                let by_ctrl_c = interrupted && ended == Ended::Code(FAILED);
                return Ok(if by_ctrl_c { Ended::Interrupted } else { ended });
            }
            Ok(None) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        tokio::select! {
            _ = changes.recv() => {}
            // The terminal has sent it to both.
            _ = interrupt.recv() => interrupted = true,
            _ = terminate.recv() => {
                asked_to_end = true;
                kill_process(id, Signal::TERM)?;
            }
        }
    }
}

#[cfg(unix)]
fn ended(code: Option<i32>, signal: Option<i32>) -> Ended {
    let small = |number: Option<i32>| number.and_then(|number| u8::try_from(number).ok());
    match (small(code), small(signal)) {
        (Some(code), _) => Ended::Code(code),
        (None, Some(signal)) => Ended::Signal(signal),
        (None, None) => Ended::Code(FAILED),
    }
}

#[cfg(not(unix))]
async fn attend(mut command: Command) -> io::Result<Ended> {
    let waited = tokio::task::spawn_blocking(move || command.status()).await;
    let status = waited.map_err(io::Error::other)??;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(Ended::Code(code.unwrap_or(FAILED)))
}
