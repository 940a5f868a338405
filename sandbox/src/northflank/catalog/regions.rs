//! Regions of the managed cloud. Ids are those that the service publishes.

use serde_json::{Value, json};

use crate::northflank::call::Call;
use crate::northflank::catalog::gpus::{GPUS, Gpu};
use crate::northflank::page::data;
use crate::reply::Reply;

/// A place where services run.
#[derive(Debug)]
pub(crate) struct Region {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
}

const fn region(id: &'static str, name: &'static str) -> Region {
    Region { id, name }
}

/// All regions.
const REGIONS: &[Region] = &[
    region("us-east", "US - East"),
    region("us-east-ohio", "US - East - Ohio"),
    region("us-west", "US - West"),
    region("us-west-california", "US - West - California"),
    region("us-central", "US - Central"),
    region("canada-central", "Canada - Central"),
    region("europe-west", "Europe - West - London"),
    region("europe-west-frankfurt", "Europe - West - Frankfurt"),
    region("europe-west-netherlands", "Europe - West - Netherlands"),
    region("europe-west-zurich", "Europe - West - Zurich"),
    region("asia-east", "Asia - East"),
    region("asia-northeast", "Asia - Northeast"),
    region("asia-southeast", "Asia - Southeast"),
    region("australia-southeast", "Australia - Southeast"),
    region("africa-south", "Africa - South"),
    region("southamerica-east", "South America - East"),
];

/// `GET /v1/regions`
pub(crate) fn list_regions(_call: &Call<'_>) -> Reply {
    let rows: Vec<Value> = REGIONS.iter().map(view).collect();
    data(json!({ "regions": rows }))
}

/// The region of this id.
pub(crate) fn find(id: &str) -> Option<&'static Region> {
    REGIONS.iter().find(|region| region.id == id)
}

impl Region {
    /// Whether the region has this GPU.
    pub(crate) fn has(&self, gpu: &Gpu) -> bool {
        gpu.regions.contains(&self.id)
    }

    /// GPUs of the region.
    pub(crate) fn gpus(&self) -> impl Iterator<Item = &'static Gpu> {
        GPUS.iter().filter(|gpu| self.has(gpu))
    }
}

fn view(region: &Region) -> Value {
    let gpus = region.gpus().map(|gpu| {
        json!({
            "id": gpu.id,
            "name": gpu.name,
            "manufacturer": "nvidia",
            "memoryInfo": { "sizeInMiB": gpu.memory * 1024 },
            "countOptions": gpu.counts,
            "pricing": { "onDemand": gpu.price },
        })
    });
    json!({
        "id": region.id,
        "name": region.name,
        "regionName": region.id,
        "gpuDevices": gpus.collect::<Vec<Value>>(),
    })
}
