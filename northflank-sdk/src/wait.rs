//! Waiting for services and volumes.

use crate::generated::{services::Services, types, types::DeploymentState, volumes::Volumes};
use crate::{Client, Error};
use sdk_core::wait::trouble_of;
use std::time::Duration;

pub use sdk_core::{
    Wait,
    wait::{FirstLook, Pace, Progress, Trouble, Verdict},
};

/// Why waiting ended without success.
pub type WaitError = sdk_core::wait::WaitError<Error>;

/// A wait for a service, which it gives as last seen.
pub type ServiceWait<'a> = Wait<'a, Option<types::Service>, Error>;

/// A wait for a volume, which it gives as last seen.
pub type VolumeWait<'a> = Wait<'a, Option<types::Volume>, Error>;

/// What a service is waited for to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServiceCondition {
    /// Rolled out: the status of its deployment is `COMPLETED`, so its containers run. It fails when that is
    /// `FAILED`, and when the service is paused, which no rollout follows.
    Running,
    /// Paused, or at 0 instances. Compute bills no more, volumes do.
    Paused,
    /// Deleted.
    Gone,
}

/// What a volume is waited for to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VolumeCondition {
    /// Attached to something and provisioned. No source lists the words of `status`: one that speaks of
    /// failure ends the wait, `bound`, `available` and `in-use` in any case count as provisioned.
    Bound,
    /// Deleted.
    Gone,
}

/// What is known of a service, as far as waiting is concerned.
struct Facts<'a> {
    paused: bool,
    rollout: Option<&'a DeploymentState>,
}

impl ServiceCondition {
    /// Judges a look at a service. `None` is a service that is not there.
    #[must_use]
    pub fn judge(self, service: Option<&types::Service>) -> Verdict {
        let Some(service) = service else {
            return match self {
                Self::Gone => Verdict::Ready,
                Self::Running | Self::Paused => Verdict::Failed("the service is gone".to_owned()),
            };
        };
        let Some(facts) = facts(service) else {
            return Verdict::Pending("there is no status yet".to_owned());
        };
        match self {
            Self::Gone => Verdict::Pending("still there".to_owned()),
            Self::Paused if facts.paused => Verdict::Ready,
            Self::Paused => Verdict::Pending("not paused yet".to_owned()),
            Self::Running if facts.paused => Verdict::Failed("the service is paused".to_owned()),
            Self::Running => rolled_out(facts.rollout),
        }
    }
}

fn rolled_out(rollout: Option<&DeploymentState>) -> Verdict {
    match rollout {
        Some(DeploymentState::Completed) => Verdict::Ready,
        Some(DeploymentState::Failed) => Verdict::Failed("the rollout failed".to_owned()),
        Some(DeploymentState::Pending) => Verdict::Pending("the rollout has not begun".to_owned()),
        Some(DeploymentState::InProgress) => {
            Verdict::Pending("containers are being started".to_owned())
        }
        Some(DeploymentState::Unknown(word)) => Verdict::Pending(word.clone()),
        None => Verdict::Pending("no rollout yet".to_owned()),
    }
}

/// None for a build service, which runs nothing, and for a form that this version does not know.
fn facts(service: &types::Service) -> Option<Facts<'_>> {
    let (paused, instances, status) = match service {
        types::Service::Deployment(it) => (
            it.service_paused,
            it.deployment.as_ref().and_then(|it| it.instances),
            it.status.as_ref(),
        ),
        #[cfg(feature = "combined-services")]
        types::Service::Combined(it) => (
            it.service_paused,
            it.deployment.as_ref().and_then(|it| it.instances),
            it.status.as_ref(),
        ),
        #[cfg(feature = "build-services")]
        types::Service::Build(_) => return None,
        types::Service::Unknown(_) => return None,
    };
    Some(Facts {
        paused: paused == Some(true) || instances == Some(0),
        rollout: status
            .and_then(|it| it.deployment.as_ref())
            .map(|it| &it.status),
    })
}

impl VolumeCondition {
    /// Judges a look at a volume. `None` is a volume that is not there.
    #[must_use]
    pub fn judge(self, volume: Option<&types::Volume>) -> Verdict {
        let Some(volume) = volume else {
            return match self {
                Self::Gone => Verdict::Ready,
                Self::Bound => Verdict::Failed("the volume is gone".to_owned()),
            };
        };
        let status = volume.status.to_ascii_lowercase();
        let attached = volume.attached_objects.iter().flatten().next().is_some();
        match self {
            Self::Gone => Verdict::Pending("still there".to_owned()),
            Self::Bound if status.contains("fail") || status.contains("error") => {
                Verdict::Failed(format!("the volume is {}", volume.status))
            }
            Self::Bound
                if attached && matches!(status.as_str(), "bound" | "available" | "in-use") =>
            {
                Verdict::Ready
            }
            Self::Bound if attached => Verdict::Pending(volume.status.clone()),
            Self::Bound => Verdict::Pending(format!("{}, attached to nothing", volume.status)),
        }
    }
}

