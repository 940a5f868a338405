//! Every rule by which a name of the document becomes a name in Rust. All naming is decided here.
//!
//! | What | Rule |
//! |---|---|
//! | type | PascalCase; a leading digit gets `X`; names of the prelude and of the client's own types get `Value` at the end |
//! | variant | PascalCase, `_` between two numbers; a leading digit gets `V`; `Unknown` and `Self` get `Value` at the end; a value without letters and digits is spelled out |
//! | field, parameter, operation | snake_case; a keyword gets `_` at the end, a leading digit `x` at the front |
//! | field | a unit such as `MiB` and a plural such as `LBs` are one word: `size_in_mib` |
//! | collision | the later one, in document order, gets `2`, `3`, … |

use std::collections::BTreeSet;

use heck::{ToPascalCase, ToSnakeCase};

/// Type names that would hide something generated code needs.
const RESERVED_TYPES: &[&str] = &[
    "AsMut",
    "AsRef",
    "BTreeMap",
    "Box",
    "Client",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Deserialize",
    "Display",
    "Drop",
    "Eq",
    "Err",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "Into",
    "IntoIterator",
    "Iterator",
    "None",
    "Nullable",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Self",
    "Send",
    "Serialize",
    "Some",
    "String",
    "Sync",
    "Timestamp",
    "ToString",
    "Vec",
];

/// Names already given, to keep new ones apart.
#[derive(Debug, Default, Clone)]
pub(super) struct Taken(BTreeSet<String>);

impl Taken {
    /// Reserves `wanted`, or `wanted2`, `wanted3`, … if it is taken.
    pub(super) fn claim(&mut self, wanted: &str) -> String {
        if self.0.insert(wanted.to_owned()) {
            return wanted.to_owned();
        }
        let mut number = 2_usize;
        loop {
            let name = format!("{wanted}{number}");
            if self.0.insert(name.clone()) {
                return name;
            }
            number += 1;
        }
    }

    /// As [`Taken::claim`], for a name that takes another one, with `suffix` at its end, along.
    pub(super) fn claim_with(&mut self, wanted: &str, suffix: &str) -> String {
        let mut number = 1_usize;
        loop {
            let name = if number == 1 {
                wanted.to_owned()
            } else {
                format!("{wanted}{number}")
            };
            let along = format!("{name}{suffix}");
            if self.is_free(&name) && self.is_free(&along) {
                self.0.extend([name.clone(), along]);
                return name;
            }
            number += 1;
        }
    }

    /// Whether `name` is still free.
    pub(super) fn is_free(&self, name: &str) -> bool {
        !self.0.contains(name)
    }
}

impl<S: Into<String>> FromIterator<S> for Taken {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }
}

/// The name of a type.
pub(super) fn type_name(raw: &str) -> String {
    let name = stable_pascal(raw);
    // A keyword has an `_` at its end by now.
    let name = name.trim_end_matches('_');
    if RESERVED_TYPES.contains(&name) {
        format!("{name}Value")
    } else {
        name.to_owned()
    }
}

/// Capitalised words that stay the same when they are made again, as progenitor does.
fn stable_pascal(raw: &str) -> String {
    let mut name = sanitize(raw, str::to_pascal_case, "X");
    for _ in 0..4 {
        let again = sanitize(&name, str::to_pascal_case, "X");
        if again == name {
            break;
        }
        name = again;
    }
    name
}

/// The name of a field, parameter or operation, the same one progenitor gives.
pub(crate) fn field_name(raw: &str) -> String {
    sanitize(raw, str::to_snake_case, "x")
}

/// Words that the usual rules take apart after their first letter, and how they stay whole.
const WHOLE_WORDS: &[(&str, &str)] = &[
    ("KiB", "Kib"),
    ("MiB", "Mib"),
    ("GiB", "Gib"),
    ("TiB", "Tib"),
    ("LBs", "Lbs"),
];

/// The name of a field as it reads best: where it differs from [`field_name`], the key has to be renamed
/// before progenitor sees it.
pub(super) fn readable_field_name(raw: &str) -> String {
    let whole = |name: String, (word, one): &(&str, &str)| name.replace(word, one);
    field_name(&WHOLE_WORDS.iter().fold(raw.to_owned(), whole))
}

