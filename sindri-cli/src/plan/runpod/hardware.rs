//! GPU or CPU: one question to either.

use crate::config::{Compute, Cpu, Gpu, Runpod, Volume};
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
                offer: cpu::offer(cpu, &catalog.cpus)?,
                catalog,
            }),
        }
    }

    /// Chooses for a new pod.
    pub(super) fn decide(&self, place: &Place, runpod: &Runpod) -> Result<Decision, PlanError> {
        match self {
            Self::Gpu { gpu, candidates } => {
                let choice = candidates.choose(place)?;
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
                let choice = cpu::choose(cpu, offer, place, needs, catalog)?;
                Ok(Decision::chosen(cpu_spec(cpu), choice))
            }
            Self::Offline(compute) => Ok(Decision {
                compute: match compute {
                    Compute::Gpu(gpu) => ComputeSpec::Undecided {
                        wish: gpu::wish(&gpu.selector),
                        count: gpu.count,
                        host: gpu.host,
                    },
                    Compute::Cpu(cpu) => cpu_spec(cpu),
                },
                usd_per_hour: None,
                data_centers: match place {
                    Place::Anywhere => Vec::new(),
                    Place::In(ids) => ids.clone(),
                },
                choice: None,
            }),
        }
    }

    /// What the pod has, if the file allows it: stock no longer matters then.
    pub(super) fn as_deployed(&self, pod: &PodSeen) -> Option<Decision> {
        let (compute, usd_per_hour) = match (self, &pod.compute) {
            (Self::Gpu { gpu, candidates }, ComputeSeen::Gpu { id, count })
                if gpu.count == *count && candidates.allow(id) =>
            {
                (gpu_spec(gpu, id), candidates.usd_per_hour(id))
            }
            (Self::Cpu { cpu, offer, .. }, ComputeSeen::Cpu { id, vcpu_count })
                if cpu.flavor == *id && cpu.vcpu_count == *vcpu_count =>
            {
                (cpu_spec(cpu), Some(cpu::usd_per_hour(cpu, offer)))
            }
            (Self::Gpu { .. } | Self::Cpu { .. } | Self::Offline(_), _) => return None,
        };
        let data_centers = pod.data_center.iter().cloned().collect();
        Some(Decision {
            compute,
            usd_per_hour,
            data_centers,
            choice: None,
        })
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

impl Decision {
    fn chosen(compute: ComputeSpec, choice: Choice) -> Self {
        Self {
            compute,
            usd_per_hour: Some(choice.usd_per_hour),
            data_centers: choice.data_centers.clone(),
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
