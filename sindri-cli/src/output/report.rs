//! Results of commands. The fields are those of the format's JSON; what is not known is null.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::plan::Tried;

/// The deployment as the provider sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct StatusReport {
    pub(crate) name: String,
    pub(crate) provider: &'static str,
    /// `notdeployed`, `creating`, `running`, `stopped`, `error` or `unknown`.
    pub(crate) state: &'static str,
    pub(crate) instance_id: Option<String>,
    pub(crate) image: Option<String>,
    pub(crate) addresses: Vec<Address>,
    pub(crate) resources: Option<Usage>,
    pub(crate) timestamps: Timestamps,
    /// Null unless it runs, and its start and price are known.
    pub(crate) cost_so_far: Option<CostSoFar>,
    /// The provider's own words and figures.
    pub(crate) details: BTreeMap<&'static str, String>,
    /// What the user should know.
    pub(crate) notes: Vec<String>,
}

/// One way to reach a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Address {
    /// `internal`, `external`, `ssh`, `http` or `https`.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// A URL, a command or a host.
    pub(crate) value: String,
    pub(crate) port: Option<u16>,
    /// What it is not good for.
    pub(crate) note: Option<&'static str>,
}

/// What a running deployment uses.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Usage {
    pub(crate) cpu_percent: Option<f64>,
    pub(crate) memory_bytes: Option<u64>,
    pub(crate) memory_limit: Option<u64>,
    pub(crate) disk_bytes: Option<u64>,
    pub(crate) disk_limit: Option<u64>,
}

/// When things happened, RFC 3339.
#[expect(clippy::struct_field_names, reason = "the names of the format")]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Timestamps {
    pub(crate) created_at: Option<String>,
    pub(crate) started_at: Option<String>,
    pub(crate) stopped_at: Option<String>,
    pub(crate) updated_at: Option<String>,
}

/// What compute has cost since the deployment was started. Reckoned here: what the provider bills decides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct CostSoFar {
    pub(crate) usd: f64,
    /// RFC 3339.
    pub(crate) since: String,
    pub(crate) seconds: u64,
    /// The price now; an earlier one is not known.
    pub(crate) usd_per_hour: f64,
    /// What the figure stands on, in words.
    pub(crate) basis: &'static str,
}

/// What `deploy` did, and what there is now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct DeployReport {
    #[serde(flatten)]
    pub(crate) status: StatusReport,
    /// Whether it was seen ready for use.
    pub(crate) ready: bool,
    /// Whether no instance is wanted of it: there is nothing to become ready.
    #[serde(skip)]
    pub(crate) idle: bool,
    /// What was done, in order. Empty when there was nothing to do.
    pub(crate) applied: Vec<String>,
    /// What was tried to create the pod, in order.
    pub(crate) offers: Vec<Tried>,
    /// Pods that were replaced, are still there and bill.
    pub(crate) kept: Vec<Kept>,
    /// The command for SSH, once there is one.
    pub(crate) ssh_command: Option<String>,
    /// A shell in the browser.
    pub(crate) web_terminal: Option<String>,
    /// USD per hour as the provider bills it now.
    pub(crate) usd_per_hour: Option<f64>,
    /// How many secrets were injected.
    pub(crate) secrets: usize,
    /// Where this is written down.
    pub(crate) state_file: Option<String>,
}

/// What `stop`, `start` or `destroy` did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ChangeReport {
    pub(crate) name: String,
    pub(crate) provider: &'static str,
    /// As in [`StatusReport`].
    pub(crate) state: &'static str,
    pub(crate) instance_id: Option<String>,
    /// Whether anything was changed.
    pub(crate) changed: bool,
    /// What happened, in one line.
    pub(crate) message: String,
    /// What was deleted.
    pub(crate) deleted: Vec<String>,
    /// What is still there, and may bill.
    pub(crate) kept: Vec<Kept>,
    /// What to know or do next.
    pub(crate) notes: Vec<String>,
}

/// Something that is still there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Kept {
    pub(crate) resource: String,
    /// USD per hour; null when unknown.
    pub(crate) usd_per_hour: Option<f64>,
    /// How to remove it.
    pub(crate) remove: String,
}

/// One line of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct LogReport {
    /// RFC 3339.
    pub(crate) ts: Option<String>,
    /// `container` or `system`.
    pub(crate) source: Option<String>,
    pub(crate) line: String,
    /// Whether people are shown when it was written.
    #[serde(skip)]
    pub(crate) timestamps: bool,
}

/// A configuration without errors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ValidateReport {
    pub(crate) file: String,
    pub(crate) valid: bool,
    pub(crate) name: String,
    pub(crate) provider: &'static str,
    pub(crate) profile: Option<String>,
    pub(crate) findings: Vec<serde_json::Value>,
}

