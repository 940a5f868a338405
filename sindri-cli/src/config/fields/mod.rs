//! The one table of all fields of the format.
//!
//! It drives the check of a file, the near-miss suggestions, the configuration reference and the JSON Schema: a
//! field that is not here does not exist.

mod deployment;
mod northflank;
mod runpod;
mod secrets;
pub(super) mod shape;
mod table;
mod top;

pub(super) use deployment::PROVIDERS;
pub(super) use table::{Block, Field, Kind, Unknown, lookup, snake_case, walk};
pub(super) use top::TOP;
