//! Stock: what the catalog or the state says there is, less what running pods hold.

use super::cpus::Cpu;
use super::data_centers::{DATA_CENTERS, DataCenter};
use super::gpus::{Gpu, Offer, Stock};
use crate::runpod::model::{Account, Compute, Power, Tier};

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

/// Where a GPU type is kept, sold out or not.
pub(crate) fn gpu_shelves(account: &Account, gpu: &Gpu, tier: Tier) -> Vec<Shelf> {
    shelves(account, gpu.id, tier, gpu.offer(tier).stock)
}

/// Where a CPU flavour is kept, sold out or not.
pub(crate) fn cpu_shelves(account: &Account, cpu: &Cpu) -> Vec<Shelf> {
    shelves(account, cpu.id, Tier::Secure, cpu.stock)
}

/// The name under which a state keeps stock that differs from the catalog.
pub(crate) fn stock_key(tier: Tier, place: &str, id: &str) -> String {
    format!("{}/{place}/{id}", tier.as_str())
}

fn shelves(account: &Account, id: &str, tier: Tier, table: Stock) -> Vec<Shelf> {
    let shelf = |place: &'static DataCenter| {
        let listed = table
            .iter()
            .find(|(at, _)| *at == place.id)
            .map(|(_, amount)| *amount);
        let changed = account.stock.get(&stock_key(tier, place.id, id)).copied();
        let total = changed.or(listed)?;
        let free = total.saturating_sub(held(account, id, tier, place.id));
        Some(Shelf { place, free })
    };
    DATA_CENTERS.iter().filter_map(shelf).collect()
}

/// Units that pods hold in one place. A stopped pod holds none.
fn held(account: &Account, id: &str, tier: Tier, place: &str) -> u64 {
    let running = |power| matches!(power, Power::On(_));
    account
        .pods
        .iter()
        .filter(|pod| running(pod.power) && pod.cloud == tier && pod.data_center == place)
        .map(|pod| match &pod.compute {
            Compute::Gpu { id: held, count } if held == id => *count,
            Compute::Cpu { id: held, vcpus } if held == id => *vcpus,
            Compute::Gpu { .. } | Compute::Cpu { .. } => 0,
        })
        .fold(0, u64::saturating_add)
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
            let shelves = gpu_shelves(account, gpu, Tier::Secure);
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
