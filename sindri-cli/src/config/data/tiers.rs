//! What a size class of cards stands for.

use super::cards::pool_memory_gb;
use crate::config::model::Tier;

impl Tier {
    /// All tiers, smallest first.
    pub const ALL: [Self; 4] = [Self::Small, Self::Medium, Self::Large, Self::Xlarge];

    /// The name in the file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Small => "gpu-small",
            Self::Medium => "gpu-medium",
            Self::Large => "gpu-large",
            Self::Xlarge => "gpu-xlarge",
        }
    }

    /// The RunPod pool whose cards are tried.
    pub const fn runpod_pool(self) -> &'static str {
        match self {
            Self::Small => "ADA_24",
            Self::Medium => "AMPERE_48",
            Self::Large => "AMPERE_80",
            Self::Xlarge => "ADA_80_PRO",
        }
    }

    /// The Northflank card, by the name of the format.
    pub const fn northflank_card(self) -> &'static str {
        match self {
            Self::Small => "nvidia-l4",
            Self::Medium => "nvidia-a100-40gb",
            Self::Large => "nvidia-a100-80gb",
            Self::Xlarge => "nvidia-h100",
        }
    }

    /// Memory in GB of the smallest RunPod card of the tier.
    pub fn runpod_memory_gb(self) -> u32 {
        pool_memory_gb(self.runpod_pool()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::data::northflank_card;
    use crate::config::fields::{Kind, TOP, lookup};

    #[test]
    fn every_tier_of_the_table_has_a_pool_and_a_card() {
        let field = lookup(TOP.fields, "deployment.resources.gpu.tier").unwrap();
        let Kind::Choice(allowed) = field.kind else {
            panic!("a tier is a choice");
        };
        assert_eq!(Tier::ALL.map(Tier::as_str), allowed);
        for tier in Tier::ALL {
            assert!(tier.runpod_memory_gb() > 0, "{tier:?}");
            assert!(
                northflank_card(tier.northflank_card()).is_some(),
                "{tier:?}"
            );
        }
    }
}
