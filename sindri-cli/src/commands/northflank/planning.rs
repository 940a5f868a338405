//! From file and provider to a plan for Northflank.

use futures::future::try_join;

use super::service::{Found, Sought, refuse_renamed};
use crate::args::PlanningArgs;
use crate::commands::context::Context;
use crate::commands::planning::{Reach, resolve, secrets_of};
use crate::commands::session::Access;
use crate::config::{Config, Loaded, Northflank};
use crate::error::Result;
use crate::plan::northflank::{ServiceInputs, ServiceObserved, ServicePlan, plan_service};
use crate::secrets::Values;

/// A plan with what it was made from.
pub(super) struct Planned<'a> {
    pub(super) plan: ServicePlan,
    pub(super) found: Found<'a>,
    /// How many secrets are injected.
    pub(super) secrets: usize,
}

/// Makes a plan and changes nothing, not even the state file.
pub(in crate::commands) async fn plan(
    args: &PlanningArgs,
    loaded: &Loaded,
    wanted: &Northflank,
    context: &Context<'_>,
) -> Result<ServicePlan> {
    let planned = online(args, loaded, wanted, Access::Look, context).await?;
    Ok(planned.plan)
}

/// The same without asking anyone.
pub(in crate::commands) async fn plan_offline(
    args: &PlanningArgs,
    loaded: &Loaded,
    wanted: &Northflank,
    context: &Context<'_>,
) -> Result<ServicePlan> {
    let config = &loaded.config;
    context.announce(loaded, Reach::Offline);
    let resolved = resolve(args, config, Reach::Offline, context).await;
    for (secret, reason) in resolved.lacking() {
        context
            .printer
            .warn(&format!("secret {}: {reason}", secret.name));
    }
    let values = resolved.values();
    let inputs = inputs(args, config, wanted, &values);
    plan_service(&inputs, &ServiceObserved::default())
        .map_err(|error| context.plan_failed(error, config))
}

/// Looks at Northflank and plans.
pub(super) async fn online<'a>(
    args: &PlanningArgs,
    loaded: &'a Loaded,
    wanted: &'a Northflank,
    access: Access,
    context: &Context<'_>,
) -> Result<Planned<'a>> {
    let config = &loaded.config;
    // Before any call: a refused one must not hide what is to be said about the file.
    let values = secrets_of(args, config, context).await?;
    context.announce(loaded, Reach::Online);
    let sought = Sought::open(config, wanted, access, context).await?;
    // The look goes first: the client sends one call alone while it does not know its quota, and others of the
    // look wait for the answer to its first. What is found is told whatever becomes of the catalog.
    let catalog = async { Ok(sought.cloud.northflank.catalog(wanted).await) };
    let (sight, catalog) = try_join(sought.look(), catalog).await?;
    let found = sought.found(sight, context);
    refuse_renamed(wanted, &found.sight)?;
    let known = found.sight.settled.record.as_ref();
    let catalog = catalog.map_err(|error| found.session.leaving(error, known))?;
    let observed = found.sight.observed(catalog);
    let inputs = inputs(args, config, wanted, &values);
    let mut plan =
        plan_service(&inputs, &observed).map_err(|error| context.plan_failed(error, config))?;
    if found.sight.service().is_none() {
        found.session.tell_neighbours(&config.name, context);
    }
    if !plan.actions.is_empty() {
        plan.blockers.extend(found.sight.not_yet_ours());
    }
    Ok(Planned {
        plan,
        found,
        secrets: values.count(),
    })
}

fn inputs<'a>(
    args: &PlanningArgs,
    config: &'a Config,
    northflank: &'a Northflank,
    secrets: &'a Values,
) -> ServiceInputs<'a> {
    ServiceInputs {
        config,
        northflank,
        secrets: &secrets.variables,
        files: &secrets.files,
        unread: &secrets.unread,
        max_usd_per_hour: args.max_price,
    }
}
