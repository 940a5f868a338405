//! What things cost over time: a ledger that outlives them, and the lists that are read from it.

mod buckets;
mod charges;
mod ledger;
mod meter;
mod prices;
mod read;

pub(crate) use ledger::Ledger;
pub(crate) use meter::{end, meter_pod, meter_volume, meter_worker};
pub(crate) use prices::compute_price;
pub(crate) use read::{
    list_all, list_cluster_charges, list_endpoint_charges, list_pod_charges,
    list_serverless_charges, list_volume_charges,
};
