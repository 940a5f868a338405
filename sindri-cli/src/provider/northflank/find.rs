//! Finding the deployment by its names.

use super::Northflank;
use super::convert;
use super::failure::explain;
use crate::error::{Error, Failure, Kind, Result};
use crate::plan::northflank::{ProjectSeen, ServiceSeen, ServiceVolumeSeen, volume_name};
use crate::state::{
    Deed, ServiceRecord, ServiceSighting, ServiceSightings, SettledService, new_deployment_id,
    settle_service,
};

/// Under which names a deployment is looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names<'a> {
    /// Of the deployment.
    pub(crate) app: &'a str,
    pub(crate) project: &'a str,
    pub(crate) service: &'a str,
}

/// What was found, and what it means.
#[derive(Debug)]
pub(crate) struct ServiceSight {
    /// What is ours.
    pub(crate) settled: SettledService,
    pub(crate) project: Option<ProjectSeen>,
    /// Which names were looked for: those written down, else those of the file.
    pub(crate) project_name: String,
    pub(crate) service_name: String,
    service: Option<ServiceSeen>,
    volume: Option<ServiceVolumeSeen>,
}

impl ServiceSight {
    /// The service of the deployment.
    pub(crate) fn service(&self) -> Option<&ServiceSeen> {
        self.service.as_ref()
    }

    /// The volume under the deployment's name, made by `deploy` or not.
    pub(crate) fn volume(&self) -> Option<&ServiceVolumeSeen> {
        self.volume.as_ref()
    }

    /// The volume, if `deploy` made it.
    pub(crate) fn own_volume(&self) -> Option<&ServiceVolumeSeen> {
        let own = self.settled.record.as_ref()?.volume_id.as_deref()?;
        self.volume().filter(|volume| volume.id == own)
    }

    /// What there is of something that an earlier run began to change.
    pub(crate) fn now(&self, deed: &Deed) -> String {
        let is_there = match deed.resource.as_str() {
            "service" => {
                if let Some(service) = self.service().filter(|service| service.id == deed.id) {
                    return format!("it is {}", service.state.as_str());
                }
                false
            }
            "volume" => self.volume().is_some_and(|volume| volume.id == deed.id),
            "project" => self.project.is_some(),
            _ => return "`sindri destroy` deletes what is left of it".to_owned(),
        };
        let now = if is_there {
            "it is there"
        } else {
            "it is gone"
        };
        now.to_owned()
    }

    /// Why nothing changes the service in this run: only its name says that it is the one.
    pub(crate) fn not_yet_ours(&self) -> Option<String> {
        let found = self.settled.by_name.as_ref()?;
        Some(format!(
            "{found} was found by its name only, and nothing here says that it is this deployment"
        ))
    }
}

impl Northflank {
    /// Looks for project, service and volume: under the names written down, else under those of the file.
    pub(crate) async fn find(
        &self,
        names: Names<'_>,
        record: Option<&ServiceRecord>,
    ) -> Result<ServiceSight> {
        let sight = self.look(names, record).await?;
        let is_renamed = sight.project_name != names.project || sight.service_name != names.service;
        let record = sight.settled.record.as_ref();
        if !is_renamed || record.is_some_and(ServiceRecord::holds_something) {
            return Ok(sight);
        }
        // Nothing is left under the old names: from now on those of the file count.
        let renamed = record.map(|record| ServiceRecord {
            project_name: names.project.to_owned(),
            service_name: names.service.to_owned(),
            ..record.clone()
        });
        let mut fresh = self.look(names, renamed.as_ref()).await?;
        fresh.settled.notes.splice(0..0, sight.settled.notes);
        Ok(fresh)
    }

    async fn look(&self, names: Names<'_>, record: Option<&ServiceRecord>) -> Result<ServiceSight> {
        let (project_name, service_name) = match record {
            Some(record) => (record.project_name.as_str(), record.service_name.as_str()),
            None => (names.project, names.service),
        };
        let project = self.project(project_name).await?;
        let (service, volume) = match &project {
            None => (None, None),
            Some(project) => {
                let path = record.and_then(|record| record.volume_path.as_deref());
                tokio::try_join!(
                    self.service(&project.id, service_name),
                    self.volume(&project.id, service_name, path),
                )?
            }
        };
        let seen = ServiceSightings {
            project: project.is_some(),
            service: service.as_ref().map(|service| ServiceSighting {
                id: service.id.clone(),
                tags: service.tags.clone(),
                created_at: service.created_at.clone(),
            }),
            volume: volume.as_ref().map(|(seen, tags)| ServiceSighting {
                id: seen.id.clone(),
                tags: tags.clone(),
                created_at: None,
            }),
        };
        let fresh = |marker: Option<&str>| self.fresh_record(names, marker);
        Ok(ServiceSight {
            settled: settle_service(record, &seen, fresh),
            project,
            project_name: project_name.to_owned(),
            service_name: service_name.to_owned(),
            service,
            volume: volume.map(|(volume, _)| volume),
        })
    }

    /// The record of a deployment that nothing was written down about.
    pub(crate) fn fresh_record(&self, names: Names<'_>, marker: Option<&str>) -> ServiceRecord {
        let id = marker.map_or_else(new_deployment_id, str::to_owned);
        ServiceRecord::new(names.app, &self.origin, names.project, names.service, id)
    }

    /// The project, if it is there.
    pub(super) async fn project(&self, name: &str) -> Result<Option<ProjectSeen>> {
        match self.client.projects().get(name).await {
            Ok(project) => Ok(Some(ProjectSeen {
                id: project.id.clone(),
                region: project.deployment.as_ref().map(|it| it.region.clone()),
            })),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(explain(&error, "show the project")),
        }
    }

    /// The service, if it is there.
    pub(crate) async fn service(&self, project: &str, name: &str) -> Result<Option<ServiceSeen>> {
        let service = match self.client.services().get(project, name).await {
            Ok(service) => service.into_inner(),
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(explain(&error, "show the service")),
        };
        convert::service(&service)
            .map(Some)
            .map_err(|missing| unreadable(&missing))
    }

    async fn volume(
        &self,
        project: &str,
        service: &str,
        path: Option<&str>,
    ) -> Result<Option<(ServiceVolumeSeen, Vec<String>)>> {
        match self
            .client
            .volumes()
            .get(project, &volume_name(service))
            .await
        {
            Ok(volume) => Ok(Some((
                convert::volume(&volume, service, path),
                volume.tags.clone(),
            ))),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(explain(&error, "show the volume")),
        }
    }
}

/// An answer that half of a service could be read from.
pub(super) fn unreadable(missing: &str) -> Error {
    Error::new(
        Kind::Provider,
        Failure::new("Northflank was asked to show the service, and its answer cannot be read")
            .detail(missing)
            .help("Northflank may have changed: look for a new sindri"),
    )
}
