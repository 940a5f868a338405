//! What is remembered of an endpoint. All of it is stored as it stands here.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::masked::Masked;
use crate::runpod::model::{Boot, Compute, Container, PastBoot};

/// An endpoint with its releases and those of its workers that are not gone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) container: Container,
    /// The template that its settings were taken from: it cannot be deleted while the endpoint is there.
    pub(crate) template: Option<String>,
    pub(crate) hardware: Hardware,
    pub(crate) scale: Scale,
    pub(crate) scaling: Scaling,
    /// Where workers may run; empty for anywhere.
    pub(crate) data_centers: Vec<String>,
    pub(crate) volumes: Vec<String>,
    /// Milliseconds a request may take.
    pub(crate) timeout: u64,
    pub(crate) flashboot: String,
    pub(crate) created_at: Timestamp,
    /// Oldest first; the last one is in force.
    pub(crate) releases: Vec<Release>,
    pub(crate) workers: Vec<Worker>,
}

/// How requests reach the workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Kind {
    Queue,
    LoadBalancer,
}

/// What a worker may run on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Hardware {
    Gpu(GpuChoice),
    /// Flavours with their vCPUs, in the order in which they are tried.
    Cpu(Vec<(String, u64)>),
}

/// GPU types, named by their pools.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GpuChoice {
    /// Empty for all.
    pub(crate) pools: Vec<String>,
    pub(crate) excluded: Vec<String>,
    /// Cards of one worker.
    pub(crate) count: u64,
    pub(crate) cuda_versions: Vec<String>,
    pub(crate) min_cuda: Option<String>,
}

/// How many workers there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Scale {
    /// Those that run without any request.
    pub(crate) min: u64,
    pub(crate) max: u64,
    /// Seconds without a request after which the others idle.
    pub(crate) idle_timeout: u64,
}

/// What makes an endpoint take more workers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scaling {
    /// Seconds a job may wait.
    QueueDelay(f64),
    RequestCount(u64),
}

/// A version of what an endpoint runs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Release {
    pub(crate) id: String,
    /// Counts from 1.
    pub(crate) version: u64,
    pub(crate) created_at: Timestamp,
    /// Settings that differ from the version before: name, old value and new value.
    pub(crate) diff: Vec<(String, Masked<Value>, Masked<Value>)>,
}

/// A worker. Its states are a function of these instants and the present time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Worker {
    pub(crate) id: String,
    /// Of the release that it runs.
    pub(crate) version: u64,
    pub(crate) image: String,
    /// Size of its container disk in GB; 0 where nobody named one.
    pub(crate) disk: u64,
    /// None while nothing is free for it.
    pub(crate) machine: Option<Machine>,
    pub(crate) boot: Boot,
    /// When it idles, if no request comes until then. None if it is one of those that run always.
    pub(crate) idles_at: Option<Timestamp>,
    /// Boots that were over when it was woken again, oldest first: its log tells of them.
    #[serde(default)]
    pub(crate) past_boots: Vec<PastBoot>,
    /// When it makes room for its successor.
    pub(crate) ends_at: Option<Timestamp>,
}

/// Where a worker runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) compute: Compute,
    pub(crate) data_center: String,
}
