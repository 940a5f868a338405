//! Serverless endpoints, their releases and their workers.

mod create;
mod hardware;
mod model;
mod read;
mod releases;
mod settings;
mod staff;
mod update;
mod view;
mod worker;

pub(crate) use create::create_endpoint;
pub(crate) use model::{Endpoint, Worker};
pub(crate) use read::{get_endpoint, list_endpoints, list_releases, list_workers, worker};
pub(crate) use update::{delete_endpoint, update_endpoint};
