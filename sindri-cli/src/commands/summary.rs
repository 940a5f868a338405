//! A pod in the words of the format.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::config::{Port, PortProtocol};
use crate::output::{Address, CostSoFar, StatusReport, Timestamps, Usage};
use crate::plan::{ComputeSeen, MountSeen, PodSeen, PodState, round};

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
pub(super) fn status(
    name: &str,
    pod: Option<&PodSeen>,
    notes: Vec<String>,
    now: Timestamp,
) -> StatusReport {
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
        cost_so_far: pod.and_then(|pod| cost_so_far(pod, now)),
        details: pod.map(details).unwrap_or_default(),
        notes,
    }
}

/// Nothing is made up: none unless the pod runs and RunPod tells since when and for how much.
fn cost_so_far(pod: &PodSeen, now: Timestamp) -> Option<CostSoFar> {
    let is_billed = pod.state == PodState::Running && pod.usd_per_hour > 0.0;
    let since = pod.started_at.as_ref().filter(|_| is_billed)?;
    let started: Timestamp = since.parse().ok()?;
    // A start in the future is a clock that is wrong, and no cost.
    let seconds = u64::try_from(now.as_second() - started.as_second()).ok()?;
    let hours = std::time::Duration::from_secs(seconds).as_secs_f64() / 3600.0;
    Some(CostSoFar {
        usd: round(hours * pod.usd_per_hour, 4),
        since: since.clone(),
        seconds,
        usd_per_hour: pod.usd_per_hour,
        basis: "compute at the present price since the last start, without storage; what RunPod bills decides",
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::fixtures;

    #[test]
    fn a_cost_so_far_is_told_only_where_start_and_price_are_known() {
        let now: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
        let pod = |started_at: Option<&str>, usd_per_hour, state| PodSeen {
            started_at: started_at.map(str::to_owned),
            usd_per_hour,
            state,
            ..fixtures::pod("p1")
        };
        let usd = |pod| cost_so_far(&pod, now).map(|cost| (cost.usd, cost.seconds));
        let noon = Some("2026-06-01T10:30:00Z");
        assert_eq!(usd(pod(noon, 0.44, PodState::Running)), Some((0.66, 5400)));
        assert_eq!(usd(pod(noon, 0.44, PodState::Exited)), None);
        assert_eq!(usd(pod(noon, 0.0, PodState::Running)), None);
        assert_eq!(usd(pod(None, 0.44, PodState::Running)), None);
        assert_eq!(usd(pod(Some("noon"), 0.44, PodState::Running)), None);
        let ahead = Some("2026-06-01T12:00:01Z");
        assert_eq!(usd(pod(ahead, 0.44, PodState::Running)), None);
    }
}
