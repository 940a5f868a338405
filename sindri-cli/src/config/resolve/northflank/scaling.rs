//! The number of instances of a service.

use crate::config::findings::Findings;
use crate::config::model::AutoScaling;
use crate::config::values::Scope;

const MESSAGE: &str = "a volume limits the service to 1 instance";

/// Instances and scaling. With a volume: one instance at most, and no scaling.
pub(super) fn scaling(
    service: &Scope<'_>,
    has_volume: bool,
    findings: &mut Findings,
) -> (u32, Option<AutoScaling>) {
    let written = service.count("instances");
    let instances = written.as_ref().map_or(1, |count| count.value);
    let block = service.block("autoScaling");
    let enabled = block.flag("enabled").is_some_and(|flag| flag.value);
    let scaling = enabled.then(|| bounds(&block, findings));
    if has_volume {
        if let Some(written) = written.as_ref().filter(|count| count.value > 1) {
            findings.push(
                written
                    .warning(MESSAGE)
                    .label("1 is used")
                    .help("write `instances: 1`, or `volumeSizeGb: 0`"),
            );
        }
        if enabled {
            findings.push(
                block
                    .warning("enabled", MESSAGE)
                    .label("no scaling")
                    .help("write `enabled: false`, or `volumeSizeGb: 0`"),
            );
        }
        return (instances.min(1), None);
    }
    if let (Some(written), Some(scaling)) = (&written, &scaling) {
        let bounds = scaling.min_instances..=scaling.max_instances;
        if !bounds.contains(&written.value) {
            findings.push(
                written
                    .warning(format!(
                        "scaling keeps {} to {} instances",
                        scaling.min_instances, scaling.max_instances
                    ))
                    .label("outside of these bounds")
                    .help("remove `instances`, or move the bounds"),
            );
        }
    }
    (instances, scaling)
}

fn bounds(block: &Scope<'_>, findings: &mut Findings) -> AutoScaling {
    let count = |key: &str, default: u32| block.count(key).map_or(default, |count| count.value);
    let scaling = AutoScaling {
        min_instances: count("minInstances", 1),
        max_instances: count("maxInstances", 3),
        target_cpu_utilization: count("targetCpuUtilization", 70),
        target_memory_utilization: count("targetMemoryUtilization", 80),
    };
    if scaling.min_instances > scaling.max_instances {
        let key = if block.has("minInstances") {
            "minInstances"
        } else {
            "maxInstances"
        };
        findings.push(
            block
                .error(
                    key,
                    format!(
                        "`minInstances` ({}) is above `maxInstances` ({})",
                        scaling.min_instances, scaling.max_instances
                    ),
                )
                .label("the bounds cross")
                .help(format!(
                    "write `maxInstances: {}` or more",
                    scaling.min_instances
                )),
        );
    }
    scaling
}
