//! Why there is no way in, or no longer: told with what is missing and what to do.

use std::time::Duration;

use super::reach::{Reach, told};
use super::summary;
use crate::error::{Error, Failure, Kind};
use crate::plan::{PodSeen, PodState};
use crate::provider::Runpod;
use crate::ssh::{NoBanner, Trouble, Way};

/// No SSH server answers where the pod's should be.
pub(super) fn no_server(why: &NoBanner, longest: Duration, pod: &PodSeen, reach: &Reach) -> Error {
    let kind = match why {
        NoBanner::Unreachable(_) => Kind::Network,
        NoBanner::Refused | NoBanner::Closed | NoBanner::Silent | NoBanner::NotSsh => {
            Kind::Provider
        }
    };
    let failure = Failure::new(format!(
        "no SSH server answers for pod {} after {} s",
        pod.id,
        longest.as_secs()
    ));
    let mut failure = told(
        failure,
        reach
            .facts(pod)
            .no_server(reach.connection.way.address(), why),
    );
    if let Some(proxy) = &pod.ssh.proxy {
        failure = failure.help(format!(
            "a shell without sshd: `{}`, or {}",
            proxy.command,
            summary::web_terminal(pod)
        ));
    }
    Error::new(kind, failure)
}

/// An `ssh` that failed itself.
pub(super) struct SshFailed<'a> {
    pub(super) trouble: Trouble,
    /// What it wrote about that.
    pub(super) said: &'a str,
    pub(super) runpod: &'a Runpod,
    pub(super) pod: &'a PodSeen,
    pub(super) reach: &'a Reach,
}

impl SshFailed<'_> {
    /// Tells why, in its own words and in ours.
    pub(super) async fn explain(&self) -> Error {
        let (pod, reach) = (self.pod, self.reach);
        let way = &reach.connection.way;
        let (kind, message) = self.heading();
        let mut failure = Failure::new(message);
        failure.details = lines(self.said);
        let failure = match self.trouble {
            Trouble::HostKey => {
                // Of its page of warnings, what is not said below.
                failure.details.retain(|line| line.contains("SHA256:"));
                host_key_changed(failure, pod, reach)
            }
            Trouble::Denied => told(failure, reach.facts(pod).denied(way)),
            Trouble::NoConnection | Trouble::Lost => self.no_connection(failure).await,
            Trouble::Other => {
                failure.help("`sindri connect --json` prints the command, to try it by hand")
            }
        };
        Error::new(kind, failure)
    }

    fn heading(&self) -> (Kind, String) {
        let address = self.reach.connection.way.address();
        match self.trouble {
            Trouble::HostKey => (
                Kind::Provider,
                format!("{} shows another host key than before", address.host),
            ),
            Trouble::Denied => (
                Kind::Credentials,
                format!("the SSH server does not let you in as {}", address.user),
            ),
            Trouble::NoConnection => (
                Kind::Network,
                format!("there is no connection to {address}"),
            ),
            Trouble::Lost => (Kind::Network, "the connection is lost".to_owned()),
            Trouble::Other => (Kind::Provider, "ssh failed".to_owned()),
        }
    }

    /// The best reason for a connection to break is a pod that was stopped.
    async fn no_connection(&self, failure: Failure) -> Failure {
        match self.runpod.pod(&self.pod.id).await {
            Ok(now) if now.state != PodState::Running => {
                let (id, state) = (&now.id, now.state.as_str());
                failure.detail(format!("pod {id} is {state} now"))
            }
            Ok(_) => failure.help("what ran there may still run; `sindri connect` again"),
            Err(_) => failure.help("`sindri status` shows whether the pod still runs"),
        }
    }
}

fn host_key_changed(failure: Failure, pod: &PodSeen, reach: &Reach) -> Failure {
    let file = reach.connection.known_hosts.display();
    match &reach.connection.way {
        Way::Direct(_) => failure
            .detail(format!(
                "RunPod says that pod {} was not started since its key was kept, so it should be the same: \
                 someone may be listening in, or the container was reset by other means",
                pod.id
            ))
            .help(format!(
                "if you know why, delete {file} and connect again; if not, do not"
            )),
        Way::Proxy(_) => failure
            .detail("the proxy is RunPod's and should keep its key: someone may be listening in")
            .help(format!(
                "compare it with what RunPod publishes, then delete {file} and connect again"
            )),
    }
}

/// What `ssh` said, without what could move the cursor.
fn lines(said: &str) -> Vec<String> {
    let lines = said.lines().map(|line| {
        let text: String = line.chars().filter(|c| !c.is_control()).collect();
        format!("ssh: {}", text.trim_start_matches("ssh: "))
    });
    let tells = |line: &String| line.len() > "ssh: ".len() && !line.contains("Permanently added");
    lines.filter(tells).collect()
}
