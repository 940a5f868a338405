//! Starting a service that has no instance.

use northflank_sdk::types::{ResumeServiceRequest, Service};

use super::Northflank;
use super::failure::{explain, is_conflict};
use super::request::{self, Now};
use crate::config::AutoScaling;
use crate::error::{Error, Failure, Kind, Result};
use crate::provider::refusal::after;

/// With how many instances a service starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// With so many.
    Fixed(u32),
    /// With as many as its load asks for, and so many at least.
    Scaled(u32),
}

impl Start {
    /// What the file says.
    pub(crate) fn of(instances: u32, scaling: Option<&AutoScaling>) -> Self {
        scaling.map_or(Self::Fixed(instances), |scaling| {
            Self::Scaled(scaling.min_instances)
        })
    }

    /// How many there are at first.
    pub(crate) fn least(self) -> u32 {
        match self {
            Self::Fixed(count) | Self::Scaled(count) => count,
        }
    }
}

impl Northflank {
    /// Starts a service: one that was paused is resumed. One that was never paused and has 0 instances
    /// cannot be: it gets them. One that runs already is as good.
    pub(crate) async fn start_service(
        &self,
        project: &str,
        service: &str,
        start: Start,
    ) -> Result<()> {
        let now = self.now(project, service).await?;
        if now.is_flagged || now.instances != Some(0) {
            return self.resume_service(project, service, start).await;
        }
        let request = request::instances(start.least(), &now).ok_or_else(|| {
            Error::new(
                Kind::Provider,
                Failure::new(format!(
                    "service {service} runs no image of a registry: nothing was changed"
                ))
                .help("set its instances in Northflank's console, or `sindri deploy` the image of sindri.yaml"),
            )
        })?;
        let services = self.client.services();
        let changed = services.patch_deployment(project, service, &request).await;
        changed
            .map(drop)
            .map_err(|error| explain(&error, "start the service"))
    }

    async fn resume_service(&self, project: &str, service: &str, start: Start) -> Result<()> {
        let request = match start {
            Start::Scaled(_) => ResumeServiceRequest::new().enable_autoscaling(true),
            Start::Fixed(count) => ResumeServiceRequest::new().instances(i64::from(count)),
        };
        let resumed = self
            .client
            .services()
            .resume(project, service, &request)
            .await;
        match resumed {
            Ok(_) => Ok(()),
            Err(error) if is_conflict(&error) || error.may_have_taken_effect() => {
                let now = self.service(project, service).await;
                let runs = now
                    .map_err(|second| after(second, &error))?
                    .is_some_and(|service| service.state.bills_compute());
                if runs {
                    Ok(())
                } else {
                    Err(explain(&error, "start the service"))
                }
            }
            Err(error) => Err(explain(&error, "start the service")),
        }
    }

    /// What a change has to carry over.
    pub(super) async fn now(&self, project: &str, service: &str) -> Result<Now> {
        let now = self.client.services().get(project, service).await;
        let now = now.map_err(|error| explain(&error, "read the service before changing it"))?;
        match now.into_inner() {
            Service::Deployment(detail) => Ok(Now::of(detail)),
            // One that builds its own image, too.
            _ => Err(no_deployment(service)),
        }
    }
}

/// A service of another kind has nothing that could be carried over.
fn no_deployment(service: &str) -> Error {
    Error::usage(
        Failure::new(format!(
            "service {service} is of another kind than `deployment`: nothing was changed"
        ))
        .help("start and change it in Northflank's console"),
    )
}
