#![doc = include_str!("../README.md")]
//!
//! It reads and writes plain JSON and uses none of our clients, so that a mistake in their types cannot hide behind
//! the same mistake here.
//!
//! # Time
//!
//! A pod's state is a function of instants stored when it was switched on and of the present time,
//! so it goes on between processes that share a state file. With time scale 1 a new pod is
//! PROVISIONING for 1 s, RUNNING after 2 s, reports its runtime after 3 s and takes direct SSH
//! after 4 s. So it is with the members of a cluster. A worker of a serverless endpoint comes up in the
//! same way; those above `workers.min` idle `workers.idleTimeout` seconds later, and a release replaces
//! all of them once the new ones are up. [`ManualClock`] lets a test move the time.
//!
//! A rollout of a Northflank service is PENDING for 1 s, its containers run after 3 s, and it is COMPLETED
//! after 4 s. Commands, logs that are followed and tunnels to ports run on web sockets.
//!
//! # Money
//!
//! What each pod, cluster, worker and network volume is charged is written down with every change, and
//! outlives it: the lists under `/v2/billing` are computed from that. Prices of compute are those of the
//! catalog, prices of storage the published ones; fees and the networks of clusters cost nothing here.
//!
//! # Trouble on order
//!
//! [`Builder::fault`] makes answers get lost, late or wrong, see [`Fault`]; [`Builder::latency`] makes all
//! of them late. Rate limits are told in headers; [`Builder::enforce_limits`] refuses what exceeds them. A
//! pod whose image has the tag `does-not-exist` goes to ERROR, and its log says why; the rollout of such a
//! service goes to FAILED, and what ran before goes on.
//!
//! # SSH
//!
//! With the feature `ssh`, a pod that asked for `22/tcp` takes SSH on a port of the loopback interface as soon
//! as `ssh.direct` is reported, which then names that port. Keys are those of `PUBLIC_KEY` in the
//! pod's environment. Inside are a small set of commands (`echo`, `cat`, `env`, `ls`, `sh -c` …), shells at a
//! terminal, SFTP and so `scp`, up to 16 MiB of files, and on each other port of the pod a service
//! that sends back what it gets. `Sandbox::ssh_host_key` tells whom to trust. Without the feature,
//! `ssh.direct` names an address that is set aside for documents.
//!
//! # What it does not do
//!
//! All operations of RunPod's description are answered from state, and those of Northflank that deploying takes,
//! see [`coverage()`]; others answer 501 and name themselves. Nothing is ever reached outside this machine. No
//! program of this machine runs in a pod: a command that the sandbox does not know is not found. Nothing
//! runs in a worker: the addresses of an endpoint lead nowhere, so its workers never see a request.

mod api;
mod check;
mod clock;
mod coverage;
mod crowd;
mod description;
mod disk;
mod error;
mod exchange;
mod fault;
mod flatten;
mod limits;
mod masked;
mod northflank;
mod params;
mod problem;
mod record;
mod reply;
mod runpod;
mod sandbox;
mod server;
mod shell;
#[cfg(feature = "ssh")]
mod ssh;
mod state;
mod websocket;
mod wire;
mod wording;

pub use api::Api;
pub use clock::{Clock, ManualClock, SystemClock};
pub use coverage::{Coverage, coverage};
pub use error::Error;
pub use fault::{Fault, InvalidFault};
pub use record::Received;
pub use runpod::Tier;
pub use sandbox::{Builder, Sandbox};

/// Size above which a body is refused with 413.
pub(crate) const MAX_BODY_BYTES: usize = 102_400;
