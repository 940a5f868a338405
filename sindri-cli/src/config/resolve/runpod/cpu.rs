//! The size of a CPU pod.

use crate::config::data::{family_for, gb_per_vcpu};
use crate::config::findings::Findings;
use crate::config::model::Cpu;
use crate::config::size::Size;
use crate::config::values::{At, Scope};

/// vCPUs of a CPU pod for which the file says nothing.
const DEFAULT_VCPUS: u32 = 4;

/// A `cpuInstanceId` taken apart.
struct Instance<'v> {
    at: At<&'v str>,
    family: &'v str,
    vcpus: u32,
    memory_gb: u32,
}

pub(super) fn cpu(top: &Scope<'_>, findings: &mut Findings) -> Cpu {
    let block = top.block("providers.runpod");
    let memory = top.size("deployment.resources.memory");
    match block.text("cpuInstanceId").and_then(take_apart) {
        Some(instance) => {
            check_cpus(top, &instance, findings);
            from_instance(&block, &instance, memory.as_ref(), findings)
        }
        None => from_counts(top, memory.as_ref(), findings),
    }
}

fn take_apart(at: At<&str>) -> Option<Instance<'_>> {
    let mut parts = at.value.split('-');
    Some(Instance {
        family: parts.next()?,
        vcpus: parts.next()?.parse().ok()?,
        memory_gb: parts.next()?.parse().ok()?,
        at,
    })
}

/// The shared block's number, where the instance has another one.
fn check_cpus(top: &Scope<'_>, instance: &Instance<'_>, findings: &mut Findings) {
    if let Some(cpus) = top.count("deployment.resources.cpus")
        && cpus.value != instance.vcpus
    {
        findings.push(
            cpus.warning(format!(
                "`{}` has {} vCPUs",
                instance.at.value, instance.vcpus
            ))
            .label(format!("says {}, and is not used", cpus.value))
            .help("remove `cpus`, or name another `cpuInstanceId`"),
        );
    }
}

fn from_instance(
    block: &Scope<'_>,
    instance: &Instance<'_>,
    memory: Option<&At<Size>>,
    findings: &mut Findings,
) -> Cpu {
    let Instance {
        at,
        family,
        vcpus,
        memory_gb,
    } = instance;
    if let Some(count) = block.count("vcpuCount")
        && count.value != *vcpus
    {
        findings.push(
            count
                .error(format!("`{}` has {vcpus} vCPUs", at.value))
                .label(format!("says {}", count.value))
                .help("remove `vcpuCount`, or name another `cpuInstanceId`"),
        );
    }
    let given = gb_per_vcpu(family).map(|each| each.saturating_mul(*vcpus));
    match given {
        None => findings.push(
            at.warning(format!("the CPU flavour `{family}` is not known here"))
                .label("looked up in the live catalog")
                .help("known are `cpu3c`, `cpu3g`, `cpu3m`, `cpu5c`, `cpu5g` and `cpu5m`"),
        ),
        Some(gb) if gb != *memory_gb => findings.push(
            at.error(format!("`{family}` gives {gb} GB to {vcpus} vCPUs"))
                .label(format!("says {memory_gb} GB"))
                .help(format!("write `{family}-{vcpus}-{gb}`")),
        ),
        Some(_) => {}
    }
    if !is_possible(*vcpus) {
        let next = next_possible(*vcpus);
        let gb = gb_per_vcpu(family).map_or(*memory_gb, |each| each.saturating_mul(next));
        findings.push(
            at.error("vCPUs come in powers of two, from 2")
                .label(format!("{vcpus} vCPUs"))
                .help(format!("write `{family}-{next}-{gb}`")),
        );
    }
    if let Some(memory) = memory
        && memory.value.gb_rounded_up() > *memory_gb
    {
        findings.push(
            memory
                .warning(format!("`{}` has {memory_gb} GB of memory", at.value))
                .label(format!("asks for {}", memory.value))
                .help("name a flavour with more memory, or lower `memory`"),
        );
    }
    Cpu {
        flavor: (*family).to_owned(),
        vcpu_count: *vcpus,
        memory_gb: Some(given.unwrap_or(*memory_gb)),
    }
}

fn from_counts(top: &Scope<'_>, memory: Option<&At<Size>>, findings: &mut Findings) -> Cpu {
    let count = top
        .count("providers.runpod.vcpuCount")
        .or_else(|| top.count("deployment.resources.cpus"));
    let vcpus = count.as_ref().map_or(DEFAULT_VCPUS, |count| count.value);
    if let Some(count) = &count
        && !is_possible(vcpus)
    {
        let next = next_possible(vcpus);
        let key = if count.path.ends_with("cpus") {
            format!("write `cpus: {next}`, or `vcpuCount: {next}` below `providers.runpod`")
        } else {
            format!("write `vcpuCount: {next}`")
        };
        findings.push(
            count
                .error("a CPU pod has a power of two of vCPUs, at least 2")
                .label(format!("{vcpus} vCPUs"))
                .help(key),
        );
    }
    let memory_gb = memory.map_or(0, |memory| memory.value.gb_rounded_up());
    let family = family_for(vcpus, memory_gb).unwrap_or_else(|| {
        if let Some(memory) = memory {
            too_much_memory(memory, vcpus, findings);
        }
        LARGEST_FAMILY
    });
    Cpu {
        flavor: family.to_owned(),
        vcpu_count: vcpus,
        memory_gb: memory
            .and(gb_per_vcpu(family))
            .map(|each| each.saturating_mul(vcpus)),
    }
}

/// The family with the most memory per vCPU.
const LARGEST_FAMILY: &str = "cpu3m";

fn too_much_memory(memory: &At<Size>, vcpus: u32, findings: &mut Findings) {
    let each = gb_per_vcpu(LARGEST_FAMILY).unwrap_or(1);
    let enough = next_possible(memory.value.gb_rounded_up().div_ceil(each));
    findings.push(
        memory
            .error(format!(
                "no CPU flavour has {} with {vcpus} vCPUs: the most is {} GB",
                memory.value,
                vcpus.saturating_mul(each)
            ))
            .label("too much for so few vCPUs")
            .help(format!(
                "write `vcpuCount: {enough}` below `providers.runpod`, or lower `memory`"
            )),
    );
}

const fn is_possible(vcpus: u32) -> bool {
    vcpus >= 2 && vcpus.is_power_of_two()
}

fn next_possible(vcpus: u32) -> u32 {
    vcpus.checked_next_power_of_two().unwrap_or(vcpus).max(2)
}
