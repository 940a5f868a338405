//! Doing something that bills or takes something away, with the journal told before and after.

use std::future::Future;

use crate::error::{Error, Failure, Kind, Result};
use crate::state::{Act, Deed, Lock, Outcome, StateError, Store};

/// Where it is written down that something is done.
pub(crate) struct Desk<'a> {
    pub(crate) store: &'a Store,
    pub(crate) lock: &'a Lock,
    /// The marker of what the deployment makes.
    pub(crate) deployment_id: &'a str,
}

impl Desk<'_> {
    /// Writes down that something is about to be done.
    ///
    /// What may raise the bill is not done unless that is on disk. What lowers it is; then the reason why
    /// nothing was written is given back.
    pub(crate) fn begin(&self, deed: &Deed) -> Result<Option<StateError>> {
        match self.store.begun(self.lock, self.deployment_id, deed) {
            Ok(()) => Ok(None),
            Err(error) if deed.act.raises_the_bill() => Err(unwritten(&error)),
            Err(error) => Ok(Some(error)),
        }
    }

    /// Writes down what came of it. The next run looks what there is where that cannot be written.
    pub(crate) fn end(&self, outcome: Outcome) -> Option<StateError> {
        self.store
            .ended(self.lock, self.deployment_id, outcome)
            .err()
    }
}

/// Begins, does and ends something; `alert` is told what could not be written.
pub(crate) async fn doing<T>(
    desk: &Desk<'_>,
    deed: &Deed,
    alert: impl Fn(&StateError),
    call: impl Future<Output = Result<T>>,
) -> Result<T> {
    let unwritten = desk.begin(deed)?;
    let result = call.await;
    let outcome = match &result {
        Ok(_) => Some(Outcome::Done),
        Err(error) if error.is_refusal() => Some(Outcome::Failed),
        // It may have been done: the next run looks.
        Err(_) => None,
    };
    if let Some(error) = unwritten.or_else(|| desk.end(outcome?)) {
        alert(&error);
    }
    result
}

/// What could bill is not begun when nothing can be written down about it.
pub(super) fn unwritten(error: &StateError) -> Error {
    let failure = Failure::new("nothing was sent: the state cannot be written")
        .causes(Some(error))
        .help("what could bill and is not on disk could be billed and forgotten");
    Error::new(Kind::Unexpected, failure)
}

impl Deed {
    pub(crate) fn new(act: Act, resource: &str, id: &str) -> Self {
        Self {
            act,
            resource: resource.to_owned(),
            id: id.to_owned(),
        }
    }
}
