//! Writing down what is about to be made before it is made, and what was made before anything else.

use std::cell::{Cell, RefCell};
use std::future::Future;

use jiff::Timestamp;

use super::deed::{Desk, doing, unwritten};
use super::ledger::Ledger;
use crate::error::Result;
use crate::output::Printer;
use crate::plan::PodSeen;
use crate::plan::northflank::{ServicePatch, ServiceSpec};
use crate::state::{
    Act, CreateOnly, Creates, Deed, Intent, Lock, Outcome, Record, Remembered, ServiceRecord,
    StateError, Store, VolumeRecord,
};

/// The record of the deployment at work, and its file.
pub(crate) struct Journal<'a, R = Record> {
    store: &'a Store,
    lock: Lock,
    record: R,
    printer: &'a Printer,
    /// What was told about the bill, for the report.
    notes: RefCell<Vec<String>>,
    /// Whether the state file says what is known.
    is_written: Cell<bool>,
    /// What may be billing because of this run.
    pub(crate) ledger: Ledger,
}

impl<'a, R: Remembered> Journal<'a, R> {
    /// Goes on from what was settled, or begins anew.
    pub(crate) fn open(
        store: &'a Store,
        lock: Lock,
        record: R,
        printer: &'a Printer,
        ledger: Ledger,
    ) -> Self {
        Self {
            store,
            lock,
            record,
            printer,
            notes: RefCell::default(),
            is_written: Cell::new(true),
            ledger,
        }
    }

    /// Whether the state file says what is known of the deployment.
    pub(crate) fn is_written(&self) -> bool {
        self.is_written.get()
    }

    pub(crate) fn record(&self) -> &R {
        &self.record
    }

    /// Tells a person who waits.
    pub(crate) fn say(&self, line: &str) {
        self.printer.say(line);
    }

    /// Tells of something about the bill, whatever the verbosity, and keeps it for the report.
    pub(crate) fn alert(&self, line: String) {
        self.printer.alert(&line);
        self.notes.borrow_mut().push(line);
    }

    /// What was told about the bill.
    pub(crate) fn notes(&self) -> Vec<String> {
        self.notes.borrow().clone()
    }

    /// Before a create: without this on disk nothing is sent.
    pub(crate) fn intend(
        &mut self,
        creates: Creates,
        name: &str,
        known_ids: Vec<String>,
    ) -> Result<()> {
        *self.record.intent_mut() = Some(Intent {
            creates,
            name: name.to_owned(),
            started_at: Timestamp::now().to_string(),
            known_ids,
        });
        self.store
            .write(&self.lock, &self.record)
            .map_err(|error| unwritten(&error))?;
        let noun = R::noun(creates);
        self.desk().begin(&Deed::new(Act::Create, noun, name))?;
        self.ledger.begun(&format!("{noun} {name}"));
        Ok(())
    }

    /// Does something to what is there, and writes down before that it is begun and after what came of it.
    pub(crate) async fn doing<T>(
        &self,
        act: Act,
        resource: &str,
        id: &str,
        call: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let deed = Deed::new(act, resource, id);
        doing(&self.desk(), &deed, |error| self.not_written(error), call).await
    }

