//! A YAML document as a tree in which every node and key knows its place.

use super::source::Span;

/// A value with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// The bytes of the value; for a block the bytes from its first to its last child.
    pub(super) span: Span,
    pub(super) kind: NodeKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NodeKind {
    /// Nothing, `~` or `null`.
    Null,
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<Entry>),
    /// Could not be read, and a finding says so: nothing more is to be said about it.
    Broken,
}

/// A single value, kept as text: what it means depends on the field it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scalar {
    pub(super) text: String,
    pub(super) style: Style,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Bare: `3.10` is a number, `true` a truth value.
    Plain,
    /// Quoted, a block scalar, or tagged as text: always text.
    Text,
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: Span,
    pub(super) value: Node,
}

impl Node {
    pub(super) const fn new(span: Span, kind: NodeKind) -> Self {
        Self { span, kind }
    }

    /// How a message names the kind of value: `a number`, `a list`.
    pub(super) fn describe(&self) -> &'static str {
        match &self.kind {
            NodeKind::Null | NodeKind::Broken => "nothing",
            NodeKind::Scalar(scalar) => scalar.reading().describe(),
            NodeKind::List(_) => "a list",
            NodeKind::Map(_) => "a block of keys",
        }
    }

    /// Number of nodes in the tree under and including this one.
    pub(super) fn size(&self) -> usize {
        match &self.kind {
            NodeKind::Null | NodeKind::Broken | NodeKind::Scalar(_) => 1,
            NodeKind::List(items) => 1 + items.iter().map(Self::size).sum::<usize>(),
            NodeKind::Map(entries) => {
                1 + entries
                    .iter()
                    .map(|entry| entry.value.size())
                    .sum::<usize>()
            }
        }
    }
}

/// What a scalar is by the rules of YAML 1.2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Reading {
    Bool(bool),
    Integer(i64),
    /// Any other number: a fraction, an exponent, a leading zero, another base, or too large.
    Number,
    Text,
}

impl Reading {
    /// How a message names it.
    pub(super) const fn describe(self) -> &'static str {
        match self {
            Self::Bool(_) => "true or false",
            Self::Integer(_) | Self::Number => "a number",
            Self::Text => "text",
        }
    }
}

impl Scalar {
    /// Reads the scalar, always from the text as written: `3.10` never becomes 3.1, nor `0755` 755.
    pub(super) fn reading(&self) -> Reading {
        if self.style == Style::Text {
            return Reading::Text;
        }
        match self.text.as_str() {
            "true" | "True" | "TRUE" => Reading::Bool(true),
            "false" | "False" | "FALSE" => Reading::Bool(false),
            text if is_decimal(text) => text.parse().map_or(Reading::Number, Reading::Integer),
            text if looks_numeric(text) => Reading::Number,
            _ => Reading::Text,
        }
    }
}

/// Digits with an optional sign and no leading zero: one reading in every version of YAML.
fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'))
}

fn looks_numeric(text: &str) -> bool {
    let body = text.strip_prefix(['-', '+']).unwrap_or(text);
    if let Some(digits) = body.strip_prefix("0x").or_else(|| body.strip_prefix("0o")) {
        return !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    if matches!(body, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    // The standard parser also takes `inf`, `nan` and `infinity`, which are text here.
    body.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && body.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_scalar_is_read_by_the_rules_of_yaml_1_2() {
        let check = |text: &str, expected: Reading| {
            let scalar = Scalar {
                text: text.to_owned(),
                style: Style::Plain,
            };
            assert_eq!(scalar.reading(), expected, "{text}");
        };
        check("true", Reading::Bool(true));
        check("FALSE", Reading::Bool(false));
        check("yes", Reading::Text);
        check("0", Reading::Integer(0));
        check("-7", Reading::Integer(-7));
        check("+7", Reading::Integer(7));
        check("0755", Reading::Number);
        check("3.10", Reading::Number);
        check("1e3", Reading::Number);
        check("0x1F", Reading::Number);
        check(".inf", Reading::Number);
        check("99999999999999999999", Reading::Number);
        check("1.2.3", Reading::Text);
        check("inf", Reading::Text);
        check("nan", Reading::Text);
        check("12GB", Reading::Text);
        check("-", Reading::Text);
    }

    #[test]
    fn a_quoted_scalar_is_always_text() {
        for text in ["true", "12", "3.0"] {
            let scalar = Scalar {
                text: text.to_owned(),
                style: Style::Text,
            };
            assert_eq!(scalar.reading(), Reading::Text, "{text}");
        }
    }
}
