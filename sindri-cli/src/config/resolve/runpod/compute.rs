//! GPU pod or CPU pod.

use super::{cpu, gpu};
use crate::config::findings::Findings;
use crate::config::model::Compute;
use crate::config::resolve::cards::Wish;
use crate::config::values::Scope;

pub(super) fn compute(top: &Scope<'_>, findings: &mut Findings) -> Compute {
    let wish = Wish::read(top);
    let block = top.block("providers.runpod");
    wish.check_tier(findings);
    let cpu_only = block.flag("cpuOnly").is_some_and(|flag| flag.value);
    // The block without `enabled: true` means no card, unless it is not there at all.
    let switched_off = wish.block.is_usable("") && !wish.is_enabled();
    if !cpu_only && !switched_off {
        return Compute::Gpu(gpu::gpu(top, &wish, findings));
    }
    if cpu_only {
        report_cards_wanted(&block, &wish, findings);
    } else {
        report_switched_off(&block, &wish, findings);
    }
    wish.report_unused(findings);
    Compute::Cpu(cpu::cpu(top, findings))
}

/// `cpuOnly: true` beside a wish for cards.
fn report_cards_wanted(block: &Scope<'_>, wish: &Wish<'_>, findings: &mut Findings) {
    for key in ["gpuType", "gpuCount"] {
        if block.has(key) {
            findings.push(
                block
                    .error(
                        key,
                        format!("`{key}` asks for a card, `cpuOnly: true` for none"),
                    )
                    .label("asks for a card")
                    .help(format!("remove `cpuOnly`, or `{key}`")),
            );
        }
    }
    if let Some(enabled) = wish.enabled.as_ref().filter(|enabled| enabled.value) {
        findings.push(
            enabled
                .error("`gpu.enabled: true` asks for a card, `cpuOnly: true` for none")
                .label("asks for a card")
                .help("remove `providers.runpod.cpuOnly`, or `resources.gpu`"),
        );
    }
}

/// A GPU block that is not enabled beside keys that name a card.
fn report_switched_off(block: &Scope<'_>, wish: &Wish<'_>, findings: &mut Findings) {
    let why = if wish.enabled.is_some() {
        "`resources.gpu.enabled: false`"
    } else {
        "`resources.gpu` without `enabled: true`"
    };
    for key in ["gpuType", "gpuCount"] {
        if block.has(key) {
            findings.push(
                block
                    .error(key, format!("`{key}` asks for a card, {why} for a CPU pod"))
                    .label("asks for a card")
                    .help(format!(
                        "write `enabled: true` below `resources.gpu`, or remove `{key}`"
                    )),
            );
        }
    }
}
