//! `sources`: writes on every schema and operation where it stood in the document, so that later
//! messages and doc comments can name that place.

use serde_json::Value;

use super::context::{Context, Outcome};
use super::walk::{self, METHODS, Object, SOURCE};
use crate::pointer;

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    walk::schemas_down(document, &mut |at, schema| {
        if let Some(object) = schema.as_object_mut() {
            note(at, object);
        }
        Ok(())
    })?;
    for parent in ["/paths", "/components/pathItems"] {
        let Some(items) = document.pointer_mut(parent).and_then(Value::as_object_mut) else {
            continue;
        };
        for (path, item) in items.iter_mut() {
            let below = match item.get(SOURCE).and_then(Value::as_str) {
                Some(source) => source.to_owned(),
                None => pointer::join(parent, path),
            };
            for method in METHODS {
                if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                    note_operation(&pointer::join(&below, method), operation);
                }
            }
        }
    }
    Ok(())
}

/// Removes marks a document brings along: they would lead elsewhere.
pub(super) fn forget(document: &mut Value) {
    match document {
        Value::Array(list) => list.iter_mut().for_each(forget),
        Value::Object(object) => {
            object.retain(|key, value| key != SOURCE || !value.is_string());
            object.values_mut().for_each(forget);
        }
        _ => {}
    }
}

fn note_operation(at: &str, operation: &mut Object) {
    note(at, operation);
    let at = operation
        .get(SOURCE)
        .and_then(Value::as_str)
        .unwrap_or(at)
        .to_owned();
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for (index, parameter) in parameters.into_iter().flatten().enumerate() {
        if let Some(parameter) = parameter.as_object_mut() {
            note(
                &pointer::join(&pointer::join(&at, "parameters"), &index.to_string()),
                parameter,
            );
        }
    }
}

fn note(at: &str, node: &mut Object) {
    node.entry(SOURCE).or_insert_with(|| Value::from(at));
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use serde_json::json;

    #[test]
    fn marks_a_document_brings_along_are_forgotten() {
        let mut document =
            json!({"a": [{"x-sdk-source": "/b", "properties": {"x-sdk-source": {}}}]});
        forget(&mut document);
        assert_eq!(
            document,
            json!({"a": [{"properties": {"x-sdk-source": {}}}]})
        );
    }

    #[test]
    fn schemas_and_operations_say_where_they_stood() {
        testing::document(
            run,
            &json!({
                "paths": {"/a": {"get": {
                    "parameters": [{"name": "p", "schema": {"items": {}}}],
                    "responses": {"200": {"x-sdk-source": "/components/responses/R", "content": {"j": {"schema": {}}}}},
                }}},
                "components": {"schemas": {"A/B": {"properties": {"properties": {"allOf": [{}]}}}}},
            }),
            &json!({
                "paths": {"/a": {"get": {
                    "x-sdk-source": "/paths/~1a/get",
                    "parameters": [{
                        "name": "p",
                        "x-sdk-source": "/paths/~1a/get/parameters/0",
                        "schema": {
                            "x-sdk-source": "/paths/~1a/get/parameters/0/schema",
                            "items": {"x-sdk-source": "/paths/~1a/get/parameters/0/schema/items"},
                        },
                    }],
                    "responses": {"200": {
                        "x-sdk-source": "/components/responses/R",
                        "content": {"j": {"schema": {"x-sdk-source": "/components/responses/R/content/j/schema"}}},
                    }},
                }}},
                "components": {"schemas": {"A/B": {
                    "x-sdk-source": "/components/schemas/A~1B",
                    "properties": {"properties": {
                        "x-sdk-source": "/components/schemas/A~1B/properties/properties",
                        "allOf": [{"x-sdk-source": "/components/schemas/A~1B/properties/properties/allOf/0"}],
                    }},
                }}},
            }),
        );
    }
}
