//! What a provider was seen to have, in words of our own: the plan knows no SDK.

use std::cmp::Ordering;
use std::fmt;

use super::cost::round;
use crate::config::{Cloud, HostFloors};
use crate::masked::Variables;

/// Everything a plan for RunPod is made from beside the configuration.
#[derive(Debug, Clone, Default)]
pub(crate) struct Observed {
    /// Prices and stock; none when the provider was not asked.
    pub(crate) catalog: Option<Catalog>,
    /// The deployment as it is.
    pub(crate) existing: Existing,
    /// The network volume named in the file, once read.
    pub(crate) named_volume: Option<VolumeSeen>,
    /// The network volume made earlier for this deployment.
    pub(crate) own_volume: Option<VolumeSeen>,
    /// SSH keys on the account.
    pub(crate) account_keys: AccountKeys,
    /// The key in the user's home directory.
    pub(crate) public_key: Option<PublicKey>,
}

/// Whether the deployment exists.
#[derive(Debug, Clone, Default)]
pub(crate) enum Existing {
    /// The provider was not asked.
    #[default]
    NotChecked,
    /// It does not.
    None,
    /// It does.
    Found(Box<Deployed>),
}

/// A deployment that exists.
#[derive(Debug, Clone)]
pub(crate) struct Deployed {
    /// The pod.
    pub(crate) pod: PodSeen,
    /// Pods it replaced that are still there.
    pub(crate) retiring: Vec<PodSeen>,
    /// What was written down when it was made.
    pub(crate) recorded: Recorded,
}

/// What was sent earlier, as far as it was written down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Recorded {
    /// Names of environment variables sent.
    pub(crate) env_names: Vec<String>,
    /// What is taken at creation and never returned, if it was written down.
    pub(crate) sent_once: Option<SentOnce>,
}

/// Settings of a pod that the provider takes at creation and never returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SentOnce {
    /// Whether an SSH service was asked for.
    pub(crate) start_ssh: bool,
    /// The template used.
    pub(crate) template_id: Option<String>,
    /// What its host had to have; none when an earlier version did not write it down.
    pub(crate) host: Option<HostFloors>,
}

/// A pod as the provider shows it.
#[derive(Debug, Clone)]
pub(crate) struct PodSeen {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) state: PodState,
    /// What may be done now, in the provider's words.
    pub(crate) actions: Vec<String>,
    pub(crate) image: Option<String>,
    pub(crate) disk_gb: Option<u32>,
    pub(crate) ports: Vec<String>,
    /// What the container runs instead of its image's own command.
    pub(crate) args: Option<String>,
    /// With values: never shown.
    pub(crate) env: Variables,
    pub(crate) mount: MountSeen,
    pub(crate) compute: ComputeSeen,
    pub(crate) cloud: String,
    /// None until a machine is assigned.
    pub(crate) data_center: Option<String>,
    /// USD per hour as billed now; 0 when stopped.
    pub(crate) usd_per_hour: f64,
    pub(crate) ssh: SshSeen,
    /// What the container does; none unless it runs.
    pub(crate) runtime: Option<RuntimeSeen>,
    /// Whether it can be used now: running, with its container up and SSH where that was asked for.
    pub(crate) ready: bool,
    pub(crate) created_at: String,
    pub(crate) started_at: Option<String>,
}

/// Where a pod is in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PodState {
    Provisioning,
    Starting,
    Running,
    /// Stopped; storage is kept.
    Exited,
    /// Stopped by a failure.
    Error,
    Terminated,
    /// A word this program does not know.
    Unknown(String),
}

/// Storage of a pod beside its container disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MountSeen {
    None,
    Pod { size_gb: SizeSeen, path: String },
    Network { volume_id: String, path: String },
}

/// A size in GB; none when the provider said something that is no size. Unknown is not zero: nothing is
/// compared with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SizeSeen(pub(crate) Option<u32>);

impl fmt::Display for SizeSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(gb) => gb.fmt(f),
            None => f.write_str("?"),
        }
    }
}

/// What a pod computes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ComputeSeen {
    Gpu { id: String, count: u32 },
    Cpu { id: String, vcpu_count: u32 },
    Unknown,
}

/// How a pod is reached by SSH.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SshSeen {
    /// Full SSH; none until the pod has booted, and for pods without `22/tcp`.
    pub(crate) direct: Option<SshAddress>,
    /// An interactive shell only.
    pub(crate) proxy: Option<SshAddress>,
}

/// An address for SSH, as the provider gave it: nobody has checked that it is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SshAddress {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) user: String,
    /// The command for it, in the provider's words.
    pub(crate) command: String,
}

