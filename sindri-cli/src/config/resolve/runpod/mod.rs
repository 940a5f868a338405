//! The rules of `providers.runpod`.

mod compute;
mod cpu;
mod gpu;
mod host;
mod place;
mod pod;
mod ports;
mod storage;

pub(super) use pod::pod;
