//! From a pod to a connection: which way, which key, which files.

use super::context::{Cloud, Context};
use super::summary;
use crate::config::Config;
use crate::error::{Error, Failure, Kind, Result};
use crate::masked::Masked;
use crate::output::ConnectionReport;
use crate::plan::{PodSeen, PodState};
use crate::ssh::{
    Authorized, Connection, Facts, FileError, Files, Identity, LocalKey, Need, NoWay, Pinned,
    Story, Way, choose, host_key_alias, local_keys,
};

/// The variable whose lines the start scripts of images let in.
const PUBLIC_KEY: &str = "PUBLIC_KEY";

/// What the other way in is.
const PROXY: &str =
    "RunPod's proxy: a shell at a terminal only, no single commands, no scp, no forwarding";

/// A way to a pod, with all that can be known before it is tried.
pub(super) struct Reach {
    pub(super) connection: Connection,
    pub(super) authorized: Authorized,
    pub(super) local: Vec<LocalKey>,
    /// What to know about it.
    pub(super) notes: Vec<String>,
}

impl Reach {
    /// Finds the way and readies the files for it.
    pub(super) async fn find(
        config: &Config,
        cloud: &Cloud,
        pod: &PodSeen,
        need: Need,
        context: &Context<'_>,
    ) -> Result<Self> {
        let way = choose(&pod.ssh, need).map_err(|reason| no_way(pod, reason))?;
        let local = local_keys(context.settings.config.home.as_deref());
        let mut notes = Vec::new();
        let authorized = authorized(cloud, pod, &way, &mut notes).await?;
        let files = Files::new(&config.base_dir);
        let known_hosts = match &way {
            Way::Direct(_) => {
                let pin = files.pin(&pod.id, pod.started_at.as_deref());
                let (path, pinned) = pin.map_err(|error| file_failed(&error))?;
                if pinned == Pinned::Dropped {
                    notes.push(format!(
                        "pod {} was started since its host key was kept: its container disk is new, and so \
                         is its key; the old one is dropped",
                        pod.id
                    ));
                }
                path
            }
            Way::Proxy(address) => {
                notes.push(format!("through {PROXY}"));
                notes.extend(before_trying(pod).no_direct_address().details);
                let pin = files.pin_of_host(&address.host);
                pin.map_err(|error| file_failed(&error))?
            }
        };
        let connection = Connection {
            identity: Identity::choose(&authorized, &local),
            host_key_alias: match &way {
                Way::Direct(_) => Some(host_key_alias(&pod.id)),
                Way::Proxy(_) => None,
            },
            way,
            known_hosts,
        };
        Ok(Self {
            connection,
            authorized,
            local,
            notes,
        })
    }

    /// What is known, for telling why it did not work.
    pub(super) fn facts<'a>(&'a self, pod: &'a PodSeen) -> Facts<'a> {
        Facts {
            ports: &pod.ports,
            has_own_command: pod.args.is_some(),
            authorized: &self.authorized,
            local: &self.local,
        }
    }

    /// The report on it.
    pub(super) fn report(
        &self,
        config: &Config,
        pod: &PodSeen,
        context: &Context<'_>,
    ) -> ConnectionReport {
        let connection = &self.connection;
        let address = connection.way.address();
        let arguments = connection.arguments(context.settings.runpod.calls.connect_timeout, None);
        let words = std::iter::once("ssh").chain(arguments.iter().map(String::as_str));
        ConnectionReport {
            name: config.name.clone(),
            provider: "runpod",
            instance_id: pod.id.clone(),
            kind: connection.way.word(),
            host: address.host.clone(),
            port: address.port,
            user: address.user.clone(),
            identity_file: connection
                .identity
                .file()
                .map(|file| file.display().to_string()),
            known_hosts_file: connection.known_hosts.display().to_string(),
            host_key_alias: connection.host_key_alias.clone(),
            // Only a NUL cannot be quoted, and no argument can hold one.
            ssh_command: shlex::try_join(words).unwrap_or_default(),
            web_terminal: summary::web_terminal(pod),
            notes: self.notes.clone(),
        }
    }
}

