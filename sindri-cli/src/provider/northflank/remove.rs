//! Stopping and deleting.

use northflank_sdk::types::{DetachVolumeRequest, ResourceRef, ResourceRefType};

use super::Northflank;
use super::failure::{explain, is_conflict, status};
use crate::error::Result;
use crate::provider::refusal::after;
use crate::provider::release::delete_once_free;

/// How often something is tried to be deleted that still holds, or is held by, what was deleted before it.
const DELETE_TRIES: u32 = 20;

impl Northflank {
    /// Pauses a service. Its volume is kept and bills.
    pub(crate) async fn pause_service(&self, project: &str, service: &str) -> Result<()> {
        let paused = self.client.services().pause(project, service).await;
        match paused {
            Ok(_) => Ok(()),
            Err(error) if is_conflict(&error) || error.may_have_taken_effect() => {
                let now = self.service(project, service).await;
                let now = now.map_err(|second| after(second, &error))?;
                if now.is_some_and(|service| service.state.bills_compute()) {
                    return Err(explain(&error, "pause the service"));
                }
                Ok(())
            }
            Err(error) => Err(explain(&error, "pause the service")),
        }
    }

    /// Deletes a service and leaves its volume. One that is not there is as good.
    pub(crate) async fn delete_service(&self, project: &str, service: &str) -> Result<()> {
        match self.client.services().delete(project, service).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(explain(&error, "delete the service")),
        }
    }

    /// Takes a volume off a service. One that is not on it is as good.
    pub(crate) async fn detach_volume(
        &self,
        project: &str,
        volume: &str,
        service: &str,
    ) -> Result<()> {
        let request = DetachVolumeRequest::new(ResourceRef::new(service, ResourceRefType::Service));
        match self
            .client
            .volumes()
            .detach(project, volume, &request)
            .await
        {
            Ok(_) => Ok(()),
            Err(error) if error.is_not_found() || is_conflict(&error) => Ok(()),
            Err(error) => Err(explain(&error, "detach the volume")),
        }
    }

    /// Deletes a volume with everything on it. One that is not there is as good.
    ///
    /// A service deleted a moment ago may still hold it: a refusal is tried again for a while.
    pub(crate) async fn delete_service_volume(&self, project: &str, volume: &str) -> Result<()> {
        let deleted = delete_once_free(DELETE_TRIES, self.pace.poll_interval, status, async || {
            self.client.volumes().delete(project, volume).await
        });
        let deleted = deleted.await;
        deleted.map_err(|error| explain(&error, "delete the volume"))
    }

    /// Deletes a project that has nothing in it. One that is not there is as good.
    pub(crate) async fn delete_project(&self, project: &str) -> Result<()> {
        let deleted = delete_once_free(DELETE_TRIES, self.pace.poll_interval, status, async || {
            self.client.projects().delete(project).await
        });
        let deleted = deleted.await;
        deleted.map_err(|error| {
            explain(&error, "delete the project").with_help(
                "only an empty project is deleted: what else is in it was not made by sindri",
            )
        })
    }

    /// Deletes the tag of a deployment. One that is not there is as good.
    pub(crate) async fn delete_tag(&self, tag: &str) -> Result<()> {
        match self.client.tags().delete(tag).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(explain(&error, "delete the tag")),
        }
    }
}
