//! RunPod's graphics cards.

use crate::config::model::Manufacturer;
use crate::config::suggest;

/// A card by its RunPod id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card {
    /// The id that a request takes.
    pub id: &'static str,
    /// Memory in GB.
    pub memory_gb: u32,
}

impl Card {
    /// Who makes it.
    pub fn manufacturer(&self) -> Manufacturer {
        if self.id.starts_with("AMD ") {
            Manufacturer::Amd
        } else {
            Manufacturer::Nvidia
        }
    }
}

/// The card of a GPU pod for which the file names none.
pub const DEFAULT_CARD: &str = "NVIDIA GeForce RTX 4090";

/// Pools that a file may name instead of a card, with the memory of their smallest card in GB.
pub const POOLS: &[(&str, u32)] = &[
    ("AMPERE_16", 16),
    ("AMPERE_24", 24),
    ("ADA_24", 24),
    ("AMPERE_48", 48),
    ("ADA_48_PRO", 48),
    ("AMPERE_80", 80),
    ("ADA_80_PRO", 80),
    ("HOPPER_141", 141),
];

const CARDS: &[Card] = &[
    new("NVIDIA A30", 24),
    new("NVIDIA A40", 48),
    new("NVIDIA A100 80GB PCIe", 80),
    new("NVIDIA A100-SXM4-80GB", 80),
    new("NVIDIA B200", 180),
    new("NVIDIA B300 SXM6 AC", 288),
    new("NVIDIA GeForce RTX 3070", 8),
    new("NVIDIA GeForce RTX 3080", 10),
    new("NVIDIA GeForce RTX 3080 Ti", 12),
    new("NVIDIA GeForce RTX 3090", 24),
    new("NVIDIA GeForce RTX 3090 Ti", 24),
    new("NVIDIA GeForce RTX 4070 Ti", 12),
    new("NVIDIA GeForce RTX 4080", 16),
    new("NVIDIA GeForce RTX 4080 SUPER", 16),
    new("NVIDIA GeForce RTX 4090", 24),
    new("NVIDIA GeForce RTX 5080", 16),
    new("NVIDIA GeForce RTX 5090", 32),
    new("NVIDIA H100 80GB HBM3", 80),
    new("NVIDIA H100 PCIe", 80),
    new("NVIDIA H100 NVL", 94),
    new("NVIDIA H200", 141),
    new("NVIDIA H200 NVL", 143),
    new("NVIDIA L4", 24),
    new("NVIDIA L40", 48),
    new("NVIDIA L40S", 48),
    new("NVIDIA RTX 2000 Ada Generation", 16),
    new("NVIDIA RTX 4000 Ada Generation", 20),
    new("NVIDIA RTX 4000 SFF Ada Generation", 20),
    new("NVIDIA RTX 5000 Ada Generation", 32),
    new("NVIDIA RTX 6000 Ada Generation", 48),
    new("NVIDIA RTX A2000", 6),
    new("NVIDIA RTX A4000", 16),
    new("NVIDIA RTX A4500", 20),
    new("NVIDIA RTX A5000", 24),
    new("NVIDIA RTX A6000", 48),
    new("NVIDIA RTX PRO 4500 Blackwell", 32),
    new("NVIDIA RTX PRO 6000 Blackwell Server Edition", 96),
    new("NVIDIA RTX PRO 6000 Blackwell Workstation Edition", 96),
    new(
        "NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition",
        96,
    ),
    new("AMD Instinct MI300X OAM", 192),
];

/// Names of early guides that were never ids, with the ids they mean.
const EARLY: &[(&str, &[&str])] = &[
    ("NVIDIA RTX 4090", &["NVIDIA GeForce RTX 4090"]),
    ("NVIDIA RTX 5090", &["NVIDIA GeForce RTX 5090"]),
    ("NVIDIA RTX 4000 Ada", &["NVIDIA RTX 4000 Ada Generation"]),
    ("NVIDIA RTX 5000 Ada", &["NVIDIA RTX 5000 Ada Generation"]),
    ("NVIDIA RTX 6000 Ada", &["NVIDIA RTX 6000 Ada Generation"]),
    (
        "NVIDIA A100 80GB",
        &["NVIDIA A100 80GB PCIe", "NVIDIA A100-SXM4-80GB"],
    ),
    (
        "NVIDIA H100 80GB",
        &["NVIDIA H100 80GB HBM3", "NVIDIA H100 PCIe"],
    ),
];

const fn new(id: &'static str, memory_gb: u32) -> Card {
    Card { id, memory_gb }
}

