//! What a log tells of: the boots of a pod or a worker, and what ran in them.

use jiff::Timestamp;

use crate::problem::Problem;
use crate::reply::Logged;
use crate::runpod::model::{Account, Boot, PastBoot, Pod, Power};
use crate::runpod::pods;
use crate::runpod::serverless::{self, Worker};

/// The life of one container, restarts included.
pub(super) struct Life<'a> {
    /// As its log calls it.
    pub(super) name: String,
    pub(super) image: &'a str,
    /// Where it runs, for what stays in one place.
    pub(super) place: Option<&'a str>,
    pub(super) ports: &'a [String],
    /// Oldest first.
    pub(super) past_boots: Vec<PastBoot>,
    /// The present boot.
    pub(super) boot: Option<Boot>,
}

impl<'a> Life<'a> {
    /// # Errors
    /// 404 where there is no such pod or worker.
    pub(super) fn of(account: &'a Account, of: &Logged, now: Timestamp) -> Result<Self, Problem> {
        match of {
            Logged::Pod(id) => Ok(Self::of_pod(&account.pods[pods::find(account, id)?])),
            Logged::Worker { endpoint, worker } => {
                let found = serverless::worker(account, endpoint, worker, now)?;
                Ok(Self::of_worker(found, now))
            }
        }
    }

    fn of_pod(pod: &'a Pod) -> Self {
        Self {
            name: format!("pod {}", pod.name),
            image: &pod.container.image,
            place: Some(&pod.data_center),
            ports: &pod.container.ports,
            past_boots: pod.past_boots.clone(),
            boot: match pod.power {
                Power::On(boot) => Some(boot),
                Power::Off | Power::Failed => None,
            },
        }
    }

    /// A worker that idles has stopped its container.
    fn of_worker(worker: &'a Worker, now: Timestamp) -> Self {
        let mut past_boots = worker.past_boots.clone();
        let mut boot = worker.machine.as_ref().map(|_| worker.boot);
        if let (Some(over), Some(ended)) = (boot, worker.idles_at.filter(|at| *at <= now)) {
            past_boots.push(PastBoot {
                boot: over,
                ended,
                failed: false,
            });
            boot = None;
        }
        Self {
            name: format!("worker {}", worker.id),
            image: &worker.image,
            place: None,
            ports: &[],
            past_boots,
            boot,
        }
    }
}
