//! Reads of the data centers.

use serde_json::{Value, json};

use super::cpus::{CPUS, MIN_VCPUS};
use super::data_centers::{DATA_CENTERS, DataCenter};
use super::gpus::GPUS;
use super::stock::{Inventory, Shelf};
use crate::params::Fields;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::runpod::call::Call;
use crate::runpod::model::Tier;

/// `GET /v2/catalog/datacenters`
pub(crate) fn list_data_centers(call: &Call<'_>) -> Reply {
    let parameters = call.parameters();
    let inventory = Inventory::of(call.account, call.now);
    let rows = DATA_CENTERS
        .iter()
        .filter(|place| matches(place, parameters));
    let rows: Vec<Value> = rows
        .map(|place| place_json(&inventory, place, parameters))
        .collect();
    Reply::ok(json!({ "dataCenters": rows }))
}

/// `GET /v2/catalog/datacenters/{id}`
pub(crate) fn get_data_center(call: &Call<'_>) -> Result<Reply, Problem> {
    let id = call.id();
    let place = super::find_data_center(id).ok_or_else(|| Problem::not_found("data center", id))?;
    Ok(Reply::ok(place_json(
        &Inventory::of(call.account, call.now),
        place,
        call.parameters(),
    )))
}

/// Of regions any will do; of volume types and of standards all must be there.
fn matches(place: &DataCenter, filter: Fields<'_>) -> bool {
    let all_in = |key: &str, has: &[&str]| {
        filter
            .texts(key)
            .is_none_or(|wanted| wanted.iter().all(|one| has.contains(one)))
    };
    filter
        .texts("regions")
        .is_none_or(|regions| regions.contains(&place.region))
        && all_in("networkVolumeTypes", place.volume_types)
        && all_in("compliance", place.compliance)
        && filter
            .flag("globalNetwork")
            .is_none_or(|wanted| wanted == place.global_network)
}

fn place_json(inventory: &Inventory, place: &DataCenter, parameters: Fields<'_>) -> Value {
    let mut row = json!({
        "id": place.id,
        "name": place.name,
        "region": place.region,
        "globalNetwork": place.global_network,
        "networkVolumeTypes": place.volume_types,
        "compliance": place.compliance,
    });
    let include = parameters.texts("include").unwrap_or_default();
    let here = |id: &str, name: &str, wanted: u64, shelves: Vec<Shelf>| {
        let shelf = shelves
            .into_iter()
            .find(|shelf| shelf.place.id == place.id)?;
        Some(json!({ "id": id, "name": name, "availability": shelf.availability(wanted) }))
    };
    if include.contains(&"GPU_AVAILABILITY") {
        let row_of = |gpu: &super::Gpu| {
            here(
                gpu.id,
                gpu.name,
                1,
                inventory.gpu_shelves(gpu, Tier::Secure),
            )
        };
        row["gpuAvailability"] = GPUS.iter().filter_map(row_of).collect();
    }
    if include.contains(&"CPU_AVAILABILITY") {
        let row_of =
            |cpu: &super::Cpu| here(cpu.id, cpu.name, MIN_VCPUS, inventory.cpu_shelves(cpu));
        row["cpuAvailability"] = CPUS.iter().filter_map(row_of).collect();
    }
    row
}
