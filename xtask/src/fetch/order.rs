//! Writes a description in the order of the one that is there, so that a change of one is a small change of
//! the other.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// The order of keys in a JSON text.
#[derive(Debug, Default)]
enum Order {
    #[default]
    None,
    Object(Vec<(String, Order)>),
    Array(Vec<Order>),
}

/// Where keys go that the other text does not have: as one writes them by hand. Others follow by name.
const USUAL: &[&str] = &[
    "openapi",
    "info",
    "operationId",
    "$ref",
    "name",
    "in",
    "tags",
    "x-permission",
    "x-team-path",
    "x-paging",
    "deprecated",
    "description",
    "parameters",
    "requestBody",
    "responses",
    "type",
    "format",
    "required",
    "properties",
    "items",
    "content",
    "schema",
];

/// `document` as text, in the order of `before` where that has a place for it.
pub(super) fn write(document: &Value, before: &str) -> serde_json::Result<String> {
    let order: Order = serde_json::from_str(before).unwrap_or_default();
    let mut text = String::new();
    value(document, &order, 0, &mut text)?;
    text.push('\n');
    Ok(text)
}

fn value(it: &Value, order: &Order, depth: usize, text: &mut String) -> serde_json::Result<()> {
    match it {
        Value::Object(map) if !map.is_empty() => {
            let known = match order {
                Order::Object(known) => known.as_slice(),
                Order::Array(_) | Order::None => &[],
            };
            let place = |key: &String| {
                let there = known.iter().position(|(name, _)| name == key);
                let usual = USUAL.iter().position(|name| name == key);
                (there.unwrap_or(usize::MAX), usual.unwrap_or(usize::MAX))
            };
            let mut entries: Vec<_> = map.iter().collect();
            // Stable: what has no place stays sorted by name.
            entries.sort_by_key(|(key, _)| place(key));
            block('{', '}', depth, text, entries, |(key, it), text| {
                text.push_str(&serde_json::to_string(key)?);
                text.push_str(": ");
                let inner = known.iter().find(|(name, _)| name == key);
                value(
                    it,
                    inner.map_or(&Order::None, |(_, order)| order),
                    depth + 1,
                    text,
                )
            })
        }
        Value::Array(list) if !list.is_empty() => {
            let entries = list.iter().enumerate().collect();
            block('[', ']', depth, text, entries, |(index, it), text| {
                let inner = match order {
                    Order::Array(list) => list.get(index),
                    Order::Object(_) | Order::None => None,
                };
                value(it, inner.unwrap_or(&Order::None), depth + 1, text)
            })
        }
        Value::Object(_)
        | Value::Array(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_) => {
            text.push_str(&serde_json::to_string(it)?);
            Ok(())
        }
    }
}

fn block<T>(
    open: char,
    close: char,
    depth: usize,
    text: &mut String,
    entries: Vec<T>,
    mut each: impl FnMut(T, &mut String) -> serde_json::Result<()>,
) -> serde_json::Result<()> {
    text.push(open);
    for (index, entry) in entries.into_iter().enumerate() {
        text.push_str(if index == 0 { "\n" } else { ",\n" });
        text.push_str(&"  ".repeat(depth + 1));
        each(entry, text)?;
    }
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
    text.push(close);
    Ok(())
}

impl<'de> Deserialize<'de> for Order {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Keys)
    }
}

struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = Order;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Order, A::Error> {
        let mut keys = Vec::new();
        while let Some(entry) = map.next_entry()? {
            keys.push(entry);
        }
        Ok(Order::Object(keys))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Order, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Order::Array(items))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Order, E> {
        Ok(Order::None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Order, E> {
        Ok(Order::None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Order, E> {
        Ok(Order::None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Order, E> {
        Ok(Order::None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Order, E> {
        Ok(Order::None)
    }

    fn visit_unit<E>(self) -> Result<Order, E> {
        Ok(Order::None)
    }
}

#[cfg(test)]
mod tests {
    use super::write;
    use serde_json::json;

    #[test]
    fn what_did_not_change_keeps_its_bytes_and_what_is_new_comes_after() {
        let before = "{\n  \"b\": {\n    \"z\": 1,\n    \"a\": []\n  },\n  \"a\": [\n    {\n      \"y\": 0.5,\n      \"x\": {}\n    }\n  ]\n}\n";
        let same = json!({"a": [{"x": {}, "y": 0.5}], "b": {"a": [], "z": 1}});
        assert_eq!(write(&same, before).unwrap(), before);
        let more = json!({"a": [], "b": {"m": 1, "type": 2, "z": 1}});
        let expected =
            "{\n  \"b\": {\n    \"z\": 1,\n    \"type\": 2,\n    \"m\": 1\n  },\n  \"a\": []\n}\n";
        assert_eq!(write(&more, before).unwrap(), expected);
    }
}
