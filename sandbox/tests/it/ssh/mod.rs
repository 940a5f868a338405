//! Pods by SSH, with the programs that people use: `ssh`, `scp`, `sftp`. Without them, these tests fail.

mod access;
#[expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails by panicking"
)]
mod client;
mod commands;
mod files;
mod forward;
#[expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails by panicking"
)]
mod session;
mod sharing;
mod terminal;
