//! `status`: once, or again and again.

use std::time::Duration;

use jiff::Timestamp;

use super::context::{Cloud, Context, runpod_target};
use super::northflank;
use super::session::{Access, Session, settled_notes, stray_notes};
use super::{summary, volume};
use crate::args::StatusArgs;
use crate::config::{Config, Target};
use crate::error::{Error, Kind, Result};
use crate::exit::Exit;
use crate::output::StatusReport;

/// Shows the deployment as the provider sees it. Not deployed is a result.
pub(super) async fn status(args: &StatusArgs, context: &Context<'_>) -> Result<Exit> {
    let config = context.load_quietly()?;
    if let Target::Northflank(wanted) = &config.target {
        return northflank::status(args, &config, wanted, context).await;
    }
    runpod_target(&config)?;
    let cloud = context.cloud(&config).await?;
    show(args, context, async || look(&config, &cloud, context).await).await
}

/// Shows what a look gives, once or again and again.
pub(super) async fn show(
    args: &StatusArgs,
    context: &Context<'_>,
    look: impl AsyncFn() -> Result<StatusReport>,
) -> Result<Exit> {
    let Some(seconds) = args.watch else {
        let report = look().await?;
        context.printer.report("status", &report);
        return Ok(Exit::Done);
    };
    loop {
        match look().await {
            Ok(report) => {
                context.printer.clear_screen();
                context.printer.report("status", &report);
            }
            // A cut connection comes back: whoever watches wants to see that.
            Err(Error::Failed(Kind::Network, failure)) => context.printer.warn(&failure.message),
            Err(error) => return Err(error),
        }
        if context.printer.nobody_reads() {
            return Ok(Exit::Done);
        }
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }
}

async fn look(config: &Config, cloud: &Cloud, context: &Context<'_>) -> Result<StatusReport> {
    let session = Session::open(context, config, cloud, Access::Look)?;
    let sight = cloud.runpod.find(&config.name, session.record()).await?;
    let unwritten = session.remember(&sight);
    let mut notes = settled_notes(&sight, &session);
    notes.extend(stray_notes(&sight));
    notes.extend(unwritten);
    notes.extend(sight.retiring().map(|pod| {
        format!(
            "pod {} was replaced, is still there and bills ${}/h: `sindri deploy` deletes it once the \
             new pod is ready",
            pod.id, pod.usd_per_hour
        )
    }));
    let pod = sight.pod();
    if pod.is_some_and(|pod| summary::state(Some(pod)) == "running" && !pod.ready) {
        notes.push("running, and not ready yet".to_owned());
    }
    if let Some(pod) = pod {
        notes.extend(volume::stopped_note(pod, cloud).await);
    }
    notes.extend(volume::kept_now(&sight, cloud).await?);
    Ok(summary::status(&config.name, pod, notes, Timestamp::now()))
}
