//! GPUs. Models, memory and the prices of three of them are those that the service publishes; where it
//! says that prices vary, and where it names no regions, values are made up here.

/// One model of GPU.
#[derive(Debug)]
pub(crate) struct Gpu {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// GiB.
    pub(crate) memory: u64,
    /// US cents for an hour of one.
    pub(crate) price: u64,
    /// How many a container may have.
    pub(crate) counts: &'static [u64],
    /// Regions that have it.
    pub(crate) regions: &'static [&'static str],
}

/// All of them.
pub(crate) const GPUS: &[Gpu] = &[
    Gpu {
        id: "l4",
        name: "NVIDIA L4",
        memory: 24,
        price: 80,
        counts: &[1, 2, 4, 8],
        regions: &["us-east", "us-central", "europe-west-netherlands"],
    },
    Gpu {
        id: "a100-40",
        name: "NVIDIA A100 40GB",
        memory: 40,
        price: 142,
        counts: &[1, 2, 4, 8],
        regions: &["us-central", "europe-west-netherlands"],
    },
    Gpu {
        id: "a100-80",
        name: "NVIDIA A100 80GB",
        memory: 80,
        price: 176,
        counts: &[1, 2, 4, 8],
        regions: &["us-east", "us-central", "europe-west-netherlands"],
    },
    Gpu {
        id: "h100-80",
        name: "NVIDIA H100 80GB",
        memory: 80,
        price: 274,
        counts: &[1, 2, 4, 8],
        regions: &[
            "us-east",
            "us-central",
            "us-west",
            "europe-west-netherlands",
        ],
    },
    Gpu {
        id: "h200-141",
        name: "NVIDIA H200 141GB",
        memory: 141,
        price: 314,
        counts: &[8],
        regions: &[
            "us-east",
            "us-central",
            "us-west",
            "europe-west-netherlands",
        ],
    },
    Gpu {
        id: "b200-180",
        name: "NVIDIA B200 180GB",
        memory: 180,
        price: 587,
        counts: &[8],
        regions: &[
            "us-east",
            "europe-west-netherlands",
            "asia-northeast",
            "asia-southeast",
        ],
    },
];

/// The GPU of this id.
pub(crate) fn find(id: &str) -> Option<&'static Gpu> {
    GPUS.iter().find(|gpu| gpu.id == id)
}
