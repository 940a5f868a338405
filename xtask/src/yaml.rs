//! Reading YAML as JSON, by the rules of YAML 1.2 and from the text as it is written: a version
//! `3.10` stays `3.10`, `no` stays `no`, and `200:` is the key `"200"`.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};
use serde_saphyr::Spanned;

use crate::{pointer, stack};

/// The depth at which `serde_json` stops too.
const MAX_DEPTH: usize = 128;

/// Why a YAML text cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct YamlError {
    /// Line, from 1; 0 when it is not known.
    pub(crate) line: u64,
    /// Column, from 1; 0 when it is not known.
    pub(crate) column: u64,
    /// What is wrong.
    pub(crate) message: String,
}

/// Reads one YAML document.
pub(crate) fn read(text: &str) -> Result<Value, YamlError> {
    on_large_stack(|| Ok(read_here(text)?.node.into_json(text)))
}

/// The line of each key and each entry of a list, by JSON pointer.
pub(crate) fn lines(text: &str) -> Result<BTreeMap<String, u64>, YamlError> {
    on_large_stack(|| {
        let mut lines = BTreeMap::new();
        read_here(text)?.note("", &mut lines);
        Ok(lines)
    })
}

/// The reader needs several large frames for each level.
fn on_large_stack<T: Send>(
    read: impl FnOnce() -> Result<T, YamlError> + Send,
) -> Result<T, YamlError> {
    stack::run(read).unwrap_or_else(|failure| {
        Err(YamlError {
            line: 0,
            column: 0,
            message: failure.0,
        })
    })
}

fn read_here(text: &str) -> Result<Placed, YamlError> {
    let budget = serde_saphyr::budget! {
        max_depth: MAX_DEPTH,
        max_events: 4_000_000,
        max_nodes: 2_000_000,
        max_total_scalar_bytes: 256 * 1024 * 1024,
    };
    let alias_limits = serde_saphyr::alias_limits! {
        max_total_replayed_events: 300_000,
    };
    let options = serde_saphyr::options! {
        alias_limits: alias_limits,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        budget: budget,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let place = error.location();
        YamlError {
            line: place.map_or(0, |place| place.line()),
            column: place.map_or(0, |place| place.column()),
            message: first_line(&error.without_snippet().to_string()),
        }
    })
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_owned()
}

/// A YAML node; fractions know where they are written.
enum Node {
    Json(Value),
    Fraction { value: f64, from: u64, length: u64 },
    List(Vec<Placed>),
    Map(Vec<(Spanned<String>, Placed)>),
}

/// A node and the line it begins on.
struct Placed {
    line: u64,
    node: Node,
}

impl Placed {
    fn note(&self, place: &str, lines: &mut BTreeMap<String, u64>) {
        match &self.node {
            Node::List(list) => {
                for (index, item) in list.iter().enumerate() {
                    let place = pointer::join(place, &index.to_string());
                    item.note(&place, lines);
                    lines.insert(place, item.line);
                }
            }
            Node::Map(entries) => {
                for (key, item) in entries {
                    let place = pointer::join(place, &key.value);
                    item.note(&place, lines);
                    lines.insert(place, key.defined.line());
                }
            }
            Node::Json(_) | Node::Fraction { .. } => {}
        }
    }
}

impl Node {
    fn into_json(self, text: &str) -> Value {
        match self {
            Self::Json(value) => value,
            Self::Fraction {
                value,
                from,
                length,
            } => fraction(value, written(text, from, length)),
            Self::List(list) => list
                .into_iter()
                .map(|item| item.node.into_json(text))
                .collect(),
            Self::Map(entries) => entries
                .into_iter()
                .map(|(key, item)| (key.value, item.node.into_json(text)))
                .collect(),
        }
    }
}

fn written(text: &str, from: u64, length: u64) -> Option<&str> {
    let from = usize::try_from(from).ok()?;
    let end = from.checked_add(usize::try_from(length).ok()?)?;
    text.get(from..end)
}

/// A fraction that would be spelled differently as a number (`3.10`) stays the text it was.
fn fraction(value: f64, written: Option<&str>) -> Value {
    let number = Number::from_f64(value);
    match (number, written.map(str::trim)) {
        (Some(number), Some(text)) if number.to_string() != text && is_plain(text) => {
            Value::from(text)
        }
        (Some(number), _) => Value::Number(number),
        (None, text) => Value::from(text.unwrap_or_default()),
    }
}

/// Whether a text is nothing but a number: with a tag before it, it is meant as one.
fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))
}

impl<'de> Deserialize<'de> for Placed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Bare>::deserialize(deserializer)?;
        let span = spanned.defined.span();
        let node = match spanned.value.0 {
            Node::Fraction { value, .. } => Node::Fraction {
                value,
                from: span.byte_offset().unwrap_or(u64::MAX),
                length: span.byte_len().unwrap_or_default(),
            },
            other => other,
        };
        let line = spanned.defined.line();
        Ok(Self { line, node })
    }
}

