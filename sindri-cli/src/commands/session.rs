//! The state of one deployment during one command.

use std::future::Future;
use std::path::Path;

use super::context::{Cloud, Context};
use crate::config::Config;
use crate::error::{Certainty, Error, Exposure, Failure, Kind, Result};
use crate::provider::{Desk, Journal, Sight, doing};
use crate::settings::is_loopback;
use crate::state::{
    Act, Deed, Found, Intent, Lock, Outcome, Realm, Record, Remembered, StateError, Store, Told,
};

/// The state of one deployment during one command.
pub(super) struct Session<R = Record> {
    store: Store,
    lock: Option<Lock>,
    /// What was written down before.
    record: Option<R>,
    /// What the journal says.
    told: Told,
    /// Another process that is at work on it now, where this one only looks.
    at_work: Option<String>,
    /// What is known of a deployment whose state file is lost and whose journal is not: its marker.
    recovered: Option<R>,
}

/// Whether a command may change anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Nothing, not even the state file.
    Look,
    /// It needs the lock.
    Change,
    /// It ends a bill: that goes on even where the state can be neither locked nor written.
    End,
}

impl Access {
    /// Whether it changes something at the provider.
    pub(super) fn changes(self) -> bool {
        match self {
            Self::Look => false,
            Self::Change | Self::End => true,
        }
    }
}

/// Whose ids a state holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Home<'a> {
    /// Name of the provider in file names.
    pub(super) provider: &'static str,
    /// Its name for people.
    pub(super) title: &'static str,
    /// Where its ids are valid.
    pub(super) origin: &'a str,
    /// The variable that chooses another origin.
    pub(super) variable: &'static str,
}

impl<R: Remembered> Session<R> {
    /// Reads what was written down, and takes the lock where something may change. `fresh` makes the record of
    /// a deployment of which only the marker is known.
    pub(super) fn at(
        context: &Context<'_>,
        config: &Config,
        home: &Home<'_>,
        access: Access,
        fresh: impl FnOnce(&str) -> R,
    ) -> Result<Self> {
        let store = Store::new(
            &config.base_dir,
            context.realm(),
            home.provider,
            &config.name,
        );
        let lock = if access.changes() {
            Some(lock(&store, access, context)?)
        } else {
            None
        };
        let at_work = match access {
            Access::Look => store.at_work().map(|error| error.to_string()),
            Access::Change | Access::End => None,
        };
        let record = match store.read::<R>().map_err(|error| state_failed(&error))? {
            Found::Nothing => None,
            Found::Record(record) => Some(*record),
            Found::Damaged(reason) => {
                context.printer.warn(&format!(
                    "{} cannot be used ({reason}): looking at {} instead",
                    store.path().display(),
                    home.title
                ));
                if let Some(lock) = &lock {
                    let aside = store
                        .set_aside(lock)
                        .map_err(|error| state_failed(&error))?;
                    context
                        .printer
                        .warn(&format!("it is kept as {}", aside.display()));
                }
                None
            }
        };
        if let Some(record) = &record {
            same_cloud(record.api(), home, context.realm(), &store)?;
        }
        if access.changes() || record.is_some() {
            remember_place(context, config);
        }
        let told = store.told().unwrap_or_else(|error| {
            context.printer.warn(&format!(
                "{error}: what an earlier run began and did not see end is not known"
            ));
            Told::default()
        });
        let lost = told.deployment_id.as_deref().filter(|_| record.is_none());
        Ok(Self {
            recovered: lost.map(|marker| recovered(fresh(marker), &told)),
            store,
            lock,
            record,
            told,
            at_work,
        })
    }

    /// Another process that is at work on it now: what was begun may end yet.
    pub(super) fn at_work(&self) -> Option<&str> {
        self.at_work.as_deref()
    }

    /// What was written down before.
    pub(super) fn record(&self) -> Option<&R> {
        self.record.as_ref().or(self.recovered.as_ref())
    }

    /// A failure to look, of a command that may change something: what is written down may bill, and nothing
    /// was seen that says otherwise.
    pub(super) fn unseen(&self, error: Error) -> Error {
        self.leaving(error, self.record())
    }

    /// A failure of such a command once this much is known.
    pub(super) fn leaving(&self, error: Error, known: Option<&R>) -> Error {
        let known = known.filter(|_| self.lock.is_some());
        let left = known.map(R::may_bill).unwrap_or_default();
        let left = left.into_iter().map(|(resource, remove)| Exposure {
            resource,
            certainty: Certainty::MayExist,
            usd_per_hour: None,
            remove: remove.to_owned(),
        });
        error.leaving(left.collect())
    }

    /// What was begun by an earlier run, not seen to end, and is not told of by what was settled.
    pub(super) fn cut_off(&self) -> Option<&Deed> {
        self.told
            .open
            .as_ref()
            .filter(|deed| deed.act != Act::Create && self.at_work.is_none())
    }

