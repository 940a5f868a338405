//! `destroy`: find everything that is ours, ask, delete it, and say what is kept.

use super::confirm::{Answer, confirm};
use super::context::{Cloud, Context, runpod_target};
use super::session::{Access, Session, tell};
use crate::args::DestroyArgs;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::{ChangeReport, Kept};
use crate::plan::{MountSeen, PodSeen, Rate, VolumeSeen};
use crate::provider::{Journal, Sight};

/// Deletes the deployment.
pub(super) async fn destroy(args: &DestroyArgs, context: &Context<'_>) -> Result<Exit> {
    let config = context.load_quietly()?;
    runpod_target(&config)?;
    let cloud = context.cloud(&config).await?;
    let mut session = Session::open(
        context,
        &config.base_dir,
        &config.name,
        &cloud,
        Access::Change,
    )?;
    let sight = cloud.runpod.find(&config.name, session.record()).await?;
    tell(&sight, context);
    let volumes = Volumes::look(&sight, &cloud, &config.name).await?;
    let doomed = Doomed::of(&sight, &volumes, args);
    let mut journal = session.journal(&sight, &cloud, context, &config.name)?;
    if doomed.is_empty() {
        journal.nothing_open();
        let report = volumes.report(
            &config.name,
            &doomed,
            false,
            "nothing to destroy".to_owned(),
        );
        context.printer.report("destroy", &report);
        return Ok(Exit::Done);
    }
    if !args.force {
        context.printer.say(&doomed.describe());
        if confirm(
            &format!("delete {}?", doomed.names().join(", ")),
            context.printer,
        )
        .await?
            == Answer::No
        {
            let report = volumes.report(
                &config.name,
                &Doomed::default(),
                false,
                "nothing was deleted".to_owned(),
            );
            context.printer.report("destroy", &report);
            return Ok(Exit::Done);
        }
    }
    doomed
        .delete(&cloud, &mut journal)
        .await
        .map_err(|error| error.leaving(context.ledger.all()))?;
    journal.nothing_open();
    let message = format!("deleted {}", doomed.names().join(", "));
    let report = volumes.report(&config.name, &doomed, true, message);
    context.printer.report("destroy", &report);
    Ok(Exit::Done)
}

/// What is going to be deleted.
#[derive(Default)]
struct Doomed<'a> {
    pods: Vec<&'a PodSeen>,
    volume: Option<&'a VolumeSeen>,
}

impl<'a> Doomed<'a> {
    fn of(sight: &'a Sight, volumes: &'a Volumes, args: &DestroyArgs) -> Self {
        Self {
            pods: sight
                .pod()
                .into_iter()
                .chain(sight.retiring())
                .chain(sight.strays())
                .collect(),
            volume: volumes.own.as_ref().filter(|_| args.volumes),
        }
    }

    fn is_empty(&self) -> bool {
        self.pods.is_empty() && self.volume.is_none()
    }

    fn names(&self) -> Vec<String> {
        let pods = self.pods.iter().map(|pod| format!("pod {}", pod.id));
        pods.chain(
            self.volume
                .map(|volume| format!("network volume {}", volume.name)),
        )
        .collect()
    }

    /// What is lost, before anyone is asked.
    fn describe(&self) -> String {
        let mut lines = Vec::new();
        for pod in &self.pods {
            let volume = match &pod.mount {
                MountSeen::None => ", its container disk is lost".to_owned(),
                MountSeen::Pod { size_gb, path } => {
                    format!(
                        ", its container disk and its volume of {size_gb} GB at {path} are lost"
                    )
                }
                MountSeen::Network { .. } => {
                    ", its container disk is lost, its network volume is kept".to_owned()
                }
            };
            lines.push(format!(
                "pod {} ({}, {}){volume}",
                pod.id,
                pod.name,
                pod.state.as_str()
            ));
        }
        if let Some(volume) = self.volume {
            lines.push(format!(
                "network volume {} of {} GB, all data on it is lost",
                volume.name, volume.size_gb
            ));
        }
        lines.join("\n")
    }

