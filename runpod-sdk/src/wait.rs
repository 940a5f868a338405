//! Waiting for a pod.

use crate::generated::{pods::Pods, types::Pod, types::PodStatus};
use crate::{Client, Error};
use sdk_core::wait::trouble_of;
use std::time::Duration;

pub use sdk_core::{
    Wait,
    wait::{FirstLook, Pace, Progress, Trouble, Verdict},
};

/// Why waiting for a pod ended without success.
pub type WaitError = sdk_core::wait::WaitError<Error>;

/// The port whose presence asks for SSH.
const SSH_PORT: &str = "22/tcp";

/// What a pod is waited for to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PodCondition {
    /// `RUNNING`: placed and billed. It says nothing of the container, see [`Ready`](Self::Ready).
    Running,
    /// Fit for use: `RUNNING`, with a `runtime`, and, where `22/tcp` is among its ports, with an address
    /// for direct SSH. RunPod says `RUNNING` up to two minutes earlier.
    Ready,
    /// Stopped: `EXITED`, or `ERROR`. Compute bills no more, storage does.
    Stopped,
    /// Deleted: not there any more, or `TERMINATED`.
    Gone,
}

/// Judges one look at a pod after the other.
///
/// It remembers whether the pod was seen on its way up: until then a stopped pod is one that was told to
/// start and has not begun to, afterwards it is one that has failed.
#[derive(Clone, Debug)]
pub struct PodAcceptor {
    condition: PodCondition,
    seen_alive: bool,
}

impl PodAcceptor {
    /// An acceptor that has seen nothing yet.
    #[must_use]
    pub fn new(condition: PodCondition) -> Self {
        Self {
            condition,
            seen_alive: false,
        }
    }

    /// Judges a look. `None` is a pod that is not there.
    pub fn judge(&mut self, pod: Option<&Pod>) -> Verdict {
        let status = pod.map_or(&PodStatus::Terminated, |pod| &pod.status);
        let alive = matches!(
            status,
            PodStatus::Provisioning | PodStatus::Starting | PodStatus::Running
        );
        self.seen_alive |= alive;
        match (self.condition, pod) {
            (PodCondition::Gone, _) if *status == PodStatus::Terminated => Verdict::Ready,
            (PodCondition::Running | PodCondition::Ready | PodCondition::Stopped, None) => {
                Verdict::Failed("the pod is gone".to_owned())
            }
            (PodCondition::Stopped, _)
                if matches!(status, PodStatus::Exited | PodStatus::Error) =>
            {
                Verdict::Ready
            }
            (PodCondition::Stopped, _) if *status == PodStatus::Terminated => failed(status),
            (PodCondition::Gone | PodCondition::Stopped, _) => pending(status.as_str()),
            (PodCondition::Running, Some(_)) if *status == PodStatus::Running => Verdict::Ready,
            (PodCondition::Running | PodCondition::Ready, Some(pod)) => self.on_the_way_up(pod),
        }
    }

    fn on_the_way_up(&self, pod: &Pod) -> Verdict {
        match &pod.status {
            PodStatus::Provisioning => pending("provisioning, looking for a machine"),
            PodStatus::Starting => pending("starting, pulling the image"),
            PodStatus::Running if pod.runtime.is_none() => {
                pending("running, the container is not up yet")
            }
            PodStatus::Running if wants_ssh(pod) && pod.ssh.direct.is_none() => {
                pending("running, waiting for SSH")
            }
            PodStatus::Running => Verdict::Ready,
            PodStatus::Terminated => failed(&pod.status),
            PodStatus::Exited | PodStatus::Error if self.seen_alive => failed(&pod.status),
            PodStatus::Exited | PodStatus::Error => pending("stopped, not starting yet"),
            PodStatus::Unknown(word) => pending(word),
        }
    }
}

fn pending(phase: &str) -> Verdict {
    Verdict::Pending(phase.to_owned())
}

fn failed(status: &PodStatus) -> Verdict {
    Verdict::Failed(format!("the pod went to {}", status.as_str()))
}

fn wants_ssh(pod: &Pod) -> bool {
    pod.ports.iter().flatten().any(|port| port == SSH_PORT)
}

impl Pod {
    /// Whether the pod is fit for use, see [`PodCondition::Ready`].
    #[must_use]
    pub fn is_ready(&self) -> bool {
        PodAcceptor::new(PodCondition::Ready).judge(Some(self)) == Verdict::Ready
    }
}

impl Pods<'_> {
    /// Waits until a pod is what the condition says: a look every 5 s for up to 10 minutes.
    ///
    /// Errors that may pass (no connection, 408, 429, 5xx) are looked past. Gives the pod as last seen,
    /// and none when it was waited for to be gone.
    ///
    /// ```no_run
    /// # async fn example(client: &runpod_sdk::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use runpod_sdk::wait::PodCondition;
    ///
    /// let pod = client
    ///     .pods()
    ///     .wait("abc123", PodCondition::Ready)
    ///     .on_progress(|progress| println!("{}", progress.phase))
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait(&self, id: &str, condition: PodCondition) -> PodWait<'static> {
        let mut acceptor = PodAcceptor::new(condition);
        let (client, pod) = (self.client.clone(), id.to_owned());
        Wait::new(
            format!("pod {id} to be {condition:?}"),
            Pace::new(Duration::from_secs(5), Duration::from_secs(600)),
            move || {
                let (client, pod) = (client.clone(), pod.clone());
                async move { look(&client, &pod).await }
            },
            move |pod: &Option<Pod>| acceptor.judge(pod.as_ref()),
            trouble_of,
        )
    }
}

