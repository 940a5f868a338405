//! The service that a command is about: file, cloud, state, what is there.

use crate::commands::context::{Context, NorthflankCloud};
use crate::commands::session::{Access, Home, Session, refuse_unproven};
use crate::config::{Config, Northflank};
use crate::error::{Error, Failure, Result};
use crate::plan::northflank::ServiceSeen;
use crate::provider::{Journal, Names, ServiceSight, Start};
use crate::state::{Marked, MarkedKind, ServiceRecord};

/// The deployment that a command is about.
pub(super) struct Found<'a> {
    pub(super) config: &'a Config,
    pub(super) cloud: NorthflankCloud,
    pub(super) session: Session<ServiceRecord>,
    pub(super) sight: ServiceSight,
}

/// The same before it is looked up.
pub(super) struct Sought<'a> {
    config: &'a Config,
    names: Names<'a>,
    pub(super) cloud: NorthflankCloud,
    session: Session<ServiceRecord>,
}

impl<'a> Sought<'a> {
    /// Reads what was written down of it.
    pub(super) async fn open(
        config: &'a Config,
        wanted: &'a Northflank,
        access: Access,
        context: &Context<'_>,
    ) -> Result<Self> {
        let cloud = context.northflank(config).await?;
        let home = home(&cloud);
        let names = names(config, wanted);
        let fresh = |marker: &str| cloud.northflank.fresh_record(names, Some(marker));
        let session = Session::<ServiceRecord>::at(context, config, &home, access, fresh)?;
        Ok(Self {
            config,
            names,
            cloud,
            session,
        })
    }

    /// Looks. Who cannot is told what is known to be there.
    pub(super) async fn look(&self) -> Result<ServiceSight> {
        let record = self.session.record();
        let sight = self.cloud.northflank.find(self.names, record).await;
        sight.map_err(|error| self.session.unseen(error))
    }

    /// Tells what was settled by looking.
    pub(super) fn found(self, sight: ServiceSight, context: &Context<'_>) -> Found<'a> {
        match self.session.at_work() {
            // What it has begun is not settled by looking.
            Some(at_work) => context.printer.warn(at_work),
            None => sight
                .settled
                .notes
                .iter()
                .for_each(|note| context.printer.warn(note)),
        }
        if let Some(deed) = self.session.cut_off() {
            context.printer.warn(&deed.cut_off(&sight.now(deed)));
        }
        Found {
            config: self.config,
            cloud: self.cloud,
            session: self.session,
            sight,
        }
    }
}

impl<'a> Found<'a> {
    /// Looks it up, and writes nothing down.
    pub(super) async fn find(
        config: &'a Config,
        wanted: &'a Northflank,
        access: Access,
        context: &Context<'_>,
    ) -> Result<Self> {
        let sought = Sought::open(config, wanted, access, context).await?;
        let sight = sought.look().await?;
        Ok(sought.found(sight, context))
    }

    /// Looks it up and writes down what that settled. Who wants to change it is refused where only the name
    /// fits.
    pub(super) async fn look(
        config: &'a Config,
        wanted: &'a Northflank,
        access: Access,
        context: &Context<'_>,
    ) -> Result<Self> {
        let mut found = Self::find(config, wanted, access, context).await?;
        let settled = found.sight.settled.record.clone();
        match access {
            Access::Change | Access::End => {
                refuse_unproven(found.sight.not_yet_ours())?;
                found.session.keep_for(access, settled.as_ref(), context)?;
            }
            Access::Look => {
                if let Some(unwritten) = found.session.keep_if_free(settled.as_ref()) {
                    context.printer.warn(&unwritten);
                }
            }
        }
        Ok(found)
    }

    /// The service.
    ///
    /// # Errors
    ///
    /// There is none.
    pub(super) fn service(&self) -> Result<&ServiceSeen> {
        self.sight.service().ok_or_else(|| {
            Error::usage(
                Failure::new(format!("`{}` is not deployed", self.config.name))
                    .help("`sindri deploy` creates it"),
            )
        })
    }

    /// Writes down what was settled and goes on from there.
    pub(super) fn journal<'s>(
        session: &'s mut Session<ServiceRecord>,
        sight: &ServiceSight,
        cloud: &NorthflankCloud,
        names: Names<'_>,
        context: &'s Context<'_>,
    ) -> Result<Journal<'s, ServiceRecord>> {
        // The marker of what is known to be nothing any more may still be on a tag.
        let known = sight.settled.record.as_ref().or(session.record());
        let mut record = match known {
            Some(record) => record.clone(),
            None => cloud.northflank.fresh_record(names, None),
        };
        cloud.northflank.origin().clone_into(&mut record.api);
        session.begin(record, context)
    }
}

