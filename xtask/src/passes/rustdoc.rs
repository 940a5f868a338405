//! Making a description from an OpenAPI document fit for rustdoc: no accidental links, tags, code
//! tests, or characters Rust refuses in comments.

/// `text` as Markdown that rustdoc reads without a warning and never runs.
pub(super) fn escape(text: &str) -> String {
    let mut lines = Vec::new();
    let mut fence: Option<String> = None;
    for line in text.lines() {
        let line: String = line.chars().filter(|c| !is_refused(*c)).collect();
        let trimmed = line.trim_start();
        let marker = ["```", "~~~"]
            .into_iter()
            .find(|marker| trimmed.starts_with(marker));
        match (&fence, marker) {
            (None, Some(marker)) => {
                fence = Some(marker.to_owned());
                // Without a language, rustdoc would take it for Rust and run it.
                lines.push(format!("{marker}text"));
            }
            (Some(open), Some(marker)) if open == marker => {
                fence = None;
                lines.push(marker.to_owned());
            }
            (Some(_), _) => lines.push(line.trim_end().to_owned()),
            (None, None) => lines.push(escape_line(&line)),
        }
    }
    lines.extend(fence);
    lines.join("\n").trim().to_owned()
}

/// Control characters, and those that change the direction of text: rustc refuses both.
fn is_refused(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}')
}

fn escape_line(line: &str) -> String {
    // Four spaces would make it a block of code.
    let indent = line.chars().take_while(|c| c.is_whitespace()).count();
    let text = line.trim();
    let mut out = " ".repeat(if indent >= 2 { 2 } else { 0 });
    let mut rest = text;
    while let Some(at) = rest.find('`') {
        let (before, from) = rest.split_at(at);
        out.push_str(&escape_words(before));
        let ticks = from.chars().take_while(|c| *c == '`').count();
        let (open, after) = from.split_at(ticks);
        if let Some(end) = after.find(open) {
            let (code, close) = after.split_at(end);
            let (close, tail) = close.split_at(ticks);
            out.push_str(open);
            out.push_str(code);
            out.push_str(close);
            rest = tail;
        } else {
            out.push_str(&"\\`".repeat(ticks));
            rest = after;
        }
    }
    out.push_str(&escape_words(rest));
    if text.is_empty() { String::new() } else { out }
}

/// Keeps links to web addresses, puts bare addresses in angle brackets, and escapes what would be
/// another link or a tag.
fn escape_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let link = next_link(rest);
        let address = next_address(rest);
        match (link, address) {
            (Some(link), address)
                if address
                    .as_ref()
                    .is_none_or(|found| link.start <= found.start) =>
            {
                out.push_str(&escape_signs(rest.get(..link.start).unwrap_or_default()));
                out.push_str(&link.text);
                rest = rest.get(link.end..).unwrap_or_default();
            }
            (_, Some(found)) => {
                out.push_str(&escape_signs(rest.get(..found.start).unwrap_or_default()));
                out.push_str(&found.text);
                rest = rest.get(found.end..).unwrap_or_default();
            }
            _ => {
                out.push_str(&escape_signs(rest));
                return out;
            }
        }
    }
}

/// A part of a line, and what stands for it.
struct Found {
    start: usize,
    end: usize,
    text: String,
}

/// The next `[text](target)`. One that leads elsewhere than to the web leads nowhere from here:
/// its text is left.
fn next_link(text: &str) -> Option<Found> {
    let mut from = 0;
    loop {
        let middle = from + text.get(from..)?.find("](")?;
        let start = text.get(..middle)?.rfind('[');
        let end = middle + text.get(middle..)?.find(')')?;
        let target = text.get(middle + 2..end)?;
        if let Some(start) = start
            && !target.contains(char::is_whitespace)
        {
            let label = escape_signs(text.get(start + 1..middle)?);
            let web = target.starts_with("http://") || target.starts_with("https://");
            let plain = !target.contains(['<', '>', '(', '[', ']', '\\']);
            let text = if web && plain {
                format!("[{label}]({target})")
            } else {
                label
            };
            return Some(Found {
                start,
                end: end + 1,
                text,
            });
        }
        from = middle + 2;
    }
}

/// The next bare web address.
fn next_address(text: &str) -> Option<Found> {
    let start = ["http://", "https://"]
        .iter()
        .filter_map(|scheme| text.find(scheme))
        .min()?;
    let from = text.get(start..)?;
    let length = from
        .find(|c: char| c.is_whitespace() || "()[]<>\"'`\\".contains(c))
        .unwrap_or(from.len());
    let address = from
        .get(..length)?
        .trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_', '|']);
    Some(Found {
        start,
        end: start + address.len(),
        text: format!("<{address}>"),
    })
}

fn escape_signs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '[' | ']' | '<' | '>' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_made_fit_for_rustdoc() {
        let check = |text: &str, expected: &str| assert_eq!(escape(text), expected, "{text:?}");
        check("plain *text* with `code`", "plain *text* with `code`");
        check("a list [N] of <id>", "a list \\[N\\] of \\<id\\>");
        check(
            "code keeps `Vec<[u8]>` as it is",
            "code keeps `Vec<[u8]>` as it is",
        );
        check("``two `ticks` ``", "``two `ticks` ``");
        check("one ` tick", "one \\` tick");
        check(
            "see https://a.example/b?c=d.",
            "see <https://a.example/b?c=d>.",
        );
        check("(http://a.example)", "(<http://a.example>)");
        check(
            "[docs](https://a.example/b) here",
            "[docs](https://a.example/b) here",
        );
        check("[docs](/b) and [more](#c)", "docs and more");
        check("[a](b c) [d]", "\\[a\\](b c) \\[d\\]");
        check(
            "https://a.example [x](http://b.example)",
            "<https://a.example> [x](http://b.example)",
        );
        check("](", "\\](");
        check("# Cost\n\n- a\n  - b", "# Cost\n\n- a\n  - b");
        check("  \n", "");
    }

    #[test]
    fn nothing_becomes_a_test() {
        let check = |text: &str, expected: &str| assert_eq!(escape(text), expected, "{text:?}");
        check("a\n\n    let x = 1;", "a\n\n  let x = 1;");
        check("```\nlet x = [1];\n```\nb", "```text\nlet x = [1];\n```\nb");
        check("```rust\npanic!()\n```", "```text\npanic!()\n```");
        check("~~~\n```\n~~~", "~~~text\n```\n~~~");
        check("```\nnever closed", "```text\nnever closed\n```");
        check("\tx", "x");
    }

    #[test]
    fn signs_rust_refuses_are_gone() {
        assert_eq!(escape("a\u{202e}b\rc\u{0}\nd"), "abc\nd");
    }
}
