//! From file and provider to a plan: what `plan`, `deploy --dry-run` and `deploy` share.

use super::context::{Cloud, Context, runpod_target};
use super::lookup;
use super::northflank;
use super::session::{Access, Session, stray_notes, tell};
use super::volume;
use crate::args::{PlanArgs, PlanningArgs};
use crate::config::{Config, Loaded, Runpod, Target, Validation};
use crate::error::Result;
use crate::exit::Exit;
use crate::plan::{self, Existing, Inputs, Observed, Plan, SpotPolicy};
use crate::provider::Sight;
use crate::secrets::{Resolved, Values};

/// Whether the provider is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Online,
    Offline,
}

/// A plan with what it was made from.
pub(super) struct Planned {
    pub(super) plan: Plan,
    pub(super) sight: Sight,
    pub(super) observed: Observed,
}

/// `plan`.
pub(super) async fn plan_command(args: &PlanArgs, context: &Context<'_>) -> Result<Exit> {
    let reach = if args.offline {
        Reach::Offline
    } else {
        Reach::Online
    };
    let changes = show(&args.planning, reach, context).await?;
    Ok(if changes == Changes::Some && args.detailed_exitcode {
        Exit::Changes
    } else {
        Exit::Done
    })
}

/// Whether a plan has anything to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Changes {
    None,
    Some,
}

/// Makes a plan, shows it, and changes nothing, not even the state file.
pub(super) async fn show(
    args: &PlanningArgs,
    reach: Reach,
    context: &Context<'_>,
) -> Result<Changes> {
    let loaded = context.load(args.validation())?;
    if let Target::Northflank(wanted) = &loaded.config.target {
        let plan = match reach {
            Reach::Offline => northflank::plan_offline(args, &loaded, wanted, context).await?,
            Reach::Online => northflank::plan(args, &loaded, wanted, context).await?,
        };
        return Ok(report(&plan, context));
    }
    let plan = look(args, reach, &loaded, context).await?;
    Ok(report(&plan, context))
}

fn report<S, T>(plan: &Plan<S, T>, context: &Context<'_>) -> Changes {
    context.printer.report("plan", plan);
    if plan.actions.is_empty() {
        Changes::None
    } else {
        Changes::Some
    }
}

async fn look(
    args: &PlanningArgs,
    reach: Reach,
    loaded: &Loaded,
    context: &Context<'_>,
) -> Result<Plan> {
    let config = &loaded.config;
    let runpod = runpod_target(config)?;
    if reach == Reach::Offline {
        context.announce(loaded, reach);
        let resolved = resolve(args, config, reach, context).await;
        for (secret, reason) in resolved.lacking() {
            context
                .printer
                .warn(&format!("secret {}: {reason}", secret.name));
        }
        let values = resolved.values();
        let inputs = args.inputs(config, runpod, &values);
        return plan::plan(&inputs, &Observed::default())
            .map_err(|error| context.plan_failed(error, config));
    }
    let cloud = context.cloud(config).await?;
    let values = secrets_of(args, config, context).await?;
    let inputs = args.inputs(config, runpod, &values);
    let session = Session::open(context, config, &cloud, Access::Look)?;
    Ok(plan_online(loaded, &inputs, &cloud, &session, context)
        .await?
        .plan)
}

/// Looks at the provider and plans.
pub(super) async fn plan_online(
    loaded: &Loaded,
    inputs: &Inputs<'_>,
    cloud: &Cloud,
    session: &Session,
    context: &Context<'_>,
) -> Result<Planned> {
    // Before any call: a refused one must not hide what is to be said about the file.
    context.announce(loaded, Reach::Online);
    let looked = cloud
        .runpod
        .look(&inputs.config.name, session.record(), inputs.runpod)
        .await;
    let (sight, facts) = looked.map_err(|error| session.unseen(error))?;
    tell(&sight, session, context);
    let known = sight.settled.record.as_ref();
    let facts = facts.map_err(|error| session.leaving(error, known))?;
    let own_volume = facts.own_volume(&sight).cloned();
    let observed = facts.observed(inputs.runpod, &sight, context.public_key());
    let mut plan =
        plan::plan(inputs, &observed).map_err(|error| context.plan_failed(error, inputs.config))?;
    if matches!(observed.existing, Existing::None) {
        session.tell_neighbours(&inputs.config.name, context);
    }
    let kept = volume::kept(&sight, volume::planned_by(&plan));
    plan.notes
        .extend(kept.and_then(|known| volume::kept_note(known, own_volume.as_ref())));
    plan.notes.extend(stray_notes(&sight));
    if !plan.actions.is_empty() {
        plan.blockers.extend(sight.not_yet_ours());
    }
    Ok(Planned {
        plan,
        sight,
        observed,
    })
}

/// The values of all secrets, or an error that lists all required ones that are missing. No provider has
/// been called by then.
pub(super) async fn secrets_of(
    args: &PlanningArgs,
    config: &Config,
    context: &Context<'_>,
) -> Result<Values> {
    let resolved = resolve(args, config, Reach::Online, context).await;
    lookup::required(&resolved)?;
    Ok(resolved.values())
}

/// Looks all secrets up and tells where.
pub(super) async fn resolve(
    args: &PlanningArgs,
    config: &Config,
    reach: Reach,
    context: &Context<'_>,
) -> Resolved {
    let resolved = context
        .look_up(config, args.env_file.as_deref(), reach)
        .await;
    lookup::tell(&resolved, config, context.printer);
    resolved
}

impl PlanningArgs {
    pub(super) fn validation(&self) -> Validation {
        if self.skip_validation {
            Validation::Lenient
        } else {
            Validation::Strict
        }
    }

    pub(super) fn inputs<'a>(
        &self,
        config: &'a Config,
        runpod: &'a Runpod,
        secrets: &'a Values,
    ) -> Inputs<'a> {
        let spot = if self.on_demand {
            SpotPolicy::OnDemand
        } else {
            SpotPolicy::Refuse
        };
        Inputs {
            config,
            runpod,
            secrets: &secrets.variables,
            unread: &secrets.unread,
            spot,
            max_usd_per_hour: self.max_price,
        }
    }
}
