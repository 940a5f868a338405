//! From the service as it should be to the requests that make it so.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use northflank_sdk::types::{
    Autoscaling, AutoscalingPatch, DeploymentBilling, DeploymentBillingPatch, DeploymentInput,
    DeploymentServiceDetail, DeploymentServiceInput, DeploymentServicePatch, DockerEntrypoint,
    DockerEntrypointType, ExternalDeploymentInput, ExternalImage, GpuAllocation,
    GpuAllocationPatch, GpuConfig, GpuConfigPatch, HealthCheck as SdkCheck, HealthCheckProtocol,
    HealthCheckType, HorizontalAutoscaling, HorizontalAutoscalingPatch, PercentThreshold,
    PercentThresholdPatch, PortProtocol, RegionProjectInput, ServiceCreateOptions, ServicePort,
    ServicePortDetail, VolumeInput, VolumeMount, VolumePatch, VolumeSize, VolumeSpec,
};
use serde_json::{Value, json};

use super::convert;
use crate::config::{
    AutoScaling, HealthCheck, NorthflankPort, NorthflankProtocol, NorthflankVolume, Probe,
};
use crate::error::{Error, Failure, Kind, Result};
use crate::masked::Variables;
use crate::plan::northflank::{GpuSeen, Part, ScalingSeen, ServicePatch, ServiceSpec};

/// How long a probe may take, in seconds: the interface asks for it, and the format has no key for it.
const PROBE_TIMEOUT_S: i64 = 5;

pub(super) const MB_PER_GB: i64 = 1024;

/// Only one container at a time may mount such a volume.
const ACCESS_MODE: &str = "ReadWriteOnce";

pub(super) fn project(name: &str, region: &str) -> RegionProjectInput {
    RegionProjectInput::new(name).region(region)
}

pub(super) fn volume(name: &str, volume: &NorthflankVolume, tag: Option<&str>) -> VolumeInput {
    let spec = VolumeSpec::new()
        .access_mode(ACCESS_MODE)
        .storage_size(i64::from(volume.size_gb) * MB_PER_GB);
    let input = VolumeInput::new(name, [mount(&volume.path)], spec);
    match tag {
        Some(tag) => input.tags([tag]),
        None => input,
    }
}

pub(super) fn volume_change(size_gb: Option<u32>, path: Option<&str>) -> VolumePatch {
    let mut change = VolumePatch::new();
    if let Some(gb) = size_gb {
        let spec = VolumeSize::new().storage_size(i64::from(gb) * MB_PER_GB);
        change = change.spec(spec);
    }
    if let Some(path) = path {
        change = change.mounts([mount(path)]);
    }
    change
}

fn mount(path: &str) -> VolumeMount {
    VolumeMount::new(path)
}

/// The create request. What is not asked for is not sent.
pub(super) fn create(
    spec: &ServiceSpec,
    tag: Option<&str>,
    volume: Option<&str>,
) -> Result<DeploymentServiceInput> {
    let mut input = DeploymentServiceInput::new(
        spec.name.as_str(),
        billing(spec)?,
        DeploymentInput::External(
            deployment(spec, spec.least_instances())
                .docker(DockerEntrypoint::new(DockerEntrypointType::Default)),
        ),
    )
    .ports(spec.ports.iter().map(port));
    if !spec.env.is_empty() {
        input = input.runtime_environment(plain(&spec.env));
    }
    if !spec.files.is_empty() {
        input = input.runtime_files(placed(&spec.files));
    }
    if let Some(check) = &spec.health_check {
        input = input.health_checks([health(check)?]);
    }
    if let Some(scaling) = &spec.scaling {
        input = input.autoscaling(Autoscaling::new().horizontal(scales(scaling)));
    }
    if let Some(volume) = volume {
        input = input.create_options(ServiceCreateOptions::new().volumes_to_attach([volume]));
    }
    if let Some(tag) = tag {
        input = input.tags([tag]);
    }
    Ok(input)
}

