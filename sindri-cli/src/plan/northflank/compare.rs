//! What differs between the service as it is and as it should be.
//!
//! Only what the file sets is compared.

use super::observed::{FilesSeen, HealthSeen, ScalingSeen, ServiceSeen, ServiceState};
use super::spec::{GpuSpec, Part, ServicePatch, ServiceSpec};
use crate::config::{AutoScaling, HealthCheck, NorthflankPort, Probe};
use crate::masked::{Masked, Variables};
use crate::plan::action::Effect;
use crate::plan::difference::UNSET;
use crate::plan::env::{env_difference, file_difference};

const NONE: &str = "none";

/// Nothing of a service takes a new one.
pub(super) type Comparison = crate::plan::difference::Comparison<ServicePatch>;

/// Compares the service with what it should be.
pub(super) fn compare(
    spec: &ServiceSpec,
    seen: &ServiceSeen,
    sent_env: &[String],
    sent_files: &[String],
) -> Comparison {
    let mut found = Comparison::default();
    compute(spec, seen, &mut found);
    deployment(spec, seen, &mut found);
    ports(spec, seen, &mut found);
    health(spec, seen, &mut found);
    scaling(spec, seen, &mut found);
    if let Some(now) = &seen.env {
        let env = env_difference(&spec.env, now, sent_env, &[]);
        found.changes.extend(env.changes);
        found.patch.env_set = env.set;
        found.patch.env_remove = env.remove;
    }
    if let Some(now) = &seen.files {
        let files = file_difference(&spec.files, &comparable(now, spec), sent_files);
        found.changes.extend(files.changes);
        found.patch.files_set = files.set;
        found.patch.files_remove = files.remove;
    }
    found
}

/// Files whose text is not shown are taken to be as they should be.
fn comparable(now: &FilesSeen, spec: &ServiceSpec) -> Variables {
    let text = |path: &String, text: &Option<Masked>| {
        let text = text.as_ref().or_else(|| spec.files.get(path));
        text.cloned().unwrap_or_else(|| Masked::from(""))
    };
    now.iter()
        .map(|(path, shown)| (path.clone(), text(path, shown)))
        .collect()
}

fn compute(spec: &ServiceSpec, seen: &ServiceSeen, found: &mut Comparison) {
    if let (Some(plan), Some(now)) = (&spec.plan, &seen.plan)
        && now != plan
    {
        found.push("compute plan", now, plan, Effect::Restart);
        found.patch.parts.insert(Part::Billing);
    }
    let same = match (&spec.gpu, &seen.gpu) {
        (Some(wanted), Some(has)) => wanted == has,
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    if !same {
        let words = |id: &str, count: u32| format!("{count} × {id}");
        let from = seen.gpu.as_ref().map(|gpu| words(&gpu.id, gpu.count));
        let to = spec.gpu.as_ref().map(GpuSpec::to_string);
        let or_none = |text: Option<String>| text.unwrap_or_else(|| NONE.to_owned());
        found.push("GPU", or_none(from), or_none(to), Effect::Restart);
        found.patch.parts.insert(Part::Billing);
        found.patch.parts.insert(Part::Deployment);
    }
}

fn deployment(spec: &ServiceSpec, seen: &ServiceSeen, found: &mut Comparison) {
    if seen.image.as_ref() != Some(&spec.image) {
        let from = seen.image.as_deref().unwrap_or(UNSET);
        found.push("image", from, &spec.image, Effect::Restart);
        found.patch.parts.insert(Part::Deployment);
    }
    if let Some(credentials) = &spec.credentials
        && seen.credentials.as_ref() != Some(credentials)
    {
        let from = seen.credentials.as_deref().unwrap_or(UNSET);
        found.push("registry credentials", from, credentials, Effect::Restart);
        found.patch.parts.insert(Part::Deployment);
    }
    // A paused service wants none, whatever it is resumed with; one that scales has as many as it needs.
    let is_fixed = seen.state != ServiceState::Paused && spec.scaling.is_none();
    if is_fixed
        && let Some(instances) = seen.instances
        && instances != spec.instances
    {
        let (from, to) = (instances.to_string(), spec.instances.to_string());
        found.push("instances", from, to, Effect::None);
        found.patch.parts.insert(Part::Deployment);
    }
}

fn ports(spec: &ServiceSpec, seen: &ServiceSeen, found: &mut Comparison) {
    let sorted = |ports: Vec<&NorthflankPort>| {
        let mut words: Vec<String> = ports.into_iter().map(port).collect();
        words.sort();
        words
    };
    let wanted = sorted(spec.ports.iter().collect());
    let has = sorted(seen.ports.iter().map(|seen| &seen.port).collect());
    if wanted != has {
        found.push("ports", list(&has), list(&wanted), Effect::Restart);
        found.patch.parts.insert(Part::Ports);
    }
}

fn health(spec: &ServiceSpec, seen: &ServiceSeen, found: &mut Comparison) {
    let from = match (&seen.health_check, &spec.health_check) {
        (HealthSeen::Liveness(has), Some(wanted)) if has == wanted => return,
        // Whoever made another probe elsewhere may keep it: the file says nothing of probes.
        (HealthSeen::Unknown, _) | (HealthSeen::None | HealthSeen::Other(_), None) => return,
        (HealthSeen::None, Some(_)) => NONE.to_owned(),
        (HealthSeen::Liveness(has), Some(_) | None) => probe(has),
        (HealthSeen::Other(words), Some(_)) => words.clone(),
    };
    let to = spec
        .health_check
        .as_ref()
        .map_or_else(|| NONE.to_owned(), probe);
    found.push("health check", from, to, Effect::Restart);
    found.patch.parts.insert(Part::HealthCheck);
}

fn scaling(spec: &ServiceSpec, seen: &ServiceSeen, found: &mut Comparison) {
    let wanted = spec.scaling.as_ref().map(wanted_scaling);
    if wanted == seen.scaling {
        return;
    }
    let words = |scaling: Option<ScalingSeen>| {
        scaling.map_or_else(|| "off".to_owned(), |scaling| scaling.to_string())
    };
    found.push("scaling", words(seen.scaling), words(wanted), Effect::None);
    found.patch.parts.insert(Part::Scaling);
}

/// Scaling as it reads once it is set.
fn wanted_scaling(scaling: &AutoScaling) -> ScalingSeen {
    ScalingSeen {
        min_instances: scaling.min_instances,
        max_instances: scaling.max_instances,
        cpu: Some(scaling.target_cpu_utilization),
        memory: Some(scaling.target_memory_utilization),
    }
}

/// A port in a few words.
pub(super) fn port(port: &NorthflankPort) -> String {
    let reach = if port.public { "public" } else { "private" };
    format!(
        "{} {}/{} {reach}",
        port.name,
        port.internal_port,
        port.protocol.as_str()
    )
}

fn probe(check: &HealthCheck) -> String {
    let what = match &check.probe {
        Probe::Http { path, port } => format!("HTTP {path} on {port}"),
        Probe::Tcp { port } => format!("TCP on {port}"),
        Probe::Command { command } => format!("`{}`", command.join(" ")),
    };
    format!(
        "{what}, after {} s, every {} s, {} failures",
        check.initial_delay_seconds, check.period_seconds, check.failure_threshold
    )
}

fn list(words: &[String]) -> String {
    if words.is_empty() {
        NONE.to_owned()
    } else {
        words.join(", ")
    }
}
