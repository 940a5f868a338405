//! What there is after a create whose answer was lost.
//!
//! Names are unique: what has the name now was made by that create, or by somebody else a moment before it.

use jiff::Timestamp;
use northflank_sdk::types::ProjectDetail;

use super::Northflank;
use super::apply::ServiceJournal;
use super::failure::explain;
use crate::error::{Error, Failure, Result};
use crate::plan::northflank::{ServiceSeen, ServiceSpec};
use crate::provider::refusal::after;
use crate::state::deployment_of;

/// Who made what is there now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// This run.
    Ours,
    /// Somebody else, as far as can be told.
    Somebodys,
}

impl Northflank {
    /// Whose the project is that has the name.
    ///
    /// Projects carry no tag. Nothing had the name when this run looked, so one that is as new as the create and
    /// has nothing in it is ours.
    pub(super) async fn whose_project(
        &self,
        spec: &ServiceSpec,
        error: &northflank_sdk::Error,
        journal: &ServiceJournal<'_>,
    ) -> Result<Whose> {
        let project = match self.client.projects().get(&spec.project).await {
            Ok(project) => project.into_inner(),
            Err(second) if second.is_not_found() => {
                return Err(explain(error, "create the project"));
            }
            Err(second) => return Err(after(explain(&second, "show the project"), error)),
        };
        let volumes = self.client.volumes().list(&project.id).items();
        let volumes = volumes.collect_all().await;
        let volumes =
            volumes.map_err(|second| after(explain(&second, "list the volumes"), error))?;
        let begun = journal.record().intent.as_ref();
        let begun = begun.and_then(|intent| intent.started_at.parse().ok());
        let is_ours = volumes.is_empty() && is_empty(&project) && !is_older(&project, begun);
        Ok(if is_ours {
            Whose::Ours
        } else {
            Whose::Somebodys
        })
    }

    /// The id of the volume that was made after all.
    ///
    /// # Errors
    ///
    /// There is none, or it is somebody else's.
    pub(super) async fn made_volume(
        &self,
        spec: &ServiceSpec,
        tag: Option<&str>,
        error: &northflank_sdk::Error,
        journal: &mut ServiceJournal<'_>,
    ) -> Result<String> {
        let name = spec.volume_name();
        match self.client.volumes().get(&spec.project, &name).await {
            Ok(found) => {
                if whose(&found.tags, tag, journal) == Whose::Somebodys {
                    journal.nothing_made();
                    return Err(not_taken("volume", &name, &spec.project, error));
                }
                Ok(found.into_inner().id)
            }
            Err(second) if second.is_not_found() => Err(explain(error, "create the volume")),
            Err(second) => Err(after(explain(&second, "show the volume"), error)),
        }
    }

    /// The service that was made after all.
    ///
    /// # Errors
    ///
    /// There is none, or it is somebody else's.
    pub(super) async fn made_service(
        &self,
        spec: &ServiceSpec,
        tag: Option<&str>,
        error: &northflank_sdk::Error,
        journal: &mut ServiceJournal<'_>,
    ) -> Result<ServiceSeen> {
        let found = self.service(&spec.project, &spec.name).await;
        let found = found.map_err(|second| after(second, error))?;
        let found = found.ok_or_else(|| explain(error, "create the service"))?;
        if whose(&found.tags, tag, journal) == Whose::Somebodys {
            journal.nothing_made();
            return Err(not_taken("service", &spec.name, &spec.project, error));
        }
        Ok(found)
    }
}

/// What was made with a tag carries it. What was made without one is known by its name alone.
fn whose(tags: &[String], sent: Option<&str>, journal: &ServiceJournal<'_>) -> Whose {
    let ours = journal.record().deployment_id.as_str();
    if sent.is_none() || deployment_of(tags) == Some(ours) {
        Whose::Ours
    } else {
        Whose::Somebodys
    }
}

fn is_empty(project: &ProjectDetail) -> bool {
    project.services.is_empty() && project.jobs.is_empty() && project.addons.is_empty()
}

/// Whether it was there before the create was begun. Times are told in whole seconds, perhaps.
fn is_older(project: &ProjectDetail, begun: Option<Timestamp>) -> bool {
    let made: Option<Timestamp> = project.created_at.as_str().parse().ok();
    match (made, begun) {
        (Some(made), Some(begun)) => made.as_second() < begun.as_second(),
        (None, _) | (_, None) => false,
    }
}

fn not_taken(what: &str, name: &str, project: &str, error: &northflank_sdk::Error) -> Error {
    Error::usage(
        Failure::new(format!(
            "project {project} has a {what} {name} without the tag of this deployment: it is somebody else's and was \
             not taken"
        ))
        .detail(format!("asked after an earlier failure: {error}"))
        .help("another deploy may be at work there: `sindri status` shows what there is")
        .help("if it is not yours, write another `serviceName` or `projectName`"),
    )
}
