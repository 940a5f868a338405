//! From answers of the SDK to what the plan understands.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use northflank_sdk::types::{
    DeploymentServiceDetail, DeploymentState, GpuConfig, HealthCheck as SdkCheck,
    HealthCheckProtocol, HealthCheckType, HorizontalAutoscaling, Plan, PortProtocol, Region,
    Service, ServicePortDetail, Volume,
};
use serde::Deserialize as _;
use serde_json::Value;

use super::request::MB_PER_GB;
use crate::config::{HealthCheck, NorthflankPort, NorthflankProtocol, Probe};
use crate::masked::{Masked, Variables};
use crate::plan::SizeSeen;
use crate::plan::northflank::{
    Attachment, DeviceOffer, FilesSeen, GpuSeen, HealthSeen, PlanOffer, PortExtras, RegionOffer,
    ScalingSeen, ServicePortSeen, ServiceSeen, ServiceState, ServiceVolumeSeen,
};

/// A service of any kind, or what of the answer cannot be read: half of one would pass for a difference.
pub(super) fn service(service: &Service) -> Result<ServiceSeen, String> {
    match service {
        Service::Deployment(detail) if detail.deployment.is_none() => {
            Err("`deployment` is missing".to_owned())
        }
        Service::Deployment(detail) => Ok(deployment(detail)),
        // What builds, too: the features that would read it are left out.
        Service::Unknown(value) => unknown(value),
        // Forms that a newer SDK knows, or one with more features.
        _ => Err("its form is a newer one".to_owned()),
    }
}

fn tags(value: &Value) -> Option<Vec<String>> {
    let tags = value.get("tags")?.as_array()?.iter();
    Some(tags.filter_map(Value::as_str).map(str::to_owned).collect())
}

fn unknown(value: &Value) -> Result<ServiceSeen, String> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let Some(kind) = text("serviceType") else {
        return Err("`serviceType` is missing".to_owned());
    };
    let failed = match kind {
        "deployment" => DeploymentServiceDetail::deserialize(value).err(),
        _ => None,
    };
    match (failed.map(|error| error.to_string()), text("id")) {
        // Other messages may show a value.
        (Some(reason), _) if reason.starts_with("missing field") => Err(reason),
        (Some(_), _) => Err("a field is of another form than described".to_owned()),
        (None, None) => Err("`id` is missing".to_owned()),
        (None, Some(id)) => Ok(other(id, kind, tags(value))),
    }
}

/// A service that runs no image of the file's: enough to say that it is in the way.
fn other(id: &str, kind: &str, tags: Option<Vec<String>>) -> ServiceSeen {
    ServiceSeen {
        id: id.to_owned(),
        kind: kind.to_owned(),
        tags: tags.unwrap_or_default(),
        plan: None,
        gpu: None,
        instances: None,
        image: None,
        credentials: None,
        ports: Vec::new(),
        odd_ports: Vec::new(),
        env: None,
        files: None,
        health_check: HealthSeen::None,
        scaling: None,
        state: ServiceState::Unknown(kind.to_owned()),
        created_at: None,
        updated_at: None,
    }
}

pub(super) fn deployment(service: &DeploymentServiceDetail) -> ServiceSeen {
    let deployment = service.deployment.as_ref();
    let external = deployment.and_then(|it| it.external.as_ref());
    let instances = deployment
        .and_then(|it| it.instances)
        .and_then(|count| u32::try_from(count).ok());
    let gpu = deployment
        .and_then(|it| it.gpu.as_ref())
        .or_else(|| service.billing.as_ref()?.gpu.as_ref());
    let scaling = service.autoscaling.as_ref();
    ServiceSeen {
        id: service.id.clone(),
        kind: "deployment".to_owned(),
        tags: service.tags.clone().unwrap_or_default(),
        plan: service
            .billing
            .as_ref()
            .map(|billing| billing.deployment_plan.clone()),
        gpu: gpu.and_then(cards),
        instances,
        image: external.map(|external| external.image_path.clone()),
        credentials: external.and_then(|external| external.credentials.clone()),
        ports: service.ports.iter().flatten().filter_map(port).collect(),
        odd_ports: odd_ports(service),
        env: service.runtime_environment.as_ref().map(variables),
        files: service.runtime_files.as_ref().map(files),
        health_check: service
            .health_checks
            .as_deref()
            .map_or(HealthSeen::Unknown, health),
        scaling: scaling
            .and_then(|scaling| scaling.horizontal.as_ref())
            .and_then(self::scaling),
        state: state(service, instances),
        created_at: service.created_at.as_ref().map(|at| at.as_str().to_owned()),
        updated_at: service.updated_at.clone(),
    }
}