/// A pod that is not there is a result.
async fn look(client: &Client, id: &str) -> Result<Option<Pod>, Error> {
    match client.pods().get(id).await {
        Ok(pod) => Ok(Some(pod.into_inner())),
        Err(error) if error.status().is_some_and(|status| status == 404) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A wait for a pod, which it gives as last seen.
pub type PodWait<'a> = Wait<'a, Option<Pod>, Error>;

#[cfg(test)]
mod tests {
    use super::{Pod, PodAcceptor, PodCondition, Verdict};
    use serde_json::json;

    fn pod(status: &str, ports: &[&str], runtime: bool, ssh: bool) -> Pod {
        let direct =
            json!({"host": "1.2.3.4", "port": 40022, "username": "root", "command": "ssh"});
        serde_json::from_value(json!({
            "id": "p1", "name": "n", "status": status, "actions": [], "mounts": {}, "cloud": "SECURE",
            "ssh": {"proxy": null, "direct": if ssh { direct } else { json!(null) }},
            "ports": ports, "cost": 0.44, "locked": false, "globalNetworking": {"enabled": false},
            "runtime": if runtime { json!({"uptime": 1, "gpus": [], "cpu": {"util": 0},
                "memory": {"util": 0}, "ports": []}) } else { json!(null) },
            "createdAt": "2026-11-22T10:00:00Z"
        }))
        .unwrap()
    }

    /// What an acceptor says of a series of looks.
    fn check(condition: PodCondition, looks: &[Option<&Pod>], expected: &Verdict) {
        let mut acceptor = PodAcceptor::new(condition);
        let verdicts: Vec<_> = looks.iter().map(|look| acceptor.judge(*look)).collect();
        let last = verdicts.last().unwrap();
        let same = match (last, expected) {
            // The words are for people.
            (Verdict::Pending(_), Verdict::Pending(_)) => true,
            (last, expected) => last == expected,
        };
        assert!(same, "{condition:?}: {verdicts:?}, not {expected:?}");
    }

    #[test]
    fn running_is_not_ready_until_the_container_and_ssh_are_up() {
        let ready =
            |status, ports: &[&str], runtime, ssh| pod(status, ports, runtime, ssh).is_ready();
        assert!(!ready("RUNNING", &["22/tcp"], false, false));
        assert!(!ready("RUNNING", &["22/tcp"], true, false));
        assert!(ready("RUNNING", &["22/tcp"], true, true));
        assert!(ready("RUNNING", &["8888/http"], true, false));
        assert!(!ready("STARTING", &["22/tcp"], true, true));
        assert!(!ready("NEW", &["22/tcp"], true, true));
    }

    #[test]
    fn each_condition_knows_when_it_holds_and_when_it_never_will() {
        use PodCondition::{Gone, Ready, Running, Stopped};
        let pending = Verdict::Pending(String::new());
        let went = |status: &str| Verdict::Failed(format!("the pod went to {status}"));
        let gone = Verdict::Failed("the pod is gone".to_owned());
        let up = pod("RUNNING", &["22/tcp"], false, false);
        let stopped = pod("EXITED", &[], false, false);
        let broken = pod("ERROR", &[], false, false);
        let ended = pod("TERMINATED", &[], false, false);
        check(Running, &[Some(&up)], &Verdict::Ready);
        check(Ready, &[Some(&up)], &pending);
        check(Stopped, &[Some(&up)], &pending);
        check(Gone, &[Some(&up)], &pending);
        check(Stopped, &[Some(&stopped)], &Verdict::Ready);
        check(Stopped, &[Some(&broken)], &Verdict::Ready);
        check(Stopped, &[Some(&ended)], &went("TERMINATED"));
        check(Gone, &[Some(&stopped)], &pending);
        check(Gone, &[Some(&ended)], &Verdict::Ready);
        check(Gone, &[None], &Verdict::Ready);
        for condition in [Running, Ready, Stopped] {
            check(condition, &[None], &gone);
        }
        for condition in [Running, Ready] {
            check(condition, &[Some(&ended)], &went("TERMINATED"));
        }
    }

    #[test]
    fn a_stopped_pod_has_failed_only_after_it_was_seen_on_its_way_up() {
        let (stopped, starting) = (
            pod("EXITED", &[], false, false),
            pod("STARTING", &[], false, false),
        );
        let ready = PodCondition::Ready;
        check(ready, &[Some(&stopped)], &Verdict::Pending(String::new()));
        let failed = Verdict::Failed("the pod went to EXITED".to_owned());
        check(
            ready,
            &[Some(&stopped), Some(&starting), Some(&stopped)],
            &failed,
        );
    }
}
