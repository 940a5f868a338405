//! Network volumes and the pods that have them.

use super::context::Cloud;
use crate::error::{Error, Failure, Result};
use crate::plan::{MountSeen, MountSpec, Plan, PodSeen, Rate, VolumeChoice, VolumeSeen};
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
