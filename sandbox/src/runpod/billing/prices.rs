//! Prices. Those of compute stand in the catalog; those of storage are the published ones.

use crate::runpod::billing::ledger::Rates;
use crate::runpod::catalog::{Gpu, find_cpu, find_gpu};
use crate::runpod::lifecycle::Status;
use crate::runpod::model::{Compute, Mount, Pod, Tier, Volume};

/// USD per GB and month of disks of what runs.
const DISK: f64 = 0.10;
/// The same of a persistent mount whose pod is stopped. Its container disk is free then.
const STOPPED_DISK: f64 = 0.20;
/// USD per GB and month of a standard network volume: of the first part, and of the rest.
const STANDARD: (f64, f64) = (0.07, 0.05);
/// The same of a high-performance one.
const HIGH_PERFORMANCE: (f64, f64) = (0.14, 0.14);
/// Size in GB of the first part.
const FIRST_PART: u64 = 1000;
const HOURS_PER_MONTH: f64 = 730.0;

/// USD per hour of the hardware of a pod.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(crate) fn compute_price(compute: &Compute, tier: Tier) -> f64 {
    let (price, units) = match compute {
        Compute::Gpu { id, count } => (find_gpu(id).map(|row| row.offer(tier).price), *count),
        Compute::Cpu { id, vcpus } => (find_cpu(id).map(|row| row.price), *vcpus),
    };
    // Without the rounding, three times 0.44 reads 1.3200000000000001.
    (price.unwrap_or(0.0) * units as f64 * 1e6).round() / 1e6
}

/// What a pod is charged in this state.
pub(crate) fn pod_rates(pod: &Pod, status: Status) -> Rates {
    let persistent = match &pod.mount {
        Some(Mount::Persistent { size, .. }) => *size,
        Some(Mount::Network { .. }) | None => 0,
    };
    match status {
        Status::Exited | Status::Error => Rates {
            main: 0,
            disk: per_month(persistent, STOPPED_DISK),
        },
        Status::Provisioning | Status::Starting | Status::Running => Rates {
            main: nanos(compute_price(&pod.compute, pod.cloud)),
            disk: per_month(persistent + pod.container.disk.unwrap_or(0), DISK),
        },
    }
}

/// What a running worker is charged; `disk` is the size of its container disk in GB.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(crate) fn worker_rates(compute: &Compute, disk: u64) -> Rates {
    let main = match compute {
        Compute::Gpu { id, count } => {
            let price = find_gpu(id).and_then(Gpu::serverless_price);
            price.unwrap_or(0.0) * *count as f64
        }
        // The catalog names one price of vCPUs for both products.
        Compute::Cpu { .. } => compute_price(compute, Tier::Secure),
    };
    Rates {
        main: nanos(main),
        disk: per_month(disk, DISK),
    }
}

/// What a network volume is charged, attached or not.
pub(crate) fn volume_rates(volume: &Volume) -> Rates {
    let (first, rest) = match volume.kind.as_str() {
        "HIGH_PERFORMANCE" => HIGH_PERFORMANCE,
        _standard => STANDARD,
    };
    let first_part = volume.size.min(FIRST_PART);
    Rates {
        main: per_month(first_part, first) + per_month(volume.size - first_part, rest),
        disk: 0,
    }
}

#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
fn per_month(gigabytes: u64, price: f64) -> u64 {
    nanos(gigabytes as f64 * price / HOURS_PER_MONTH)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "prices are small and never negative"
)]
fn nanos(usd: f64) -> u64 {
    (usd * 1e9).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_volume_gets_cheaper_above_its_first_part() {
        let check = |size: u64, kind: &str, expected_per_month: f64| {
            let volume = Volume {
                id: "v".into(),
                name: "v".into(),
                size,
                data_center: "EU-RO-1".into(),
                kind: kind.into(),
                files: crate::disk::Tree::default(),
            };
            let found = f64::from(u32::try_from(volume_rates(&volume).main).unwrap()) * 730.0 / 1e9;
            assert!((found - expected_per_month).abs() < 1e-5, "{size} {found}");
        };
        check(10, "STANDARD", 0.7);
        check(1000, "STANDARD", 70.0);
        check(1100, "STANDARD", 75.0);
        check(1100, "HIGH_PERFORMANCE", 154.0);
    }
}
