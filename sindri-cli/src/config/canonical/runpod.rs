//! `providers.runpod`.

use serde::Serialize;

use crate::config::data::{DEFAULT_CARD, gb_per_vcpu};
use crate::config::model::{Compute, Cpu, Gpu, GpuSelector, Port, Region, Runpod, Volume};

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Block<'c> {
    #[serde(skip_serializing_if = "Option::is_none")]
    gpu_type: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gpu_count: Option<u32>,
    cpu_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu_instance_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vcpu_count: Option<u32>,
    container_disk_gb: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    volume_size_gb: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network_volume_id: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    volume_mount_path: Option<&'c str>,
    cloud_type: &'static str,
    region: &'c str,
    spot: bool,
    spot_bid: f64,
    ports: Vec<String>,
    public_ip: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_ssh: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template_id: Option<&'c str>,
}

impl<'c> Block<'c> {
    pub(super) fn of(pod: &'c Runpod) -> Self {
        let block = Self {
            container_disk_gb: pod.disk_gb,
            cloud_type: pod.cloud.as_str(),
            region: match &pod.region {
                Region::Any => "",
                Region::DataCenter(id) | Region::Area(id) => id,
            },
            spot: pod.spot.is_some(),
            spot_bid: pod
                .spot
                .and_then(|spot| spot.max_usd_per_hour)
                .unwrap_or_default(),
            ports: pod.ports.iter().map(ToString::to_string).collect(),
            public_ip: pod.public_ip,
            // Written as `true` it would add the port that the file leaves out.
            start_ssh: (!pod.start_ssh || pod.ports.contains(&Port::SSH)).then_some(pod.start_ssh),
            template_id: pod.template_id.as_deref(),
            ..Self::default()
        };
        match &pod.compute {
            Compute::Gpu(gpu) => block.cards(gpu),
            Compute::Cpu(cpu) => block.cpu(cpu),
        }
        .volume(&pod.volume)
    }

    fn cards(self, gpu: &'c Gpu) -> Self {
        let vcpus = gpu.host.min_vcpu_count_per_gpu;
        Self {
            gpu_type: match &gpu.selector {
                GpuSelector::Named(name) => Some(name),
                GpuSelector::Default => Some(DEFAULT_CARD),
                GpuSelector::Tier(_) => None,
            },
            gpu_count: Some(gpu.count),
            vcpu_count: vcpus.map(|each| each.saturating_mul(gpu.count)),
            ..self
        }
    }

    fn cpu(self, cpu: &Cpu) -> Self {
        let by_family = || gb_per_vcpu(&cpu.flavor).map(|each| each.saturating_mul(cpu.vcpu_count));
        let memory_gb = cpu.memory_gb.or_else(by_family);
        Self {
            cpu_only: true,
            cpu_instance_id: memory_gb.map(|gb| format!("{}-{}-{gb}", cpu.flavor, cpu.vcpu_count)),
            vcpu_count: Some(cpu.vcpu_count),
            ..self
        }
    }

    fn volume(self, volume: &'c Volume) -> Self {
        match volume {
            Volume::None => Self {
                volume_size_gb: Some(0),
                ..self
            },
            Volume::Pod { size_gb, path } | Volume::NewNetwork { size_gb, path } => Self {
                volume_size_gb: Some(*size_gb),
                volume_mount_path: Some(path),
                ..self
            },
            Volume::Network { volume_id, path } => Self {
                network_volume_id: Some(volume_id),
                volume_mount_path: Some(path),
                ..self
            },
        }
    }
}
