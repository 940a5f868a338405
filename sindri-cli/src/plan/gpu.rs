//! Which card: what the file says, looked up in the live catalog, cheapest with stock first.

use std::fmt;

use super::choice::{Choice, MAX_OFFERS, Offer, PassedOver};
use super::gpu_names::{by_model, nearest};
use super::observed::{GpuOffer, Stock, StockIn};
use super::place::Place;
use super::problem::PlanError;
use crate::config::{Cloud, Gpu, GpuSelector, Manufacturer, Tier, data};

const GPU_TYPE: &str = "providers.runpod.gpuType";

/// The cards that the file allows, cheapest first, whether in stock or not.
#[derive(Debug)]
pub(super) struct Candidates<'a> {
    /// What the file asked for, in its words.
    pub(super) wish: String,
    offers: Vec<&'a GpuOffer>,
    passed_over: Vec<PassedOver>,
    cloud: Cloud,
    count: u32,
}

/// What the file asks for, in its own words.
pub(super) fn wish(selector: &GpuSelector) -> String {
    match selector {
        GpuSelector::Named(text) => text.clone(),
        GpuSelector::Tier(tier) => tier.as_str().to_owned(),
        GpuSelector::Default => data::DEFAULT_CARD.to_owned(),
    }
}

/// Looks the wish up: by id, by name, by alias, by pool or tier, then by the words of the model.
pub(super) fn candidates<'a>(
    gpu: &Gpu,
    cloud: Cloud,
    offers: &'a [GpuOffer],
) -> Result<Candidates<'a>, PlanError> {
    let wish = wish(&gpu.selector);
    let named = meant(gpu, offers)?;
    if named.is_empty() {
        return Err(PlanError::config(
            GPU_TYPE,
            format!("`{wish}` stands for no card that RunPod offers now"),
            "no card of the catalog belongs to it",
            Some("name a card by its id".to_owned()),
        ));
    }
    let mut offers = Vec::new();
    let mut misfits = Vec::new();
    for offer in named {
        match unfit(gpu, cloud, offer) {
            None => offers.push(offer),
            Some(reason) => misfits.push((offer, reason)),
        }
    }
    if offers.is_empty() {
        return Err(all_unfit(&wish, &misfits));
    }
    let passed_over = misfits
        .iter()
        .map(|(offer, reason)| PassedOver {
            id: offer.id.clone(),
            reason: reason.to_string(),
        })
        .collect();
    offers.sort_by(|a, b| GpuOffer::order(cloud, a, b));
    Ok(Candidates {
        wish,
        offers,
        passed_over,
        cloud,
        count: gpu.count,
    })
}

impl Candidates<'_> {
    /// The lowest price among the candidates, for the whole pod, in USD per hour.
    pub(super) fn cheapest_usd_per_hour(&self) -> Option<f64> {
        self.offers.first().map(|offer| self.price(offer))
    }

    /// What is tried, cheapest first, then best stocked: every candidate in every data center where it has
    /// stock and the pod may run, as long as it costs no more than `max_usd_per_hour`.
    pub(super) fn choose(
        &self,
        place: &Place,
        max_usd_per_hour: Option<f64>,
    ) -> Result<Choice, PlanError> {
        let mut passed_over = self.passed_over.clone();
        let mut offers = Vec::new();
        let mut first = None;
        for gpu in &self.offers {
            let price = self.price(gpu);
            let places = match max_usd_per_hour.filter(|max| price > *max) {
                Some(max) => Err(format!("${price}/h is more than ${max}/h")),
                None => stocked(gpu, place),
            };
            match places {
                Ok(places) => {
                    first.get_or_insert(*gpu);
                    offers.extend(places.into_iter().map(|(data_center, stock)| Offer {
                        id: gpu.id.clone(),
                        data_center,
                        usd_per_hour: price,
                        stock: stock.as_str(),
                    }));
                }
                Err(reason) => passed_over.push(PassedOver {
                    id: gpu.id.clone(),
                    reason,
                }),
            }
        }
        let Some(first) = first else {
            return Err(self.out_of_stock(place, max_usd_per_hour, &passed_over));
        };
        offers.truncate(MAX_OFFERS);
        Ok(Choice {
            id: first.id.clone(),
            wish: self.wish.clone(),
            memory_gb: Some(first.memory_gb),
            usd_per_hour: self.price(first),
            stock: first.stock.as_str(),
            offers,
            passed_over,
        })
    }

    /// The lowest price of what can be had there, in USD per hour.
    fn cheapest_in_stock(&self, place: &Place) -> Option<f64> {
        let mut stocked = self
            .offers
            .iter()
            .filter(|offer| stocked(offer, place).is_ok());
        stocked.next().map(|offer| self.price(offer))
    }

    fn price(&self, offer: &GpuOffer) -> f64 {
        offer.usd_per_hour(self.cloud, self.count)
    }

    fn out_of_stock(
        &self,
        place: &Place,
        max_usd_per_hour: Option<f64>,
        passed_over: &[PassedOver],
    ) -> PlanError {
        let mut help: Vec<String> = self
            .cheapest_in_stock(place)
            .filter(|price| max_usd_per_hour.is_some_and(|max| *price > max))
            .map(|price| {
                format!("the cheapest with stock costs ${price}/h: `--max-price {price}` allows it")
            })
            .into_iter()
            .collect();
        help.push(
            "name another card, a pool such as `AMPERE_48`, or a tier such as `gpu-medium`"
                .to_owned(),
        );
        help.extend(place.remedy());
        match (self.cloud, place) {
            // Network volumes are there for secure hosts only.
            (_, Place::WithVolume { .. }) => {}
            (Cloud::Secure, Place::Anywhere | Place::In(_)) => {
                help.push("`cloudType: COMMUNITY` has other hosts".to_owned());
            }
            (Cloud::Community, Place::Anywhere | Place::In(_)) => {
                help.push("`cloudType: SECURE` has other hosts".to_owned());
            }
        }
        PlanError::NoStock {
            message: format!(
                "RunPod has no stock of {} × {} in {} now{}",
                self.count,
                self.wish,
                self.cloud.as_str(),
                within(max_usd_per_hour)
            ),
            details: passed_over
                .iter()
                .map(|passed| format!("{}: {}", passed.id, passed.reason))
                .collect(),
            help,
        }
    }
}

