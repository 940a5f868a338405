//! `stop` and `start`.

use super::context::Context;
use super::deployed::Deployed;
use super::northflank;
use super::session::{Access, stray_notes};
use super::summary;
use crate::config::Target;
use crate::error::{Error, Failure, Kind, Result};
use crate::exit::Exit;
use crate::output::{ChangeReport, Kept};
use crate::plan::{MountSeen, PodSeen, PodState, Rate};
use crate::state::{Act, Deed};

/// Stops the deployment. Storage is kept and bills.
pub(super) async fn stop(context: &Context<'_>) -> Result<Exit> {
    let config = context.load_quietly()?;
    if let Target::Northflank(wanted) = &config.target {
        return northflank::stop(&config, wanted, context).await;
    }
    let found = Deployed::look(config, context, Access::End).await?;
    let pod = found.pod()?;
    let report = match pod.state {
        PodState::Exited | PodState::Error | PodState::Terminated => report(
            &found,
            pod,
            false,
            format!("pod {} is already stopped ({})", pod.id, pod.state.as_str()),
        ),
        PodState::Provisioning | PodState::Starting | PodState::Running | PodState::Unknown(_) => {
            refuse_unless_allowed(pod, "stop")?;
            // Until the answer is there, it bills on.
            expose(pod, Some(pod.usd_per_hour), context);
            let deed = Deed::new(Act::Stop, "pod", &pod.id);
            let stopped = found.cloud.runpod.stop_pod(&pod.id);
            let stopped = found.session.doing(&deed, context, stopped).await;
            let stopped = stopped.map_err(|error| error.leaving(context.ledger.all()))?;
            let message = if stopped.state.bills_compute() {
                format!(
                    "the stop of pod {} was accepted and is not confirmed yet: it is {} and bills ${}/h; \
                     `sindri status` shows when it has stopped",
                    pod.id,
                    stopped.state.as_str(),
                    stopped.usd_per_hour
                )
            } else {
                format!("stopped pod {}", pod.id)
            };
            report(&found, &stopped, true, message)
        }
    };
    let mut report = ChangeReport {
        kept: kept(pod),
        ..report
    };
    report
        .notes
        .push("`sindri start` starts it again, with a fresh container disk".to_owned());
    if matches!(pod.mount, MountSeen::Pod { .. }) {
        report
            .notes
            .push("it starts on the same host only, and its GPU may be taken by then".to_owned());
    }
    context.printer.report("stop", &report);
    Ok(Exit::Done)
}

/// Starts a stopped deployment, and does not wait for it.
pub(super) async fn start(context: &Context<'_>) -> Result<Exit> {
    let config = context.load_quietly()?;
    if let Target::Northflank(wanted) = &config.target {
        return northflank::start(&config, wanted, context).await;
    }
    let found = Deployed::look(config, context, Access::Change).await?;
    let pod = found.pod()?;
    let report = match pod.state {
        PodState::Provisioning | PodState::Starting | PodState::Running => report(
            &found,
            pod,
            false,
            format!("pod {} is already {}", pod.id, summary::state(Some(pod))),
        ),
        PodState::Exited | PodState::Error | PodState::Terminated | PodState::Unknown(_) => {
            let started = start_pod(&found, pod, context).await?;
            let mut report = report(&found, &started, true, format!("started pod {}", pod.id));
            report
                .notes
                .push(format!("it bills ${}/h again", started.usd_per_hour));
            report
                .notes
                .push("`sindri deploy` waits until it is ready".to_owned());
            report
        }
    };
    context.printer.report("start", &report);
    Ok(Exit::Done)
}

/// Starts a pod that is stopped.
pub(super) async fn start_pod(
    found: &Deployed,
    pod: &PodSeen,
    context: &Context<'_>,
) -> Result<PodSeen> {
    refuse_unless_allowed(pod, "start")?;
    // What it bills is known with the answer only.
    expose(pod, None, context);
    let deed = Deed::new(Act::Start, "pod", &pod.id);
    let started = found.cloud.runpod.start_pod(&pod.id);
    let started = found.session.doing(&deed, context, started).await;
    started.map_err(|error| error.leaving(context.ledger.all()))
}

/// Lists the pod, should the command end early.
pub(super) fn expose(pod: &PodSeen, usd_per_hour: Option<f64>, context: &Context<'_>) {
    context
        .ledger
        .exists(&format!("pod {}", pod.id), usd_per_hour, "sindri stop");
}

fn report(found: &Deployed, pod: &PodSeen, changed: bool, message: String) -> ChangeReport {
    ChangeReport {
        name: found.config.name.clone(),
        provider: "runpod",
        state: summary::state(Some(pod)),
        instance_id: Some(pod.id.clone()),
        changed,
        message,
        deleted: Vec::new(),
        kept: Vec::new(),
        notes: stray_notes(&found.sight),
    }
}

/// The provider says what a pod allows now; what it does not list would be refused.
fn refuse_unless_allowed(pod: &PodSeen, action: &str) -> Result<()> {
    if pod.actions.iter().any(|allowed| allowed == action) {
        return Ok(());
    }
    Err(Error::new(
        Kind::Provider,
        Failure::new(format!(
            "pod {} is {} and cannot {action} now",
            pod.id,
            pod.state.as_str()
        ))
        .detail(format!("RunPod allows: {}", pod.actions.join(", ")))
        .help("try again in a moment"),
    ))
}

/// Storage that a stopped pod goes on paying for.
pub(super) fn kept(pod: &PodSeen) -> Vec<Kept> {
    match &pod.mount {
        MountSeen::None => Vec::new(),
        MountSeen::Pod { size_gb, path } => vec![Kept {
            resource: format!("pod volume of {size_gb} GB at {path}"),
            usd_per_hour: size_gb.0.map(|gb| Rate::pod_volume(gb).stopped),
            remove: "`sindri destroy` deletes it with the pod".to_owned(),
        }],
        MountSeen::Network { volume_id, path } => vec![Kept {
            resource: format!("network volume {volume_id} at {path}"),
            usd_per_hour: None,
            remove: "it outlives the pod".to_owned(),
        }],
    }
}
