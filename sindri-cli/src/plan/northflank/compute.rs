//! Which compute plan and which card: what the file says, looked up in the live lists.

use super::observed::{DeviceOffer, PlanOffer, ProjectSeen, RegionOffer, ServiceCatalog};
use super::spec::GpuSpec;
use crate::config::{
    ComputePlan, Config, Manufacturer, Northflank, NorthflankGpu, NorthflankGpuSelector, data,
};
use crate::plan::PlanError;
use crate::plan::gpu_names::{Card, by_model};
use crate::plan::problem::nearest_ids;

const COMPUTE_PLAN: &str = "providers.northflank.computePlan";
const GPU_TYPE: &str = "providers.northflank.gpuType";

/// Plans of this kind come with cards: no file means one by vCPU and memory.
const GPU_PLANS: &str = "nf-gpu-";

/// What a service computes on, and for how much.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Computing {
    /// None offline, where the file gives sizes only.
    pub(super) plan: Option<String>,
    pub(super) gpu: Option<GpuSpec>,
    /// Of one instance; none where prices were not asked for.
    pub(super) price: Option<Price>,
    /// What the user should know.
    pub(super) notes: Vec<String>,
}

/// USD per hour for one instance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Price {
    pub(super) plan: f64,
    /// All cards of the instance.
    pub(super) gpu: Option<f64>,
}

/// Looks up what the file asks for.
pub(super) fn choose(
    config: &Config,
    wanted: &Northflank,
    catalog: Option<&ServiceCatalog>,
    project: Option<&ProjectSeen>,
    now: Option<&str>,
) -> Result<Computing, PlanError> {
    let Some(catalog) = catalog else {
        return Ok(offline(wanted));
    };
    let device = match &wanted.gpu {
        Some(gpu) => Some((gpu, device(gpu, wanted, catalog, project)?)),
        None => None,
    };
    let mut notes = Vec::new();
    let paired = device
        .filter(|_| !config.origins.is_written(COMPUTE_PLAN))
        .and_then(|(gpu, device)| paired_plan(device, gpu.count, &catalog.plans));
    let plan = if let Some(plan) = paired {
        notes.push(format!(
            "plan {} goes with {} × {}; whether its price holds the card's is not told by the API: both \
             are counted",
            plan.id,
            device.map_or(1, |(gpu, _)| gpu.count),
            device.map_or("", |(_, device)| device.id.as_str()),
        ));
        plan
    } else {
        let plan = compute_plan(&wanted.compute_plan, &catalog.plans, now)?;
        notes.extend(plan.kept);
        plan.offer
    };
    let gpu = device.map(|(gpu, device)| GpuSpec {
        id: device.id.clone(),
        count: gpu.count,
    });
    Ok(Computing {
        plan: Some(plan.id.clone()),
        price: Some(Price {
            plan: plan.usd_per_hour,
            gpu: device.map(|(gpu, device)| device.usd_per_hour * f64::from(gpu.count)),
        }),
        gpu,
        notes,
    })
}

fn offline(wanted: &Northflank) -> Computing {
    Computing {
        plan: match &wanted.compute_plan {
            ComputePlan::Named(id) => Some(id.clone()),
            ComputePlan::AtLeast { .. } => None,
        },
        gpu: wanted.gpu.as_ref().map(|gpu| GpuSpec {
            id: wish(&gpu.selector).to_owned(),
            count: gpu.count,
        }),
        price: None,
        notes: Vec::new(),
    }
}

/// The plan that Northflank pairs with so many of a card, where the list has it.
fn paired_plan<'a>(
    device: &DeviceOffer,
    count: u32,
    plans: &'a [PlanOffer],
) -> Option<&'a PlanOffer> {
    let id = format!("{GPU_PLANS}{}-{count}g", device.id);
    plans.iter().find(|plan| plan.id == id)
}

/// A plan that was found, and what the user should know if it is only kept.
struct Found<'a> {
    offer: &'a PlanOffer,
    kept: Option<String>,
}

