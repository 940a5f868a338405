//! Volumes for themselves, without a deployment.

use northflank_sdk::types::{
    Volume, VolumeInput, VolumeMount, VolumePatch, VolumeSize, VolumeSpec,
};

use super::Northflank;
use super::convert::volume_gb;
use super::failure::{explain, is_conflict};
use super::request::MB_PER_GB;
use crate::error::{Certainty, Error, Exposure, Failure, Kind, Result};
use crate::plan::SizeSeen;
use crate::provider::Ledger;
use crate::provider::refusal::after;
use crate::state::deployment_of;

/// A volume that is to be made.
#[derive(Debug, Clone)]
pub(crate) struct ProjectVolumeWish {
    pub(crate) project: String,
    pub(crate) name: String,
    pub(crate) size_gb: u32,
    /// Where containers see it.
    pub(crate) path: String,
    /// None for the region's usual one.
    pub(crate) storage_class: Option<String>,
    pub(crate) access_mode: &'static str,
}

/// A volume of a project.
#[derive(Debug, Clone)]
pub(crate) struct ProjectVolume {
    pub(crate) project: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) size_gb: SizeSeen,
    pub(crate) storage_class: Option<String>,
    pub(crate) access_mode: Option<String>,
    pub(crate) status: String,
    /// Services and jobs that it is attached to; none where the answer does not tell.
    pub(crate) users: Option<Vec<String>>,
    /// Whether it carries a tag of a deployment.
    is_tagged: bool,
}

impl ProjectVolume {
    fn of(volume: &Volume, project: &str) -> Self {
        let users = volume.attached_objects.as_ref().map(|objects| {
            let users = objects.iter();
            users
                .map(|object| format!("{} {}", object.type_, object.id))
                .collect()
        });
        Self {
            project: project.to_owned(),
            id: volume.id.clone(),
            name: volume.name.clone(),
            size_gb: volume_gb(volume),
            storage_class: volume.spec.storage_class_name.clone(),
            access_mode: volume.spec.access_mode.clone(),
            status: volume.status.clone(),
            users,
            is_tagged: deployment_of(&volume.tags).is_some(),
        }
    }

    /// The service that `deploy` made it for, by the form of its name: `<service>-data`.
    pub(crate) fn deployment(&self) -> Option<&str> {
        let service = self.name.strip_suffix("-data")?;
        self.is_tagged.then_some(service)
    }
}

impl Northflank {
    /// The volumes of a project, or of all.
    pub(crate) async fn volumes(&self, project: Option<&str>) -> Result<Vec<ProjectVolume>> {
        let projects = if let Some(project) = project {
            vec![project.to_owned()]
        } else {
            let listed = self.client.projects().list().items().collect_all().await;
            let listed = listed.map_err(|error| explain(&error, "list the projects"))?;
            listed.into_iter().map(|project| project.id).collect()
        };
        let mut found = Vec::new();
        for project in &projects {
            let listed = self.client.volumes().list(project).items().collect_all();
            let listed = match listed.await {
                Ok(listed) => listed,
                Err(error) if error.is_not_found() => return Err(no_project(project)),
                Err(error) => return Err(explain(&error, "list the volumes")),
            };
            found.extend(listed.iter().map(|one| ProjectVolume::of(one, project)));
        }
        Ok(found)
    }

    /// The volume with this id or name, the only one of it.
    pub(crate) async fn volume_called(
        &self,
        text: &str,
        project: Option<&str>,
    ) -> Result<ProjectVolume> {
        let mut named = self.volumes(project).await?;
        named.retain(|volume| volume.id == text || volume.name == text);
        match named.as_slice() {
            [volume] => Ok(volume.clone()),
            [] => Err(Error::new(
                Kind::Provider,
                Failure::new(format!("there is no volume `{text}`"))
                    .help("`sindri volume list --provider northflank` lists them"),
            )),
            [..] => {
                let mut failure =
                    Failure::new(format!("{} volumes are called `{text}`", named.len()));
                failure.details = named
                    .iter()
                    .map(|one| format!("{} in project {}", one.id, one.project))
                    .collect();
                Err(Error::usage(
                    failure.help("name the one you mean with `--project`"),
                ))
            }
        }
    }

