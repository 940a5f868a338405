//! RunPod's CPU flavours.

/// Families with their memory in GB per vCPU, smallest memory first within a generation.
const FAMILIES: &[(&str, u32)] = &[
    ("cpu3c", 2),
    ("cpu3g", 4),
    ("cpu3m", 8),
    ("cpu5c", 2),
    ("cpu5g", 4),
    ("cpu5m", 8),
];

/// Memory in GB that a family gives per vCPU; `None` for a family unknown here.
pub fn gb_per_vcpu(family: &str) -> Option<u32> {
    FAMILIES
        .iter()
        .find(|(name, _)| *name == family)
        .map(|(_, memory)| *memory)
}

/// The family with the least memory that holds `memory_gb` on so many vCPUs, of the generation that is chosen
/// when the file names none. `None`: too much memory for so few vCPUs.
pub fn family_for(vcpu_count: u32, memory_gb: u32) -> Option<&'static str> {
    FAMILIES
        .iter()
        .filter(|(name, _)| name.starts_with("cpu3"))
        .find(|(_, memory)| memory.saturating_mul(vcpu_count) >= memory_gb)
        .map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_family_that_holds_the_memory_is_taken() {
        let check = |vcpus: u32, memory: u32, expected: Option<&str>| {
            assert_eq!(
                family_for(vcpus, memory),
                expected,
                "{vcpus} vCPUs, {memory} GB"
            );
        };
        check(4, 0, Some("cpu3c"));
        check(4, 8, Some("cpu3c"));
        check(4, 9, Some("cpu3g"));
        check(4, 16, Some("cpu3g"));
        check(4, 32, Some("cpu3m"));
        check(4, 33, None);
    }
}