fn state(service: &DeploymentServiceDetail, instances: Option<u32>) -> ServiceState {
    if service.service_paused == Some(true) || instances == Some(0) {
        return ServiceState::Paused;
    }
    let rollout = service
        .status
        .as_ref()
        .and_then(|it| it.deployment.as_ref());
    match rollout.map(|it| &it.status) {
        None => ServiceState::Unknown("no rollout yet".to_owned()),
        Some(DeploymentState::Pending) => ServiceState::Pending,
        Some(DeploymentState::InProgress) => ServiceState::InProgress,
        Some(DeploymentState::Completed) => ServiceState::Completed,
        Some(DeploymentState::Failed) => ServiceState::Failed,
        Some(other) => ServiceState::Unknown(other.to_string()),
    }
}

fn cards(gpu: &GpuConfig) -> Option<GpuSeen> {
    let configuration = gpu.configuration.as_ref()?;
    (gpu.enabled != Some(false)).then(|| GpuSeen {
        id: configuration.gpu_type.clone(),
        count: configuration
            .gpu_count
            .and_then(|count| u32::try_from(count).ok())
            .unwrap_or(1),
    })
}

fn odd_ports(service: &DeploymentServiceDetail) -> Vec<String> {
    let ports = service.ports.iter().flatten();
    ports
        .filter(|shown| port(shown).is_none())
        .map(|shown| shown.name.clone())
        .collect()
}

/// None for a port of a protocol that `sindri.yaml` cannot say: nothing here made it.
fn port(port: &ServicePortDetail) -> Option<ServicePortSeen> {
    Some(ServicePortSeen {
        port: NorthflankPort {
            name: port.name.clone(),
            internal_port: u16::try_from(port.internal_port).ok()?,
            public: port.public.unwrap_or_default(),
            protocol: match &port.protocol {
                PortProtocol::Http => NorthflankProtocol::Http,
                PortProtocol::Http2 => NorthflankProtocol::Http2,
                PortProtocol::Tcp => NorthflankProtocol::Tcp,
                PortProtocol::Udp => NorthflankProtocol::Udp,
                PortProtocol::Unknown(_) | _ => return None,
            },
        },
        dns: port.dns.clone(),
        extras: match (&port.security, port.domains.as_deref()) {
            (None, None | Some([])) => PortExtras::None,
            (Some(_), _) | (None, Some([_, ..])) => PortExtras::Some,
        },
    })
}

fn health(checks: &[SdkCheck]) -> HealthSeen {
    match checks {
        [] => HealthSeen::None,
        [check] => match liveness(check) {
            Some(check) => HealthSeen::Liveness(check),
            None => HealthSeen::Other(check.type_.to_string()),
        },
        [..] => {
            let kinds: Vec<_> = checks.iter().map(|check| check.type_.to_string()).collect();
            HealthSeen::Other(kinds.join(", "))
        }
    }
}

fn liveness(check: &SdkCheck) -> Option<HealthCheck> {
    if check.type_ != HealthCheckType::LivenessProbe {
        return None;
    }
    let number = |number: i64| u32::try_from(number).ok();
    let port = || u16::try_from(check.port?).ok();
    let probe = match &check.protocol {
        HealthCheckProtocol::Http => Probe::Http {
            path: check.path.clone()?,
            port: port()?,
        },
        HealthCheckProtocol::Tcp => Probe::Tcp { port: port()? },
        HealthCheckProtocol::Cmd => Probe::Command {
            command: shlex::split(check.cmd.as_deref()?)?,
        },
        HealthCheckProtocol::Unknown(_) | _ => return None,
    };
    Some(HealthCheck {
        probe,
        initial_delay_seconds: number(check.initial_delay_seconds)?,
        period_seconds: number(check.period_seconds)?,
        failure_threshold: number(check.failure_threshold)?,
    })
}

fn scaling(scaling: &HorizontalAutoscaling) -> Option<ScalingSeen> {
    if !scaling.enabled {
        return None;
    }
    let threshold = |threshold: Option<&northflank_sdk::types::PercentThreshold>| {
        let threshold = threshold.filter(|it| it.enabled)?;
        u32::try_from(threshold.threshold_percentage).ok()
    };
    Some(ScalingSeen {
        min_instances: whole(scaling.min_replicas)?,
        max_instances: whole(scaling.max_replicas)?,
        cpu: threshold(scaling.cpu.as_ref()),
        memory: threshold(scaling.memory.as_ref()),
    })
}

