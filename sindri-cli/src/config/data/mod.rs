//! Names of cards, flavours, plans and places, shipped as hints.
//!
//! They serve suggestions and checks without a network. The live catalogs decide, and no price is in here:
//! an old price is worse than none.

mod cards;
mod cpus;
mod northflank;
mod places;
mod tiers;

pub use cards::{Card, DEFAULT_CARD, POOLS, card, early_spelling, near_cards, pool_memory_gb};
pub use cpus::{family_for, gb_per_vcpu};
pub use northflank::{
    NorthflankCard, Plan, REGIONS, northflank_card, northflank_cards_near, plan, plan_for,
    plans_near,
};
pub use places::{data_center_near, is_known_data_center};