    async fn delete(&self, cloud: &Cloud, journal: &mut Journal<'_>) -> Result<()> {
        for pod in &self.pods {
            journal.expose(pod);
        }
        for pod in &self.pods {
            cloud.runpod.delete_pod(&pod.id).await?;
            journal.pod_gone(&pod.id);
        }
        if let Some(volume) = self.volume {
            cloud.runpod.delete_volume(&volume.id).await?;
            journal.volume_gone();
        }
        Ok(())
    }
}

/// Network volumes around the deployment.
struct Volumes {
    /// Made by deploy.
    own: Option<VolumeSeen>,
    /// Made by the user, and mounted.
    other: Option<VolumeSeen>,
    /// Named like ours, by a deployment that nothing is known about any more.
    orphans: Vec<VolumeSeen>,
}

impl Volumes {
    async fn look(sight: &Sight, cloud: &Cloud, name: &str) -> Result<Self> {
        let all = cloud.runpod.volumes().await?;
        let record = sight.settled.record.as_ref();
        let own = record.and_then(|record| {
            let id = record.volume.as_ref().map(|volume| volume.id.as_str());
            let by_id = all.iter().find(|volume| Some(volume.id.as_str()) == id);
            by_id.or_else(|| {
                all.iter()
                    .find(|volume| volume.name == record.volume_name())
            })
        });
        let mounted = sight.pod().and_then(|pod| match &pod.mount {
            MountSeen::Network { volume_id, .. } => Some(volume_id.as_str()),
            MountSeen::None | MountSeen::Pod { .. } => None,
        });
        let is_own = |volume: &&VolumeSeen| own.is_some_and(|own| own.id == volume.id);
        let other = all
            .iter()
            .find(|volume| Some(volume.id.as_str()) == mounted);
        let orphans = all.iter().filter(|volume| {
            !is_own(volume) && record.is_none() && is_made_for(&volume.name, name)
        });
        Ok(Self {
            own: own.cloned(),
            other: other.filter(|volume| !is_own(volume)).cloned(),
            orphans: orphans.cloned().collect(),
        })
    }

    fn report(
        &self,
        name: &str,
        doomed: &Doomed<'_>,
        changed: bool,
        message: String,
    ) -> ChangeReport {
        let mut kept = Vec::new();
        if let Some(own) = self.own.as_ref().filter(|_| doomed.volume.is_none()) {
            kept.push(kept_volume(own, "`sindri destroy --volumes` deletes it"));
        }
        if let Some(other) = &self.other {
            kept.push(kept_volume(
                other,
                "sindri did not make it; delete it in the console",
            ));
        }
        for orphan in &self.orphans {
            kept.push(kept_volume(
                orphan,
                "it may be of an earlier deployment; delete it in the console",
            ));
        }
        ChangeReport {
            name: name.to_owned(),
            provider: "runpod",
            state: if changed || doomed.pods.is_empty() {
                "notdeployed"
            } else {
                "unknown"
            },
            instance_id: doomed.pods.first().map(|pod| pod.id.clone()),
            changed,
            message,
            deleted: if changed { doomed.names() } else { Vec::new() },
            kept,
            notes: Vec::new(),
        }
    }
}

fn kept_volume(volume: &VolumeSeen, remove: &str) -> Kept {
    Kept {
        resource: format!("network volume {} ({})", volume.name, volume.id),
        usd_per_hour: Some(Rate::network_volume(volume.size_gb).running),
        remove: remove.to_owned(),
    }
}

/// Whether a volume's name is one that `deploy` gives.
fn is_made_for(volume: &str, name: &str) -> bool {
    let suffix = volume
        .strip_prefix(name)
        .and_then(|rest| rest.strip_prefix("-data-"));
    suffix.is_some_and(|id| id.len() == 6 && id.chars().all(|c| c.is_ascii_hexdigit()))
}