/// The limit of a price, as the end of a sentence.
pub(super) fn within(max_usd_per_hour: Option<f64>) -> String {
    max_usd_per_hour.map_or_else(String::new, |max| format!(" for at most ${max}/h"))
}

/// Where a card can be had, or why it cannot.
fn stocked(offer: &GpuOffer, place: &Place) -> Result<Vec<(Option<String>, Stock)>, String> {
    if !offer.stock.is_some() {
        return Err("out of stock".to_owned());
    }
    let places = place.options(&offer.data_centers, offer.stock);
    if !places.is_empty() {
        return Ok(places);
    }
    let stocked = |place: &&StockIn| place.stock.is_some();
    let elsewhere: Vec<&str> = offer
        .data_centers
        .iter()
        .filter(stocked)
        .map(|place| place.data_center.as_str())
        .collect();
    let wanted = place.ids().join(", ");
    Err(match elsewhere.as_slice() {
        [] => format!("no stock in {wanted}"),
        [..] => format!("no stock in {wanted}; there is in {}", elsewhere.join(", ")),
    })
}

/// Whether the file still means the card that a pod has, be it in stock, offered for new pods, or not.
pub(super) fn still_means(gpu: &Gpu, id: &str, offers: &[GpuOffer]) -> bool {
    let Some(offer) = offers.iter().find(|offer| offer.id == id) else {
        // Only a name tells then: pools and tiers are made of what the catalog holds.
        let wish = wish(&gpu.selector);
        return wish.eq_ignore_ascii_case(id) || data::early_spelling(&wish).contains(&id);
    };
    let meant = meant(gpu, offers).unwrap_or_default();
    meant.iter().any(|meant| meant.id == id) && mismatch(gpu, offer).is_none()
}

/// The price of so many of a card, in USD per hour, if it is offered.
pub(super) fn usd_per_hour(gpu: &Gpu, cloud: Cloud, id: &str, offers: &[GpuOffer]) -> Option<f64> {
    let offer = offers.iter().find(|offer| offer.id == id)?;
    let is_offered = offer.in_cloud(cloud).offered;
    is_offered.then(|| offer.usd_per_hour(cloud, gpu.count))
}

/// The cards that the wish stands for.
fn meant<'a>(gpu: &Gpu, offers: &'a [GpuOffer]) -> Result<Vec<&'a GpuOffer>, PlanError> {
    match &gpu.selector {
        GpuSelector::Named(_) | GpuSelector::Default => named(&wish(&gpu.selector), offers),
        GpuSelector::Tier(tier) => Ok(in_pool(tier.runpod_pool(), offers)),
    }
}

