//! The plan for a RunPod pod.

mod actions;
mod hardware;

use std::collections::BTreeSet;

use super::action::{Action, Plan, Resource};
use super::compare::compare;
use super::cost::{Estimate, estimate};
use super::observed::{AccountKeys, Deployed, Existing, Observed, PodSeen, VolumeSeen};
use super::place::{Place, place};
use super::problem::PlanError;
use super::spec::{MountSpec, NewVolume, PodSpec, VolumeChoice};
use crate::config::{Config, Runpod, Verification, Volume};
use crate::masked::{Masked, Variables};
use hardware::{Decision, Hardware, as_deployed};

/// What a plan is made from, beside what was observed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Inputs<'a> {
    /// The file.
    pub(crate) config: &'a Config,
    /// Its settings for RunPod.
    pub(crate) runpod: &'a Runpod,
    /// Values of its secrets, by name.
    pub(crate) secrets: &'a Variables,
    /// Optional secrets whose values could not be read: what a pod has of them it keeps.
    pub(crate) unread: &'a BTreeSet<String>,
    /// What holds where it asks for spot capacity.
    pub(crate) spot: SpotPolicy,
    /// The most that compute may cost, in USD per hour for the whole pod.
    pub(crate) max_usd_per_hour: Option<f64>,
}

/// What holds where the file asks for spot capacity, which RunPod v2 does not sell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SpotPolicy {
    /// Refuse, and say the on-demand price.
    Refuse,
    /// Go on at the on-demand price.
    OnDemand,
}

/// Works out what `deploy` has to do.
///
/// # Errors
///
/// [`PlanError::Config`] where the file and the catalog contradict each other, [`PlanError::NoStock`] where
/// nothing that the file allows can be had now.
pub(crate) fn plan(inputs: &Inputs<'_>, observed: &Observed) -> Result<Plan, PlanError> {
    let own_volume = own_volume(inputs.runpod, observed)?;
    let volume = own_volume.or(observed.named_volume.as_ref());
    let place = place(&inputs.runpod.region, volume, observed.catalog.as_ref())?;
    let draft = Draft {
        inputs,
        observed,
        own_volume,
        place,
    };
    draft.check_spot()?;
    match &observed.existing {
        Existing::NotChecked | Existing::None => draft.create(),
        Existing::Found(deployed) => draft.bring_to(deployed),
    }
}

/// The volume made earlier for this deployment, if the file still wants it.
fn own_volume<'a>(
    runpod: &Runpod,
    observed: &'a Observed,
) -> Result<Option<&'a VolumeSeen>, PlanError> {
    let Volume::NewNetwork { size_gb, .. } = &runpod.volume else {
        return Ok(None);
    };
    match &observed.own_volume {
        Some(volume) if volume.size_gb.0.is_some_and(|now| now > *size_gb) => {
            Err(PlanError::config(
                "providers.runpod.volumeSizeGb",
                format!(
                    "network volume {} has {} GB and never shrinks to {size_gb} GB",
                    volume.name, volume.size_gb
                ),
                format!("the volume has {} GB", volume.size_gb),
                Some(format!(
                    "write `volumeSizeGb: {}`, or delete the volume with `sindri destroy --volumes`",
                    volume.size_gb
                )),
            ))
        }
        found => Ok(found.as_ref()),
    }
}

/// Everything known while the plan is worked out.
struct Draft<'a> {
    inputs: &'a Inputs<'a>,
    observed: &'a Observed,
    own_volume: Option<&'a VolumeSeen>,
    place: Place,
}

