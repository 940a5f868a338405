//! `deploy`: load, plan, check, apply, wait, report.

use std::time::Duration;

use jiff::Timestamp;

use super::context::{Cloud, Context, runpod_target};
use super::northflank;
use super::planning::{self, Planned, Reach};
use super::session::{Access, Session, refuse_found_by_name};
use super::{ssh_config, summary};
use crate::args::DeployArgs;
use crate::config::Target;
use crate::error::{Error, Failure, Kind, Result};
use crate::exit::Exit;
use crate::output::{DeployReport, Human as _, Kept};
use crate::plan::{Existing, Plan, PodSeen, Step, Tried};
use crate::provider::{Journal, adopt_volume};
use crate::settings::{Format, Pace};

/// Brings the deployment to what the file says.
pub(super) async fn deploy(args: &DeployArgs, context: &Context<'_>) -> Result<Exit> {
    if args.from_source {
        return Err(Error::usage(
            Failure::new("this program builds no images").help("use a pre-built image"),
        ));
    }
    if args.dry_run {
        planning::show(&args.planning, reach(args), context).await?;
        return Ok(Exit::Done);
    }
    let loaded = context.load(args.planning.validation())?;
    let config = &loaded.config;
    if let Target::Northflank(wanted) = &config.target {
        return northflank::deploy(args, &loaded, wanted, context).await;
    }
    let runpod = runpod_target(config)?;
    let cloud = context.cloud(config).await?;
    let secrets = planning::secrets_of(&args.planning, config, context).await?;
    let inputs = args.planning.inputs(config, runpod, &secrets);
    let mut session = Session::open(context, config, &cloud, Access::Change)?;
    let state_file = session.file(&context.settings.config.current_dir);
    let planned = planning::plan_online(&loaded, &inputs, &cloud, &session, context).await?;
    if !planned.plan.actions.is_empty() {
        refuse_found_by_name(&planned.sight)?;
    }
    permitted(&planned.plan, "RunPod", args)?;
    let mut journal = session.journal(&planned.sight, &cloud, context, &config.name)?;
    let outcome = carry_out(args, &planned, &cloud, &mut journal, context).await;
    let Outcome {
        pod,
        applied,
        offers,
        kept,
    } = outcome.map_err(|error| error.leaving(context.ledger.all()))?;
    let followed = ssh_config::follow(config, &cloud, &planned.plan, &pod, context).await;
    if let Err(Error::Failed(_, failure)) = followed {
        // The deployment is what was asked for.
        context.printer.warn(&failure.message);
    }
    let mut notes = planned.plan.notes.clone();
    notes.extend(journal.notes());
    let report = DeployReport {
        ready: pod.ready,
        idle: false,
        applied,
        offers,
        kept,
        ssh_command: summary::ssh_command(&pod),
        web_terminal: Some(summary::web_terminal(&pod)),
        usd_per_hour: Some(pod.usd_per_hour),
        secrets: secrets.count(),
        state_file: journal.is_written().then_some(state_file),
        status: summary::status(&config.name, Some(&pod), notes, Timestamp::now()),
    };
    context.printer.report("deploy", &report);
    Ok(Exit::Done)
}

/// Whether a dry run asks the provider.
fn reach(args: &DeployArgs) -> Reach {
    if args.offline {
        Reach::Offline
    } else {
        Reach::Online
    }
}

/// What destroys or recreates something needs the user's word; what cannot work needs another file.
pub(super) fn permitted<S, T>(plan: &Plan<S, T>, provider: &str, args: &DeployArgs) -> Result<()> {
    if !plan.blockers.is_empty() {
        let mut failure = Failure::new(format!("{provider} cannot do what sindri.yaml asks for"));
        failure.details.clone_from(&plan.blockers);
        return Err(Error::usage(failure));
    }
    let risky: Vec<_> = plan.needs_force().collect();
    if args.force || risky.is_empty() {
        return Ok(());
    }
    let mut failure = Failure::new("this would recreate the deployment, and needs `--force`");
    for action in risky {
        failure.details.extend(
            action
                .changes
                .iter()
                .map(|change| format!("{}: {} -> {}", change.field, change.from, change.to)),
        );
        if !action.loses.is_empty() {
            failure.details.push(format!(
                "{} is lost: {}",
                action.resource,
                action.loses.join(", ")
            ));
        }
    }
    Err(Error::usage(
        failure
            .help("`sindri plan` shows the whole of it; `sindri deploy --force` goes on")
            .help("undo the change in sindri.yaml to keep what runs"),
    ))
}

/// What a deploy came to.
struct Outcome {
    pod: PodSeen,
    /// What was done, in order.
    applied: Vec<String>,
    /// What was tried to create the pod.
    offers: Vec<Tried>,
    /// Pods that were replaced and bill on.
    kept: Vec<Kept>,
}

/// Applies the plan, waits, and deletes what was replaced once the new pod is ready.
async fn carry_out(
    args: &DeployArgs,
    planned: &Planned,
    cloud: &Cloud,
    journal: &mut Journal<'_>,
    context: &Context<'_>,
) -> Result<Outcome> {
    let plan = &planned.plan;
    if !plan.actions.is_empty() && context.printer.format() == Format::Human {
        let text = String::from(plan.human(context.printer.talk()));
        context.printer.say(text.trim_end());
    }
    if let Some(volume) = &planned.observed.own_volume {
        adopt_volume(volume, journal);
    }
    let existing = match &planned.observed.existing {
        Existing::Found(deployed) => Some(deployed.pod.clone()),
        Existing::None | Existing::NotChecked => None,
    };
    if let Some(pod) = &existing {
        journal.expose(pod);
    }
    let mut applied = cloud.runpod.apply(plan, &planned.sight, journal).await?;
    let Some(pod) = applied.pod.or(existing) else {
        return Err(Error::new(
            Kind::Unexpected,
            Failure::new("the plan was applied, and there is no pod"),
        ));
    };
    journal.expose(&pod);
    let pod = if args.waits() && !pod.ready {
        let progress = context.printer.progress();
        cloud
            .runpod
            .wait_ready(
                &pod.id,
                args.pace(context),
                applied.first_look,
                move |phase| {
                    progress.phase(phase);
                },
            )
            .await?
    } else {
        pod
    };
    let kept = if pod.ready {
        let deleted = cloud.runpod.delete_replaced(plan, journal).await?;
        applied.did.extend(deleted);
        Vec::new()
    } else {
        replaced(planned)
    };
    Ok(Outcome {
        pod,
        applied: applied.did,
        offers: applied.offers,
        kept,
    })
}

/// Pods that were replaced and stay until the new one is ready.
fn replaced(planned: &Planned) -> Vec<Kept> {
    let ids = planned.plan.actions.iter().filter_map(|action| {
        let Step::DeletePod { id } = &action.step else {
            return None;
        };
        Some(id)
    });
    ids.map(|id| Kept {
        resource: format!("pod {id}, which was replaced"),
        usd_per_hour: planned.sight.by_id(id).map(|pod| pod.usd_per_hour),
        remove: "the next `sindri deploy` deletes it once the new pod is ready".to_owned(),
    })
    .collect()
}

impl DeployArgs {
    pub(super) fn waits(&self) -> bool {
        !self.no_wait
    }

    pub(super) fn pace(&self, context: &Context<'_>) -> Pace {
        let pace = context.settings.pace;
        Pace {
            deploy_timeout: self
                .timeout
                .map_or(pace.deploy_timeout, Duration::from_secs),
            ..pace
        }
    }
}
