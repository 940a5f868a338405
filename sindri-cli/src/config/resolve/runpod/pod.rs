//! A pod, put together from its parts.

use super::{compute, place, ports, storage};
use crate::config::findings::Findings;
use crate::config::model::{Blocker, BlockerKind, Cloud, Compute, Runpod};
use crate::config::values::Scope;

/// The container disk of a pod for which the file says nothing, in GB.
const DEFAULT_DISK_GB: u32 = 50;

pub(in crate::config::resolve) fn pod(
    top: &Scope<'_>,
    blockers: &mut Vec<Blocker>,
    findings: &mut Findings,
) -> Runpod {
    let block = top.block("providers.runpod");
    let compute = compute::compute(top, findings);
    let cloud = place::cloud(&block);
    if matches!(compute, Compute::Cpu(_)) && cloud == Cloud::Community {
        let finding = block
            .warning("cloudType", "CPU pods run on SECURE hosts only")
            .label("`deploy` refuses this")
            .help("write `cloudType: SECURE`, or remove it");
        blockers.push(Blocker {
            kind: BlockerKind::CommunityCpu,
            finding,
        });
    }
    Runpod {
        disk_gb: block
            .count("containerDiskGb")
            .map_or(DEFAULT_DISK_GB, |disk| disk.value),
        volume: storage::volume(top, &compute, cloud, findings),
        region: place::region(&block, findings),
        ports: ports::ports(&block, findings),
        start_ssh: block.flag("startSsh").is_none_or(|flag| flag.value),
        public_ip: place::public_ip(&block, cloud, findings),
        template_id: block.text("templateId").map(|id| id.value.to_owned()),
        spot: place::spot(&block, blockers, findings),
        compute,
        cloud,
    }
}
