//! The actions of a plan, with the words for them.

use std::collections::BTreeMap;

use crate::plan::action::{Action, Class, DataLoss, Step, Verb};
use crate::plan::compare::Comparison;
use crate::plan::cost::{Estimate, Rate};
use crate::plan::observed::{MountSeen, PodSeen, PodState, Recorded, VolumeSeen};
use crate::plan::spec::{NewVolume, PodSpec};

const CONTAINER_DISK: &str = "container disk";

pub(super) fn create_volume(name: &str, volume: NewVolume) -> Action {
    let place = volume.data_center.as_ref().map_or_else(
        || "where the pod will run".to_owned(),
        |id| format!("in {id}"),
    );
    Action {
        usd_per_hour: Some(Rate::network_volume(volume.size_gb)),
        ..Action::new(
            Verb::Create,
            Class::Create,
            format!("network volume {name}"),
            format!("{} GB {place}; bills until it is deleted", volume.size_gb),
            Step::CreateVolume(volume),
        )
    }
}

pub(super) fn grow_volume(volume: &VolumeSeen, size_gb: u32) -> Action {
    Action {
        usd_per_hour: Some(Rate::network_volume(size_gb)),
        ..Action::new(
            Verb::Update,
            Class::UpdateInPlace,
            format!("network volume {}", volume.name),
            format!(
                "grow from {} GB to {size_gb} GB; it never shrinks again",
                volume.size_gb
            ),
            Step::GrowVolume {
                id: volume.id.clone(),
                size_gb,
            },
        )
    }
}

pub(super) fn describe_volume(
    size_gb: u32,
    data_center: Option<&str>,
) -> BTreeMap<&'static str, serde_json::Value> {
    BTreeMap::from([
        ("size_gb", serde_json::json!(size_gb)),
        ("data_center", serde_json::json!(data_center)),
    ])
}

pub(super) fn create_pod(spec: &PodSpec, estimate: Option<&Estimate>) -> Action {
    Action {
        usd_per_hour: estimate.map(Estimate::of_pod),
        ..Action::new(
            Verb::Create,
            Class::Create,
            format!("pod {}", spec.name),
            what_it_is(spec),
            Step::CreatePod,
        )
    }
}

fn what_it_is(spec: &PodSpec) -> String {
    let place = match spec.data_centers.as_slice() {
        [] => "any data center".to_owned(),
        ids => ids.join(" or "),
    };
    let image = match (&spec.image, &spec.template_id) {
        (Some(image), _) => format!("image {image}"),
        (None, Some(template)) => format!("template {template}"),
        (None, None) => "no image".to_owned(),
    };
    let floors = spec.compute.host();
    let host = if floors.is_empty() {
        String::new()
    } else {
        format!(" on a host with {floors}")
    };
    format!(
        "{}{host} in {} ({place}), {image}",
        spec.compute, spec.cloud
    )
}

/// The new pod first: the old one goes only when the new one is there.
pub(super) fn replace_pod(
    spec: &PodSpec,
    old: &PodSeen,
    found: Comparison,
    estimate: Option<&Estimate>,
) -> [Action; 2] {
    let made = Action {
        class: Class::Replace,
        changes: found.changes,
        ..create_pod(spec, estimate)
    };
    let (destroys_data, loses) = losses(old);
    let gone = Action {
        destroys_data,
        loses,
        ..Action::new(
            Verb::Delete,
            Class::Replace,
            format!("pod {}", old.id),
            "delete it once the new pod is ready; both bill until then".to_owned(),
            Step::DeletePod { id: old.id.clone() },
        )
    };
    [made, gone]
}

/// What is lost with a pod.
fn losses(pod: &PodSeen) -> (DataLoss, Vec<String>) {
    let mut loses = vec![CONTAINER_DISK.to_owned()];
    match &pod.mount {
        MountSeen::None | MountSeen::Network { .. } => (DataLoss::None, loses),
        MountSeen::Pod { size_gb, path } => {
            loses.push(format!("pod volume of {size_gb} GB at {path}"));
            (DataLoss::Destroys, loses)
        }
    }
}

