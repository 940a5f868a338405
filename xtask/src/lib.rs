//! What `cargo xtask` is made of: from an API's description to a typed client, and the checks that keep
//! the repository as it is meant to be.
//!
//! A description flows `document` → `overlay` → `passes` → `progenitor` → `syntax` → `files`.
#![cfg_attr(
    test,
    expect(
        clippy::needless_pass_by_value,
        reason = "checks are given values written in place"
    )
)]

pub mod bench;
pub mod coverage;
pub mod diff;
pub mod docs;
pub mod document;
pub mod fetch;
pub mod files;
pub mod fuzzing;
pub mod generate;
pub mod msrv;
pub mod overlay;
pub mod passes;
pub mod pointer;
pub mod progenitor;
pub mod release;
mod stack;
pub mod standalone;
pub mod statements;
pub mod syntax;
pub mod tidy;
pub mod tree;
pub mod workspace;
mod yaml;
