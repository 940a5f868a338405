//! GPU types. Ids, memory and pools are those published; prices are the published ones where
//! there are any and in proportion elsewhere. Stock is made up: it holds types with plenty, with
//! little, in one cloud only, and with none.

/// A GPU type that pods can be created with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gpu {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) pool: Option<&'static str>,
    pub(crate) manufacturer: &'static str,
    /// GB of one card.
    pub(crate) memory: u64,
    pub(crate) secure: Offer,
    pub(crate) community: Offer,
}

/// What one cloud offers of a type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offer {
    /// USD per hour for one card; 0 where there is no offer.
    pub(crate) price: f64,
    /// Most cards in one pod; 0 where there is no offer.
    pub(crate) max_count: u64,
    /// Cards by data center.
    pub(crate) stock: Stock,
}

/// Amounts by data center.
pub(crate) type Stock = &'static [(&'static str, u64)];

const NO_OFFER: Offer = Offer {
    price: 0.0,
    max_count: 0,
    stock: &[],
};

const fn gpu(id: &'static str, name: &'static str, memory: u64) -> Gpu {
    Gpu {
        id,
        name,
        pool: None,
        manufacturer: "NVIDIA",
        memory,
        secure: NO_OFFER,
        community: NO_OFFER,
    }
}

impl Gpu {
    const fn pool(self, pool: &'static str) -> Self {
        Self {
            pool: Some(pool),
            ..self
        }
    }

    const fn secure(self, price: f64, max_count: u64, stock: Stock) -> Self {
        Self {
            secure: Offer {
                price,
                max_count,
                stock,
            },
            ..self
        }
    }

    const fn community(self, price: f64, max_count: u64, stock: Stock) -> Self {
        Self {
            community: Offer {
                price,
                max_count,
                stock,
            },
            ..self
        }
    }

    const fn amd(self) -> Self {
        Self {
            manufacturer: "AMD",
            ..self
        }
    }

    /// USD per hour for one card of a serverless worker; none for types that are in no pool.
    pub(crate) fn serverless_price(&self) -> Option<f64> {
        let pool = self.pool?;
        let row = SERVERLESS.iter().find(|(id, _)| *id == pool);
        row.map(|(_, price)| *price)
    }

    /// vCPUs that a host has for each card. Unpublished; larger cards sit in larger hosts.
    pub(crate) fn host_vcpus(&self) -> u64 {
        (self.memory / 4).clamp(6, 28)
    }

    /// Memory in GB that a host has for each card.
    pub(crate) fn host_memory(&self) -> u64 {
        (self.memory * 2).clamp(24, 256)
    }
}

/// Serverless price by pool: workers are charged more than pods.
const SERVERLESS: &[(&str, f64)] = &[
    ("AMPERE_16", 0.58),
    ("AMPERE_24", 0.69),
    ("ADA_24", 1.12),
    ("AMPERE_48", 1.22),
    ("ADA_48_PRO", 1.91),
    ("AMPERE_80", 2.74),
    ("ADA_80_PRO", 4.18),
    ("HOPPER_141", 5.58),
];

