//! The `ssh` program: found, run to its end with the terminal in its hands. No other file starts a process.

use std::convert::Infallible;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

/// A program of OpenSSH's client.
#[derive(Debug)]
pub(crate) struct Program {
    name: ProgramName,
    path: PathBuf,
}

/// Which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProgramName {
    Ssh,
    Scp,
}

impl ProgramName {
    /// The word to find it by.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Ssh => "ssh",
            Self::Scp => "scp",
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// By itself, with this code.
    Code(u8),
    /// By this signal.
    Signal(u8),
    /// Because this program was asked to end, and passed that on.
    AskedToEnd,
}

/// How long a program may take to tell its version.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a program may take to end once it is asked to.
const GRACE: Duration = Duration::from_secs(3);

/// How often a log is looked into.
const LOOK: Duration = Duration::from_millis(50);

/// How lines for debugging begin.
const DEBUG: &str = "debug1: ";

/// How lines begin that it writes when lines for debugging are asked for, and that tell of no trouble.
const TALK: [&str; 5] = [
    DEBUG,
    "OpenSSH_",
    "Authenticated to ",
    "Transferred: ",
    "Bytes per second: ",
];

/// How it ends when it has failed itself.
const FAILED: u8 = 255;

impl Program {
    /// Looks for it along `PATH`.
    pub(crate) fn find(
        name: ProgramName,
        search_path: Option<&str>,
        current_dir: &Path,
    ) -> Option<Self> {
        let path = find_program(name.as_str(), search_path, current_dir)?;
        Some(Self { name, path })
    }

    /// Runs it to its end on our standard streams, and gives what `ssh` said itself, apart from the remote
    /// side: that goes to a file, so that standard error carries the remote side's only. `scp` has no such
    /// file and talks on standard error.
    ///
    /// The terminal belongs to it in the meantime. Whoever asks this program to end means both: it is passed on,
    /// and what does not end by that is killed.
    ///
    /// `watch` is told once its line was said that often.
    pub(crate) async fn run(
        &self,
        arguments: &[String],
        hidden_variables: &[&str],
        watch: Option<Watch<'_>>,
    ) -> io::Result<(Ended, String)> {
        let log = tempfile::Builder::new().prefix("sindri-ssh-").tempfile()?;
        let mut command = tether(&self.path);
        if self.name == ProgramName::Ssh {
            command.arg("-E").arg(log.path());
        }
        command
            .args(arguments)
            .stdin(Stdio::inherit())
            .stdout(Stdio::inherit())
            .stderr(Stdio::inherit());
        for name in hidden_variables {
            command.env_remove(name);
        }
        let watching = async {
            if let Some(watch) = watch {
                watch.attend(log.path()).await;
            }
            std::future::pending::<Infallible>().await
        };
        let ended = tokio::select! {
            ended = attend(command) => ended?,
            never = watching => match never {},
        };
        Ok((ended, said(log.path())?))
    }
}

/// The first argument of this program where it is to become another.
#[cfg(target_os = "linux")]
const TETHERED_TO: &str = "--tethered-to";

/// A command that runs a program and ends it with this process, however that ends: even killed, it leaves no
/// connection open. Only the new process itself can ask the kernel for that, so it is this program first.
#[cfg(target_os = "linux")]
fn tether(program: &Path) -> Command {
    // In the new process it is the same, even where the file was replaced in the meantime.
    let own = Path::new("/proc/self/exe");
    if !own.exists() {
        return Command::new(program);
    }
    let mut command = Command::new(own);
    let id = rustix::process::getpid().as_raw_nonzero();
    command.arg(TETHERED_TO).arg(id.to_string()).arg(program);
    command
}

#[cfg(not(target_os = "linux"))]
fn tether(program: &Path) -> Command {
    Command::new(program)
}

