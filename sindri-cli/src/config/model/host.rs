//! What a GPU pod asks of the machine around its cards.

use std::fmt;

use serde::Serialize;

/// The least that the host of a GPU pod must have, for each card of the pod.
///
/// A floor only picks the host: a pod may get more than it names. It is sent when the file writes it, and
/// `None` is a floor that the file does not write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct HostFloors {
    /// vCPUs per card, at least 1.
    pub min_vcpu_count_per_gpu: Option<u32>,
    /// Memory per card in GB, at least 1.
    pub min_memory_gb_per_gpu: Option<u32>,
}

impl HostFloors {
    /// Whether nothing is asked for.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Whether every host that has these floors has the `wanted` ones too.
    pub fn cover(self, wanted: Self) -> bool {
        // `None` is the least of all.
        self.min_vcpu_count_per_gpu >= wanted.min_vcpu_count_per_gpu
            && self.min_memory_gb_per_gpu >= wanted.min_memory_gb_per_gpu
    }
}

/// In words: `at least 8 vCPU and 32 GB per GPU`, or `any` where nothing is asked for.
impl fmt::Display for HostFloors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min_vcpu_count_per_gpu, self.min_memory_gb_per_gpu) {
            (None, None) => f.write_str("any"),
            (Some(vcpus), None) => write!(f, "at least {vcpus} vCPU per GPU"),
            (None, Some(gb)) => write!(f, "at least {gb} GB per GPU"),
            (Some(vcpus), Some(gb)) => write!(f, "at least {vcpus} vCPU and {gb} GB per GPU"),
        }
    }
}
