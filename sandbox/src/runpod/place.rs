//! Finds the place for a pod, or says that there is none.

use crate::problem::Problem;
use crate::runpod::catalog::{Cpu, DataCenter, Gpu, Inventory, Shelf, find_cpu, find_gpu};
use crate::runpod::cuda::HostCuda;
use crate::runpod::model::{Compute, Pod, Tier};

/// Hardware that a create asks for, with what it demands of hosts.
pub(crate) enum Wanted<'a> {
    Gpu {
        gpu: &'static Gpu,
        count: u64,
        cuda: HostCuda<'a>,
        min_vcpus: u64,
        min_memory: u64,
    },
    Cpu {
        cpu: &'static Cpu,
        vcpus: u64,
    },
}

/// Where it may go.
pub(crate) struct Places<'a> {
    /// In order of preference; empty for anywhere.
    pub(crate) preferred: Vec<&'a str>,
    /// The data center of the network volume, if there is one.
    pub(crate) pinned: Option<&'a str>,
    /// Whether pods there must be able to join the private network.
    pub(crate) networked: bool,
}

/// The data center for a new pod: the most preferred one that has enough, else the fullest.
///
/// # Errors
/// 400 where nothing fits now.
pub(crate) fn choose(
    inventory: &Inventory,
    wanted: &Wanted<'_>,
    tier: Tier,
    places: &Places<'_>,
) -> Result<&'static DataCenter, Problem> {
    let fits = |shelf: &Shelf| wanted.accepts(shelf) && places.accept(shelf.place);
    let shelves = wanted.shelves(inventory, tier).into_iter().filter(fits);
    let best = shelves.min_by_key(|shelf| {
        let rank = places.preferred.iter().position(|id| *id == shelf.place.id);
        (rank, std::cmp::Reverse(shelf.free))
    });
    best.map(|shelf| shelf.place)
        .ok_or_else(Problem::no_capacity)
}

/// Checks that a stopped pod's host has its hardware free.
///
/// # Errors
/// 400 where others have taken it.
pub(crate) fn check_host(inventory: &Inventory, pod: &Pod) -> Result<(), Problem> {
    let (shelves, wanted, noun) = match &pod.compute {
        Compute::Gpu { id, count } => {
            let shelves = find_gpu(id).map(|gpu| inventory.gpu_shelves(gpu, pod.cloud));
            (shelves, *count, "GPUs")
        }
        Compute::Cpu { id, vcpus } => (
            find_cpu(id).map(|cpu| inventory.cpu_shelves(cpu)),
            *vcpus,
            "vCPUs",
        ),
    };
    let mut shelves = shelves.unwrap_or_default().into_iter();
    let here = shelves.find(|shelf| shelf.place.id == pod.data_center);
    if here.is_some_and(|shelf| shelf.free >= wanted) {
        return Ok(());
    }
    Err(Problem::rule(format!(
        "There are not enough free {noun} on the host of this pod."
    )))
}

impl Wanted<'_> {
    /// Room for this hardware several times over, in one place. None if the catalog has no such thing.
    pub(crate) fn all_of(compute: &Compute, times: u64) -> Option<Self> {
        Some(match compute {
            Compute::Gpu { id, count } => Self::Gpu {
                gpu: find_gpu(id)?,
                count: count.saturating_mul(times),
                cuda: HostCuda::Any,
                min_vcpus: 0,
                min_memory: 0,
            },
            Compute::Cpu { id, vcpus } => Self::Cpu {
                cpu: find_cpu(id)?,
                vcpus: vcpus.saturating_mul(times),
            },
        })
    }

    fn shelves(&self, inventory: &Inventory, tier: Tier) -> Vec<Shelf> {
        match self {
            Self::Gpu { gpu, .. } => inventory.gpu_shelves(gpu, tier),
            Self::Cpu { cpu, .. } => inventory.cpu_shelves(cpu),
        }
    }

    fn accepts(&self, offered: &Shelf) -> bool {
        match self {
            Self::Gpu {
                gpu,
                count,
                cuda,
                min_vcpus,
                min_memory,
            } => {
                offered.free >= *count
                    && cuda.accepts(gpu, offered.place)
                    && gpu.host_vcpus() >= *min_vcpus
                    && gpu.host_memory() >= *min_memory
            }
            Self::Cpu { vcpus, .. } => offered.free >= *vcpus,
        }
    }

    /// What the pod is to hold.
    pub(crate) fn compute(&self) -> Compute {
        match self {
            Self::Gpu { gpu, count, .. } => Compute::Gpu {
                id: gpu.id.to_owned(),
                count: *count,
            },
            Self::Cpu { cpu, vcpus } => Compute::Cpu {
                id: cpu.id.to_owned(),
                vcpus: *vcpus,
            },
        }
    }
}

impl Places<'_> {
    fn accept(&self, place: &DataCenter) -> bool {
        (self.preferred.is_empty() || self.preferred.contains(&place.id))
            && self.pinned.is_none_or(|pinned| pinned == place.id)
            && (!self.networked || place.global_network)
    }
}
