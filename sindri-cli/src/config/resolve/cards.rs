//! `deployment.resources.gpu`: what it asks of graphics cards, whatever the provider.

use crate::config::findings::Findings;
use crate::config::model::{Manufacturer, Tier};
use crate::config::values::{At, Scope};

/// What the shared block says about cards.
pub(super) struct Wish<'v> {
    pub(super) block: Scope<'v>,
    /// `enabled`, when it is written and usable.
    pub(super) enabled: Option<At<bool>>,
    pub(super) tier: Option<At<Tier>>,
    pub(super) count: Option<At<u32>>,
    /// Least memory of one card in GB, above 0.
    pub(super) min_memory_gb: Option<At<u32>>,
    /// The only maker allowed.
    pub(super) manufacturer: Option<At<Manufacturer>>,
}

impl<'v> Wish<'v> {
    pub(super) fn read(top: &Scope<'v>) -> Self {
        let block = top.block("deployment.resources.gpu");
        let tier = block.text("tier").and_then(|tier| {
            let known = Tier::ALL
                .into_iter()
                .find(|known| known.as_str() == tier.value)?;
            Some(tier.with(known))
        });
        let manufacturer = block.text("type").map(|maker| {
            let known = match maker.value {
                "amd" => Manufacturer::Amd,
                _ => Manufacturer::Nvidia,
            };
            maker.with(known)
        });
        let min_memory_gb = block
            .size("memory")
            .filter(|memory| !memory.value.is_zero())
            .map(|memory| memory.with(memory.value.gb_rounded_up()));
        Self {
            enabled: block.flag("enabled"),
            count: block.count("count"),
            tier,
            min_memory_gb,
            manufacturer,
            block,
        }
    }

    /// Whether cards are switched on. `enabled` that cannot be read counts as on: a finding is about
    /// it already.
    pub(super) fn is_enabled(&self) -> bool {
        match &self.enabled {
            Some(enabled) => enabled.value,
            None => self.block.has("enabled"),
        }
    }

    /// A tier without `enabled: true` asks for a card and for none.
    pub(super) fn check_tier(&self, findings: &mut Findings) {
        if let Some(tier) = &self.tier
            && !self.is_enabled()
        {
            findings.push(
                tier.error("`gpu.tier` asks for a card, but `gpu.enabled` is not true")
                    .label("asks for a card")
                    .help("write `enabled: true` beside it, or remove `tier`"),
            );
        }
    }

    /// Says of each setting that it does nothing, since there are no cards.
    pub(super) fn report_unused(&self, findings: &mut Findings) {
        for key in ["type", "count", "memory"] {
            if self.block.has(key) {
                findings.push(
                    self.block
                        .warning(key, format!("`gpu.{key}` has no effect: there is no card"))
                        .label("no effect")
                        .help("write `enabled: true` beside it, or remove it"),
                );
            }
        }
    }

    /// Checks the floor and the maker against a card known here. `who` names the card or how it was chosen.
    pub(super) fn check_card(
        &self,
        who: &str,
        memory_gb: u32,
        maker: Manufacturer,
        findings: &mut Findings,
    ) {
        if let Some(floor) = &self.min_memory_gb
            && memory_gb < floor.value
        {
            findings.push(
                floor
                    .error(format!("{who} has {memory_gb} GB, less than asked for"))
                    .label(format!("asks for {} GB", floor.value))
                    .help("name a larger card in `gpuType`, choose a larger `tier`, or lower `memory`"),
            );
        }
        if let Some(wanted) = &self.manufacturer
            && wanted.value != maker
        {
            findings.push(
                wanted
                    .error(format!("{who} is not made by {}", wanted.value.as_str()))
                    .label("another maker")
                    .help("name a card of this maker in `gpuType`, or remove `type`"),
            );
        }
    }
}
