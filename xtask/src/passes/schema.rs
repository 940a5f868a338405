//! Small questions passes ask about a schema.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::walk::{Object, SOURCE};
use crate::pointer;

/// The prefix of every reference to a named schema.
pub(super) const PREFIX: &str = "#/components/schemas/";

/// Named schemas by name.
pub(super) type Schemas = BTreeMap<String, Value>;

/// Keywords that say how strict a value is, without changing its Rust type.
pub(super) const LIMITS: &[&str] = &[
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "default",
    "x-sdk-rules",
];

/// The name of the component a schema refers to.
pub(super) fn target(schema: &Value) -> Option<String> {
    let reference = schema.get("$ref")?.as_str()?;
    Some(pointer::unescape(reference.strip_prefix(PREFIX)?))
}

/// A reference to a named schema.
pub(super) fn reference(name: &str) -> String {
    format!("{PREFIX}{}", pointer::escape(name))
}

/// Whether `key` describes a schema or limits its values, and leaves its shape alone.
pub(super) fn is_annotation(key: &str) -> bool {
    matches!(
        key,
        "title"
            | "description"
            | "example"
            | "examples"
            | "deprecated"
            | "readOnly"
            | "writeOnly"
            | "externalDocs"
            | "xml"
            | "$comment"
            | "$schema"
            | "$id"
    ) || LIMITS.contains(&key)
        || is_mark(key)
}

/// Whether `key` is an extension that does not stand for a shape.
pub(super) fn is_mark(key: &str) -> bool {
    key.starts_with("x-") && !matches!(key, "x-sdk-union" | "x-sdk-enum" | "x-sdk-extra")
}

/// Splits a schema into its annotations and the rest.
pub(super) fn split(schema: Object) -> (Object, Object) {
    schema.into_iter().partition(|(key, _)| is_annotation(key))
}

/// Whether a schema says nothing about the shape of a value.
pub(super) fn is_any(schema: &Value) -> bool {
    match schema {
        Value::Object(object) => object.keys().all(|key| is_annotation(key)),
        Value::Bool(allowed) => *allowed,
        _ => false,
    }
}

/// The value of a string keyword.
pub(super) fn text<'a>(schema: &'a Value, key: &str) -> Option<&'a str> {
    schema.get(key).and_then(Value::as_str)
}

/// Whether a boolean keyword or mark is set.
pub(super) fn flag(schema: &Value, key: &str) -> bool {
    schema.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// Where the schema stood in the document as it was given.
pub(super) fn source(schema: &Value) -> String {
    text(schema, SOURCE).unwrap_or_default().to_owned()
}

/// Whether the schema is of the JSON type `name`.
pub(super) fn is_type(schema: &Value, name: &str) -> bool {
    text(schema, "type") == Some(name)
}

/// Sets a mark on a schema that is an object.
pub(super) fn mark(schema: &mut Value, key: &str, value: impl Into<Value>) {
    if let Some(object) = schema.as_object_mut() {
        object.insert(key.to_owned(), value.into());
    }
}

/// Adds a sentence about the values of a schema, to be told in its documentation.
pub(super) fn add_rule(schema: &mut Object, rule: impl Into<String>) {
    let rules = schema
        .entry("x-sdk-rules")
        .or_insert_with(|| json!([]))
        .as_array_mut();
    if let Some(rules) = rules {
        let rule = Value::from(rule.into());
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
}

/// A copy of the named schemas.
pub(super) fn named(document: &Value) -> Schemas {
    document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect()
}

/// Replaces the named schemas.
pub(super) fn put_named(document: &mut Value, schemas: Schemas) {
    if let Some(components) = components(document) {
        components.insert("schemas".to_owned(), schemas.into_iter().collect());
    }
}

/// Adds one named schema.
pub(super) fn insert_named(document: &mut Value, name: &str, schema: Value) {
    let schemas = components(document).and_then(|components| {
        components
            .entry("schemas")
            .or_insert_with(|| json!({}))
            .as_object_mut()
    });
    if let Some(schemas) = schemas {
        schemas.insert(name.to_owned(), schema);
    }
}

fn components(document: &mut Value) -> Option<&mut Object> {
    document
        .as_object_mut()?
        .entry("components")
        .or_insert_with(|| json!({}))
        .as_object_mut()
}