impl Draft<'_> {
    fn check_spot(&self) -> Result<(), PlanError> {
        if self.inputs.runpod.spot.is_none() || self.inputs.spot == SpotPolicy::OnDemand {
            return Ok(());
        }
        let price = self.hardware()?.cheapest_usd_per_hour().map_or_else(
            || "its on-demand price is not checked offline".to_owned(),
            |usd| format!("on demand it is ${usd}/h"),
        );
        Err(PlanError::config(
            self.inputs.spot_key(),
            format!("RunPod sells no spot capacity any more; {price}"),
            "RunPod REST v2 has no spot price and no bid",
            Some("write `spot: false`, or run with `--on-demand` to accept that price".to_owned()),
        ))
    }

    /// What there is must not bill more than allowed: neither as it runs, nor once it is started.
    fn check_price(&self, pod: &PodSeen, once_started: Option<f64>) -> Result<(), PlanError> {
        let Some(max) = self.inputs.max_usd_per_hour else {
            return Ok(());
        };
        let (what, price, end) = if pod.state.bills_compute() {
            let end = "`sindri stop` ends the bill for compute";
            (format!("pod {} bills", pod.id), Some(pod.usd_per_hour), end)
        } else {
            let end = "the pod stays stopped";
            (format!("starting pod {} costs", pod.id), once_started, end)
        };
        let Some(price) = price.filter(|price| *price > max) else {
            return Ok(());
        };
        Err(PlanError::NoStock {
            message: format!("{what} ${price}/h, more than ${max}/h"),
            details: Vec::new(),
            help: vec![
                end.to_owned(),
                format!(
                    "`--max-price {price}` allows it; another card needs a new pod (`--force`)"
                ),
            ],
        })
    }

    /// What the file asks for, looked up: only where hardware has to be chosen, because a pod that runs may
    /// have what the catalog no longer offers.
    fn hardware(&self) -> Result<Hardware<'_>, PlanError> {
        let catalog = self.observed.catalog.as_ref();
        Hardware::look_up(self.inputs.runpod, &self.inputs.config.origins, catalog)
    }

    fn decide(&self) -> Result<Decision, PlanError> {
        self.hardware()?.decide(
            &self.place,
            self.inputs.runpod,
            self.inputs.max_usd_per_hour,
        )
    }

    /// Nothing is there yet, as far as is known.
    fn create(&self) -> Result<Plan, PlanError> {
        let decision = self.decide()?;
        let (spec, mut notes) = self.new_pod(&decision);
        let estimate = self.estimate(&spec, &decision);
        let mut actions: Vec<Action> = self.volume_action(&decision).into_iter().collect();
        actions.push(actions::create_pod(&spec, estimate.as_ref()));
        notes.extend(notes_for_new(&spec));
        Ok(self.plan(actions, spec, decision, estimate, notes))
    }

    /// Something is there.
    fn bring_to(&self, deployed: &Deployed) -> Result<Plan, PlanError> {
        let (runpod, origins) = (self.inputs.runpod, &self.inputs.config.origins);
        let catalog = self.observed.catalog.as_ref();
        let decision = match as_deployed(runpod, origins, catalog, &deployed.pod) {
            Some(decision) => decision,
            None => self.decide()?,
        };
        let spec = self.spec(&decision, self.env());
        let found = compare(&spec, &self.place, &deployed.pod, &deployed.recorded);
        let mut actions: Vec<Action> = self.volume_action(&decision).into_iter().collect();
        let mut notes = Vec::new();
        let replaces = found.needs_new();
        let (spec, decision) = if replaces {
            // A new pod is placed by today's stock, not where the old one happens to be.
            let decision = self.decide()?;
            let (spec, more) = self.new_pod(&decision);
            notes.extend(more);
            notes.extend(notes_for_new(&spec));
            (spec, decision)
        } else {
            (spec, decision)
        };
        let estimate = self.estimate(&spec, &decision);
        if replaces {
            actions.extend(actions::replace_pod(
                &spec,
                &deployed.pod,
                found,
                estimate.as_ref(),
            ));
        } else {
            actions.extend(actions::update_pod(&deployed.pod, found));
            self.check_price(&deployed.pod, decision.usd_per_hour)?;
            actions.extend(actions::start_pod(&deployed.pod, estimate.as_ref()));
            notes.extend(actions::state_note(&deployed.pod));
        }
        actions.extend(deployed.retiring.iter().map(actions::delete_replaced));
        if !replaces {
            notes.extend(actions::not_compared_note(&spec, &deployed.recorded));
            notes.extend(actions::host_note(&spec, &deployed.recorded));
        }
        Ok(self.plan(actions, spec, decision, estimate, notes))
    }

    /// The network volume made for this deployment: made, grown or left alone.
    fn volume_action(&self, decision: &Decision) -> Option<Action> {
        let Volume::NewNetwork { size_gb, .. } = &self.inputs.runpod.volume else {
            return None;
        };
        match self.own_volume {
            None => Some(actions::create_volume(
                &self.volume_name(),
                NewVolume {
                    size_gb: *size_gb,
                    data_center: decision.data_centers.first().cloned(),
                },
            )),
            Some(volume) if volume.size_gb.0.is_some_and(|now| now < *size_gb) => {
                Some(actions::grow_volume(volume, *size_gb))
            }
            Some(_) => None,
        }
    }

    fn new_pod(&self, decision: &Decision) -> (PodSpec, Vec<String>) {
        let mut env = self.env();
        let notes = add_public_key(self.inputs.runpod, self.observed, &mut env);
        (self.spec(decision, env), notes.into_iter().collect())
    }

    fn spec(&self, decision: &Decision, env: Variables) -> PodSpec {
        let (config, runpod) = (self.inputs.config, self.inputs.runpod);
        PodSpec {
            name: config.name.clone(),
            image: config.image.as_ref().map(ToString::to_string),
            template_id: runpod.template_id.clone(),
            compute: decision.compute.clone(),
            cloud: runpod.cloud.as_str(),
            data_centers: decision.data_centers.clone(),
            disk_gb: runpod.disk_gb,
            mount: self.mount(),
            ports: runpod.ports.iter().map(ToString::to_string).collect(),
            env,
            start_ssh: runpod.start_ssh,
        }
    }

    fn mount(&self) -> MountSpec {
        match &self.inputs.runpod.volume {
            Volume::None => MountSpec::None,
            Volume::Pod { size_gb, path } => MountSpec::Pod {
                size_gb: *size_gb,
                path: path.clone(),
            },
            Volume::Network { volume_id, path } => MountSpec::Network {
                volume: VolumeChoice::Existing(volume_id.clone()),
                path: path.clone(),
            },
            Volume::NewNetwork { path, .. } => MountSpec::Network {
                volume: self.own_volume.map_or(VolumeChoice::Made, |volume| {
                    VolumeChoice::Existing(volume.id.clone())
                }),
                path: path.clone(),
            },
        }
    }

    fn env(&self) -> Variables {
        let plain = self.inputs.config.environment.iter();
        let mut env: Variables = plain
            .map(|(name, value)| (name.clone(), Masked::from(value.as_str())))
            .collect();
        env.extend(
            self.inputs
                .secrets
                .iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        // An outage must not restart a pod, and a new one in its place must not lack what it had.
        if let Existing::Found(deployed) = &self.observed.existing {
            let kept = deployed.pod.env.iter();
            let kept = kept.filter(|(name, _)| self.inputs.unread.contains(*name));
            env.extend(kept.map(|(name, value)| (name.clone(), value.clone())));
        }
        env
    }

    fn volume_gb(&self) -> Option<u32> {
        match &self.inputs.runpod.volume {
            Volume::None | Volume::Pod { .. } => None,
            Volume::Network { .. } => self.observed.named_volume.as_ref()?.size_gb.0,
            Volume::NewNetwork { size_gb, .. } => Some(*size_gb),
        }
    }

    /// The name ends in characters that are only drawn when something is made.
    fn volume_name(&self) -> String {
        self.own_volume.map_or_else(
            || format!("{}-data-…", self.inputs.config.name),
            |volume| volume.name.clone(),
        )
    }

    fn estimate(&self, spec: &PodSpec, decision: &Decision) -> Option<Estimate> {
        let usd_per_hour = decision.usd_per_hour?;
        Some(estimate(spec, usd_per_hour, self.volume_gb()))
    }

    fn plan(
        &self,
        actions: Vec<Action>,
        pod: PodSpec,
        decision: Decision,
        estimated_cost: Option<Estimate>,
        mut notes: Vec<String>,
    ) -> Plan {
        notes.extend(self.general_notes());
        let mut resources = Vec::new();
        if let Volume::NewNetwork { size_gb, .. } = &self.inputs.runpod.volume {
            let data_center = self.own_volume.map(|volume| volume.data_center.as_str());
            let planned = decision.data_centers.first().map(String::as_str);
            resources.push(Resource {
                resource_type: "network_volume",
                name: self.volume_name(),
                config: actions::describe_volume(*size_gb, data_center.or(planned)),
            });
        }
        resources.push(Resource {
            resource_type: "pod",
            name: pod.name.clone(),
            config: pod.describe(),
        });
        Plan {
            provider: "runpod",
            name: self.inputs.config.name.clone(),
            actions,
            resources,
            estimated_cost,
            choice: decision.choice,
            max_usd_per_hour: self.inputs.max_usd_per_hour,
            blockers: self.blockers(),
            notes,
            target: pod,
        }
    }

    /// Spot is refused earlier; what is left is only known to fail.
    fn blockers(&self) -> Vec<String> {
        use crate::config::BlockerKind;
        let blockers = self.inputs.config.blockers.iter();
        blockers
            .filter(|blocker| match blocker.kind {
                BlockerKind::Spot => false,
                BlockerKind::CommunityCpu => true,
            })
            .map(|blocker| match &blocker.finding.help {
                Some(help) => format!("{}: {help}", blocker.finding.message),
                None => blocker.finding.message.clone(),
            })
            .collect()
    }

    fn general_notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.observed.catalog.is_none() {
            notes.push(
                "offline: whether the deployment exists, prices and stock are not checked"
                    .to_owned(),
            );
        }
        if self.inputs.runpod.spot.is_some() {
            notes.push("spot capacity is asked for: going on at the on-demand price".to_owned());
        }
        match self.inputs.config.verification {
            Verification::NotAsked => {}
            Verification::Asked { .. } => notes
                .push("the image is not verified: this program checks no signatures".to_owned()),
        }
        notes
    }
}

