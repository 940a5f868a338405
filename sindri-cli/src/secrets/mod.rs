//! Values of the `secrets` list: looked up here, injected by the provider, shown nowhere.

mod dotenv;
mod files;
mod outcome;
mod resolve;
mod vault;

pub(crate) use files::read_bounded;
pub(crate) use outcome::{Entry, Outcome, Resolved, Values};
pub(crate) use resolve::{Sources, places, resolve};
pub(crate) use vault::{Fault, Health, Holder, Probe, TRUSTS_ANYBODY, probe};
