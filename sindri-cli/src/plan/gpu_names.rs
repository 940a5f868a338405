//! From what people write for a card to the type ids of the catalog.
//!
//! Ids are long and exact; people write `A100`, `RTX 4090` or the id of last year. Matching goes by the
//! words of the model, never by letters: by letters `RTX 4090` is nearest to `RTX 5090`.

use std::collections::BTreeSet;

use super::observed::GpuOffer;

/// Words that tell one model from another of the same number.
const VARIANTS: [&str; 6] = ["TI", "SUPER", "SFF", "MAX", "WORKSTATION", "SERVER"];
/// Words that say nothing about the model.
const NOISE: [&str; 6] = ["NVIDIA", "AMD", "TESLA", "GEFORCE", "INSTINCT", "GPU"];

/// A card of any provider's catalog.
pub(super) trait Card {
    /// Id and name.
    fn words(&self) -> String;
    /// Memory in GB; none when the catalog does not say.
    fn memory_gb(&self) -> Option<u32>;
}

impl Card for GpuOffer {
    fn words(&self) -> String {
        format!("{} {}", self.id, self.name)
    }

    fn memory_gb(&self) -> Option<u32> {
        Some(self.memory_gb)
    }
}

/// The words of a card's name, apart from its memory.
struct Model {
    words: BTreeSet<String>,
    memory_gb: Option<u32>,
}

impl Model {
    fn of(text: &str) -> Self {
        let mut model = Self {
            words: BTreeSet::new(),
            memory_gb: None,
        };
        let upper = text.to_uppercase();
        for word in upper
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
        {
            let (series, word) = series(word);
            model.words.extend(series.map(str::to_owned));
            match memory(word) {
                Some(gb) => model.memory_gb = Some(gb),
                None if NOISE.contains(&word) => {}
                None => {
                    model.words.insert(word.to_owned());
                }
            }
        }
        model
    }

    fn variants(&self) -> usize {
        VARIANTS
            .iter()
            .filter(|word| self.words.contains(**word))
            .count()
    }

    /// The words that hold a number: `A100`, `4090`.
    fn numbers(&self) -> impl Iterator<Item = &String> {
        self.words
            .iter()
            .filter(|word| word.chars().any(|c| c.is_ascii_digit()))
    }
}

/// `RTX4090` is `RTX 4090`.
fn series(word: &str) -> (Option<&'static str>, &str) {
    match word.strip_prefix("RTX") {
        Some(rest) if rest.chars().any(|c| c.is_ascii_digit()) => (Some("RTX"), rest),
        Some(_) | None => (None, word),
    }
}

/// `80GB`, or `80G` as in some ids.
fn memory(word: &str) -> Option<u32> {
    word.strip_suffix("GB")
        .or_else(|| word.strip_suffix('G'))?
        .parse()
        .ok()
}

/// Cards whose model is the one written: by words, then by memory where some was written.
pub(super) fn by_model<'a, C: Card>(text: &str, offers: &'a [C]) -> Vec<&'a C> {
    let wanted = Model::of(text);
    if wanted.numbers().next().is_none() {
        return Vec::new();
    }
    let fits = |offer: &&C| match (wanted.memory_gb, offer.memory_gb()) {
        (Some(wanted), Some(has)) => wanted == has,
        (None, _) | (_, None) => true,
    };
    let mut matching: Vec<(usize, &C)> = offers
        .iter()
        .filter(fits)
        .filter_map(|offer| {
            let model = Model::of(&offer.words());
            wanted
                .words
                .is_subset(&model.words)
                .then(|| (model.variants(), offer))
        })
        .collect();
    let plainest = matching.iter().map(|(variants, _)| *variants).min();
    matching.retain(|(variants, _)| Some(*variants) == plainest);
    matching.into_iter().map(|(_, offer)| offer).collect()
}

/// Up to three ids that could have been meant: those of the same number first.
pub(super) fn nearest(text: &str, offers: &[GpuOffer]) -> Vec<String> {
    let wanted = Model::of(text);
    let lower = text.to_lowercase();
    let mut ranked: Vec<(bool, usize, &str)> = offers
        .iter()
        .map(|offer| {
            let model = Model::of(&format!("{} {}", offer.id, offer.name));
            let other_number = !wanted.numbers().any(|word| model.words.contains(word));
            let distance = strsim::damerau_levenshtein(&lower, &offer.id.to_lowercase());
            (other_number, distance, offer.id.as_str())
        })
        .collect();
    ranked.sort_unstable();
    ranked
        .into_iter()
        .take(3)
        .map(|(_, _, id)| id.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::fixtures::gpu;

    fn offers() -> Vec<GpuOffer> {
        [
            ("NVIDIA GeForce RTX 4090", 24),
            ("NVIDIA GeForce RTX 5090", 32),
            ("NVIDIA GeForce RTX 4080", 16),
            ("NVIDIA GeForce RTX 4080 SUPER", 16),
            ("NVIDIA RTX 4000 Ada Generation", 20),
            ("NVIDIA RTX 4000 SFF Ada Generation", 20),
            ("NVIDIA A100 80GB PCIe", 80),
            ("NVIDIA A100-SXM4-80GB", 80),
            ("NVIDIA L4", 24),
            ("NVIDIA L40", 48),
        ]
        .into_iter()
        .map(|(id, memory_gb)| gpu(id, memory_gb, 1.0))
        .collect()
    }

    #[test]
    fn a_model_is_found_by_its_words() {
        let check = |text: &str, expected: &[&str]| {
            let offers = offers();
            let ids: Vec<_> = by_model(text, &offers)
                .iter()
                .map(|gpu| gpu.id.as_str())
                .collect();
            assert_eq!(ids, expected, "{text}");
        };
        check("NVIDIA RTX 4090", &["NVIDIA GeForce RTX 4090"]);
        check("rtx 5090", &["NVIDIA GeForce RTX 5090"]);
        check("4080", &["NVIDIA GeForce RTX 4080"]);
        check("4080 super", &["NVIDIA GeForce RTX 4080 SUPER"]);
        check("NVIDIA RTX 4000 Ada", &["NVIDIA RTX 4000 Ada Generation"]);
        check(
            "NVIDIA A100 80GB",
            &["NVIDIA A100 80GB PCIe", "NVIDIA A100-SXM4-80GB"],
        );
        check("A100 SXM4", &["NVIDIA A100-SXM4-80GB"]);
        check("A100 40GB", &[]);
        check("L4", &["NVIDIA L4"]);
        check("NVIDIA", &[]);
        check("RTX", &[]);
        check("", &[]);
    }

    #[test]
    fn the_nearest_ids_share_the_number_that_was_written() {
        let check = |text: &str, first: &str| {
            assert_eq!(
                nearest(text, &offers()).first().map(String::as_str),
                Some(first),
                "{text}"
            );
        };
        check("NVIDIA RTX 4090 Turbo", "NVIDIA GeForce RTX 4090");
        check("NVIDIA L40X", "NVIDIA L40");
        check("NVIDIA GeForce RTX 4O90", "NVIDIA GeForce RTX 4090");
    }
}