    fn desk(&self) -> Desk<'_> {
        Desk {
            store: self.store,
            lock: &self.lock,
            deployment_id: self.record.deployment_id(),
        }
    }

    /// The journal says what came of something once the state file does.
    fn ended(&self, outcome: Outcome) {
        // Where nothing is left to remember, the journal went with the state file.
        if self.record.is_empty() {
            return;
        }
        if let Some(error) = self.desk().end(outcome) {
            self.not_written(&error);
        }
    }

    /// A create made nothing.
    pub(crate) fn nothing_made(&mut self) {
        *self.record.intent_mut() = None;
        self.ledger.nothing_made();
        self.save();
        self.ended(Outcome::Failed);
    }

    /// Every create that was begun earlier has been looked for, and none is open any more.
    pub(crate) fn nothing_open(&mut self) {
        self.change(|record| *record.intent_mut() = None);
    }

    /// Changes what is known about the deployment.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut R)) {
        let before = self.record.clone();
        change(&mut self.record);
        if self.record != before {
            self.save();
        }
    }

    /// Writes down what was settled by looking, if that differs from what was known.
    pub(crate) fn settle(&mut self, known: Option<&R>) {
        if known != Some(&self.record) {
            self.save();
        }
    }

    /// What an earlier run had begun is known to have ended.
    pub(crate) fn looked(&self) {
        self.ended(Outcome::Looked);
    }

    /// Not being able to write is no reason to stop once something exists: the marker finds it again.
    fn save(&self) {
        let result = if self.record.is_empty() {
            self.store.remove(&self.lock)
        } else {
            self.store.write(&self.lock, &self.record)
        };
        self.is_written.set(result.is_ok());
        if let Err(error) = result {
            self.not_written(&error);
        }
    }

    fn not_written(&self, error: &StateError) {
        let alert = error.not_written();
        // Every write of a run fails in the same way: once is enough.
        if !self.notes.borrow().contains(&alert) {
            self.alert(alert);
        }
    }
}

impl Journal<'_> {
    /// A pod was made: it is ours from now on, and the one it replaces is on its way out.
    pub(crate) fn pod_made(&mut self, pod: PodMade) {
        self.ledger.exists(
            &format!("pod {}", pod.id),
            pod.usd_per_hour,
            "sindri destroy",
        );
        let old = self.record.pod_id.replace(pod.id);
        self.record.retiring.extend(old);
        self.record.gpu_type = pod.gpu_type;
        self.record.gpu_count = pod.gpu_count;
        self.record.image = pod.image;
        self.record.created_at = Some(pod.created_at);
        self.record.create_only = Some(pod.create_only);
        self.record.env_names = pod.env_names;
        self.record.intent = None;
        self.save();
        self.ended(Outcome::Done);
    }

    /// A network volume was made.
    pub(crate) fn volume_made(&mut self, volume: VolumeRecord, usd_per_hour: f64) {
        self.ledger.exists(
            &format!("network volume {}", volume.name),
            Some(usd_per_hour),
            "sindri destroy --volumes",
        );
        self.record.volume = Some(volume);
        // A create of a pod may be open still.
        let made = self
            .record
            .intent
            .take_if(|intent| intent.creates == Creates::Volume);
        self.save();
        if made.is_some() {
            self.ended(Outcome::Done);
        }
    }

    /// A pod is gone.
    pub(crate) fn pod_gone(&mut self, id: &str) {
        self.ledger.gone(&format!("pod {id}"));
        self.record.retiring.retain(|other| other != id);
        if self.record.pod_id.as_deref() == Some(id) {
            self.record.forget_pod();
        }
        self.save();
    }

    /// The network volume of this deployment is gone.
    pub(crate) fn volume_gone(&mut self) {
        if let Some(volume) = self.record.volume.take() {
            self.ledger.gone(&format!("network volume {}", volume.name));
            self.save();
        }
    }

    /// A pod that exists already counts as well when the run ends early.
    pub(crate) fn expose(&self, pod: &PodSeen) {
        self.ledger.exists(
            &format!("pod {}", pod.id),
            Some(pod.usd_per_hour),
            "sindri destroy",
        );
    }
}

