//! The plan: what is done, in which order, with which consequence.

use std::collections::BTreeMap;

use serde::Serialize;

use super::choice::Choice;
use super::cost::{Estimate, Rate};
use super::spec::{NewVolume, PodPatch, PodSpec};

/// Everything a deployment is about to do. `deploy` applies exactly this.
///
/// `S` carries an action out and `T` is what is deployed: those of one provider never meet the other's.
#[derive(Debug, Clone, Serialize)]
#[serde(bound = "")]
pub(crate) struct Plan<S = Step, T = PodSpec> {
    /// Provider.
    pub(crate) provider: &'static str,
    /// Name of the deployment.
    pub(crate) name: String,
    /// What is done, in this order. Empty when nothing is.
    pub(crate) actions: Vec<Action<S>>,
    /// What there is afterwards.
    pub(crate) resources: Vec<Resource>,
    /// What that costs; none when prices were not asked for.
    pub(crate) estimated_cost: Option<Estimate>,
    /// How the hardware was chosen.
    pub(crate) choice: Option<Choice>,
    /// The most that compute may cost, in USD per hour: a pod that bills more is deleted at once.
    pub(crate) max_usd_per_hour: Option<f64>,
    /// Why `deploy` would refuse this plan.
    pub(crate) blockers: Vec<String>,
    /// What the user should know.
    pub(crate) notes: Vec<String>,
    /// What is deployed, as it should be.
    #[serde(skip)]
    pub(crate) target: T,
}

/// One thing that is done.
#[expect(clippy::struct_field_names, reason = "the names of the format")]
#[derive(Debug, Clone, Serialize)]
#[serde(bound = "")]
pub(crate) struct Action<S = Step> {
    /// The verb.
    pub(crate) action: Verb,
    /// What it means for what runs.
    pub(crate) class: Class,
    /// What it is done to.
    pub(crate) resource: String,
    /// In one line.
    pub(crate) description: String,
    /// Whether data that was meant to be kept is destroyed.
    pub(crate) destroys_data: DataLoss,
    /// What is lost.
    pub(crate) loses: Vec<String>,
    /// What differs.
    pub(crate) changes: Vec<Change>,
    /// What it adds to the bill; none when it adds nothing or the price is not known.
    pub(crate) usd_per_hour: Option<Rate>,
    /// What carries it out.
    #[serde(skip)]
    pub(crate) step: S,
}

/// The verbs of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verb {
    Create,
    Update,
    Delete,
    Start,
}

/// What an action means for what runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Class {
    /// Something new.
    Create,
    /// Changed while it goes on.
    UpdateInPlace,
    /// Changed, and restarted by that.
    Restart,
    /// Made anew, because it cannot be changed.
    Replace,
    /// Deleted.
    Delete,
    /// Started as it is.
    Start,
}

/// Whether data that was meant to be kept is destroyed. In JSON a boolean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DataLoss {
    /// None, or only a container disk, which never outlives a stop.
    None,
    /// A volume is lost.
    Destroys,
}

impl Serialize for DataLoss {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*self == Self::Destroys)
    }
}

/// One setting that differs. Values of environment variables are masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Change {
    /// The setting.
    pub(crate) field: String,
    /// As it is.
    pub(crate) from: String,
    /// As it should be.
    pub(crate) to: String,
    /// Whether it can only be had by making a new pod.
    #[serde(skip)]
    pub(crate) effect: Effect,
}

/// What a changed setting does to a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing.
    None,
    /// The provider resets the pod.
    Restart,
    /// It takes a new pod.
    Replace,
}

/// Something that exists once the plan is applied.
#[expect(clippy::struct_field_names, reason = "the names of the format")]
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Resource {
    /// `pod`, `network_volume`, `project`, `volume` or `service`.
    pub(crate) resource_type: &'static str,
    /// Its name.
    pub(crate) name: String,
    /// Its settings.
    pub(crate) config: BTreeMap<&'static str, serde_json::Value>,
}

/// What carries an action on RunPod out.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Make a network volume. Bills from then on.
    CreateVolume(NewVolume),
    /// Make a network volume larger.
    GrowVolume {
        /// Which.
        id: String,
        /// New size in GB.
        size_gb: u32,
    },
    /// Make the pod. Bills from then on. A pod that exists is kept until its deletion comes up.
    CreatePod,
    /// Change the pod.
    UpdatePod {
        /// Which.
        id: String,
        /// How.
        patch: Box<PodPatch>,
    },
    /// Start the pod.
    StartPod {
        /// Which.
        id: String,
    },
    /// Delete a pod that was replaced.
    DeletePod {
        /// Which.
        id: String,
    },
}

impl<S, T> Plan<S, T> {
    /// Actions that need the user's permission, because they recreate or destroy something.
    pub(crate) fn needs_force(&self) -> impl Iterator<Item = &Action<S>> {
        self.actions.iter().filter(|action| action.needs_force())
    }
}

impl<S> Action<S> {
    /// An action without consequences.
    pub(super) fn new(
        action: Verb,
        class: Class,
        resource: String,
        description: String,
        step: S,
    ) -> Self {
        Self {
            action,
            class,
            resource,
            description,
            destroys_data: DataLoss::None,
            loses: Vec::new(),
            changes: Vec::new(),
            usd_per_hour: None,
            step,
        }
    }

    /// What is done, for people.
    pub(crate) fn words(&self) -> &'static str {
        match (self.class, self.action) {
            (Class::Create, _) => "create",
            (Class::UpdateInPlace, _) => "update in place",
            (Class::Restart, _) => "update, restarts",
            (Class::Replace, Verb::Delete) => "replace: delete",
            (Class::Replace, Verb::Create | Verb::Update | Verb::Start) => "replace: create",
            (Class::Delete, _) => "delete",
            (Class::Start, _) => "start",
        }
    }

    /// Whether the user must permit it.
    pub(crate) fn needs_force(&self) -> bool {
        match self.class {
            Class::Replace => true,
            // Only what an earlier, permitted replacement left behind.
            Class::Delete => false,
            Class::Create | Class::UpdateInPlace | Class::Restart | Class::Start => {
                self.destroys_data == DataLoss::Destroys
            }
        }
    }
}
