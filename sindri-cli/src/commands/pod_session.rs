//! Going into a pod over SSH: for a shell, a command, forwarded ports or files.

use std::time::Duration;

use super::context::Context;
use super::deployed::Deployed;
use super::lifecycle::{expose, start_pod};
use super::no_entry::{SshFailed, no_server};
use super::reach::{Reach, cannot_connect, refuse_unless_running};
use super::session::Access;
use super::{ssh_config, summary};
use crate::config::Config;
use crate::error::{Error, Failure, Kind, Result};
use crate::exit::Exit;
use crate::plan::{PodSeen, PodState};
use crate::provider::FirstLook;
use crate::settings::Pace;
use crate::ssh::{
    Connection, Copy, Ended, Need, Program, ProgramName, Watch, Way, trouble, wait_for_banner,
};

/// How long an SSH server is waited for whose address is known. Images start it within seconds, or not at all.
const SERVER_WAIT: Duration = Duration::from_secs(60);

/// What stays with this program: `SendEnv` in a user's own file may pass everything else on.
const HIDDEN_VARIABLES: [&str; 5] = [
    "RUNPOD_API_KEY",
    "NORTHFLANK_API_TOKEN",
    "NF_API_TOKEN",
    "VAULT_TOKEN",
    "VAULT_SECRET_ID",
];

/// What `ssh` says of each port of this machine that it leads on.
const LISTENING: &str = "Local forwarding listening on 127.0.0.1";

/// How `ssh` ends by itself, and a remote command may.
const SSH_FAILED: u8 = 255;

/// What somebody goes into a pod for.
#[derive(Clone, Copy)]
pub(super) struct Errand<'a> {
    pub(super) what: What<'a>,
    /// How long to wait for the deployment and then for its SSH server, if the user said so.
    pub(super) timeout: Option<Duration>,
    /// Is told once all ports are open.
    pub(super) on_forwarding: Option<&'a dyn Fn()>,
}

impl<'a> Errand<'a> {
    /// What `ssh` says once all ports are open.
    fn watch(&self) -> Option<Watch<'a>> {
        let What::Forward(ports) = self.what else {
            return None;
        };
        self.on_forwarding.map(|tell| Watch {
            line: LISTENING,
            times: ports.len(),
            tell,
        })
    }
}