/// The card of this exact id.
pub fn card(id: &str) -> Option<&'static Card> {
    CARDS.iter().find(|card| card.id == id)
}

/// The ids that an early name stands for: to be tried in this order. Empty for all other names.
pub fn early_spelling(name: &str) -> &'static [&'static str] {
    EARLY
        .iter()
        .find(|(early, _)| *early == name)
        .map_or(&[], |(_, ids)| ids)
}

/// Memory in GB of the smallest card of a pool.
pub fn pool_memory_gb(pool: &str) -> Option<u32> {
    POOLS
        .iter()
        .find(|(name, _)| *name == pool)
        .map(|(_, memory)| *memory)
}

/// Cards that `name` may mean, best first, at most three.
///
/// The model number decides: by letters alone, `RTX 4090` is as close to `RTX 4080` and `RTX 5090`.
pub fn near_cards(name: &str) -> Vec<&'static str> {
    let wanted = Words::of(name);
    let mut scored: Vec<(usize, &'static str)> = CARDS
        .iter()
        .filter_map(|card| {
            let words = Words::of(card.id);
            let models = wanted.models_in(&words);
            (models > 0).then(|| (wanted.all_in(&words) * 10 + models * 100, card))
        })
        // Of two cards that match as well, the one with the shorter name says less that was not asked for.
        .map(|(score, card)| (score.saturating_sub(Words::of(card.id).0.len()), card.id))
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    let best: Vec<_> = scored.into_iter().map(|(_, id)| id).take(3).collect();
    if !best.is_empty() {
        return best;
    }
    let names = CARDS.iter().map(|card| card.id);
    let pools = POOLS.iter().map(|(name, _)| *name);
    suggest::nearest(name, names.chain(pools))
        .into_iter()
        .collect()
}

/// The words of a name in lower case.
struct Words(Vec<String>);

impl Words {
    fn of(name: &str) -> Self {
        let words = name
            .split(|character: char| !character.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_ascii_lowercase)
            .collect();
        Self(words)
    }

    /// How many of our model words `other` has: words with a digit that say more than memory or a form factor.
    fn models_in(&self, other: &Self) -> usize {
        self.0
            .iter()
            .filter(|word| is_model(word) && other.0.contains(word))
            .count()
    }

    fn all_in(&self, other: &Self) -> usize {
        self.0
            .iter()
            .filter(|word| {
                // `80g`, `80gb` and `80gib` say the same.
                let gigabytes = word.trim_end_matches(['g', 'i', 'b']);
                other.0.iter().any(|theirs| {
                    theirs == *word
                        || theirs
                            .strip_suffix("gb")
                            .is_some_and(|size| size == gigabytes)
                })
            })
            .count()
    }
}

fn is_model(word: &str) -> bool {
    let has_digit = word.contains(|character: char| character.is_ascii_digit());
    let is_memory = word
        .trim_end_matches(['g', 'i', 'b'])
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        && word.ends_with(['g', 'b']);
    has_digit && !is_memory && !word.starts_with("sxm") && !word.starts_with("hbm")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_are_found_by_model_number() {
        let check =
            |name: &str, expected: &[&str]| assert_eq!(near_cards(name), expected, "{name}");
        check("NVIDIA RTX 4090", &["NVIDIA GeForce RTX 4090"]);
        check("4090", &["NVIDIA GeForce RTX 4090"]);
        check("nvidia l4", &["NVIDIA L4"]);
        check(
            "NVIDIA A100-80G",
            &["NVIDIA A100 80GB PCIe", "NVIDIA A100-SXM4-80GB"],
        );
        check("NVIDIA H200 141GB", &["NVIDIA H200", "NVIDIA H200 NVL"]);
        check(
            "RTX 6000 Ada",
            &[
                "NVIDIA RTX 6000 Ada Generation",
                "NVIDIA RTX PRO 6000 Blackwell Server Edition",
                "NVIDIA RTX PRO 6000 Blackwell Workstation Edition",
            ],
        );
        check("ada24", &["ADA_24"]);
        check("a potato", &[]);
    }

    #[test]
    fn early_spellings_lead_to_ids_that_exist() {
        for (early, ids) in EARLY {
            assert!(card(early).is_none(), "{early} is an id");
            assert!(!ids.is_empty());
            for id in *ids {
                assert!(card(id).is_some(), "{early} -> {id}");
            }
        }
        assert!(card(DEFAULT_CARD).is_some());
        assert_eq!(early_spelling("NVIDIA L4"), [""; 0]);
    }
}
