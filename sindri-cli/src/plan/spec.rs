//! The pod as it should be.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::choice::Offer;
use crate::config::HostFloors;
use crate::masked::Variables;

/// A pod as it should be, complete.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PodSpec {
    pub(crate) name: String,
    /// None where a template brings its own.
    pub(crate) image: Option<String>,
    pub(crate) template_id: Option<String>,
    pub(crate) compute: ComputeSpec,
    /// `SECURE` or `COMMUNITY`.
    pub(crate) cloud: &'static str,
    /// Where it may run; empty for anywhere.
    pub(crate) data_centers: Vec<String>,
    pub(crate) disk_gb: u32,
    pub(crate) mount: MountSpec,
    pub(crate) ports: Vec<String>,
    /// Without the marker of the deployment, which is added when the request is made.
    pub(crate) env: Variables,
    pub(crate) start_ssh: bool,
}

/// What the pod computes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ComputeSpec {
    Gpu {
        id: String,
        count: u32,
        host: HostFloors,
    },
    Cpu {
        flavor: String,
        vcpu_count: u32,
    },
    /// Offline: nobody knows which card it will be.
    Undecided {
        wish: String,
        count: u32,
        host: HostFloors,
    },
}

/// Storage beside the container disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MountSpec {
    None,
    Pod { size_gb: u32, path: String },
    Network { volume: VolumeChoice, path: String },
}

/// Which network volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum VolumeChoice {
    /// One that exists.
    Existing(String),
    /// The one that an earlier action of the plan makes.
    Made,
}

/// A network volume to be made. Its name is that of the deployment's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewVolume {
    pub(crate) size_gb: u32,
    /// None offline.
    pub(crate) data_center: Option<String>,
}

/// What changes on a pod that stays. Absent is unchanged.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct PodPatch {
    pub(crate) name: Option<String>,
    pub(crate) image: Option<String>,
    pub(crate) template_id: Option<String>,
    pub(crate) disk_gb: Option<u32>,
    pub(crate) ports: Option<Vec<String>>,
    pub(crate) mount: Option<MountSpec>,
    /// Variables to set; others stay as they are.
    pub(crate) env_set: Variables,
    /// Variables to take away.
    pub(crate) env_remove: BTreeSet<String>,
}

impl PodPatch {
    /// Whether variables are set or taken away.
    pub(crate) fn changes_env(&self) -> bool {
        !self.env_set.is_empty() || !self.env_remove.is_empty()
    }
}

/// Without the floors of the host.
impl fmt::Display for ComputeSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gpu { id, count, .. } => write!(f, "{count} × {id}"),
            Self::Cpu { flavor, vcpu_count } => write!(f, "{flavor} with {vcpu_count} vCPU"),
            Self::Undecided { wish, count, .. } => write!(f, "{count} × {wish}"),
        }
    }
}

impl ComputeSpec {
    /// What the host must have for each card. Nothing where there are no cards.
    pub(crate) fn host(&self) -> HostFloors {
        match self {
            Self::Gpu { host, .. } | Self::Undecided { host, .. } => *host,
            Self::Cpu { .. } => HostFloors::default(),
        }
    }

    fn describe(&self) -> serde_json::Value {
        use serde_json::json;
        match self {
            Self::Gpu { id, count, host } => {
                json!({"gpu": {"id": id, "count": count, "host": host}})
            }
            Self::Cpu { flavor, vcpu_count } => {
                json!({"cpu": {"id": flavor, "vcpu_count": vcpu_count}})
            }
            Self::Undecided { wish, count, host } => {
                json!({"gpu": {"id": null, "wish": wish, "count": count, "host": host}})
            }
        }
    }
}

impl PodSpec {
    /// The same pod on other hardware, in another place.
    pub(crate) fn with(&self, offer: &Offer) -> Self {
        let mut spec = self.clone();
        if let ComputeSpec::Gpu { id, .. } = &mut spec.compute {
            id.clone_from(&offer.id);
        }
        spec.data_centers = offer.data_center.iter().cloned().collect();
        spec
    }

    /// The configuration for JSON: every setting sent, with names instead of values.
    pub(crate) fn describe(&self) -> BTreeMap<&'static str, serde_json::Value> {
        use serde_json::json;
        let mount = match &self.mount {
            MountSpec::None => serde_json::Value::Null,
            MountSpec::Pod { size_gb, path } => {
                json!({"kind": "pod", "size_gb": size_gb, "path": path})
            }
            MountSpec::Network {
                volume: VolumeChoice::Existing(id),
                path,
            } => {
                json!({"kind": "network", "volume_id": id, "path": path})
            }
            MountSpec::Network {
                volume: VolumeChoice::Made,
                path,
            } => {
                json!({"kind": "network", "volume_id": null, "path": path})
            }
        };
        BTreeMap::from([
            ("image", json!(self.image)),
            ("template_id", json!(self.template_id)),
            ("compute", self.compute.describe()),
            ("cloud", json!(self.cloud)),
            ("data_centers", json!(self.data_centers)),
            ("disk_gb", json!(self.disk_gb)),
            ("volume", mount),
            ("ports", json!(self.ports)),
            ("start_ssh", json!(self.start_ssh)),
            ("env", json!(self.env.keys().collect::<Vec<_>>())),
        ])
    }
}
