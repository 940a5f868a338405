//! `destroy` on Northflank: exactly what `deploy` made, and say what is kept.

use super::service::{Found, names};
use super::summary;
use crate::args::DestroyArgs;
use crate::commands::context::{Context, NorthflankCloud};
use crate::commands::destroy::{End, Loss};
use crate::commands::session::Access;
use crate::config::{Config, Northflank};
use crate::error::Result;
use crate::exit::Exit;
use crate::output::{ChangeReport, Kept};
use crate::plan::northflank::{Attachment, ServiceSeen, ServiceVolumeSeen};
use crate::provider::{Journal, ServiceSight};
use crate::state::{Act, ServiceRecord};

/// Deletes the deployment.
pub(in crate::commands) async fn destroy(
    args: &DestroyArgs,
    config: &Config,
    wanted: &Northflank,
    context: &Context<'_>,
) -> Result<Exit> {
    let Found {
        config,
        cloud,
        mut session,
        sight,
    } = Found::find(config, wanted, Access::End, context).await?;
    let doomed = Doomed::of(&sight, args);
    let loss = Loss {
        names: doomed.names(),
        words: doomed.describe(&sight),
        doubt: sight.not_yet_ours(),
    };
    if !loss.agreed(args, context).await? {
        let report = report(config, &sight, &doomed, End::Declined);
        context.printer.report("destroy", &report);
        return Ok(Exit::Done);
    }
    let names = names(config, wanted);
    let may_have_a_tag = session.record().is_some();
    let mut journal = Found::journal(&mut session, &sight, &cloud, names, context)?;
    let tag = known_tag(may_have_a_tag, &mut journal);
    doomed
        .delete(&sight, &cloud, tag, &mut journal)
        .await
        .map_err(|error| error.leaving(context.ledger.all()))?;
    journal.nothing_open();
    let end = if doomed.is_empty() {
        End::Nothing
    } else {
        End::Deleted
    };
    let report = ChangeReport {
        notes: journal.notes(),
        ..report(config, &sight, &doomed, end)
    };
    context.printer.report("destroy", &report);
    Ok(Exit::Done)
}

/// Whether the tag of the deployment is known to have been made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KnownTag {
    Yes,
    /// A run that was cut off may have made it.
    Perhaps,
}

/// Writes down the tag that a run may have made without seeing the end of it.
fn known_tag(may_have_one: bool, journal: &mut Journal<'_, ServiceRecord>) -> KnownTag {
    if journal.record().tag.is_some() || !may_have_one {
        return KnownTag::Yes;
    }
    journal.change(|record| record.tag = Some(record.tag_name()));
    KnownTag::Perhaps
}

/// What is going to be deleted, in this order.
struct Doomed<'a> {
    service: Option<&'a ServiceSeen>,
    volume: Option<&'a ServiceVolumeSeen>,
    project: Option<&'a str>,
}

impl<'a> Doomed<'a> {
    fn of(sight: &'a ServiceSight, args: &DestroyArgs) -> Self {
        let record = sight.settled.record.as_ref();
        let made = record.is_some_and(|record| record.project_made) && sight.project.is_some();
        Self {
            service: sight.service(),
            volume: sight.own_volume().filter(|_| args.volumes),
            project: (made && args.project).then_some(sight.project_name.as_str()),
        }
    }

    fn is_empty(&self) -> bool {
        self.service.is_none() && self.volume.is_none() && self.project.is_none()
    }

    fn names(&self) -> Vec<String> {
        let service = self.service.map(|it| format!("service {}", it.id));
        let volume = self.volume.map(|it| format!("volume {}", it.name));
        let project = self.project.map(|it| format!("project {it}"));
        [service, volume, project].into_iter().flatten().collect()
    }

    /// What is lost, before anyone is asked.
    fn describe(&self, sight: &ServiceSight) -> String {
        let mut lines = Vec::new();
        if let Some(service) = self.service {
            let volume = match (sight.volume(), self.volume) {
                (Some(_), None) => ", its volume is kept",
                (Some(_), Some(_)) | (None, _) => "",
            };
            lines.push(format!(
                "service {} ({}), what its containers wrote outside a volume is lost{volume}",
                service.id,
                service.state.as_str()
            ));
        }
        if let Some(volume) = self.volume {
            lines.push(format!(
                "volume {} of {} GB, all data on it is lost",
                volume.name, volume.size_gb
            ));
        }
        if let Some(project) = self.project {
            lines.push(format!("project {project}, if nothing else is in it"));
        }
        lines.join("\n")
    }

