//! Collects findings while a file is checked.

use super::diagnostic::{Finding, Severity};

/// More than anyone reads; keeps a hostile file from costing memory and time.
const MOST: usize = 500;

/// All that was found so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    list: Vec<Finding>,
    /// Stands for all that came after the list was full: the gravest of them.
    rest: Option<Finding>,
}

impl Findings {
    pub(super) fn push(&mut self, finding: Finding) {
        if !self.is_full() {
            self.list.push(finding);
            return;
        }
        let weight = |finding: &Finding| (finding.severity, finding.binding);
        if self
            .rest
            .as_ref()
            .is_none_or(|rest| weight(rest) < weight(&finding))
        {
            self.rest = Some(finding);
        }
    }

    /// Whether further findings are no longer kept one by one: the caller need not look for words.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() >= MOST
    }

    /// Everything found, sorted by place, then weight, then key. Equal findings are kept once.
    ///
    /// What did not fit is one last finding that weighs as much as the gravest of them: a mistake never passes
    /// because there were too many others.
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
        if let Some(rest) = self.rest {
            let what = match rest.severity {
                Severity::Error => "more mistakes than can be shown",
                Severity::Warning | Severity::Note => "more to say than can be shown",
            };
            list.push(Finding {
                message: format!(
                    "there is {what}; this is one of the others: {}",
                    rest.message
                ),
                ..rest
            });
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::super::source::Span;
    use super::*;

    fn at(start: usize) -> Span {
        Span::new(start, start)
    }

    #[test]
    fn findings_come_in_the_order_of_the_file_and_once() {
        let mut findings = Findings::default();
        findings.push(Finding::warning("b", at(7), "later"));
        findings.push(Finding::warning("a", at(2), "light"));
        findings.push(Finding::error("a", at(2), "grave"));
        findings.push(Finding::warning("b", at(7), "later"));
        let messages: Vec<_> = findings
            .into_sorted()
            .into_iter()
            .map(|found| found.message)
            .collect();
        assert_eq!(messages, ["grave", "light", "later"]);
    }

    #[test]
    fn an_error_behind_too_many_warnings_is_still_an_error() {
        let mut findings = Findings::default();
        for place in 0..MOST {
            findings.push(Finding::warning("a", at(place), "light"));
        }
        findings.push(Finding::error("b", at(9), "grave").binding());
        findings.push(Finding::error("c", at(9), "grave too"));
        findings.push(Finding::warning("d", at(9), "light"));
        let mut sorted = findings.into_sorted();
        let rest = sorted.pop().unwrap();
        assert_eq!(sorted.len(), MOST);
        assert_eq!((rest.severity, rest.binding), (Severity::Error, true));
        assert_eq!(rest.path, "b");
    }
}