/// Which program this is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct VersionReport {
    pub(crate) version: &'static str,
    pub(crate) os: &'static str,
    pub(crate) arch: &'static str,
}

/// A sandbox that serves.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct SandboxReport {
    pub(crate) base_url: String,
    /// Any other would do as well.
    pub(crate) api_key: &'static str,
    pub(crate) state_file: Option<String>,
    pub(crate) time_scale: f64,
}

/// Which operations the sandbox models.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CoverageReport {
    pub(crate) operations: Vec<CoverageRow>,
}

/// One operation of the description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CoverageRow {
    pub(crate) provider: &'static str,
    pub(crate) operation: String,
    pub(crate) method: String,
    pub(crate) path: String,
    /// Whether it is answered from state; others answer 501.
    pub(crate) modelled: bool,
}

/// Cards that can be had.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct GpuListReport {
    pub(crate) provider: &'static str,
    /// Whose stock it is: `SECURE` or `COMMUNITY`.
    pub(crate) cloud: &'static str,
    /// For how many cards at once the stock is.
    pub(crate) count: u32,
    pub(crate) gpus: Vec<GpuRow>,
}

/// One kind of card.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct GpuRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) manufacturer: String,
    pub(crate) pool: Option<String>,
    /// Of one card.
    pub(crate) memory_gb: u32,
    /// For one card; null where that cloud does not offer it.
    pub(crate) usd_per_hour_secure: Option<f64>,
    /// For one card; null where that cloud does not offer it.
    pub(crate) usd_per_hour_community: Option<f64>,
    /// `none`, `low`, `medium`, `high` or `unknown`.
    pub(crate) stock: &'static str,
    /// Where there is stock.
    pub(crate) data_centers: Vec<GpuPlace>,
}

/// Stock of one data center.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct GpuPlace {
    pub(crate) id: String,
    pub(crate) stock: &'static str,
}

/// Cards that can be had on Northflank.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ServiceGpuListReport {
    pub(crate) provider: &'static str,
    /// For how many cards per instance.
    pub(crate) count: u32,
    pub(crate) gpus: Vec<ServiceGpuRow>,
}

/// One kind of card at one price.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ServiceGpuRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) manufacturer: String,
    /// Of one card; null when the catalog does not say.
    pub(crate) memory_gb: Option<u32>,
    /// For one card.
    pub(crate) usd_per_hour: f64,
    /// How many an instance may have.
    pub(crate) counts: Vec<u32>,
    /// Where there are any.
    pub(crate) regions: Vec<String>,
}

/// Ports that are forwarded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ForwardReport {
    pub(crate) name: String,
    pub(crate) provider: &'static str,
    pub(crate) ports: Vec<ForwardRow>,
}

/// One port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ForwardRow {
    /// Address and port here.
    pub(crate) local: String,
    /// The port it leads to.
    pub(crate) remote: u16,
}

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CopyReport {
    pub(crate) from: String,
    pub(crate) to: String,
    /// Null where it is not counted.
    pub(crate) files: Option<u64>,
    /// Null where it is not counted.
    pub(crate) bytes: Option<u64>,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct InitReport {
    pub(crate) file: String,
    /// The schema for editors.
    pub(crate) schema: String,
    pub(crate) name: String,
    pub(crate) provider: String,
}

/// A configuration with every default written out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ConfigReport {
    pub(crate) file: String,
    pub(crate) config: serde_json::Value,
    /// For people it is the whole output, so that it can be saved as it is.
    #[serde(skip)]
    pub(crate) yaml: String,
}

/// The JSON Schema of the file. For people it is the whole output, so that it can be saved as it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct SchemaReport {
    pub(crate) schema: serde_json::Value,
}

/// The providers of the format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ProvidersReport {
    pub(crate) providers: Vec<ProviderRow>,
}

/// One provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ProviderRow {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    /// Whether it has GPUs.
    pub(crate) gpu: bool,
    /// Whether this program deploys to it, in words.
    pub(crate) deploys: &'static str,
}

/// The network volumes of the account.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct VolumeListReport {
    pub(crate) provider: &'static str,
    pub(crate) volumes: Vec<VolumeRow>,
}

/// One network volume.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct VolumeRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) size_gb: Option<u32>,
    pub(crate) data_center: String,
    /// At the list rate of standard storage.
    pub(crate) usd_per_month: Option<f64>,
    /// The deployment that it was made for, by its name.
    pub(crate) deployment: Option<String>,
}

/// What was done to a network volume.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct VolumeChangeReport {
    pub(crate) provider: &'static str,
    pub(crate) changed: bool,
    /// What happened, in one line.
    pub(crate) message: String,
    pub(crate) volume: VolumeRow,
}
