//! The stand-in for RunPod's REST API v2.

mod account;
mod call;
mod catalog;
mod create;
mod cuda;
mod lifecycle;
mod logs;
mod model;
mod operations;
mod place;
mod pods;
mod registries;
mod settings;
mod templates;
mod update;
mod view;
mod volumes;

pub(crate) use call::Call;
pub(crate) use catalog::{find_data_center, find_gpu, stock_key};
pub(crate) use logs::frames as log_frames;
pub use model::Tier;
pub(crate) use model::{Account, Power};
pub(crate) use operations::handler;

/// The description that requests are checked against, repairs and additions included.
pub(crate) const DESCRIPTION: &str = include_str!("../openapi/runpod.json");