/// What is done there.
#[derive(Debug, Clone, Copy)]
pub(super) enum What<'a> {
    Shell,
    Command(&'a str),
    /// Ports here and there.
    Forward(&'a [(u16, u16)]),
    Copy(&'a Copy),
}

impl What<'_> {
    fn program(self) -> ProgramName {
        match self {
            Self::Shell | Self::Command(_) | Self::Forward(_) => ProgramName::Ssh,
            Self::Copy(_) => ProgramName::Scp,
        }
    }
}

/// Goes in, and ends as the remote side does.
pub(super) async fn go(config: Config, errand: &Errand<'_>, context: &Context<'_>) -> Result<Exit> {
    let found = Deployed::look(config, context, Access::Look).await?;
    let Some(program) = find(errand.what.program(), context) else {
        return Err(no_program(&found, errand));
    };
    let up = come_up(found, errand, context).await?;
    let reached = go_in(&up, errand, &program, context).await;
    reached.map_err(|error| error.leaving(context.ledger.all()))
}

/// A deployment that can be connected to.
struct Up {
    found: Deployed,
    pod: PodSeen,
    /// Whether it runs, and bills, because of this command.
    started_here: bool,
}

fn find(name: ProgramName, context: &Context<'_>) -> Option<Program> {
    let settings = &context.settings;
    Program::find(
        name,
        settings.environment.get("PATH"),
        &settings.config.current_dir,
    )
}

/// Without the program nothing is started: the way in is told, for another machine or a browser.
fn no_program(found: &Deployed, errand: &Errand<'_>) -> Error {
    let pod = match found.pod() {
        Ok(pod) => pod,
        Err(error) => return error,
    };
    let name = errand.what.program().as_str();
    let mut failure = Failure::new(format!("there is no `{name}` program in PATH"));
    if let Err(Error::Failed(_, state)) = refuse_unless_running(pod) {
        failure = failure.detail(state.message);
    }
    if let Some(command) = summary::ssh_command(pod) {
        failure = failure.help(format!("where there is one, run `{command}`"));
    }
    let failure = failure
        .help(format!(
            "a shell in the browser: {}",
            summary::web_terminal(pod)
        ))
        .help("or install OpenSSH's client (`openssh-client`, `openssh-clients`)");
    Error::usage(failure)
}

/// Starts what is stopped, and waits for what is on its way.
async fn come_up(found: Deployed, errand: &Errand<'_>, context: &Context<'_>) -> Result<Up> {
    let pod = found.pod()?.clone();
    let (found, pod, started_here) = match pod.state {
        PodState::Provisioning | PodState::Starting | PodState::Running => (found, pod, false),
        PodState::Exited => {
            context.printer.say(&format!(
                "pod {} is stopped: starting it, and it bills again",
                pod.id
            ));
            let found = found.look_to_change(context).await?;
            let now = found.pod()?.clone();
            if now.state == PodState::Exited {
                let started = start_pod(&found, &now, context).await?;
                context
                    .printer
                    .say(&format!("it bills ${}/h", started.usd_per_hour));
                (found, started, true)
            } else {
                // Another command was faster.
                (found, now, false)
            }
        }
        PodState::Error | PodState::Terminated | PodState::Unknown(_) => {
            return Err(cannot_connect(&pod));
        }
    };
    // Nobody else need wait for the end of a session.
    let found = found.unlocked();
    let waited = wait(&found, pod, errand, context).await;
    let pod = waited.map_err(|error| error.leaving(context.ledger.all()))?;
    Ok(Up {
        found,
        pod,
        started_here,
    })
}

/// Waits until the pod can be used, or can be tried.
async fn wait(
    found: &Deployed,
    pod: PodSeen,
    errand: &Errand<'_>,
    context: &Context<'_>,
) -> Result<PodSeen> {
    if pod.ready {
        return Ok(pod);
    }
    expose(&pod, Some(pod.usd_per_hour), context);
    let is_up = |pod: &PodSeen| pod.state == PodState::Running && pod.runtime.is_some();
    let pace = context.settings.pace;
    // Once the container is up, its address comes soon or never.
    let usual = if is_up(&pod) {
        SERVER_WAIT
    } else {
        pace.deploy_timeout
    };
    let pace = Pace {
        deploy_timeout: errand.timeout.unwrap_or(usual),
        ..pace
    };
    let progress = context.printer.progress();
    let runpod = &found.cloud.runpod;
    let waited = runpod
        .wait_ready(&pod.id, pace, FirstLook::default(), move |phase| {
            progress.phase(phase);
        })
        .await;
    match waited {
        Err(Error::Failed(Kind::GaveUp, failure)) => {
            let pod = runpod.pod(&pod.id).await?;
            // It runs, and what is missing can be told.
            if is_up(&pod) {
                Ok(pod)
            } else {
                Err(Error::Failed(Kind::GaveUp, failure))
            }
        }
        waited => waited,
    }
}

/// Runs `ssh` to its end.
async fn go_in(
    up: &Up,
    errand: &Errand<'_>,
    program: &Program,
    context: &Context<'_>,
) -> Result<Exit> {
    let (config, cloud, pod) = (&up.found.config, &up.found.cloud, &up.pod);
    let need = match errand.what {
        What::Shell if context.settings.environment.terminal().stdin => Need::Shell,
        What::Shell | What::Command(_) | What::Forward(_) | What::Copy(_) => Need::Full,
    };
    let reach = Reach::find(config, cloud, pod, need, context).await?;
    for note in &reach.notes {
        context.printer.say(note);
    }
    ssh_config::refresh(config, &reach, context)?;
    server_answers(&reach, pod, errand, context).await?;
    let connection = &reach.connection;
    let longest = context.settings.runpod.calls.connect_timeout;
    let arguments = match errand.what {
        What::Shell => connection.arguments(longest, None),
        What::Command(command) => connection.arguments(longest, Some(command)),
        What::Forward(ports) => connection.forwarding(longest, ports),
        What::Copy(copy) => connection.copying(longest, copy),
    };
    let (ended, said) = run(program, &arguments, errand.watch(), context).await?;
    // A run that is ended from outside lists it as what is left.
    if up.started_here && ended != Ended::AskedToEnd {
        context.printer.say(&format!(
            "pod {} goes on running and bills ${}/h: `sindri stop` ends that",
            pod.id, pod.usd_per_hour
        ));
    }
    if let (What::Copy(Copy::Down { remote, .. }), Ended::Code(1..)) = (errand.what, ended) {
        refuse_missing(remote, connection, context).await?;
    }
    match ended {
        Ended::Code(0) => Ok(Exit::Done),
        // It has said why on standard error.
        Ended::Code(_) if matches!(errand.what, What::Copy(_)) => Err(Error::new(
            Kind::Provider,
            Failure::new("scp did not copy everything")
                .help("`sindri connect` looks into the pod; `sindri status` shows whether it runs"),
        )),
        Ended::Code(SSH_FAILED) => match trouble(&said) {
            Some(trouble) => {
                let failed = SshFailed {
                    trouble,
                    said: &said,
                    runpod: &cloud.runpod,
                    pod,
                    reach: &reach,
                };
                Err(failed.explain().await)
            }
            None => Ok(Exit::Remote(SSH_FAILED)),
        },
        Ended::Code(code) => Ok(Exit::Remote(code)),
        // As shells do.
        Ended::Signal(signal) => Ok(Exit::Remote(signal.saturating_add(128))),
        Ended::AskedToEnd => Err(Error::interrupted()),
    }
}

/// Runs it to its end, with the signals in its hands.
async fn run(
    program: &Program,
    arguments: &[String],
    watch: Option<Watch<'_>>,
    context: &Context<'_>,
) -> Result<(Ended, String)> {
    let _signals = context.signals.hand_over();
    let ran = program.run(arguments, &HIDDEN_VARIABLES, watch).await;
    ran.map_err(|error| Error::unexpected("ssh cannot be run", &error))
}

/// A copy from a pod has failed: looks whether what it was to copy is there at all, which `scp` tells in words
/// that differ from version to version.
async fn refuse_missing(
    remote: &str,
    connection: &Connection,
    context: &Context<'_>,
) -> Result<()> {
    let program = find(ProgramName::Ssh, context);
    let (Some(program), Some(path)) = (program, for_shell(remote)) else {
        return Ok(());
    };
    let longest = context.settings.runpod.calls.connect_timeout;
    let arguments = connection.arguments(longest, Some(&format!("test -e {path}")));
    match run(&program, &arguments, None, context).await? {
        (Ended::Code(1), _) => Err(Error::usage(Failure::new(format!(
            "there is no `{remote}` in the container"
        )))),
        (Ended::AskedToEnd, _) => Err(Error::interrupted()),
        // Whatever was wrong, it was something else.
        (Ended::Code(_) | Ended::Signal(_), _) => Ok(()),
    }
}

/// A path of the pod as a shell there takes it for the one that `scp` takes it for. None for patterns, and for
/// homes of others.
fn for_shell(path: &str) -> Option<String> {
    if path.contains(['*', '?', '[', '\\']) {
        return None;
    }
    let (home, rest) = match path.strip_prefix("~/") {
        Some(rest) => ("~/", rest),
        None if path.starts_with('~') => return None,
        None => ("", path),
    };
    // Only a NUL cannot be quoted, and no argument can hold one.
    let quoted = shlex::try_quote(rest).ok()?;
    Some(format!("{home}{quoted}"))
}

/// Waits for the pod's SSH server: `ssh` itself would fail at once, and not say why.
async fn server_answers(
    reach: &Reach,
    pod: &PodSeen,
    errand: &Errand<'_>,
    context: &Context<'_>,
) -> Result<()> {
    let Way::Direct(address) = &reach.connection.way else {
        return Ok(());
    };
    let mut progress = None;
    let waiting = || {
        let progress = progress.get_or_insert_with(|| context.printer.progress());
        progress.phase(&format!("pod {}: waiting for its SSH server", pod.id));
    };
    let pause = context
        .settings
        .pace
        .poll_interval
        .min(Duration::from_secs(1));
    let longest = errand.timeout.unwrap_or(SERVER_WAIT);
    let waited = wait_for_banner(address, longest, pause, waiting).await;
    drop(progress);
    let Err(why) = waited else {
        return Ok(());
    };
    Err(no_server(&why, longest, pod, reach))
}