/// A running container.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct RuntimeSeen {
    pub(crate) cpu_percent: Option<f64>,
    /// Those with a public address.
    pub(crate) ports: Vec<PortSeen>,
}

/// A port of a running pod that has a public address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PortSeen {
    pub(crate) private: u16,
    pub(crate) public: u16,
    pub(crate) ip: String,
    pub(crate) protocol: String,
}

/// A network volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VolumeSeen {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) size_gb: SizeSeen,
    pub(crate) data_center: String,
}

/// SSH keys on the account: pods made from now on get them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum AccountKeys {
    /// Nobody asked.
    #[default]
    NotChecked,
    /// The key used here may not read them.
    NotReadable,
    /// This many.
    Count(usize),
}

/// A public SSH key of the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicKey {
    /// The file, as shown to the user.
    pub(crate) file: String,
    /// Its line.
    pub(crate) line: String,
}

/// What the provider offers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Catalog {
    pub(crate) gpus: Vec<GpuOffer>,
    pub(crate) cpus: Vec<CpuOffer>,
    pub(crate) data_centers: Vec<DataCenterSeen>,
}

/// A kind of card.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GpuOffer {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) pool: Option<String>,
    /// `NVIDIA`, `AMD` or something new.
    pub(crate) manufacturer: String,
    /// Of one card, in GB.
    pub(crate) memory_gb: u32,
    pub(crate) secure: CloudOffer,
    pub(crate) community: CloudOffer,
    /// In the cloud and for the count asked about.
    pub(crate) stock: Stock,
    /// Where there is any.
    pub(crate) data_centers: Vec<StockIn>,
}

/// What one cloud offers of a kind of card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CloudOffer {
    pub(crate) offered: bool,
    /// USD per hour for one card.
    pub(crate) usd_per_hour: f64,
    /// Most cards in one pod.
    pub(crate) max_count: u32,
}

/// A family of CPU pods.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CpuOffer {
    pub(crate) id: String,
    pub(crate) min_vcpu: u32,
    pub(crate) max_vcpu: u32,
    pub(crate) ram_gb_per_vcpu: f64,
    /// USD per hour for one vCPU.
    pub(crate) usd_per_vcpu_hour: f64,
    pub(crate) stock: Stock,
    pub(crate) data_centers: Vec<StockIn>,
}

/// How much there is. The catalog orders candidates; it reserves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stock {
    None,
    /// A word this program does not know, or none at all: worth a try.
    Unknown,
    Low,
    Medium,
    High,
}

/// How much there is in one data center.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StockIn {
    pub(crate) data_center: String,
    pub(crate) stock: Stock,
}

/// A data center.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataCenterSeen {
    pub(crate) id: String,
    /// Whether network volumes can be made there.
    pub(crate) has_volumes: bool,
}

impl GpuOffer {
    /// What one cloud offers of it.
    pub(crate) fn in_cloud(&self, cloud: Cloud) -> &CloudOffer {
        match cloud {
            Cloud::Secure => &self.secure,
            Cloud::Community => &self.community,
        }
    }

    /// USD per hour for so many in one pod.
    pub(crate) fn usd_per_hour(&self, cloud: Cloud, count: u32) -> f64 {
        round(self.in_cloud(cloud).usd_per_hour * f64::from(count), 5)
    }

    /// The order of choice: by price, then by stock.
    pub(super) fn order(cloud: Cloud, a: &Self, b: &Self) -> Ordering {
        let price = |offer: &Self| offer.in_cloud(cloud).usd_per_hour;
        price(a)
            .total_cmp(&price(b))
            .then(b.stock.cmp(&a.stock))
            .then(a.id.cmp(&b.id))
    }
}

impl PodState {
    /// The provider's word.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Provisioning => "PROVISIONING",
            Self::Starting => "STARTING",
            Self::Running => "RUNNING",
            Self::Exited => "EXITED",
            Self::Error => "ERROR",
            Self::Terminated => "TERMINATED",
            Self::Unknown(word) => word,
        }
    }

    /// Whether compute is billed, as far as is known.
    pub(crate) fn bills_compute(&self) -> bool {
        match self {
            Self::Provisioning | Self::Starting | Self::Running | Self::Unknown(_) => true,
            Self::Exited | Self::Error | Self::Terminated => false,
        }
    }
}

impl Stock {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Unknown => "unknown",
        }
    }

    /// Whether a create is worth sending.
    pub(crate) fn is_some(self) -> bool {
        self != Self::None
    }
}
