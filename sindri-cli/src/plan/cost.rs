//! Prices. Compute comes from the live catalog; storage is not in it, so its list rates stand here.

use serde::Serialize;

use super::spec::{MountSpec, PodSpec};

/// Hours in an average month.
pub(crate) const HOURS_PER_MONTH: f64 = 730.0;

/// List rates of RunPod's storage, in USD per GB and month (RunPod's pricing page).
const DISK_RUNNING: f64 = 0.10;
const POD_VOLUME_RUNNING: f64 = 0.10;
const POD_VOLUME_STOPPED: f64 = 0.20;
const NETWORK_VOLUME: f64 = 0.07;
const NETWORK_VOLUME_ABOVE: f64 = 0.05;
/// From this size on the lower rate applies to what lies above it.
const NETWORK_VOLUME_STEP_GB: u32 = 1000;

/// USD per hour, while running and while stopped.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Rate {
    /// USD per hour while the deployment runs.
    pub(crate) running: f64,
    /// USD per hour while it is stopped.
    pub(crate) stopped: f64,
}

/// What a price is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CostPart {
    Compute,
    /// Cards, where they are priced apart from the rest.
    Gpu,
    Disk,
    PodVolume,
    /// Outlives the pod, and so does its price.
    NetworkVolume,
}

/// One part of a price.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct CostLine {
    /// What kind of thing it is for.
    pub(crate) part: CostPart,
    /// What it is for.
    pub(crate) item: String,
    /// What it costs.
    pub(crate) usd_per_hour: Rate,
}

/// What a deployment costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Estimate {
    /// USD per hour while running.
    pub(crate) hourly: f64,
    /// USD for 730 hours of running.
    pub(crate) monthly: f64,
    /// USD per hour while stopped.
    pub(crate) stopped_hourly: f64,
    /// USD for 730 hours of being stopped.
    pub(crate) stopped_monthly: f64,
    /// Always `USD`.
    pub(crate) currency: &'static str,
    /// The parts.
    pub(crate) lines: Vec<CostLine>,
    /// What the figures do not say.
    pub(crate) notes: Vec<String>,
}

impl Rate {
    /// Billed only while running.
    pub(crate) fn while_running(usd_per_hour: f64) -> Self {
        Self {
            running: usd_per_hour,
            stopped: 0.0,
        }
        .rounded()
    }

    /// USD per month for standard storage; faster storage is dearer.
    pub(crate) fn network_volume_monthly(size_gb: u32) -> f64 {
        let above = size_gb.saturating_sub(NETWORK_VOLUME_STEP_GB);
        let monthly =
            f64::from(size_gb - above) * NETWORK_VOLUME + f64::from(above) * NETWORK_VOLUME_ABOVE;
        round(monthly, 2)
    }

    /// A network volume bills until it is deleted.
    pub(crate) fn network_volume(size_gb: u32) -> Self {
        let hourly = Self::network_volume_monthly(size_gb) / HOURS_PER_MONTH;
        Self {
            running: hourly,
            stopped: hourly,
        }
        .rounded()
    }

    /// A pod volume costs more while the pod is stopped.
    pub(crate) fn pod_volume(size_gb: u32) -> Self {
        let gb = f64::from(size_gb);
        Self {
            running: gb * POD_VOLUME_RUNNING / HOURS_PER_MONTH,
            stopped: gb * POD_VOLUME_STOPPED / HOURS_PER_MONTH,
        }
        .rounded()
    }

    fn disk(size_gb: u32) -> Self {
        Self::while_running(f64::from(size_gb) * DISK_RUNNING / HOURS_PER_MONTH)
    }

    fn rounded(self) -> Self {
        Self {
            running: round(self.running, 5),
            stopped: round(self.stopped, 5),
        }
    }
}