    /// Does something to what is there, and writes down before that it is begun and after what came of it.
    pub(super) async fn doing<T>(
        &self,
        deed: &Deed,
        context: &Context<'_>,
        call: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let (Some(lock), Some(record)) = (&self.lock, self.record()) else {
            return Err(not_locked());
        };
        let desk = Desk {
            store: &self.store,
            lock,
            deployment_id: record.deployment_id(),
        };
        let alert = |error: &StateError| context.printer.alert(&error.not_written());
        doing(&desk, deed, alert, call).await
    }

    /// Tells of deployments that this one may be the renamed form of.
    pub(super) fn tell_neighbours(&self, name: &str, context: &Context<'_>) {
        for (other, resource) in self.store.neighbours::<R>() {
            context.printer.warn(&format!(
                "`{other}` was deployed from this directory, too ({resource}): if it was renamed to \
                 `{name}`, destroy it under its old name, or both bill"
            ));
        }
    }

    /// The state file, as shown to a user who is in this directory.
    pub(super) fn file(&self, current_dir: &Path) -> String {
        let path = self.store.path();
        path.strip_prefix(current_dir)
            .unwrap_or(path)
            .display()
            .to_string()
    }

    /// Writes down a record and goes on from there.
    pub(super) fn begin<'s>(
        &'s mut self,
        record: R,
        context: &'s Context<'_>,
    ) -> Result<Journal<'s, R>> {
        let Some(lock) = self.lock.take() else {
            return Err(not_locked());
        };
        let known = self.record.as_ref();
        let cut_off = self.is_settled(Some(&record));
        let mut journal = Journal::open(
            &self.store,
            lock,
            record,
            context.printer,
            context.ledger.clone(),
        );
        journal.settle(known);
        if cut_off {
            journal.looked();
        }
        Ok(journal)
    }

    /// Writes down what was settled, for a command that holds the lock and makes nothing new.
    pub(super) fn keep(&mut self, settled: Option<&R>) -> Result<()> {
        let Some(lock) = &self.lock else {
            return Ok(());
        };
        self.write(lock, settled)
            .map_err(|error| state_failed(&error))?;
        self.record = settled.cloned();
        Ok(())
    }

    /// The same for a command that goes on to change something. Of what ends a bill, that nothing can be written
    /// down is told and stops nothing.
    pub(super) fn keep_for(
        &mut self,
        access: Access,
        settled: Option<&R>,
        context: &Context<'_>,
    ) -> Result<()> {
        match self.keep(settled) {
            Err(Error::Failed(_, failure)) if access == Access::End => {
                context.printer.alert(&failure.message);
                Ok(())
            }
            kept => kept,
        }
    }

    /// Lets the next command in.
    pub(super) fn unlock(&mut self) {
        self.lock = None;
    }

    /// Writes down what was settled, if nobody else is at work: a look is no reason to fail.
    ///
    /// Says why it could not.
    pub(super) fn keep_if_free(&self, settled: Option<&R>) -> Option<String> {
        if settled == self.record.as_ref() && !self.is_settled(settled) {
            return None;
        }
        let written = match self.store.lock() {
            Ok(lock) => self.write(&lock, settled),
            // Whoever is at work writes down what holds.
            Err(StateError::Locked { .. }) => return None,
            Err(error) => Err(error),
        };
        let error = written.err()?;
        Some(error.not_written())
    }

    fn write(&self, lock: &Lock, record: Option<&R>) -> std::result::Result<(), StateError> {
        let known = self.record.as_ref();
        if record != known {
            self.store.replace(lock, known, record)?;
        }
        // Whoever was at work since the journal was read knows better.
        if self.is_settled(record) && self.store.told()? == self.told {
            let id = self.told.deployment_id.as_deref().unwrap_or_default();
            self.store.ended(lock, id, Outcome::Looked)?;
        }
        Ok(())
    }

    /// Whether something was begun that is now known to have ended, one way or the other.
    fn is_settled(&self, record: Option<&R>) -> bool {
        self.told.open.as_ref().is_some_and(|deed| {
            deed.act != Act::Create || record.is_none_or(|record| record.intent().is_none())
        })
    }
}

/// Takes the lock. What ends a bill goes on without one where the file system gives none.
fn lock(store: &Store, access: Access, context: &Context<'_>) -> Result<Lock> {
    match store.lock() {
        Ok(lock) => Ok(lock),
        Err(error @ StateError::Io { .. }) if access == Access::End => {
            let reason = error.not_written();
            context
                .printer
                .alert(&format!("{reason}: going on, because this ends a bill"));
            Ok(Lock::none())
        }
        Err(error) => Err(state_failed(&error)),
    }
}

/// What is known of a deployment from its journal alone: its marker, and what was being made.
fn recovered<R: Remembered>(mut record: R, told: &Told) -> R {
    let open = told.open.as_ref().filter(|deed| deed.act == Act::Create);
    if let (Some(deed), Some(started_at)) = (open, &told.begun_at) {
        *record.intent_mut() = R::creates(&deed.resource).map(|creates| Intent {
            creates,
            name: deed.id.clone(),
            started_at: started_at.clone(),
            known_ids: Vec::new(),
        });
    }
    record
}

