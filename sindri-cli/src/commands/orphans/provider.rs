//! The provider that is asked for orphans.

use crate::commands::context::{Cloud, Context, NorthflankCloud, not_ours};
use crate::commands::volume::refuse_if_used;
use crate::config::{Config, Target};
use crate::error::{Error, Failure, Kind, Result};
use crate::state::{Marked, MarkedKind, Orphan, TAG};

pub(super) enum Provider {
    RunPod(Box<Cloud>),
    Northflank(Box<NorthflankCloud>),
}

impl Provider {
    /// The one of the file; without a file, the one that is named.
    pub(super) async fn open(file: Option<&Config>, context: &Context<'_>) -> Result<Self> {
        match (file.map(|config| (config, &config.target)), named(context)) {
            (Some((config, Target::Runpod(_))), _) => {
                Ok(Self::RunPod(Box::new(context.cloud(config).await?)))
            }
            (Some((config, Target::Northflank(_))), _) => Ok(Self::Northflank(Box::new(
                context.northflank(config).await?,
            ))),
            (Some((_, Target::Other(other))), _) => Err(not_ours(*other)),
            (None, Some("runpod")) => Ok(Self::RunPod(Box::new(context.cloud_here().await?))),
            (None, Some("northflank")) => {
                Ok(Self::Northflank(Box::new(context.northflank_here().await?)))
            }
            (None, _) => Err(Error::usage(
                Failure::new("no provider is named, and there is no sindri.yaml to name one")
                    .help("`sindri orphans --provider runpod`, or `--provider northflank`"),
            )),
        }
    }

    /// Its name in files and documents.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::RunPod(_) => "runpod",
            Self::Northflank(_) => "northflank",
        }
    }

    /// Everything that carries our marker.
    pub(super) async fn marked(&self) -> Result<Vec<Marked>> {
        match self {
            Self::RunPod(cloud) => cloud.runpod.marked().await,
            Self::Northflank(cloud) => cloud.northflank.marked().await,
        }
    }

    /// What a list does not tell of them.
    pub(super) async fn look_closer(&self, orphans: &mut [Orphan]) -> Result<()> {
        match self {
            Self::RunPod(_) => Ok(()),
            Self::Northflank(cloud) => {
                let marked = orphans.iter_mut().map(|orphan| &mut orphan.marked);
                cloud.northflank.look_closer(marked).await
            }
        }
    }

    /// A network volume of RunPod is told by its name alone: one that a pod uses is not deleted for an orphan.
    pub(super) async fn refuse_if_in_use(&self, marked: &Marked) -> Result<()> {
        let (Self::RunPod(cloud), MarkedKind::Volume) = (self, marked.kind) else {
            return Ok(());
        };
        let help = "delete these pods first, if they are orphans, too";
        refuse_if_used(&marked.id, cloud, help).await
    }

    /// Deletes one of them.
    pub(super) async fn delete(&self, marked: &Marked) -> Result<()> {
        let id = &marked.id;
        match (self, marked.kind, &marked.project) {
            (Self::RunPod(cloud), MarkedKind::Pod, _) => cloud.runpod.delete_pod(id).await,
            (Self::RunPod(cloud), MarkedKind::Volume, _) => cloud.runpod.delete_volume(id).await,
            (Self::Northflank(cloud), MarkedKind::Service, Some(project)) => {
                cloud.northflank.delete_service(project, id).await
            }
            (Self::Northflank(cloud), MarkedKind::Volume, Some(project)) => {
                cloud.northflank.delete_service_volume(project, id).await
            }
            (Self::Northflank(cloud), MarkedKind::Tag, _) => cloud.northflank.delete_tag(id).await,
            (Self::RunPod(_) | Self::Northflank(_), kind, _) => Err(Error::new(
                Kind::Unexpected,
                Failure::new(format!("{} has no {}", self.name(), kind.as_str())),
            )),
        }
    }

    /// Deletes the tag that marked something, now that nothing carries it.
    pub(super) async fn delete_tag_of(&self, marked: &Marked) -> Result<()> {
        match self {
            Self::RunPod(_) => Ok(()),
            Self::Northflank(cloud) => {
                let tag = format!("{TAG}{}", marked.marker.as_str());
                cloud.northflank.delete_tag(&tag).await
            }
        }
    }
}

fn named<'a>(context: &'a Context<'_>) -> Option<&'a str> {
    context.settings.provider.as_deref()
}