fn compute_plan<'a>(
    wanted: &ComputePlan,
    plans: &'a [PlanOffer],
    now: Option<&str>,
) -> Result<Found<'a>, PlanError> {
    match wanted {
        ComputePlan::Named(id) => {
            let offer = plans.iter().find(|plan| plan.id == *id).ok_or_else(|| {
                PlanError::config(
                    COMPUTE_PLAN,
                    format!("unknown compute plan `{id}`"),
                    "Northflank has no plan by this id",
                    nearest_ids(id, plans.iter().map(|plan| plan.id.as_str())),
                )
            })?;
            Ok(Found { offer, kept: None })
        }
        ComputePlan::AtLeast { cpus, memory_gb } => {
            let (cpus, memory_gb) = (cpus.unwrap_or(0), memory_gb.unwrap_or(0));
            let cheapest = smallest(cpus, memory_gb, plans)?;
            let has = plans.iter().find(|plan| now == Some(plan.id.as_str()));
            Ok(match has.filter(|plan| fits(plan, cpus, memory_gb)) {
                // Another price list alone must not restart a service.
                Some(offer) => Found {
                    offer,
                    kept: (offer.id != cheapest.id).then(|| kept(offer, cheapest)),
                },
                None => Found {
                    offer: cheapest,
                    kept: None,
                },
            })
        }
    }
}

fn kept(offer: &PlanOffer, cheapest: &PlanOffer) -> String {
    format!(
        "plan {} is kept: it is large enough, and another one would restart the service; `computePlan: {}` \
         takes the one that a new service would get, at ${}/h instead of ${}/h",
        offer.id, cheapest.id, cheapest.usd_per_hour, offer.usd_per_hour
    )
}

/// Whether a plan is large enough and comes without cards.
fn fits(plan: &PlanOffer, cpus: u32, memory_gb: u32) -> bool {
    !plan.id.starts_with(GPU_PLANS)
        && plan.vcpus >= f64::from(cpus)
        && plan.memory_mb >= f64::from(memory_gb) * 1024.0
}

/// The cheapest plan that is large enough; equal prices go to fewer vCPUs.
fn smallest(cpus: u32, memory_gb: u32, plans: &[PlanOffer]) -> Result<&PlanOffer, PlanError> {
    let large_enough = plans.iter().filter(|plan| fits(plan, cpus, memory_gb));
    let cheapest = large_enough.min_by(|a, b| {
        a.usd_per_hour
            .total_cmp(&b.usd_per_hour)
            .then(a.vcpus.total_cmp(&b.vcpus))
            .then(a.memory_mb.total_cmp(&b.memory_mb))
    });
    cheapest.ok_or_else(|| {
        let plain = plans.iter().filter(|plan| fits(plan, 0, 0));
        let largest = plain.max_by(|a, b| {
            a.vcpus
                .total_cmp(&b.vcpus)
                .then(a.memory_mb.total_cmp(&b.memory_mb))
        });
        PlanError::config(
            if memory_gb > 0 {
                "deployment.resources.memory"
            } else {
                "deployment.resources.cpus"
            },
            format!("no compute plan has {cpus} vCPU and {memory_gb} GB"),
            "more than any plan has",
            largest.map(|plan| {
                format!(
                    "the largest is `{}` with {} vCPU and {} GB",
                    plan.id,
                    plan.vcpus,
                    plan.memory_mb / 1024.0
                )
            }),
        )
    })
}

/// What the file asks for, in its own words.
fn wish(selector: &NorthflankGpuSelector) -> &str {
    match selector {
        NorthflankGpuSelector::Named(name) => name,
        NorthflankGpuSelector::Tier(tier) => tier.northflank_card(),
    }
}

