//! `hybrid`: reads what documents half converted from Swagger 2.0 still spell the old way: a
//! response with a `schema` of its own, a parameter with a `type` of its own.

use serde_json::{Value, json};

use super::context::{Context, Outcome};
use super::walk::{self, Object};

/// What a parameter of Swagger 2.0 says about its value.
const VALUE_KEYS: &[&str] = &[
    "type",
    "format",
    "items",
    "default",
    "enum",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "multipleOf",
];

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    walk::operations(document, &mut |_, operation| {
        each(operation.get_mut("parameters"), parameter);
        each(operation.get_mut("responses"), response);
        Ok(())
    })?;
    let items = document.get_mut("paths").and_then(Value::as_object_mut);
    for (_, item) in items.into_iter().flatten() {
        each(item.get_mut("parameters"), parameter);
    }
    Ok(())
}

fn each(entries: Option<&mut Value>, change: fn(&mut Object)) {
    let entries: Vec<&mut Value> = match entries {
        Some(Value::Array(list)) => list.iter_mut().collect(),
        Some(Value::Object(map)) => map.values_mut().collect(),
        _ => Vec::new(),
    };
    for entry in entries {
        if let Some(entry) = entry.as_object_mut() {
            change(entry);
        }
    }
}

fn parameter(parameter: &mut Object) {
    let described = parameter.contains_key("schema") || parameter.contains_key("content");
    if described || !parameter.contains_key("type") {
        return;
    }
    let schema: Object = VALUE_KEYS
        .iter()
        .filter_map(|key| Some(((*key).to_owned(), parameter.remove(*key)?)))
        .collect();
    parameter.insert("schema".to_owned(), Value::Object(schema));
    if parameter
        .get("collectionFormat")
        .is_some_and(|format| format != "multi")
    {
        parameter.entry("explode").or_insert(Value::Bool(false));
    }
}

fn response(response: &mut Object) {
    if !response.contains_key("content")
        && let Some(schema) = response.remove("schema")
    {
        response.insert(
            "content".to_owned(),
            json!({"application/json": {"schema": schema}}),
        );
    }
}
