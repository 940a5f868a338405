//! Reads of the GPU and CPU catalogs.

use serde_json::{Value, json};

use super::cpus::{CPUS, Cpu, MIN_VCPUS};
use super::data_centers::DataCenter;
use super::gpus::{GPUS, Gpu};
use super::stock::{Inventory, Shelf, availability};
use crate::params::Fields;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::runpod::call::Call;
use crate::runpod::cuda::HostCuda;
use crate::runpod::model::Tier;

/// `GET /v2/catalog/gpus`
pub(crate) fn list_gpus(call: &Call<'_>) -> Result<Reply, Problem> {
    let wish = GpuWish::read(call.parameters())?;
    let inventory = Inventory::of(call.account, call.now);
    let rows = GPUS.iter().filter(|gpu| wish.lists(&inventory, gpu));
    let rows: Vec<Value> = rows.map(|gpu| gpu_json(&inventory, gpu, &wish)).collect();
    Ok(Reply::ok(json!({ "gpus": rows })))
}

/// `GET /v2/catalog/gpus/{id}`
pub(crate) fn get_gpu(call: &Call<'_>) -> Result<Reply, Problem> {
    let wish = GpuWish::read(call.parameters())?;
    let id = call.id();
    let gpu = super::find_gpu(id).ok_or_else(|| Problem::not_found("GPU type", id))?;
    let inventory = Inventory::of(call.account, call.now);
    Ok(Reply::ok(gpu_json(&inventory, gpu, &wish)))
}

/// `GET /v2/catalog/cpus`
pub(crate) fn list_cpus(call: &Call<'_>) -> Result<Reply, Problem> {
    let wish = CpuWish::read(call.parameters())?;
    let rows = CPUS.iter().filter(|cpu| wish.vcpus <= cpu.max_vcpus);
    let inventory = Inventory::of(call.account, call.now);
    let rows: Vec<Value> = rows.map(|cpu| cpu_json(&inventory, cpu, &wish)).collect();
    Ok(Reply::ok(json!({ "cpus": rows })))
}

/// `GET /v2/catalog/cpus/{id}`
pub(crate) fn get_cpu(call: &Call<'_>) -> Result<Reply, Problem> {
    let wish = CpuWish::read(call.parameters())?;
    let id = call.id();
    let cpu = super::find_cpu(id).ok_or_else(|| Problem::not_found("CPU flavour", id))?;
    let inventory = Inventory::of(call.account, call.now);
    Ok(Reply::ok(cpu_json(&inventory, cpu, &wish)))
}

/// Whether stock is asked for: `include` and `product` go together.
fn with_stock(parameters: Fields<'_>) -> Result<bool, Problem> {
    match (parameters.has("include"), parameters.has("product")) {
        (true, true) => Ok(true),
        (false, false) => Ok(false),
        (true, false) => Err(Problem::rule("`include` needs `product`")),
        (false, true) => Err(Problem::rule("`product` needs `include`")),
    }
}

/// What a read of the GPU catalog asks for.
struct GpuWish<'a> {
    with_stock: bool,
    count: u64,
    tier: Tier,
    countries: Option<Vec<&'a str>>,
    cuda: HostCuda<'a>,
}

impl<'a> GpuWish<'a> {
    fn read(parameters: Fields<'a>) -> Result<Self, Problem> {
        let with_stock = with_stock(parameters)?;
        let narrowing = [
            "count",
            "cloud",
            "countryCodes",
            "cudaVersions",
            "minCudaVersion",
        ];
        if let Some(key) = narrowing
            .iter()
            .find(|key| !with_stock && parameters.has(key))
        {
            return Err(Problem::rule(format!(
                "`{key}` needs `include` and `product`"
            )));
        }
        Ok(Self {
            with_stock,
            count: parameters.integer("count").unwrap_or(1),
            tier: Tier::parse(parameters.text("cloud")),
            countries: parameters.texts("countryCodes"),
            cuda: HostCuda::read(parameters, "cudaVersions")?,
        })
    }

