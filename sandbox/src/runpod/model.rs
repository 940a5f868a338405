//! What the stand-in for RunPod remembers. All of it is stored as it stands here.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::disk::Tree;
use crate::limits::Usage;
use crate::masked::Masked;
use crate::runpod::billing::Ledger;
use crate::runpod::clusters::{Cluster, Member};
use crate::runpod::delegations::Delegation;
use crate::runpod::interior::Interior;
use crate::runpod::serverless::Endpoint;

/// Environment of a container. Its values are secrets more often than not.
pub(crate) type Env = Masked<BTreeMap<String, String>>;

/// One account with all it owns.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Account {
    /// In the order of their creation.
    pub(crate) pods: Vec<Pod>,
    /// How many pods were ever created.
    pub(crate) pods_created: u64,
    pub(crate) volumes: Vec<Volume>,
    pub(crate) templates: Vec<Template>,
    pub(crate) registries: Vec<Registry>,
    pub(crate) delegations: Vec<Delegation>,
    pub(crate) clusters: Vec<Cluster>,
    /// How many clusters were ever created.
    pub(crate) clusters_created: u32,
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) ssh_keys: Vec<String>,
    pub(crate) secrets: Vec<Secret>,
    /// Stock that differs from the catalog, by [`stock_key`](super::catalog::stock_key).
    pub(crate) stock: BTreeMap<String, u64>,
    pub(crate) usage: Usage,
    /// What was charged since when. A state of an earlier version has none yet.
    pub(crate) ledger: Option<Ledger>,
}

/// Settings of a container, as pods and templates have them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Container {
    pub(crate) image: String,
    pub(crate) args: String,
    /// Size of the container disk in GB; `None` where nobody named one.
    pub(crate) disk: Option<u64>,
    pub(crate) ports: Vec<String>,
    pub(crate) env: Env,
    pub(crate) registry: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Pod {
    pub(crate) id: String,
    /// Counts pods in the order of their creation.
    pub(crate) number: u64,
    pub(crate) name: String,
    pub(crate) container: Container,
    pub(crate) mount: Option<Mount>,
    pub(crate) compute: Compute,
    pub(crate) cloud: Tier,
    pub(crate) data_center: String,
    /// Second part of the user name on the SSH proxy.
    pub(crate) proxy_token: String,
    pub(crate) locked: bool,
    pub(crate) global_networking: bool,
    pub(crate) created_at: Timestamp,
    /// When it last was seen to run before the present boot.
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) power: Power,
    /// Counts boots: external ports differ from one to the next.
    pub(crate) boots: u32,
    /// Counts how often the container disk was wiped.
    pub(crate) disk_wipes: u32,
    /// Boots that are over, oldest first: the log tells of them.
    #[serde(default)]
    pub(crate) past_boots: Vec<PastBoot>,
    /// Its place in a cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cluster: Option<Member>,
    /// What a client finds inside by SSH.
    #[serde(default)]
    pub(crate) interior: Interior,
}

/// A boot that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PastBoot {
    pub(crate) boot: Boot,
    pub(crate) ended: Timestamp,
    /// Whether it ended by a failure.
    pub(crate) failed: bool,
}

/// Whether a pod holds its hardware.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Power {
    On(Boot),
    /// Stopped: the hardware is free for others.
    Off,
    /// Stopped because it failed.
    Failed,
}

/// The instants at which the steps of a boot are over. They are stored and not computed anew, so
/// that all processes see the same pod whatever their time scale is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Boot {
    /// A machine is assigned: PROVISIONING ends.
    pub(crate) assigned: Timestamp,
    /// The container runs: STARTING ends.
    pub(crate) running: Timestamp,
    /// The runtime block is reported.
    pub(crate) reported: Timestamp,
    /// SSH answers.
    pub(crate) reachable: Timestamp,
}

/// The only mount that a pod may have. Its kind is fixed when the pod is created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mount {
    /// On the host: kept on stop, lost on terminate.
    Persistent {
        size: u64,
        path: String,
    },
    Network {
        volume: String,
        path: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Compute {
    Gpu { id: String, count: u64 },
    Cpu { id: String, vcpus: u64 },
}

/// Which of RunPod's clouds a pod runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Tier {
    /// Hosts in data centers; the only one with network volumes and CPU pods.
    Secure,
    /// Hosts of other people.
    Community,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Volume {
    pub(crate) id: String,
    pub(crate) name: String,
    /// GB.
    pub(crate) size: u64,
    pub(crate) data_center: String,
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) files: Tree,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Template {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) container: Container,
    /// Size in GB and path of the persistent mount.
    pub(crate) persistent: Option<(u64, String)>,
    pub(crate) public: bool,
    pub(crate) serverless: bool,
    pub(crate) category: String,
    pub(crate) access: Access,
    pub(crate) cuda_versions: Vec<String>,
}

/// What a template starts in its pods beside the container's own command.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Access {
    pub(crate) ssh: bool,
    pub(crate) jupyter: bool,
}

/// A pull credential. User name and password are never read back and so not kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Registry {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// A secret of the account. Its value is never read back and so not kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Secret {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) created_at: Timestamp,
}

impl Env {
    /// Adds the keys of `other` that are not there.
    pub(crate) fn add_missing(&mut self, other: &Self) {
        for (key, value) in &other.0 {
            self.0.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
}

impl Tier {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Secure => "SECURE",
            Self::Community => "COMMUNITY",
        }
    }

    /// `SECURE` unless the text says `COMMUNITY`.
    pub(crate) fn parse(text: Option<&str>) -> Self {
        match text {
            Some("COMMUNITY") => Self::Community,
            Some(_) | None => Self::Secure,
        }
    }
}

/// Whether an image is one that no registry has, to see what runs it fail: its tag is `does-not-exist`.
pub(crate) fn is_missing(image: &str) -> bool {
    image.ends_with(":does-not-exist")
}

/// An id that nobody could guess from a name: lower-case letters and digits.
pub(crate) fn new_id(length: usize) -> String {
    std::iter::repeat_with(|| fastrand::alphanumeric().to_ascii_lowercase())
        .take(length)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_environment_are_stored_but_never_printed() {
        let mut container = Container::default();
        container.env.insert("TOKEN".into(), "hunter2".into());
        let template = Template {
            id: new_id(10),
            name: "t".into(),
            container,
            persistent: None,
            public: false,
            serverless: false,
            category: "CPU".into(),
            access: Access {
                ssh: true,
                jupyter: true,
            },
            cuda_versions: Vec::new(),
        };
        let account = Account {
            templates: vec![template],
            ..Account::default()
        };
        assert!(!format!("{account:?}").contains("hunter2"));
        let stored = serde_json::to_value(&account).unwrap();
        assert_eq!(
            stored["templates"][0]["container"]["env"]["TOKEN"],
            "hunter2"
        );
    }

    #[test]
    fn ids_are_of_the_length_asked_for_and_differ() {
        let ids: std::collections::BTreeSet<String> = (0..1000).map(|_| new_id(14)).collect();
        assert_eq!(ids.len(), 1000);
        let plain = |id: &String| {
            id.bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'))
        };
        assert!(ids.iter().all(|id| id.len() == 14 && plain(id)));
    }
}
