//! A pod in the words of the format.

use std::collections::BTreeMap;

use crate::config::{Port, PortProtocol};
use crate::output::{Address, StatusReport, Timestamps, Usage};
use crate::plan::{ComputeSeen, MountSeen, PodSeen, PodState};

/// The state, as the format names it.
pub(super) fn state(pod: Option<&PodSeen>) -> &'static str {
    match pod.map(|pod| &pod.state) {
        None | Some(PodState::Terminated) => "notdeployed",
        Some(PodState::Provisioning | PodState::Starting) => "creating",
        Some(PodState::Running) => "running",
        Some(PodState::Exited) => "stopped",
        Some(PodState::Error) => "error",
        Some(PodState::Unknown(_)) => "unknown",
    }
}

/// A shell in the browser.
pub(super) fn web_terminal(pod: &PodSeen) -> String {
    format!("https://www.runpod.io/console/pods/{}/terminal", pod.id)
}

/// The provider's own command for SSH, once there is one.
pub(super) fn ssh_command(pod: &PodSeen) -> Option<String> {
    let address = pod.ssh.direct.as_ref().or(pod.ssh.proxy.as_ref())?;
    Some(address.command.clone())
}

/// The status report of a deployment.
pub(super) fn status(name: &str, pod: Option<&PodSeen>, notes: Vec<String>) -> StatusReport {
    StatusReport {
        name: name.to_owned(),
        provider: "runpod",
        state: state(pod),
        instance_id: pod.map(|pod| pod.id.clone()),
        image: pod.and_then(|pod| pod.image.clone()),
        addresses: pod.map(addresses).unwrap_or_default(),
        resources: pod.and_then(usage),
        timestamps: Timestamps {
            created_at: pod.map(|pod| pod.created_at.clone()),
            started_at: pod.and_then(|pod| pod.started_at.clone()),
            ..Timestamps::default()
        },
        details: pod.map(details).unwrap_or_default(),
        notes,
    }
}

fn addresses(pod: &PodSeen) -> Vec<Address> {
    let mut addresses = Vec::new();
    if pod.state != PodState::Running {
        return addresses;
    }
    let shell = "shell only: no scp, no forwarding";
    for (address, note) in [(&pod.ssh.direct, None), (&pod.ssh.proxy, Some(shell))] {
        addresses.extend(address.iter().map(|address| Address {
            kind: "ssh",
            value: address.command.clone(),
            port: None,
            note,
        }));
    }
    for port in pod.ports.iter().filter_map(|port| parse_port(port)) {
        if port.protocol == PortProtocol::Http {
            addresses.push(Address {
                kind: "https",
                value: format!("https://{}-{}.proxy.runpod.net", pod.id, port.number),
                port: Some(port.number),
                note: None,
            });
        }
    }
    // An HTTP port shows up here too, with an address that only RunPod can reach; SSH has its command.
    let external = pod.runtime.iter().flat_map(|runtime| &runtime.ports);
    for port in external.filter(|port| port.protocol == "tcp" && port.private != Port::SSH.number) {
        addresses.push(Address {
            kind: "external",
            value: format!("{}:{} -> {}/tcp", port.ip, port.public, port.private),
            port: Some(port.public),
            note: None,
        });
    }
    addresses
}

fn parse_port(text: &str) -> Option<Port> {
    let (number, protocol) = text.split_once('/')?;
    let protocol = match protocol {
        "http" => PortProtocol::Http,
        "tcp" => PortProtocol::Tcp,
        _ => return None,
    };
    Some(Port {
        number: number.parse().ok()?,
        protocol,
    })
}

/// RunPod tells percentages only.
fn usage(pod: &PodSeen) -> Option<Usage> {
    let runtime = pod.runtime.as_ref()?;
    Some(Usage {
        cpu_percent: runtime.cpu_percent,
        memory_bytes: None,
        memory_limit: None,
        disk_bytes: None,
        disk_limit: pod.disk_gb.map(|gb| u64::from(gb) * 1_000_000_000),
    })
}

fn details(pod: &PodSeen) -> BTreeMap<&'static str, String> {
    let mut details = BTreeMap::from([
        ("runpod_status", pod.state.as_str().to_owned()),
        ("cost_per_hr", pod.usd_per_hour.to_string()),
        ("cloud", pod.cloud.clone()),
    ]);
    match &pod.compute {
        ComputeSeen::Gpu { id, count } => {
            details.insert("gpu_type", id.clone());
            details.insert("gpu_count", count.to_string());
        }
        ComputeSeen::Cpu { id, vcpu_count } => {
            details.insert("cpu", format!("{id}, {vcpu_count} vCPU"));
        }
        ComputeSeen::Unknown => {}
    }
    if let Some(data_center) = &pod.data_center {
        details.insert("data_center", data_center.clone());
    }
    match &pod.mount {
        MountSeen::None => {}
        MountSeen::Pod { size_gb, path } => {
            details.insert("volume", format!("pod volume of {size_gb} GB at {path}"));
        }
        MountSeen::Network { volume_id, path } => {
            details.insert("volume", format!("network volume {volume_id} at {path}"));
        }
    }
    details
}
