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
mod northflank_catalog;
mod northflank_exec;
mod northflank_jobs;
mod northflank_logs;
mod northflank_projects;
mod northflank_secrets;
mod northflank_services;
mod northflank_stream_faults;
mod northflank_team;
mod northflank_transport;
mod northflank_tunnel;
mod northflank_volumes;
mod serverless;
mod serverless_workers;
mod sharing;
#[cfg(all(unix, feature = "ssh"))]
mod ssh;
#[expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails by panicking"
)]
mod stream;
#[expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails by panicking"
)]
mod team;
mod templates;
mod transport;
mod update;
mod volumes;