/// A node before its place is known.
struct Bare(Node);

impl<'de> Deserialize<'de> for Bare {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BareVisitor).map(Self)
    }
}

struct BareVisitor;

impl<'de> Visitor<'de> for BareVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Json(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Json(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Json(value.into()))
    }

    fn visit_i128<E: serde::de::Error>(self, value: i128) -> Result<Node, E> {
        number(&value.to_string())
    }

    fn visit_u128<E: serde::de::Error>(self, value: u128) -> Result<Node, E> {
        number(&value.to_string())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Fraction {
            value,
            from: u64::MAX,
            length: 0,
        })
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Json(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Json(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Json(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(node) = sequence.next_element()? {
            list.push(node);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        // A key read as text keeps its spelling: `200`, `3.10` and `no` are keys as they stand.
        while let Some(key) = map.next_key()? {
            entries.push((key, map.next_value()?));
        }
        Ok(Node::Map(entries))
    }
}

fn number<E: serde::de::Error>(digits: &str) -> Result<Node, E> {
    let number: Number = digits.parse().map_err(E::custom)?;
    Ok(Node::Json(Value::Number(number)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn scalars_are_read_as_they_are_written() {
        let check = |yaml: &str, expected: Value| {
            assert_eq!(read(yaml), Ok(expected), "{yaml}");
        };
        check("a: 3.10", json!({"a": "3.10"}));
        check("a: '3.10'", json!({"a": "3.10"}));
        check("a: 3.5", json!({"a": 3.5}));
        check("a: 0.5", json!({"a": 0.5}));
        check("a: 1.0", json!({"a": 1.0}));
        check("a: 1e3", json!({"a": "1e3"}));
        check("a: 12", json!({"a": 12}));
        check(
            "a: 18446744073709551615",
            json!({"a": 18_446_744_073_709_551_615_u64}),
        );
        check("a: 0755", json!({"a": "0755"}));
        check("a: 1_000", json!({"a": "1_000"}));
        check(
            "a: [no, yes, on, off, y]",
            json!({"a": ["no", "yes", "on", "off", "y"]}),
        );
        check("a: [true, False]", json!({"a": [true, false]}));
        check("a: ~", json!({"a": null}));
        check("a:", json!({"a": null}));
        check("a: 2024-01-01", json!({"a": "2024-01-01"}));
        check("a: |\n  x\n  y\n", json!({"a": "x\ny\n"}));
        check("é: ü", json!({"é": "ü"}));
        check("é: 3.10", json!({"é": "3.10"}));
    }

    #[test]
    fn keys_keep_their_spelling() {
        let check = |yaml: &str, expected: Value| {
            assert_eq!(read(yaml), Ok(expected), "{yaml}");
        };
        check("200: ok", json!({"200": "ok"}));
        check("3.10: ok", json!({"3.10": "ok"}));
        check("no: ok\nyes: ok", json!({"no": "ok", "yes": "ok"}));
        check("on: ok", json!({"on": "ok"}));
    }

    #[test]
    fn anchors_and_merge_keys_are_followed() {
        let yaml = "a: &x {v: 3.10, n: 1}\nb: *x\nc: {<<: *x, n: 2}\n";
        let expected = json!({
            "a": {"v": "3.10", "n": 1},
            "b": {"v": "3.10", "n": 1},
            "c": {"v": "3.10", "n": 2},
        });
        assert_eq!(read(yaml), Ok(expected));
    }

    #[test]
    fn errors_name_the_line() {
        let check = |yaml: &str, line: u64| {
            let error = read(yaml).unwrap_err();
            assert_eq!(error.line, line, "{yaml:?} gave {error:?}");
            assert!(!error.message.is_empty());
        };
        check("a: 1\nb: [1, 2\nc: 3\n", 3);
        check("a: 1\na: 2\n", 2);
        check("a: *unknown\n", 1);
        check("a: .inf\n", 1);
    }

    #[test]
    fn keys_and_entries_know_their_lines() {
        let yaml = "a:\n  - b: 1\n    c:\n      d/e: {f: 2}\n  - x\n";
        let found = lines(yaml).unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|(at, line)| (at.as_str(), *line))
            .collect();
        let expected = [
            ("/a", 1),
            ("/a/0", 2),
            ("/a/0/b", 2),
            ("/a/0/c", 3),
            ("/a/0/c/d~1e", 4),
            ("/a/0/c/d~1e/f", 4),
            ("/a/1", 5),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn nesting_and_repetition_are_bounded() {
        let deep = "[".repeat(5_000) + &"]".repeat(5_000);
        assert!(read(&deep).is_err());
        let mut bomb = String::from("a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n");
        for level in 1..12 {
            let one = format!("*a{}", level - 1);
            let all = vec![one; 10].join(",");
            bomb =
                bomb + "a" + &level.to_string() + ": &a" + &level.to_string() + " [" + &all + "]\n";
        }
        assert!(read(&bomb).is_err());
    }
}
