//! Text of others on a terminal: what a terminal would obey is shown, not sent.

use std::borrow::Cow;

use super::paint::{Ink, Palette};

/// The text with nothing in it that a terminal obeys, but line breaks, tabs and, where the palette has any, the
/// program's own colours. Colours of others are left out; every other control character becomes a
/// picture of itself.
pub(super) fn harmless(text: &str, palette: Palette) -> Cow<'_, str> {
    let obeyed = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || turns_text(c);
    if !text.contains(obeyed) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(obeyed) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        rest = found;
        if let Some((code, after)) = colour(rest) {
            if palette == Palette::Ansi && Ink::is_own(code) {
                out.push_str("\u{1b}[");
                out.push_str(code);
                out.push('m');
            }
            rest = after;
        } else if let Some(after) = rest.strip_prefix("\r\n") {
            out.push('\n');
            rest = after;
        } else {
            let mut characters = rest.chars();
            out.extend(characters.next().map(picture));
            rest = characters.as_str();
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// A text of somebody else as part of a line: harmless, and its line breaks and tabs are written as `\n` and
/// `\t`.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    let text = harmless(text, Palette::Plain);
    if !text.contains(['\n', '\t']) {
        return text;
    }
    Cow::Owned(text.replace('\n', "\\n").replace('\t', "\\t"))
}

/// What tells a terminal to colour text, as its parameters, and what comes after it.
fn colour(text: &str) -> Option<(&str, &str)> {
    let sequence = text.strip_prefix("\u{1b}[")?;
    let (code, after) = sequence.split_once('m')?;
    let parameters = code
        .bytes()
        .all(|c| c.is_ascii_digit() || matches!(c, b';' | b':'));
    parameters.then_some((code, after))
}

/// Characters that make text read in another order than it is written.
fn turns_text(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn picture(c: char) -> char {
    match c {
        '\u{0}'..='\u{1f}' => {
            char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        '\u{7f}' => '\u{2421}',
        _ => char::REPLACEMENT_CHARACTER,
    }
}

/// A JSON text in which no character is raw that a terminal would obey: `serde_json` escapes those below a
/// space, and not those above.
pub(super) fn escaped(json: String) -> String {
    let obeyed = |c: char| matches!(c, '\u{7f}'..='\u{9f}') || turns_text(c);
    if !json.contains(obeyed) {
        return json;
    }
    let escape = |c: char| {
        if obeyed(c) {
            format!("\\u{:04x}", u32::from(c))
        } else {
            c.to_string()
        }
    };
    json.chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_shown_and_foreign_colours_are_left_out() {
        let check = |text: &str, plain: &str, ansi: &str| {
            assert_eq!(harmless(text, Palette::Plain), plain, "{text:?}");
            assert_eq!(harmless(text, Palette::Ansi), ansi, "{text:?}");
        };
        check("a\tb\nc ü 日本", "a\tb\nc ü 日本", "a\tb\nc ü 日本");
        check(
            "\u{1b}[1;31mred\u{1b}[0m",
            "red",
            "\u{1b}[1;31mred\u{1b}[0m",
        );
        check("\u{1b}[38;5;9m\u{1b}[8mx\u{1b}[m", "x", "x");
        check("\u{1b}]0;title\u{7}", "␛]0;title␇", "␛]0;title␇");
        check("\u{1b}[2J\u{1b}[H", "␛[2J␛[H", "␛[2J␛[H");
        check("a\r\nb\rc\u{8}\u{7f}", "a\nb␍c␈␡", "a\nb␍c␈␡");
        check(
            "\u{9b}31m\u{9d}\u{202e}",
            "\u{fffd}31m\u{fffd}\u{fffd}",
            "\u{fffd}31m\u{fffd}\u{fffd}",
        );
        check("\u{1b}", "␛", "␛");
        check("\u{1b}[1;31", "␛[1;31", "␛[1;31");
    }

    #[test]
    fn a_text_in_a_table_is_one_line() {
        let check = |text: &str, shown: &str| assert_eq!(one_line(text), shown, "{text:?}");
        check("a b", "a b");
        check("a\nb\tc\r\nd", "a\\nb\\tc\\nd");
        check("\u{1b}[31ma\rb\u{202e}", "a␍b\u{fffd}");
    }

    #[test]
    fn every_colour_of_the_palette_stays() {
        for ink in Ink::ALL {
            let painted = Palette::Ansi.paint(ink, "x");
            assert_eq!(harmless(&painted, Palette::Ansi), painted, "{ink:?}");
        }
    }

    #[test]
    fn json_says_the_same_when_it_is_escaped() {
        let value = serde_json::json!({"a": "\u{1b}\u{9b}\u{7f}\u{202e}ü"});
        let text = escaped(value.to_string());
        assert!(
            !text.contains(|c: char| c.is_control() || turns_text(c)),
            "{text:?}"
        );
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap(),
            value
        );
    }
}