/// Becomes the program that these arguments of the process name, if [`tether`] made them. It comes back only with
/// the reason why it could not.
#[cfg(target_os = "linux")]
pub(crate) fn tethered(arguments: &[OsString]) -> Option<io::Error> {
    use rustix::process::{Signal, getppid, set_parent_process_death_signal};
    use std::os::unix::process::CommandExt as _;
    let [_, word, parent, program, rest @ ..] = arguments else {
        return None;
    };
    if word != TETHERED_TO {
        return None;
    }
    // Where the kernel refuses it, the connection is as good as without.
    let _refused = set_parent_process_death_signal(Some(Signal::TERM));
    let is_there = getppid().is_some_and(|id| *parent == *id.as_raw_nonzero().to_string());
    if !is_there {
        return Some(io::Error::other("the program that wanted it has ended"));
    }
    Some(Command::new(program).args(rest).exec())
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn tethered(_arguments: &[OsString]) -> Option<io::Error> {
    None
}

/// A line that is waited for while `ssh` runs, and who is told of it.
pub(crate) struct Watch<'a> {
    /// How it begins.
    pub(crate) line: &'a str,
    /// How often it has to be said.
    pub(crate) times: usize,
    /// Is told.
    pub(crate) tell: &'a dyn Fn(),
}

impl Watch<'_> {
    async fn attend(&self, log: &Path) {
        let count = || {
            let text = std::fs::read(log).unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            let lines = text.lines().filter_map(|line| line.strip_prefix(DEBUG));
            lines.filter(|line| line.starts_with(self.line)).count()
        };
        while count() < self.times {
            sleep(LOOK).await;
        }
        (self.tell)();
    }
}

/// What `ssh` said in its log, without what it says for debugging only.
fn said(log: &Path) -> io::Result<String> {
    let text = std::fs::read(log)?;
    let text = String::from_utf8_lossy(&text);
    let lines = text.split_inclusive('\n');
    let is_talk = |line: &&str| !TALK.iter().any(|start| line.starts_with(start));
    Ok(lines.filter(is_talk).collect())
}

/// Looks for a program along `PATH`.
pub(crate) fn find_program(
    name: &str,
    search_path: Option<&str>,
    current_dir: &Path,
) -> Option<PathBuf> {
    which::which_in(name, Some(search_path?), current_dir).ok()
}

/// The first line of what `-V` says. A program that does not end, or cannot be run, tells none.
pub(crate) async fn version(program: &Path) -> Option<String> {
    let mut child = Command::new(program)
        .arg("-V")
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        match child.try_wait() {
            Ok(Some(_)) => return first_line(child),
            Ok(None) => sleep(Duration::from_millis(5)).await,
            Err(_) => break,
        }
    }
    // It may have ended a moment ago; then there is nothing to end.
    drop(child.kill());
    drop(child.wait());
    None
}

fn first_line(child: Child) -> Option<String> {
    let output = child.wait_with_output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().next()?.trim();
    // Whatever a stranger in PATH writes, no escape codes reach the terminal.
    let line: String = line.chars().filter(|c| !c.is_control()).collect();
    (!line.is_empty()).then_some(line)
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
    // When it is killed, once it was asked to end.
    let mut killed_at: Option<Instant> = None;
    loop {
        let options = WaitOptions::NOHANG | WaitOptions::UNTRACED;
        match waitpid(Some(id), options) {
            Ok(Some((_, status))) if status.stopped() => kill_process(getpid(), Signal::STOP)?,
            // Its code is no code of the remote side then, and 0 for a forwarding.
            Ok(Some(_)) if killed_at.is_some() => return Ok(Ended::AskedToEnd),
            Ok(Some((_, status))) => {
                return Ok(ended(status.exit_status(), status.terminating_signal()));
            }
            Ok(None) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let too_long = async {
            match killed_at {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        // It is not reaped yet: the id is still its own.
        tokio::select! {
            // That it ended comes after why.
            biased;
            // A terminal has sent it to both, `kill` to this program alone: `ssh` takes a second one as the first.
            _ = interrupt.recv() => {
                kill_process(id, Signal::INT)?;
                killed_at.get_or_insert_with(|| Instant::now() + GRACE);
            }
            _ = terminate.recv() => {
                kill_process(id, Signal::TERM)?;
                killed_at.get_or_insert_with(|| Instant::now() + GRACE);
            }
            _ = changes.recv() => {}
            () = too_long => {
                kill_process(id, Signal::KILL)?;
                killed_at = Some(Instant::now() + GRACE);
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
