//! `providers.runpod`.

use super::shape::{ABSOLUTE_PATH, ANY, CPU_INSTANCE, RUNPOD_PORT, RUNPOD_REGION};
use super::table::{Block, Field, Kind, Unknown};

pub(in crate::config) static RUNPOD: Block = Block {
    unknown: Unknown::Error,
    renamed: &[],
    hints: &[],
    fields: &[
        Field::new(
            "gpuType",
            Kind::Text(ANY),
            "Card id, card name, alias or pool id; looked up in the live catalog. Beats `gpu.tier`",
        )
        .default("card of `gpu.tier`, else `NVIDIA GeForce RTX 4090`")
        .aliases(&["gpuTypeId"]),
        Field::new(
            "gpuCount",
            Kind::Integer { min: 1, max: 16 },
            "Cards per pod; each card has its own maximum",
        )
        .default("`gpu.count`, else `1`"),
        Field::new("cpuOnly", Kind::Bool, "A pod without cards; only on `SECURE` hosts").default("`false`"),
        Field::new(
            "vcpuCount",
            Kind::Integer { min: 1, max: 1024 },
            "vCPUs of a CPU pod: a power of two from 2. On a GPU pod the least that its host must have, asked \
             for per card and rounded up",
        )
        .default("CPU pods: that of `cpuInstanceId`, else `cpus`, else `4`; GPU pods: `cpus`, else any"),
        Field::new(
            "cpuInstanceId",
            Kind::Text(CPU_INSTANCE),
            "CPU flavour with vCPUs and GB, such as `cpu3c-4-8`",
        )
        .default("from `vcpuCount` and `memory`"),
        Field::new(
            "containerDiskGb",
            Kind::Integer { min: 1, max: 1_000_000 },
            "Container disk in GB; lost when the pod stops",
        )
        .default("`50`"),
        Field::new(
            "volumeSizeGb",
            Kind::Integer { min: 0, max: 1_000_000 },
            "Volume in GB, 0 (none) or from 10. Kept by stop, lost by destroy; on a CPU pod a network \
             volume is made",
        )
        .default("`workspace.size`, else `20`; CPU pods: none"),
        Field::new(
            "volumeMountPath",
            Kind::Text(ABSOLUTE_PATH),
            "Where the volume is mounted, whichever it is",
        )
        .default("`workspace.path`, else `/workspace`"),
        Field::new(
            "cloudType",
            Kind::Choice(&["SECURE", "COMMUNITY"]),
            "Class of hosts. Network volumes and CPU pods need `SECURE`",
        )
        .default("`SECURE`"),
        Field::new(
            "region",
            Kind::Text(RUNPOD_REGION),
            "Data center id, or `US`, `EU`, `CA` for all data centers there",
        )
        .default("any"),
        Field::new(
            "spot",
            Kind::Bool,
            "Interruptible price; RunPod no longer has it, so `true` is refused by plan and deploy",
        )
        .default("`false`"),
        Field::new(
            "spotBid",
            Kind::Number { min: 0.0 },
            "Price ceiling in USD per hour; above 0 it means `spot: true`",
        )
        .default("`0`"),
        Field::new(
            "ports",
            Kind::List(&Kind::Text(RUNPOD_PORT)),
            "Ports to expose; `http` ports are open to anyone. At most 10 of them",
        )
        .default("`[\"8888/http\", \"22/tcp\"]`"),
        Field::new(
            "exposePorts",
            Kind::List(&Kind::Integer { min: 1, max: 65535 }),
            "HTTP ports by number; `22/tcp` is added unless `startSsh: false`",
        )
        .superseded_by("ports"),
        Field::new(
            "networkVolumeId",
            Kind::Text(ANY),
            "Existing network volume, used instead of a pod volume; fixes the data center",
        ),
        Field::new(
            "publicIp",
            Kind::Bool,
            "Full SSH and file copy: exposes `22/tcp`. Sure to work on `SECURE` only",
        )
        .default("`false`"),
        Field::new(
            "startSsh",
            Kind::Bool,
            "Whether the pod starts an SSH service; written as `true` it exposes `22/tcp`",
        )
        .default("`true`"),
        Field::new(
            "templateId",
            Kind::Text(ANY),
            "RunPod template to start from; an image in the file wins over the template's",
        ),
    ],
};