/// The pod's own keys where it shows them; else, and for the proxy always, those of the account.
async fn authorized(
    cloud: &Cloud,
    pod: &PodSeen,
    way: &Way,
    notes: &mut Vec<String>,
) -> Result<Authorized> {
    let public_key = pod.env.get(PUBLIC_KEY).map(Masked::expose);
    let own = Authorized::of_pod(public_key, None);
    if matches!((way, &own), (Way::Direct(_), Authorized::Pod(_))) {
        return Ok(own);
    }
    let account = match cloud.runpod.account_key_lines().await {
        Ok(lines) => lines,
        // It only chooses among the user's keys: `ssh` can do without.
        Err(Error::Failed(Kind::Network | Kind::Provider, failure)) => {
            notes.push(format!("{}: ssh chooses the key", failure.message));
            None
        }
        Err(error) => return Err(error),
    };
    Ok(Authorized::of_account(account.as_deref()))
}

/// A command that starts nothing needs a pod that runs.
pub(super) fn refuse_unless_running(pod: &PodSeen) -> Result<()> {
    let (what, help) = match &pod.state {
        PodState::Running => return Ok(()),
        PodState::Exited => (
            "is stopped and has no address",
            "`sindri connect` starts it and connects; `sindri start` starts it. It bills again then",
        ),
        PodState::Provisioning | PodState::Starting => (
            "is on its way up and has no address yet",
            "`sindri deploy` waits until it is ready",
        ),
        PodState::Error | PodState::Terminated | PodState::Unknown(_) => {
            return Err(cannot_connect(pod));
        }
    };
    Err(Error::new(
        Kind::Provider,
        Failure::new(format!("pod {} {what}", pod.id)).help(help),
    ))
}

/// A state that nothing can be done about from here.
pub(super) fn cannot_connect(pod: &PodSeen) -> Error {
    Error::new(
        Kind::Provider,
        Failure::new(format!(
            "pod {} is {}: there is nothing to connect to",
            pod.id,
            pod.state.as_str()
        ))
        .help(
            "`sindri logs` shows why; `sindri deploy` starts it again, `sindri destroy` deletes it",
        ),
    )
}

/// What is known of a pod by looking at it.
fn before_trying(pod: &PodSeen) -> Facts<'_> {
    Facts {
        ports: &pod.ports,
        has_own_command: pod.args.is_some(),
        authorized: &Authorized::Unknown,
        local: &[],
    }
}

fn no_way(pod: &PodSeen, reason: NoWay) -> Error {
    let facts = before_trying(pod);
    let web_terminal = format!("a shell in the browser: {}", summary::web_terminal(pod));
    match reason {
        NoWay::ShellOnly(proxy) => {
            let failure = Failure::new("this needs direct SSH, and there is none");
            let failure = failure.detail(format!("there is {PROXY}"));
            let failure = told(failure, facts.no_direct_address());
            Error::usage(failure.help(format!(
                "`sindri connect` at a terminal opens a shell through the proxy ({proxy})"
            )))
        }
        NoWay::None => {
            let failure = Failure::new(format!("RunPod gives no SSH address for pod {}", pod.id));
            let failure = told(failure, facts.no_direct_address());
            Error::new(Kind::Provider, failure.help(web_terminal))
        }
        NoWay::Unusable(what) => Error::new(
            Kind::Provider,
            Failure::new(format!(
                "what RunPod gives as the SSH address of pod {} is none",
                pod.id
            ))
            .detail(what)
            .help(web_terminal),
        ),
    }
}

/// Adds what was found and what to do.
pub(super) fn told(mut failure: Failure, story: Story) -> Failure {
    failure.details.extend(story.details);
    failure.help.extend(story.help);
    failure
}

/// A file of ours that cannot be used.
pub(super) fn file_failed(error: &FileError) -> Error {
    let failure = Failure::new(error.to_string()).causes(std::error::Error::source(error));
    match error {
        FileError::NotOurs(_) => {
            Error::usage(failure.help("`--output PATH` writes another file, `--print` none"))
        }
        FileError::Variable(_) => Error::usage(failure.help("rename the directory")),
        FileError::NoName(_) => Error::new(Kind::Provider, failure),
        FileError::Io { .. } => Error::new(Kind::Unexpected, failure),
    }
}
