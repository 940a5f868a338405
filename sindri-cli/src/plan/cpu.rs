//! Which CPU flavour, and what it costs.

use super::choice::{Choice, MAX_OFFERS, Offer};
use super::cost::round;
use super::gpu::within;
use super::observed::{Catalog, CpuOffer, DataCenterSeen};
use super::place::Place;
use super::problem::PlanError;
use crate::config::Cpu;

const INSTANCE: &str = "providers.runpod.cpuInstanceId";
const VCPU_COUNT: &str = "providers.runpod.vcpuCount";
const CPUS: &str = "deployment.resources.cpus";
const MEMORY: &str = "deployment.resources.memory";

/// What the pod's storage asks of the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// Nothing.
    Compute,
    /// A network volume is made beside the pod.
    NewVolume,
}

/// The flavour, checked against the catalog. A mistake is told at the key that `is_written`.
pub(super) fn offer<'a>(
    cpu: &Cpu,
    offers: &'a [CpuOffer],
    is_written: impl Fn(&str) -> bool,
) -> Result<&'a CpuOffer, PlanError> {
    let blame = |keys: &[&'static str]| {
        let first = keys.iter().copied().find(|key| is_written(key));
        first.unwrap_or(INSTANCE)
    };
    let Some(offer) = offers.iter().find(|offer| offer.id == cpu.flavor) else {
        let known: Vec<&str> = offers.iter().map(|offer| offer.id.as_str()).collect();
        return Err(PlanError::config(
            blame(&[INSTANCE, MEMORY, VCPU_COUNT, CPUS]),
            format!("unknown CPU flavour `{}`", cpu.flavor),
            "RunPod has no CPU flavour by this id",
            (!known.is_empty()).then(|| format!("the flavours are {}", known.join(", "))),
        ));
    };
    if !(offer.min_vcpu..=offer.max_vcpu).contains(&cpu.vcpu_count) {
        return Err(PlanError::config(
            blame(&[INSTANCE, VCPU_COUNT, CPUS]),
            format!(
                "`{}` has {} to {} vCPU, {} are asked for",
                offer.id, offer.min_vcpu, offer.max_vcpu, cpu.vcpu_count
            ),
            "outside of what the flavour has",
            Some("take another count or another flavour".to_owned()),
        ));
    }
    let memory_gb = f64::from(cpu.vcpu_count) * offer.ram_gb_per_vcpu;
    match cpu.memory_gb {
        Some(wanted) if (f64::from(wanted) - memory_gb).abs() > 0.5 => Err(PlanError::config(
            blame(&[INSTANCE, MEMORY]),
            format!(
                "`{}` gives {memory_gb} GB to {} vCPU, not {wanted} GB",
                offer.id, cpu.vcpu_count
            ),
            "memory that the flavour does not have",
            Some(format!(
                "write `cpuInstanceId: {}-{}-{memory_gb}`",
                offer.id, cpu.vcpu_count
            )),
        )),
        Some(_) | None => Ok(offer),
    }
}

/// USD per hour for the whole pod's compute.
pub(super) fn usd_per_hour(cpu: &Cpu, offer: &CpuOffer) -> f64 {
    round(offer.usd_per_vcpu_hour * f64::from(cpu.vcpu_count), 5)
}

/// Where the flavour can be had.
pub(super) fn choose(
    cpu: &Cpu,
    offer: &CpuOffer,
    place: &Place,
    needs: Needs,
    max_usd_per_hour: Option<f64>,
    catalog: &Catalog,
) -> Result<Choice, PlanError> {
    let has_volumes = |id: &str| {
        catalog.data_centers.iter().any(
            |DataCenterSeen {
                 id: center,
                 has_volumes,
             }| center == id && *has_volumes,
        )
    };
    let price = usd_per_hour(cpu, offer);
    let mut places = place.options(&offer.data_centers, offer.stock);
    if needs == Needs::NewVolume {
        places.retain(|(place, _)| place.as_deref().is_some_and(has_volumes));
        // The volume is made in one place, and the pod follows it.
        places.truncate(1);
    }
    let dear = max_usd_per_hour.is_some_and(|max| price > max);
    if !offer.stock.is_some() || places.is_empty() || dear {
        return Err(out_of_stock(cpu, offer, place, needs, max_usd_per_hour));
    }
    let offers = places.into_iter().map(|(data_center, stock)| Offer {
        id: offer.id.clone(),
        data_center,
        usd_per_hour: price,
        stock: stock.as_str(),
    });
    Ok(Choice {
        id: offer.id.clone(),
        wish: format!("{} with {} vCPU", cpu.flavor, cpu.vcpu_count),
        memory_gb: None,
        usd_per_hour: price,
        stock: offer.stock.as_str(),
        offers: offers.take(MAX_OFFERS).collect(),
        passed_over: Vec::new(),
    })
}