    /// The same volume, shown by itself: a list may tell less.
    pub(crate) async fn look_closer_at(&self, volume: &ProjectVolume) -> Result<ProjectVolume> {
        let shown = self.client.volumes().get(&volume.project, &volume.id).await;
        let shown = shown.map_err(|error| explain(&error, "show the volume"))?;
        Ok(ProjectVolume::of(&shown, &volume.project))
    }

    /// Makes a volume.
    ///
    /// Names are unique in a project, so a lost answer is looked up by name, and the create is not sent again.
    pub(crate) async fn make_volume(
        &self,
        wish: &ProjectVolumeWish,
        ledger: &Ledger,
    ) -> Result<ProjectVolume> {
        if self.volume_named(wish).await?.is_some() {
            return Err(there_already(wish));
        }
        let mut spec = VolumeSpec::new()
            .access_mode(wish.access_mode)
            .storage_size(i64::from(wish.size_gb) * MB_PER_GB);
        if let Some(class) = &wish.storage_class {
            spec = spec.storage_class_name(class.as_str());
        }
        let mount = VolumeMount::new(wish.path.as_str());
        let request = VolumeInput::new(wish.name.as_str(), [mount], spec);
        let may_exist = Exposure {
            resource: format!("volume {} in project {}", wish.name, wish.project),
            certainty: Certainty::MayExist,
            usd_per_hour: None,
            remove: format!(
                "sindri volume delete {} --project {} --provider northflank",
                wish.name, wish.project
            ),
        };
        // Whoever ends this run from here on is told of it.
        ledger.begun_as(may_exist.clone());
        let made = self.client.volumes().create(&wish.project, &request).await;
        let is_lost = made
            .as_ref()
            .is_err_and(northflank_sdk::Error::may_have_taken_effect);
        if !is_lost {
            ledger.gone(&may_exist.resource);
        }
        let error = match made {
            Ok(made) => return Ok(ProjectVolume::of(&made, &wish.project)),
            Err(error) if is_conflict(&error) => return Err(there_already(wish)),
            Err(error) if error.may_have_taken_effect() => error,
            Err(error) => return Err(explain(&error, "create the volume")),
        };
        let lost = |failed: Error| {
            let failed = failed
                .advised(["`sindri volume list --provider northflank` shows whether it was made"]);
            failed.leaving(vec![may_exist.clone()])
        };
        match self.volume_named(wish).await {
            Ok(Some(made)) => Ok(made),
            Ok(None) => Err(lost(explain(&error, "create the volume"))),
            Err(second) => Err(lost(after(second, &error))),
        }
    }

    async fn volume_named(&self, wish: &ProjectVolumeWish) -> Result<Option<ProjectVolume>> {
        let volumes = self.volumes(Some(&wish.project)).await?;
        Ok(volumes.into_iter().find(|one| one.name == wish.name))
    }

    /// Grows a volume.
    pub(crate) async fn resize_volume(
        &self,
        volume: &ProjectVolume,
        size_gb: u32,
    ) -> Result<ProjectVolume> {
        let size = VolumeSize::new().storage_size(i64::from(size_gb) * MB_PER_GB);
        let change = VolumePatch::new().spec(size);
        let volumes = self.client.volumes();
        let grown = volumes.update(&volume.project, &volume.id, &change).await;
        grown.map_err(|error| explain(&error, "grow the volume"))?;
        Ok(ProjectVolume {
            size_gb: SizeSeen(Some(size_gb)),
            ..volume.clone()
        })
    }
}

fn there_already(wish: &ProjectVolumeWish) -> Error {
    Error::usage(
        Failure::new(format!(
            "project {} has a volume {} already: nothing was made",
            wish.project, wish.name
        ))
        .help("choose another name, or grow that one with `sindri volume resize`"),
    )
}

fn no_project(project: &str) -> Error {
    Error::new(
        Kind::Provider,
        Failure::new(format!("there is no project `{project}`"))
            .help("`sindri deploy` makes the project of sindri.yaml; others are made in Northflank's console"),
    )
}
