//! Where each value of a [`Config`](super::Config) was written.

use std::collections::BTreeMap;

use super::diagnostic::{Finding, Severity};
use super::source::{Place, Source, Span};

/// Places of values by canonical key path, such as `providers.runpod.ports[1]`.
///
/// An alias in the file (`gpu_type`) is found under its canonical name (`gpuType`).
#[derive(Debug, Clone)]
pub struct Origins {
    source: Source,
    spans: BTreeMap<String, Span>,
}

impl Origins {
    pub(super) fn new(source: Source, spans: BTreeMap<String, Span>) -> Self {
        Self { source, spans }
    }

    /// The text that the places lie in.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Whether the file sets this key (to anything but null).
    pub fn is_written(&self, path: &str) -> bool {
        self.spans.contains_key(path)
    }

    /// The place of a value, if the file sets it.
    pub fn place(&self, path: &str) -> Option<Place> {
        self.spans.get(path).map(|span| self.source.place(*span))
    }

    /// A finding about `path`, at its value or, when the file does not set it, at the nearest block around it.
    pub fn finding(&self, severity: Severity, path: &str, message: impl Into<String>) -> Finding {
        Finding::new(severity, path, self.nearest(path), message)
    }

    fn nearest(&self, path: &str) -> Span {
        let mut at = path;
        loop {
            if let Some(span) = self.spans.get(at) {
                return *span;
            }
            let Some(cut) = at.rfind(['.', '[']) else {
                return Span::new(0, 0);
            };
            at = at.get(..cut).unwrap_or_default();
        }
    }
}
