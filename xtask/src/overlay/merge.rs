//! Laying an update over a node.

use serde_json::Value;

use crate::pointer;

/// Words for something that is not there: a field that the vendor took away, say. Nothing is made of
/// them, for they do not say of what type it would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Orphan {
    /// Where it would be, in the document.
    place: String,
    /// Where the words are, in the update.
    at: String,
}

impl Orphan {
    /// Where in the update, and what is wrong.
    pub(super) fn misfit(&self) -> (String, String) {
        let message = format!(
            "there are only words for {}, which the document does not have",
            self.place
        );
        (self.at.clone(), message)
    }
}

/// Keys of an object that describe it and shape nothing.
const WORDS: &[&str] = &["description", "title", "summary", "deprecated"];

/// Updates a selected node: an object is merged, a list gets one more entry.
pub(super) fn change(node: &mut Value, update: &Value, place: &str) -> Vec<Orphan> {
    match node {
        Value::Array(list) => {
            list.push(update.clone());
            Vec::new()
        }
        Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            let mut merge = Merge {
                target: place,
                orphans: Vec::new(),
            };
            merge.merge(node, update, "");
            merge.orphans
        }
    }
}

struct Merge<'a> {
    target: &'a str,
    orphans: Vec<Orphan>,
}

impl Merge<'_> {
    fn merge(&mut self, node: &mut Value, update: &Value, at: &str) {
        match (node, update) {
            (Value::Object(object), Value::Object(update)) => {
                for (key, value) in update {
                    let at = pointer::join(at, key);
                    match object.get_mut(key) {
                        Some(known) => self.merge(known, value, &at),
                        None if self.is_orphan(&at, value) => self.orphans.push(Orphan {
                            place: format!("{}{at}", self.target),
                            at,
                        }),
                        None => {
                            object.insert(key.clone(), value.clone());
                        }
                    }
                }
            }
            (Value::Array(list), Value::Array(more)) => list.extend(more.iter().cloned()),
            (node, update) => *node = update.clone(),
        }
    }

    fn is_orphan(&self, at: &str, value: &Value) -> bool {
        let place = pointer::tokens(&format!("{}{at}", self.target));
        // What our own keys hold is ours to make up.
        if place.iter().any(|token| token.starts_with("x-")) {
            return false;
        }
        // An answer of an operation may be nothing but its description.
        let answer = place.first().is_some_and(|it| it == "paths")
            && place
                .iter()
                .rev()
                .nth(1)
                .is_some_and(|it| it == "responses");
        !answer && only_words(value)
    }
}

/// Whether an object, and all objects inside it, say nothing but words.
fn only_words(value: &Value) -> bool {
    let Some(object) = value.as_object() else {
        return false;
    };
    let words = |(key, value): (&String, &Value)| {
        WORDS.contains(&key.as_str()) || key.starts_with("x-") || only_words(value)
    };
    !object.is_empty() && object.iter().all(words)
}
