//! From RunPod's answers to what the plan understands.

use runpod_sdk::types::{
    AvailabilityLevel, CpuType, DataCenter, DataCenterAvailability, GpuType, Mounts, NetworkVolume,
    Pod, PodRuntime, PodSshEndpoint, PodStatus,
};

use super::MARKER;
use crate::masked::Masked;
use crate::plan::{
    CloudOffer, ComputeSeen, CpuOffer, DataCenterSeen, GpuOffer, MountSeen, PodSeen, PodState,
    PortSeen, RuntimeSeen, SizeSeen, SshAddress, SshSeen, Stock, StockIn, VolumeSeen,
};
use crate::state::Sighting;

/// A count or a size. What is negative or too large for us is as good as unknown.
fn size(value: i64) -> Option<u32> {
    u32::try_from(value).ok()
}

pub(super) fn pod(pod: &Pod) -> PodSeen {
    PodSeen {
        id: pod.id.clone(),
        name: pod.name.clone(),
        state: state(&pod.status),
        actions: pod
            .actions
            .iter()
            .map(|action| action.as_str().to_owned())
            .collect(),
        image: pod.image.clone(),
        disk_gb: pod.disk.and_then(size),
        ports: pod.ports.clone().unwrap_or_default(),
        args: pod.args.clone().filter(|args| !args.is_empty()),
        env: pod
            .env
            .iter()
            .flatten()
            .map(|(name, value)| (name.clone(), Masked::from(value.as_str())))
            .collect(),
        mount: mount(&pod.mounts),
        compute: compute(pod),
        cloud: pod.cloud.as_str().to_owned(),
        data_center: pod.data_center_id.clone(),
        usd_per_hour: pod.cost,
        ssh: SshSeen {
            direct: pod.ssh.direct.as_ref().and_then(ssh_address),
            proxy: pod.ssh.proxy.as_ref().and_then(ssh_address),
        },
        runtime: pod.runtime.as_ref().map(runtime),
        ready: pod.is_ready(),
        created_at: pod.created_at.as_str().to_owned(),
        started_at: pod.started_at.as_ref().map(|time| time.as_str().to_owned()),
    }
}

pub(super) fn sighting(pod: &PodSeen) -> Sighting {
    Sighting {
        id: pod.id.clone(),
        name: pod.name.clone(),
        marker: pod.env.get(MARKER).map(|marker| marker.expose().to_owned()),
        created_at: pod.created_at.clone(),
    }
}

fn state(status: &PodStatus) -> PodState {
    match status {
        PodStatus::Provisioning => PodState::Provisioning,
        PodStatus::Starting => PodState::Starting,
        PodStatus::Running => PodState::Running,
        PodStatus::Exited => PodState::Exited,
        PodStatus::Error => PodState::Error,
        PodStatus::Terminated => PodState::Terminated,
        other => PodState::Unknown(other.as_str().to_owned()),
    }
}

fn compute(pod: &Pod) -> ComputeSeen {
    match (&pod.gpu, &pod.cpu) {
        // A count that is left out means one.
        (Some(gpu), _) => match size(gpu.count.unwrap_or(1)) {
            Some(count) => ComputeSeen::Gpu {
                id: gpu.id.clone(),
                count,
            },
            None => ComputeSeen::Unknown,
        },
        (None, Some(cpu)) => match size(cpu.vcpu_count) {
            Some(vcpu_count) => ComputeSeen::Cpu {
                id: flavor(&cpu.id).to_owned(),
                vcpu_count,
            },
            None => ComputeSeen::Unknown,
        },
        (None, None) => ComputeSeen::Unknown,
    }
}

/// `cpu3c` of `cpu3c`, and of `cpu3c-2-4`, which some answers hold instead.
fn flavor(id: &str) -> &str {
    id.split('-').next().unwrap_or(id)
}

fn mount(mounts: &Mounts) -> MountSeen {
    let network = mounts.network.as_ref().and_then(|mounts| mounts.first());
    match (network, &mounts.persistent) {
        (Some(mount), _) => MountSeen::Network {
            volume_id: mount.volume_id.clone(),
            path: mount.path.clone(),
        },
        (None, Some(mount)) => MountSeen::Pod {
            size_gb: SizeSeen(size(mount.size)),
            path: mount.path.clone(),
        },
        (None, None) => MountSeen::None,
    }
}

