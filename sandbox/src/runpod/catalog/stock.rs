//! Stock: what the catalog or the state says there is, less what pods and workers hold.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::cpus::Cpu;
use super::data_centers::{DATA_CENTERS, DataCenter};
use super::gpus::{Gpu, Offer, Stock};
use crate::runpod::model::{Account, Compute, Power, Tier};

/// What there is at one moment, and who holds how much of it.
#[derive(Debug)]
pub(crate) struct Inventory {
    /// Amounts that differ from the catalog, by [`stock_key`].
    changed: BTreeMap<String, u64>,
    /// Units that are in use, by [`stock_key`].
    held: BTreeMap<String, u64>,
}

impl Inventory {
    /// A stopped pod holds nothing, and neither does a worker that idles.
    pub(crate) fn of(account: &Account, now: Timestamp) -> Self {
        let mut inventory = Self {
            changed: account.stock.clone(),
            held: BTreeMap::new(),
        };
        for pod in &account.pods {
            if matches!(pod.power, Power::On(_)) {
                inventory.take(&pod.compute, pod.cloud, &pod.data_center);
            }
        }
        for machine in account
            .endpoints
            .iter()
            .flat_map(|endpoint| endpoint.machines_in_use(now))
        {
            inventory.take(&machine.compute, Tier::Secure, &machine.data_center);
        }
        inventory
    }

    /// Notes that somebody holds this hardware now.
    pub(crate) fn take(&mut self, compute: &Compute, tier: Tier, place: &str) {
        let (id, units) = match compute {
            Compute::Gpu { id, count } => (id, *count),
            Compute::Cpu { id, vcpus } => (id, *vcpus),
        };
        let held = self.held.entry(stock_key(tier, place, id)).or_default();
        *held = held.saturating_add(units);
    }

    /// Where a GPU type is kept, sold out or not.
    pub(crate) fn gpu_shelves(&self, gpu: &Gpu, tier: Tier) -> Vec<Shelf> {
        self.shelves(gpu.id, tier, gpu.offer(tier).stock)
    }

    /// Where a CPU flavour is kept, sold out or not.
    pub(crate) fn cpu_shelves(&self, cpu: &Cpu) -> Vec<Shelf> {
        self.shelves(cpu.id, Tier::Secure, cpu.stock)
    }

    fn shelves(&self, id: &str, tier: Tier, table: Stock) -> Vec<Shelf> {
        let here = |place: &'static DataCenter| {
            let listed = table
                .iter()
                .find(|(at, _)| *at == place.id)
                .map(|(_, amount)| *amount);
            let key = stock_key(tier, place.id, id);
            let total = self.changed.get(&key).copied().or(listed)?;
            let held = self.held.get(&key).copied().unwrap_or(0);
            let free = total.saturating_sub(held);
            Some(Shelf { place, free })
        };
        DATA_CENTERS.iter().filter_map(here).collect()
    }
}

/// What one data center has of one kind of hardware.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shelf {
    pub(crate) place: &'static DataCenter,
    /// Cards or vCPUs that nobody holds.
    pub(crate) free: u64,
}

impl Shelf {
    /// How much is left for requests of `wanted` at a time.
    pub(crate) fn availability(self, wanted: u64) -> &'static str {
        availability(self.free, wanted)
    }
}

/// The word for `free` units when `wanted` are asked for at a time.
pub(crate) fn availability(free: u64, wanted: u64) -> &'static str {
    match free / wanted.max(1) {
        0 => "NONE",
        1..4 => "LOW",
        4..16 => "MEDIUM",
        16.. => "HIGH",
    }
}

impl Gpu {
    pub(crate) fn offer(&self, tier: Tier) -> &Offer {
        match tier {
            Tier::Secure => &self.secure,
            Tier::Community => &self.community,
        }
    }
}

/// The name under which a state keeps stock that differs from the catalog.
pub(crate) fn stock_key(tier: Tier, place: &str, id: &str) -> String {
    format!("{}/{place}/{id}", tier.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runpod::catalog::{cpus::CPUS, gpus::GPUS};

    #[test]
    fn words_follow_from_how_often_the_request_fits() {
        let check = |free, wanted, expected| assert_eq!(availability(free, wanted), expected);
        check(0, 1, "NONE");
        check(3, 4, "NONE");
        check(1, 1, "LOW");
        check(8, 2, "MEDIUM");
        check(16, 1, "HIGH");
        check(1000, 8, "HIGH");
    }

    #[test]
    fn a_state_can_say_how_much_there_is() {
        let mut account = Account::default();
        let gpu = super::super::find_gpu("NVIDIA L4").unwrap();
        let free = |account: &Account, place: &str| {
            let inventory = Inventory::of(account, Timestamp::UNIX_EPOCH);
            let shelves = inventory.gpu_shelves(gpu, Tier::Secure);
            shelves
                .into_iter()
                .find(|shelf| shelf.place.id == place)
                .map(|shelf| shelf.free)
        };
        assert_eq!(free(&account, "US-TX-3"), Some(8));
        assert_eq!(free(&account, "US-WA-1"), None);
        account
            .stock
            .insert(stock_key(Tier::Secure, "US-TX-3", gpu.id), 1);
        account
            .stock
            .insert(stock_key(Tier::Secure, "US-WA-1", gpu.id), 2);
        account
            .stock
            .insert(stock_key(Tier::Community, "US-TX-3", gpu.id), 5);
        assert_eq!(free(&account, "US-TX-3"), Some(1));
        assert_eq!(free(&account, "US-WA-1"), Some(2));
    }

    #[test]
    fn the_tables_agree_with_each_other() {
        let known = |stock: Stock| {
            stock
                .iter()
                .all(|(at, _)| super::super::find_data_center(at).is_some())
        };
        for gpu in GPUS {
            for tier in [Tier::Secure, Tier::Community] {
                let offer = gpu.offer(tier);
                assert!(known(offer.stock), "{} is kept in an unknown place", gpu.id);
                assert_eq!(offer.price > 0.0, offer.max_count > 0, "{}", gpu.id);
                assert!(offer.max_count > 0 || offer.stock.is_empty(), "{}", gpu.id);
            }
            let twins = GPUS
                .iter()
                .filter(|twin| twin.id == gpu.id || twin.name == gpu.name);
            assert_eq!(twins.count(), 1, "{}", gpu.id);
        }
        for cpu in CPUS {
            assert!(
                known(cpu.stock) && cpu.max_vcpus.is_power_of_two(),
                "{}",
                cpu.id
            );
        }
        assert!(DATA_CENTERS.is_sorted_by_key(|place| place.id));
    }
}
