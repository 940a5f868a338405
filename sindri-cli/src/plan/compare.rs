//! What differs between the pod as it is and as it should be.
//!
//! Only what the file sets is compared, and only what the provider returns; what it takes at creation and
//! never returns is compared with what was written down.

use std::collections::BTreeSet;

use super::action::Effect;
use super::difference::UNSET;
use super::env::env_difference;
use super::observed::{ComputeSeen, MountSeen, PodSeen, Recorded, SizeSeen};
use super::place::Place;
use super::spec::{ComputeSpec, MountSpec, PodPatch, PodSpec, VolumeChoice};

/// Variables that are never taken away, whoever set them.
const NEVER_REMOVED: [&str; 2] = ["PUBLIC_KEY", "SINDRI_DEPLOYMENT_ID"];

pub(super) type Comparison = super::difference::Comparison<PodPatch>;

/// Compares the pod with what it should be.
pub(super) fn compare(
    spec: &PodSpec,
    place: &Place,
    seen: &PodSeen,
    recorded: &Recorded,
) -> Comparison {
    let mut found = Comparison::default();
    compute(spec, seen, &mut found);
    location(spec, place, seen, &mut found);
    container(spec, seen, &mut found);
    mount(&spec.mount, &seen.mount, &mut found);
    env(spec, seen, recorded, &mut found);
    create_only(spec, recorded, &mut found);
    found
}

fn compute(spec: &PodSpec, seen: &PodSeen, found: &mut Comparison) {
    let now = match &seen.compute {
        ComputeSeen::Gpu { id, count } => ComputeSpec::Gpu {
            id: id.clone(),
            count: *count,
            // Never returned: compared with what was written down.
            host: spec.compute.host(),
        },
        ComputeSeen::Cpu { id, vcpu_count } => ComputeSpec::Cpu {
            flavor: id.clone(),
            vcpu_count: *vcpu_count,
        },
        ComputeSeen::Unknown => return,
    };
    if now != spec.compute {
        let (from, to) = (now.to_string(), spec.compute.to_string());
        found.push("compute", from, to, Effect::Replace);
    }
}

fn location(spec: &PodSpec, place: &Place, seen: &PodSeen, found: &mut Comparison) {
    if seen.cloud != spec.cloud {
        found.push("cloud", &seen.cloud, spec.cloud, Effect::Replace);
    }
    if let Some(data_center) = &seen.data_center
        && !place.allows(data_center)
    {
        let wanted = place.ids().join(" or ");
        found.push("data center", data_center, wanted, Effect::Replace);
    }
}

fn container(spec: &PodSpec, seen: &PodSeen, found: &mut Comparison) {
    if seen.name != spec.name {
        found.push("name", &seen.name, &spec.name, Effect::None);
        found.patch.name = Some(spec.name.clone());
    }
    if let Some(image) = &spec.image
        && seen.image.as_ref() != Some(image)
    {
        found.push(
            "image",
            seen.image.as_deref().unwrap_or(UNSET),
            image,
            Effect::Restart,
        );
        found.patch.image = Some(image.clone());
    }
    if let Some(disk_gb) = seen.disk_gb
        && disk_gb != spec.disk_gb
    {
        found.push("disk", gb(disk_gb), gb(spec.disk_gb), Effect::Restart);
        found.patch.disk_gb = Some(spec.disk_gb);
    }
    let set = |ports: &[String]| ports.iter().cloned().collect::<BTreeSet<_>>();
    if set(&seen.ports) != set(&spec.ports) {
        found.push(
            "ports",
            list(&seen.ports),
            list(&spec.ports),
            Effect::Restart,
        );
        found.patch.ports = Some(spec.ports.clone());
    }
}

