//! The service as it should be, and what changes on one that is there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::observed::GpuSeen;
use crate::config::{AutoScaling, HealthCheck, NorthflankPort, NorthflankVolume};
use crate::masked::Variables;

/// A service as it should be, complete.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ServiceSpec {
    pub(crate) project: String,
    pub(crate) name: String,
    pub(crate) image: String,
    /// Id of stored pull credentials.
    pub(crate) credentials: Option<String>,
    /// The compute plan; none where an offline plan leaves it open.
    pub(crate) plan: Option<String>,
    pub(crate) gpu: Option<GpuSpec>,
    pub(crate) instances: u32,
    pub(crate) ports: Vec<NorthflankPort>,
    pub(crate) env: Variables,
    /// Texts of files, by their path in the container.
    pub(crate) files: Variables,
    pub(crate) health_check: Option<HealthCheck>,
    pub(crate) scaling: Option<AutoScaling>,
    pub(crate) volume: Option<NorthflankVolume>,
}

/// Cards of each instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GpuSpec {
    /// What a request takes; offline what the file asks for, in its words.
    pub(crate) id: String,
    pub(crate) count: u32,
}

/// What carries an action on Northflank out.
#[derive(Debug, Clone)]
pub(crate) enum ServiceStep {
    /// Make the project. It bills nothing by itself.
    CreateProject {
        /// Where; it cannot move later.
        region: String,
    },
    /// Make the volume. Bills from then on.
    CreateVolume(NorthflankVolume),
    /// Make the volume larger, mount it elsewhere, or both.
    UpdateVolume {
        /// Which.
        id: String,
        /// New size in GB, if it grows.
        size_gb: Option<u32>,
        /// New mount path, if it changes.
        path: Option<String>,
    },
    /// Attach the volume to the service.
    AttachVolume {
        /// Which.
        id: String,
    },
    /// Make the service. Bills from its first instance on.
    CreateService,
    /// Change the service.
    UpdateService(Box<ServicePatch>),
    /// Start a paused service. Bills again.
    ResumeService,
}

/// What changes on a service that stays. Absent is unchanged.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ServicePatch {
    /// What is sent anew, each part whole.
    pub(crate) parts: BTreeSet<Part>,
    /// Variables to set; others stay as they are.
    pub(crate) env_set: Variables,
    /// Variables to take away.
    pub(crate) env_remove: BTreeSet<String>,
    /// Files to place; others stay as they are.
    pub(crate) files_set: Variables,
    /// Files to take away.
    pub(crate) files_remove: BTreeSet<String>,
}

/// What of a service is sent together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Plan and cards, which are billed together.
    Billing,
    /// Image, credentials, instances and cards.
    Deployment,
    Ports,
    HealthCheck,
    Scaling,
}

impl ServicePatch {
    /// Whether variables are set or taken away.
    pub(crate) fn changes_env(&self) -> bool {
        !self.env_set.is_empty() || !self.env_remove.is_empty()
    }

    /// Whether files are placed or taken away.
    pub(crate) fn changes_files(&self) -> bool {
        !self.files_set.is_empty() || !self.files_remove.is_empty()
    }
}

impl ServiceSpec {
    /// The volume of this service: findable without anything written down.
    pub(crate) fn volume_name(&self) -> String {
        volume_name(&self.name)
    }

    /// As many instances as run and bill at least.
    pub(crate) fn least_instances(&self) -> u32 {
        match &self.scaling {
            Some(scaling) => scaling.min_instances,
            None => self.instances,
        }
    }

    /// The configuration for JSON: every setting sent, with names instead of values.
    pub(super) fn describe(&self) -> BTreeMap<&'static str, Value> {
        let volume = self.volume.as_ref().map(|volume| {
            json!({"name": self.volume_name(), "size_gb": volume.size_gb, "path": volume.path})
        });
        BTreeMap::from([
            ("project", json!(self.project)),
            ("image", json!(self.image)),
            ("registry_credentials", json!(self.credentials)),
            ("compute_plan", json!(self.plan)),
            (
                "gpu",
                self.gpu
                    .as_ref()
                    .map_or(Value::Null, |gpu| json!({"id": gpu.id, "count": gpu.count})),
            ),
            (
                "instances",
                self.scaling
                    .is_none()
                    .then_some(self.instances)
                    .map_or(Value::Null, Value::from),
            ),
            ("ports", json!(self.ports)),
            ("health_check", json!(self.health_check)),
            ("auto_scaling", json!(self.scaling)),
            ("volume", json!(volume)),
            ("env", json!(self.env.keys().collect::<Vec<_>>())),
            ("files", json!(self.files.keys().collect::<Vec<_>>())),
        ])
    }
}

/// The name of the volume that `deploy` makes for a service.
pub(crate) fn volume_name(service: &str) -> String {
    format!("{service}-data")
}

impl PartialEq<GpuSeen> for GpuSpec {
    fn eq(&self, seen: &GpuSeen) -> bool {
        self.id == seen.id && self.count == seen.count
    }
}
