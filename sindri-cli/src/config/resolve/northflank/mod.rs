//! The rules of `providers.northflank`.

mod compute;
mod health;
mod ports;
mod scaling;
mod service;

pub(super) use service::service;
