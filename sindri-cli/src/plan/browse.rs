//! The catalog of cards, filtered and sorted for whoever looks through it.

use super::observed::{GpuOffer, StockIn};
use crate::config::Cloud;

/// Which cards are wanted.
#[derive(Debug, Clone)]
pub(crate) struct GpuFilter {
    pub(crate) min_memory_gb: Option<u32>,
    /// USD per hour for all cards.
    pub(crate) max_usd_per_hour: Option<f64>,
    /// A data center, or the beginning of the ids of several.
    pub(crate) region: Option<String>,
    pub(crate) count: u32,
    pub(crate) cloud: Cloud,
    /// Whether what is sold out is left out.
    pub(crate) in_stock_only: bool,
}

impl GpuFilter {
    /// What passes, cheapest first. Data centers outside the region are taken off.
    pub(crate) fn apply(&self, offers: Vec<GpuOffer>) -> Vec<GpuOffer> {
        let mut passing: Vec<GpuOffer> = offers
            .into_iter()
            .filter_map(|offer| self.narrowed(offer))
            .collect();
        passing.sort_by(|a, b| GpuOffer::order(self.cloud, a, b));
        passing
    }

    fn narrowed(&self, mut offer: GpuOffer) -> Option<GpuOffer> {
        let cloud = offer.in_cloud(self.cloud);
        let price = offer.usd_per_hour(self.cloud, self.count);
        let fits = cloud.offered
            && cloud.max_count >= self.count
            && self.min_memory_gb.is_none_or(|gb| offer.memory_gb >= gb)
            && self.max_usd_per_hour.is_none_or(|max| price <= max);
        if !fits {
            return None;
        }
        if let Some(region) = &self.region {
            offer
                .data_centers
                .retain(|place| place.stock.is_some() && is_in(region, place));
            if offer.data_centers.is_empty() {
                return None;
            }
        }
        (offer.stock.is_some() || !self.in_stock_only).then_some(offer)
    }
}

/// `US` is where ids begin with `US-`; `EU` also where they begin with `EUR-`.
fn is_in(region: &str, place: &StockIn) -> bool {
    let (id, region) = (place.data_center.to_uppercase(), region.to_uppercase());
    let begins = |area: &str| {
        id.strip_prefix(area)
            .is_some_and(|rest| rest.starts_with('-'))
    };
    id == region || begins(&region) || (region == "EU" && begins("EUR"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Stock;
    use crate::plan::fixtures::catalog;

    fn filter() -> GpuFilter {
        GpuFilter {
            min_memory_gb: None,
            max_usd_per_hour: None,
            region: None,
            count: 1,
            cloud: Cloud::Secure,
            in_stock_only: false,
        }
    }

    #[test]
    fn cards_pass_by_memory_price_place_count_and_stock() {
        let check = |filter: GpuFilter, expected: &[&str]| {
            let found = filter.apply(catalog().gpus);
            let ids: Vec<_> = found.iter().map(|gpu| gpu.id.as_str()).collect();
            assert_eq!(ids, expected, "{filter:?}");
        };
        let forty_eight = ["NVIDIA A40", "NVIDIA RTX A6000"];
        check(
            GpuFilter {
                min_memory_gb: Some(48),
                max_usd_per_hour: Some(0.5),
                ..filter()
            },
            &forty_eight,
        );
        check(
            GpuFilter {
                min_memory_gb: Some(48),
                max_usd_per_hour: Some(0.5),
                in_stock_only: true,
                ..filter()
            },
            &["NVIDIA RTX A6000"],
        );
        check(
            GpuFilter {
                count: 2,
                max_usd_per_hour: Some(0.8),
                ..filter()
            },
            &["NVIDIA L4", "NVIDIA A40"],
        );
        check(
            GpuFilter {
                count: 9,
                ..filter()
            },
            &[],
        );
        check(
            GpuFilter {
                region: Some("OC-AU-1".to_owned()),
                ..filter()
            },
            &[],
        );
        let in_europe = GpuFilter {
            region: Some("eu".to_owned()),
            ..filter()
        };
        let found = in_europe.apply(catalog().gpus);
        let places = found.iter().flat_map(|gpu| &gpu.data_centers);
        assert!(places.clone().count() > 3);
        assert!(places.clone().all(|place| place.data_center == "EU-RO-1"));
    }

    #[test]
    fn an_area_is_the_beginning_of_an_id() {
        let check = |region: &str, id: &str, expected: bool| {
            let place = StockIn {
                data_center: id.to_owned(),
                stock: Stock::High,
            };
            assert_eq!(is_in(region, &place), expected, "{region} {id}");
        };
        check("EU", "EU-RO-1", true);
        check("EU", "EUR-IS-1", true);
        check("US", "US-TX-3", true);
        check("us-tx-3", "US-TX-3", true);
        check("U", "US-TX-3", false);
        check("US-TX", "US-TX-3", true);
        check("CA", "US-CA-2", false);
    }
}