impl Journal<'_, ServiceRecord> {
    /// A project was made.
    pub(crate) fn project_made(&mut self) {
        // It bills nothing by itself.
        self.ledger.nothing_made();
        self.record.project_made = true;
        self.record.intent = None;
        self.save();
        self.ended(Outcome::Done);
    }

    /// A volume was made.
    pub(crate) fn service_volume_made(&mut self, id: &str, path: &str) {
        self.ledger
            .exists(&format!("volume {id}"), None, "sindri destroy --volumes");
        self.record.volume_id = Some(id.to_owned());
        self.record.volume_path = Some(path.to_owned());
        self.record.intent = None;
        self.save();
        self.ended(Outcome::Done);
    }

    /// A service was made.
    pub(crate) fn service_made(
        &mut self,
        id: String,
        created_at: Option<String>,
        spec: &ServiceSpec,
        usd_per_hour: Option<f64>,
    ) {
        self.expose_service(&id, usd_per_hour);
        self.record.service_id = Some(id);
        self.record.created_at = created_at;
        self.record.intent = None;
        self.sent(spec);
        self.save();
        self.ended(Outcome::Done);
    }

    /// A service was changed.
    pub(crate) fn service_changed(&mut self, spec: &ServiceSpec, patch: &ServicePatch) {
        // What was sent earlier and was not taken away is there still, whether the file names it now or not.
        let mut kept = std::mem::take(&mut self.record.env_names);
        kept.retain(|name| !patch.env_remove.contains(name) && !spec.env.contains_key(name));
        let mut placed = std::mem::take(&mut self.record.file_paths);
        placed.retain(|path| !patch.files_remove.contains(path) && !spec.files.contains_key(path));
        self.sent(spec);
        self.record.env_names.extend(kept);
        self.record.file_paths.extend(placed);
        self.save();
    }

    fn sent(&mut self, spec: &ServiceSpec) {
        self.record.compute_plan.clone_from(&spec.plan);
        self.record.image = Some(spec.image.clone());
        self.record.env_names = spec.env.keys().cloned().collect();
        self.record.file_paths = spec.files.keys().cloned().collect();
    }

    /// A service that exists counts as well when the run ends early.
    pub(crate) fn expose_service(&self, id: &str, usd_per_hour: Option<f64>) {
        self.ledger
            .exists(&format!("service {id}"), usd_per_hour, "sindri destroy");
    }

    /// The service is gone.
    pub(crate) fn service_gone(&mut self, id: &str) {
        self.ledger.gone(&format!("service {id}"));
        self.record.forget_service();
        self.save();
    }

    /// The volume is gone.
    pub(crate) fn service_volume_gone(&mut self, id: &str) {
        self.ledger.gone(&format!("volume {id}"));
        self.record.volume_id = None;
        self.record.volume_path = None;
        self.save();
    }
}

/// A pod that was made, as far as it is written down.
#[derive(Debug, Clone)]
pub(crate) struct PodMade {
    pub(crate) id: String,
    pub(crate) usd_per_hour: Option<f64>,
    pub(crate) gpu_type: Option<String>,
    pub(crate) gpu_count: Option<u32>,
    pub(crate) image: Option<String>,
    pub(crate) created_at: String,
    pub(crate) create_only: CreateOnly,
    pub(crate) env_names: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Colour, Format, OutputSettings, Terminal, Verbosity};
    use crate::state::Realm;

    #[test]
    fn a_state_that_cannot_be_written_is_told_once_and_kept_for_the_report() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path(), Realm::Real, "runpod", "demo");
        let printer = Printer::new(OutputSettings {
            format: Format::Json,
            colour: Colour::Never,
            verbosity: Verbosity::Quiet,
            terminal: Terminal {
                stdin: false,
                stdout: false,
                stderr: false,
            },
            log_filter: None,
        });
        let lock = store.lock().unwrap();
        // Nothing can be written over a directory that is not empty.
        std::fs::create_dir_all(store.path().join("in the way")).unwrap();
        let record = Record::new("runpod", "demo", "https://api", "0123".to_owned());
        let mut journal = Journal::open(&store, lock, record, &printer, Ledger::default());
        journal.change(|record| record.pod_id = Some("one".to_owned()));
        journal.change(|record| record.pod_id = Some("two".to_owned()));
        let notes = journal.notes();
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(
            notes[0].starts_with("the state was not written"),
            "{notes:?}"
        );
        assert_eq!(journal.record().pod_id.as_deref(), Some("two"));
        assert!(!journal.is_written());
    }
}
