//! The storage of a pod that outlives a stop.

use crate::config::findings::Findings;
use crate::config::model::{Cloud, Compute, Volume};
use crate::config::values::{At, Scope};

/// The pod volume of a GPU pod for which the file says nothing, in GB.
const DEFAULT_GB: u32 = 20;

/// The smallest volume there is, in GB.
const LEAST_GB: u32 = 10;

/// The largest network volume, in GB.
const MOST_NETWORK_GB: u32 = 4096;

const DEFAULT_PATH: &str = "/workspace";

pub(super) fn volume(
    top: &Scope<'_>,
    compute: &Compute,
    cloud: Cloud,
    findings: &mut Findings,
) -> Volume {
    let block = top.block("providers.runpod");
    let path = block
        .text("volumeMountPath")
        .or_else(|| top.text("deployment.volumes.workspace.path"))
        .map_or(DEFAULT_PATH, |path| path.value)
        .to_owned();
    if let Some(id) = block.text("networkVolumeId") {
        check_network(top, &id, cloud, findings);
        return Volume::Network {
            volume_id: id.value.to_owned(),
            path,
        };
    }
    let written = block.count("volumeSizeGb").or_else(|| workspace(top));
    if let Some(size) = &written {
        check_floor(size, findings);
    }
    match (written, compute) {
        (Some(size), _) if size.value == 0 => none(top, findings),
        (None, Compute::Cpu(_)) => none(top, findings),
        (Some(size), Compute::Cpu(_)) => {
            new_network(&size, findings);
            Volume::NewNetwork {
                size_gb: size.value,
                path,
            }
        }
        (size, Compute::Gpu(_)) => Volume::Pod {
            size_gb: size.map_or(DEFAULT_GB, |size| size.value),
            path,
        },
    }
}

fn workspace(top: &Scope<'_>) -> Option<At<u32>> {
    let size = top.size("deployment.volumes.workspace.size")?;
    Some(size.with(size.value.gb_rounded_up()))
}

fn none(top: &Scope<'_>, findings: &mut Findings) -> Volume {
    for key in [
        "providers.runpod.volumeMountPath",
        "deployment.volumes.workspace.path",
    ] {
        if top.has(key) {
            findings.push(
                top.warning(key, "there is no volume to mount")
                    .label("no effect")
                    .help("write `volumeSizeGb`, or remove it"),
            );
        }
    }
    Volume::None
}

fn check_network(top: &Scope<'_>, id: &At<&str>, cloud: Cloud, findings: &mut Findings) {
    let block = top.block("providers.runpod");
    if cloud == Cloud::Community {
        findings.push(
            block
                .error("cloudType", "network volumes need SECURE hosts")
                .label("`networkVolumeId` is set")
                .help("write `cloudType: SECURE`, or remove `networkVolumeId`"),
        );
    }
    let sizes = [
        ("volumeSizeGb", block.count("volumeSizeGb")),
        ("size", workspace(top)),
    ];
    for (key, size) in sizes {
        if let Some(size) = size.filter(|size| size.value > 0) {
            findings.push(
                size.warning(format!(
                    "the network volume `{}` takes the place of a pod volume",
                    id.value
                ))
                .label("not used")
                .help(format!("remove `{key}`, or `networkVolumeId`")),
            );
        }
    }
}

fn check_floor(size: &At<u32>, findings: &mut Findings) {
    if (1..LEAST_GB).contains(&size.value) {
        let (least, none) = if size.path.ends_with("size") {
            (format!("`size: {LEAST_GB}GB`"), "`volumeSizeGb: 0`")
        } else {
            (format!("`volumeSizeGb: {LEAST_GB}`"), "0")
        };
        findings.push(
            size.error(format!("a volume has at least {LEAST_GB} GB"))
                .label(format!("{} GB", size.value))
                .help(format!("write {least}, or {none} for none")),
        );
    }
}

fn new_network(size: &At<u32>, findings: &mut Findings) {
    if size.value > MOST_NETWORK_GB {
        findings.push(
            size.error(format!("a network volume has at most {MOST_NETWORK_GB} GB"))
                .label(format!("{} GB", size.value))
                .help(format!("write at most {MOST_NETWORK_GB}")),
        );
    }
    findings.push(
        size.warning("a CPU pod has no volume of its own: a network volume is made for it")
            .label("bills until it is deleted")
            .help("write `volumeSizeGb: 0` for none, or `networkVolumeId` for one you have"),
    );
}
