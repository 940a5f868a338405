//! Vault: secrets of its KV engine, version 2, over HTTP.
//!
//! Every call goes through the SDKs' own transport: repeated, bounded, without redirects. Bodies are taken
//! apart here by hand, because the messages of a JSON reader repeat what they could not read.

mod api;
mod client;
mod kv;
mod probe;
mod read;
mod trouble;

pub(crate) use client::Holder;
pub(crate) use probe::{Health, Probe, probe};
pub(crate) use read::TRUSTS_ANYBODY;
pub(super) use read::{Answers, Place, read};
pub(crate) use trouble::Fault;

#[cfg(test)]
mod tests;
