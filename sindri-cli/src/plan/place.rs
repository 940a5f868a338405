//! Where a pod may run: the region written, and the volume it needs.

use super::observed::{Catalog, DataCenterSeen, Stock, StockIn, VolumeSeen};
use super::problem::{PlanError, nearest_ids};
use crate::config::Region;

const REGION: &str = "providers.runpod.region";

/// Where a pod may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// The provider decides.
    Anywhere,
    /// One of these.
    In(Vec<String>),
    /// Where the network volume is that it mounts.
    WithVolume { id: String, data_center: String },
}

impl Place {
    /// Whether a data center is allowed.
    pub(super) fn allows(&self, data_center: &str) -> bool {
        match self {
            Self::Anywhere => true,
            Self::In(_) | Self::WithVolume { .. } => self.ids().iter().any(|id| id == data_center),
        }
    }

    /// What gives a pod more places to run, if anything does.
    pub(super) fn remedy(&self) -> Option<String> {
        match self {
            Self::Anywhere => None,
            Self::In(_) => Some("leave `region` out to allow every data center".to_owned()),
            Self::WithVolume { id, data_center } => Some(format!(
                "network volume {id} ties the pod to {data_center}: use a volume of another data center, \
                 or none"
            )),
        }
    }

    /// Data centers that are allowed and have stock, best stocked first.
    pub(super) fn stocked<'a>(&self, stock: &'a [StockIn]) -> Vec<&'a StockIn> {
        let mut places: Vec<&StockIn> = stock
            .iter()
            .filter(|place| place.stock.is_some() && self.allows(&place.data_center))
            .collect();
        places.sort_by(|a, b| {
            b.stock
                .cmp(&a.stock)
                .then(a.data_center.cmp(&b.data_center))
        });
        places
    }

    /// Where hardware can be asked for, best stocked first. None leaves it to the provider, where any place
    /// will do and it does not say which have stock.
    pub(super) fn options(&self, told: &[StockIn], stock: Stock) -> Vec<(Option<String>, Stock)> {
        let places: Vec<_> = self
            .stocked(told)
            .into_iter()
            .map(|place| (Some(place.data_center.clone()), place.stock))
            .collect();
        if places.is_empty() && *self == Self::Anywhere {
            return vec![(None, stock)];
        }
        places
    }

    /// The data centers that are allowed; empty for any.
    pub(super) fn ids(&self) -> &[String] {
        match self {
            Self::Anywhere => &[],
            Self::In(ids) => ids,
            Self::WithVolume { data_center, .. } => std::slice::from_ref(data_center),
        }
    }
}

/// Works out where a pod may run. Without a catalog only what the file itself names is known.
pub(super) fn place(
    region: &Region,
    volume: Option<&VolumeSeen>,
    catalog: Option<&Catalog>,
) -> Result<Place, PlanError> {
    let written = match (region, catalog) {
        // Nothing is sent offline, so nothing need be decided.
        (Region::Any, _) | (Region::Area(_), None) => Place::Anywhere,
        (Region::DataCenter(id), None) => Place::In(vec![id.clone()]),
        (Region::DataCenter(id), Some(catalog)) => data_center(id, &catalog.data_centers)?,
        (Region::Area(prefix), Some(catalog)) => area(prefix, &catalog.data_centers)?,
    };
    let Some(volume) = volume else {
        return Ok(written);
    };
    if written.allows(&volume.data_center) {
        return Ok(Place::WithVolume {
            id: volume.id.clone(),
            data_center: volume.data_center.clone(),
        });
    }
    Err(PlanError::config(
        REGION,
        format!(
            "network volume {} is in {}, and the region leaves it out",
            volume.id, volume.data_center
        ),
        format!("the volume is in {}", volume.data_center),
        Some(format!(
            "leave `region` out, or write `region: {}`",
            volume.data_center
        )),
    ))
}

fn data_center(id: &str, known: &[DataCenterSeen]) -> Result<Place, PlanError> {
    if known.iter().any(|center| center.id == id) {
        return Ok(Place::In(vec![id.to_owned()]));
    }
    Err(PlanError::config(
        REGION,
        format!("unknown data center `{id}`"),
        "RunPod has no data center by this id",
        nearest_ids(id, known.iter().map(|center| center.id.as_str())),
    ))
}

