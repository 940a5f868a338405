//! Network volumes and the pods that have them.

use super::context::Cloud;
use crate::error::{Error, Failure, Result};
use crate::plan::{MountSeen, MountSpec, Plan, PodSeen, PodState, Rate, VolumeChoice, VolumeSeen};
use crate::provider::Sight;
use crate::state::VolumeRecord;

/// The network volume that the deployment has, unless it is the one that is `mounted`.
pub(super) fn kept<'s>(sight: &'s Sight, mounted: Option<&str>) -> Option<&'s VolumeRecord> {
    let volume = sight.settled.record.as_ref()?.volume.as_ref()?;
    (mounted != Some(volume.id.as_str())).then_some(volume)
}

/// Says that it bills on. It may have been deleted or grown elsewhere: what was `seen` counts.
pub(super) fn kept_note(known: &VolumeRecord, seen: Option<&VolumeSeen>) -> Option<String> {
    let volume = seen?;
    let gb = volume.size_gb.0.unwrap_or(known.size_gb);
    Some(format!(
        "network volume {} of {gb} GB is kept and bills ${}/h; `sindri destroy --volumes` deletes it",
        volume.name,
        Rate::network_volume(gb).running
    ))
}

/// The same after another look, where there is one that the pod does not have.
pub(super) async fn kept_now(sight: &Sight, cloud: &Cloud) -> Result<Option<String>> {
    let known = kept(sight, sight.pod().and_then(mounted_by));
    let (Some(known), Some(record)) = (known, &sight.settled.record) else {
        return Ok(None);
    };
    let seen = cloud.runpod.own_volume(record).await?;
    Ok(kept_note(known, seen.as_ref()))
}

/// What a stopped pod bills on for: compute has ended, and storage has not.
pub(super) async fn stopped_note(pod: &PodSeen, cloud: &Cloud) -> Option<String> {
    if !matches!(pod.state, PodState::Exited | PodState::Error) {
        return None;
    }
    match &pod.mount {
        MountSeen::None => None,
        MountSeen::Pod { size_gb, .. } => {
            let price = size_gb.0.map(Rate::pod_volume).map(|rate| {
                format!(
                    " ${}/h while the pod is stopped and ${}/h while it runs, at list rates",
                    rate.stopped, rate.running
                )
            });
            Some(format!(
                "the pod volume of {size_gb} GB bills{}; `sindri destroy` deletes it with all that is on it",
                price.unwrap_or_else(|| " on".to_owned())
            ))
        }
        MountSeen::Network { volume_id, .. } => {
            let price = match cloud.runpod.volumes().await {
                Ok(volumes) => {
                    let seen = volumes.into_iter().find(|volume| volume.id == *volume_id);
                    let gb = seen.and_then(|volume| volume.size_gb.0);
                    gb.map(|gb| {
                        let rate = Rate::network_volume(gb).stopped;
                        format!(" of {gb} GB bills ${rate}/h, the list rate of standard storage")
                    })
                }
                // The state of the pod is what was asked for.
                Err(error) => Some(format!(" bills, and how much is not known ({error})")),
            };
            Some(format!(
                "network volume {volume_id}{}, whether the pod runs or not; it outlives the pod",
                price.unwrap_or_else(|| " bills".to_owned())
            ))
        }
    }
}

/// A volume is not deleted while a pod has it, running or not.
pub(super) async fn refuse_if_used(id: &str, cloud: &Cloud, help: &str) -> Result<()> {
    let users = cloud.runpod.pods_with(id).await?;
    if users.is_empty() {
        return Ok(());
    }
    let mut failure = Failure::new(format!("network volume {id} is in use"));
    failure.details = users
        .iter()
        .map(|pod| format!("pod {} ({}), {}", pod.id, pod.name, pod.state.as_str()))
        .collect();
    Err(Error::usage(failure.help(help)))
}

/// The network volume of a pod.
pub(super) fn mounted_by(pod: &PodSeen) -> Option<&str> {
    match &pod.mount {
        MountSeen::Network { volume_id, .. } => Some(volume_id),
        MountSeen::None | MountSeen::Pod { .. } => None,
    }
}

/// The network volume that a plan goes on with.
pub(super) fn planned_by(plan: &Plan) -> Option<&str> {
    match &plan.target.mount {
        MountSpec::Network {
            volume: VolumeChoice::Existing(id),
            ..
        } => Some(id),
        MountSpec::Network {
            volume: VolumeChoice::Made,
            ..
        }
        | MountSpec::None
        | MountSpec::Pod { .. } => None,
    }
}
