//! The actions of a plan, with the words for them.

use super::compare::Comparison;
use super::observed::{Attachment, ServiceSeen, ServiceState, ServiceVolumeSeen};
use super::spec::{ServiceSpec, ServiceStep};
use crate::config::NorthflankVolume;
use crate::plan::Rate;
use crate::plan::action::{Action, Class, Verb};

type ServiceAction = Action<ServiceStep>;

pub(super) fn create_project(name: &str, region: &str) -> ServiceAction {
    Action::new(
        Verb::Create,
        Class::Create,
        format!("project {name}"),
        format!("in {region}; it cannot move later, and bills nothing by itself"),
        ServiceStep::CreateProject {
            region: region.to_owned(),
        },
    )
}

pub(super) fn create_volume(spec: &ServiceSpec, volume: &NorthflankVolume) -> ServiceAction {
    Action::new(
        Verb::Create,
        Class::Create,
        format!("volume {}", spec.volume_name()),
        format!("{} GB; bills until it is deleted", volume.size_gb),
        ServiceStep::CreateVolume(volume.clone()),
    )
}

/// The volume made larger or mounted elsewhere. It never shrinks.
pub(super) fn update_volume(
    seen: &ServiceVolumeSeen,
    wanted: &NorthflankVolume,
) -> Option<ServiceAction> {
    let grows = seen.size_gb.0.is_some_and(|now| now < wanted.size_gb);
    let moves = seen.path.as_ref().is_some_and(|now| *now != wanted.path);
    let mut words = Vec::new();
    if grows {
        words.push(format!(
            "grow from {} GB to {} GB; it never shrinks again",
            seen.size_gb, wanted.size_gb
        ));
    }
    if let Some(now) = seen.path.as_ref().filter(|_| moves) {
        words.push(format!("mount it at {} instead of {now}", wanted.path));
    }
    if words.is_empty() {
        return None;
    }
    let class = if moves {
        Class::Restart
    } else {
        Class::UpdateInPlace
    };
    Some(Action::new(
        Verb::Update,
        class,
        format!("volume {}", seen.name),
        words.join("; "),
        ServiceStep::UpdateVolume {
            id: seen.id.clone(),
            size_gb: grows.then_some(wanted.size_gb),
            path: moves.then(|| wanted.path.clone()),
        },
    ))
}

/// A volume that is there and not attached. A service that is made takes it along.
pub(super) fn attach_volume(
    seen: &ServiceVolumeSeen,
    service: &ServiceSeen,
) -> Option<ServiceAction> {
    if seen.attachment != Attachment::Free {
        return None;
    }
    let mut action = attach(&seen.name, &seen.id);
    action.loses = lost_by(service);
    Some(action)
}

/// A volume that an earlier action of the plan makes.
pub(super) fn attach_new_volume(name: &str, service: &ServiceSeen) -> ServiceAction {
    let mut action = attach(name, name);
    action.loses = lost_by(service);
    action
}

fn attach(name: &str, id: &str) -> ServiceAction {
    Action::new(
        Verb::Update,
        Class::Restart,
        format!("volume {name}"),
        "attach it to the service, which stops and starts again for that".to_owned(),
        ServiceStep::AttachVolume { id: id.to_owned() },
    )
}

pub(super) fn create_service(spec: &ServiceSpec, rate: Option<Rate>) -> ServiceAction {
    ServiceAction {
        usd_per_hour: rate,
        ..Action::new(
            Verb::Create,
            Class::Create,
            format!("service {}", spec.name),
            what_it_is(spec),
            ServiceStep::CreateService,
        )
    }
}

fn what_it_is(spec: &ServiceSpec) -> String {
    let instances = match (&spec.scaling, spec.instances) {
        (Some(scaling), _) => format!(
            "{} to {} instances",
            scaling.min_instances, scaling.max_instances
        ),
        (None, 1) => "1 instance".to_owned(),
        (None, count) => format!("{count} instances"),
    };
    let plan = spec
        .plan
        .as_deref()
        .unwrap_or("a plan that is large enough");
    let cards = spec
        .gpu
        .as_ref()
        .map(|gpu| format!(" with {gpu}"))
        .unwrap_or_default();
    format!("{instances} of {plan}{cards}, image {}", spec.image)
}

/// What the file changes on a service that is there.
pub(super) fn update_service(
    spec: &ServiceSpec,
    seen: &ServiceSeen,
    found: Comparison,
) -> Option<ServiceAction> {
    if found.changes.is_empty() {
        return None;
    }
    let restarts = found.restarts() && seen.state.bills_compute();
    let (class, loses, consequence) = match (restarts, &spec.volume) {
        (false, _) => (Class::UpdateInPlace, Vec::new(), ""),
        (true, None) => (
            Class::Restart,
            lost_by(seen),
            "; new containers replace the old ones once they are up",
        ),
        (true, Some(_)) => (
            Class::Restart,
            lost_by(seen),
            "; with a volume the old container stops before the new one starts",
        ),
    };
    let names: Vec<&str> = found
        .changes
        .iter()
        .map(|change| change.field.as_str())
        .collect();
    let description = format!("change {}{consequence}", names.join(", "));
    Some(ServiceAction {
        loses,
        changes: found.changes,
        ..Action::new(
            Verb::Update,
            class,
            format!("service {}", spec.name),
            description,
            ServiceStep::UpdateService(Box::new(found.patch)),
        )
    })
}

fn lost_by(service: &ServiceSeen) -> Vec<String> {
    if service.state.bills_compute() {
        vec!["what containers wrote outside a volume".to_owned()]
    } else {
        Vec::new()
    }
}

pub(super) fn resume_service(
    spec: &ServiceSpec,
    seen: &ServiceSeen,
    rate: Option<Rate>,
) -> Option<ServiceAction> {
    let wants = spec.instances > 0 || spec.scaling.is_some();
    (seen.state == ServiceState::Paused && wants).then(|| ServiceAction {
        usd_per_hour: rate,
        ..Action::new(
            Verb::Start,
            Class::Start,
            format!("service {}", spec.name),
            "it is paused: resume it".to_owned(),
            ServiceStep::ResumeService,
        )
    })
}
