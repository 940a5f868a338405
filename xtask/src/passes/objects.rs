//! `objects`: decides what an object or array is in Rust. Fields make a struct, fields with further
//! keys a struct with a map beside them, no fields a map. Arrays without a schema for their items,
//! and tuples, hold any JSON.

use serde_json::{Value, json};

use super::context::{Context, Outcome};
use super::schema::{is_any, is_type};
use super::walk::{self, Object};

/// The schema of keys beside the fields of a struct.
pub(super) const EXTRA: &str = "x-sdk-extra";

/// Runs the pass.
pub(super) fn run(document: &mut Value, cx: &mut Context) -> Outcome {
    walk::schemas(document, &mut |at, schema| {
        let object = is_type(schema, "object");
        let array = is_type(schema, "array");
        if let Some(schema) = schema.as_object_mut() {
            if object && !schema.contains_key("oneOf") && !schema.contains_key("anyOf") {
                fields_or_map(schema);
            } else if array {
                items(at, schema, cx);
            }
        }
        Ok(())
    })
}

fn fields_or_map(schema: &mut Object) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|_, property| !super::schema::flag(property, "x-sdk-never"));
    }
    add_required(schema);
    let further = further(schema);
    let has_fields = schema
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(|properties| !properties.is_empty());
    if has_fields {
        if let Some(further) = further {
            schema.insert(EXTRA.to_owned(), further);
        }
    } else {
        schema.remove("properties");
        schema.remove("required");
        schema.insert(
            "additionalProperties".to_owned(),
            further.unwrap_or_else(|| json!({})),
        );
    }
}

/// A required field nobody describes can hold anything.
fn add_required(schema: &mut Object) {
    let Some(Value::Array(required)) = schema.get("required").cloned() else {
        return;
    };
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    if let Some(properties) = properties.as_object_mut() {
        for name in required.iter().filter_map(Value::as_str) {
            properties.entry(name).or_insert_with(|| json!({}));
        }
    }
}

/// The schema of values under further keys, if the schema asks for any.
fn further(schema: &mut Object) -> Option<Value> {
    let patterns = match schema.remove("patternProperties") {
        Some(Value::Object(patterns)) => patterns.into_iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    };
    let additional = match schema.remove("additionalProperties") {
        Some(Value::Object(inner)) => Some(Value::Object(inner)),
        Some(Value::Bool(true)) => Some(json!({})),
        _ => None,
    };
    let mut all: Vec<Value> = patterns.into_iter().chain(additional).collect();
    all.dedup_by(|a, b| same(a, b));
    match all.len() {
        0 => None,
        1 => all.pop(),
        _ => Some(json!({})),
    }
}

fn same(a: &Value, b: &Value) -> bool {
    let bare = |value: &Value| {
        let mut value = value.clone();
        if let Some(object) = value.as_object_mut() {
            object.remove(walk::SOURCE);
        }
        value
    };
    bare(a) == bare(b) || (is_any(a) && is_any(b))
}

fn items(at: &str, schema: &mut Object, cx: &mut Context) {
    let tuple =
        schema.remove("prefixItems").is_some() || schema.get("items").is_some_and(Value::is_array);
    if tuple {
        cx.warn(at, "a tuple is read as an array of any JSON");
        schema.insert("items".to_owned(), json!({}));
    }
    let items = schema.entry("items").or_insert_with(|| json!({}));
    if !items.is_object() || super::schema::flag(items, "x-sdk-never") {
        *items = json!({});
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn check(before: Value, after: Value) {
        testing::schema(run, &before, &after);
    }

    #[test]
    fn no_fields_make_a_map() {
        let any = json!({"type": "object", "additionalProperties": {}});
        check(json!({"type": "object"}), any.clone());
        check(json!({"type": "object", "properties": {}}), any.clone());
        check(
            json!({"type": "object", "additionalProperties": true}),
            any.clone(),
        );
        check(
            json!({"type": "object", "additionalProperties": false}),
            any,
        );
        let texts = json!({"type": "object", "additionalProperties": {"type": "string"}});
        check(texts.clone(), texts.clone());
        check(
            json!({"type": "object", "patternProperties": {"^a": {"type": "string"}}}),
            texts,
        );
    }

    #[test]
    fn fields_make_a_struct_with_a_map_beside_it_if_asked_for() {
        let fields = json!({"type": "object", "properties": {"a": {}}});
        let with = |key: &str, value: Value| {
            let mut schema = fields.clone();
            schema[key] = value;
            schema
        };
        check(fields.clone(), fields.clone());
        check(with("additionalProperties", json!(false)), fields.clone());
        check(
            with("additionalProperties", json!(true)),
            with("x-sdk-extra", json!({})),
        );
        check(
            with("additionalProperties", json!({"type": "string"})),
            with("x-sdk-extra", json!({"type": "string"})),
        );
        check(
            with(
                "patternProperties",
                json!({"^b": {"type": "string"}, "^c": {"type": "integer"}}),
            ),
            with("x-sdk-extra", json!({})),
        );
    }

    #[test]
    fn a_required_field_nobody_describes_can_hold_anything() {
        check(
            json!({"type": "object", "required": ["a", "b"], "properties": {"a": {"type": "string"}}}),
            json!({
                "type": "object",
                "required": ["a", "b"],
                "properties": {"a": {"type": "string"}, "b": {}},
            }),
        );
    }

    #[test]
    fn a_field_that_must_not_be_there_is_none() {
        check(
            json!({"type": "object", "properties": {"a": {"x-sdk-never": true}, "b": {}}}),
            json!({"type": "object", "properties": {"b": {}}}),
        );
    }

    #[test]
    fn arrays_always_know_their_items() {
        let any = json!({"type": "array", "items": {}});
        check(json!({"type": "array"}), any.clone());
        check(
            json!({"type": "array", "items": {"x-sdk-never": true}}),
            any.clone(),
        );
        check(
            json!({"type": "array", "items": [{"type": "string"}]}),
            any.clone(),
        );
        check(
            json!({"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "integer"}}),
            any,
        );
        let texts = json!({"type": "array", "items": {"type": "string"}});
        check(texts.clone(), texts);
    }
}
