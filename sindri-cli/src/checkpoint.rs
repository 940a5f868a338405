//! The moments between which a run can be cut off: each call to a provider and each write of a file.
//!
//! Nobody listens in the program that ships. The tests' build ends itself at one of these moments.

use std::sync::OnceLock;

static WATCH: OnceLock<fn(&str)> = OnceLock::new();

/// Tells this of every moment from now on. Only the first one to ask is told.
pub(crate) fn watch(tell: fn(&str)) {
    WATCH.get_or_init(|| tell);
}

/// A moment has come.
pub(crate) fn reached(moment: &str) {
    if let Some(tell) = WATCH.get() {
        tell(moment);
    }
}

/// A call to a provider is about to be sent, or has ended.
pub(crate) fn observed(observed: &sdk_core::Observed) {
    if WATCH.get().is_none() {
        return;
    }
    match observed {
        sdk_core::Observed::Sending {
            operation, attempt, ..
        } => {
            reached(&format!("before attempt {attempt} of {operation}"));
        }
        sdk_core::Observed::Ended {
            operation, attempt, ..
        } => reached(&format!("after attempt {attempt} of {operation}")),
        _ => {}
    }
}
