//! A service with a container to go into: started and waited for where it takes that.

use std::time::Duration;

use super::service::{Found, start};
use crate::commands::context::Context;
use crate::commands::session::Access;
use crate::config::{Config, Northflank};
use crate::error::{Error, Failure, Kind, Result};
use crate::plan::northflank::{ServiceSeen, ServiceState};
use crate::provider::{ServiceAt, Start};
use crate::settings::Pace;
use crate::state::{Act, Deed};

/// A service that runs.
pub(super) struct Running<'a> {
    pub(super) found: Found<'a>,
    service: String,
    /// Whether this run started it.
    started: bool,
}

impl Running<'_> {
    /// Where it is.
    pub(super) fn at(&self) -> ServiceAt<'_> {
        ServiceAt {
            project: &self.found.sight.project_name,
            service: &self.service,
        }
    }

    /// What a run that started it leaves behind has to be said.
    pub(super) fn tell_what_is_left(&self, context: &Context<'_>) {
        if self.started {
            context.printer.say(&format!(
                "service {} goes on running and bills; `sindri stop` pauses it",
                self.service
            ));
        }
    }
}

/// Finds the service, starts it if it is stopped, and waits until its containers run. What `check` refuses is
/// not started.
pub(super) async fn come_up<'a>(
    config: &'a Config,
    wanted: &'a Northflank,
    timeout: Option<Duration>,
    context: &Context<'_>,
    check: impl FnOnce(&ServiceSeen) -> Result<()>,
) -> Result<Running<'a>> {
    let mut found = Found::look(config, wanted, Access::Look, context).await?;
    let service = found.service()?;
    check(service)?;
    let id = service.id.clone();
    let started = service.state == ServiceState::Paused;
    let waits = match &service.state {
        ServiceState::Completed => false,
        ServiceState::Pending | ServiceState::InProgress | ServiceState::Unknown(_) => true,
        ServiceState::Failed => {
            return Err(Error::new(
                Kind::Provider,
                Failure::new(format!(
                    "service {id} has failed: there is nothing to connect to"
                ))
                .help("`sindri logs` shows what its containers wrote"),
            ));
        }
        ServiceState::Paused => {
            let start = start(wanted, service)?;
            found = bring_up(config, wanted, &id, start, context).await?;
            true
        }
    };
    if waits {
        let pace = context.settings.pace;
        let pace = Pace {
            deploy_timeout: timeout.unwrap_or(pace.deploy_timeout),
            ..pace
        };
        let progress = context.printer.progress();
        let rolled_out = found
            .cloud
            .northflank
            .wait_rolled_out(
                &found.sight.project_name,
                &id,
                pace,
                started,
                move |phase| {
                    progress.phase(phase);
                },
            )
            .await;
        rolled_out.map_err(|error| error.leaving(context.ledger.all()))?;
    }
    Ok(Running {
        found,
        service: id,
        started,
    })
}

/// Starts a stopped service, which bills again by that.
async fn bring_up<'a>(
    config: &'a Config,
    wanted: &'a Northflank,
    id: &str,
    start: Start,
    context: &Context<'_>,
) -> Result<Found<'a>> {
    context.printer.say(&format!(
        "service {id} is stopped: starting it, and it bills again"
    ));
    let mut found = Found::look(config, wanted, Access::Change, context).await?;
    context
        .ledger
        .exists(&format!("service {id}"), None, "sindri stop");
    let started = found
        .cloud
        .northflank
        .start_service(&found.sight.project_name, id, start);
    let deed = Deed::new(Act::Start, "service", id);
    let started = found.session.doing(&deed, context, started).await;
    started.map_err(|error| error.leaving(context.ledger.all()))?;
    // Nobody else need wait for the end of a session.
    found.session.unlock();
    Ok(found)
}