fn out_of_stock(
    cpu: &Cpu,
    offer: &CpuOffer,
    place: &Place,
    needs: Needs,
    max_usd_per_hour: Option<f64>,
) -> PlanError {
    let mut help = vec!["take another flavour, such as `cpu5c` or `cpu3g`".to_owned()];
    help.extend(place.remedy());
    let with_volumes = match needs {
        Needs::Compute => "",
        Needs::NewVolume => " in a data center that has network volumes",
    };
    if max_usd_per_hour.is_some() {
        help.push(format!("it costs ${}/h", usd_per_hour(cpu, offer)));
    }
    if needs == Needs::NewVolume {
        help.push("`volumeSizeGb: 0` does without the volume".to_owned());
    }
    PlanError::NoStock {
        message: format!(
            "RunPod has no stock of {} with {} vCPU{with_volumes} now{}",
            cpu.flavor,
            cpu.vcpu_count,
            within(max_usd_per_hour)
        ),
        details: offer
            .data_centers
            .iter()
            .filter(|place| place.stock.is_some())
            .map(|place| format!("{} has stock: {}", place.data_center, place.stock.as_str()))
            .collect(),
        help,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::fixtures::{catalog, cpu_offer};
    use crate::plan::observed::Stock;

    fn cpu(flavor: &str, vcpu_count: u32, memory_gb: Option<u32>) -> Cpu {
        Cpu {
            flavor: flavor.to_owned(),
            vcpu_count,
            memory_gb,
        }
    }

    #[test]
    fn a_flavour_that_does_not_fit_is_an_error_at_its_key() {
        let check = |cpu: Cpu, path: &str, message: &str| {
            let written = |key: &str| key == path;
            let error = offer(&cpu, &catalog().cpus, written).unwrap_err();
            assert_eq!(error.to_string(), message);
            assert!(matches!(error, PlanError::Config { path: at, .. } if at == path));
        };
        check(
            cpu("cpu9z", 2, None),
            INSTANCE,
            "unknown CPU flavour `cpu9z`",
        );
        check(
            cpu("cpu3c", 64, None),
            VCPU_COUNT,
            "`cpu3c` has 2 to 32 vCPU, 64 are asked for",
        );
        for key in [INSTANCE, CPUS] {
            check(
                cpu("cpu3c", 64, None),
                key,
                "`cpu3c` has 2 to 32 vCPU, 64 are asked for",
            );
        }
        for key in [INSTANCE, MEMORY] {
            check(
                cpu("cpu3c", 2, Some(8)),
                key,
                "`cpu3c` gives 4 GB to 2 vCPU, not 8 GB",
            );
        }
    }

    #[test]
    fn a_catalog_without_flavours_is_no_reason_for_an_empty_help() {
        let error = offer(&cpu("cpu3c", 2, None), &[], |_| true).unwrap_err();
        assert!(matches!(error, PlanError::Config { help: None, .. }));
    }

    #[test]
    fn a_new_volume_narrows_the_place_to_one_data_center_that_has_volumes() {
        let catalog = catalog();
        let cpu = cpu("cpu3c", 2, Some(4));
        let found = offer(&cpu, &catalog.cpus, |_| true).unwrap();
        let check = |place: &Place, needs, expected: &[&str]| {
            let choice = choose(&cpu, found, place, needs, None, &catalog).unwrap();
            let places: Vec<_> = choice
                .offers
                .iter()
                .filter_map(|offer| offer.data_center.as_deref())
                .collect();
            assert_eq!(places, expected, "{place:?} {needs:?}");
        };
        check(
            &Place::Anywhere,
            Needs::Compute,
            &["OC-AU-1", "EU-RO-1", "US-TX-3"],
        );
        check(&Place::Anywhere, Needs::NewVolume, &["EU-RO-1"]);
        let us = Place::In(vec!["US-TX-3".to_owned(), "OC-AU-1".to_owned()]);
        check(&us, Needs::Compute, &["OC-AU-1", "US-TX-3"]);
        check(&us, Needs::NewVolume, &["US-TX-3"]);
    }

    #[test]
    fn no_stock_is_said_before_anything_is_sent() {
        let catalog = catalog();
        let cpu = cpu("cpu3c", 2, Some(4));
        let mut none = cpu_offer("cpu3c");
        none.stock = Stock::None;
        let error = choose(
            &cpu,
            &none,
            &Place::Anywhere,
            Needs::Compute,
            None,
            &catalog,
        )
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "RunPod has no stock of cpu3c with 2 vCPU now"
        );
        let no_volumes = Place::In(vec!["OC-AU-1".to_owned()]);
        let offer = cpu_offer("cpu3c");
        assert!(choose(&cpu, &offer, &no_volumes, Needs::NewVolume, None, &catalog).is_err());
    }
}
