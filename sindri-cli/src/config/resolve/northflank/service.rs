//! A service, put together from its parts.

use super::{compute, health, ports, scaling};
use crate::config::data::REGIONS;
use crate::config::fields::shape::{NORTHFLANK_REGION, SERVICE};
use crate::config::findings::Findings;
use crate::config::model::{Northflank, NorthflankVolume};
use crate::config::suggest;
use crate::config::values::{At, Scope};

const DEFAULT_REGION: &str = "us-east";
const DEFAULT_PATH: &str = "/workspace";

/// The volume is called `<service>-data`, and a volume's name has at most 39 characters.
const LONGEST_NAME_WITH_VOLUME: usize = 34;

/// The largest volume, in GB.
const MOST_VOLUME_GB: u32 = 1500;

pub(in crate::config::resolve) fn service(
    top: &Scope<'_>,
    findings: &mut Findings,
) -> Option<Northflank> {
    let block = top.block("providers.northflank");
    if !block.has("") {
        findings.push(
            top.error(
                "providers.northflank.projectName",
                "`providers.northflank.projectName` is missing",
            )
            .binding()
            .label("Northflank needs a project")
            .help("write `projectName: my-project` below `providers:` and `northflank:`"),
        );
    }
    let volume = volume(top, findings);
    let (instances, auto_scaling) = scaling::scaling(&block, volume.is_some(), findings);
    let gpu = compute::gpu(top, findings);
    let compute_plan = compute::plan(top, findings);
    let registry_credentials = block.text("registryCredentials");
    let region = region(&block, findings);
    let ports = ports::ports(&block, findings);
    let health_check = health::health_check(&block, findings);
    let service_name = service_name(top, volume.is_some(), findings);
    Some(Northflank {
        project_name: block.text("projectName")?.value.to_owned(),
        service_name: service_name?,
        compute_plan,
        gpu,
        instances,
        region,
        volume,
        registry_credentials: registry_credentials.map(|id| id.value.to_owned()),
        ports,
        health_check,
        auto_scaling,
    })
}

/// `serviceName`, else the deployment's name, which has to obey the same rules then.
fn service_name(top: &Scope<'_>, has_volume: bool, findings: &mut Findings) -> Option<String> {
    let written = top.text("providers.northflank.serviceName");
    let is_own = written.is_some();
    let name = written.or_else(|| top.text("name"))?;
    if !is_own && !(SERVICE.test)(name.value) {
        let better = SERVICE
            .repaired(name.value)
            .unwrap_or_else(|| SERVICE.example.to_owned());
        findings.push(
            name.error(format!(
                "`{}` also names the service, which must be {}",
                name.value, SERVICE.words
            ))
            .label("no name for a service")
            .help(format!(
                "write `serviceName: {better}` below `providers.northflank`"
            )),
        );
    }
    if has_volume && name.value.len() > LONGEST_NAME_WITH_VOLUME {
        findings.push(
            name.error(format!(
                "with a volume, a service's name has at most {LONGEST_NAME_WITH_VOLUME} characters"
            ))
            .label(format!("{} characters", name.value.len()))
            .help(if is_own {
                "shorten it: the volume is called after the service"
            } else {
                "write a shorter `serviceName` below `providers.northflank`"
            }),
        );
    }
    Some(name.value.to_owned())
}

fn region(block: &Scope<'_>, findings: &mut Findings) -> String {
    let Some(region) = block
        .text("region")
        .filter(|region| !region.value.is_empty())
    else {
        return DEFAULT_REGION.to_owned();
    };
    if !REGIONS.contains(&region.value) && (NORTHFLANK_REGION.test)(region.value) {
        let finding = region
            .warning(format!("`{}` is not a region known here", region.value))
            .label("may be one of your own cloud");
        findings.push(
            match suggest::nearest(region.value, REGIONS.iter().copied()) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help(format!(
                    "known are {}",
                    suggest::list(REGIONS.iter().copied(), "and")
                )),
            },
        );
    }
    region.value.to_owned()
}

fn volume(top: &Scope<'_>, findings: &mut Findings) -> Option<NorthflankVolume> {
    let block = top.block("providers.northflank");
    let workspace = || -> Option<At<u32>> {
        let size = top.size("deployment.volumes.workspace.size")?;
        Some(size.with(size.value.gb_rounded_up()))
    };
    let size = block.count("volumeSizeGb").or_else(workspace);
    let Some(size) = size.filter(|size| size.value > 0) else {
        if block.has("volumeMountPath") {
            findings.push(
                block
                    .warning("volumeMountPath", "there is no volume to mount")
                    .label("no effect")
                    .help("write `volumeSizeGb`, or remove it"),
            );
        }
        return None;
    };
    if size.path.ends_with("size") && size.value > MOST_VOLUME_GB {
        findings.push(
            size.error(format!("a volume has at most {MOST_VOLUME_GB} GB"))
                .label(format!("{} GB", size.value))
                .help(format!("write at most `{MOST_VOLUME_GB}GB`")),
        );
    }
    Some(NorthflankVolume {
        size_gb: size.value,
        path: mount_path(top, &block, findings),
    })
}

fn mount_path(top: &Scope<'_>, block: &Scope<'_>, findings: &mut Findings) -> String {
    let own = block.text("volumeMountPath");
    let Some(path) = own.or_else(|| top.text("deployment.volumes.workspace.path")) else {
        return DEFAULT_PATH.to_owned();
    };
    if path.path.starts_with("deployment") && path.value.contains(':') {
        findings.push(
            path.error("Northflank takes no mount path with `:`")
                .label("holds `:`")
                .help("choose another path"),
        );
    }
    path.value.to_owned()
}
