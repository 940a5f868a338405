//! Lists the GPUs that are in stock, cheapest first.
//!
//! `cargo run -p runpod-sdk --example cheapest_gpu -- 24` asks for at least 24 GB of memory. Reads
//! `RUNPOD_API_KEY`, changes nothing and costs nothing.
#![expect(clippy::print_stdout, reason = "an example talks on its terminal")]

use runpod_sdk::Client;
use runpod_sdk::params::ListGpuTypesParams;
use runpod_sdk::types::{AvailabilityLevel, CatalogInclude, GpuType, Product};
use std::{env, error::Error};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let memory: i64 = match env::args().nth(1) {
        Some(text) => text.parse()?,
        None => 24,
    };
    let client = Client::from_env()?;

    // Stock is told where it is asked for, together with what it is wanted for.
    let for_pods = ListGpuTypesParams::new()
        .include([CatalogInclude::Availability])
        .product([Product::Pod]);
    let catalog = client.catalog().list_gpu_types_with(for_pods).await?;

    let mut gpus: Vec<(&GpuType, Vec<&str>)> = catalog
        .gpus
        .iter()
        .filter(|gpu| gpu.secure && gpu.memory >= memory)
        .map(|gpu| (gpu, places(gpu)))
        .filter(|(_, places)| !places.is_empty())
        .collect();
    gpus.sort_by(|(a, _), (b, _)| a.price.secure.total_cmp(&b.price.secure));

    for (gpu, _) in &gpus {
        println!(
            "${:.2}/h  {:>3} GB  {}",
            gpu.price.secure, gpu.memory, gpu.id
        );
    }
    let (cheapest, places) = gpus
        .first()
        .ok_or_else(|| format!("no GPU with {memory} GB is in stock"))?;
    println!("cheapest: {}, in {}", cheapest.id, places.join(", "));
    Ok(())
}

/// The data centers that have it now.
fn places(gpu: &GpuType) -> Vec<&str> {
    let all = gpu.data_centers.iter().flatten();
    all.filter(|place| place.availability != AvailabilityLevel::None)
        .map(|place| place.id.as_str())
        .collect()
}
