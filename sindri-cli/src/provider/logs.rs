//! Logs, whoever's they are.

use std::time::Duration;

/// Which lines of a log are wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct LogWish {
    /// `container` or `system`; none for both.
    pub(crate) source: Option<&'static str>,
    /// Stored lines to begin with.
    pub(crate) tail: u32,
    /// RFC 3339; beats `tail`.
    pub(crate) since: Option<String>,
    /// Ends the stream once no new line came for this long.
    pub(crate) until_idle: Option<Duration>,
}

/// One line of a log, as it was written: whoever shows it on a terminal makes it harmless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogLineSeen {
    pub(crate) ts: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) line: String,
}

/// How long no new line must come for the stored ones to be read to their end.
pub(crate) const IDLE: Duration = Duration::from_secs(2);

/// A word of a provider, without what could move the cursor or change colours: tabs stay.
pub(super) fn visible(text: &str) -> String {
    text.chars()
        .filter(|c| *c == '\t' || !c.is_control())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn a_line_cannot_talk_to_the_terminal() {
        assert_eq!(visible("a\tb\u{1b}[31mc\u{7}\r\u{9b}d"), "a\tb[31mcd");
        assert_eq!(visible("Grüße 日本 🚀"), "Grüße 日本 🚀");
    }
}
