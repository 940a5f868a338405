//! Checked input of an operation, read by key.

use serde_json::{Map, Value};

/// Keys and values of a checked object: the body, an object inside it, or the parameters.
///
/// What is asked for with the wrong type reads as absent; a check against the description has
/// made sure before that types are right.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    pub(crate) fn new(map: &'a Map<String, Value>) -> Self {
        Self(map)
    }

    pub(crate) fn has(self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    pub(crate) fn keys(self) -> impl Iterator<Item = &'a str> {
        self.0.keys().map(String::as_str)
    }

    pub(crate) fn value(self, key: &str) -> Option<&'a Value> {
        self.0.get(key)
    }

    pub(crate) fn text(self, key: &str) -> Option<&'a str> {
        self.0.get(key)?.as_str()
    }

    pub(crate) fn flag(self, key: &str) -> Option<bool> {
        self.0.get(key)?.as_bool()
    }

    /// A whole number; `16.0` is one in JSON Schema.
    pub(crate) fn integer(self, key: &str) -> Option<u64> {
        let number = self.0.get(key)?;
        number.as_u64().or_else(|| number.as_f64().map(saturating))
    }

    pub(crate) fn number(self, key: &str) -> Option<f64> {
        self.0.get(key)?.as_f64()
    }

    pub(crate) fn texts(self, key: &str) -> Option<Vec<&'a str>> {
        Some(
            self.0
                .get(key)?
                .as_array()?
                .iter()
                .filter_map(Value::as_str)
                .collect(),
        )
    }

    pub(crate) fn object(self, key: &str) -> Option<Fields<'a>> {
        self.0.get(key)?.as_object().map(Fields)
    }

    pub(crate) fn objects(self, key: &str) -> Option<Vec<Fields<'a>>> {
        Some(
            self.0
                .get(key)?
                .as_array()?
                .iter()
                .filter_map(Value::as_object)
                .map(Fields)
                .collect(),
        )
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is what a number beyond all limits should do"
)]
fn saturating(number: f64) -> u64 {
    number as u64
}