fn named<'a>(wish: &str, offers: &'a [GpuOffer]) -> Result<Vec<&'a GpuOffer>, PlanError> {
    let exact = |ids: &[&str]| -> Vec<&'a GpuOffer> {
        offers
            .iter()
            .filter(|offer| ids.contains(&offer.id.as_str()))
            .collect()
    };
    let named = || -> Vec<&'a GpuOffer> {
        offers
            .iter()
            .filter(|offer| {
                offer.id.eq_ignore_ascii_case(wish) || offer.name.eq_ignore_ascii_case(wish)
            })
            .collect()
    };
    let tier = || -> Vec<&'a GpuOffer> {
        let tier = Tier::ALL.into_iter().find(|tier| tier.as_str() == wish);
        tier.map(|tier| in_pool(tier.runpod_pool(), offers))
            .unwrap_or_default()
    };
    let found = [
        exact(&[wish]),
        named(),
        exact(data::early_spelling(wish)),
        in_pool(wish, offers),
        tier(),
        by_model(wish, offers),
    ]
    .into_iter()
    .find(|found| !found.is_empty());
    if let Some(found) = found {
        return Ok(found);
    }
    let near: Vec<String> = nearest(wish, offers)
        .into_iter()
        .map(|id| format!("`{id}`"))
        .collect();
    Err(PlanError::config(
        GPU_TYPE,
        format!("unknown GPU type `{wish}`"),
        "RunPod has no GPU by this id",
        (!near.is_empty()).then(|| format!("the nearest are {}", near.join(", "))),
    ))
}

fn in_pool<'a>(pool: &str, offers: &'a [GpuOffer]) -> Vec<&'a GpuOffer> {
    offers
        .iter()
        .filter(|offer| offer.pool.as_deref() == Some(pool))
        .collect()
}

/// Why a card cannot be what the file asks for.
#[derive(Debug)]
enum Unfit {
    Cloud(Cloud),
    Count { most: u32, cloud: Cloud },
    Memory { has_gb: u32, floor_gb: u32 },
    Maker(&'static str),
}

impl Unfit {
    /// The key that rules the card out.
    fn path(&self) -> &'static str {
        match self {
            Self::Cloud(_) => "providers.runpod.cloudType",
            Self::Count { .. } => "providers.runpod.gpuCount",
            Self::Memory { .. } => "deployment.resources.gpu.memory",
            Self::Maker(_) => "deployment.resources.gpu.type",
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cloud(cloud) => write!(f, "is not offered in {}", cloud.as_str()),
            Self::Count { most, cloud } => {
                write!(f, "comes in at most {most} per pod in {}", cloud.as_str())
            }
            Self::Memory { has_gb, floor_gb } => {
                write!(f, "has {has_gb} GB, {floor_gb} GB are asked for")
            }
            Self::Maker(maker) => write!(f, "is not made by {maker}"),
        }
    }
}

fn unfit(gpu: &Gpu, cloud: Cloud, offer: &GpuOffer) -> Option<Unfit> {
    let in_cloud = offer.in_cloud(cloud);
    if !in_cloud.offered {
        return Some(Unfit::Cloud(cloud));
    }
    if gpu.count > in_cloud.max_count {
        return Some(Unfit::Count {
            most: in_cloud.max_count,
            cloud,
        });
    }
    mismatch(gpu, offer)
}

/// Why a card is not what the file describes, whatever is offered now.
fn mismatch(gpu: &Gpu, offer: &GpuOffer) -> Option<Unfit> {
    if let Some(floor_gb) = gpu.min_memory_gb
        && offer.memory_gb < floor_gb
    {
        return Some(Unfit::Memory {
            has_gb: offer.memory_gb,
            floor_gb,
        });
    }
    let maker = match gpu.manufacturer? {
        Manufacturer::Nvidia => "NVIDIA",
        Manufacturer::Amd => "AMD",
    };
    (maker != offer.manufacturer).then_some(Unfit::Maker(maker))
}

fn all_unfit(wish: &str, unfit: &[(&GpuOffer, Unfit)]) -> PlanError {
    let reasons: Vec<String> = unfit
        .iter()
        .map(|(offer, reason)| format!("{} {reason}", offer.id))
        .collect();
    let path = unfit.first().map_or(GPU_TYPE, |(_, reason)| reason.path());
    PlanError::config(
        path,
        format!(
            "no `{wish}` fits all that is asked for: {}",
            reasons.join("; ")
        ),
        "rules the card out",
        Some("ask for less, or name another card".to_owned()),
    )
}

#[cfg(test)]
#[path = "gpu_tests.rs"]
mod tests;
