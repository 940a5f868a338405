//! What Northflank was seen to have, in words of our own: the plan knows no SDK.

use std::collections::BTreeMap;

use crate::config::{HealthCheck, NorthflankPort};
use crate::masked::{Masked, Variables};
use crate::plan::SizeSeen;

/// Everything a plan for Northflank is made from beside the configuration.
#[derive(Debug, Clone, Default)]
pub(crate) struct ServiceObserved {
    /// Prices and cards; none when the provider was not asked.
    pub(crate) catalog: Option<ServiceCatalog>,
    /// The project, if it is there.
    pub(crate) project: Option<ProjectSeen>,
    /// The service, if it is there.
    pub(crate) service: Option<Box<ServiceSeen>>,
    /// The volume of the service, if it is there.
    pub(crate) volume: Option<ServiceVolumeSeen>,
    /// Names of the environment variables that an earlier deploy sent.
    pub(crate) env_names: Vec<String>,
    /// Paths of the files that an earlier deploy sent.
    pub(crate) file_paths: Vec<String>,
}

/// What can be had, and for how much.
#[derive(Debug, Clone, Default)]
pub(crate) struct ServiceCatalog {
    /// Compute plans.
    pub(crate) plans: Vec<PlanOffer>,
    /// Regions, with their cards.
    pub(crate) regions: Vec<RegionOffer>,
}

/// A compute plan.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PlanOffer {
    pub(crate) id: String,
    pub(crate) vcpus: f64,
    pub(crate) memory_mb: f64,
    /// For one instance.
    pub(crate) usd_per_hour: f64,
}

/// A region of the managed cloud, or of the user's own.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RegionOffer {
    pub(crate) id: String,
    pub(crate) devices: Vec<DeviceOffer>,
}

/// A card of a region.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeviceOffer {
    /// What a request takes.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) manufacturer: String,
    /// Memory of one card in GB; none when the catalog does not say.
    pub(crate) memory_gb: Option<u32>,
    /// How many an instance may have; empty when the catalog does not say.
    pub(crate) counts: Vec<u32>,
    /// For one card.
    pub(crate) usd_per_hour: f64,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProjectSeen {
    pub(crate) id: String,
    /// None for a project on a cluster of the user's own.
    pub(crate) region: Option<String>,
}

/// Texts of files by path; none for one whose text the provider does not show.
pub(crate) type FilesSeen = BTreeMap<String, Option<Masked>>;

/// A service as the provider shows it.
#[derive(Debug, Clone)]
pub(crate) struct ServiceSeen {
    pub(crate) id: String,
    /// `deployment`, `combined` or `build`.
    pub(crate) kind: String,
    pub(crate) tags: Vec<String>,
    pub(crate) plan: Option<String>,
    pub(crate) gpu: Option<GpuSeen>,
    /// Wanted instances; a paused service may show 0.
    pub(crate) instances: Option<u32>,
    pub(crate) image: Option<String>,
    pub(crate) credentials: Option<String>,
    pub(crate) ports: Vec<ServicePortSeen>,
    /// Names of ports that `sindri.yaml` cannot say.
    pub(crate) odd_ports: Vec<String>,
    /// With values: never shown. None when the provider does not tell.
    pub(crate) env: Option<Variables>,
    /// Texts of files by path: never shown. None when the provider does not tell.
    pub(crate) files: Option<FilesSeen>,
    pub(crate) health_check: HealthSeen,
    pub(crate) scaling: Option<ScalingSeen>,
    pub(crate) state: ServiceState,
    pub(crate) created_at: Option<String>,
    pub(crate) updated_at: Option<String>,
}

/// Cards of each instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GpuSeen {
    pub(crate) id: String,
    pub(crate) count: u32,
}

/// A port of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServicePortSeen {
    pub(crate) port: NorthflankPort,
    /// Where it can be reached from outside; none for a private port.
    pub(crate) dns: Option<String>,
    /// Whether it has access rules or domains of its own, which `sindri.yaml` cannot say.
    pub(crate) extras: PortExtras,
}

/// What somebody else set on a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PortExtras {
    None,
    /// Access rules or domains.
    Some,
}

/// The probe of a service, as far as it can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HealthSeen {
    /// The answer does not tell, which answers of an older form do not.
    Unknown,
    None,
    /// One liveness probe of a form that `sindri.yaml` can say.
    Liveness(HealthCheck),
    /// Anything else, in a few words.
    Other(String),
}

/// Horizontal scaling that is switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ScalingSeen {
    pub(crate) min_instances: u32,
    pub(crate) max_instances: u32,
    /// Percent; none when processor load does not count.
    pub(crate) cpu: Option<u32>,
    /// Percent; none when memory load does not count.
    pub(crate) memory: Option<u32>,
}

/// Where a service is in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ServiceState {
    /// No instance is wanted: compute does not bill, volumes do.
    Paused,
    /// The rollout has not begun.
    Pending,
    /// The rollout goes on.
    InProgress,
    /// The rollout is done and the containers run.
    Completed,
    Failed,
    /// No rollout was ever begun, or a word this program does not know.
    Unknown(String),
}

/// The volume of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceVolumeSeen {
    /// Whether `deploy` made it.
    pub(crate) ours: bool,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) size_gb: SizeSeen,
    /// Where it is mounted.
    pub(crate) path: Option<String>,
    /// Whether it is attached to the service of this deployment.
    pub(crate) attachment: Attachment,
}

/// What a volume is attached to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Attachment {
    /// Nothing.
    Free,
    /// The service of this deployment.
    Ours,
    /// Something else, by its id.
    Other(String),
    /// The answer does not tell.
    Unknown,
}

impl ServiceState {
    /// The provider's word, or the nearest to it.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Paused => "paused",
            Self::Pending => "PENDING",
            Self::InProgress => "IN_PROGRESS",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Unknown(word) => word,
        }
    }

    /// Whether containers run, or are on their way.
    pub(crate) fn bills_compute(&self) -> bool {
        *self != Self::Paused
    }
}
