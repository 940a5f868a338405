//! `strip`: takes away every keyword the normal form does not have.

use serde_json::{Value, json};

use super::context::{Context, Outcome};
use super::schema::{self, is_type, text};
use super::walk::{self, Object};

const NAMED: &[&str] = &[
    "type",
    "properties",
    "required",
    "description",
    "deprecated",
    "x-sdk-enum",
    "x-sdk-group",
    "x-sdk-union",
    "x-sdk-extra",
    "x-sdk-source",
    "x-sdk-request",
    "x-sdk-response",
    "x-sdk-secret",
];
const FIELD: &[&str] = &[
    "type",
    "items",
    "additionalProperties",
    "$ref",
    "description",
    "deprecated",
    "x-sdk-nullable",
    "x-sdk-required",
    "x-sdk-type",
    "x-sdk-json-name",
    "x-sdk-secret",
    "x-sdk-any",
];
const INNER: &[&str] = &[
    "type",
    "items",
    "additionalProperties",
    "$ref",
    "x-sdk-nullable",
    "x-sdk-type",
];

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    let mut schemas = schema::named(document);
    for schema in schemas.values_mut() {
        named(schema);
    }
    schema::put_named(document, schemas);
    walk::operations(document, &mut |_, operation| {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let schema = parameter.get_mut("schema").map(|schema| {
                value(schema, INNER);
                schema.clone()
            });
            let timestamp = schema
                .as_ref()
                .and_then(|schema| text(schema, "x-sdk-type"));
            if let Some(timestamp) = timestamp {
                schema::mark(parameter, "x-sdk-type", timestamp);
            }
        }
        operation.remove("tags");
        for key in ["requestBody", "responses"] {
            if let Some(part) = operation.get_mut(key) {
                contents(part);
            }
        }
        Ok(())
    })?;
    if let Some(document) = document.as_object_mut() {
        document.insert("openapi".to_owned(), json!("3.0.3"));
        document.remove("security");
        if let Some(components) = document
            .get_mut("components")
            .and_then(Value::as_object_mut)
        {
            components.retain(|key, _| key == "schemas");
        }
    }
    Ok(())
}

fn contents(part: &mut Value) {
    let Some(part) = part.as_object_mut() else {
        return;
    };
    for (key, inner) in part.iter_mut() {
        if key == "schema" {
            // progenitor wants to see this exact format for a body of bytes.
            if text(inner, "format") != Some("binary") {
                value(inner, INNER);
            }
        } else {
            contents(inner);
        }
    }
}

fn named(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    object.retain(|key, _| NAMED.contains(&key.as_str()));
    let properties = object.get_mut("properties").and_then(Value::as_object_mut);
    for (_, property) in properties.into_iter().flatten() {
        value(property, FIELD);
    }
    if let Some(extra) = object.get_mut("x-sdk-extra") {
        value(extra, INNER);
    }
    let variants = object
        .get_mut("x-sdk-union")
        .and_then(|union| union.get_mut("variants"))
        .and_then(Value::as_array_mut);
    for variant in variants.into_iter().flatten() {
        if let Some(inner) = variant.get_mut("schema") {
            value(inner, INNER);
        }
    }
}

/// Leaves of a schema without a name what `keys` allow, and of those inside it what shapes them.
fn value(schema: &mut Value, keys: &[&str]) {
    let timestamp = is_type(schema, "string") && text(schema, "format") == Some("date-time");
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if timestamp {
        object.insert("x-sdk-type".to_owned(), json!("timestamp"));
    }
    prune(object, keys);
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = object.get_mut(key) {
            value(inner, INNER);
        }
    }
}

fn prune(object: &mut Object, keys: &[&str]) {
    object.retain(|key, _| keys.contains(&key.as_str()));
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn only_the_normal_form_is_left() {
        testing::document(
            run,
            &json!({
                "openapi": "3.1.0",
                "security": [],
                "paths": {"/a": {"put": {
                    "tags": ["x"],
                    "parameters": [{"name": "q", "schema": {"type": "string", "format": "date-time", "default": "x"}}],
                    "requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
                    "responses": {"200": {"content": {"application/json": {"schema": {"type": "string", "minLength": 1}}}}},
                }}},
                "components": {
                    "securitySchemes": {},
                    "schemas": {"A": {
                        "type": "object", "x-sdk-hoisted": "x", "minProperties": 1, "x-other": 1,
                        "properties": {
                            "at": {"type": "string", "format": "date-time", "example": "x", "x-sdk-nullable": true},
                            "list": {"type": "array", "minItems": 1, "items": {"type": "string", "format": "date-time", "title": "x"}},
                            "map": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/B", "description": "x"}},
                        },
                        "x-sdk-extra": {"type": "integer", "format": "int32"},
                    }},
                },
            }),
            &json!({
                "openapi": "3.0.3",
                "paths": {"/a": {"put": {
                    "parameters": [{"name": "q", "schema": {"type": "string", "x-sdk-type": "timestamp"}, "x-sdk-type": "timestamp"}],
                    "requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
                    "responses": {"200": {"content": {"application/json": {"schema": {"type": "string"}}}}},
                }}},
                "components": {"schemas": {"A": {
                    "type": "object",
                    "properties": {
                        "at": {"type": "string", "x-sdk-type": "timestamp", "x-sdk-nullable": true},
                        "list": {"type": "array", "items": {"type": "string", "x-sdk-type": "timestamp"}},
                        "map": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/B"}},
                    },
                    "x-sdk-extra": {"type": "integer"},
                }}},
            }),
        );
    }
}
