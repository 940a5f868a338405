//! RunPod's data centers.

use crate::config::suggest;

const DATA_CENTERS: &[&str] = &[
    "AP-JP-1", "CA-MTL-1", "CA-MTL-2", "CA-MTL-3", "CA-MTL-4", "EU-CZ-1", "EU-FR-1", "EU-NL-1",
    "EU-RO-1", "EU-SE-1", "EUR-IS-1", "EUR-IS-2", "EUR-IS-3", "EUR-IS-4", "EUR-NO-1", "EUR-NO-2",
    "OC-AU-1", "US-CA-2", "US-DE-1", "US-GA-1", "US-GA-2", "US-IL-1", "US-KS-2", "US-KS-3",
    "US-MD-1", "US-MO-1", "US-MO-2", "US-NC-1", "US-NC-2", "US-NE-1", "US-TX-1", "US-TX-3",
    "US-TX-4", "US-WA-1",
];

/// Whether a data center of this id has been seen.
pub fn is_known_data_center(id: &str) -> bool {
    DATA_CENTERS.contains(&id)
}

/// Data centers that `id` may mean, at most four: those of the same place, else the nearest name.
pub fn data_center_near(id: &str) -> Vec<&'static str> {
    let place = id.trim_end_matches(|last: char| last.is_ascii_digit());
    let same_place: Vec<_> = DATA_CENTERS
        .iter()
        .copied()
        .filter(|known| place.len() >= 5 && known.starts_with(place))
        .take(4)
        .collect();
    if !same_place.is_empty() {
        return same_place;
    }
    suggest::nearest(id, DATA_CENTERS.iter().copied())
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::fields::shape::is_data_center;

    #[test]
    fn all_ids_have_the_form_that_the_check_asks_for() {
        for id in DATA_CENTERS {
            assert!(is_data_center(id), "{id}");
        }
    }

    #[test]
    fn the_same_place_comes_before_similar_letters() {
        assert_eq!(
            data_center_near("US-TX-9"),
            ["US-TX-1", "US-TX-3", "US-TX-4"]
        );
        assert_eq!(data_center_near("EU-RU-1"), ["EU-RO-1"]);
        assert_eq!(data_center_near("ZZ-QQ-7"), [""; 0]);
    }
}