/// The update request. `env` replaces the whole map, so it is merged into what the service has now; so do
/// the ports, and settings of a port that the file cannot say are carried over.
pub(super) fn update(
    spec: &ServiceSpec,
    patch: &ServicePatch,
    now: &Now,
) -> Result<DeploymentServicePatch> {
    let mut request = DeploymentServicePatch::new();
    if patch.parts.contains(&Part::Billing) {
        let plan = plan(spec)?;
        let gpu = match &spec.gpu {
            Some(gpu) => GpuConfigPatch::new().enabled(true).configuration(
                GpuAllocationPatch::new()
                    .gpu_type(gpu.id.as_str())
                    .gpu_count(i64::from(gpu.count)),
            ),
            None => GpuConfigPatch::new().enabled(false),
        };
        request = request.billing(DeploymentBillingPatch::new().deployment_plan(plan).gpu(gpu));
    }
    if patch.parts.contains(&Part::Deployment) {
        let instances = match &spec.scaling {
            // A paused service stays paused until it is resumed.
            _ if now.is_paused() => 0,
            // What the load has brought about stays.
            Some(scaling) => now
                .instances
                .filter(|now| (scaling.min_instances..=scaling.max_instances).contains(now))
                .unwrap_or(scaling.min_instances),
            None => spec.instances,
        };
        let change = deployment_change(spec, instances, now);
        request = request.deployment(DeploymentInput::External(change));
    }
    if patch.parts.contains(&Part::Ports) {
        let kept = |wanted: &NorthflankPort| {
            let before = now.ports.iter().find(|before| before.name == wanted.name);
            before.map_or_else(|| port(wanted), |before| carried_over(before, wanted))
        };
        request = request.ports(spec.ports.iter().map(kept));
    }
    if patch.parts.contains(&Part::HealthCheck) {
        let checks = spec.health_check.as_ref().map(health).transpose()?;
        request = request.health_checks(checks);
    }
    if patch.parts.contains(&Part::Scaling) {
        let horizontal = scaling_change(spec, now);
        request = request.autoscaling(AutoscalingPatch::new().horizontal(horizontal));
    }
    if patch.changes_env() {
        let mut env = now.env.clone().ok_or_else(env_unknown)?;
        env.retain(|name, _| !patch.env_remove.contains(name));
        env.extend(plain(&patch.env_set));
        request = request.runtime_environment(env);
    }
    if patch.changes_files() {
        let mut files = now.files.clone().ok_or_else(files_unknown)?;
        files.retain(|path, _| !patch.files_remove.contains(path));
        files.extend(placed(&patch.files_set));
        // Sent without its content, one would lose it.
        if files.values().any(|file| file.get("data").is_none()) {
            return Err(files_unknown());
        }
        request = request.runtime_files(files);
    }
    Ok(request)
}

fn scaling_change(spec: &ServiceSpec, now: &Now) -> HorizontalAutoscalingPatch {
    let change = HorizontalAutoscalingPatch::new().enabled(spec.scaling.is_some());
    if let Some(scaling) = &spec.scaling {
        return change
            .min_replicas(f64::from(scaling.min_instances))
            .max_replicas(f64::from(scaling.max_instances))
            .cpu(threshold_patch(scaling.target_cpu_utilization))
            .memory(threshold_patch(scaling.target_memory_utilization));
    }
    match &now.scaling {
        // Bounds are part of scaling that is off, too.
        Some(scaling) => change
            .min_replicas(f64::from(scaling.min_instances))
            .max_replicas(f64::from(scaling.max_instances)),
        None => change,
    }
}

