//! Near misses: what was probably meant.

use std::cmp::Reverse;

/// The candidate closest to `given`, if it is close enough to be worth a question.
pub(crate) fn nearest<'c>(
    given: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    // No key or value of the format is longer; distances on longer text cost time for nothing.
    if given.is_empty() || given.len() > 64 {
        return None;
    }
    let lower = given.to_lowercase();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let other = candidate.to_lowercase();
            let distance = strsim::damerau_levenshtein(&lower, &other);
            let extends = shortest_len(&lower, &other) >= 4
                && (other.starts_with(&lower) || lower.starts_with(&other));
            let allowed = 1 + lower.len().min(other.len()) / 4;
            // Of two as close, the longer one: more letters are forgotten than made up.
            let rank = (distance, Reverse(candidate.len()));
            (distance <= allowed || extends).then_some((rank, candidate))
        })
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, candidate)| candidate)
}

fn shortest_len(a: &str, b: &str) -> usize {
    a.len().min(b.len())
}

/// Text as it is repeated in a message: not more than fits a line.
pub(super) fn brief(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let start: String = text.chars().take(MOST).collect();
    format!("{start}…")
}

/// `a`, `b` and `c`: a list for people, each item in back-ticks.
pub(super) fn list<'i>(items: impl IntoIterator<Item = &'i str>, last: &str) -> String {
    let items: Vec<String> = items.into_iter().map(|item| format!("`{item}`")).collect();
    match items.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_its_word_and_nonsense_finds_none() {
        let words = ["gpuType", "gpuCount", "volumeSizeGb", "region", "ports"];
        let check = |given: &str, expected: Option<&str>| {
            assert_eq!(nearest(given, words), expected, "{given}");
        };
        check("gpuTyp", Some("gpuType"));
        check("gputype", Some("gpuType"));
        check("gpu-type", Some("gpuType"));
        check("volumeSize", Some("volumeSizeGb"));
        check("regoin", Some("region"));
        check("port", Some("ports"));
        check("banana", None);
        check("x", None);
        check("", None);
        check(&"p".repeat(10_000), None);
    }

    #[test]
    fn lists_read_like_a_sentence() {
        assert_eq!(list([], "or"), "");
        assert_eq!(list(["a"], "or"), "`a`");
        assert_eq!(list(["a", "b", "c"], "or"), "`a`, `b` or `c`");
    }
}
