//! `hybrid`: reads what documents half converted from Swagger 2.0 still spell the old way: a
//! response with a `schema` of its own, a parameter with a `type` of its own.

use serde_json::{Value, json};

use super::context::{Context, Outcome};
use super::walk::{self, Object, SOURCE};
use crate::pointer;

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
    walk::operations(document, &mut |visit, operation| {
        each(visit.at, operation, "parameters", parameter);
        each(visit.at, operation, "responses", response);
        Ok(())
    })?;
    let items = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in items.into_iter().flatten() {
        let at = walk::place("/paths", path, item);
        if let Some(item) = item.as_object_mut() {
            each(&at, item, "parameters", parameter);
        }
    }
    Ok(())
}

/// Calls `change` on each entry of the list or map under `key`, with its pointer.
fn each(at: &str, holder: &mut Object, key: &str, change: fn(&str, &mut Object)) {
    let at = pointer::join(at, key);
    let entries: Vec<(String, &mut Value)> = match holder.get_mut(key) {
        Some(Value::Array(list)) => list
            .iter_mut()
            .enumerate()
            .map(|(index, entry)| (index.to_string(), entry))
            .collect(),
        Some(Value::Object(map)) => map
            .iter_mut()
            .map(|(key, entry)| (key.clone(), entry))
            .collect(),
        _ => Vec::new(),
    };
    for (key, entry) in entries {
        let at = walk::place(&at, &key, entry);
        if let Some(entry) = entry.as_object_mut() {
            change(&at, entry);
        }
    }
}

/// What a parameter says about itself, and some documents say once more inside its schema.
const REPEATED_KEYS: &[&str] = &["name", "in", "required", "collectionFormat"];

fn parameter(at: &str, parameter: &mut Object) {
    // A list of examples is one of Swagger 2.0; here it would be a map.
    if parameter.get("examples").is_some_and(Value::is_array) {
        parameter.remove("examples");
    }
    let schema = parameter.get_mut("schema").and_then(Value::as_object_mut);
    if let Some(schema) = schema.filter(|schema| schema.contains_key("in")) {
        for key in REPEATED_KEYS {
            schema.remove(*key);
        }
    }
    let described = parameter.contains_key("schema") || parameter.contains_key("content");
    if described || !parameter.contains_key("type") {
        return;
    }
    let mut schema: Object = VALUE_KEYS
        .iter()
        .filter_map(|key| Some(((*key).to_owned(), parameter.remove(*key)?)))
        .collect();
    schema.insert(SOURCE.to_owned(), Value::from(at));
    parameter.insert("schema".to_owned(), Value::Object(schema));
    if parameter
        .get("collectionFormat")
        .is_some_and(|format| format != "multi")
    {
        parameter.entry("explode").or_insert(Value::Bool(false));
    }
}

fn response(at: &str, response: &mut Object) {
    if response.contains_key("content") {
        return;
    }
    if let Some(mut schema) = response.remove("schema") {
        super::schema::mark(&mut schema, SOURCE, pointer::join(at, "schema"));
        response.insert(
            "content".to_owned(),
            json!({"application/json": {"schema": schema}}),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn a_parameter_with_a_type_gets_a_schema() {
        testing::operation(
            run,
            &json!({"parameters": [
                {"name": "a", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "csv"},
                {"name": "b", "in": "query", "schema": {}, "type": "kept"},
            ]}),
            &json!({"parameters": [
                {
                    "name": "a",
                    "in": "query",
                    "collectionFormat": "csv",
                    "explode": false,
                    "schema": {
                        "type": "array",
                        "items": {"type": "string"},
                        "x-sdk-source": "/paths/~1a/get/parameters/0",
                    },
                },
                {"name": "b", "in": "query", "schema": {}, "type": "kept"},
            ]}),
        );
    }

    #[test]
    fn what_a_parameter_repeats_inside_its_schema_goes_away() {
        testing::operation(
            run,
            &json!({"parameters": [{
                "name": "a", "in": "query", "examples": ["x"],
                "schema": {"name": "a", "in": "query", "required": true, "type": "string"},
            }]}),
            &json!({"parameters": [{"name": "a", "in": "query", "schema": {"type": "string"}}]}),
        );
    }

    #[test]
    fn a_response_with_a_schema_gets_content() {
        testing::operation(
            run,
            &json!({"responses": {"200": {"schema": {"type": "string"}}, "204": {}}}),
            &json!({"responses": {
                "200": {"content": {"application/json": {"schema": {
                    "type": "string",
                    "x-sdk-source": "/paths/~1a/get/responses/200/schema",
                }}}},
                "204": {},
            }}),
        );
    }
}