/// A port that is none makes an address that is none.
fn ssh_address(endpoint: &PodSshEndpoint) -> Option<SshAddress> {
    let port = u16::try_from(endpoint.port).ok().filter(|port| *port > 0)?;
    let (host, user) = (&endpoint.host, &endpoint.username);
    let command = if endpoint.command.is_empty() {
        format!("ssh {user}@{host} -p {port}")
    } else {
        endpoint.command.clone()
    };
    Some(SshAddress {
        host: host.clone(),
        port,
        user: user.clone(),
        command,
    })
}

fn runtime(runtime: &PodRuntime) -> RuntimeSeen {
    let port = |number: Option<i64>| number.and_then(|number| u16::try_from(number).ok());
    RuntimeSeen {
        #[expect(clippy::cast_precision_loss, reason = "a percentage")]
        cpu_percent: runtime
            .cpu
            .as_ref()
            .and_then(|cpu| cpu.util)
            .map(|util| util as f64),
        ports: runtime
            .ports
            .iter()
            .flatten()
            .filter_map(|seen| {
                Some(PortSeen {
                    private: port(seen.private)?,
                    public: port(seen.public)?,
                    ip: seen.ip.clone()?,
                    protocol: seen.type_.clone()?,
                })
            })
            .collect(),
    }
}

pub(super) fn gpu_offer(gpu: &GpuType) -> Option<GpuOffer> {
    // A row that stands for no card has been seen in the catalog.
    if gpu.id == "unknown" {
        return None;
    }
    Some(GpuOffer {
        id: gpu.id.clone(),
        name: gpu.name.clone(),
        pool: gpu.pool.clone(),
        manufacturer: gpu.manufacturer.as_str().to_owned(),
        memory_gb: size(gpu.memory)?,
        secure: CloudOffer {
            offered: gpu.secure,
            usd_per_hour: gpu.price.secure,
            max_count: size(gpu.max_count.secure)?,
        },
        community: CloudOffer {
            offered: gpu.community,
            usd_per_hour: gpu.price.community,
            max_count: size(gpu.max_count.community)?,
        },
        stock: stock(gpu.availability.as_ref()),
        data_centers: stock_in(gpu.data_centers.as_deref()),
    })
}

pub(super) fn cpu_offer(cpu: &CpuType) -> Option<CpuOffer> {
    Some(CpuOffer {
        id: flavor(&cpu.id).to_owned(),
        min_vcpu: size(cpu.vcpu.min)?,
        max_vcpu: size(cpu.vcpu.max)?,
        ram_gb_per_vcpu: cpu.ram_gb_per_vcpu,
        usd_per_vcpu_hour: cpu.price.secure_per_vcpu,
        stock: stock(cpu.availability.as_ref()),
        data_centers: stock_in(cpu.data_centers.as_deref()),
    })
}

fn stock(level: Option<&AvailabilityLevel>) -> Stock {
    match level {
        Some(AvailabilityLevel::None) => Stock::None,
        Some(AvailabilityLevel::Low) => Stock::Low,
        Some(AvailabilityLevel::Medium) => Stock::Medium,
        Some(AvailabilityLevel::High) => Stock::High,
        Some(_) | None => Stock::Unknown,
    }
}

fn stock_in(places: Option<&[DataCenterAvailability]>) -> Vec<StockIn> {
    places
        .unwrap_or_default()
        .iter()
        .map(|place| StockIn {
            data_center: place.id.clone(),
            stock: stock(Some(&place.availability)),
        })
        .collect()
}

pub(super) fn data_center(center: &DataCenter) -> DataCenterSeen {
    DataCenterSeen {
        id: center.id.clone(),
        has_volumes: !center.network_volume_types.is_empty(),
    }
}

pub(super) fn volume(volume: &NetworkVolume) -> VolumeSeen {
    VolumeSeen {
        id: volume.id.clone(),
        name: volume.name.clone(),
        size_gb: SizeSeen(size(volume.size)),
        data_center: volume.data_center.clone(),
    }
}
