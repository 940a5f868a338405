//! Network volumes and the pods that have them.

use super::context::Cloud;
use crate::error::{Error, Failure, Result};
use crate::plan::{MountSeen, MountSpec, Plan, PodSeen, Rate, VolumeChoice};
use crate::provider::Sight;

/// Says that it bills on, unless it is the one that is `mounted`.
pub(super) async fn kept_note(
    sight: &Sight,
    mounted: Option<&str>,
    cloud: &Cloud,
) -> Result<Option<String>> {
    let Some(record) = &sight.settled.record else {
        return Ok(None);
    };
    let Some(known) = record
        .volume
        .as_ref()
        .filter(|volume| mounted != Some(volume.id.as_str()))
    else {
        return Ok(None);
    };
    // It may have been deleted or grown elsewhere.
    let seen = cloud.runpod.own_volume(record).await?;
    Ok(seen.map(|volume| {
        let gb = volume.size_gb.0.unwrap_or(known.size_gb);
        format!(
            "network volume {} of {gb} GB is kept and bills ${}/h; `sindri destroy --volumes` deletes it",
            volume.name,
            Rate::network_volume(gb).running
        )
    }))
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
