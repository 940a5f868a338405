//! What `providers.runpod` and the shared blocks ask of RunPod.

use std::fmt;

use serde::Serialize;

use super::{HostFloors, Manufacturer, Tier};

/// A RunPod deployment, complete: every default of the format is filled in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Runpod {
    /// GPU or CPU pod, and how large.
    pub compute: Compute,
    /// Container disk in GB, at least 1. Wiped by restart and stop.
    pub disk_gb: u32,
    /// The storage that outlives a stop.
    pub volume: Volume,
    /// Which class of hosts may run the pod.
    pub cloud: Cloud,
    /// Where the pod may run.
    pub region: Region,
    /// Ports to expose, without doubles, in the order written.
    pub ports: Vec<Port>,
    /// Whether the pod starts an SSH service. Always sent: the API's own default is `false`.
    pub start_ssh: bool,
    /// Whether a public address was asked for. `22/tcp` is already in [`Self::ports`] if so.
    pub public_ip: bool,
    /// A template to start from. `image` is sent beside it only when the file names one.
    pub template_id: Option<String>,
    /// Interruptible capacity. RunPod v2 has none: `plan` and `deploy` refuse it.
    pub spot: Option<Spot>,
}

/// What a pod computes on.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Compute {
    /// A pod with graphics cards.
    Gpu(Gpu),
    /// A pod without.
    Cpu(Cpu),
}

/// The cards of a GPU pod.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gpu {
    /// Which card, as far as the file says. The live catalog decides.
    pub selector: GpuSelector,
    /// Cards per pod, 1 to 16.
    pub count: u32,
    /// Least memory of one card in GB, when the file sets a floor.
    pub min_memory_gb: Option<u32>,
    /// The only maker allowed, when the file names one.
    pub manufacturer: Option<Manufacturer>,
    /// What the host must have for each card.
    pub host: HostFloors,
}

/// How a file names the card it wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GpuSelector {
    /// A card id, card name, alias or pool id, as written.
    Named(String),
    /// A size class, standing for a pool of cards.
    Tier(Tier),
    /// Nothing was said: the format's default card.
    Default,
}

/// The size of a CPU pod.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cpu {
    /// Flavour family, such as `cpu3c`: written, or derived from memory per vCPU.
    pub flavor: String,
    /// Number of vCPUs, a power of two from 2.
    pub vcpu_count: u32,
    /// Memory in GB that the file counts on: that of `cpuInstanceId`, or what the flavour was chosen
    /// for. `None` when the file asks for no memory.
    pub memory_gb: Option<u32>,
}

/// Storage of a pod beside its container disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Volume {
    /// None.
    None,
    /// A volume on the pod's own host: kept by stop, lost by destroy.
    Pod {
        /// Size in GB, at least 10. Can grow, never shrink.
        size_gb: u32,
        /// Absolute mount path.
        path: String,
    },
    /// An existing network volume. Its data center fixes where the pod can run.
    Network {
        /// Id of the volume.
        volume_id: String,
        /// Absolute mount path.
        path: String,
    },
    /// A network volume to be made: a CPU pod cannot have a pod volume. Bills until deleted.
    NewNetwork {
        /// Size in GB, at least 10. Can grow, never shrink.
        size_gb: u32,
        /// Absolute mount path.
        path: String,
    },
}

/// Class of hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Cloud {
    /// Hosts in data centers. The default.
    Secure,
    /// Hosts of third parties: cheaper, no network volumes, no CPU pods.
    Community,
}

/// Where a pod may run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Region {
    /// Anywhere.
    Any,
    /// One data center, by id.
    DataCenter(String),
    /// All data centers whose id starts with this: `US`, `EU`, `CA`. Expanded by the live catalog.
    Area(String),
}

/// An exposed port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Port {
    /// Port inside the pod, from 1.
    pub number: u16,
    /// How it is exposed.
    pub protocol: PortProtocol,
}

impl Port {
    /// SSH.
    pub const SSH: Self = Self {
        number: 22,
        protocol: PortProtocol::Tcp,
    };
}

/// As RunPod writes it: `8888/http`.
impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.protocol.as_str())
    }
}

/// How RunPod exposes a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PortProtocol {
    /// Through the HTTPS proxy, open to anyone.
    Http,
    /// On a public address and another port number.
    Tcp,
}

impl PortProtocol {
    /// The word used on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Tcp => "tcp",
        }
    }
}

/// Interruptible capacity, as asked for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spot {
    /// Highest price in USD per hour, when the file sets one.
    pub max_usd_per_hour: Option<f64>,
}

impl Cloud {
    /// The word used on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Secure => "SECURE",
            Self::Community => "COMMUNITY",
        }
    }
}
