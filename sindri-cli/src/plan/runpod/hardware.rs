//! GPU or CPU: one question to either.

use crate::config::{Compute, Cpu, Gpu, Origins, Runpod, Volume};
use crate::plan::choice::Choice;
use crate::plan::cpu::{self, Needs};
use crate::plan::gpu::{self, Candidates};
use crate::plan::observed::{Catalog, ComputeSeen, CpuOffer, PodSeen};
use crate::plan::place::Place;
use crate::plan::problem::PlanError;
use crate::plan::spec::ComputeSpec;

/// What the file allows, looked up.
pub(super) enum Hardware<'a> {
    /// Cards.
    Gpu {
        gpu: &'a Gpu,
        candidates: Candidates<'a>,
    },
    /// A CPU flavour.
    Cpu {
        cpu: &'a Cpu,
        offer: &'a CpuOffer,
        catalog: &'a Catalog,
    },
    /// There is no catalog to look in.
    Offline(&'a Compute),
}

/// What it is going to be.
#[derive(Debug)]
pub(super) struct Decision {
    pub(super) compute: ComputeSpec,
    /// For the whole pod.
    pub(super) usd_per_hour: Option<f64>,
    /// Where; empty for anywhere.
    pub(super) data_centers: Vec<String>,
    /// How it was chosen; none where nothing was.
    pub(super) choice: Option<Choice>,
}

impl<'a> Hardware<'a> {
    pub(super) fn look_up(
        runpod: &'a Runpod,
        origins: &Origins,
        catalog: Option<&'a Catalog>,
    ) -> Result<Self, PlanError> {
        let Some(catalog) = catalog else {
            return Ok(Self::Offline(&runpod.compute));
        };
        match &runpod.compute {
            Compute::Gpu(gpu) => Ok(Self::Gpu {
                gpu,
                candidates: gpu::candidates(gpu, runpod.cloud, &catalog.gpus)?,
            }),
            Compute::Cpu(cpu) => Ok(Self::Cpu {
                cpu,
                offer: cpu::offer(cpu, &catalog.cpus, |key| origins.is_written(key))?,
                catalog,
            }),
        }
    }

    /// Chooses for a new pod.
    pub(super) fn decide(
        &self,
        place: &Place,
        runpod: &Runpod,
        max_usd_per_hour: Option<f64>,
    ) -> Result<Decision, PlanError> {
        match self {
            Self::Gpu { gpu, candidates } => {
                let choice = candidates.choose(place, max_usd_per_hour)?;
                Ok(Decision::chosen(gpu_spec(gpu, &choice.id), choice))
            }
            Self::Cpu {
                cpu,
                offer,
                catalog,
            } => {
                let needs = match runpod.volume {
                    Volume::NewNetwork { .. } => Needs::NewVolume,
                    Volume::None | Volume::Pod { .. } | Volume::Network { .. } => Needs::Compute,
                };
                let choice = cpu::choose(cpu, offer, place, needs, max_usd_per_hour, catalog)?;
                Ok(Decision::chosen(cpu_spec(cpu), choice))
            }
            Self::Offline(compute) => Ok(Decision {
                compute: undecided(compute),
                usd_per_hour: None,
                data_centers: place.ids().to_vec(),
                choice: None,
            }),
        }
    }

    /// The lowest price of what the file allows, in USD per hour for the whole pod.
    pub(super) fn cheapest_usd_per_hour(&self) -> Option<f64> {
        match self {
            Self::Gpu { candidates, .. } => candidates.cheapest_usd_per_hour(),
            Self::Cpu { cpu, offer, .. } => Some(cpu::usd_per_hour(cpu, offer)),
            Self::Offline(_) => None,
        }
    }
}

/// What the pod has, if the file still means it: neither stock nor what is offered to new pods matters.
pub(super) fn as_deployed(
    runpod: &Runpod,
    origins: &Origins,
    catalog: Option<&Catalog>,
    pod: &PodSeen,
) -> Option<Decision> {
    let catalog = catalog?;
    let (compute, listed) = match (&runpod.compute, &pod.compute) {
        (Compute::Gpu(gpu), ComputeSeen::Gpu { id, count })
            if gpu.count == *count && gpu::still_means(gpu, id, &catalog.gpus) =>
        {
            let listed = gpu::usd_per_hour(gpu, runpod.cloud, id, &catalog.gpus);
            (gpu_spec(gpu, id), listed)
        }
        (Compute::Cpu(cpu), ComputeSeen::Cpu { id, vcpu_count })
            if cpu.flavor == *id && cpu.vcpu_count == *vcpu_count =>
        {
            let is_listed = catalog.cpus.iter().any(|offer| offer.id == *id);
            let offer = cpu::offer(cpu, &catalog.cpus, |key| origins.is_written(key)).ok();
            if is_listed && offer.is_none() {
                return None;
            }
            (
                cpu_spec(cpu),
                offer.map(|offer| cpu::usd_per_hour(cpu, offer)),
            )
        }
        // What cannot be read is not compared, and so is no reason to look for other hardware.
        (compute, ComputeSeen::Unknown) => (undecided(compute), None),
        (Compute::Gpu(_), ComputeSeen::Gpu { .. } | ComputeSeen::Cpu { .. })
        | (Compute::Cpu(_), ComputeSeen::Gpu { .. } | ComputeSeen::Cpu { .. }) => return None,
    };
    let billed = (pod.usd_per_hour > 0.0).then_some(pod.usd_per_hour);
    Some(Decision {
        compute,
        usd_per_hour: listed.or(billed),
        data_centers: pod.data_center.iter().cloned().collect(),
        choice: None,
    })
}

fn undecided(compute: &Compute) -> ComputeSpec {
    match compute {
        Compute::Gpu(gpu) => ComputeSpec::Undecided {
            wish: gpu::wish(&gpu.selector),
            count: gpu.count,
            host: gpu.host,
        },
        Compute::Cpu(cpu) => cpu_spec(cpu),
    }
}

impl Decision {
    fn chosen(compute: ComputeSpec, choice: Choice) -> Self {
        Self {
            compute,
            usd_per_hour: Some(choice.usd_per_hour),
            data_centers: choice
                .data_center()
                .map(str::to_owned)
                .into_iter()
                .collect(),
            choice: Some(choice),
        }
    }
}

fn gpu_spec(gpu: &Gpu, id: &str) -> ComputeSpec {
    ComputeSpec::Gpu {
        id: id.to_owned(),
        count: gpu.count,
        host: gpu.host,
    }
}

fn cpu_spec(cpu: &Cpu) -> ComputeSpec {
    ComputeSpec::Cpu {
        flavor: cpu.flavor.clone(),
        vcpu_count: cpu.vcpu_count,
    }
}
