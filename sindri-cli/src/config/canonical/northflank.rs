//! `providers.northflank`.

use serde::Serialize;

use crate::config::model::{
    AutoScaling, ComputePlan, HealthCheck, Northflank, NorthflankGpuSelector, NorthflankPort, Probe,
};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Block<'c> {
    project_name: &'c str,
    service_name: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    compute_plan: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gpu_type: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gpu_count: Option<u32>,
    instances: u32,
    region: &'c str,
    volume_size_gb: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    volume_mount_path: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registry_credentials: Option<&'c str>,
    ports: Vec<Port<'c>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    health_check: Option<Check<'c>>,
    auto_scaling: Scaling,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Port<'c> {
    name: &'c str,
    #[serde(rename = "internalPort")]
    number: u16,
    public: bool,
    protocol: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Check<'c> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'c [String]>,
    initial_delay_seconds: u32,
    period_seconds: u32,
    failure_threshold: u32,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Scaling {
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_instances: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_instances: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_cpu_utilization: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_memory_utilization: Option<u32>,
}

impl<'c> Block<'c> {
    pub(super) fn of(service: &'c Northflank) -> Self {
        let gpu = service.gpu.as_ref();
        let volume = service.volume.as_ref();
        Self {
            project_name: &service.project_name,
            service_name: &service.service_name,
            compute_plan: match &service.compute_plan {
                ComputePlan::Named(plan) => Some(plan),
                ComputePlan::AtLeast { .. } => None,
            },
            gpu_type: gpu.and_then(|gpu| match &gpu.selector {
                NorthflankGpuSelector::Named(name) => Some(name.as_str()),
                NorthflankGpuSelector::Tier(_) => None,
            }),
            gpu_count: gpu.map(|gpu| gpu.count),
            instances: service.instances,
            region: &service.region,
            volume_size_gb: volume.map_or(0, |volume| volume.size_gb),
            volume_mount_path: volume.map(|volume| volume.path.as_str()),
            registry_credentials: service.registry_credentials.as_deref(),
            ports: service.ports.iter().map(Port::of).collect(),
            health_check: service.health_check.as_ref().map(Check::of),
            auto_scaling: service
                .auto_scaling
                .as_ref()
                .map(Scaling::of)
                .unwrap_or_default(),
        }
    }
}

impl<'c> Port<'c> {
    fn of(port: &'c NorthflankPort) -> Self {
        Self {
            name: &port.name,
            number: port.internal_port,
            public: port.public,
            protocol: port.protocol.as_str(),
        }
    }
}

impl<'c> Check<'c> {
    fn of(check: &'c HealthCheck) -> Self {
        let (kind, path, port, command) = match &check.probe {
            Probe::Http { path, port } => ("http", Some(path.as_str()), Some(*port), None),
            Probe::Tcp { port } => ("tcp", None, Some(*port), None),
            Probe::Command { command } => ("command", None, None, Some(command.as_slice())),
        };
        Self {
            kind,
            path,
            port,
            command,
            initial_delay_seconds: check.initial_delay_seconds,
            period_seconds: check.period_seconds,
            failure_threshold: check.failure_threshold,
        }
    }
}

impl Scaling {
    fn of(scaling: &AutoScaling) -> Self {
        Self {
            enabled: true,
            min_instances: Some(scaling.min_instances),
            max_instances: Some(scaling.max_instances),
            target_cpu_utilization: Some(scaling.target_cpu_utilization),
            target_memory_utilization: Some(scaling.target_memory_utilization),
        }
    }
}
