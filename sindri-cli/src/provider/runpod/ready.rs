//! Waiting for a pod that can be used.

use runpod_sdk::wait::{FirstLook, PodCondition, WaitError};

use super::Runpod;
use super::convert;
use super::failure::explain;
use crate::error::{Error, Failure, Kind, Result};
use crate::plan::PodSeen;
use crate::settings::Pace;

impl Runpod {
    /// Polls until the pod can be used. RUNNING alone does not mean that: it is said long before the
    /// container is up and SSH answers.
    pub(crate) async fn wait_ready(
        &self,
        id: &str,
        pace: Pace,
        first_look: FirstLook,
        mut phase: impl FnMut(&str) + Send,
    ) -> Result<PodSeen> {
        let pod = format!("pod {id}");
        let waited = self
            .client
            .pods()
            .wait(id, PodCondition::Ready)
            .interval(pace.poll_interval)
            .max_wait(pace.deploy_timeout)
            .first_look(first_look)
            .on_progress(move |progress| phase(&format!("{pod}: {}", progress.phase)))
            .send()
            .await;
        match waited {
            Ok(Some(pod)) => Ok(convert::pod(&pod)),
            Ok(None) => Err(failed(id, "the pod is gone")),
            Err(error) => Err(self.with_log_tail(id, failure(id, error)).await),
        }
    }
}

fn failed(id: &str, reason: &str) -> Error {
    Error::new(
        Kind::Provider,
        Failure::new(format!("the deployment failed: {reason}"))
            .detail(format!("pod {id}"))
            .help("`sindri logs` shows all of its log")
            .help("`sindri deploy` starts it again, `sindri destroy` deletes it")
            .help("a pod that is gone was deleted by someone, or by RunPod when the balance reached 0"),
    )
}

fn failure(id: &str, error: WaitError) -> Error {
    match error {
        WaitError::Failed { reason } => failed(id, &reason),
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
        WaitError::Call(error) => explain(&error, "show the pod"),
        other => Error::unexpected("waiting for the pod ended", &other),
    }
}
