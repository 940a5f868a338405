//! The plan for a Northflank service.

mod actions;
mod compare;
mod compute;
mod cost;
mod notes;
mod observed;
mod spec;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::json;

use super::action::{Action, Plan, Resource};
use super::cost::{Estimate, round};
use super::problem::PlanError;
use crate::config::{Config, Northflank, NorthflankVolume};
use crate::masked::{Masked, Variables};
use compare::compare;
use compute::Computing;

pub(crate) use observed::{
    Attachment, DeviceOffer, FilesSeen, GpuSeen, HealthSeen, PlanOffer, PortExtras, ProjectSeen,
    RegionOffer, ScalingSeen, ServiceCatalog, ServiceObserved, ServicePortSeen, ServiceSeen,
    ServiceState, ServiceVolumeSeen,
};
pub(crate) use spec::{GpuSpec, Part, ServicePatch, ServiceSpec, ServiceStep, volume_name};

/// A plan for Northflank.
pub(crate) type ServicePlan = Plan<ServiceStep, ServiceSpec>;

/// What a plan is made from, beside what was observed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ServiceInputs<'a> {
    /// The file.
    pub(crate) config: &'a Config,
    /// Its settings for Northflank.
    pub(crate) northflank: &'a Northflank,
    /// Values of its secrets, by name.
    pub(crate) secrets: &'a Variables,
    /// Texts of its files, by their path in the container.
    pub(crate) files: &'a Variables,
    /// Optional secrets that could not be read now: what the service has of them it keeps.
    pub(crate) unread: &'a BTreeSet<String>,
    /// The most that compute may cost, in USD per hour for all instances together.
    pub(crate) max_usd_per_hour: Option<f64>,
}

/// Works out what `deploy` has to do.
///
/// # Errors
///
/// [`PlanError::Config`] where the file and what is there contradict each other, [`PlanError::NoStock`]
/// where it would cost more than allowed.
pub(crate) fn plan_service(
    inputs: &ServiceInputs<'_>,
    observed: &ServiceObserved,
) -> Result<ServicePlan, PlanError> {
    let computing = compute::choose(
        inputs.config,
        inputs.northflank,
        observed.catalog.as_ref(),
        observed.project.as_ref(),
        observed
            .service
            .as_ref()
            .and_then(|seen| seen.plan.as_deref()),
    )?;
    let spec = service_spec(inputs, &computing)?;
    if let (Some(volume), Some(seen)) = (&spec.volume, &observed.volume) {
        usable(volume, seen)?;
    }
    let draft = Draft {
        inputs,
        observed,
        estimate: computing.price.map(|price| cost::estimate(&spec, price)),
        computing,
        spec,
    };
    match &observed.service {
        None => draft.create(),
        Some(seen) => draft.bring_to(seen),
    }
}

/// Whether the volume that is there can be the one asked for.
fn usable(wanted: &NorthflankVolume, seen: &ServiceVolumeSeen) -> Result<(), PlanError> {
    let key = "providers.northflank.volumeSizeGb";
    if !seen.ours {
        return Err(PlanError::config(
            "providers.northflank.serviceName",
            format!(
                "volume {} is there already, and nothing says that `deploy` made it",
                seen.name
            ),
            format!("its volume would be {}", seen.name),
            Some(
                "choose another `serviceName`: a volume of somebody else is left as it is"
                    .to_owned(),
            ),
        ));
    }
    if let Some(now) = seen.size_gb.0.filter(|now| *now > wanted.size_gb) {
        return Err(PlanError::config(
            key,
            format!(
                "volume {} has {now} GB and never shrinks to {} GB",
                seen.name, wanted.size_gb
            ),
            format!("the volume has {now} GB"),
            Some(format!(
                "write `volumeSizeGb: {now}`, or delete the volume with `sindri destroy --volumes`"
            )),
        ));
    }
    match &seen.attachment {
        Attachment::Free | Attachment::Ours | Attachment::Unknown => Ok(()),
        Attachment::Other(other) => Err(PlanError::config(
            "providers.northflank.serviceName",
            format!("volume {} is attached to {other}", seen.name),
            format!("its volume would be {}", seen.name),
            Some("choose another `serviceName`, or detach that volume first".to_owned()),
        )),
    }
}

