//! `deploy` on Northflank: plan, check, apply, wait, report.

use super::planning::{Planned, online};
use super::service::{Found, names};
use super::summary;
use crate::args::DeployArgs;
use crate::commands::context::Context;
use crate::commands::deploy::permitted;
use crate::commands::session::{Access, refuse_unproven};
use crate::config::{Loaded, Northflank};
use crate::error::{Error, Failure, Kind, Result};
use crate::exit::Exit;
use crate::output::{DeployReport, Human as _};
use crate::plan::northflank::{ServicePlan, ServiceSeen, ServiceState};
use crate::provider::{AppliedService, Journal};
use crate::settings::Format;
use crate::state::ServiceRecord;

/// Brings the deployment to what the file says.
pub(in crate::commands) async fn deploy(
    args: &DeployArgs,
    loaded: &Loaded,
    wanted: &Northflank,
    context: &Context<'_>,
) -> Result<Exit> {
    let Planned {
        plan,
        found,
        secrets,
    } = online(&args.planning, loaded, wanted, Access::Change, context).await?;
    let Found {
        config,
        cloud,
        mut session,
        sight,
    } = found;
    let state_file = session.file(&context.settings.config.current_dir);
    if !plan.actions.is_empty() {
        refuse_unproven(sight.not_yet_ours())?;
    }
    permitted(&plan, "Northflank", args)?;
    if !plan.actions.is_empty() && context.printer.format() == Format::Human {
        let text = String::from(plan.human(context.printer.talk()));
        context.printer.say(text.trim_end());
    }
    let names = names(config, wanted);
    let mut journal = Found::journal(&mut session, &sight, &cloud, names, context)?;
    if let Some(service) = sight.service() {
        journal.expose_service(&service.id, rate(&plan));
    }
    let done = async {
        let applied = cloud.northflank.apply(&plan, &sight, &mut journal).await?;
        let service = settle(args, &plan, &applied, &cloud, context).await?;
        Ok::<_, Error>((applied, service))
    };
    let (applied, service) = done
        .await
        .map_err(|error: Error| error.leaving(context.ledger.all()))?;
    context.printer.report(
        "deploy",
        &report(
            config, &plan, &service, applied, &journal, secrets, state_file,
        ),
    );
    Ok(Exit::Done)
}

/// What it bills at least, as planned.
fn rate(plan: &ServicePlan) -> Option<f64> {
    plan.estimated_cost.as_ref().map(|cost| cost.hourly)
}

/// The service as it is after all, waited for if that was asked for and there is something to wait for.
async fn settle(
    args: &DeployArgs,
    plan: &ServicePlan,
    applied: &AppliedService,
    cloud: &crate::commands::context::NorthflankCloud,
    context: &Context<'_>,
) -> Result<ServiceSeen> {
    let spec = &plan.target;
    let northflank = &cloud.northflank;
    let gone = || {
        Error::new(
            Kind::Provider,
            Failure::new("the plan was applied, and the service is not there")
                .help("`sindri status` looks again"),
        )
    };
    if !args.waits() || spec.least_instances() == 0 {
        let seen = northflank.service(&spec.project, &spec.name).await?;
        return seen.ok_or_else(gone);
    }
    let progress = context.printer.progress();
    northflank
        .wait_rolled_out(
            &spec.project,
            &spec.name,
            args.pace(context),
            applied.restarts,
            move |phase| progress.phase(phase),
        )
        .await
}

fn report(
    config: &crate::config::Config,
    plan: &ServicePlan,
    service: &ServiceSeen,
    applied: AppliedService,
    journal: &Journal<'_, ServiceRecord>,
    secrets: usize,
    state_file: String,
) -> DeployReport {
    let mut notes = plan.notes.clone();
    notes.extend(journal.notes());
    let ready = match service.state {
        ServiceState::Completed => true,
        ServiceState::Paused
        | ServiceState::Pending
        | ServiceState::InProgress
        | ServiceState::Failed
        | ServiceState::Unknown(_) => false,
    };
    DeployReport {
        ready,
        idle: plan.target.least_instances() == 0,
        applied: applied.did,
        offers: Vec::new(),
        kept: Vec::new(),
        ssh_command: None,
        web_terminal: None,
        usd_per_hour: rate(plan),
        secrets,
        state_file: journal.is_written().then_some(state_file),
        status: summary::status(&config.name, &plan.target.project, Some(service), notes),
    }
}
