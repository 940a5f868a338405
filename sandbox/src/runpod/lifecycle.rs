//! A pod's states as a function of stored instants and the present time, and the steps between
//! them.

use std::time::Duration;

use jiff::Timestamp;

use crate::clock::Pace;
use crate::runpod::model::{Boot, PastBoot, Pod, Power, is_missing};
use crate::runpod::settings::Port;

/// Usual times from power-on to the end of each step. A service takes longer for all of them; what
/// counts is that RUNNING comes well before the pod can be used.
const ASSIGNED: Duration = Duration::from_secs(1);
const RUNNING: Duration = Duration::from_secs(2);
const REPORTED: Duration = Duration::from_secs(3);
const REACHABLE: Duration = Duration::from_secs(4);

/// State of a pod, in the words of the API. A terminated pod is not kept, so that state is never
/// seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Provisioning,
    Starting,
    Running,
    Exited,
    Error,
}

/// What can be done to a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Start,
    Stop,
    Restart,
    Terminate,
}

impl Boot {
    /// From nothing: a machine is looked for first.
    pub(crate) fn cold(now: Timestamp, pace: Pace) -> Self {
        Self {
            assigned: pace.after(now, ASSIGNED),
            ..Self::warm(now, pace)
        }
    }

    /// On the machine that the pod already has.
    pub(crate) fn warm(now: Timestamp, pace: Pace) -> Self {
        Self {
            assigned: now,
            running: pace.after(now, RUNNING),
            reported: pace.after(now, REPORTED),
            reachable: pace.after(now, REACHABLE),
        }
    }
}

impl Status {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Provisioning => "PROVISIONING",
            Self::Starting => "STARTING",
            Self::Running => "RUNNING",
            Self::Exited => "EXITED",
            Self::Error => "ERROR",
        }
    }
}

impl Action {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Restart => "restart",
            Self::Terminate => "terminate",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Start, Self::Stop, Self::Restart, Self::Terminate]
            .into_iter()
            .find(|action| action.as_str() == text)
    }
}

impl Pod {
    pub(crate) fn status(&self, now: Timestamp) -> Status {
        match self.power {
            Power::Off => Status::Exited,
            Power::Failed => Status::Error,
            Power::On(boot) if now < boot.assigned => Status::Provisioning,
            Power::On(boot) if now < boot.running => Status::Starting,
            Power::On(_) if self.cannot_be_pulled() => Status::Error,
            Power::On(_) => Status::Running,
        }
    }

    pub(crate) fn cannot_be_pulled(&self) -> bool {
        is_missing(&self.container.image)
    }

    /// What may be done now. A lock forbids what would wipe the pod's disk, but not its end; the member
    /// of a cluster ends with the cluster only.
    pub(crate) fn actions(&self, now: Timestamp) -> Vec<Action> {
        let usual: &[Action] = match self.status(now) {
            Status::Provisioning | Status::Starting => &[Action::Stop, Action::Terminate],
            Status::Running => &[Action::Stop, Action::Restart, Action::Terminate],
            Status::Exited | Status::Error => &[Action::Start, Action::Terminate],
        };
        let wipes = |action: &Action| matches!(action, Action::Stop | Action::Restart);
        let ends = |action: &Action| *action == Action::Terminate;
        usual
            .iter()
            .copied()
            .filter(|action| !(self.locked && wipes(action)))
            .filter(|action| !(self.cluster.is_some() && ends(action)))
            .collect()
    }

    /// The present boot, once the container runs.
    pub(crate) fn running(&self, now: Timestamp) -> Option<Boot> {
        match self.power {
            Power::On(boot) if now >= boot.running && !self.cannot_be_pulled() => Some(boot),
            Power::On(_) | Power::Off | Power::Failed => None,
        }
    }

    /// Whether direct SSH is there: asked for, and the container has had the time to start it.
    pub(crate) fn takes_ssh(&self, now: Timestamp) -> bool {
        let reachable = self.running(now).is_some_and(|boot| now >= boot.reachable);
        reachable && self.container.exposed().any(|port| port == Port::SSH)
    }

    /// Whether the pod has a machine. A stopped pod keeps its own.
    pub(crate) fn has_machine(&self, now: Timestamp) -> bool {
        self.status(now) != Status::Provisioning
    }

    /// Frees the hardware and wipes the container disk. Mounts stay.
    pub(crate) fn power_off(&mut self, now: Timestamp, power: Power) {
        self.started_at = self.last_start(now);
        self.remember_boot(now, power == Power::Failed);
        self.power = power;
        self.wipe_disk();
    }

    /// Boots with a fresh container disk on the machine that the pod has.
    pub(crate) fn boot_again(&mut self, now: Timestamp, pace: Pace) {
        self.started_at = self.last_start(now);
        self.remember_boot(now, false);
        // A stopped pod's disk is gone already.
        if matches!(self.power, Power::On(_)) {
            self.wipe_disk();
        }
        self.power = Power::On(Boot::warm(now, pace));
        self.boots += 1;
        // What was open belongs to the boot that is over.
        self.interior.door = None;
    }

    /// The container disk is gone, and with it the host key that was made on it.
    fn wipe_disk(&mut self) {
        self.disk_wipes += 1;
        self.interior.host_key = None;
    }

    fn remember_boot(&mut self, now: Timestamp, failed: bool) {
        if let Power::On(boot) = self.power {
            self.past_boots.push(PastBoot {
                boot,
                ended: now,
                failed,
            });
        }
    }

    /// When the container last began to run.
    pub(crate) fn last_start(&self, now: Timestamp) -> Option<Timestamp> {
        self.running(now)
            .map(|boot| boot.running)
            .or(self.started_at)
    }
}
