//! What can be rented, where, and how much of it is left.

mod cpus;
mod data_centers;
mod gpus;
mod read;
mod read_places;
mod stock;

pub(crate) use cpus::{Cpu, MIN_VCPUS, find as find_cpu};
pub(crate) use data_centers::{DATA_CENTERS, DataCenter, find as find_data_center};
pub(crate) use gpus::{GPUS, Gpu, find as find_gpu};
pub(crate) use read::{get_cpu, get_gpu, list_cpus, list_gpus};
pub(crate) use read_places::{get_data_center, list_data_centers};
pub(crate) use stock::{Inventory, Shelf, stock_key};
