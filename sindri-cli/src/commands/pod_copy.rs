//! `cp` on RunPod: files and folders to and from a pod, with `scp` over direct SSH.

use std::time::Duration;

use super::context::{Context, runpod_target};
use super::copy::{Ends, ends};
use super::pod_session::{Errand, What, go};
use crate::args::CpArgs;
use crate::config::Config;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::CopyReport;
use crate::ssh::Copy;

/// Copies.
pub(super) async fn copy(args: &CpArgs, config: Config, context: &Context<'_>) -> Result<Exit> {
    runpod_target(&config)?;
    let ends = ends(args, &config.name)?;
    let here = |path: &str| context.settings.config.current_dir.join(path);
    let (copy, from, to) = match &ends {
        Ends::Up { local, remote } => (
            Copy::Up {
                local: here(local),
                remote: remote.clone(),
            },
            local.clone(),
            format!(":{remote}"),
        ),
        Ends::Down { remote, local } => (
            Copy::Down {
                remote: remote.clone(),
                local: here(local),
            },
            format!(":{remote}"),
            local.clone(),
        ),
    };
    let errand = Errand {
        what: What::Copy(&copy),
        timeout: args.timeout.map(Duration::from_secs),
        on_forwarding: None,
    };
    let exit = go(config, &errand, context).await?;
    if exit == Exit::Done {
        // `scp` tells neither number nor size.
        let report = CopyReport {
            from,
            to,
            files: None,
            bytes: None,
        };
        context.printer.report("cp", &report);
    }
    Ok(exit)
}