/// What an update carries over from the service as it is. With values of variables: never shown.
#[derive(Default)]
pub(super) struct Now {
    /// Paused by a call, and not for want of instances.
    pub(super) is_flagged: bool,
    pub(super) instances: Option<u32>,
    image: Option<String>,
    gpu: Option<GpuSeen>,
    scaling: Option<ScalingSeen>,
    /// Id of stored registry credentials.
    credentials: Option<String>,
    /// In the form of a request.
    ports: Vec<ServicePort>,
    env: Option<BTreeMap<String, Value>>,
    files: Option<BTreeMap<String, Value>>,
}

impl Now {
    pub(super) fn of(detail: DeploymentServiceDetail) -> Self {
        let seen = convert::deployment(&detail);
        Self {
            is_flagged: detail.service_paused == Some(true),
            instances: seen.instances,
            image: seen.image,
            gpu: seen.gpu,
            scaling: seen.scaling,
            credentials: seen.credentials,
            ports: detail.ports.iter().flatten().map(port_as_sent).collect(),
            env: detail.runtime_environment,
            files: detail.runtime_files,
        }
    }

    fn is_paused(&self) -> bool {
        self.is_flagged || self.instances == Some(0)
    }
}

/// So many instances for a service that has none; the rest of its deployment as it is. None where it runs no
/// image of a registry.
pub(super) fn instances(count: u32, now: &Now) -> Option<DeploymentServicePatch> {
    let mut image = ExternalImage::new(now.image.as_deref()?);
    image.credentials.clone_from(&now.credentials);
    let mut change = ExternalDeploymentInput::new(image, i64::from(count));
    if let Some(gpu) = &now.gpu {
        change = change.gpu(cards(&gpu.id, gpu.count));
    }
    Some(DeploymentServicePatch::new().deployment(DeploymentInput::External(change)))
}

/// Without the present map all variables but ours would be lost.
fn env_unknown() -> Error {
    Error::new(
        Kind::Provider,
        Failure::new(
            "Northflank does not show the service's environment variables: nothing is changed",
        )
        .detail("the new ones alone would replace all that the service has now")
        .help("try again; or leave `environment` and `secrets` as they are"),
    )
}

/// The same of files.
fn files_unknown() -> Error {
    Error::new(
        Kind::Provider,
        Failure::new("Northflank does not show the service's secret files: nothing is changed")
            .detail("the new ones alone would replace all that the service has now")
            .help("try again; or leave secrets of source `file` as they are"),
    )
}

/// A port as it is shown, in the form in which it is sent. Access rules and domains are not carried over:
/// the plan refuses to replace ports that have any.
fn port_as_sent(shown: &ServicePortDetail) -> ServicePort {
    let mut port = ServicePort::new(
        shown.name.as_str(),
        shown.internal_port,
        shown.protocol.clone(),
    );
    port.advanced_options.clone_from(&shown.advanced_options);
    port.disable_nf_domain = shown.disable_nf_domain;
    port.vpc_accessible = shown.vpc_accessible;
    port
}

fn carried_over(before: &ServicePort, wanted: &NorthflankPort) -> ServicePort {
    let mut port = before.clone();
    port.internal_port = i64::from(wanted.internal_port);
    port.public = Some(wanted.public);
    port.protocol = protocol(wanted.protocol);
    port
}

fn billing(spec: &ServiceSpec) -> Result<DeploymentBilling> {
    let billing = DeploymentBilling::new(plan(spec)?);
    Ok(match &spec.gpu {
        Some(gpu) => billing.gpu(cards(&gpu.id, gpu.count)),
        None => billing,
    })
}

/// Only an offline plan leaves it open, and such a plan is never applied.
fn plan(spec: &ServiceSpec) -> Result<&str> {
    spec.plan.as_deref().ok_or_else(|| {
        Error::new(
            Kind::Unexpected,
            Failure::new("no compute plan was chosen for the service"),
        )
    })
}

fn cards(id: &str, count: u32) -> GpuConfig {
    GpuConfig::new()
        .enabled(true)
        .configuration(GpuAllocation::new(id).gpu_count(i64::from(count)))
}

