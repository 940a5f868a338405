//! Files of containers: what is on a container's disk, with a volume in its place.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use jiff::Timestamp;

use crate::disk::{Contents, Disk, Tree, absolute};
use crate::northflank::model::{Account, Attached, Container, Project, Volume};
use crate::northflank::services::{ContainerState, Part, Sources, effective_environment};

/// A container of a service or a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) project: String,
    /// `service` or `job`.
    pub(crate) kind: &'static str,
    /// Id of the service or the job.
    pub(crate) id: String,
    /// Name of the container.
    pub(crate) container: String,
}

impl Account {
    /// All trees of files.
    pub(crate) fn trees(&self) -> impl Iterator<Item = &Tree> {
        self.projects.iter().flat_map(|project| {
            let services = project.services.iter().flat_map(|s| &s.containers);
            let jobs = project.jobs.iter().flat_map(|job| &job.runs);
            let containers = services.chain(jobs.map(|run| &run.container));
            let volumes = project.volumes.iter().map(|volume| &volume.files);
            containers.map(|container| &container.files).chain(volumes)
        })
    }

    /// A file that is placed in a container by its service or job, or by a secret group, at this path. Such
    /// files can be read there, and are in no listing.
    pub(crate) fn placed_file(&self, at: &Place, path: &str) -> Option<Bytes> {
        let project = self.project(&at.project).ok()?;
        let item = if at.kind == "job" {
            &project.job(&at.id).ok()?.item
        } else {
            &project.service(&at.id).ok()?.item
        };
        let placed = effective_environment(project, at.kind, item, Part::Files, Sources::All);
        let data = placed.get(path)?.get("data")?.as_str()?;
        // What is no base64 was refused nowhere: it is its own content.
        let bytes = STANDARD.decode(data).unwrap_or_else(|_text| data.into());
        Some(bytes.into())
    }

    /// The files of a container; None unless it runs. Of several volumes, the first is in its place.
    pub(crate) fn disk<'a>(
        &'a mut self,
        at: &Place,
        contents: &'a Contents,
        now: Timestamp,
    ) -> Option<Disk<'a>> {
        let project = self.project_mut(&at.project).ok()?;
        let Project {
            services,
            jobs,
            volumes,
            ..
        } = project;
        let container = if at.kind == "job" {
            let job = jobs.iter_mut().find(|job| job.item.id == at.id)?;
            let mut containers = job.runs.iter_mut().map(|run| &mut run.container);
            containers.find(|container| container.name == at.container)?
        } else {
            let service = services.iter_mut().find(|s| s.item.id == at.id)?;
            let mut containers = service.containers.iter_mut();
            containers.find(|container| container.name == at.container)?
        };
        if container.state(now) != Some(ContainerState::Running) {
            return None;
        }
        let mounted = |object: &Attached| object.kind == at.kind && object.id == at.id;
        let volume = volumes
            .iter_mut()
            .find(|volume| volume.attached.iter().any(mounted));
        let mount = volume.and_then(|volume| {
            let path = mount_path(volume)?;
            Some((path, &mut volume.files))
        });
        let seconds = u32::try_from(now.as_second()).unwrap_or(0);
        Some(Disk::new(&mut container.files, mount, contents, seconds))
    }

    /// The container to run a command in: the one that is asked for, or any.
    pub(crate) fn running<'a>(
        &'a self,
        project: &str,
        kind: &str,
        id: &str,
        wanted: Option<&str>,
        now: Timestamp,
    ) -> Option<&'a Container> {
        let project = self.project(project).ok()?;
        let runs = |container: &&Container| {
            container.state(now) == Some(ContainerState::Running)
                && wanted.is_none_or(|name| container.name == name)
        };
        if kind == "job" {
            let mut runs_of_job = project.job(id).ok()?.runs.iter().map(|run| &run.container);
            runs_of_job.find(runs)
        } else {
            project.service(id).ok()?.containers.iter().find(runs)
        }
    }
}

fn mount_path(volume: &Volume) -> Option<String> {
    let mounts = volume.item.fields().objects("mounts")?;
    let path = mounts.first()?.text("containerMountPath")?;
    Some(absolute("/", path))
}