impl Services<'_> {
    /// Waits until a service is what the condition says: a look every 5 s for up to 10 minutes. Each look
    /// counts against the quota of 1000 requests an hour.
    ///
    /// Errors that may pass (no connection, 408, 429, 5xx) are looked past. Gives the service as last seen,
    /// and none when it was waited for to be gone.
    ///
    /// ```no_run
    /// # async fn example(client: &northflank_sdk::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use northflank_sdk::wait::ServiceCondition;
    ///
    /// client
    ///     .services()
    ///     .wait("my-project", "my-service", ServiceCondition::Running)
    ///     .on_progress(|progress| println!("{}", progress.phase))
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait(
        &self,
        project_id: &str,
        service_id: &str,
        condition: ServiceCondition,
    ) -> ServiceWait<'static> {
        let client = self.client.clone();
        let (project, service) = (project_id.to_owned(), service_id.to_owned());
        Wait::new(
            format!("service {service_id} to be {condition:?}"),
            Pace::new(Duration::from_secs(5), Duration::from_secs(600)),
            move || {
                let (client, project, service) = (client.clone(), project.clone(), service.clone());
                async move { service_or_none(&client, &project, &service).await }
            },
            move |seen: &Option<types::Service>| condition.judge(seen.as_ref()),
            trouble_of,
        )
    }
}

impl Volumes<'_> {
    /// Waits until a volume is what the condition says: a look every 5 s for up to 5 minutes. As
    /// [`Services::wait`] otherwise.
    pub fn wait(
        &self,
        project_id: &str,
        volume_id: &str,
        condition: VolumeCondition,
    ) -> VolumeWait<'static> {
        let client = self.client.clone();
        let (project, volume) = (project_id.to_owned(), volume_id.to_owned());
        Wait::new(
            format!("volume {volume_id} to be {condition:?}"),
            Pace::new(Duration::from_secs(5), Duration::from_secs(300)),
            move || {
                let (client, project, volume) = (client.clone(), project.clone(), volume.clone());
                async move { volume_or_none(&client, &project, &volume).await }
            },
            move |seen: &Option<types::Volume>| condition.judge(seen.as_ref()),
            trouble_of,
        )
    }
}

async fn service_or_none(
    client: &Client,
    project: &str,
    service: &str,
) -> Result<Option<types::Service>, Error> {
    or_none(client.services().get(project, service).await)
}

async fn volume_or_none(
    client: &Client,
    project: &str,
    volume: &str,
) -> Result<Option<types::Volume>, Error> {
    or_none(client.volumes().get(project, volume).await)
}

/// What is not there is a result.
fn or_none<T>(result: Result<sdk_core::Response<T>, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(found) => Ok(Some(found.into_inner())),
        Err(error) if error.status().is_some_and(|status| status == 404) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::{ServiceCondition, Verdict, VolumeCondition, types};
    use serde_json::json;

    fn service(paused: bool, instances: u32, status: Option<&str>) -> types::Service {
        let deployment = status.map(|status| json!({"status": status, "reason": "DEPLOYING"}));
        serde_json::from_value(json!({
            "id": "api", "appId": "/me/lab/api", "name": "api", "serviceType": "deployment",
            "uid": "0", "servicePaused": paused, "deployment": {"instances": instances},
            "billing": {"deploymentPlan": "nf-compute-50"},
            "cluster": {"id": "nf-us-east", "name": "us-east"},
            "status": {"deployment": deployment},
        }))
        .unwrap()
    }

    #[test]
    fn each_condition_of_a_service_knows_when_it_holds_and_when_it_never_will() {
        use ServiceCondition::{Gone, Paused, Running};
        let check = |condition: ServiceCondition, seen: Option<types::Service>, expected: &str| {
            let verdict = match condition.judge(seen.as_ref()) {
                Verdict::Ready => "ready",
                Verdict::Pending(_) => "pending",
                Verdict::Failed(_) => "failed",
            };
            assert_eq!(verdict, expected, "{condition:?} {seen:?}");
        };
        check(Running, Some(service(false, 1, Some("COMPLETED"))), "ready");
        check(Running, Some(service(false, 1, Some("FAILED"))), "failed");
        for status in [None, Some("PENDING"), Some("IN_PROGRESS"), Some("NEW")] {
            check(Running, Some(service(false, 1, status)), "pending");
        }
        check(Running, Some(service(true, 1, Some("COMPLETED"))), "failed");
        check(Paused, Some(service(true, 1, None)), "ready");
        check(Paused, Some(service(false, 0, None)), "ready");
        check(Paused, Some(service(false, 1, None)), "pending");
        check(Gone, None, "ready");
        check(Gone, Some(service(false, 1, None)), "pending");
        check(Running, None, "failed");
        check(Paused, None, "failed");
        check(Running, Some(types::Service::Unknown(json!({}))), "pending");
    }

    #[test]
    fn a_volume_is_bound_once_something_has_it() {
        let volume = |status: &str, attached: &[&str]| -> types::Volume {
            let objects: Vec<_> = attached
                .iter()
                .map(|id| json!({"id": id, "type": "service"}))
                .collect();
            serde_json::from_value(json!({
                "id": "api-data", "name": "api-data", "spec": {}, "status": status, "tags": [],
                "attachedObjects": objects, "createdAt": "2026-11-25T10:00:00Z",
                "updatedAt": "2026-11-25T10:00:00Z",
            }))
            .unwrap()
        };
        let judge = |volume: types::Volume| VolumeCondition::Bound.judge(Some(&volume));
        assert_eq!(judge(volume("BOUND", &["api"])), Verdict::Ready);
        assert!(matches!(judge(volume("BOUND", &[])), Verdict::Pending(_)));
        assert!(matches!(
            judge(volume("PENDING", &["api"])),
            Verdict::Pending(_)
        ));
        assert!(matches!(
            judge(volume("FAILED", &["api"])),
            Verdict::Failed(_)
        ));
        assert!(matches!(
            VolumeCondition::Bound.judge(None),
            Verdict::Failed(_)
        ));
        assert_eq!(VolumeCondition::Gone.judge(None), Verdict::Ready);
    }
}
