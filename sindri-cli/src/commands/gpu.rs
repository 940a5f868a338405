//! `gpu list`: what can be had now, and for how much.

use super::context::Context;
use super::northflank;
use crate::args::{GpuCloud, GpuListArgs};
use crate::config::Cloud;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::{GpuListReport, GpuPlace, GpuRow};
use crate::plan::{CloudOffer, GpuFilter, GpuOffer};

/// Lists the cards of the live catalog with one request. Needs no `sindri.yaml`; where there is one, it is about
/// its provider.
pub(super) async fn list(args: &GpuListArgs, context: &Context<'_>) -> Result<Exit> {
    if context.is_about_northflank(context.file_if_any()?.as_ref())? {
        return northflank::list_gpus(args, context).await;
    }
    let cloud = match args.cloud {
        GpuCloud::Secure => Cloud::Secure,
        GpuCloud::Community => Cloud::Community,
    };
    let filter = GpuFilter {
        min_memory_gb: args.min_vram,
        max_usd_per_hour: args.max_price,
        region: args.region.clone(),
        count: args.count,
        cloud,
        in_stock_only: args.available,
    };
    let provider = context.cloud_without_file().await?;
    let offers = provider.runpod.gpu_offers(args.count, cloud).await?;
    let gpus = filter.apply(offers).into_iter().map(row).collect();
    context.printer.report(
        "gpu list",
        &GpuListReport {
            provider: "runpod",
            cloud: cloud.as_str(),
            count: args.count,
            gpus,
        },
    );
    Ok(Exit::Done)
}

fn row(offer: GpuOffer) -> GpuRow {
    let price = |cloud: CloudOffer| cloud.offered.then_some(cloud.usd_per_hour);
    GpuRow {
        memory_gb: offer.memory_gb,
        usd_per_hour_secure: price(offer.secure),
        usd_per_hour_community: price(offer.community),
        stock: offer.stock.as_str(),
        data_centers: offer
            .data_centers
            .into_iter()
            .filter(|place| place.stock.is_some())
            .map(|place| GpuPlace {
                id: place.data_center,
                stock: place.stock.as_str(),
            })
            .collect(),
        manufacturer: offer.manufacturer,
        pool: offer.pool,
        name: offer.name,
        id: offer.id,
    }
}