fn area(prefix: &str, known: &[DataCenterSeen]) -> Result<Place, PlanError> {
    let ids: Vec<String> = known
        .iter()
        .filter(|center| center.id.starts_with(prefix))
        .map(|center| center.id.clone())
        .collect();
    if !ids.is_empty() {
        return Ok(Place::In(ids));
    }
    let mut areas: Vec<&str> = known
        .iter()
        .filter_map(|center| center.id.split('-').next())
        .collect();
    areas.sort_unstable();
    areas.dedup();
    Err(PlanError::config(
        REGION,
        format!("no data center is in `{prefix}`"),
        "no data center id starts with this",
        Some(format!("the areas are {}", areas.join(", "))),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog() -> Catalog {
        let data_centers =
            ["US-TX-3", "US-KS-2", "EU-RO-1", "EUR-IS-1", "CA-MTL-1"].map(|id| DataCenterSeen {
                id: id.to_owned(),
                has_volumes: true,
            });
        Catalog {
            data_centers: data_centers.to_vec(),
            ..Catalog::default()
        }
    }

    fn volume(data_center: &str) -> VolumeSeen {
        VolumeSeen {
            id: "vol1".to_owned(),
            name: "data".to_owned(),
            size_gb: crate::plan::observed::SizeSeen(Some(10)),
            data_center: data_center.to_owned(),
        }
    }

    #[test]
    fn a_region_becomes_data_centers() {
        let check = |region: Region, volume: Option<VolumeSeen>, expected: &[&str]| {
            let place = place(&region, volume.as_ref(), Some(&catalog())).unwrap();
            assert_eq!(place.ids(), expected, "{region:?}");
            assert_eq!(place == Place::Anywhere, expected.is_empty(), "{region:?}");
        };
        check(Region::Any, None, &[]);
        check(Region::DataCenter("EU-RO-1".into()), None, &["EU-RO-1"]);
        check(Region::Area("US".into()), None, &["US-TX-3", "US-KS-2"]);
        check(Region::Area("EU".into()), None, &["EU-RO-1", "EUR-IS-1"]);
        check(Region::Any, Some(volume("US-TX-3")), &["US-TX-3"]);
        check(
            Region::Area("US".into()),
            Some(volume("US-TX-3")),
            &["US-TX-3"],
        );
    }

    #[test]
    fn a_region_that_cannot_be_is_an_error_that_says_what_can() {
        let check = |region: Region, volume: Option<VolumeSeen>, message: &str, help: &str| {
            let error = place(&region, volume.as_ref(), Some(&catalog())).unwrap_err();
            assert_eq!(error.to_string(), message);
            let PlanError::Config {
                help: Some(text), ..
            } = error
            else {
                panic!("no help")
            };
            assert!(text.contains(help), "{text}");
        };
        check(
            Region::DataCenter("US-TX-9".into()),
            None,
            "unknown data center `US-TX-9`",
            "`US-TX-3`",
        );
        check(
            Region::Area("XX".into()),
            None,
            "no data center is in `XX`",
            "CA, EU, EUR, US",
        );
        check(
            Region::DataCenter("EU-RO-1".into()),
            Some(volume("US-TX-3")),
            "network volume vol1 is in US-TX-3, and the region leaves it out",
            "region: US-TX-3",
        );
    }

    #[test]
    fn the_best_stocked_data_center_comes_first() {
        let stock = |data_center: &str, stock| StockIn {
            data_center: data_center.into(),
            stock,
        };
        let all = [
            stock("A", Stock::Low),
            stock("B", Stock::None),
            stock("C", Stock::High),
        ];
        let ids = |place: Place| -> Vec<&str> {
            let places = place.stocked(&all).into_iter();
            places.map(|place| place.data_center.as_str()).collect()
        };
        assert_eq!(ids(Place::Anywhere), ["C", "A"]);
        assert_eq!(ids(Place::In(vec!["A".into(), "B".into()])), ["A"]);
    }
}
