//! CPU flavours. Ids and memory are those published; prices are the published ones where there
//! are any and in proportion elsewhere. Stock is made up.

use super::gpus::Stock;

/// A CPU flavour that pods can be created with, in the secure cloud only.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cpu {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) group: &'static str,
    /// Most vCPUs in one pod; 2 are the fewest.
    pub(crate) max_vcpus: u64,
    /// GB for each vCPU.
    pub(crate) memory_per_vcpu: u64,
    /// USD per hour for one vCPU.
    pub(crate) price: f64,
    /// vCPUs by data center.
    pub(crate) stock: Stock,
}

/// Fewest vCPUs in one pod.
pub(crate) const MIN_VCPUS: u64 = 2;

/// All CPU flavours.
#[rustfmt::skip]
pub(crate) const CPUS: &[Cpu] = &[
    Cpu { id: "cpu3c", name: "CPU3 Compute", group: "CPU3", max_vcpus: 32, memory_per_vcpu: 2, price: 0.03,
          stock: &[("EU-RO-1", 512), ("US-TX-3", 256), ("US-KS-2", 128), ("OC-AU-1", 64)] },
    Cpu { id: "cpu3g", name: "CPU3 General", group: "CPU3", max_vcpus: 32, memory_per_vcpu: 4, price: 0.04,
          stock: &[("EU-RO-1", 256), ("US-TX-3", 128), ("EU-CZ-1", 64)] },
    Cpu { id: "cpu3m", name: "CPU3 Memory", group: "CPU3", max_vcpus: 32, memory_per_vcpu: 8, price: 0.06,
          stock: &[("EU-RO-1", 128), ("US-TX-3", 32)] },
    Cpu { id: "cpu5c", name: "CPU5 Compute", group: "CPU5", max_vcpus: 32, memory_per_vcpu: 2, price: 0.03,
          stock: &[("EU-RO-1", 256), ("EUR-IS-1", 128), ("US-IL-1", 64)] },
    Cpu { id: "cpu5g", name: "CPU5 General", group: "CPU5", max_vcpus: 32, memory_per_vcpu: 4, price: 0.045,
          stock: &[("EUR-IS-1", 64), ("EU-RO-1", 32)] },
    Cpu { id: "cpu5m", name: "CPU5 Memory", group: "CPU5", max_vcpus: 16, memory_per_vcpu: 8, price: 0.07,
          stock: &[("EUR-IS-1", 16)] },
];

/// The flavour of this id.
pub(crate) fn find(id: &str) -> Option<&'static Cpu> {
    CPUS.iter().find(|cpu| cpu.id == id)
}
