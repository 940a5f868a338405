//! A service in the words of the format.

use std::collections::BTreeMap;

use crate::config::NorthflankProtocol;
use crate::output::{Address, StatusReport, Timestamps};
use crate::plan::northflank::{ServicePortSeen, ServiceSeen, ServiceState};
use crate::provider::ServiceSight;

/// The state, as the format names it.
pub(super) fn state(service: Option<&ServiceSeen>) -> &'static str {
    match service.map(|service| &service.state) {
        None => "notdeployed",
        Some(ServiceState::Paused) => "paused",
        Some(ServiceState::Pending | ServiceState::InProgress) => "creating",
        Some(ServiceState::Completed) => "running",
        Some(ServiceState::Failed) => "error",
        Some(ServiceState::Unknown(_)) => "unknown",
    }
}

/// How the volume that was seen can be deleted.
pub(super) fn volume_removal(sight: &ServiceSight) -> &'static str {
    match sight.own_volume() {
        Some(_) => "`sindri destroy --volumes` deletes it",
        None => "deploy did not make it",
    }
}

/// The status report of a deployment.
pub(super) fn status(
    name: &str,
    project: &str,
    service: Option<&ServiceSeen>,
    notes: Vec<String>,
) -> StatusReport {
    StatusReport {
        name: name.to_owned(),
        provider: "northflank",
        state: state(service),
        instance_id: service.map(|service| service.id.clone()),
        image: service.and_then(|service| service.image.clone()),
        addresses: service.map(addresses).unwrap_or_default(),
        resources: None,
        timestamps: Timestamps {
            created_at: service.and_then(|service| service.created_at.clone()),
            updated_at: service.and_then(|service| service.updated_at.clone()),
            ..Timestamps::default()
        },
        // The price of a service is not told with it, and when it began to run is not either.
        cost_so_far: None,
        details: service
            .map(|service| details(project, service))
            .unwrap_or_default(),
        notes,
    }
}

fn addresses(service: &ServiceSeen) -> Vec<Address> {
    let public = |seen: &ServicePortSeen| {
        seen.dns
            .as_ref()
            .filter(|_| seen.port.public)
            .map(|dns| Address {
                kind: "https",
                value: format!("https://{dns}"),
                port: Some(443),
                note: None,
            })
    };
    let internal = |seen: &ServicePortSeen| Address {
        kind: "internal",
        value: format!("{}:{}", service.id, seen.port.internal_port),
        port: Some(seen.port.internal_port),
        note: Some(match seen.port.protocol {
            NorthflankProtocol::Http | NorthflankProtocol::Http2 => "HTTP, inside the project",
            NorthflankProtocol::Tcp => "TCP, inside the project",
            NorthflankProtocol::Udp => "UDP, inside the project",
        }),
    };
    let ports = || service.ports.iter();
    ports()
        .filter_map(public)
        .chain(ports().map(internal))
        .collect()
}

fn details(project: &str, service: &ServiceSeen) -> BTreeMap<&'static str, String> {
    let mut details = BTreeMap::from([
        ("project", project.to_owned()),
        ("northflank_status", service.state.as_str().to_owned()),
    ]);
    if let Some(plan) = &service.plan {
        details.insert("compute_plan", plan.clone());
    }
    // A paused one may go on showing how many it had.
    let instances = match service.state {
        ServiceState::Paused => Some(0),
        ServiceState::Pending
        | ServiceState::InProgress
        | ServiceState::Completed
        | ServiceState::Failed
        | ServiceState::Unknown(_) => service.instances,
    };
    if let Some(instances) = instances {
        details.insert("instances", instances.to_string());
    }
    if let Some(scaling) = &service.scaling {
        details.insert("scaling", scaling.to_string());
    }
    if let Some(gpu) = &service.gpu {
        details.insert("gpu_type", gpu.id.clone());
        details.insert("gpu_count", gpu.count.to_string());
    }
    details
}