fn mount(spec: &MountSpec, seen: &MountSeen, found: &mut Comparison) {
    match (spec, seen) {
        (MountSpec::None, MountSeen::None) => {}
        (
            MountSpec::Pod { size_gb, path },
            MountSeen::Pod {
                size_gb: now_gb,
                path: now_path,
            },
        ) => {
            let grows = volume_size(*size_gb, *now_gb, found);
            mount_path(path, now_path, found);
            if grows || path != now_path {
                found.patch.mount = Some(spec.clone());
            }
        }
        (
            MountSpec::Network {
                volume: VolumeChoice::Existing(id),
                path,
            },
            MountSeen::Network {
                volume_id,
                path: now_path,
            },
        ) if id == volume_id => {
            mount_path(path, now_path, found);
            if path != now_path {
                found.patch.mount = Some(spec.clone());
            }
        }
        (
            MountSpec::None | MountSpec::Pod { .. } | MountSpec::Network { .. },
            MountSeen::None | MountSeen::Pod { .. } | MountSeen::Network { .. },
        ) => found.push(
            "volume",
            mount_seen(seen),
            mount_spec(spec),
            Effect::Replace,
        ),
    }
}

/// Whether it grows. A size that is not known is not compared.
fn volume_size(wanted_gb: u32, now: SizeSeen, found: &mut Comparison) -> bool {
    let Some(now_gb) = now.0 else {
        return false;
    };
    if wanted_gb < now_gb {
        found.push(
            "volume size (never shrinks)",
            gb(now_gb),
            gb(wanted_gb),
            Effect::Replace,
        );
    } else if wanted_gb > now_gb {
        found.push("volume size", gb(now_gb), gb(wanted_gb), Effect::Restart);
    }
    wanted_gb > now_gb
}

fn mount_path(path: &str, now: &str, found: &mut Comparison) {
    if path != now {
        found.push("volume path", now, path, Effect::Restart);
    }
}

fn env(spec: &PodSpec, seen: &PodSeen, recorded: &Recorded, found: &mut Comparison) {
    let env = env_difference(&spec.env, &seen.env, &recorded.env_names, &NEVER_REMOVED);
    found.changes.extend(env.changes);
    found.patch.env_set = env.set;
    found.patch.env_remove = env.remove;
}

fn create_only(spec: &PodSpec, recorded: &Recorded, found: &mut Comparison) {
    let Some(sent) = &recorded.sent_once else {
        return;
    };
    if sent.start_ssh != spec.start_ssh {
        let (from, to) = (sent.start_ssh.to_string(), spec.start_ssh.to_string());
        found.push("startSsh", from, to, Effect::Replace);
    }
    if let Some(wanted) = &spec.template_id
        && sent.template_id.as_ref() != Some(wanted)
    {
        let from = sent.template_id.as_deref().unwrap_or("none");
        found.push("template", from, wanted, Effect::Restart);
        found.patch.template_id = Some(wanted.clone());
    }
    // A host that had to have more will do: only a floor that is new or higher needs another.
    let wanted = spec.compute.host();
    if let Some(host) = sent.host
        && !host.cover(wanted)
    {
        let (from, to) = (host.to_string(), wanted.to_string());
        found.push("host", from, to, Effect::Replace);
    }
}

fn mount_seen(mount: &MountSeen) -> String {
    match mount {
        MountSeen::None => "none".to_owned(),
        MountSeen::Pod { size_gb, path } => format!("pod volume of {size_gb} GB at {path}"),
        MountSeen::Network { volume_id, path } => format!("network volume {volume_id} at {path}"),
    }
}

fn mount_spec(mount: &MountSpec) -> String {
    match mount {
        MountSpec::None => "none".to_owned(),
        MountSpec::Pod { size_gb, path } => format!("pod volume of {size_gb} GB at {path}"),
        MountSpec::Network {
            volume: VolumeChoice::Existing(id),
            path,
        } => {
            format!("network volume {id} at {path}")
        }
        MountSpec::Network {
            volume: VolumeChoice::Made,
            path,
        } => {
            format!("a new network volume at {path}")
        }
    }
}

fn gb(size: u32) -> String {
    format!("{size} GB")
}

fn list(items: &[String]) -> String {
    if items.is_empty() {
        "none".to_owned()
    } else {
        items.join(", ")
    }
}

#[cfg(test)]
#[path = "compare_tests.rs"]
mod tests;
