//! What runs of a service, as a function of stored instants and the present time, and the steps
//! between its states.

use std::time::Duration;

use jiff::Timestamp;

use crate::clock::Pace;
use crate::disk::Tree;
use crate::northflank::item::derived;
use crate::northflank::model::{Container, Reason, Rollout, Service, ServiceKind};

/// Usual times from a request to the end of each step. The service takes longer for all of them.
const BEGUN: Duration = Duration::from_secs(1);
const STARTING: Duration = Duration::from_secs(2);
const RUNNING: Duration = Duration::from_secs(3);
const DONE: Duration = Duration::from_secs(4);

/// From being told to end to being gone.
const KILLING: Duration = Duration::from_secs(1);

/// Containers kept when they are gone: the log tells of them.
const KEPT: usize = 50;

/// Where a rollout is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RolloutState {
    Pending,
    InProgress,
    Completed,
    Failed,
}

/// What a container does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContainerState {
    Staging,
    Starting,
    Running,
    Failed,
    Killing,
    Finished,
}

impl RolloutState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::InProgress => "IN_PROGRESS",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
        }
    }
}

impl Reason {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Scaling => "SCALING",
            Self::Deploying => "DEPLOYING",
        }
    }
}

impl ContainerState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Staging => "TASK_STAGING",
            Self::Starting => "TASK_STARTING",
            Self::Running => "TASK_RUNNING",
            Self::Failed => "TASK_FAILED",
            Self::Killing => "TASK_KILLING",
            Self::Finished => "TASK_FINISHED",
        }
    }
}

impl Rollout {
    fn new(reason: Reason, from: Timestamp, pace: Pace, fails: bool) -> Self {
        Self {
            reason,
            asked: from,
            begun: pace.after(from, BEGUN),
            done: pace.after(from, DONE),
            fails,
        }
    }

    /// Where it is, and since when.
    pub(crate) fn state(&self, now: Timestamp) -> (RolloutState, Timestamp) {
        if now < self.begun {
            (RolloutState::Pending, self.asked)
        } else if now < self.done {
            (RolloutState::InProgress, self.begun)
        } else if self.fails {
            (RolloutState::Failed, self.done)
        } else {
            (RolloutState::Completed, self.done)
        }
    }
}

impl Container {
    /// What it does; None once it is gone.
    pub(crate) fn state(&self, now: Timestamp) -> Option<ContainerState> {
        if self.ended.is_some_and(|ended| ended <= now) {
            return None;
        }
        Some(if self.killed.is_some_and(|killed| killed <= now) {
            ContainerState::Killing
        } else if now < self.starting {
            ContainerState::Staging
        } else if now < self.running {
            ContainerState::Starting
        } else if self.fails {
            ContainerState::Failed
        } else {
            ContainerState::Running
        })
    }

    /// Tells it to end at an instant.
    pub(crate) fn kill(&mut self, at: Timestamp, pace: Pace) {
        self.killed = Some(at);
        self.ended = Some(pace.after(at, KILLING));
    }
}

/// A container that starts at an instant.
pub(crate) fn start_container(
    owner: &str,
    number: u64,
    image: &str,
    from: Timestamp,
    pace: Pace,
) -> Container {
    let suffix = derived(&format!("{owner}/{number}/{from}"), 14);
    let (set, own) = suffix.split_at(9);
    Container {
        name: format!("{owner}-{set}-{own}"),
        number,
        image: image.to_owned(),
        created: from,
        starting: pace.after(from, STARTING),
        running: pace.after(from, RUNNING),
        fails: image_fails(image),
        killed: None,
        ended: None,
        files: Tree::default(),
    }
}

/// Whether an image is one that no registry has, to see a rollout fail: its tag is `does-not-exist`.
pub(crate) fn image_fails(image: &str) -> bool {
    image.ends_with(":does-not-exist")
}

impl Service {
    /// The image that it is to run; None where none is chosen yet.
    pub(crate) fn image(&self) -> Option<String> {
        match self.kind {
            ServiceKind::Build => None,
            ServiceKind::Combined => {
                let build = self.builds.last()?;
                Some(format!("registry.code.run/{}:{}", self.item.id, build.sha))
            }
            ServiceKind::Deployment => {
                let deployment = self.item.fields().object("deployment")?;
                if let Some(external) = deployment.object("external") {
                    return external.text("imagePath").map(str::to_owned);
                }
                let internal = deployment.object("internal")?;
                let sha = internal.text("buildSHA").unwrap_or("latest");
                Some(format!("registry.code.run/{}:{sha}", internal.text("id")?))
            }
        }
    }

    /// Replaces all containers. Where a volume is mounted, the old ones end before the new ones begin;
    /// elsewhere they run until the new ones do.
    pub(crate) fn deploy(&mut self, from: Timestamp, pace: Pace, one_at_a_time: bool) {
        let Some(image) = self.image() else {
            return;
        };
        let fails = image_fails(&image);
        let replaced_at = if one_at_a_time {
            Some(from)
        } else {
            (!fails).then(|| pace.after(from, RUNNING))
        };
        for container in self.living(from) {
            let at = if container.running <= from && !container.fails {
                replaced_at
            } else {
                Some(from)
            };
            if let Some(at) = at {
                container.kill(at, pace);
            }
        }
        self.rollout = Some(Rollout::new(Reason::Deploying, from, pace, fails));
        self.start(self.instances, &image, from, pace);
    }

    /// Starts or ends as many containers as it takes.
    pub(crate) fn scale_to(&mut self, instances: u64, now: Timestamp, pace: Pace) {
        self.instances = instances;
        let Some(image) = self.image() else {
            return;
        };
        let mut living = self.living(now);
        let count = u64::try_from(living.len()).unwrap_or(u64::MAX);
        let surplus = usize::try_from(count.saturating_sub(instances)).unwrap_or(usize::MAX);
        for container in living.iter_mut().rev().take(surplus) {
            container.kill(now, pace);
        }
        let rollout = Rollout::new(Reason::Scaling, now, pace, image_fails(&image));
        self.rollout = Some(if instances == 0 {
            // Nothing is waited for.
            Rollout {
                begun: now,
                done: now,
                fails: false,
                ..rollout
            }
        } else {
            rollout
        });
        self.start(instances.saturating_sub(count), &image, now, pace);
    }

    /// Ends all containers at once, and remembers how many there were.
    pub(crate) fn pause(&mut self, now: Timestamp, pace: Pace) {
        if self.paused.is_none() {
            self.paused = Some(self.instances);
            self.scale_to(0, now, pace);
        }
    }

    /// Containers that are not told to end yet.
    fn living(&mut self, now: Timestamp) -> Vec<&mut Container> {
        let living = |container: &&mut Container| container.killed.is_none_or(|at| now < at);
        self.containers.iter_mut().filter(living).collect()
    }

    fn start(&mut self, count: u64, image: &str, from: Timestamp, pace: Pace) {
        for _ in 0..count {
            self.containers_started += 1;
            let number = self.containers_started;
            let container = start_container(&self.item.id, number, image, from, pace);
            self.containers.push(container);
        }
        let gone = self
            .containers
            .iter()
            .filter(|c| c.killed.is_some())
            .count();
        let mut surplus = gone.saturating_sub(KEPT);
        self.containers.retain(|container| {
            let drop = surplus > 0 && container.killed.is_some();
            surplus -= usize::from(drop);
            !drop
        });
    }

    /// Containers that a command may run in.
    pub(crate) fn running(&self, now: Timestamp) -> impl Iterator<Item = &Container> {
        self.containers
            .iter()
            .filter(move |container| container.state(now) == Some(ContainerState::Running))
    }
}
