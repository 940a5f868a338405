//! The deployment that a command is about: file, cloud, state, pod.

use super::context::{Cloud, Context, runpod_target};
use super::session::{Access, Session, refuse_found_by_name, tell};
use crate::config::Config;
use crate::error::{Error, Failure, Result};
use crate::plan::PodSeen;
use crate::provider::Sight;

/// The deployment that a command is about.
pub(super) struct Deployed {
    pub(super) config: Config,
    pub(super) cloud: Cloud,
    pub(super) sight: Sight,
    /// Holds the lock, where there is one.
    pub(super) session: Session,
}

impl Deployed {
    /// Looks it up, and writes nothing down.
    pub(super) async fn find(
        config: Config,
        context: &Context<'_>,
        access: Access,
    ) -> Result<Self> {
        runpod_target(&config)?;
        let cloud = context.cloud(&config).await?;
        let session = Session::open(context, &config, &cloud, access)?;
        let found = cloud.runpod.find(&config.name, session.record()).await;
        let sight = found.map_err(|error| session.unseen(error))?;
        tell(&sight, &session, context);
        Ok(Self {
            config,
            cloud,
            sight,
            session,
        })
    }

    /// Looks it up and writes down what that settled. Who wants to change it is refused where only the name
    /// fits.
    pub(super) async fn look(
        config: Config,
        context: &Context<'_>,
        access: Access,
    ) -> Result<Self> {
        let mut found = Self::find(config, context, access).await?;
        match access {
            Access::Change | Access::End => {
                refuse_found_by_name(&found.sight)?;
                let settled = found.sight.settled.record.as_ref();
                found.session.keep_for(access, settled, context)?;
            }
            Access::Look => {
                if let Some(unwritten) = found.session.remember(&found.sight) {
                    context.printer.warn(&unwritten);
                }
            }
        }
        Ok(found)
    }

    /// Looks again in order to change it.
    pub(super) async fn look_to_change(self, context: &Context<'_>) -> Result<Self> {
        // What only its name says is ours was written down by now, and would pass for known.
        refuse_found_by_name(&self.sight)?;
        let Self { config, cloud, .. } = self;
        let mut session = Session::open(context, &config, &cloud, Access::Change)?;
        let found = cloud.runpod.find(&config.name, session.record()).await;
        let sight = found.map_err(|error| session.unseen(error))?;
        session.keep(sight.settled.record.as_ref())?;
        Ok(Self {
            config,
            cloud,
            sight,
            session,
        })
    }

    /// The same without the lock, for what takes its time and changes nothing.
    pub(super) fn unlocked(mut self) -> Self {
        self.session.unlock();
        self
    }

    /// The pod.
    ///
    /// # Errors
    ///
    /// There is none.
    pub(super) fn pod(&self) -> Result<&PodSeen> {
        self.sight.pod().ok_or_else(|| {
            Error::usage(
                Failure::new(format!("`{}` is not deployed", self.config.name))
                    .help("`sindri deploy` creates it"),
            )
        })
    }
}
