//! Waiting for a pod that can be used.

use super::Runpod;
use super::convert;
use super::failure::{explain, is_not_found, trouble};
use crate::config::Port;
use crate::error::{Error, Failure, Kind, Result};
use crate::plan::{PodSeen, PodState};
use crate::provider::wait::{FirstLook, Verdict, WaitError, until};
use crate::settings::Pace;

impl Runpod {
    /// Polls until the pod can be used. RUNNING alone does not mean that: it is said long before the
    /// container is up and SSH answers.
    pub(crate) async fn wait_ready(
        &self,
        pod: &PodSeen,
        pace: Pace,
        first_look: FirstLook,
        phase: impl FnMut(&str),
    ) -> Result<PodSeen> {
        let mut readiness = Readiness::of(pod);
        let id = pod.id.as_str();
        let waited = until(
            pace,
            first_look,
            || async move {
                let pod = self.client.pods().get(id).await?;
                Ok::<_, runpod_sdk::Error>(convert::pod(&pod))
            },
            |seen: &PodSeen| readiness.judge(seen),
            trouble,
            phase,
        );
        waited.await.map_err(|error| failure(id, error))
    }
}

/// What a pod must show before it counts as ready.
struct Readiness {
    wants_ssh: bool,
    /// Whether it was seen on its way up. Until then a stopped pod is one that was told to start and has
    /// not begun to.
    seen_alive: bool,
}

impl Readiness {
    fn of(pod: &PodSeen) -> Self {
        Self {
            wants_ssh: wants_ssh(pod),
            seen_alive: pod.state.bills_compute(),
        }
    }

    fn judge(&mut self, pod: &PodSeen) -> Verdict {
        self.seen_alive |= pod.state.bills_compute();
        self.wants_ssh = wants_ssh(pod);
        let pending = |phase: &str| Verdict::Pending(format!("pod {}: {phase}", pod.id));
        match &pod.state {
            PodState::Provisioning => pending("provisioning, looking for a machine"),
            PodState::Starting => pending("starting, pulling the image"),
            PodState::Running if pod.runtime.is_none() => {
                pending("running, the container is not up yet")
            }
            PodState::Running if self.wants_ssh && pod.ssh.direct.is_none() => {
                pending("running, waiting for SSH")
            }
            PodState::Running => Verdict::Ready,
            PodState::Exited | PodState::Error | PodState::Terminated if self.seen_alive => {
                Verdict::Failed(format!("pod {} went to {}", pod.id, pod.state.as_str()))
            }
            PodState::Exited | PodState::Error | PodState::Terminated => {
                pending("stopped, not starting yet")
            }
            PodState::Unknown(word) => pending(word),
        }
    }
}

fn wants_ssh(pod: &PodSeen) -> bool {
    pod.ports.contains(&Port::SSH.to_string())
}

/// Whether a pod can be used now.
pub(crate) fn is_ready(pod: &PodSeen) -> bool {
    Readiness::of(pod).judge(pod) == Verdict::Ready
}

fn failure(id: &str, error: WaitError<runpod_sdk::Error>) -> Error {
    match error {
        WaitError::Failed(reason) => Error::new(
            Kind::Provider,
            Failure::new(format!("the deployment failed: {reason}"))
                .help(format!("its log: https://www.runpod.io/console/pods/{id}"))
                .help("`sindri deploy` starts it again, `sindri destroy` deletes it"),
        ),
        WaitError::GaveUp {
            elapsed,
            polls,
            last,
        } => Error::new(
            Kind::GaveUp,
            Failure::new(format!(
                "not ready after {} s and {polls} looks; the pod is kept",
                elapsed.as_secs()
            ))
            .detail(format!("last seen: {last}"))
            .help("`sindri deploy` goes on waiting, `sindri status` looks once")
            .help("`sindri destroy` ends the bill"),
        ),
        WaitError::Call(error) if is_not_found(&error) => Error::new(
            Kind::Provider,
            Failure::new(format!("the deployment failed: pod {id} is gone"))
                .help("RunPod deletes pods when the balance reaches 0; or someone deleted it"),
        ),
        WaitError::Call(error) => explain(&error, "show the pod"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::fixtures::pod;
    use crate::plan::{RuntimeSeen, SshSeen};

    fn seen(state: PodState, ports: &[&str], runtime: bool, ssh: bool) -> PodSeen {
        PodSeen {
            state,
            ports: ports.iter().map(|port| (*port).to_owned()).collect(),
            runtime: runtime.then(RuntimeSeen::default),
            ssh: SshSeen {
                direct: ssh.then(|| "ssh root@1.2.3.4".to_owned()),
                proxy: None,
            },
            ..pod("abc")
        }
    }

    #[test]
    fn running_is_not_ready_until_the_container_and_ssh_are_up() {
        let ready = |seen: &PodSeen| is_ready(seen);
        let ssh: &[&str] = &["22/tcp"];
        assert!(!ready(&seen(PodState::Running, ssh, false, false)));
        assert!(!ready(&seen(PodState::Running, ssh, true, false)));
        assert!(ready(&seen(PodState::Running, ssh, true, true)));
        assert!(ready(&seen(PodState::Running, &["8888/http"], true, false)));
        assert!(!ready(&seen(PodState::Starting, ssh, true, true)));
        assert!(!ready(&seen(
            PodState::Unknown("NEW".into()),
            ssh,
            true,
            true
        )));
    }

    #[test]
    fn a_stopped_pod_has_failed_only_after_it_was_seen_on_its_way_up() {
        let stopped = seen(PodState::Exited, &[], false, false);
        let mut told_to_start = Readiness::of(&stopped);
        assert!(matches!(told_to_start.judge(&stopped), Verdict::Pending(_)));
        let starting = seen(PodState::Starting, &[], false, false);
        assert!(matches!(
            told_to_start.judge(&starting),
            Verdict::Pending(_)
        ));
        assert!(matches!(told_to_start.judge(&stopped), Verdict::Failed(_)));
        let mut created = Readiness::of(&starting);
        let error = seen(PodState::Error, &[], false, false);
        assert!(matches!(created.judge(&error), Verdict::Failed(_)));
    }
}
