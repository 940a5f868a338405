//! Northflank's plans, cards and regions.

use crate::config::suggest;

/// A compute plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// The id that a request takes.
    pub id: &'static str,
    /// vCPUs in hundredths.
    pub centi_vcpus: u32,
    /// Memory in MB.
    pub memory_mb: u32,
}

/// Plans, cheapest first.
const PLANS: &[Plan] = &[
    new("nf-compute-10", 10, 256),
    new("nf-compute-20", 20, 512),
    new("nf-compute-50", 50, 1024),
    new("nf-compute-100-1", 100, 1024),
    new("nf-compute-100-2", 100, 2 * 1024),
    new("nf-compute-100-4", 100, 4 * 1024),
    new("nf-compute-200", 200, 4 * 1024),
    new("nf-compute-200-8", 200, 8 * 1024),
    new("nf-compute-400", 400, 8 * 1024),
    new("nf-compute-200-16", 200, 16 * 1024),
    new("nf-compute-400-16", 400, 16 * 1024),
    new("nf-compute-800-8", 800, 8 * 1024),
    new("nf-compute-800-16", 800, 16 * 1024),
    new("nf-compute-800-24", 800, 24 * 1024),
    new("nf-compute-800-32", 800, 32 * 1024),
    new("nf-compute-1200-24", 1200, 24 * 1024),
    new("nf-compute-800-40", 800, 40 * 1024),
    new("nf-compute-1600-32", 1600, 32 * 1024),
    new("nf-compute-2000-40", 2000, 40 * 1024),
];

const fn new(id: &'static str, centi_vcpus: u32, memory_mb: u32) -> Plan {
    Plan {
        id,
        centi_vcpus,
        memory_mb,
    }
}

/// The plan of this id.
pub fn plan(id: &str) -> Option<&'static Plan> {
    PLANS.iter().find(|plan| plan.id == id)
}

/// The cheapest plan with at least so many vCPUs and so much memory; equal prices go to fewer vCPUs.
pub fn plan_for(cpus: u32, memory_mb: u32) -> Option<&'static Plan> {
    PLANS.iter().find(|plan| {
        u64::from(plan.centi_vcpus) >= u64::from(cpus) * 100 && plan.memory_mb >= memory_mb
    })
}

/// Plans with a name close to `id`, at most three.
pub fn plans_near(id: &str) -> Vec<&'static str> {
    let vcpus = |id: &str| id.split('-').nth(2).map(str::to_owned);
    let same: Vec<_> = PLANS
        .iter()
        .map(|plan| plan.id)
        .filter(|known| vcpus(known) == vcpus(id))
        .take(3)
        .collect();
    if !same.is_empty() {
        return same;
    }
    suggest::nearest(id, PLANS.iter().map(|plan| plan.id))
        .into_iter()
        .collect()
}

/// A graphics card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NorthflankCard {
    /// The name that the format uses.
    pub name: &'static str,
    /// The id seen in the live catalog, where one has been seen.
    pub live_id: Option<&'static str>,
    /// Memory in GB.
    pub memory_gb: u32,
}

const CARDS: &[NorthflankCard] = &[
    nf_card("nvidia-l4", None, 24),
    nf_card("nvidia-a100-40gb", None, 40),
    nf_card("nvidia-a100-80gb", Some("a100-80"), 80),
    nf_card("nvidia-h100", Some("h100-80"), 80),
    nf_card("nvidia-h200", None, 141),
    nf_card("nvidia-b200", None, 180),
];

const fn nf_card(
    name: &'static str,
    live_id: Option<&'static str>,
    memory_gb: u32,
) -> NorthflankCard {
    NorthflankCard {
        name,
        live_id,
        memory_gb,
    }
}

/// The card of this name or live id.
pub fn northflank_card(name: &str) -> Option<&'static NorthflankCard> {
    CARDS
        .iter()
        .find(|card| card.name == name || card.live_id == Some(name))
}

/// Cards that `name` may mean: those of the same model, else the nearest, else all.
pub fn northflank_cards_near(name: &str) -> Vec<&'static str> {
    let names = || CARDS.iter().map(|card| card.name);
    let model = bare(&name.to_ascii_lowercase()).to_owned();
    let same: Vec<_> = names()
        .filter(|known| bare(known).split('-').next() == Some(&model))
        .collect();
    if !same.is_empty() {
        return same;
    }
    let near = suggest::nearest(&model, names().map(bare));
    match near.and_then(|near| names().find(|known| bare(known) == near)) {
        Some(near) => vec![near],
        None => names().collect(),
    }
}

/// The name without its maker, which is the same for all and would make all of them look alike.
fn bare(name: &str) -> &str {
    name.strip_prefix("nvidia-").unwrap_or(name)
}

/// Regions of the managed cloud.
pub const REGIONS: &[&str] = &[
    "us-east",
    "us-east-ohio",
    "us-west",
    "us-west-california",
    "us-central",
    "canada-central",
    "europe-west",
    "europe-west-frankfurt",
    "europe-west-netherlands",
    "europe-west-zurich",
    "asia-east",
    "asia-northeast",
    "asia-southeast",
    "australia-southeast",
    "africa-south",
    "southamerica-east",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheapest_plan_that_is_large_enough_is_taken() {
        let check = |cpus: u32, memory_gb: u32, expected: Option<&str>| {
            let found = plan_for(cpus, memory_gb * 1024).map(|plan| plan.id);
            assert_eq!(found, expected, "{cpus} vCPUs, {memory_gb} GB");
        };
        check(0, 1, Some("nf-compute-50"));
        check(1, 0, Some("nf-compute-100-1"));
        check(1, 4, Some("nf-compute-100-4"));
        check(2, 4, Some("nf-compute-200"));
        check(1, 16, Some("nf-compute-200-16"));
        // At the same price as 800-8: fewer vCPUs first.
        check(4, 16, Some("nf-compute-400-16"));
        check(8, 0, Some("nf-compute-800-8"));
        check(8, 40, Some("nf-compute-800-40"));
        check(20, 40, Some("nf-compute-2000-40"));
        check(21, 1, None);
        check(1, 41, None);
    }

    #[test]
    fn near_misses_keep_the_model_or_the_size() {
        assert_eq!(
            northflank_cards_near("nvidia-a100"),
            ["nvidia-a100-40gb", "nvidia-a100-80gb"]
        );
        assert_eq!(northflank_cards_near("nvidia-h10"), ["nvidia-h100"]);
        assert_eq!(northflank_cards_near("nvidia-a4000").len(), 6);
        assert_eq!(
            plans_near("nf-compute-400-8"),
            ["nf-compute-400", "nf-compute-400-16"]
        );
        assert_eq!(
            plans_near("nf-compute-100"),
            ["nf-compute-100-1", "nf-compute-100-2", "nf-compute-100-4"]
        );
    }
}
