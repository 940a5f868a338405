//! The rules of `providers.runpod`.

mod compute;
mod cpu;
mod gpu;
mod place;
mod pod;
mod ports;
mod storage;

pub(super) use pod::pod;
