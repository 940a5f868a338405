//! `providers.northflank`.

use super::shape::{
    ABSOLUTE_PATH, ANY, ANY_OR_EMPTY, COMPUTE_PLAN, CREDENTIALS, MOUNT_PATH, NORTHFLANK_REGION,
    PORT_NAME, PROJECT, SERVICE,
};
use super::table::{Block, Field, Kind, Unknown};

pub(in crate::config) static NORTHFLANK: Block = Block {
    unknown: Unknown::Error,
    renamed: &[],
    hints: &[],
    fields: &[
        Field::new(
            "projectName",
            Kind::Text(PROJECT),
            "Project; created when missing",
        )
        .required(),
        Field::new("serviceName", Kind::Text(SERVICE), "Service").default("`name`"),
        Field::new("computePlan", Kind::Text(COMPUTE_PLAN), "Compute plan")
            .default("cheapest for `cpus` and `memory` when one is written, else `nf-compute-50`"),
        Field::new(
            "gpuType",
            Kind::Text(ANY_OR_EMPTY),
            "Card; looked up in the catalog of the region. Beats `gpu.tier`; empty means none",
        )
        .default("card of `gpu.tier` when `gpu.enabled`, else none"),
        Field::new(
            "gpuCount",
            Kind::Integer { min: 1, max: 8 },
            "Cards per instance",
        )
        .default("`gpu.count`, else `1`"),
        Field::new(
            "instances",
            Kind::Integer { min: 0, max: 50 },
            "Number of instances; 0 bills no compute",
        )
        .default("`1`"),
        Field::new(
            "region",
            Kind::Text(NORTHFLANK_REGION),
            "Region of a project that has to be created; cannot change later",
        )
        .default("`us-east`"),
        Field::new(
            "volumeSizeGb",
            Kind::Integer { min: 0, max: 1500 },
            "Persistent volume in GB, 0 for none. It limits the service to one instance",
        )
        .default("`workspace.size`, else none"),
        Field::new(
            "volumeMountPath",
            Kind::Text(MOUNT_PATH),
            "Where the volume is mounted",
        )
        .default("`workspace.path`, else `/workspace`"),
        Field::new(
            "registryCredentials",
            Kind::Text(CREDENTIALS),
            "Id of stored pull credentials for a private image",
        ),
        Field::new(
            "ports",
            Kind::Blocks(&PORT),
            "Ports; names and numbers unique",
        )
        .default("one private TCP port `ssh` 22"),
        Field::new(
            "healthCheck",
            Kind::Block(&HEALTH_CHECK),
            "Check that restarts a sick container",
        ),
        Field::new(
            "autoScaling",
            Kind::Block(&AUTO_SCALING),
            "Horizontal scaling",
        ),
    ],
};

static PORT: Block = Block {
    unknown: Unknown::Error,
    renamed: &[("port", "internalPort"), ("containerPort", "internalPort")],
    hints: &[],
    fields: &[
        Field::new("name", Kind::Text(PORT_NAME), "Name").required(),
        Field::new(
            "internalPort",
            Kind::Integer { min: 1, max: 65535 },
            "Port inside the container",
        )
        .required(),
        Field::new(
            "public",
            Kind::Bool,
            "Whether it is reachable from outside, with TLS; only `HTTP` and `HTTP/2` can be",
        )
        .default("`false`"),
        Field::new(
            "protocol",
            Kind::Choice(&["HTTP", "HTTP/2", "TCP", "UDP"]),
            "Protocol",
        )
        .default("`HTTP`"),
    ],
};

static HEALTH_CHECK: Block = Block {
    unknown: Unknown::Error,
    renamed: &[
        ("initialDelay", "initialDelaySeconds"),
        ("delay", "initialDelaySeconds"),
        ("interval", "periodSeconds"),
        ("intervalSeconds", "periodSeconds"),
        ("period", "periodSeconds"),
        ("retries", "failureThreshold"),
        ("cmd", "command"),
    ],
    hints: &[],
    fields: &[
        Field::new(
            "type",
            Kind::Choice(&["http", "tcp", "command"]),
            "What is asked of the container",
        )
        .default("`tcp`"),
        Field::new(
            "path",
            Kind::Text(ABSOLUTE_PATH),
            "Path of an `http` check; required there",
        ),
        Field::new(
            "port",
            Kind::Integer { min: 1, max: 65535 },
            "Port of an `http` or `tcp` check; required there",
        ),
        Field::new(
            "command",
            Kind::List(&Kind::Text(ANY)),
            "Program and arguments of a `command` check; required there",
        ),
        Field::new(
            "initialDelaySeconds",
            Kind::Integer {
                min: 0,
                max: 86_400,
            },
            "Seconds before the first check",
        )
        .default("`10`"),
        Field::new(
            "periodSeconds",
            Kind::Integer {
                min: 1,
                max: 86_400,
            },
            "Seconds between checks",
        )
        .default("`15`"),
        Field::new(
            "failureThreshold",
            Kind::Integer { min: 1, max: 1000 },
            "Failures in a row before a restart",
        )
        .default("`3`"),
    ],
};

static AUTO_SCALING: Block = Block {
    unknown: Unknown::Error,
    renamed: &[
        ("targetCpuPercent", "targetCpuUtilization"),
        ("targetMemoryPercent", "targetMemoryUtilization"),
        ("targetCpu", "targetCpuUtilization"),
        ("targetMemory", "targetMemoryUtilization"),
        ("minReplicas", "minInstances"),
        ("maxReplicas", "maxInstances"),
    ],
    hints: &[],
    fields: &[
        Field::new(
            "enabled",
            Kind::Bool,
            "Whether the number of instances follows the load",
        )
        .default("`false`"),
        Field::new(
            "minInstances",
            Kind::Integer { min: 1, max: 50 },
            "Fewest instances",
        )
        .default("`1`"),
        Field::new(
            "maxInstances",
            Kind::Integer { min: 1, max: 50 },
            "Most instances",
        )
        .default("`3`"),
        Field::new(
            "targetCpuUtilization",
            Kind::Integer { min: 1, max: 100 },
            "Processor load in percent that adds an instance",
        )
        .default("`70`"),
        Field::new(
            "targetMemoryUtilization",
            Kind::Integer { min: 1, max: 100 },
            "Memory load in percent that adds an instance",
        )
        .default("`80`"),
    ],
};
