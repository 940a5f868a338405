//! Colour, where the stream shows it.

use std::borrow::Cow;

use super::harmless::harmless;

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    Error,
    Warning,
    Help,
    Good,
    Strong,
    Faint,
}

/// Whether escape codes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Palette {
    Plain,
    Ansi,
}

/// What ends every colour.
const END: &str = "0";

impl Ink {
    pub(super) const ALL: [Self; 6] = [
        Self::Error,
        Self::Warning,
        Self::Help,
        Self::Good,
        Self::Strong,
        Self::Faint,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Error => "1;31",
            Self::Warning => "1;33",
            Self::Help => "1;36",
            Self::Good => "32",
            Self::Strong => "1",
            Self::Faint => "2",
        }
    }

    /// Whether the program itself colours by these parameters.
    pub(super) fn is_own(code: &str) -> bool {
        code == END || Self::ALL.iter().any(|ink| ink.code() == code)
    }
}

impl Palette {
    /// The text, in the colour of what it is.
    pub(crate) fn paint(self, ink: Ink, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Ansi => format!("\u{1b}[{}m{text}\u{1b}[{END}m", ink.code()),
        }
    }

    /// A text of somebody else, which brings no colours of its own into ours.
    pub(super) fn foreign(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Plain => Cow::Borrowed(text),
            Self::Ansi => harmless(text, Self::Plain),
        }
    }
}
