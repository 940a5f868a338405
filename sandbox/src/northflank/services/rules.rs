//! Rules across fields of what runs: plans, GPUs, images, ports, and volumes that one pod may mount.

use crate::northflank::catalog::{check_build_plan, check_plan, find_gpu, find_region};
use crate::northflank::model::{Account, Project};
use crate::params::Fields;
use crate::problem::Problem;

/// Checks the plans.
///
/// # Errors
/// 400 for plans that there are not.
pub(crate) fn check_billing(body: Fields<'_>, builds: bool) -> Result<(), Problem> {
    let Some(billing) = body.object("billing") else {
        return Ok(());
    };
    if let Some(plan) = billing.text("deploymentPlan") {
        check_plan(plan)?;
    }
    if let Some(plan) = billing.text("buildPlan").filter(|_| builds) {
        check_build_plan(plan)?;
    }
    Ok(())
}

/// Checks that the region of the project has the GPU that is asked for, in this number.
///
/// # Errors
/// 400 where it has not.
pub(crate) fn check_gpu(project: &Project, body: Fields<'_>) -> Result<(), Problem> {
    for part in ["deployment", "billing"] {
        let gpu = body.object(part).and_then(|part| part.object("gpu"));
        let Some(gpu) = gpu.filter(|gpu| gpu.flag("enabled") == Some(true)) else {
            continue;
        };
        let wanted = gpu
            .object("configuration")
            .ok_or_else(|| Problem::rule(format!("`{part}.gpu.configuration` is missing")))?;
        check_device(project, wanted)?;
    }
    Ok(())
}

fn check_device(project: &Project, wanted: Fields<'_>) -> Result<(), Problem> {
    let id = wanted.text("gpuType").unwrap_or_default();
    let count = wanted.integer("gpuCount").unwrap_or(1);
    // An own cluster has what its nodes have, and nothing is known of them here.
    let Some(region) = project.region.as_deref().and_then(find_region) else {
        return Ok(());
    };
    let gpu = find_gpu(id).filter(|gpu| region.has(gpu)).ok_or_else(|| {
        let offered: Vec<&str> = region.gpus().map(|gpu| gpu.id).collect();
        let offered = if offered.is_empty() {
            "no GPU".to_owned()
        } else {
            offered.join(", ")
        };
        Problem::rule(format!("{} has no GPU `{id}`; it has {offered}", region.id))
    })?;
    if gpu.counts.contains(&count) {
        return Ok(());
    }
    let counts: Vec<String> = gpu.counts.iter().map(u64::to_string).collect();
    Err(Problem::rule(format!(
        "a container cannot have {count} of `{id}`, but {}",
        counts.join(", ")
    )))
}

/// Checks that the image can be looked for.
///
/// # Errors
/// 400 for credentials or a service that there are not.
pub(crate) fn check_image(
    account: &Account,
    project: &Project,
    deployment: Fields<'_>,
) -> Result<(), Problem> {
    if let Some(external) = deployment.object("external")
        && let Some(id) = external.text("credentials")
        && !account.registries.iter().any(|registry| registry.id == id)
    {
        return Err(Problem::rule(format!(
            "the image cannot be verified: there are no registry credentials `{id}`"
        )));
    }
    if let Some(id) = deployment.object("internal").and_then(|i| i.text("id"))
        && !project
            .services
            .iter()
            .any(|service| service.item.id == id && service.kind.builds())
    {
        return Err(Problem::rule(format!(
            "there is no service `{id}` that builds"
        )));
    }
    Ok(())
}

/// Checks that names and numbers of ports differ, and that only HTTP is public.
///
/// # Errors
/// 400 otherwise.
pub(crate) fn check_ports(body: Fields<'_>) -> Result<(), Problem> {
    let ports = body.objects("ports").unwrap_or_default();
    for (index, port) in ports.iter().enumerate() {
        let name = port.text("name").unwrap_or_default();
        let number = port.integer("internalPort").unwrap_or_default();
        if !(1..=65_535).contains(&number) {
            return Err(Problem::rule(format!(
                "port `{name}` has no number from 1 to 65535"
            )));
        }
        let http = matches!(port.text("protocol"), Some("HTTP" | "HTTP/2"));
        if port.flag("public") == Some(true) && !http {
            return Err(Problem::rule(format!(
                "port `{name}` cannot be public: only HTTP and HTTP/2 can"
            )));
        }
        let earlier = ports.iter().take(index);
        for other in earlier {
            if other.text("name") == Some(name) {
                return Err(Problem::rule(format!("two ports are called `{name}`")));
            }
            if other.integer("internalPort") == Some(number) {
                return Err(Problem::rule(format!("two ports have the number {number}")));
            }
        }
    }
    Ok(())
}

/// Checks that what mounts a volume of one pod has one container at most.
///
/// # Errors
/// 400 where it would have more.
pub(crate) fn check_one_instance(
    project: &Project,
    id: &str,
    instances: u64,
    scales: bool,
) -> Result<(), Problem> {
    if instances <= 1 && !scales {
        return Ok(());
    }
    let alone = |mode: Option<&str>| mode == Some("ReadWriteOnce");
    let mut volumes = project.volumes_of("service", id);
    let volume = volumes.find(|volume| {
        let spec = volume.item.fields().object("spec");
        alone(spec.and_then(|spec| spec.text("accessMode")))
    });
    match volume {
        Some(volume) => Err(Problem::rule(format!(
            "volume `{}` is ReadWriteOnce: the service is limited to 1 instance and cannot scale",
            volume.item.id
        ))),
        None => Ok(()),
    }
}
