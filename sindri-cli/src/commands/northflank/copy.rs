//! `cp` on Northflank: files and folders to and from a container.

use std::path::Path;
use std::time::Duration;

use super::running::come_up;
use crate::args::CpArgs;
use crate::commands::context::Context;
use crate::commands::copy::{Ends, ends};
use crate::config::{Config, Northflank};
use crate::error::Result;
use crate::exit::Exit;
use crate::output::CopyReport;

/// Copies.
pub(in crate::commands) async fn copy(
    args: &CpArgs,
    config: &Config,
    wanted: &Northflank,
    context: &Context<'_>,
) -> Result<Exit> {
    let ends = ends(args, &config.name)?;
    let timeout = args.timeout.map(Duration::from_secs);
    let running = come_up(config, wanted, timeout, context, |_service| Ok(())).await?;
    let northflank = &running.found.cloud.northflank;
    let here = &context.settings.config.current_dir;
    let at = running.at();
    let (copied, from, to) = match &ends {
        Ends::Up { local, remote } => (
            northflank.upload(at, &here.join(local), remote).await,
            local.clone(),
            format!(":{remote}"),
        ),
        Ends::Down { remote, local } => (
            northflank
                .download(at, remote, &here.join(Path::new(local)))
                .await,
            format!(":{remote}"),
            local.clone(),
        ),
    };
    let copied = copied.map_err(|error| error.leaving(context.ledger.all()))?;
    for path in &copied.skipped {
        context.printer.warn(&format!(
            "{} is neither file, folder nor link: left out",
            path.display()
        ));
    }
    let report = CopyReport {
        from,
        to,
        files: Some(copied.files),
        bytes: Some(copied.bytes),
    };
    context.printer.report("cp", &report);
    running.tell_what_is_left(context);
    Ok(Exit::Done)
}
