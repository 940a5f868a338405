//! Rules across fields, and the model they yield.
//!
//! One function per part of the model: it reads what it needs, reports what contradicts itself, and fills in
//! defaults. A part that cannot be made without the missing or unusable value is `None`; a finding says why.

mod cards;
mod config;
mod environment;
mod image;
mod northflank;
mod runpod;
mod secrets;

pub(super) use config::{Input, resolve};