impl Inputs<'_> {
    /// The key that asks for spot capacity.
    fn spot_key(&self) -> &'static str {
        const SPOT: &str = "providers.runpod.spot";
        if self.config.origins.is_written(SPOT) {
            SPOT
        } else {
            "providers.runpod.spotBid"
        }
    }
}

/// What to know about a pod that is made.
fn notes_for_new(spec: &PodSpec) -> Option<String> {
    matches!(spec.mount, MountSpec::Pod { .. }).then(|| {
        "when the account's balance reaches 0, RunPod deletes this pod together with its volume; a \
         network volume would be kept"
            .to_owned()
    })
}

/// An SSH service is of no use without a key: the account's, or else the user's own.
fn add_public_key(runpod: &Runpod, observed: &Observed, env: &mut Variables) -> Option<String> {
    const NAME: &str = "PUBLIC_KEY";
    if !runpod.start_ssh || env.contains_key(NAME) {
        return None;
    }
    match (observed.account_keys, &observed.public_key) {
        (AccountKeys::NotChecked | AccountKeys::Count(1..), _) => None,
        (AccountKeys::NotReadable, _) => Some(
            "this API key may not read the account's SSH keys: whether SSH will work is not checked"
                .to_owned(),
        ),
        (AccountKeys::Count(0), Some(key)) => {
            env.insert(NAME.to_owned(), Masked::from(key.line.as_str()));
            Some(format!(
                "the account has no SSH key: {} is sent as PUBLIC_KEY; the account is not changed",
                key.file
            ))
        }
        (AccountKeys::Count(0), None) => Some(
            "neither the account nor ~/.ssh has an SSH key: SSH will not work until the pod is made \
             anew with one"
                .to_owned(),
        ),
    }
}

#[cfg(test)]
#[path = "runpod_tests.rs"]
mod tests;
