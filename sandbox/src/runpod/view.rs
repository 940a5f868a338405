//! How a pod reads at one moment.

use std::net::Ipv4Addr;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::runpod::billing::compute_price;
use crate::runpod::catalog::{find_cpu, find_data_center, find_gpu};
use crate::runpod::lifecycle::{Action, Status};
use crate::runpod::model::{Compute, Mount, Pod};
use crate::runpod::settings::{Port, SYMMETRIC_ABOVE};

const SSH_PROXY: &str = "ssh.runpod.io";

/// The pod as the API shows it.
pub(crate) fn pod(pod: &Pod, now: Timestamp) -> Value {
    let mut map = pod.container.to_json();
    let mut set = |key: &str, value: Value| {
        map.insert(key.to_owned(), value);
    };
    let actions: Vec<&str> = pod.actions(now).into_iter().map(Action::as_str).collect();
    set("id", json!(pod.id));
    set("name", json!(pod.name));
    set("status", json!(pod.status(now).as_str()));
    set("actions", json!(actions));
    set("mounts", mounts(pod.mount.as_ref()));
    set("cloud", json!(pod.cloud.as_str()));
    set("dataCenterId", json!(pod.data_center));
    set("cudaVersion", json!(cuda_version(pod, now)));
    set(
        "ssh",
        json!({ "proxy": ssh_proxy(pod, now), "direct": ssh_direct(pod, now) }),
    );
    // A template is copied, and no link to it is kept.
    set("template", Value::Null);
    set("cost", json!(cost(pod, now)));
    set("locked", json!(pod.locked));
    set("globalNetworking", global_networking(pod));
    set("runtime", json!(runtime(pod, now)));
    set("createdAt", json!(pod.created_at));
    set("startedAt", json!(pod.last_start(now)));
    let (key, compute) = compute(&pod.compute);
    set(key, compute);
    if let Some(member) = &pod.cluster {
        set("cluster", member.to_json());
    }
    Value::Object(map)
}

fn mounts(mount: Option<&Mount>) -> Value {
    match mount {
        None => json!({}),
        Some(Mount::Persistent { size, path }) => {
            json!({ "persistent": { "size": size, "path": path } })
        }
        Some(Mount::Network { volume, path }) => {
            json!({ "network": [{ "volumeId": volume, "path": path }] })
        }
    }
}

pub(crate) fn compute(compute: &Compute) -> (&'static str, Value) {
    match compute {
        Compute::Gpu { id, count } => {
            let mut gpu = Map::new();
            gpu.insert("id".into(), json!(id));
            gpu.insert("count".into(), json!(count));
            if let Some(row) = find_gpu(id) {
                gpu.insert("vcpuCount".into(), json!(row.host_vcpus() * count));
                gpu.insert("memory".into(), json!(row.host_memory() * count));
            }
            ("gpu", Value::Object(gpu))
        }
        Compute::Cpu { id, vcpus } => {
            let memory = find_cpu(id).map_or(1, |row| row.memory_per_vcpu) * vcpus;
            (
                "cpu",
                json!({ "id": id, "vcpuCount": vcpus, "memory": memory }),
            )
        }
    }
}

/// USD per hour; nothing while the hardware is free for others.
fn cost(pod: &Pod, now: Timestamp) -> f64 {
    match pod.status(now) {
        Status::Exited | Status::Error => 0.0,
        Status::Provisioning | Status::Starting | Status::Running => {
            compute_price(&pod.compute, pod.cloud)
        }
    }
}

/// CUDA version of the host, once there is one. Only NVIDIA cards have one.
fn cuda_version(pod: &Pod, now: Timestamp) -> Option<&'static str> {
    let Compute::Gpu { id, .. } = &pod.compute else {
        return None;
    };
    let nvidia = find_gpu(id).is_some_and(|gpu| gpu.manufacturer == "NVIDIA");
    let place = find_data_center(&pod.data_center)?;
    (nvidia && pod.has_machine(now)).then_some(place.cuda)
}

fn global_networking(pod: &Pod) -> Value {
    if !pod.global_networking {
        return json!({ "enabled": false });
    }
    let seed = hash(&pod.id, 1);
    json!({
        "enabled": true,
        "ip": Ipv4Addr::new(10, 65, octet(seed >> 8), octet(seed)).to_string(),
        "internalDns": format!("{}.runpod.internal", pod.id),
    })
}

