//! Plan and cards of a service.

use crate::config::data::{
    northflank_card, northflank_cards_near, plan as known_plan, plan_for, plans_near,
};
use crate::config::fields::shape::COMPUTE_PLAN;
use crate::config::findings::Findings;
use crate::config::model::{ComputePlan, Manufacturer, NorthflankGpu, NorthflankGpuSelector, Tier};
use crate::config::resolve::cards::Wish;
use crate::config::suggest;
use crate::config::values::{At, Scope};

const DEFAULT_PLAN: &str = "nf-compute-50";

pub(super) fn plan(top: &Scope<'_>, findings: &mut Findings) -> ComputePlan {
    if let Some(plan) = top.text("providers.northflank.computePlan") {
        if known_plan(plan.value).is_none() && (COMPUTE_PLAN.test)(plan.value) {
            let near = plans_near(plan.value);
            let finding = plan
                .warning(format!("`{}` is not a plan known here", plan.value))
                .label("looked up in the live list");
            findings.push(if near.is_empty() {
                finding.help("write a plan such as `nf-compute-200`")
            } else {
                finding.help(format!("did you mean {}?", suggest::list(near, "or")))
            });
        }
        return ComputePlan::Named(plan.value.to_owned());
    }
    let cpus = top.count("deployment.resources.cpus");
    let memory = top
        .size("deployment.resources.memory")
        .filter(|memory| !memory.value.is_zero());
    if cpus.is_none() && memory.is_none() {
        return ComputePlan::Named(DEFAULT_PLAN.to_owned());
    }
    let wanted_cpus = cpus.as_ref().map_or(0, |cpus| cpus.value);
    let wanted_mb = memory.as_ref().map_or(0, |memory| memory.value.megabytes());
    if plan_for(wanted_cpus, wanted_mb).is_none() {
        let (path, span) = memory
            .as_ref()
            .map(|memory| (&memory.path, memory.span))
            .or_else(|| cpus.as_ref().map(|cpus| (&cpus.path, cpus.span)))
            .map_or((String::new(), top.span("")), |(path, span)| {
                (path.clone(), span)
            });
        let at = At {
            value: (),
            path,
            span,
        };
        findings.push(
            at.warning("no plan known here has this much; the largest has 20 vCPUs and 40 GB")
                .label("looked up in the live list")
                .help(
                    "lower `cpus` or `memory`, or write `computePlan` below `providers.northflank`",
                ),
        );
    }
    ComputePlan::AtLeast {
        cpus: cpus.map(|cpus| cpus.value),
        memory_gb: memory.map(|memory| memory.value.gb_rounded_up()),
    }
}

pub(super) fn gpu(top: &Scope<'_>, findings: &mut Findings) -> Option<NorthflankGpu> {
    let wish = Wish::read(top);
    let block = top.block("providers.northflank");
    wish.check_tier(findings);
    let named = block.text("gpuType").filter(|name| !name.value.is_empty());
    if let (Some(named), Some(enabled)) = (&named, &wish.enabled)
        && !enabled.value
    {
        findings.push(
            named
                .error("`gpuType` asks for a card, `resources.gpu.enabled: false` for none")
                .label("asks for a card")
                .help("write `enabled: true` below `resources.gpu`, or remove `gpuType`"),
        );
    }
    if named.is_none() && !wish.is_enabled() {
        wish.report_unused(findings);
        if block.has("gpuCount") {
            findings.push(
                block
                    .warning("gpuCount", "`gpuCount` has no effect: there is no card")
                    .label("no effect")
                    .help("write `gpuType`, or remove it"),
            );
        }
        return None;
    }
    let selector = select(&block, named.as_ref(), &wish, findings);
    Some(NorthflankGpu {
        selector,
        count: block
            .count("gpuCount")
            .or_else(|| wish.count.clone())
            .map_or(1, |count| count.value),
        min_memory_gb: wish.min_memory_gb.as_ref().map(|memory| memory.value),
        manufacturer: wish.manufacturer.as_ref().map(|maker| maker.value),
    })
}

fn select(
    block: &Scope<'_>,
    named: Option<&At<&str>>,
    wish: &Wish<'_>,
    findings: &mut Findings,
) -> NorthflankGpuSelector {
    if let Some(name) = named {
        check_name(name, wish, findings);
        return NorthflankGpuSelector::Named(name.value.to_owned());
    }
    if wish.tier.is_none() && !block.has("gpuType") && !wish.block.has("tier") {
        findings.push(
            wish.block
                .note("enabled", "no card is named: one of `gpu-small` is taken")
                .label("which card is left open")
                .help("write `tier` beside it, or `gpuType` below `providers.northflank`"),
        );
    }
    let tier = wish.tier.as_ref().map_or(Tier::Small, |tier| tier.value);
    if let Some(card) = northflank_card(tier.northflank_card()) {
        let who = format!("the card of `{}`, `{}`,", tier.as_str(), card.name);
        wish.check_card(&who, card.memory_gb, Manufacturer::Nvidia, findings);
    }
    NorthflankGpuSelector::Tier(tier)
}

fn check_name(name: &At<&str>, wish: &Wish<'_>, findings: &mut Findings) {
    if let Some(card) = northflank_card(name.value) {
        let who = format!("`{}`", name.value);
        wish.check_card(&who, card.memory_gb, Manufacturer::Nvidia, findings);
        return;
    }
    let near = suggest::list(northflank_cards_near(name.value), "or");
    findings.push(
        name.warning(format!("`{}` is not a card known here", name.value))
            .label("looked up in the live catalog of the region")
            .help(format!("did you mean {near}?")),
    );
}