fn service_spec(
    inputs: &ServiceInputs<'_>,
    computing: &Computing,
) -> Result<ServiceSpec, PlanError> {
    let (config, wanted) = (inputs.config, inputs.northflank);
    let image = config.image.as_ref().ok_or_else(|| {
        PlanError::config(
            "deployment.image",
            "a service needs an image",
            "no image",
            Some("write `image: registry/name:tag` below `deployment:`".to_owned()),
        )
    })?;
    let plain = config.environment.iter();
    let mut env: Variables = plain
        .map(|(name, value)| (name.clone(), Masked::from(value.as_str())))
        .collect();
    let secrets = inputs.secrets.iter();
    env.extend(secrets.map(|(name, value)| (name.clone(), value.clone())));
    Ok(ServiceSpec {
        project: wanted.project_name.clone(),
        name: wanted.service_name.clone(),
        image: image.to_string(),
        credentials: wanted.registry_credentials.clone(),
        plan: computing.plan.clone(),
        gpu: computing.gpu.clone(),
        instances: wanted.instances,
        ports: wanted.ports.clone(),
        env,
        files: inputs.files.clone(),
        health_check: wanted.health_check.clone(),
        scaling: wanted.auto_scaling.clone(),
        volume: wanted.volume.clone(),
    })
}

/// Everything known while the plan is worked out.
struct Draft<'a> {
    inputs: &'a ServiceInputs<'a>,
    observed: &'a ServiceObserved,
    computing: Computing,
    spec: ServiceSpec,
    estimate: Option<Estimate>,
}

type ServiceAction = Action<ServiceStep>;

