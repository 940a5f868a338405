//! What the stand-in for Northflank remembers. All of it is stored as it stands here.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clock::Pace;
use crate::disk::Tree;
use crate::northflank::item::{Item, Named, find, position};
use crate::northflank::limits::Usage;
use crate::problem::Problem;

/// One team with all it owns.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Account {
    /// In the order of their creation, as all lists here.
    pub(crate) projects: Vec<Project>,
    /// How many things were ever created.
    pub(crate) created: u64,
    pub(crate) registries: Vec<Item>,
    pub(crate) ssh_identities: Vec<Item>,
    pub(crate) tags: Vec<Item>,
    pub(crate) secrets: Vec<Item>,
    pub(crate) usage: Usage,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Project {
    pub(crate) item: Item,
    /// None on an own cluster.
    pub(crate) region: Option<String>,
    /// When it may be used.
    pub(crate) ready_at: Timestamp,
    pub(crate) services: Vec<Service>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) volumes: Vec<Volume>,
    pub(crate) secrets: Vec<Item>,
}

/// What a service is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ServiceKind {
    /// Builds an image and runs it.
    Combined,
    /// Builds images.
    Build,
    /// Runs an image.
    Deployment,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Service {
    pub(crate) item: Item,
    pub(crate) kind: ServiceKind,
    /// How many containers there shall be. 0 while it is paused.
    pub(crate) instances: u64,
    /// What `instances` was when it was paused; None if it is not.
    pub(crate) paused: Option<u64>,
    /// Whether pushes start builds, and builds are rolled out.
    pub(crate) disabled_ci: bool,
    pub(crate) disabled_cd: bool,
    /// The last change of what runs; None before the first.
    pub(crate) rollout: Option<Rollout>,
    /// Running ones and the newest of those that ended, oldest first.
    pub(crate) containers: Vec<Container>,
    /// How many containers it ever had.
    pub(crate) containers_started: u64,
    pub(crate) builds: Vec<Build>,
    /// When it is paused by itself.
    pub(crate) expires: Option<Timestamp>,
    /// When that happened.
    pub(crate) expired: Option<Timestamp>,
}

/// Why something is rolled out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Reason {
    Scaling,
    Deploying,
}

/// A change of what runs, with the instants at which its steps are over. They are stored and not computed
/// anew, so that all processes see the same service whatever their time scale is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rollout {
    pub(crate) reason: Reason,
    pub(crate) asked: Timestamp,
    /// `PENDING` ends.
    pub(crate) begun: Timestamp,
    /// `IN_PROGRESS` ends.
    pub(crate) done: Timestamp,
    /// Whether it ends in FAILED.
    pub(crate) fails: bool,
}

/// One container with the instants of its life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Container {
    pub(crate) name: String,
    /// Counts the containers of the service.
    pub(crate) number: u64,
    pub(crate) image: String,
    pub(crate) created: Timestamp,
    /// `TASK_STAGING` ends.
    pub(crate) starting: Timestamp,
    /// `TASK_STARTING` ends, by running or by failing.
    pub(crate) running: Timestamp,
    /// Whether its image cannot be had.
    pub(crate) fails: bool,
    /// When it is told to end.
    pub(crate) killed: Option<Timestamp>,
    /// When it is gone by itself or because it was told to.
    pub(crate) ended: Option<Timestamp>,
    /// What is on its disk, which ends with it.
    #[serde(default)]
    pub(crate) files: Tree,
}

/// A build of a combined or a build service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Build {
    pub(crate) id: String,
    pub(crate) number: u64,
    pub(crate) branch: String,
    pub(crate) sha: String,
    pub(crate) created: Timestamp,
    /// `QUEUED` ends.
    pub(crate) begun: Timestamp,
    /// `BUILDING` ends.
    pub(crate) done: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Volume {
    pub(crate) item: Item,
    /// MB.
    pub(crate) size: u64,
    pub(crate) attached: Vec<Attached>,
    pub(crate) bound_at: Timestamp,
    #[serde(default)]
    pub(crate) files: Tree,
}

/// What a volume is mounted in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attached {
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) item: Item,
    pub(crate) suspended: bool,
    pub(crate) runs: Vec<Run>,
}

/// One run of a job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) id: String,
    pub(crate) container: Container,
    pub(crate) aborted: bool,
}

macro_rules! named {
    ($($kind:ty),*) => {$(
        impl Named for $kind {
            fn item(&self) -> &Item {
                &self.item
            }
        }
    )*};
}

named!(Project, Service, Volume, Job);

impl Account {
    /// Does what was due until now: a service whose time is up is paused at the instant it was, and the
    /// disks of containers that ended are gone.
    pub(crate) fn settle(&mut self, now: Timestamp, pace: Pace) {
        let projects = self.projects.iter_mut();
        for service in projects.flat_map(|project| &mut project.services) {
            if let Some(due) = service.expires.filter(|due| *due <= now)
                && service.expired.is_none()
            {
                service.pause(due, pace);
                service.expired = Some(due);
            }
            for container in &mut service.containers {
                if container.ended.is_some_and(|ended| ended <= now) {
                    container.files = Tree::default();
                }
            }
        }
    }

    /// Number of a thing that is being created.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.created += 1;
        self.created
    }

    /// # Errors
    /// 404 if there is none.
    pub(crate) fn project(&self, id: &str) -> Result<&Project, Problem> {
        find(&self.projects, "project", id)
    }

    /// # Errors
    /// 404 if there is none.
    pub(crate) fn project_mut(&mut self, id: &str) -> Result<&mut Project, Problem> {
        let index = position(&self.projects, "project", id)?;
        Ok(&mut self.projects[index])
    }
}

impl Project {
    /// # Errors
    /// 404 if there is none.
    pub(crate) fn service(&self, id: &str) -> Result<&Service, Problem> {
        find(&self.services, "service", id)
    }

    /// # Errors
    /// 404 if there is none.
    pub(crate) fn service_mut(&mut self, id: &str) -> Result<&mut Service, Problem> {
        let index = position(&self.services, "service", id)?;
        Ok(&mut self.services[index])
    }

    /// # Errors
    /// 404 if there is none.
    pub(crate) fn job(&self, id: &str) -> Result<&Job, Problem> {
        find(&self.jobs, "job", id)
    }

    /// # Errors
    /// 404 if there is none.
    pub(crate) fn job_mut(&mut self, id: &str) -> Result<&mut Job, Problem> {
        let index = position(&self.jobs, "job", id)?;
        Ok(&mut self.jobs[index])
    }

    /// Volumes that a service or a job mounts.
    pub(crate) fn volumes_of(&self, kind: &str, id: &str) -> impl Iterator<Item = &Volume> {
        let mounted = move |at: &Attached| at.kind == kind && at.id == id;
        self.volumes
            .iter()
            .filter(move |volume| volume.attached.iter().any(mounted))
    }

    /// The full name of something inside.
    pub(crate) fn app_id(&self, id: &str) -> String {
        format!("/{}/{}/{id}", super::account::TEAM, self.item.id)
    }
}

impl ServiceKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Combined => "combined",
            Self::Build => "build",
            Self::Deployment => "deployment",
        }
    }

    /// Whether it has containers.
    pub(crate) fn runs(self) -> bool {
        match self {
            Self::Combined | Self::Deployment => true,
            Self::Build => false,
        }
    }

    /// Whether it has builds.
    pub(crate) fn builds(self) -> bool {
        match self {
            Self::Combined | Self::Build => true,
            Self::Deployment => false,
        }
    }
}
