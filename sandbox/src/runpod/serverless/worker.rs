//! A worker's states as a function of stored instants and the present time.

use jiff::Timestamp;

use super::model::{Endpoint, Machine, Worker};
use crate::runpod::model::is_missing;

/// What a worker does, in the words of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// It takes requests, and is charged.
    Running,
    /// Its image is at hand, and no hardware is held or charged.
    Idle,
    Initializing,
    /// Nothing is free for it.
    Throttled,
    /// Its image does not exist.
    Unhealthy,
}

impl Status {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Idle => "IDLE",
            Self::Initializing => "INITIALIZING",
            Self::Throttled => "THROTTLED",
            Self::Unhealthy => "UNHEALTHY",
        }
    }
}

impl Worker {
    pub(crate) fn status(&self, now: Timestamp) -> Status {
        if self.machine.is_none() {
            Status::Throttled
        } else if now < self.boot.running {
            Status::Initializing
        } else if is_missing(&self.image) {
            Status::Unhealthy
        } else if self.idles_at.is_some_and(|at| at <= now) {
            Status::Idle
        } else {
            Status::Running
        }
    }

    /// Whether it is there at all.
    pub(crate) fn is_there(&self, now: Timestamp) -> bool {
        self.ends_at.is_none_or(|end| now < end)
    }

    /// Whether it holds its machine, and is charged for it.
    pub(crate) fn is_in_use(&self, now: Timestamp) -> bool {
        self.machine.is_some() && self.in_use_until().is_none_or(|until| now < until)
    }

    /// When it lets go of its machine, unless something changes before.
    pub(crate) fn in_use_until(&self) -> Option<Timestamp> {
        let fails = is_missing(&self.image).then_some(self.boot.running);
        let ends = [self.idles_at, self.ends_at, fails];
        ends.into_iter().flatten().min()
    }

    /// When it began to take requests, while it takes them.
    pub(crate) fn running_since(&self, now: Timestamp) -> Option<Timestamp> {
        match self.status(now) {
            Status::Running => Some(self.boot.running),
            Status::Idle | Status::Initializing | Status::Throttled | Status::Unhealthy => None,
        }
    }
}

impl Endpoint {
    /// The version in force.
    pub(crate) fn version(&self) -> u64 {
        self.releases.last().map_or(0, |release| release.version)
    }

    /// Workers that are there now, those of older versions included.
    pub(crate) fn present(&self, now: Timestamp) -> impl Iterator<Item = &Worker> {
        self.workers
            .iter()
            .filter(move |worker| worker.is_there(now))
    }

    /// Machines that workers hold now.
    pub(crate) fn machines_in_use(&self, now: Timestamp) -> impl Iterator<Item = &Machine> {
        let in_use = self
            .workers
            .iter()
            .filter(move |worker| worker.is_in_use(now));
        in_use.filter_map(|worker| worker.machine.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runpod::model::{Boot, Compute};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn worker(image: &str, idles: Option<i64>, ends: Option<i64>) -> Worker {
        Worker {
            id: "w".into(),
            version: 1,
            image: image.into(),
            disk: 0,
            machine: Some(Machine {
                compute: Compute::Cpu {
                    id: "cpu3c".into(),
                    vcpus: 2,
                },
                data_center: "EU-RO-1".into(),
            }),
            boot: Boot {
                assigned: at(1),
                running: at(2),
                reported: at(3),
                reachable: at(4),
            },
            idles_at: idles.map(at),
            past_boots: Vec::new(),
            ends_at: ends.map(at),
        }
    }

    #[test]
    fn what_a_worker_does_follows_from_its_instants() {
        let check = |worker: &Worker, second: i64, status: &str, there: bool, in_use: bool| {
            let now = at(second);
            let found = (
                worker.status(now).as_str(),
                worker.is_there(now),
                worker.is_in_use(now),
            );
            assert_eq!(found, (status, there, in_use), "{worker:?} at {second}");
        };
        let kept = worker("app:1", None, None);
        check(&kept, 0, "INITIALIZING", true, true);
        check(&kept, 2, "RUNNING", true, true);
        check(&kept, 1_000_000, "RUNNING", true, true);
        let flexible = worker("app:1", Some(12), None);
        check(&flexible, 11, "RUNNING", true, true);
        check(&flexible, 12, "IDLE", true, false);
        let replaced = worker("app:1", None, Some(8));
        check(&replaced, 7, "RUNNING", true, true);
        check(&replaced, 8, "RUNNING", false, false);
        let broken = worker("app:does-not-exist", None, None);
        check(&broken, 1, "INITIALIZING", true, true);
        check(&broken, 2, "UNHEALTHY", true, false);
        let waiting = Worker {
            machine: None,
            ..kept
        };
        check(&waiting, 9, "THROTTLED", true, false);
    }
}
