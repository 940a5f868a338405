//! From actions of a plan to calls of an SDK, and back from answers to what the plan understands.

mod answer;
mod deed;
mod journal;
mod ledger;
mod logs;
mod northflank;
mod refusal;
mod release;
mod runpod;

pub(crate) use answer::{AnswerSeen, QuotaLeft};
pub(crate) use deed::{Desk, doing};
pub(crate) use journal::Journal;
pub(crate) use ledger::Ledger;
pub(crate) use logs::{IDLE, LogLineSeen, LogWish};
pub(crate) use northflank::{
    AppliedService, AreaSeen, Names, Northflank, ProjectVolume, ProjectVolumeWish, Reading,
    ServiceAt, ServiceSight, Start, TokenAccess, TokenSeen, explain_stream,
};
pub(crate) use runpod::{AccessSeen, FirstLook, Runpod, Sight, VolumeWish, adopt_volume, made_for};
