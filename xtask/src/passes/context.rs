//! What a pass is given beside the document, and how it fails.

use std::fmt;

/// Something in the document that was left out or read more loosely than it was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// JSON pointer into the document as it was given.
    pub pointer: String,
    /// What was done, in one sentence.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", place(&self.pointer), self.message)
    }
}

/// State shared by all passes of one run.
#[derive(Debug, Default)]
pub struct Context {
    /// Everything the passes had to say, in order.
    pub warnings: Vec<Warning>,
    /// Whether names were given for places, so that a type without one is worth a word.
    pub(super) names_are_given: bool,
}

impl Context {
    /// A context without warnings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Records a warning. The same words about the same place are kept once.
    pub fn warn(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        let warning = Warning {
            pointer: pointer.into(),
            message: message.into(),
        };
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}

/// Why a document cannot be turned into a client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct PassError {
    /// JSON pointer into the document as it was given; empty for the document itself.
    pub pointer: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it, if there is something to say.
    pub help: Option<String>,
}

impl PassError {
    /// An error at `pointer`.
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            message: message.into(),
            help: None,
        }
    }

    /// The same error with advice.
    pub fn with_help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }
}

impl fmt::Display for PassError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", place(&self.pointer), self.message)?;
        if let Some(help) = &self.help {
            write!(f, " (help: {help})")?;
        }
        Ok(())
    }
}

fn place(pointer: &str) -> &str {
    if pointer.is_empty() {
        "the document"
    } else {
        pointer
    }
}

/// What every pass returns.
pub type Outcome<T = ()> = Result<T, PassError>;
