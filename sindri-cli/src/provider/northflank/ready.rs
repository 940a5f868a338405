//! Waiting for a service.

use northflank_sdk::wait::{FirstLook, ServiceCondition, WaitError};

use super::Northflank;
use super::convert;
use super::failure::explain;
use super::find::unreadable;
use crate::error::{Error, Failure, Kind, Result};
use crate::plan::northflank::ServiceSeen;
use crate::settings::Pace;

impl Northflank {
    /// Polls until the rollout is done. `restarts` tells that what is seen at once may be the old containers.
    pub(crate) async fn wait_rolled_out(
        &self,
        project: &str,
        service: &str,
        pace: Pace,
        restarts: bool,
        mut phase: impl FnMut(&str) + Send,
    ) -> Result<ServiceSeen> {
        let first_look = if restarts {
            FirstLook::AfterInterval
        } else {
            FirstLook::Now
        };
        let waited = self
            .client
            .services()
            .wait(project, service, ServiceCondition::Running)
            .interval(pace.poll_interval)
            .max_wait(pace.deploy_timeout)
            .first_look(first_look)
            .on_progress(|progress| phase(&format!("service {service}: {}", progress.phase)))
            .send()
            .await;
        match waited {
            Ok(None) => Err(failed(service, "the service is gone")),
            Ok(Some(found)) => convert::service(&found).map_err(|missing| unreadable(&missing)),
            Err(WaitError::Failed { reason }) => Err(failed(service, &reason)),
            Err(WaitError::GaveUp {
                elapsed,
                polls,
                last,
            }) => Err(Error::new(
                Kind::GaveUp,
                Failure::new(format!(
                    "not ready after {} s and {polls} looks; the service is kept",
                    elapsed.as_secs()
                ))
                .detail(format!("last seen: {last}"))
                .help("`sindri deploy` goes on waiting, `sindri status` looks once")
                .help("`sindri destroy` ends the bill"),
            )),
            Err(WaitError::Call(error)) => Err(explain(&error, "show the service")),
            Err(other) => Err(Error::unexpected("waiting for the service ended", &other)),
        }
    }
}

fn failed(service: &str, reason: &str) -> Error {
    Error::new(
        Kind::Provider,
        Failure::new(format!("the deployment failed: {reason}"))
            .detail(format!("service {service}"))
            .help("`sindri logs` shows what its containers wrote")
            .help("mend the cause and `sindri deploy` again, or `sindri destroy` deletes it"),
    )
}
