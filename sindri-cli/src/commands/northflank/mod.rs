//! The commands for a deployment on Northflank.

mod connect;
mod copy;
mod deploy;
mod destroy;
mod forward;
mod gpu;
mod lifecycle;
mod logs;
mod planning;
mod running;
mod service;
mod status;
mod summary;
mod volumes;

pub(super) use connect::connect;
pub(super) use copy::copy;
pub(super) use deploy::deploy;
pub(super) use destroy::destroy;
pub(super) use forward::forward;
pub(super) use gpu::list as list_gpus;
pub(super) use lifecycle::{start, stop};
pub(super) use logs::logs;
pub(super) use planning::{plan, plan_offline};
pub(super) use service::take_over;
pub(super) use status::status;
pub(super) use volumes::volume;