/// The steps of progenitor's and typify's own `sanitize`, so that collisions can be seen before
/// they happen.
fn sanitize(raw: &str, case: fn(&str) -> String, prefix: &str) -> String {
    let spelled = match raw {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => case(
            &raw.replace('\'', "")
                .replace(|c: char| !unicode_ident::is_xid_continue(c), "-"),
        ),
    };
    let name = match spelled.chars().next() {
        None => prefix.to_owned(),
        Some(first) if unicode_ident::is_xid_start(first) => spelled,
        Some(_) => format!("{prefix}{spelled}"),
    };
    if is_keyword(&name) {
        format!("{name}_")
    } else {
        name
    }
}

/// Whether Rust reserves `name`.
pub(super) fn is_keyword(name: &str) -> bool {
    matches!(
        name,
        "_" | "abstract"
            | "as"
            | "async"
            | "await"
            | "become"
            | "box"
            | "break"
            | "const"
            | "continue"
            | "crate"
            | "do"
            | "dyn"
            | "else"
            | "enum"
            | "extern"
            | "false"
            | "final"
            | "fn"
            | "for"
            | "gen"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "macro"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "override"
            | "priv"
            | "pub"
            | "ref"
            | "return"
            | "Self"
            | "self"
            | "static"
            | "struct"
            | "super"
            | "trait"
            | "true"
            | "try"
            | "type"
            | "typeof"
            | "unsafe"
            | "unsized"
            | "use"
            | "virtual"
            | "where"
            | "while"
            | "yield"
    )
}

/// The name of an enum variant for the value `raw`.
pub(super) fn variant_name(raw: &str) -> String {
    let mut name = String::new();
    for word in words(raw) {
        let mut pascal = word.to_pascal_case();
        let digits_meet = name.ends_with(|c: char| c.is_ascii_digit())
            && pascal.starts_with(|c: char| c.is_ascii_digit());
        if digits_meet {
            pascal.insert(0, '_');
        }
        name.push_str(&pascal);
    }
    if name.is_empty() {
        name = raw.chars().map(spell).collect();
    }
    if name.is_empty() {
        name.push_str("Empty");
    }
    if !name.starts_with(unicode_ident::is_xid_start) {
        name.insert(0, 'V');
    }
    match name.as_str() {
        "Unknown" | "Self" => format!("{name}Value"),
        _ => name,
    }
}

/// The words of `raw`, split at everything that is not part of an identifier. A sign before a
/// number is a word of its own.
fn words(raw: &str) -> Vec<String> {
    let text = raw.trim();
    let sign = match (text.chars().next(), text.chars().nth(1)) {
        (Some('-'), Some(next)) if next.is_ascii_digit() => Some("minus"),
        (Some('+'), Some(next)) if next.is_ascii_digit() => Some("plus"),
        _ => None,
    };
    let parts = text
        .split(|c: char| c == '_' || !unicode_ident::is_xid_continue(c))
        .filter(|part| !part.is_empty())
        .map(str::to_owned);
    sign.map(str::to_owned).into_iter().chain(parts).collect()
}

/// The word for a sign that stands alone.
fn spell(sign: char) -> &'static str {
    match sign {
        '*' => "Star",
        '+' => "Plus",
        '-' => "Minus",
        '/' => "Slash",
        '.' => "Dot",
        ',' => "Comma",
        '<' => "Less",
        '>' => "Greater",
        '=' => "Equal",
        '!' => "Not",
        '%' => "Percent",
        '&' => "And",
        '|' => "Or",
        '#' => "Hash",
        '@' => "At",
        '$' => "Dollar",
        '?' => "Question",
        ':' => "Colon",
        ';' => "Semicolon",
        '~' => "Tilde",
        '^' => "Caret",
        '_' => "Underscore",
        ' ' => "Space",
        _ => "Sign",
    }
}

/// The singular of an English plural, well enough to compare `pods` with `pod`.
pub(super) fn singular(word: &str) -> String {
    for (plural, one) in [
        ("ies", "y"),
        ("sses", "ss"),
        ("xes", "x"),
        ("ches", "ch"),
        ("shes", "sh"),
    ] {
        if let Some(stem) = word.strip_suffix(plural) {
            return format!("{stem}{one}");
        }
    }
    match word.strip_suffix('s') {
        Some(stem) if !stem.is_empty() && !stem.ends_with('s') && !stem.ends_with('u') => {
            stem.to_owned()
        }
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests;
