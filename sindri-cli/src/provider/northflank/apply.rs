//! Carrying a plan out.

use northflank_sdk::types::{
    AttachVolumeRequest, DeploymentServicePatch, ProjectInput, ResourceRef, ResourceRefType,
    TagInput,
};

use super::Northflank;
use super::failure::{explain, is_conflict, status};
use super::find::ServiceSight;
use super::lost::Whose;
use super::request;
use super::start::Start;
use crate::config::NorthflankVolume;
use crate::error::{Error, Failure, Kind, Result};
use crate::plan::Class;
use crate::plan::northflank::{ServicePlan, ServiceSpec, ServiceStep};
use crate::provider::Journal;
use crate::provider::refusal::after;
use crate::state::{Act, Creates, ServiceRecord};

/// What a plan came to.
#[derive(Debug, Default)]
pub(crate) struct AppliedService {
    /// What was done, in order.
    pub(crate) did: Vec<String>,
    /// Whether containers are being replaced: what is seen at once may be the old ones.
    pub(crate) restarts: bool,
}

pub(super) type ServiceJournal<'a> = Journal<'a, ServiceRecord>;

impl Northflank {
    /// Carries out the actions in their order.
    pub(crate) async fn apply(
        &self,
        plan: &ServicePlan,
        sight: &ServiceSight,
        journal: &mut ServiceJournal<'_>,
    ) -> Result<AppliedService> {
        let spec = &plan.target;
        let mut applied = AppliedService::default();
        for action in &plan.actions {
            applied.restarts |= matches!(action.class, Class::Restart | Class::Start);
            let did = match &action.step {
                ServiceStep::CreateProject { region } => {
                    self.create_project(spec, region, journal).await?
                }
                ServiceStep::CreateVolume(volume) => {
                    self.create_volume(spec, volume, journal).await?
                }
                ServiceStep::UpdateVolume { id, size_gb, path } => {
                    let change = request::volume_change(*size_gb, path.as_deref());
                    let changed = async {
                        let changed = self.client.volumes().update(&spec.project, id, &change);
                        let changed = changed.await;
                        changed.map_err(|error| explain(&error, "change the volume"))
                    };
                    let act = match size_gb {
                        Some(_) => Act::Grow,
                        None => Act::Update,
                    };
                    journal.doing(act, "volume", id, changed).await?;
                    if let Some(path) = path {
                        journal.change(|record| record.volume_path = Some(path.clone()));
                    }
                    match size_gb {
                        Some(gb) => format!("grew volume {id} to {gb} GB"),
                        None => format!("changed volume {id}"),
                    }
                }
                ServiceStep::AttachVolume { id } => {
                    let attached = self.attach(spec, id);
                    journal.doing(Act::Attach, "volume", id, attached).await?
                }
                ServiceStep::CreateService => self.create_service(plan, sight, journal).await?,
                ServiceStep::UpdateService(patch) => {
                    let name = spec.name.as_str();
                    // What cannot be carried over ends the run before anything is begun.
                    let now = self.now(&spec.project, name).await?;
                    let request = request::update(spec, patch, &now)?;
                    let updated = self.update_service(spec, &request);
                    let did = journal.doing(Act::Update, "service", name, updated).await?;
                    journal.service_changed(spec, patch);
                    did
                }
                ServiceStep::ResumeService => {
                    let start = Start::of(spec.instances, spec.scaling.as_ref());
                    let name = spec.name.as_str();
                    let started = self.start_service(&spec.project, name, start);
                    journal.doing(Act::Start, "service", name, started).await?;
                    format!("started service {name}")
                }
            };
            journal.say(&did);
            applied.did.push(did);
        }
        Ok(applied)
    }

    async fn create_project(
        &self,
        spec: &ServiceSpec,
        region: &str,
        journal: &mut ServiceJournal<'_>,
    ) -> Result<String> {
        journal.intend(Creates::Project, &spec.project, Vec::new())?;
        let request = ProjectInput::Region(request::project(&spec.project, region));
        match self.client.projects().create(&request).await {
            Ok(_) => {}
            // Between our look and now somebody else made it: it is there, and it is not ours.
            Err(error) if is_conflict(&error) => {
                journal.nothing_made();
                return Ok(format!("project {} is there already", spec.project));
            }
            Err(error) if error.may_have_taken_effect() => {
                journal
                    .say("the answer to the create was lost: looking whether the project was made");
                if self.whose_project(spec, &error, journal).await? == Whose::Somebodys {
                    journal.nothing_made();
                    return Ok(format!(
                        "project {} is there, and nothing says that this run made it: `sindri destroy` keeps it",
                        spec.project
                    ));
                }
            }
            Err(error) => {
                journal.nothing_made();
                return Err(explain(&error, "create the project"));
            }
        }
        journal.project_made();
        Ok(format!("created project {}", spec.project))
    }

    async fn create_volume(
        &self,
        spec: &ServiceSpec,
        volume: &NorthflankVolume,
        journal: &mut ServiceJournal<'_>,
    ) -> Result<String> {
        let name = spec.volume_name();
        let tag = self.tag(journal).await?;
        journal.intend(Creates::Volume, &name, Vec::new())?;
        let request = request::volume(&name, volume, tag.as_deref());
        let id = match self.client.volumes().create(&spec.project, &request).await {
            Ok(made) => made.into_inner().id,
            Err(error) if error.may_have_taken_effect() => {
                journal
                    .say("the answer to the create was lost: looking whether the volume was made");
                self.made_volume(spec, tag.as_deref(), &error, journal)
                    .await?
            }
            Err(error) => {
                journal.nothing_made();
                return Err(not_made(&error, "volume", &name, &spec.project));
            }
        };
        journal.service_volume_made(&id, &volume.path);
        Ok(format!("created volume {id} of {} GB", volume.size_gb))
    }

