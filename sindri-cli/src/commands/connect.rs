//! `connect`: a shell in the deployment, or one command there.

use std::time::Duration;

use super::context::Context;
use super::deployed::Deployed;
use super::pod_session::{Errand, What, go};
use super::reach::{Reach, refuse_unless_running};
use super::session::Access;
use super::{northflank, ssh_config};
use crate::args::ConnectArgs;
use crate::config::{Config, Target};
use crate::error::{Error, Failure, Result};
use crate::exit::Exit;
use crate::settings::Format;
use crate::ssh::Need;

/// Connects, and ends as the remote side does.
pub(super) async fn connect(args: &ConnectArgs, context: &Context<'_>) -> Result<Exit> {
    let config = context.load_quietly()?;
    if let Target::Northflank(wanted) = &config.target {
        return northflank::connect(args, &config, wanted, context).await;
    }
    if context.printer.format() == Format::Json {
        return describe(args, config, context).await;
    }
    let errand = Errand {
        what: args.command.as_deref().map_or(What::Shell, What::Command),
        timeout: args.timeout.map(Duration::from_secs),
        on_forwarding: None,
    };
    go(config, &errand, context).await
}

/// Prints how to connect, for a program. It starts nothing.
async fn describe(args: &ConnectArgs, config: Config, context: &Context<'_>) -> Result<Exit> {
    if args.command.is_some() {
        return Err(Error::usage(
            Failure::new("`--json` and `--command` exclude each other")
                .detail("standard output belongs to the command")
                .help("`sindri connect --json` prints how to connect; run the command with that"),
        ));
    }
    let found = Deployed::look(config, context, Access::Look).await?;
    let pod = found.pod()?;
    refuse_unless_running(pod)?;
    let (config, cloud) = (&found.config, &found.cloud);
    let reach = Reach::find(config, cloud, pod, Need::Shell, context).await?;
    ssh_config::refresh(config, &reach, context)?;
    let report = reach.report(config, pod, context);
    context.printer.report("connect", &report);
    Ok(Exit::Done)
}