/// All GPU types.
#[rustfmt::skip]
pub(crate) const GPUS: &[Gpu] = &[
    gpu("NVIDIA RTX A2000", "RTX A2000", 6).community(0.12, 2, &[("CA-MTL-2", 4)]),
    gpu("NVIDIA GeForce RTX 3070", "RTX 3070", 8).community(0.16, 2, &[("CA-MTL-1", 6), ("EU-CZ-1", 2)]),
    gpu("NVIDIA GeForce RTX 3080", "RTX 3080", 10).community(0.19, 2, &[("CA-MTL-1", 4), ("US-NC-1", 2)]),
    gpu("NVIDIA GeForce RTX 3080 Ti", "RTX 3080 Ti", 12).community(0.21, 2, &[("US-NC-1", 2)]),
    gpu("NVIDIA GeForce RTX 4070 Ti", "RTX 4070 Ti", 12).community(0.26, 2, &[("EU-SE-1", 3)]),
    gpu("NVIDIA RTX A4000", "RTX A4000", 16).pool("AMPERE_16")
        .secure(0.38, 8, &[("EU-RO-1", 24), ("EU-SE-1", 16), ("US-IL-1", 12), ("CA-MTL-1", 20)])
        .community(0.32, 4, &[("CA-MTL-2", 12), ("US-NC-2", 3)]),
    gpu("NVIDIA RTX 2000 Ada Generation", "RTX 2000 Ada", 16).pool("AMPERE_16")
        .secure(0.24, 8, &[("EU-RO-1", 20), ("US-IL-1", 8)]),
    gpu("NVIDIA GeForce RTX 4080", "RTX 4080", 16).community(0.31, 2, &[("EU-CZ-1", 2)]),
    gpu("NVIDIA GeForce RTX 4080 SUPER", "RTX 4080 SUPER", 16).community(0.35, 2, &[("EU-CZ-1", 4)]),
    gpu("NVIDIA GeForce RTX 5080", "RTX 5080", 16).secure(0.56, 4, &[("US-NE-1", 3)]),
    gpu("Tesla V100-PCIE-16GB", "V100", 16).community(0.22, 4, &[("CA-MTL-4", 6)]),
    gpu("NVIDIA RTX A4500", "RTX A4500", 20).pool("AMPERE_16")
        .secure(0.34, 8, &[("EU-RO-1", 10), ("US-IL-1", 4)])
        .community(0.29, 2, &[("EU-CZ-1", 2)]),
    gpu("NVIDIA RTX 4000 Ada Generation", "RTX 4000 Ada", 20).pool("AMPERE_16")
        .secure(0.38, 8, &[("EU-RO-1", 16), ("US-IL-1", 12), ("EUR-IS-1", 2)]),
    gpu("NVIDIA RTX 4000 SFF Ada Generation", "RTX 4000 SFF Ada", 20).secure(0.36, 4, &[("EU-FR-1", 2)]),
    gpu("NVIDIA L4", "L4", 24).pool("AMPERE_24")
        .secure(0.38, 8, &[("EU-RO-1", 32), ("US-KS-2", 24), ("US-TX-3", 8), ("EU-NL-1", 12), ("OC-AU-1", 6)])
        .community(0.33, 4, &[("US-NC-2", 4)]),
    gpu("NVIDIA RTX A5000", "RTX A5000", 24).pool("AMPERE_24")
        .secure(0.42, 8, &[("EU-SE-1", 16), ("EU-RO-1", 10), ("US-TX-1", 6), ("CA-MTL-3", 18)])
        .community(0.36, 4, &[("CA-MTL-1", 8)]),
    gpu("NVIDIA GeForce RTX 3090", "RTX 3090", 24).pool("AMPERE_24")
        .secure(0.25, 8, &[("EU-CZ-1", 12), ("US-NC-1", 8)])
        .community(0.22, 8, &[("CA-MTL-1", 24), ("US-MO-1", 16), ("EU-SE-1", 4)]),
    gpu("NVIDIA GeForce RTX 3090 Ti", "RTX 3090 Ti", 24).community(0.27, 4, &[("US-MO-1", 4)]),
    gpu("NVIDIA GeForce RTX 4090", "RTX 4090", 24).pool("ADA_24")
        .secure(0.44, 8, &[("EU-RO-1", 48), ("US-TX-3", 32), ("US-IL-1", 24), ("EUR-IS-1", 20), ("EU-CZ-1", 16), ("US-NC-1", 4)])
        .community(0.34, 8, &[("CA-MTL-1", 16), ("US-MO-1", 12), ("AP-JP-1", 3)]),
    gpu("NVIDIA A30", "A30", 24).community(0.28, 2, &[("EU-NL-1", 2)]),
    gpu("NVIDIA RTX 5000 Ada Generation", "RTX 5000 Ada", 32).secure(0.52, 4, &[("US-TX-4", 2), ("EU-FR-1", 6)]),
    gpu("NVIDIA GeForce RTX 5090", "RTX 5090", 32)
        .secure(0.69, 8, &[("EUR-IS-2", 24), ("EU-RO-1", 16), ("US-NE-1", 12), ("US-NC-2", 8)])
        .community(0.59, 4, &[("US-MD-1", 6)]),
    gpu("NVIDIA RTX PRO 4500 Blackwell", "RTX PRO 4500", 32).secure(0.62, 4, &[("EUR-NO-2", 4)]),
    gpu("Tesla V100-SXM2-32GB", "V100 SXM2 32GB", 32).community(0.27, 8, &[("CA-MTL-4", 8)]),
    gpu("NVIDIA A40", "A40", 48).pool("AMPERE_48")
        .secure(0.69, 10, &[("CA-MTL-1", 40), ("EU-SE-1", 24), ("US-KS-2", 8)]),
    gpu("NVIDIA RTX A6000", "RTX A6000", 48).pool("AMPERE_48")
        .secure(0.59, 8, &[("CA-MTL-3", 16), ("EU-SE-1", 12), ("US-TX-3", 4), ("US-TX-1", 8)])
        .community(0.49, 8, &[("CA-MTL-1", 8), ("US-MO-1", 2)]),
    gpu("NVIDIA L40", "L40", 48).pool("ADA_48_PRO")
        .secure(0.79, 8, &[("US-GA-1", 8), ("EU-NL-1", 4)]),
    gpu("NVIDIA L40S", "L40S", 48).pool("ADA_48_PRO")
        .secure(0.74, 8, &[("US-GA-2", 16), ("US-TX-4", 12), ("US-DE-1", 6), ("EU-NL-1", 8)])
        .community(0.69, 4, &[("US-MD-1", 2)]),
    gpu("NVIDIA RTX 6000 Ada Generation", "RTX 6000 Ada", 48).pool("ADA_48_PRO")
        .secure(0.74, 8, &[("US-TX-4", 12), ("EUR-IS-1", 8), ("US-CA-2", 4)])
        .community(0.69, 4, &[("US-MO-1", 4)]),
    gpu("NVIDIA A100 80GB PCIe", "A100 PCIe", 80).pool("AMPERE_80")
        .secure(1.64, 8, &[("US-KS-2", 16), ("EU-RO-1", 8), ("CA-MTL-3", 4), ("US-TX-3", 2)])
        .community(1.19, 8, &[("US-MO-2", 4)]),
    gpu("NVIDIA A100-SXM4-80GB", "A100 SXM", 80).pool("AMPERE_80")
        .secure(1.64, 8, &[("US-KS-2", 24), ("US-MO-1", 16), ("EUR-IS-1", 8)])
        .community(1.39, 8, &[("US-MD-1", 8)]),
    gpu("NVIDIA H100 80GB HBM3", "H100 SXM", 80).pool("ADA_80_PRO")
        .secure(2.79, 8, &[("US-CA-2", 32), ("EUR-IS-1", 16), ("EU-NL-1", 8), ("AP-JP-1", 4), ("US-TX-3", 3)])
        .community(2.69, 8, &[("US-MO-2", 8)]),
    gpu("NVIDIA H100 PCIe", "H100 PCIe", 80).pool("ADA_80_PRO")
        .secure(2.49, 8, &[("US-KS-2", 8), ("EU-FR-1", 2)])
        .community(1.99, 8, &[("US-MD-1", 2)]),
    gpu("NVIDIA H100 NVL", "H100 NVL", 94)
        .secure(2.89, 8, &[("US-KS-3", 4), ("US-CA-2", 2)]),
    gpu("NVIDIA RTX PRO 6000 Blackwell Server Edition", "RTX PRO 6000", 96)
        .secure(1.79, 8, &[("EUR-NO-2", 16), ("US-NC-2", 8), ("US-CA-2", 8)]),
    gpu("NVIDIA RTX PRO 6000 Blackwell Workstation Edition", "RTX PRO 6000 WK", 96)
        .secure(1.84, 8, &[("US-NC-2", 4)])
        .community(1.69, 4, &[("US-MD-1", 2)]),
    gpu("NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition", "RTX PRO 6000 MaxQ", 96)
        .community(1.59, 4, &[("US-MD-1", 2)]),
    gpu("NVIDIA H200", "H200 SXM", 141).pool("HOPPER_141")
        .secure(3.99, 8, &[("US-GA-2", 24), ("EUR-NO-2", 8), ("EUR-IS-3", 16), ("US-IL-1", 1)]),
    gpu("NVIDIA H200 NVL", "H200 NVL", 143).secure(3.79, 8, &[("US-NE-1", 4)]),
    gpu("NVIDIA B200", "B200", 180)
        .secure(5.0, 8, &[("US-CA-2", 16), ("US-NE-1", 8), ("EU-NL-1", 8)]),
    // Sold out, so that a request for it always meets the answer for no capacity.
    gpu("NVIDIA B300 SXM6 AC", "B300", 288).secure(6.49, 8, &[]),
    gpu("AMD Instinct MI300X OAM", "MI300X", 192).amd().secure(2.49, 8, &[("EU-RO-1", 8)]),
];

/// The type of this id. A pool or a short name is none.
pub(crate) fn find(id: &str) -> Option<&'static Gpu> {
    GPUS.iter().find(|gpu| gpu.id == id)
}
