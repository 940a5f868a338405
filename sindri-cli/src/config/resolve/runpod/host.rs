//! What a GPU pod asks of its host.

use crate::config::model::HostFloors;
use crate::config::values::Scope;

/// The file speaks of the whole pod, RunPod of each card: shared out among `cards` and rounded up, so that
/// the pod never has less than the file says.
pub(super) fn floors(top: &Scope<'_>, cards: u32) -> HostFloors {
    let each = |total: u32| total.div_ceil(cards.max(1)).max(1);
    let vcpus = top
        .count("providers.runpod.vcpuCount")
        .or_else(|| top.count("deployment.resources.cpus"));
    let memory = top.size("deployment.resources.memory");
    HostFloors {
        min_vcpu_count_per_gpu: vcpus.map(|vcpus| each(vcpus.value)),
        min_memory_gb_per_gpu: memory.map(|memory| each(memory.value.gb_rounded_up())),
    }
}