    /// Whether the type stands in a list: countries narrow it to what is kept there.
    fn lists(&self, inventory: &Inventory, gpu: &Gpu) -> bool {
        self.countries.is_none()
            || inventory
                .gpu_shelves(gpu, self.tier)
                .iter()
                .any(|shelf| self.is_in(shelf.place))
    }

    fn is_in(&self, place: &DataCenter) -> bool {
        self.countries
            .as_ref()
            .is_none_or(|countries| countries.contains(&place.country))
    }
}

fn gpu_json(inventory: &Inventory, gpu: &Gpu, wish: &GpuWish<'_>) -> Value {
    let mut row = json!({
        "id": gpu.id,
        "name": gpu.name,
        "pool": gpu.pool,
        "manufacturer": gpu.manufacturer,
        "memory": gpu.memory,
        "secure": gpu.secure.max_count > 0,
        "community": gpu.community.max_count > 0,
        "price": { "secure": gpu.secure.price, "community": gpu.community.price },
        "maxCount": { "secure": gpu.secure.max_count, "community": gpu.community.max_count },
    });
    if let Some(price) = gpu.serverless_price() {
        row["price"]["serverless"] = json!(price);
    }
    if !wish.with_stock {
        return row;
    }
    let shelves: Vec<Shelf> = inventory
        .gpu_shelves(gpu, wish.tier)
        .into_iter()
        .filter(|shelf| wish.is_in(shelf.place))
        .collect();
    if gpu.manufacturer == "NVIDIA" {
        row["cudaVersions"] = cuda_json(&shelves, wish.count);
    }
    let fitting = shelves
        .into_iter()
        .filter(|shelf| wish.cuda.accepts(gpu, shelf.place));
    add_stock(&mut row, fitting, wish.count);
    row
}

/// Adds how much there is in all, and where. One pod needs all its units in one place, so places
/// with fewer count for nothing.
fn add_stock(row: &mut Value, shelves: impl Iterator<Item = Shelf>, wanted: u64) {
    let enough: Vec<Shelf> = shelves.filter(|shelf| shelf.free >= wanted).collect();
    let free = enough
        .iter()
        .map(|shelf| shelf.free)
        .fold(0, u64::saturating_add);
    row["availability"] = json!(availability(free, wanted));
    if !enough.is_empty() {
        let place = |shelf: &Shelf| {
            json!({
                "id": shelf.place.id,
                "name": shelf.place.name,
                "availability": shelf.availability(wanted),
            })
        };
        row["dataCenters"] = enough.iter().map(place).collect();
    }
}

fn cuda_json(shelves: &[Shelf], wanted: u64) -> Value {
    let mut versions: Vec<&str> = shelves.iter().map(|shelf| shelf.place.cuda).collect();
    versions.sort_unstable();
    versions.dedup();
    let row = |version: &str| {
        let mut hosts = shelves.iter().filter(|shelf| shelf.place.cuda == version);
        json!({ "version": version, "available": hosts.any(|shelf| shelf.free >= wanted) })
    };
    versions.into_iter().map(row).collect()
}

/// What a read of the CPU catalog asks for.
struct CpuWish {
    with_stock: bool,
    vcpus: u64,
}

impl CpuWish {
    fn read(parameters: Fields<'_>) -> Result<Self, Problem> {
        let vcpus = parameters.integer("vcpuCount").unwrap_or(MIN_VCPUS);
        if !vcpus.is_power_of_two() {
            return Err(Problem::rule("`vcpuCount` must be a power of two"));
        }
        Ok(Self {
            with_stock: with_stock(parameters)?,
            vcpus,
        })
    }
}

fn cpu_json(inventory: &Inventory, cpu: &Cpu, wish: &CpuWish) -> Value {
    let mut row = json!({
        "id": cpu.id,
        "name": cpu.name,
        "group": cpu.group,
        "vcpu": { "min": MIN_VCPUS, "max": cpu.max_vcpus },
        "ramGbPerVcpu": cpu.memory_per_vcpu,
        "price": { "securePerVcpu": cpu.price, "serverlessPerVcpu": cpu.price },
    });
    if wish.with_stock {
        add_stock(&mut row, inventory.cpu_shelves(cpu).into_iter(), wish.vcpus);
    }
    row
}
