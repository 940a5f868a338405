//! Collects findings while a file is checked.

use super::diagnostic::Finding;

/// More than anyone reads; keeps a hostile file from costing memory and time.
const MOST: usize = 500;

/// All that was found so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    list: Vec<Finding>,
}

impl Findings {
    pub(super) fn push(&mut self, finding: Finding) {
        if !self.is_full() {
            self.list.push(finding);
        }
    }

    /// Whether further findings would be dropped: the caller may stop looking.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() >= MOST
    }

    /// Everything found, sorted by place, then weight, then key. Equal findings are kept once.
    pub(super) fn into_sorted(self) -> Vec<Finding> {
        let mut list = self.list;
        list.sort_by(|a, b| {
            (a.span.start, b.severity, &a.path, &a.message).cmp(&(
                b.span.start,
                a.severity,
                &b.path,
                &b.message,
            ))
        });
        list.dedup();
        list
    }
}
