//! `logs` on Northflank: what the containers write.

use super::service::Found;
use crate::args::{LogSource, LogsArgs};
use crate::commands::context::Context;
use crate::commands::logs::{since, stream};
use crate::commands::session::Access;
use crate::config::{Config, Northflank};
use crate::error::{Error, Failure, Result};
use crate::exit::Exit;
use crate::provider::{IDLE, LogWish, ServiceAt};

/// Shows the log, and goes on with it until Ctrl-C if that was asked for.
pub(in crate::commands) async fn logs(
    args: &LogsArgs,
    config: &Config,
    wanted: &Northflank,
    context: &Context<'_>,
) -> Result<Exit> {
    if args.source == LogSource::System {
        return Err(Error::usage(
            Failure::new(
                "Northflank's log holds what containers write, and nothing of the system's",
            )
            .help("leave `--source` out; `sindri status` shows how the rollout goes"),
        ));
    }
    let wish = LogWish {
        source: None,
        tail: args.tail,
        since: since(args)?,
        until_idle: (!args.follow).then_some(IDLE),
    };
    let found = Found::look(config, wanted, Access::Look, context).await?;
    let service = found.service()?;
    let at = ServiceAt {
        project: &found.sight.project_name,
        service: &service.id,
    };
    let lines = found.cloud.northflank.service_logs(at, &wish);
    stream(lines, args, &format!("service {}", service.id), context).await
}
