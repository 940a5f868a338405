//! What this run has made or begun to make, for the moment when it ends early.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{Certainty, Exposure};

/// What may be billing because of this run. Clones share their content.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger(Arc<Mutex<Vec<Exposure>>>);

impl Ledger {
    /// A create is about to be sent.
    pub(crate) fn begun(&self, resource: &str) {
        self.entries().push(Exposure {
            resource: resource.to_owned(),
            certainty: Certainty::MayExist,
            usd_per_hour: None,
            remove: "sindri destroy".to_owned(),
        });
    }

    /// A create is about to be sent that `sindri destroy` is no remedy for.
    pub(crate) fn begun_as(&self, exposure: Exposure) {
        self.entries().push(exposure);
    }

    /// The last create that was begun made nothing.
    pub(crate) fn nothing_made(&self) {
        let mut entries = self.entries();
        if let Some(last) = entries
            .iter()
            .rposition(|entry| entry.certainty == Certainty::MayExist)
        {
            entries.remove(last);
        }
    }

    /// This exists, and bills this much.
    pub(crate) fn exists(&self, resource: &str, usd_per_hour: Option<f64>, remove: &str) {
        self.nothing_made();
        let mut entries = self.entries();
        entries.retain(|entry| entry.resource != resource);
        entries.push(Exposure {
            resource: resource.to_owned(),
            certainty: Certainty::Exists,
            usd_per_hour,
            remove: remove.to_owned(),
        });
    }

    /// This is gone.
    pub(crate) fn gone(&self, resource: &str) {
        self.entries().retain(|entry| entry.resource != resource);
    }

    /// All of it.
    pub(crate) fn all(&self) -> Vec<Exposure> {
        self.entries().clone()
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Exposure>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resources(ledger: &Ledger) -> Vec<String> {
        ledger
            .all()
            .into_iter()
            .map(|entry| entry.resource)
            .collect()
    }

    #[test]
    fn a_begun_create_is_listed_until_its_outcome_is_known() {
        let ledger = Ledger::default();
        ledger.begun("pod demo");
        assert_eq!(ledger.all()[0].certainty, Certainty::MayExist);
        ledger.exists("pod abc", Some(0.4), "sindri destroy");
        assert_eq!(resources(&ledger), ["pod abc"]);
        ledger.begun("pod demo");
        ledger.nothing_made();
        assert_eq!(resources(&ledger), ["pod abc"]);
        ledger.exists("pod abc", Some(0.5), "sindri destroy");
        assert_eq!(resources(&ledger), ["pod abc"]);
        ledger.gone("pod abc");
        assert!(ledger.all().is_empty());
    }
}
