//! What is written down about one deployment on RunPod.

use serde::{Deserialize, Serialize};

use super::remembered::{Creates, Intent, Remembered, SCHEMA_VERSION, begun};

/// One deployment, as last known here. The provider's interface is the truth; this says where to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Version of the layout.
    pub(crate) schema_version: u32,
    /// Provider.
    pub(crate) provider: String,
    /// Name of the deployment.
    pub(crate) app_name: String,
    /// The marker that every resource of this deployment carries.
    pub(crate) deployment_id: String,
    /// Origin of the interface that the ids below belong to.
    pub(crate) api: String,
    /// The pod, once its id is known.
    #[serde(default)]
    pub(crate) pod_id: Option<String>,
    /// GPU type id sent.
    #[serde(default)]
    pub(crate) gpu_type: Option<String>,
    /// Cards per pod.
    #[serde(default)]
    pub(crate) gpu_count: Option<u32>,
    /// Image sent.
    #[serde(default)]
    pub(crate) image: Option<String>,
    /// When the pod was made, RFC 3339.
    #[serde(default)]
    pub(crate) created_at: Option<String>,
    /// What was sent at creation and is never read back.
    #[serde(default)]
    pub(crate) create_only: Option<CreateOnly>,
    /// Names of the environment variables sent, so that one that leaves the file can leave the pod.
    #[serde(default)]
    pub(crate) env_names: Vec<String>,
    /// The network volume that was made for this deployment.
    #[serde(default)]
    pub(crate) volume: Option<VolumeRecord>,
    /// Pods that were replaced and are still to be deleted.
    #[serde(default)]
    pub(crate) retiring: Vec<String>,
    /// A create that was begun and whose outcome is not written down yet.
    #[serde(default)]
    pub(crate) intent: Option<Intent>,
}

/// Settings of a pod that the interface takes at creation and never returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CreateOnly {
    /// Whether the pod starts an SSH service.
    pub(crate) start_ssh: bool,
    /// The template it was made from.
    pub(crate) template_id: Option<String>,
    /// What its host had to have. None in files of versions that did not write it down.
    #[serde(default)]
    pub(crate) host: Option<HostRecord>,
}

/// What the host of a pod had to have for each of its cards; none is what was not asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HostRecord {
    /// vCPUs.
    pub(crate) min_vcpu_count_per_gpu: Option<u32>,
    /// Memory in GB.
    pub(crate) min_memory_gb_per_gpu: Option<u32>,
}

/// A network volume made by `deploy`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct VolumeRecord {
    /// Its id.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// Its size in GB.
    pub(crate) size_gb: u32,
    /// Its data center.
    pub(crate) data_center: String,
}

impl Record {
    /// The record of a deployment of which nothing exists yet.
    pub(crate) fn new(provider: &str, app_name: &str, api: &str, deployment_id: String) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            provider: provider.to_owned(),
            app_name: app_name.to_owned(),
            deployment_id,
            api: api.to_owned(),
            pod_id: None,
            gpu_type: None,
            gpu_count: None,
            image: None,
            created_at: None,
            create_only: None,
            env_names: Vec::new(),
            volume: None,
            retiring: Vec::new(),
            intent: None,
        }
    }

    /// The name of the network volume of this deployment: findable without this file.
    pub(crate) fn volume_name(&self) -> String {
        let short: String = self.deployment_id.chars().take(6).collect();
        format!("{}-data-{short}", self.app_name)
    }

    /// Forgets the pod. What is left is what outlives it.
    pub(crate) fn forget_pod(&mut self) {
        self.pod_id = None;
        self.gpu_type = None;
        self.gpu_count = None;
        self.image = None;
        self.created_at = None;
        self.create_only = None;
        self.env_names.clear();
    }
}

impl Remembered for Record {
    fn layout(&self) -> u32 {
        self.schema_version
    }

    fn api(&self) -> &str {
        &self.api
    }

    fn app_name(&self) -> &str {
        &self.app_name
    }

    fn main_resource(&self) -> Option<String> {
        self.pod_id.as_ref().map(|id| format!("pod {id}"))
    }

    fn may_bill(&self) -> Vec<(String, &'static str)> {
        let pods = self.pod_id.iter().chain(&self.retiring);
        let pods = pods.map(|id| (format!("pod {id}"), "sindri destroy"));
        let made = self.volume.iter().map(|volume| {
            let resource = format!("network volume {}", volume.name);
            (resource, "sindri destroy --volumes")
        });
        pods.chain(made).chain(begun(self)).collect()
    }

    fn is_empty(&self) -> bool {
        self.pod_id.is_none()
            && self.volume.is_none()
            && self.retiring.is_empty()
            && self.intent.is_none()
    }

    fn deployment_id(&self) -> &str {
        &self.deployment_id
    }

    fn intent(&self) -> Option<&Intent> {
        self.intent.as_ref()
    }

    fn intent_mut(&mut self) -> &mut Option<Intent> {
        &mut self.intent
    }

    fn noun(creates: Creates) -> &'static str {
        match creates {
            Creates::Pod => "pod",
            Creates::Volume => "network volume",
            Creates::Project => "project",
            Creates::Service => "service",
        }
    }
}

/// A new marker: 16 characters that no other deployment is likely to have.
pub(crate) fn new_deployment_id() -> String {
    format!("{:016x}", fastrand::u64(..))
}
