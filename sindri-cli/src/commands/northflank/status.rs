//! `status` on Northflank: once, or again and again.

use super::service::{Found, refuse_renamed};
use super::summary;
use crate::args::StatusArgs;
use crate::commands::context::Context;
use crate::commands::session::Access;
use crate::commands::status::show;
use crate::config::{Config, Northflank};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output::StatusReport;

/// Shows the deployment as the provider sees it. Not deployed is a result.
pub(in crate::commands) async fn status(
    args: &StatusArgs,
    config: &Config,
    wanted: &Northflank,
    context: &Context<'_>,
) -> Result<Exit> {
    show(args, context, async || look(config, wanted, context).await).await
}

async fn look(config: &Config, wanted: &Northflank, context: &Context<'_>) -> Result<StatusReport> {
    let found = Found::look(config, wanted, Access::Look, context).await?;
    let sight = &found.sight;
    let mut notes = Vec::new();
    if let Err(Error::Failed(_, renamed)) = refuse_renamed(wanted, sight) {
        notes.push(renamed.message);
    }
    if let Some(volume) = sight.volume() {
        let whose = summary::volume_removal(sight);
        notes.push(format!(
            "volume {} of {} GB bills, running or paused; {whose}",
            volume.name, volume.size_gb
        ));
    }
    if sight.service().is_none()
        && let Some(project) = &sight.project
    {
        notes.push(format!("project {} is there", project.id));
    }
    Ok(summary::status(
        &config.name,
        &sight.project_name,
        sight.service(),
        notes,
    ))
}