pub(super) fn update_pod(pod: &PodSeen, found: Comparison) -> Option<Action> {
    if found.changes.is_empty() {
        return None;
    }
    let restarts = found.restarts() && pod.state.bills_compute();
    let (class, loses, consequence) = if restarts {
        (
            Class::Restart,
            vec![CONTAINER_DISK.to_owned()],
            "; RunPod restarts it for that",
        )
    } else {
        (Class::UpdateInPlace, Vec::new(), "")
    };
    let names: Vec<&str> = found
        .changes
        .iter()
        .map(|change| change.field.as_str())
        .collect();
    let description = format!("change {}{consequence}", names.join(", "));
    let step = Step::UpdatePod {
        id: pod.id.clone(),
        patch: Box::new(found.patch),
    };
    Some(Action {
        loses,
        changes: found.changes,
        ..Action::new(
            Verb::Update,
            class,
            format!("pod {}", pod.id),
            description,
            step,
        )
    })
}

pub(super) fn start_pod(pod: &PodSeen, estimate: Option<&Estimate>) -> Option<Action> {
    let description = match pod.state {
        PodState::Exited => "it is stopped: start it",
        PodState::Error => "it has failed: start it again",
        PodState::Provisioning
        | PodState::Starting
        | PodState::Running
        | PodState::Terminated
        | PodState::Unknown(_) => return None,
    };
    Some(Action {
        usd_per_hour: estimate.map(Estimate::of_pod),
        ..Action::new(
            Verb::Start,
            Class::Start,
            format!("pod {}", pod.id),
            description.to_owned(),
            Step::StartPod { id: pod.id.clone() },
        )
    })
}

/// A state that this program cannot act on.
pub(super) fn state_note(pod: &PodSeen) -> Option<String> {
    match &pod.state {
        PodState::Unknown(word) => Some(format!(
            "pod {} is in a state unknown to this program: {word}",
            pod.id
        )),
        PodState::Provisioning
        | PodState::Starting
        | PodState::Running
        | PodState::Exited
        | PodState::Error
        | PodState::Terminated => None,
    }
}

/// Settings that cannot be compared, because what was sent is neither returned nor written down.
pub(super) fn not_compared_note(spec: &PodSpec, recorded: &Recorded) -> Option<String> {
    let sent = recorded.sent_once.as_ref();
    let mut settings = Vec::new();
    if sent.is_none() {
        settings.extend(["startSsh", "templateId"]);
    }
    if !spec.compute.host().is_empty() && sent.is_none_or(|sent| sent.host.is_none()) {
        settings.push("the least vCPU and memory of the host");
    }
    (!settings.is_empty()).then(|| {
        format!(
            "not compared: {}. RunPod does not return what was sent, and it is not written down here",
            settings.join(", ")
        )
    })
}

/// A file that asks for less of the host than the pod was made with: that is no reason to make it anew.
pub(super) fn host_note(spec: &PodSpec, recorded: &Recorded) -> Option<String> {
    let (sent, wanted) = (recorded.sent_once.as_ref()?.host?, spec.compute.host());
    (sent != wanted && sent.cover(wanted)).then(|| {
        format!(
            "the pod was made for a host with {sent} and stays there: the file asks for less now"
        )
    })
}

pub(super) fn delete_replaced(pod: &PodSeen) -> Action {
    let (destroys_data, loses) = losses(pod);
    Action {
        destroys_data,
        loses,
        ..Action::new(
            Verb::Delete,
            Class::Delete,
            format!("pod {}", pod.id),
            "it was replaced by an earlier deploy that did not get to delete it".to_owned(),
            Step::DeletePod { id: pod.id.clone() },
        )
    }
}
