//! Making an orphan the deployment of `sindri.yaml`.

use super::provider::Provider;
use super::{changed, describe};
use crate::commands::context::{Cloud, Context, NorthflankCloud};
use crate::commands::northflank;
use crate::commands::session::{Access, Session};
use crate::config::{Config, Northflank, Target};
use crate::error::{Error, Failure, Result};
use crate::exit::Exit;
use crate::plan::northflank::volume_name;
use crate::provider::made_for;
use crate::state::{MarkedKind, Orphan, VolumeRecord, new_deployment_id};

/// Writes it down as the deployment of the file. Nothing is changed at the provider.
pub(super) async fn adopt(
    orphan: &Orphan,
    provider: &Provider,
    context: &Context<'_>,
) -> Result<Exit> {
    let config = context.load_quietly()?;
    match (provider, &config.target) {
        (Provider::RunPod(cloud), Target::Runpod(_)) => {
            adopt_on_runpod(orphan, cloud, &config, context).await?;
        }
        (Provider::Northflank(cloud), Target::Northflank(wanted)) => {
            adopt_on_northflank(orphan, cloud, &config, wanted, context).await?;
        }
        (Provider::RunPod(_) | Provider::Northflank(_), _) => {
            return Err(Error::usage(Failure::new(
                "sindri.yaml is for another provider",
            )));
        }
    }
    let message = format!("{} belongs to {} now", describe(orphan), config.name);
    Ok(changed(orphan, true, message, context))
}

async fn adopt_on_runpod(
    orphan: &Orphan,
    cloud: &Cloud,
    config: &Config,
    context: &Context<'_>,
) -> Result<()> {
    let marked = &orphan.marked;
    let of = match marked.kind {
        MarkedKind::Volume => made_for(&marked.name).map_or("", |(name, _)| name),
        MarkedKind::Pod | MarkedKind::Service | MarkedKind::Tag => &marked.name,
    };
    same_name(of, &config.name, "name", orphan)?;
    let mut session = Session::open(context, config, cloud, Access::Change)?;
    // Without a state, several pods of the name are no reason not to take the one that is meant.
    let known = match session.record() {
        Some(record) => {
            let sight = cloud.runpod.find(&config.name, Some(record)).await?;
            sight.settled.record
        }
        None => None,
    };
    let runpod = &cloud.runpod;
    let mut record = known.unwrap_or_else(|| {
        // The name of its volume begins with the first characters of the id.
        let begin = marked.marker.as_str();
        let rest = new_deployment_id();
        let id = format!("{begin}{}", rest.get(begin.len()..).unwrap_or_default());
        runpod.fresh_record(&config.name, Some(&id))
    });
    match marked.kind {
        MarkedKind::Pod => {
            if let Some(other) = &record.pod_id {
                return Err(has_already(&config.name, &format!("pod {other}"), orphan));
            }
            record.pod_id = Some(marked.id.clone());
            record.created_at.clone_from(&marked.created_at);
            marked.marker.as_str().clone_into(&mut record.deployment_id);
        }
        MarkedKind::Volume => {
            if let Some(other) = &record.volume {
                let other = format!("network volume {}", other.name);
                return Err(has_already(&config.name, &other, orphan));
            }
            let volume = cloud.runpod.volume_called(&marked.id).await?;
            record.volume = Some(VolumeRecord {
                id: volume.id,
                name: volume.name,
                size_gb: volume.size_gb.0.unwrap_or_default(),
                data_center: volume.data_center,
            });
        }
        MarkedKind::Service | MarkedKind::Tag => return Err(cannot(orphan)),
    }
    session.keep(Some(&record))
}

async fn adopt_on_northflank(
    orphan: &Orphan,
    cloud: &NorthflankCloud,
    config: &Config,
    wanted: &Northflank,
    context: &Context<'_>,
) -> Result<()> {
    let marked = &orphan.marked;
    let project = marked.project.as_deref().unwrap_or_default();
    same_name(project, &wanted.project_name, "projectName", orphan)?;
    match marked.kind {
        MarkedKind::Service => same_name(&marked.id, &wanted.service_name, "serviceName", orphan)?,
        MarkedKind::Volume if marked.id == volume_name(&wanted.service_name) => {}
        MarkedKind::Volume | MarkedKind::Pod | MarkedKind::Tag => return Err(cannot(orphan)),
    }
    northflank::take_over(marked, cloud, config, wanted, context).await
}

fn same_name(theirs: &str, ours: &str, key: &str, orphan: &Orphan) -> Result<()> {
    if theirs == ours {
        return Ok(());
    }
    Err(Error::usage(
        Failure::new(format!(
            "{} was made for `{theirs}`, and sindri.yaml says `{key}: {ours}`",
            describe(orphan)
        ))
        .help(format!("write `{key}: {theirs}`, and adopt it again")),
    ))
}

fn has_already(name: &str, what: &str, orphan: &Orphan) -> Error {
    Error::usage(
        Failure::new(format!("{name} has {what} already")).help(format!(
            "destroy that first, give this deployment another `name`, or `sindri orphans --delete {}`",
            orphan.marked.id
        )),
    )
}

fn cannot(orphan: &Orphan) -> Error {
    Error::usage(
        Failure::new(format!("{} cannot be a deployment", describe(orphan))).help(format!(
            "`sindri orphans --delete {}` deletes it",
            orphan.marked.id
        )),
    )
}