    async fn delete(
        &self,
        sight: &ServiceSight,
        cloud: &NorthflankCloud,
        known_tag: KnownTag,
        journal: &mut Journal<'_, ServiceRecord>,
    ) -> Result<()> {
        let project = sight.project_name.as_str();
        let northflank = &cloud.northflank;
        if let Some(service) = self.service {
            journal.expose_service(&service.id, None);
            let deleted = northflank.delete_service(project, &service.id);
            journal
                .doing(Act::Delete, "service", &service.id, deleted)
                .await?;
            journal.service_gone(&service.id);
        }
        if let Some(volume) = self.volume {
            let is_held = volume.attachment == Attachment::Ours && self.service.is_none();
            let deleted = async {
                if is_held {
                    let service = &sight.service_name;
                    let detached = northflank.detach_volume(project, &volume.id, service);
                    detached.await?;
                }
                northflank.delete_service_volume(project, &volume.id).await
            };
            journal
                .doing(Act::Delete, "volume", &volume.id, deleted)
                .await?;
            journal.service_volume_gone(&volume.id);
        }
        if let Some(project) = self.project {
            let deleted = northflank.delete_project(project);
            journal
                .doing(Act::Delete, "project", project, deleted)
                .await?;
            journal.change(|record| record.project_made = false);
        }
        // The tag goes with the last thing that carries it.
        let record = journal.record();
        if record.service_id.is_none()
            && record.volume_id.is_none()
            && let Some(tag) = record.tag.clone()
        {
            let deleted = northflank.delete_tag(&tag);
            let deleted = journal.doing(Act::Delete, "tag", &tag, deleted).await;
            match known_tag {
                KnownTag::Yes => deleted?,
                // Where the token may not even look at tags, none was made.
                KnownTag::Perhaps => drop(deleted),
            }
            journal.change(|record| record.tag = None);
        }
        Ok(())
    }
}

/// What there is after a destroy that ended in this way.
fn report(config: &Config, sight: &ServiceSight, doomed: &Doomed<'_>, end: End) -> ChangeReport {
    let deleted = end == End::Deleted;
    let (service, message) = match end {
        End::Nothing => (None, "nothing to destroy".to_owned()),
        End::Declined => (sight.service(), "nothing was deleted".to_owned()),
        End::Deleted => (None, format!("deleted {}", doomed.names().join(", "))),
    };
    ChangeReport {
        name: config.name.clone(),
        provider: "northflank",
        state: summary::state(service),
        instance_id: sight.service().map(|service| service.id.clone()),
        changed: deleted,
        message,
        deleted: if deleted { doomed.names() } else { Vec::new() },
        kept: kept(sight, doomed, end),
        notes: Vec::new(),
    }
}

fn kept(sight: &ServiceSight, doomed: &Doomed<'_>, end: End) -> Vec<Kept> {
    let deleted = end == End::Deleted;
    let keep = |resource: String, remove: &str| Kept {
        resource,
        usd_per_hour: None,
        remove: remove.to_owned(),
    };
    let mut kept = Vec::new();
    if let Some(service) = doomed.service.filter(|_| end == End::Declined) {
        kept.push(keep(
            format!("service {} ({})", service.id, service.state.as_str()),
            "`sindri destroy` deletes it",
        ));
    }
    if let Some(project) = sight
        .project
        .as_ref()
        .filter(|_| !(deleted && doomed.project.is_some()))
    {
        let record = sight.settled.record.as_ref();
        let remove = if record.is_some_and(|record| record.project_made) {
            "`sindri destroy --project` deletes it"
        } else {
            "nothing here says that deploy made it"
        };
        kept.push(Kept {
            // It bills nothing by itself.
            usd_per_hour: Some(0.0),
            ..keep(format!("project {}", project.id), remove)
        });
    }
    if let Some(volume) = sight
        .volume()
        .filter(|_| !(deleted && doomed.volume.is_some()))
    {
        let remove = summary::volume_removal(sight);
        kept.push(keep(format!("volume {}", volume.name), remove));
    }
    kept
}
