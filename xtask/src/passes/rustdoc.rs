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

/// Escapes what would be a link or a tag, and puts addresses in angle brackets.
fn escape_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = ["http://", "https://"]
        .iter()
        .filter_map(|scheme| rest.find(scheme))
        .min()
    {
        let (before, from) = rest.split_at(at);
        let end = from
            .find(|c: char| {
                c.is_whitespace() || matches!(c, ')' | ']' | '>' | '<' | '"' | '\'' | '`')
            })
            .unwrap_or(from.len());
        let (address, after) = from.split_at(end);
        let bare = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_']);
        let (address, punctuation) = address.split_at(bare.len());
        out.push_str(&escape_signs(before));
        out.push_str(&format!("<{address}>{punctuation}"));
        rest = after;
    }
    out.push_str(&escape_signs(rest));
    out
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