/// The card, in the region where the project is or is going to be.
fn device<'a>(
    gpu: &NorthflankGpu,
    wanted: &Northflank,
    catalog: &'a ServiceCatalog,
    project: Option<&ProjectSeen>,
) -> Result<&'a DeviceOffer, PlanError> {
    let wish = wish(&gpu.selector);
    let region = match project {
        Some(project) => project.region.as_deref(),
        None => Some(wanted.region.as_str()),
    };
    let Some(region) = region else {
        return Err(PlanError::config(
            GPU_TYPE,
            "the project is on a cluster of your own, whose cards are not in Northflank's catalog",
            "cannot be looked up",
            Some("leave `gpuType` out, or use a project in a region of Northflank's".to_owned()),
        ));
    };
    let here = catalog.regions.iter().find(|offer| offer.id == region);
    let devices = here.map_or(&[][..], |offer| &offer.devices);
    let meant = named(wish, devices);
    let fitting: Vec<_> = meant
        .iter()
        .filter(|device| misfit(gpu, device).is_none())
        .collect();
    match (fitting.as_slice(), meant.as_slice()) {
        ([], []) => Err(not_here(wish, region, devices, &catalog.regions)),
        ([], [first, ..]) => {
            let (path, reason) = misfit(gpu, first).unwrap_or((GPU_TYPE, String::new()));
            Err(PlanError::config(
                path,
                format!("card `{}` {reason}", first.id),
                "rules the card out",
                Some("ask for less, or name another card".to_owned()),
            ))
        }
        (fitting, _) => {
            let cheapest = fitting
                .iter()
                .min_by(|a, b| a.usd_per_hour.total_cmp(&b.usd_per_hour));
            cheapest.map_or_else(
                || Err(not_here(wish, region, devices, &catalog.regions)),
                |device| Ok(**device),
            )
        }
    }
}

/// By id, by name, then by the words of the model.
fn named<'a>(wish: &str, devices: &'a [DeviceOffer]) -> Vec<&'a DeviceOffer> {
    let is = |device: &&DeviceOffer| {
        device.id.eq_ignore_ascii_case(wish) || device.name.eq_ignore_ascii_case(wish)
    };
    let live = data::northflank_card(wish).and_then(|card| card.live_id);
    let exact: Vec<_> = devices.iter().filter(is).collect();
    if !exact.is_empty() {
        return exact;
    }
    let known: Vec<_> = devices
        .iter()
        .filter(|device| Some(device.id.as_str()) == live)
        .collect();
    if !known.is_empty() {
        return known;
    }
    by_model(wish, devices)
}

/// The key that rules a card out, and why.
fn misfit(gpu: &NorthflankGpu, device: &DeviceOffer) -> Option<(&'static str, String)> {
    if let (Some(floor), Some(has)) = (gpu.min_memory_gb, device.memory_gb)
        && has < floor
    {
        let reason = format!("has {has} GB, {floor} GB are asked for");
        return Some(("deployment.resources.gpu.memory", reason));
    }
    if !device.counts.is_empty() && !device.counts.contains(&gpu.count) {
        let counts: Vec<_> = device.counts.iter().map(ToString::to_string).collect();
        let reason = format!("comes in {} per instance", counts.join(", "));
        return Some(("providers.northflank.gpuCount", reason));
    }
    let maker = match gpu.manufacturer? {
        Manufacturer::Nvidia => "NVIDIA",
        Manufacturer::Amd => "AMD",
    };
    (!device.manufacturer.eq_ignore_ascii_case(maker)).then(|| {
        (
            "deployment.resources.gpu.type",
            format!("is not made by {maker}"),
        )
    })
}

fn not_here(
    wish: &str,
    region: &str,
    devices: &[DeviceOffer],
    regions: &[RegionOffer],
) -> PlanError {
    let elsewhere: Vec<&str> = regions
        .iter()
        .filter(|offer| !named(wish, &offer.devices).is_empty())
        .map(|offer| offer.id.as_str())
        .collect();
    let here: Vec<String> = devices
        .iter()
        .map(|device| format!("`{}`", device.id))
        .collect();
    let mut help = match here.as_slice() {
        [] => format!("{region} has no cards"),
        [..] => format!("{region} has {}", here.join(", ")),
    };
    if !elsewhere.is_empty() {
        help = format!("{help}; it is offered in {}", elsewhere.join(", "));
    }
    PlanError::config(
        GPU_TYPE,
        format!("no card `{wish}` in {region}"),
        "Northflank's catalog of the region has none",
        Some(help),
    )
}

impl Card for DeviceOffer {
    fn words(&self) -> String {
        format!("{} {}", self.id, self.name)
    }

    fn memory_gb(&self) -> Option<u32> {
        self.memory_gb
    }
}
