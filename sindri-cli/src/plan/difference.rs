//! What a comparison finds.

use super::action::{Change, Effect};

/// Stands for a value that is not there.
pub(super) const UNSET: &str = "unset";

/// The differences, and the patch for those that can be had without something new.
#[derive(Debug, Default)]
pub(super) struct Comparison<P> {
    pub(super) changes: Vec<Change>,
    pub(super) patch: P,
}

impl<P> Comparison<P> {
    /// Whether only a new resource can be what is asked for.
    pub(super) fn needs_new(&self) -> bool {
        self.has(Effect::Replace)
    }

    /// Whether the patch restarts what runs.
    pub(super) fn restarts(&self) -> bool {
        self.has(Effect::Restart)
    }

    fn has(&self, effect: Effect) -> bool {
        self.changes.iter().any(|change| change.effect == effect)
    }

    pub(super) fn push(
        &mut self,
        field: impl Into<String>,
        from: impl Into<String>,
        to: impl Into<String>,
        effect: Effect,
    ) {
        self.changes.push(Change {
            field: field.into(),
            from: from.into(),
            to: to.into(),
            effect,
        });
    }
}