/// Variables as they are sent: values that are no text are read as JSON.
fn variables(map: &BTreeMap<String, Value>) -> Variables {
    map.iter()
        .map(|(name, value)| {
            let value = match value {
                Value::String(text) => Masked::from(text.as_str()),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::Array(_)
                | Value::Object(_) => Masked::from(value.to_string()),
            };
            (name.clone(), value)
        })
        .collect()
}

/// Texts of files, where they are shown. What is no text is kept as it is shown: it differs from every text.
fn files(map: &BTreeMap<String, Value>) -> FilesSeen {
    let text = |file: &Value| {
        let data = file.get("data").and_then(Value::as_str)?;
        let text = STANDARD.decode(data).ok().map(String::from_utf8);
        Some(match text {
            Some(Ok(text)) => Masked::from(text),
            Some(Err(_)) | None => Masked::from(file.to_string()),
        })
    };
    map.iter()
        .map(|(path, file)| (path.clone(), text(file)))
        .collect()
}

/// A volume, and whether it is at the service of the deployment. Its mount path is not told by the API.
pub(super) fn volume(volume: &Volume, service: &str, path: Option<&str>) -> ServiceVolumeSeen {
    let attachment = match volume.attached_objects.as_deref() {
        None => Attachment::Unknown,
        Some([]) => Attachment::Free,
        Some(objects) if objects.iter().any(|object| object.id == service) => Attachment::Ours,
        Some([first, ..]) => Attachment::Other(first.id.clone()),
    };
    ServiceVolumeSeen {
        ours: false,
        id: volume.id.clone(),
        name: volume.name.clone(),
        size_gb: volume_gb(volume),
        path: path.map(str::to_owned),
        attachment,
    }
}

/// Its size, if the answer tells one.
pub(super) fn volume_gb(volume: &Volume) -> SizeSeen {
    let mb = volume.spec.storage_size;
    SizeSeen(mb.and_then(|mb| u32::try_from(mb / MB_PER_GB).ok()))
}

pub(super) fn plan_offer(plan: &Plan) -> Option<PlanOffer> {
    plan.currency
        .eq_ignore_ascii_case("usd")
        .then(|| PlanOffer {
            id: plan.id.clone(),
            vcpus: plan.cpu_resource,
            memory_mb: plan.ram_resource,
            usd_per_hour: plan.amount_per_hour,
        })
}

pub(super) fn region_offer(region: &Region) -> RegionOffer {
    let devices = region.gpu_devices.iter();
    RegionOffer {
        id: region.id.clone(),
        devices: devices
            .map(|device| DeviceOffer {
                id: device.id.clone(),
                name: device.name.clone(),
                manufacturer: device.manufacturer.clone(),
                memory_gb: device
                    .memory_info
                    .as_ref()
                    .and_then(|memory| whole((memory.size_in_mib / 1024.0).round())),
                counts: device
                    .count_options
                    .iter()
                    .filter_map(|count| whole(*count))
                    .collect(),
                // Prices of cards are in cents.
                usd_per_hour: device.pricing.on_demand / 100.0,
            })
            .collect(),
    }
}

/// A number that is a whole one.
fn whole(number: f64) -> Option<u32> {
    let text = format!("{number}");
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn half_an_answer_is_no_service_and_says_what_was_missing() {
        let check = |answer: Value, expected: Result<&str, &str>| {
            let parsed: Service = serde_json::from_value(answer.clone()).unwrap();
            let found = service(&parsed);
            let found = found.as_ref().map(|seen| seen.kind.as_str());
            assert_eq!(found.map_err(String::as_str), expected, "{answer}");
        };
        let whole = json!({
            "id": "web", "name": "web", "serviceType": "deployment", "deployment": {"instances": 1},
        });
        check(whole.clone(), Ok("deployment"));
        for (key, expected) in [
            ("name", "missing field `name`"),
            ("id", "missing field `id`"),
            ("serviceType", "`serviceType` is missing"),
            ("deployment", "`deployment` is missing"),
        ] {
            let mut half = whole.clone();
            half.as_object_mut().unwrap().remove(key);
            check(half, Err(expected));
        }
        let mut odd = whole.clone();
        odd["deployment"] = json!("marker");
        check(odd, Err("a field is of another form than described"));
        check(json!({"id": "x", "serviceType": "quantum"}), Ok("quantum"));
    }
}