impl Estimate {
    /// The sum of these parts.
    pub(super) fn of(lines: Vec<CostLine>, notes: Vec<String>) -> Self {
        let total: Rate = lines.iter().map(|line| line.usd_per_hour).sum();
        Self {
            hourly: total.running,
            monthly: round(total.running * HOURS_PER_MONTH, 2),
            stopped_hourly: total.stopped,
            stopped_monthly: round(total.stopped * HOURS_PER_MONTH, 2),
            currency: "USD",
            lines,
            notes,
        }
    }

    /// What it costs while it runs, and while it does not.
    pub(super) fn rate(&self) -> Rate {
        Rate {
            running: self.hourly,
            stopped: self.stopped_hourly,
        }
    }

    /// What the pod itself adds to the bill: everything that ends with it.
    pub(super) fn of_pod(&self) -> Rate {
        let parts = self
            .lines
            .iter()
            .filter(|line| line.part != CostPart::NetworkVolume);
        parts.map(|line| line.usd_per_hour).sum()
    }
}

impl std::iter::Sum for Rate {
    fn sum<I: Iterator<Item = Self>>(rates: I) -> Self {
        rates
            .fold(
                Self {
                    running: 0.0,
                    stopped: 0.0,
                },
                |sum, rate| Self {
                    running: sum.running + rate.running,
                    stopped: sum.stopped + rate.stopped,
                },
            )
            .rounded()
    }
}

/// What a pod costs at a price for its compute.
///
/// `volume_gb` is the size of its network volume, when it has one and its size is known.
pub(crate) fn estimate(
    spec: &PodSpec,
    compute_usd_per_hour: f64,
    volume_gb: Option<u32>,
) -> Estimate {
    let line = |part, item: String, usd_per_hour| CostLine {
        part,
        item,
        usd_per_hour,
    };
    let disk_gb = spec.disk_gb;
    let mut lines = vec![
        line(
            CostPart::Compute,
            spec.compute.to_string(),
            Rate::while_running(compute_usd_per_hour),
        ),
        line(
            CostPart::Disk,
            format!("container disk {disk_gb} GB"),
            Rate::disk(disk_gb),
        ),
    ];
    match (&spec.mount, volume_gb) {
        (MountSpec::None, _) | (MountSpec::Network { .. }, None) => {}
        (MountSpec::Pod { size_gb, .. }, _) => lines.push(line(
            CostPart::PodVolume,
            format!("pod volume {size_gb} GB"),
            Rate::pod_volume(*size_gb),
        )),
        (MountSpec::Network { .. }, Some(gb)) => lines.push(line(
            CostPart::NetworkVolume,
            format!("network volume {gb} GB"),
            Rate::network_volume(gb),
        )),
    }
    Estimate::of(
        lines,
        vec![
            "compute from the live catalog, storage at list rates; a month is 730 hours".to_owned(),
        ],
    )
}

/// Rounds so that the same plan prints the same digits everywhere.
pub(crate) fn round(value: f64, digits: i32) -> f64 {
    let factor = 10_f64.powi(digits);
    (value * factor).round() / factor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_volume_is_cheaper_above_a_terabyte_and_bills_when_stopped() {
        let check = |gb, monthly: f64| {
            let rate = Rate::network_volume(gb);
            assert_eq!(rate.running.to_bits(), rate.stopped.to_bits());
            assert!(
                (rate.running * HOURS_PER_MONTH - monthly).abs() < 0.01,
                "{gb} GB: {rate:?}"
            );
        };
        check(10, 0.70);
        check(1000, 70.0);
        check(2000, 120.0);
    }

    #[test]
    fn a_pod_volume_costs_twice_as_much_while_stopped() {
        let rate = Rate::pod_volume(730);
        assert_eq!((rate.running, rate.stopped), (0.1, 0.2));
    }

    #[test]
    fn a_container_disk_is_free_while_stopped() {
        assert_eq!(
            Rate::disk(730),
            Rate {
                running: 0.1,
                stopped: 0.0
            }
        );
    }
}
