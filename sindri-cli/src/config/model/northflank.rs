//! What `providers.northflank` and the shared blocks ask of Northflank.

use serde::Serialize;

use super::{Manufacturer, Tier};

/// A Northflank deployment, complete: every default of the format is filled in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Northflank {
    /// Project, created when missing.
    pub project_name: String,
    /// Service; the deployment's name unless written.
    pub service_name: String,
    /// Compute plan, or what it has to offer.
    pub compute_plan: ComputePlan,
    /// Graphics cards, if any.
    pub gpu: Option<NorthflankGpu>,
    /// Instances; 0 bills no compute. At most 1 with a volume.
    pub instances: u32,
    /// Region, used only to create the project.
    pub region: String,
    /// Persistent volume, if any.
    pub volume: Option<NorthflankVolume>,
    /// Id of stored pull credentials, if the image needs them.
    pub registry_credentials: Option<String>,
    /// Ports, names and numbers unique.
    pub ports: Vec<NorthflankPort>,
    /// Liveness probe, if any.
    pub health_check: Option<HealthCheck>,
    /// Horizontal scaling, if enabled. Never with a volume.
    pub auto_scaling: Option<AutoScaling>,
}

/// How the file chooses a compute plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ComputePlan {
    /// By id.
    Named(String),
    /// The cheapest that holds this much; ties go to fewer vCPUs.
    AtLeast {
        /// Number of vCPUs, when the file sets it.
        cpus: Option<u32>,
        /// Memory in GB, when the file sets it.
        memory_gb: Option<u32>,
    },
}

/// Cards of a service, per instance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NorthflankGpu {
    /// Which card, as far as the file says. The live catalog decides.
    pub selector: NorthflankGpuSelector,
    /// Cards per instance, 1 to 8.
    pub count: u32,
    /// Least memory of one card in GB, when the file sets a floor.
    pub min_memory_gb: Option<u32>,
    /// The only maker allowed, when the file names one.
    pub manufacturer: Option<Manufacturer>,
}

/// How a file names the card it wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NorthflankGpuSelector {
    /// A card id or alias, as written.
    Named(String),
    /// A size class; `gpu-small` when a GPU is enabled and nothing else is said.
    Tier(Tier),
}

/// The one persistent volume of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NorthflankVolume {
    /// Size in GB, 1 to 1500. Can grow, never shrink.
    pub size_gb: u32,
    /// Absolute mount path.
    pub path: String,
}

/// A port of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NorthflankPort {
    /// Name, at most 8 characters.
    pub name: String,
    /// Port inside the container, from 1.
    pub internal_port: u16,
    /// Whether it is reachable from outside, with TLS. Only HTTP can be.
    pub public: bool,
    /// Protocol.
    pub protocol: NorthflankProtocol,
}

/// Protocol of a Northflank port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum NorthflankProtocol {
    /// HTTP/1.1. The default.
    #[serde(rename = "HTTP")]
    Http,
    /// HTTP/2.
    #[serde(rename = "HTTP/2")]
    Http2,
    /// TCP, private only.
    #[serde(rename = "TCP")]
    Tcp,
    /// UDP, private only.
    #[serde(rename = "UDP")]
    Udp,
}

/// A liveness probe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HealthCheck {
    /// What is asked of the container.
    pub probe: Probe,
    /// Seconds before the first check.
    pub initial_delay_seconds: u32,
    /// Seconds between checks, at least 1.
    pub period_seconds: u32,
    /// Failures in a row before the container is restarted, at least 1.
    pub failure_threshold: u32,
}

/// What a liveness probe does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Probe {
    /// GET on a path; 200 to 399 passes.
    Http {
        /// Path, starts with `/`.
        path: String,
        /// Port.
        port: u16,
    },
    /// A connection.
    Tcp {
        /// Port.
        port: u16,
    },
    /// A command that exits with 0; words unquoted, not empty.
    Command {
        /// Program and arguments.
        command: Vec<String>,
    },
}

/// Horizontal scaling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AutoScaling {
    /// Fewest instances, 1 to 50.
    pub min_instances: u32,
    /// Most instances, not below the fewest.
    pub max_instances: u32,
    /// Processor load that adds an instance, in percent.
    pub target_cpu_utilization: u32,
    /// Memory load that adds an instance, in percent.
    pub target_memory_utilization: u32,
}

impl NorthflankProtocol {
    /// The word used on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "HTTP",
            Self::Http2 => "HTTP/2",
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
        }
    }
}
