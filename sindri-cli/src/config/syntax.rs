//! What to say when a file is not YAML at all.

use super::diagnostic::Finding;
use super::source::Span;

/// What is wrong with the syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mistake {
    Known(Known),
    /// A character that cannot start a value.
    Character(char),
    /// More nested blocks than this.
    TooDeep(usize),
    /// Anything else, in the parser's words.
    Other(String),
}

/// Mistakes worth words of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    Tab,
    UnclosedQuote,
    /// An unknown escape in a double-quoted text.
    Escape,
    /// Text right after a closing quote.
    AfterQuote,
    UnclosedBracket,
    StrayBracket,
    StrayColon,
    Indentation,
    StrayDash,
    MissingColon,
}

/// A finding for a syntax error at byte `at`.
pub(super) fn failure(text: &str, at: usize, mistake: &Mistake) -> Finding {
    let at = at.min(text.len());
    let (message, label, help) = words(mistake);
    Finding::error("", Span::new(at, end_of_character(text, at)), message)
        .binding()
        .label(label)
        .help(help)
}

fn words(mistake: &Mistake) -> (String, &'static str, String) {
    match mistake {
        Mistake::Character(character) => (
            format!("a value cannot start with `{}`", character.escape_default()),
            "not expected here",
            "put the value in quotes".to_owned(),
        ),
        Mistake::TooDeep(limit) => (
            format!("blocks are nested more than {limit} deep"),
            "too deep",
            "the format needs far fewer: look for a bracket too many".to_owned(),
        ),
        Mistake::Other(words) => (
            format!("this is not valid YAML: {words}"),
            "cannot be read",
            "write keys with their values, as in `name: demo`".to_owned(),
        ),
        Mistake::Known(known) => {
            let (message, label, help) = known.words();
            (message.to_owned(), label, help.to_owned())
        }
    }
}

impl Known {
    /// Message, label, help.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Tab => (
                "a tab is used for indentation",
                "tab",
                "indent with two spaces a level",
            ),
            Self::UnclosedQuote => (
                "a quote is opened and never closed",
                "open to here",
                "close the quote on the line where it starts",
            ),
            Self::Escape => (
                "this escape is not known in double quotes",
                "unknown escape",
                r"write `\\` for a backslash, or put the text in single quotes",
            ),
            Self::AfterQuote => (
                "there is text after the closing quote",
                "not expected here",
                "put the whole value inside the quotes",
            ),
            Self::UnclosedBracket => (
                "a `[` or `{` is not closed, or a comma is missing",
                "expected `,` or the closing bracket",
                "write `[a, b]` or `{key: value}`; text that holds brackets needs quotes",
            ),
            Self::StrayBracket => (
                "this closing bracket does not match an opening one",
                "no match",
                "text that holds brackets needs quotes",
            ),
            Self::StrayColon => (
                "a `:` makes no sense here",
                "not expected here",
                "put text that holds `: ` in quotes and keys of one block in one column; \
                 perhaps the line above lacks its `:` or closing bracket",
            ),
            Self::Indentation => (
                "the indentation fits no block above",
                "starts in the wrong column",
                "put keys of one block, and the `-` of one list, in one column",
            ),
            Self::StrayDash => (
                "a list item cannot start here",
                "not expected here",
                "put each `- item` on a line of its own below the key",
            ),
            Self::MissingColon => (
                "a key has no `:`",
                "expected `key: value`",
                "write `key: value` with a space after the colon, or `- item` with one after the dash",
            ),
        }
    }
}

/// The first character that no text file should hold.
///
/// A NUL would end the document silently: everything after it would be ignored.
pub(super) fn forbidden_character(text: &str) -> Option<Finding> {
    let (at, character) = text.char_indices().find(|(_, character)| {
        character.is_control() && !matches!(character, '\t' | '\n' | '\r' | '\u{85}')
    })?;
    let message = format!(
        "the file holds a control character (U+{:04X})",
        u32::from(character)
    );
    Some(
        Finding::error("", Span::new(at, at + character.len_utf8()), message)
            .binding()
            .label("not text")
            .help("remove it; save the file as plain UTF-8 text"),
    )
}

fn end_of_character(text: &str, at: usize) -> usize {
    let next = text.get(at..).and_then(|rest| rest.chars().next());
    at + next
        .filter(|next| !matches!(next, '\n' | '\r'))
        .map_or(0, char::len_utf8)
}
