//! What must hold for any `sindri.yaml`, checked by `fuzz/` and by a test over its corpus. Not part of the
//! public interface.

use std::path::PathBuf;

use crate::config::{Examination, Look, Severity, Source, Validation, examine, render};
use miette::GraphicalTheme;

/// Reads a text as `sindri.yaml`: it becomes a configuration or findings that point into it and can be
/// shown.
///
/// # Panics
///
/// When that does not hold.
pub fn yaml(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let source = Source::new("sindri.yaml", text);
    for validation in [Validation::Strict, Validation::Lenient] {
        let how = Examination {
            path: PathBuf::from("/project/sindri.yaml"),
            base_dir: PathBuf::from("/project"),
            provider: None,
            validation,
        };
        let examined = examine(&source, how);
        for finding in &examined.findings {
            let (start, end) = (finding.span.start, finding.span.end);
            assert!(text.get(start..end).is_some(), "{finding:?}");
            let line = finding.one_line(&source);
            assert!(!line.contains(char::is_control), "{line:?}");
        }
        let refused = |found: &crate::config::Finding| found.severity == Severity::Error;
        assert_eq!(
            examined.config.is_none(),
            examined.findings.iter().any(refused),
            "{:?}",
            examined.findings
        );
        let look = Look {
            theme: GraphicalTheme::unicode_nocolor(),
            width: 80,
        };
        let first = examined.findings.get(..3).unwrap_or(&examined.findings);
        let shown = render(first, &source, &look);
        let obeyed = |c: char| c.is_control() && c != '\n';
        assert!(!shown.contains(obeyed), "{shown:?}");
    }
}