impl Draft<'_> {
    fn create(self) -> Result<ServicePlan, PlanError> {
        self.check_price()?;
        let mut actions = Vec::new();
        if self.observed.project.is_none() {
            let region = &self.inputs.northflank.region;
            actions.push(actions::create_project(&self.spec.project, region));
        }
        if let Some(volume) = &self.spec.volume {
            actions.extend(match &self.observed.volume {
                None => Some(actions::create_volume(&self.spec, volume)),
                Some(seen) => actions::update_volume(seen, volume),
            });
        }
        let rate = self.estimate.as_ref().map(Estimate::rate);
        actions.push(actions::create_service(&self.spec, rate));
        Ok(self.plan(actions))
    }

    fn bring_to(self, seen: &ServiceSeen) -> Result<ServicePlan, PlanError> {
        if seen.kind != "deployment" {
            return Err(PlanError::config(
                "providers.northflank.serviceName",
                format!(
                    "service {} is of the kind `{}`, and this program only runs images",
                    seen.id, seen.kind
                ),
                "the name is taken",
                Some("choose another `serviceName`".to_owned()),
            ));
        }
        let found = compare(
            &self.spec,
            seen,
            &self.sent(&self.observed.env_names),
            &self.sent(&self.observed.file_paths),
        );
        let lost = found
            .patch
            .parts
            .contains(&Part::Ports)
            .then(|| [lost_rules(seen), lost_ports(seen)]);
        let rate = self.estimate.as_ref().map(Estimate::rate);
        let resume = actions::resume_service(&self.spec, seen, rate);
        let costs = [Part::Billing, Part::Deployment, Part::Scaling];
        if resume.is_some() || costs.iter().any(|part| found.patch.parts.contains(part)) {
            self.check_price()?;
        }
        let mut actions: Vec<ServiceAction> = Vec::new();
        if let (Some(volume), None) = (&self.spec.volume, &self.observed.volume) {
            actions.push(actions::create_volume(&self.spec, volume));
        }
        actions.extend(actions::update_service(&self.spec, seen, found));
        if let Some(volume) = &self.spec.volume {
            match &self.observed.volume {
                None => actions.push(actions::attach_new_volume(&self.spec.volume_name(), seen)),
                Some(there) => {
                    actions.extend(actions::update_volume(there, volume));
                    actions.extend(actions::attach_volume(there, seen));
                }
            }
        }
        actions.extend(resume);
        let mut plan = self.plan(actions);
        plan.blockers.extend(lost.into_iter().flatten().flatten());
        Ok(plan)
    }

    /// What of it, sent by an earlier deploy, may be taken away again.
    fn sent(&self, names: &[String]) -> Vec<String> {
        names
            .iter()
            .filter(|name| !self.inputs.unread.contains(*name))
            .cloned()
            .collect()
    }

    /// What bills at most has to be within what is allowed.
    fn check_price(&self) -> Result<(), PlanError> {
        let (Some(max), Some(price)) = (self.inputs.max_usd_per_hour, self.computing.price) else {
            return Ok(());
        };
        let instances = cost::most_instances(&self.spec);
        let total = round(
            (price.plan + price.gpu.unwrap_or_default()) * f64::from(instances),
            5,
        );
        if total <= max {
            return Ok(());
        }
        let mut details = vec![format!(
            "{instances} × {}: ${}/h each",
            self.spec.plan.as_deref().unwrap_or("compute"),
            price.plan
        )];
        if let (Some(gpu), Some(usd)) = (&self.spec.gpu, price.gpu) {
            details.push(format!("{instances} × {gpu}: ${usd}/h each"));
        }
        Err(PlanError::NoStock {
            message: format!("this costs up to ${total}/h, more than ${max}/h"),
            details,
            help: vec![format!(
                "allow more with `--max-price {total}`, or write a smaller plan or fewer instances"
            )],
        })
    }

    fn plan(self, actions: Vec<ServiceAction>) -> ServicePlan {
        let notes = notes::notes(&self);
        ServicePlan {
            provider: "northflank",
            name: self.inputs.config.name.clone(),
            actions,
            resources: self.resources(),
            estimated_cost: self.estimate,
            choice: None,
            max_usd_per_hour: self.inputs.max_usd_per_hour,
            blockers: Vec::new(),
            notes,
            target: self.spec,
        }
    }

    fn resources(&self) -> Vec<Resource> {
        let region = match &self.observed.project {
            Some(project) => project.region.as_deref(),
            None => Some(self.inputs.northflank.region.as_str()),
        };
        let mut resources = vec![Resource {
            resource_type: "project",
            name: self.spec.project.clone(),
            config: BTreeMap::from([("region", json!(region))]),
        }];
        if let Some(volume) = &self.spec.volume {
            resources.push(Resource {
                resource_type: "volume",
                name: self.spec.volume_name(),
                config: BTreeMap::from([
                    ("size_gb", json!(volume.size_gb)),
                    ("path", json!(volume.path)),
                ]),
            });
        }
        resources.push(Resource {
            resource_type: "service",
            name: self.spec.name.clone(),
            config: self.spec.describe(),
        });
        resources
    }
}

/// A port that cannot be said is in no list that replaces what is there.
fn lost_ports(seen: &ServiceSeen) -> Option<String> {
    (!seen.odd_ports.is_empty()).then(|| {
        format!(
            "the ports would be replaced, and {} would be lost, which sindri.yaml cannot say: leave `ports` \
             as they are, or change them in Northflank's console",
            seen.odd_ports.join(", ")
        )
    })
}

/// Ports are replaced as a whole, and their access rules with them: a protected port must not be opened by
/// that.
fn lost_rules(seen: &ServiceSeen) -> Option<String> {
    let guarded: Vec<&str> = seen
        .ports
        .iter()
        .filter(|seen| seen.extras == PortExtras::Some)
        .map(|seen| seen.port.name.as_str())
        .collect();
    (!guarded.is_empty()).then(|| {
        format!(
            "the ports would be replaced, and with them the access rules or domains of {}: leave `ports` as \
             they are, or take those off in Northflank's console first",
            guarded.join(", ")
        )
    })
}

impl fmt::Display for GpuSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} × {}", self.count, self.id)
    }
}

impl fmt::Display for ScalingSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.min_instances, self.max_instances)?;
        if let Some(cpu) = self.cpu {
            write!(f, ", {cpu} % CPU")?;
        }
        if let Some(memory) = self.memory {
            write!(f, ", {memory} % memory")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