/// Writes down from where deployments were made, so that those of other directories are known.
fn remember_place(context: &Context<'_>, config: &Config) {
    if context.realm() == Realm::Sandbox {
        return;
    }
    let directory = std::path::absolute(&config.base_dir);
    let added = directory.and_then(|directory| context.places().add(&directory));
    if let Err(error) = added {
        context.printer.warn(&format!(
            "this directory was not written down ({error}): `sindri orphans` elsewhere will not know its \
             deployments"
        ));
    }
}

fn not_locked() -> Error {
    Error::new(Kind::Unexpected, Failure::new("the state is not locked"))
}

impl Session {
    /// The state of a deployment on RunPod.
    pub(super) fn open(
        context: &Context<'_>,
        config: &Config,
        cloud: &Cloud,
        access: Access,
    ) -> Result<Self> {
        let home = Home {
            provider: "runpod",
            title: "RunPod",
            origin: cloud.runpod.origin(),
            variable: "RUNPOD_API_BASE_URL",
        };
        let fresh = |marker: &str| cloud.runpod.fresh_record(&config.name, Some(marker));
        Self::at(context, config, &home, access, fresh)
    }

    /// Writes down what was settled and goes on from there.
    pub(super) fn journal<'s>(
        &'s mut self,
        sight: &Sight,
        cloud: &Cloud,
        context: &'s Context<'_>,
        name: &str,
    ) -> Result<Journal<'s>> {
        let mut record = match &sight.settled.record {
            Some(record) => record.clone(),
            None => cloud.runpod.fresh_record(name, None),
        };
        cloud.runpod.origin().clone_into(&mut record.api);
        self.begin(record, context)
    }

    /// As [`Self::keep_if_free`].
    pub(super) fn remember(&self, sight: &Sight) -> Option<String> {
        self.keep_if_free(sight.settled.record.as_ref())
    }
}

/// Pods that bill and that nothing but their marker accounts for.
pub(super) fn stray_notes(sight: &Sight) -> Vec<String> {
    let strays = sight.strays().map(|pod| {
        format!(
            "pod {} carries this deployment's marker and is not its pod: it bills ${}/h; `sindri \
             destroy` deletes it, too",
            pod.id, pod.usd_per_hour
        )
    });
    strays.collect()
}

/// What looking at the provider has settled.
pub(super) fn settled_notes(sight: &Sight, session: &Session) -> Vec<String> {
    if let Some(at_work) = session.at_work() {
        // What it has begun is not settled by looking.
        return vec![at_work.to_owned()];
    }
    let cut_off = session.cut_off();
    let cut_off = cut_off.map(|deed| deed.cut_off(&sight.now(deed)));
    sight.settled.notes.iter().cloned().chain(cut_off).collect()
}

/// Tells it.
pub(super) fn tell(sight: &Sight, session: &Session, context: &Context<'_>) {
    for note in settled_notes(sight, session) {
        context.printer.warn(&note);
    }
    for note in stray_notes(sight) {
        context.printer.alert(&note);
    }
}

/// What only its name says is ours may be another's: no command changes it in the run that finds it.
pub(super) fn refuse_found_by_name(sight: &Sight) -> Result<()> {
    refuse_unproven(sight.not_yet_ours())
}

/// The same for any provider, with the reason for the doubt.
pub(super) fn refuse_unproven(doubt: Option<String>) -> Result<()> {
    let Some(reason) = doubt else {
        return Ok(());
    };
    Err(Error::usage(
        Failure::new(reason)
            .help("if it is yours, run `sindri status`, which writes that down, then this again")
            .help("if it is not, give this deployment another `name`"),
    ))
}

/// Ids of one cloud mean nothing in another, and forgetting them could leave something billing.
fn same_cloud(api: &str, home: &Home<'_>, realm: Realm, store: &Store) -> Result<()> {
    let origin = home.origin;
    let same = api.trim_end_matches('/') == origin.trim_end_matches('/');
    // A local stand-in may come back on another port.
    let both_local = is_loopback(api) && is_loopback(origin);
    if same || both_local || realm == Realm::Sandbox {
        return Ok(());
    }
    Err(Error::usage(
        Failure::new(format!(
            "{} belongs to {api}, and this run talks to {origin}",
            store.path().display(),
        ))
        .help(format!(
            "unset {}, or work on a copy of sindri.yaml in another directory",
            home.variable
        ))
        .help("`--sandbox` keeps a state of its own"),
    ))
}

fn state_failed(error: &StateError) -> Error {
    match error {
        StateError::Locked { .. } => Error::usage(
            Failure::new(error.to_string()).help("wait for it to end, or stop it with Ctrl-C"),
        ),
        StateError::Io { .. } => Error::new(
            Kind::Unexpected,
            Failure::new(error.to_string()).causes(std::error::Error::source(error)),
        ),
    }
}