/// With how many instances the file wants a service started that has none.
///
/// # Errors
///
/// With none.
pub(super) fn start(wanted: &Northflank, service: &ServiceSeen) -> Result<Start> {
    let start = Start::of(wanted.instances, wanted.auto_scaling.as_ref());
    if start.least() > 0 {
        return Ok(start);
    }
    Err(Error::usage(
        Failure::new(format!(
            "sindri.yaml wants service {} with 0 instances: there is nothing to start",
            service.id
        ))
        .help("write `instances: 1` below `providers.northflank`, then `sindri deploy`"),
    ))
}

/// What builds its own image is not started by what the file says.
pub(super) fn refuse_other_kind(service: &ServiceSeen) -> Result<()> {
    if service.kind == "deployment" {
        return Ok(());
    }
    Err(Error::usage(
        Failure::new(format!(
            "service {} is of kind `{}`: sindri starts none but those of kind `deployment`",
            service.id, service.kind
        ))
        .help("start it in Northflank's console, or write another `serviceName`"),
    ))
}

/// Under which names the file's deployment is looked for.
pub(super) fn names<'a>(config: &'a Config, wanted: &'a Northflank) -> Names<'a> {
    Names {
        app: &config.name,
        project: &wanted.project_name,
        service: &wanted.service_name,
    }
}

/// What was deployed under other names would go on billing under them.
pub(super) fn refuse_renamed(wanted: &Northflank, sight: &ServiceSight) -> Result<()> {
    let Some(record) = &sight.settled.record else {
        return Ok(());
    };
    let same =
        record.project_name == wanted.project_name && record.service_name == wanted.service_name;
    if same {
        return Ok(());
    }
    Err(Error::usage(
        Failure::new(format!(
            "this deployment is service {} in project {}, and sindri.yaml now says {} in {}",
            record.service_name, record.project_name, wanted.service_name, wanted.project_name
        ))
        .help(
            "`sindri destroy --volumes` deletes it under its old names, with its volume, if it has one; \
             then `sindri deploy` makes it anew",
        )
        .help("or write the old `projectName` and `serviceName` again, or give this one another `name`"),
    ))
}

/// Writes something that carries our tag down as the deployment of the file.
pub(in crate::commands) async fn take_over(
    marked: &Marked,
    cloud: &NorthflankCloud,
    config: &Config,
    wanted: &Northflank,
    context: &Context<'_>,
) -> Result<()> {
    let names = names(config, wanted);
    let northflank = &cloud.northflank;
    let fresh = |marker: &str| northflank.fresh_record(names, Some(marker));
    let home = home(cloud);
    let mut session = Session::<ServiceRecord>::at(context, config, &home, Access::Change, fresh)?;
    let known = match session.record() {
        Some(record) => {
            let sight = northflank.find(names, Some(record)).await?;
            refuse_renamed(wanted, &sight)?;
            sight.settled.record
        }
        None => None,
    };
    let mut record = known.unwrap_or_else(|| fresh(marked.marker.as_str()));
    let has_other = match marked.kind {
        MarkedKind::Service => record.service_id.is_some(),
        MarkedKind::Volume | MarkedKind::Pod | MarkedKind::Tag => record.volume_id.is_some(),
    };
    let has_something = record.service_id.is_some() || record.volume_id.is_some();
    let of_another = has_something && record.deployment_id != marked.marker.as_str();
    if has_other || of_another {
        return Err(Error::usage(
            Failure::new(format!(
                "{} is deployed already, and {} is of another deployment",
                config.name, marked.id
            ))
            .help(format!(
                "destroy one of them first: `sindri destroy`, or `sindri orphans --delete {}`",
                marked.address()
            )),
        ));
    }
    match marked.kind {
        MarkedKind::Service => {
            record.service_id = Some(marked.id.clone());
            record.created_at.clone_from(&marked.created_at);
        }
        MarkedKind::Volume | MarkedKind::Pod | MarkedKind::Tag => {
            record.volume_id = Some(marked.id.clone());
        }
    }
    marked.marker.as_str().clone_into(&mut record.deployment_id);
    record.tag = Some(record.tag_name());
    session.keep(Some(&record))
}

fn home(cloud: &NorthflankCloud) -> Home<'_> {
    Home {
        provider: "northflank",
        title: "Northflank",
        origin: cloud.northflank.origin(),
        variable: "NORTHFLANK_API_BASE_URL or NORTHFLANK_TEAM_ID",
    }
}
