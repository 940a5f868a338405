//! What can be rented, and where.

mod gpus;
mod plans;
mod regions;

pub(crate) use gpus::find as find_gpu;
pub(crate) use plans::{check as check_plan, check_build as check_build_plan, list_plans};
pub(crate) use regions::{find as find_region, list_regions};
