//! `destroy`: find everything that is ours, ask, delete it, and say what is kept.

use super::confirm::{Answer, confirm};
use super::context::{Cloud, Context};
use super::deployed::Deployed;
use super::northflank;
use super::session::{Access, refuse_unproven};
use super::{ssh_config, summary};
use crate::args::DestroyArgs;
use crate::config::Target;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::{ChangeReport, Kept};
use crate::plan::{MountSeen, PodSeen, Rate, VolumeSeen};
use crate::provider::{Journal, Sight, adopt_volume, made_for};
use crate::state::Act;

/// Deletes the deployment.
pub(super) async fn destroy(args: &DestroyArgs, context: &Context<'_>) -> Result<Exit> {
    let config = context.load_quietly()?;
    if let Target::Northflank(wanted) = &config.target {
        return northflank::destroy(args, &config, wanted, context).await;
    }
    let Deployed {
        config,
        cloud,
        sight,
        mut session,
    } = Deployed::find(config, context, Access::End).await?;
    let looked = Volumes::look(&sight, &cloud, &config.name).await;
    let known = sight.settled.record.as_ref();
    let volumes = looked.map_err(|error| session.leaving(error, known))?;
    let doomed = Doomed::of(&sight, &volumes, args);
    let report = |end| report(&config.name, sight.pod(), &volumes, &doomed, end);
    let loss = Loss {
        names: doomed.names(),
        words: doomed.describe(),
        doubt: sight.not_yet_ours(),
    };
    if !loss.agreed(args, context).await? {
        context.printer.report("destroy", &report(End::Declined));
        return Ok(Exit::Done);
    }
    let mut journal = session.journal(&sight, &cloud, context, &config.name)?;
    // Only the record says which volume is ours: it is kept for as long as the volume.
    match &volumes.own {
        Some(own) => adopt_volume(own, &mut journal),
        None => journal.volume_gone(),
    }
    doomed
        .delete(&cloud, &mut journal)
        .await
        .map_err(|error| error.leaving(context.ledger.all()))?;
    journal.nothing_open();
    let pods: Vec<&str> = doomed.pods.iter().map(|pod| pod.id.as_str()).collect();
    ssh_config::forget(&config, &pods, context);
    let end = if doomed.is_empty() {
        End::Nothing
    } else {
        End::Deleted
    };
    let report = ChangeReport {
        notes: journal.notes(),
        ..report(end)
    };
    context.printer.report("destroy", &report);
    Ok(Exit::Done)
}

/// What a destroy takes away.
pub(super) struct Loss {
    /// What is deleted; nothing, where nothing is there.
    pub(super) names: Vec<String>,
    /// What is lost with it.
    pub(super) words: String,
    /// Why it may not be ours.
    pub(super) doubt: Option<String>,
}

impl Loss {
    /// Whether it may go: told so by a flag or by the user. What may be another's is not to be had by a flag.
    pub(super) async fn agreed(self, args: &DestroyArgs, context: &Context<'_>) -> Result<bool> {
        if args.force || !context.printer.can_ask() {
            refuse_unproven(self.doubt.clone())?;
        }
        if args.force || self.names.is_empty() {
            return Ok(true);
        }
        if let Some(doubt) = self.doubt {
            context.printer.alert(&doubt);
        }
        context.printer.say(&self.words);
        let question = format!("delete {}?", self.names.join(", "));
        Ok(confirm(&question, context.printer).await? == Answer::Yes)
    }
}

/// How a destroy ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// There was nothing to delete.
    Nothing,
    /// The user did not want it.
    Declined,
    Deleted,
}

/// What is going to be deleted.
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
            let deleted = cloud.runpod.delete_pod(&pod.id);
            journal.doing(Act::Delete, "pod", &pod.id, deleted).await?;
            journal.pod_gone(&pod.id);
        }
        if let Some(volume) = self.volume {
            let (resource, deleted) = ("network volume", cloud.runpod.delete_volume(&volume.id));
            journal
                .doing(Act::Delete, resource, &volume.id, deleted)
                .await?;
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
            !is_own(volume)
                && record.is_none()
                && made_for(&volume.name).is_some_and(|(of, _)| of == name)
        });
        Ok(Self {
            own: own.cloned(),
            other: other.filter(|volume| !is_own(volume)).cloned(),
            orphans: orphans.cloned().collect(),
        })
    }

    /// Those that are not deleted.
    fn kept(&self, is_deleted: bool) -> Vec<Kept> {
        let own = self.own.iter().filter(|_| !is_deleted);
        let own = own.map(|own| kept_volume(own, "`sindri destroy --volumes` deletes it"));
        let by_hand = |volume: &VolumeSeen, whose: &str| {
            let remove = format!("{whose}; `sindri volume delete {}` deletes it", volume.id);
            kept_volume(volume, &remove)
        };
        let other = self
            .other
            .iter()
            .map(|other| by_hand(other, "deploy did not make it"));
        let orphans = self
            .orphans
            .iter()
            .map(|orphan| by_hand(orphan, "it may be of an earlier deployment"));
        own.chain(other).chain(orphans).collect()
    }
}

