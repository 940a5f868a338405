//! The sandbox as clients see it: over HTTP, with time moved by hand, every answer checked against
//! the description.

mod account;
mod billing;
mod catalog;
#[expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails by panicking"
)]
mod cloud;
mod clusters;
mod coverage;
mod create;
mod create_refusals;
mod delegations;
mod faults;
mod life_cycle;
mod logs;
mod serverless;
mod serverless_workers;
mod sharing;
#[cfg(all(unix, feature = "ssh"))]
mod ssh;
mod templates;
mod transport;
mod update;
mod volumes;
