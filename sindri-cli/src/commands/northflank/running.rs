//! A service with a container to go into: resumed and waited for where it takes that.

use std::time::Duration;

use super::service::Found;
use crate::commands::context::Context;
use crate::commands::session::Access;
use crate::config::{Config, Northflank};
use crate::error::{Error, Failure, Kind, Result};
use crate::plan::northflank::ServiceState;
use crate::provider::ServiceAt;
use crate::settings::Pace;
use crate::state::{Act, Deed};

/// A service that runs.
pub(super) struct Running<'a> {
    pub(super) found: Found<'a>,
    service: String,
    /// Whether this run resumed it.
    resumed: bool,
}

impl Running<'_> {
    /// Where it is.
    pub(super) fn at(&self) -> ServiceAt<'_> {
        ServiceAt {
            project: &self.found.sight.project_name,
            service: &self.service,
        }
    }

    /// What a run that resumed it leaves behind has to be said.
    pub(super) fn tell_what_is_left(&self, context: &Context<'_>) {
        if self.resumed {
            context.printer.say(&format!(
                "service {} goes on running and bills; `sindri stop` pauses it",
                self.service
            ));
        }
    }
}

/// Finds the service, resumes it if it is paused, and waits until its containers run.
pub(super) async fn come_up<'a>(
    config: &'a Config,
    wanted: &Northflank,
    timeout: Option<Duration>,
    context: &Context<'_>,
) -> Result<Running<'a>> {
    let mut found = Found::look(config, wanted, Access::Look, context).await?;
    let service = found.service()?;
    let id = service.id.clone();
    let resumed = service.state == ServiceState::Paused;
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
            found = resume(config, wanted, &id, context).await?;
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
                resumed,
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
        resumed,
    })
}

/// Resumes a paused service, which bills again by that.
async fn resume<'a>(
    config: &'a Config,
    wanted: &Northflank,
    id: &str,
    context: &Context<'_>,
) -> Result<Found<'a>> {
    let instances = match (&wanted.auto_scaling, wanted.instances) {
        (Some(_), _) => None,
        (None, 0) => {
            return Err(Error::usage(
                Failure::new(format!(
                    "service {id} is wanted with 0 instances: there is no container"
                ))
                .help("write `instances: 1` below `providers.northflank`, then `sindri deploy`"),
            ));
        }
        (None, count) => Some(count),
    };
    context.printer.say(&format!(
        "service {id} is paused: resuming it, and it bills again"
    ));
    let mut found = Found::look(config, wanted, Access::Change, context).await?;
    context
        .ledger
        .exists(&format!("service {id}"), None, "sindri stop");
    let resumed = found
        .cloud
        .northflank
        .resume_service(&found.sight.project_name, id, instances);
    let deed = Deed::new(Act::Start, "service", id);
    let resumed = found.session.doing(&deed, context, resumed).await;
    resumed.map_err(|error| error.leaving(context.ledger.all()))?;
    // Nobody else need wait for the end of a session.
    found.session.unlock();
    Ok(found)
}
