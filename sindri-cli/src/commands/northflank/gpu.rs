//! `gpu list` on Northflank: which cards there are, where, and for how much.

use std::collections::BTreeMap;

use crate::args::GpuListArgs;
use crate::commands::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::{ServiceGpuListReport, ServiceGpuRow};
use crate::plan::northflank::DeviceOffer;

/// Lists the cards of all regions with one request. Needs no `sindri.yaml`.
pub(in crate::commands) async fn list(args: &GpuListArgs, context: &Context<'_>) -> Result<Exit> {
    let cloud = context.northflank_without_file().await?;
    let regions = cloud.northflank.regions().await?;
    let mut rows: BTreeMap<(String, u64), ServiceGpuRow> = BTreeMap::new();
    for region in regions {
        if args
            .region
            .as_ref()
            .is_some_and(|wanted| !region.id.starts_with(wanted.as_str()))
        {
            continue;
        }
        for device in region.devices.into_iter().filter(|it| fits(args, it)) {
            // A card may cost more in one region than in another.
            let key = (device.id.clone(), device.usd_per_hour.to_bits());
            rows.entry(key)
                .or_insert_with(|| row(device))
                .regions
                .push(region.id.clone());
        }
    }
    let mut gpus: Vec<_> = rows.into_values().collect();
    gpus.sort_by(|a, b| {
        a.usd_per_hour
            .total_cmp(&b.usd_per_hour)
            .then_with(|| a.id.cmp(&b.id))
    });
    let report = ServiceGpuListReport {
        provider: "northflank",
        count: args.count,
        gpus,
    };
    context.printer.report("gpu list", &report);
    Ok(Exit::Done)
}

fn fits(args: &GpuListArgs, device: &DeviceOffer) -> bool {
    let large_enough = args
        .min_vram
        .is_none_or(|floor| device.memory_gb.is_none_or(|has| has >= floor));
    let cheap_enough = args
        .max_price
        .is_none_or(|max| device.usd_per_hour * f64::from(args.count) <= max);
    let enough = device.counts.is_empty() || device.counts.contains(&args.count);
    large_enough && cheap_enough && enough
}

fn row(device: DeviceOffer) -> ServiceGpuRow {
    ServiceGpuRow {
        id: device.id,
        name: device.name,
        manufacturer: device.manufacturer,
        memory_gb: device.memory_gb,
        usd_per_hour: device.usd_per_hour,
        counts: device.counts,
        regions: Vec::new(),
    }
}
