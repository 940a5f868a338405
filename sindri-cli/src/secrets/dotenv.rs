//! `.env` files: `KEY=VALUE` lines, `#` comments, one pair of quotes, which may span lines (a key in PEM
//! form). Nothing is expanded, so that a value with a `$` arrives as it was written.

use std::collections::BTreeMap;

use crate::masked::{Masked, Variables};

/// What stands in a file.
pub(super) struct Parsed {
    /// The last value of each name.
    pub(super) variables: Variables,
    /// Numbers of the lines that are no `KEY=VALUE`, from 1.
    pub(super) skipped: Vec<usize>,
}

/// Reads the lines that can be read and skips the others.
pub(super) fn parse(text: &str) -> Parsed {
    let mut variables = BTreeMap::new();
    let mut skipped = Vec::new();
    let mut lines = text.trim_start_matches('\u{feff}').lines().zip(1..);
    while let Some((first, number)) = lines.next() {
        let rest = lines.clone();
        let mut entry = first.to_owned();
        // A quote that stays open goes on in the next lines; one that is never closed is no quote.
        while opens_a_quote(&entry) {
            let Some((next, _)) = lines.next() else {
                first.clone_into(&mut entry);
                lines = rest;
                break;
            };
            entry.push('\n');
            entry.push_str(next);
        }
        match line(&entry) {
            Some((name, value)) => drop(variables.insert(name, value)),
            None if says_nothing(&entry) => {}
            None => skipped.push(number),
        }
    }
    Parsed { variables, skipped }
}

fn says_nothing(entry: &str) -> bool {
    let entry = entry.trim();
    entry.is_empty() || entry.starts_with('#')
}

/// Whether the value begins with a quote that does not end.
fn opens_a_quote(entry: &str) -> bool {
    let value = entry.split_once('=').map(|(_, value)| value.trim_start());
    let is_comment = entry.trim_start().starts_with('#');
    let open = |quote: char| {
        let inner = value.and_then(|value| value.strip_prefix(quote));
        inner.is_some_and(|inner| !inner.contains(quote))
    };
    !is_comment && (open('"') || open('\''))
}

fn line(line: &str) -> Option<(String, Masked)> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=')?;
    let name = name.trim();
    let is_name = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| (name.to_owned(), Masked::from(unquoted(value.trim()))))
}

fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote) {
            // What follows the closing quote can only be a comment.
            if let Some((inner, rest)) = inner.split_once(quote)
                && (rest.trim().is_empty() || rest.trim_start().starts_with('#'))
            {
                return inner;
            }
        }
    }
    match value.split_once(" #") {
        Some((value, _)) => value.trim_end(),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_what_is_no_line_is_skipped() {
        let check = |text: &str, expected: &[(&str, &str)]| {
            let found = parse(text).variables;
            let found: Vec<(&str, &str)> = found
                .iter()
                .map(|(name, value)| (name.as_str(), value.expose()))
                .collect();
            assert_eq!(found, expected, "{text}");
        };
        check("A=1\nB = two words \n", &[("A", "1"), ("B", "two words")]);
        check("# A=1\n\nnonsense\n=x\n1A=x\nA B=x\n", &[]);
        check("export A=1\r\nB=2\r\n", &[("A", "1"), ("B", "2")]);
        check(
            "A=\"x y\"\nB='x'\nC=\"x' \nD=it's\n",
            &[("A", "x y"), ("B", "x"), ("C", "\"x'"), ("D", "it's")],
        );
        check(
            "A=\"x\" # why\nB=x # why\nC=x#y\nD=\"x # y\"\n",
            &[("A", "x"), ("B", "x"), ("C", "x#y"), ("D", "x # y")],
        );
        check(
            "A=$HOME\nB=a=b\nC=\n",
            &[("A", "$HOME"), ("B", "a=b"), ("C", "")],
        );
        check("A=1\nA=2\n", &[("A", "2")]);
        check(
            "A=\"-----BEGIN\nabc=\n-----END\"\nB='x\n y' # why\nC=1\n",
            &[
                ("A", "-----BEGIN\nabc=\n-----END"),
                ("B", "x\n y"),
                ("C", "1"),
            ],
        );
        check(
            "# it's\nA=\"never closed\nB=1\n",
            &[("A", "\"never closed"), ("B", "1")],
        );
        check("\u{feff}A=1\n", &[("A", "1")]);
    }

    #[test]
    fn lines_that_are_no_assignment_are_numbered_and_comments_are_not() {
        let check = |text: &str, expected: &[usize]| {
            assert_eq!(parse(text).skipped, expected, "{text}");
        };
        check("# A\n\nA=1\n  # B=2\n", &[]);
        check("nonsense\nA='x\ny'\n=x\n", &[1, 4]);
        check("A: 1\n1A=x\nexport A\n", &[1, 2, 3]);
    }
}
