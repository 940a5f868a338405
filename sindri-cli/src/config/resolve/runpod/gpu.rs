//! The cards of a GPU pod.

use super::host;
use crate::config::data::{DEFAULT_CARD, card, early_spelling, near_cards, pool_memory_gb};
use crate::config::findings::Findings;
use crate::config::model::{Gpu, GpuSelector, Manufacturer};
use crate::config::resolve::cards::Wish;
use crate::config::suggest;
use crate::config::values::{At, Scope};

pub(super) fn gpu(top: &Scope<'_>, wish: &Wish<'_>, findings: &mut Findings) -> Gpu {
    let block = top.block("providers.runpod");
    report_unused(&block, findings);
    let named = block.text("gpuType");
    let selector = match (&named, &wish.tier) {
        (Some(name), _) => {
            check_name(name, wish, findings);
            GpuSelector::Named(name.value.to_owned())
        }
        (None, Some(tier)) => {
            let who = format!("the smallest card of `{}`", tier.value.as_str());
            let memory = tier.value.runpod_memory_gb();
            wish.check_card(&who, memory, Manufacturer::Nvidia, findings);
            GpuSelector::Tier(tier.value)
        }
        (None, None) => {
            if let Some(card) = card(DEFAULT_CARD) {
                let who = format!("the default card, `{}`,", card.id);
                wish.check_card(&who, card.memory_gb, card.manufacturer(), findings);
            }
            GpuSelector::Default
        }
    };
    let count = block
        .count("gpuCount")
        .or_else(|| wish.count.clone())
        .map_or(1, |count| count.value);
    Gpu {
        selector,
        count,
        min_memory_gb: wish.min_memory_gb.as_ref().map(|memory| memory.value),
        manufacturer: wish.manufacturer.as_ref().map(|maker| maker.value),
        host: host::floors(top, count),
    }
}

/// The live catalog decides; here only what is sure, and a hint where a name is not known.
fn check_name(name: &At<&str>, wish: &Wish<'_>, findings: &mut Findings) {
    let who = format!("`{}`", name.value);
    if let Some(card) = card(name.value) {
        wish.check_card(&who, card.memory_gb, card.manufacturer(), findings);
        return;
    }
    if let Some(memory) = pool_memory_gb(name.value) {
        wish.check_card(&who, memory, Manufacturer::Nvidia, findings);
        return;
    }
    let early = early_spelling(name.value);
    let (message, near) = if early.is_empty() {
        (
            format!("RunPod has no card `{}` that is known here", name.value),
            near_cards(name.value),
        )
    } else {
        (
            format!("`{}` is an early name, not an id of RunPod", name.value),
            early.to_vec(),
        )
    };
    let finding = name.warning(message).label("looked up in the live catalog");
    findings.push(if near.is_empty() {
        finding.help(format!(
            "write a card id such as `{DEFAULT_CARD}`, or a pool such as `ADA_24`"
        ))
    } else {
        finding.help(format!("write {}", suggest::list(near, "or")))
    });
}

/// A CPU pod's instance on a GPU pod.
fn report_unused(block: &Scope<'_>, findings: &mut Findings) {
    if block.has("cpuInstanceId") {
        findings.push(
            block
                .error(
                    "cpuInstanceId",
                    "`cpuInstanceId` is for CPU pods, and this is a GPU pod",
                )
                .label("would have no effect")
                .help("write `cpuOnly: true`, or remove it"),
        );
    }
}