    async fn attach(&self, spec: &ServiceSpec, volume: &str) -> Result<String> {
        let request = AttachVolumeRequest::new().nf_object(ResourceRef::new(
            spec.name.as_str(),
            ResourceRefType::Service,
        ));
        let attached = self
            .client
            .volumes()
            .attach(&spec.project, volume, &request)
            .await;
        attached.map_err(|error| {
            let failed = explain(&error, "attach the volume");
            if is_conflict(&error) {
                failed.advised([
                    "something else has it since this run looked: `sindri volume list` shows what",
                    "detach it there, or choose another `serviceName`; then run `sindri deploy` again",
                ])
            } else {
                failed
            }
        })?;
        Ok(format!("attached volume {volume}"))
    }

    async fn create_service(
        &self,
        plan: &ServicePlan,
        sight: &ServiceSight,
        journal: &mut ServiceJournal<'_>,
    ) -> Result<String> {
        let spec = &plan.target;
        let tag = self.tag(journal).await?;
        // There before, or made by an earlier action.
        let volume = match (&spec.volume, sight.volume()) {
            (None, _) => None,
            (Some(_), Some(there)) => Some(there.id.clone()),
            (Some(_), None) => Some(journal.record().volume_id.clone().ok_or_else(no_volume)?),
        };
        let request = request::create(spec, tag.as_deref(), volume.as_deref())?;
        journal.intend(Creates::Service, &spec.name, Vec::new())?;
        let made = self
            .client
            .services()
            .create_deployment(&spec.project, &request)
            .await;
        let (id, created_at) = match made {
            Ok(made) => {
                let made = made.into_inner();
                let at = made.created_at.map(|at| at.as_str().to_owned());
                (made.id, at)
            }
            Err(error) if error.may_have_taken_effect() => {
                journal
                    .say("the answer to the create was lost: looking whether the service was made");
                let found = self.made_service(spec, tag.as_deref(), &error, journal);
                let found = found.await?;
                journal.say(&format!("service {} was made: going on with it", found.id));
                (found.id, found.created_at)
            }
            Err(error) => {
                journal.nothing_made();
                return Err(not_made(&error, "service", &spec.name, &spec.project));
            }
        };
        let did = format!("created service {id}");
        let rate = plan.estimated_cost.as_ref().map(|cost| cost.hourly);
        journal.service_made(id, created_at, spec, rate);
        Ok(did)
    }

    async fn update_service(
        &self,
        spec: &ServiceSpec,
        request: &DeploymentServicePatch,
    ) -> Result<String> {
        let changed = self
            .client
            .services()
            .patch_deployment(&spec.project, &spec.name, request)
            .await;
        changed.map_err(|error| explain(&error, "change the service"))?;
        Ok(format!("updated service {}", spec.name))
    }

    /// The tag of the deployment, made if it is not there. None where the token may not make tags: names are
    /// unique, so that nothing is lost without one.
    async fn tag(&self, journal: &mut ServiceJournal<'_>) -> Result<Option<String>> {
        if let Some(tag) = &journal.record().tag {
            return Ok(Some(tag.clone()));
        }
        let name = journal.record().tag_name();
        let made = self.make_tag(&name, journal);
        let made = journal.doing(Act::Create, "tag", &name, made).await?;
        if let Some(id) = &made {
            journal.change(|record| record.tag = Some(id.clone()));
        }
        Ok(made)
    }

    async fn make_tag(&self, name: &str, journal: &ServiceJournal<'_>) -> Result<Option<String>> {
        let error = match self.client.tags().add(&TagInput::new(name)).await {
            Ok(tag) => return Ok(Some(tag.into_inner().id)),
            Err(error) => error,
        };
        if status(&error) == Some(403) {
            journal.say("the token may not create tags: what is made carries no mark of sindri");
            return Ok(None);
        }
        if !is_conflict(&error) && !error.may_have_taken_effect() {
            return Err(explain(&error, "create the tag of this deployment"));
        }
        match self.client.tags().get(name).await {
            Ok(tag) => Ok(Some(tag.into_inner().id)),
            Err(second) if second.is_not_found() => {
                Err(explain(&error, "create the tag of this deployment"))
            }
            Err(second) => {
                let failed = explain(&second, "show the tag of this deployment");
                Err(after(failed, &error))
            }
        }
    }
}

/// The action before has written its id down.
fn no_volume() -> Error {
    Error::new(
        Kind::Unexpected,
        Failure::new("no volume was made for the service"),
    )
}

/// A refused create. One whose name is taken came too late: when this run looked, nothing was there.
fn not_made(error: &northflank_sdk::Error, what: &str, name: &str, project: &str) -> Error {
    let failed = explain(error, &format!("create the {what}"));
    if !is_conflict(error) {
        return failed;
    }
    Error::usage(
        Failure::new(format!(
            "project {project} has a {what} {name} since this run looked: nothing was made"
        ))
        .detail(error.message())
        .help("another deploy may be at work there: `sindri status` shows what there is")
        .help("if it is not yours, write another `serviceName` or `projectName`"),
    )
}
