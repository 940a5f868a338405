//! From actions of a plan to calls of an SDK, and back from answers to what the plan understands.

mod journal;
mod ledger;
mod runpod;

pub(crate) use journal::Journal;
pub(crate) use ledger::Ledger;
pub(crate) use runpod::{
    AccessSeen, FirstLook, IDLE, LogWish, QuotaLeft, Runpod, Sight, VolumeWish, adopt_volume,
};