/// What there is after a destroy that ended in this way.
fn report(
    name: &str,
    pod: Option<&PodSeen>,
    volumes: &Volumes,
    doomed: &Doomed<'_>,
    end: End,
) -> ChangeReport {
    let deleted = end == End::Deleted;
    let (pod, message) = match end {
        End::Nothing => (None, "nothing to destroy".to_owned()),
        End::Declined => (pod, "nothing was deleted".to_owned()),
        End::Deleted => (None, format!("deleted {}", doomed.names().join(", "))),
    };
    let left = doomed.pods.iter().filter(|_| end == End::Declined);
    let mut kept: Vec<Kept> = left
        .map(|pod| Kept {
            resource: format!("pod {} ({})", pod.id, pod.state.as_str()),
            usd_per_hour: Some(pod.usd_per_hour),
            remove: "`sindri destroy` deletes it".to_owned(),
        })
        .collect();
    kept.extend(volumes.kept(deleted && doomed.volume.is_some()));
    ChangeReport {
        name: name.to_owned(),
        provider: "runpod",
        state: summary::state(pod),
        instance_id: pod
            .or(doomed.pods.first().copied())
            .map(|pod| pod.id.clone()),
        changed: deleted,
        message,
        deleted: if deleted { doomed.names() } else { Vec::new() },
        kept,
        notes: Vec::new(),
    }
}

fn kept_volume(volume: &VolumeSeen, remove: &str) -> Kept {
    Kept {
        resource: format!("network volume {} ({})", volume.name, volume.id),
        usd_per_hour: volume.size_gb.0.map(|gb| Rate::network_volume(gb).running),
        remove: remove.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::SizeSeen;
    use crate::plan::fixtures::pod;

    #[test]
    fn what_the_user_did_not_want_deleted_is_reported_as_it_is() {
        let (pod, volume) = (pod("abc"), volume());
        let volumes = volumes(&volume);
        let doomed = Doomed {
            pods: vec![&pod],
            volume: Some(&volume),
        };
        let report = report("demo", Some(&pod), &volumes, &doomed, End::Declined);
        assert_eq!(
            (report.state, report.instance_id.as_deref(), report.changed),
            ("running", Some("abc"), false)
        );
        assert!(report.deleted.is_empty());
        let kept: Vec<_> = report.kept.iter().map(|kept| &*kept.resource).collect();
        assert_eq!(
            kept,
            ["pod abc (RUNNING)", "network volume demo-data-012345 (v1)"]
        );
        assert_eq!(report.kept[0].usd_per_hour, Some(pod.usd_per_hour));
    }

    #[test]
    fn only_what_was_deleted_is_gone() {
        let (pod, volume) = (pod("abc"), volume());
        let volumes = volumes(&volume);
        let check = |doomed_volume, deleted: &[&str], kept: usize| {
            let doomed = Doomed {
                pods: vec![&pod],
                volume: doomed_volume,
            };
            let report = report("demo", Some(&pod), &volumes, &doomed, End::Deleted);
            assert_eq!((report.state, report.changed), ("notdeployed", true));
            assert_eq!((report.deleted, report.kept.len()), (names(deleted), kept));
        };
        check(None, &["pod abc"], 1);
        check(
            Some(&volume),
            &["pod abc", "network volume demo-data-012345"],
            0,
        );
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn volume() -> VolumeSeen {
        VolumeSeen {
            id: "v1".to_owned(),
            name: "demo-data-012345".to_owned(),
            size_gb: SizeSeen(Some(20)),
            data_center: "EU-RO-1".to_owned(),
        }
    }

    fn volumes(own: &VolumeSeen) -> Volumes {
        Volumes {
            own: Some(own.clone()),
            other: None,
            orphans: Vec::new(),
        }
    }
}
