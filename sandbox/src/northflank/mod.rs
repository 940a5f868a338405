//! The stand-in for Northflank's API v1 and its streams.

mod account;
mod addons;
mod builds;
mod call;
mod catalog;
mod files;
mod global_secrets;
mod integrations;
mod item;
mod jobs;
mod limits;
mod logs;
mod metrics;
mod model;
mod operations;
mod page;
mod paths;
mod problem;
mod projects;
mod secrets;
mod services;
mod streams;
mod tags;
mod volumes;

pub(crate) use call::Call;
pub(crate) use item::new_uid;
pub(crate) use model::{Account, Project};
pub(crate) use operations::{handler, is_open, is_stream};
pub(crate) use paths::find;
pub(crate) use problem::refusal;
pub(crate) use streams::{Socket, serve};

/// The description that requests are checked against, repairs and additions included.
pub(crate) const DESCRIPTION: &str = include_str!("../openapi/northflank.json");

/// The streams and what belongs to them, which the service describes nowhere.
pub(crate) const STREAMS: &str = include_str!("../openapi/northflank-streams.json");
