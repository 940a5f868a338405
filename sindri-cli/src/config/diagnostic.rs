//! One thing to say about a configuration file, and how it is shown.

use serde::Serialize;

use super::source::{Source, Span};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is wrong; a choice was made that the reader may want to know.
    Note,
    /// The file can be used.
    Warning,
    /// The file cannot be used.
    Error,
}

/// One thing to say about a configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How much it weighs.
    pub severity: Severity,
    /// The key meant, such as `providers.runpod.ports[1]`; empty for the file as a whole.
    pub path: String,
    /// Where it is shown.
    pub span: Span,
    /// What is wrong: lower case, no full stop at the end.
    pub message: String,
    /// The words under the marked text.
    pub label: String,
    /// What to write instead, as a sentence without a full stop.
    pub help: Option<String>,
    /// Whether no value can be made of what is written, so that it stays an error whatever is skipped.
    #[serde(skip)]
    pub(super) binding: bool,
}

impl Finding {
    /// The file cannot be used.
    pub fn error(path: impl Into<String>, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, path, span, message)
    }

    /// The file can be used, perhaps not as meant.
    pub fn warning(path: impl Into<String>, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, path, span, message)
    }

    /// A choice made for the reader.
    pub fn note(path: impl Into<String>, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, path, span, message)
    }

    /// A finding without label and help.
    pub fn new(
        severity: Severity,
        path: impl Into<String>,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Self {
            severity,
            path: on_one_line(path.into()),
            span,
            message: on_one_line(message.into()),
            label: String::new(),
            help: None,
            binding: false,
        }
    }

    /// Marks a finding that no option turns into a warning.
    #[must_use]
    pub(super) fn binding(mut self) -> Self {
        self.binding = true;
        self
    }

    /// Turns an error into a warning, unless it is binding.
    pub(super) fn overrule(&mut self) {
        if self.severity == Severity::Error && !self.binding {
            self.severity = Severity::Warning;
        }
    }

    /// Puts words under the marked text.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = on_one_line(label.into());
        self
    }

    /// Says what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(on_one_line(help.into()));
        self
    }

    /// The one-line form: `FILE:LINE:COL: key.path: what is wrong. what to write instead`.
    pub fn one_line(&self, source: &Source) -> String {
        let place = source.place(self.span);
        let mut line = format!("{}:{}:{}: ", source.name(), place.line, place.column);
        if !self.path.is_empty() {
            line.push_str(&self.path);
            line.push_str(": ");
        }
        line.push_str(&self.message);
        if let Some(help) = &self.help {
            line.push_str(". ");
            line.push_str(help);
        }
        line
    }
}

/// Values are repeated in words, and may hold anything: line breaks would forge lines of a report, and escape
/// sequences would reach the terminal.
fn on_one_line(words: String) -> String {
    if words.contains(char::is_control) {
        words.replace(char::is_control, " ")
    } else {
        words
    }
}