fn deployment(spec: &ServiceSpec, instances: u32) -> ExternalDeploymentInput {
    let image = ExternalImage::new(spec.image.as_str());
    let image = match &spec.credentials {
        Some(credentials) => image.credentials(credentials.as_str()),
        None => image,
    };
    let deployment = ExternalDeploymentInput::new(image, i64::from(instances));
    match &spec.gpu {
        Some(gpu) => deployment.gpu(cards(&gpu.id, gpu.count)),
        None => deployment,
    }
}

/// The same for a service that is there: its entry point and, where the file names none, its registry
/// credentials stay. Cards that the file does not ask for go.
fn deployment_change(spec: &ServiceSpec, instances: u32, now: &Now) -> ExternalDeploymentInput {
    let mut deployment = deployment(spec, instances);
    if spec.credentials.is_none() {
        deployment.external.credentials.clone_from(&now.credentials);
    }
    if spec.gpu.is_none() && now.gpu.is_some() {
        deployment = deployment.gpu(GpuConfig::new().enabled(false));
    }
    deployment
}

fn port(port: &NorthflankPort) -> ServicePort {
    ServicePort::new(
        port.name.as_str(),
        i64::from(port.internal_port),
        protocol(port.protocol),
    )
    .public(port.public)
}

fn protocol(protocol: NorthflankProtocol) -> PortProtocol {
    match protocol {
        NorthflankProtocol::Http => PortProtocol::Http,
        NorthflankProtocol::Http2 => PortProtocol::Http2,
        NorthflankProtocol::Tcp => PortProtocol::Tcp,
        NorthflankProtocol::Udp => PortProtocol::Udp,
    }
}

fn health(check: &HealthCheck) -> Result<SdkCheck> {
    let kind = match &check.probe {
        Probe::Http { .. } => HealthCheckProtocol::Http,
        Probe::Tcp { .. } => HealthCheckProtocol::Tcp,
        Probe::Command { .. } => HealthCheckProtocol::Cmd,
    };
    let sent = SdkCheck::new(
        kind,
        HealthCheckType::LivenessProbe,
        i64::from(check.initial_delay_seconds),
        i64::from(check.period_seconds),
        PROBE_TIMEOUT_S,
        i64::from(check.failure_threshold),
    );
    Ok(match &check.probe {
        Probe::Http { path, port } => sent.path(path.as_str()).port(i64::from(*port)),
        Probe::Tcp { port } => sent.port(i64::from(*port)),
        Probe::Command { command } => {
            let words = command.iter().map(String::as_str);
            let line = shlex::try_join(words).map_err(|error| {
                Error::usage(
                    Failure::new("`healthCheck.command` cannot be written as one line")
                        .causes(Some(&error)),
                )
            })?;
            sent.cmd(line)
        }
    })
}

fn scales(scaling: &AutoScaling) -> HorizontalAutoscaling {
    let threshold = |percent: u32| PercentThreshold::new(true, i64::from(percent));
    HorizontalAutoscaling::new(
        true,
        f64::from(scaling.min_instances),
        f64::from(scaling.max_instances),
    )
    .cpu(threshold(scaling.target_cpu_utilization))
    .memory(threshold(scaling.target_memory_utilization))
}

fn threshold_patch(percent: u32) -> PercentThresholdPatch {
    PercentThresholdPatch::new()
        .enabled(true)
        .threshold_percentage(i64::from(percent))
}

/// Files by path, in the form of a request.
fn placed(files: &Variables) -> BTreeMap<String, Value> {
    files
        .iter()
        .map(|(path, text)| {
            let data = STANDARD.encode(text.expose());
            (path.clone(), json!({ "data": data, "encoding": "utf-8" }))
        })
        .collect()
}

fn plain(variables: &Variables) -> BTreeMap<String, Value> {
    variables
        .iter()
        .map(|(name, value)| (name.clone(), Value::from(value.expose())))
        .collect()
}
