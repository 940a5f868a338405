//! From the pod as it should be to the requests that make it so.

use std::collections::BTreeMap;

use runpod_sdk::types::{
    CreateCpuConfig, CreateGpuConfig, CreatePodRequest, Mounts, NetworkMount, PersistentMount,
    UpdatePodRequest,
};

use super::MARKER;
use crate::config::HostFloors;
use crate::error::{Error, Failure, Kind, Result};
use crate::masked::Variables;
use crate::plan::{ComputeSpec, MountSpec, PodPatch, PodSpec, VolumeChoice};

/// The create request. What the interface would fill in by itself is sent all the same, because its
/// defaults and those of the format differ; what is not asked for is not sent.
pub(super) fn create(
    spec: &PodSpec,
    deployment_id: &str,
    made_volume: Option<&str>,
) -> Result<CreatePodRequest> {
    let mut env = plain(&spec.env);
    env.insert(MARKER.to_owned(), deployment_id.to_owned());
    let mut request = CreatePodRequest::new(spec.name.as_str())
        .cloud(spec.cloud)
        .disk(i64::from(spec.disk_gb))
        .ports(spec.ports.iter().cloned())
        .start_ssh(spec.start_ssh)
        .env(env);
    request = match &spec.compute {
        ComputeSpec::Gpu { id, count, host } => request.gpu(cards(id, *count, *host)),
        ComputeSpec::Cpu { flavor, vcpu_count } => request.cpu(CreateCpuConfig::new(
            flavor.as_str(),
            i64::from(*vcpu_count),
        )),
        ComputeSpec::Undecided { wish, .. } => return Err(undecided(wish)),
    };
    if let Some(image) = &spec.image {
        request = request.image(image.as_str());
    }
    if let Some(template_id) = &spec.template_id {
        request = request.template_id(template_id.as_str());
    }
    if !spec.data_centers.is_empty() {
        request = request.data_center_ids(spec.data_centers.iter().cloned());
    }
    if let Some(mounts) = mounts(&spec.mount, made_volume)? {
        request = request.mounts(mounts);
    }
    Ok(request)
}

/// The update request. `env` replaces the whole map, so it is merged into what the pod has now.
///
/// # Errors
///
/// Variables are to change, and it is not known which ones the pod has.
pub(super) fn update(
    patch: &PodPatch,
    env_now: Option<BTreeMap<String, String>>,
    deployment_id: &str,
    made_volume: Option<&str>,
) -> Result<UpdatePodRequest> {
    let mut request = UpdatePodRequest::new();
    if let Some(name) = &patch.name {
        request = request.name(name.as_str());
    }
    if let Some(image) = &patch.image {
        request = request.image(image.as_str());
    }
    if let Some(template_id) = &patch.template_id {
        request = request.template_id(template_id.as_str());
    }
    if let Some(disk_gb) = patch.disk_gb {
        request = request.disk(i64::from(disk_gb));
    }
    if let Some(ports) = &patch.ports {
        request = request.ports(ports.iter().cloned());
    }
    if let Some(mount) = &patch.mount
        && let Some(mounts) = mounts(mount, made_volume)?
    {
        request = request.mounts(mounts);
    }
    if patch.changes_env() {
        let mut env = env_now.ok_or_else(env_unknown)?;
        env.retain(|name, _| !patch.env_remove.contains(name));
        env.extend(plain(&patch.env_set));
        env.insert(MARKER.to_owned(), deployment_id.to_owned());
        request = request.env(env);
    }
    Ok(request)
}

/// The floors are sent only where the file writes them: an older interface does not know their keys.
fn cards(id: &str, count: u32, host: HostFloors) -> CreateGpuConfig {
    let mut cards = CreateGpuConfig::new(id).count(i64::from(count));
    if let Some(vcpus) = host.min_vcpu_count_per_gpu {
        cards = cards.min_vcpu_count_per_gpu(i64::from(vcpus));
    }
    if let Some(gb) = host.min_memory_gb_per_gpu {
        cards = cards.min_ram_per_gpu(i64::from(gb));
    }
    cards
}

fn plain(variables: &Variables) -> BTreeMap<String, String> {
    variables
        .iter()
        .map(|(name, value)| (name.clone(), value.expose().to_owned()))
        .collect()
}

fn mounts(mount: &MountSpec, made_volume: Option<&str>) -> Result<Option<Mounts>> {
    Ok(match mount {
        MountSpec::None => None,
        MountSpec::Pod { size_gb, path } => {
            Some(Mounts::new().persistent(PersistentMount::new(i64::from(*size_gb), path.as_str())))
        }
        MountSpec::Network { volume, path } => {
            let id = match volume {
                VolumeChoice::Existing(id) => id.as_str(),
                VolumeChoice::Made => made_volume.ok_or_else(no_volume)?,
            };
            Some(Mounts::new().network([NetworkMount::new(id, path.as_str())]))
        }
    })
}

/// Without the present map all variables but ours would be lost.
fn env_unknown() -> Error {
    Error::new(
        Kind::Provider,
        Failure::new("RunPod does not show the pod's environment variables: nothing is changed")
            .detail("the new ones alone would replace all that the pod has now")
            .help("try again; or leave `environment` and `secrets` as they are"),
    )
}

/// Only an offline plan leaves the card open, and such a plan is never applied.
fn undecided(wish: &str) -> Error {
    Error::new(
        Kind::Unexpected,
        Failure::new(format!("no card was chosen for `{wish}`")),
    )
}

fn no_volume() -> Error {
    Error::new(
        Kind::Unexpected,
        Failure::new("the pod's network volume was not made before it"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::masked::Masked;

    #[test]
    fn variables_are_merged_into_what_is_there_and_not_sent_when_that_is_unknown() {
        let patch = PodPatch {
            env_set: [("OURS".to_owned(), Masked::from("new"))].into(),
            ..PodPatch::default()
        };
        let map = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            pairs.iter().map(owned).collect()
        };
        let now = map(&[("OURS", "old"), ("THEIRS", "kept")]);
        let request = update(&patch, Some(now), "d1", None).unwrap();
        let expected = [("OURS", "new"), ("THEIRS", "kept"), (MARKER, "d1")];
        assert_eq!(request.env, Some(map(&expected)));
        let error = update(&patch, None, "d1", None).unwrap_err();
        assert!(
            error.to_string().contains("does not show the pod's env"),
            "{error}"
        );
        let other = PodPatch {
            disk_gb: Some(60),
            ..PodPatch::default()
        };
        assert_eq!(update(&other, None, "d1", None).unwrap().env, None);
    }
}
