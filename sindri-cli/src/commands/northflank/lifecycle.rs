//! `stop` and `start` on Northflank: no instance, and some again.

use super::service::{Found, refuse_other_kind};
use super::summary;
use crate::commands::context::Context;
use crate::commands::session::Access;
use crate::config::{Config, Northflank};
use crate::error::Result;
use crate::exit::Exit;
use crate::output::{ChangeReport, Kept};
use crate::plan::northflank::{ServiceSeen, ServiceState};
use crate::state::{Act, Deed};

/// Pauses the deployment. Its volume is kept and bills.
pub(in crate::commands) async fn stop(
    config: &Config,
    wanted: &Northflank,
    context: &Context<'_>,
) -> Result<Exit> {
    let found = Found::look(config, wanted, Access::End, context).await?;
    let service = found.service()?;
    let report = if service.state == ServiceState::Paused {
        let message = format!("service {} is already paused", service.id);
        report(&found, service, false, message)
    } else {
        // Until the answer is there, it bills on.
        expose(service, context);
        let paused = found
            .cloud
            .northflank
            .pause_service(&found.sight.project_name, &service.id);
        let deed = Deed::new(Act::Stop, "service", &service.id);
        let paused = found.session.doing(&deed, context, paused).await;
        paused.map_err(|error| error.leaving(context.ledger.all()))?;
        let paused = ServiceSeen {
            state: ServiceState::Paused,
            ..service.clone()
        };
        let message = format!("paused service {}: compute bills no more", service.id);
        report(&found, &paused, true, message)
    };
    let mut report = ChangeReport {
        kept: kept(&found),
        ..report
    };
    report.notes.push(
        "`sindri start` starts it again; what its containers wrote outside a volume is gone"
            .to_owned(),
    );
    context.printer.report("stop", &report);
    Ok(Exit::Done)
}

/// Starts a stopped deployment, and does not wait for it.
pub(in crate::commands) async fn start(
    config: &Config,
    wanted: &Northflank,
    context: &Context<'_>,
) -> Result<Exit> {
    let found = Found::look(config, wanted, Access::Change, context).await?;
    let service = found.service()?;
    refuse_other_kind(service)?;
    let report = if service.state == ServiceState::Paused {
        let start = super::service::start(wanted, service)?;
        expose(service, context);
        let started =
            found
                .cloud
                .northflank
                .start_service(&found.sight.project_name, &service.id, start);
        let deed = Deed::new(Act::Start, "service", &service.id);
        let started = found.session.doing(&deed, context, started).await;
        started.map_err(|error| error.leaving(context.ledger.all()))?;
        let started = ServiceSeen {
            state: ServiceState::Pending,
            ..service.clone()
        };
        let message = format!("started service {}: compute bills again", service.id);
        let mut report = report(&found, &started, true, message);
        report
            .notes
            .push("`sindri deploy` waits until it is ready".to_owned());
        report
    } else {
        let message = format!(
            "service {} is already {}",
            service.id,
            summary::state(Some(service))
        );
        report(&found, service, false, message)
    };
    context.printer.report("start", &report);
    Ok(Exit::Done)
}

/// Lists the service, should the command end early.
fn expose(service: &ServiceSeen, context: &Context<'_>) {
    context
        .ledger
        .exists(&format!("service {}", service.id), None, "sindri destroy");
}

fn report(
    found: &Found<'_>,
    service: &ServiceSeen,
    changed: bool,
    message: String,
) -> ChangeReport {
    ChangeReport {
        name: found.config.name.clone(),
        provider: "northflank",
        state: summary::state(Some(service)),
        instance_id: Some(service.id.clone()),
        changed,
        message,
        deleted: Vec::new(),
        kept: Vec::new(),
        notes: Vec::new(),
    }
}

/// Storage that a paused service goes on paying for.
fn kept(found: &Found<'_>) -> Vec<Kept> {
    let volumes = found.sight.volume().into_iter();
    volumes
        .map(|volume| Kept {
            resource: format!("volume {} of {} GB", volume.name, volume.size_gb),
            usd_per_hour: None,
            remove: summary::volume_removal(&found.sight).to_owned(),
        })
        .collect()
}