fn ssh_proxy(pod: &Pod, now: Timestamp) -> Option<Value> {
    let username = format!("{}-{}", pod.id, pod.proxy_token);
    pod.has_machine(now).then(|| {
        json!({
            "host": SSH_PROXY,
            "port": 22,
            "username": username,
            "command": format!("ssh {username}@{SSH_PROXY}"),
        })
    })
}

fn ssh_direct(pod: &Pod, now: Timestamp) -> Option<Value> {
    if !pod.takes_ssh(now) {
        return None;
    }
    let place = ports(pod).iter().position(|port| *port == Port::SSH)?;
    let (host, port) = match pod.interior.door {
        Some(door) => (Ipv4Addr::LOCALHOST, u32::from(door)),
        // Where this process can take SSH, only what it takes is told.
        None if cfg!(feature = "ssh") => return None,
        None => (public_ip(pod), external_port(pod, place, Port::SSH)),
    };
    Some(json!({
        "host": host.to_string(),
        "port": port,
        "username": "root",
        "command": format!("ssh root@{host} -p {port}"),
    }))
}

/// The runtime block: later than RUNNING, and null before.
fn runtime(pod: &Pod, now: Timestamp) -> Option<Value> {
    let boot = pod.running(now)?;
    (now >= boot.reported).then(|| {
        let uptime = now.duration_since(boot.running).as_secs();
        let seed = hash(&pod.id, pod.boots);
        let gpus = match &pod.compute {
            Compute::Gpu { count, .. } => *count,
            Compute::Cpu { .. } => 0,
        };
        let gpus: Vec<Value> = (0..gpus)
            .map(|_| json!({ "util": 0, "memoryUtil": 1 }))
            .collect();
        json!({
            "uptime": uptime,
            "gpus": gpus,
            "cpu": { "util": seed % 8 },
            "memory": { "util": 2 + seed % 5 },
            "ports": runtime_ports(pod),
        })
    })
}

/// Exposed ports, and one of the host's own, as the service shows it too: a private HTTP port at an
/// address that is not public.
fn runtime_ports(pod: &Pod) -> Vec<Value> {
    const INTERNAL: u32 = 19_123;
    let seed = hash(&pod.id, 2);
    let internal_ip = Ipv4Addr::new(100, 65, octet(seed >> 8), octet(seed)).to_string();
    let mut rows: Vec<Value> = Vec::new();
    let mut ports = ports(pod);
    ports.push(Port {
        number: INTERNAL,
        tcp: false,
    });
    for (place, port) in ports.into_iter().enumerate() {
        let door = pod.interior.door.filter(|_| port == Port::SSH);
        let public = door.map_or_else(|| external_port(pod, place, port), u32::from);
        let private = if port.number > SYMMETRIC_ABOVE {
            public
        } else {
            port.number
        };
        rows.push(json!({
            "private": private,
            "public": public,
            "type": if port.tcp { "tcp" } else { "http" },
            "ip": match (port.tcp, door) {
                (_, Some(_)) => Ipv4Addr::LOCALHOST.to_string(),
                (true, None) => public_ip(pod).to_string(),
                (false, None) => internal_ip.clone(),
            },
        }));
    }
    rows
}

fn ports(pod: &Pod) -> Vec<Port> {
    pod.container.exposed().collect()
}

/// An address set aside for documents, so that nobody's machine is reached by mistake.
fn public_ip(pod: &Pod) -> Ipv4Addr {
    Ipv4Addr::new(203, 0, 113, octet(hash(&pod.id, 0)))
}

/// The port outside. It differs from one boot to the next, and between the ports of a pod.
fn external_port(pod: &Pod, place: usize, port: Port) -> u32 {
    let base = if port.tcp { 10_000 } else { 60_000 };
    let span = if port.tcp { 40_000 } else { 4_000 };
    let place = u32::try_from(place).unwrap_or(u32::MAX);
    base + (hash(&pod.id, 3) % span + pod.boots.wrapping_mul(97) + place) % span
}

/// From 1 to 254.
fn octet(seed: u32) -> u8 {
    u8::try_from(seed % 254 + 1).unwrap_or(1)
}

/// FNV-1a: the same for the same pod in every process, which the hasher of the standard library
/// does not promise.
fn hash(id: &str, salt: u32) -> u32 {
    let bytes = id.bytes().chain(salt.to_le_bytes());
    bytes.fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
