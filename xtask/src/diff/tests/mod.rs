//! Each rule on a document of two calls that share a type: one sends it, one gives it. Every case is read
//! forward and backward.

mod calls;
mod shapes;

use super::{Change, Class, between};
use crate::generate;
use crate::syntax::Scale;
use serde_json::{Value, json};

/// A document in which `things.create` takes `Input` and `things.get` gives `Thing`.
fn document(schemas: &Value) -> Value {
    let content = |name: &str| json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}});
    json!({
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/things": {"post": {
                "operationId": "create_thing", "tags": ["things"],
                "requestBody": {"required": true, "content": content("Input")},
                "responses": {"204": {"description": "x"}},
            }},
            "/things/{id}": {"get": {
                "operationId": "get_thing", "tags": ["things"],
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
                "responses": {"200": {"description": "x", "content": content("Thing")}},
            }},
        },
        "components": {"schemas": schemas},
    })
}

fn changes(old: Value, new: Value, scale: Scale) -> Vec<Change> {
    let model = |document| generate::model(document).unwrap();
    between("none", &model(old), &model(new), scale)
}

/// The changes as `class about: what`.
fn told(old: &Value, new: &Value) -> Vec<String> {
    let changes = changes(old.clone(), new.clone(), Scale::Parts);
    let word = |class| match class {
        Class::Breaking => "breaking",
        Class::Additive => "additive",
        Class::Documentation => "docs",
    };
    changes
        .iter()
        .map(|it| format!("{} {}: {}", word(it.class), it.about.name(), it.what))
        .collect()
}

#[track_caller]
fn check(old: &Value, new: &Value, forward: &[&str], backward: &[&str]) {
    assert_eq!(told(old, new), forward, "forward");
    assert_eq!(told(new, old), backward, "backward");
    assert_eq!(told(new, new), [""; 0], "the same");
}

/// A struct with a field `kept` and what else there is.
fn object(properties: Value, required: Value) -> Value {
    let mut schema =
        json!({"type": "object", "required": required, "properties": {"kept": {"type": "string"}}});
    if let (Value::Object(more), Some(all)) = (properties, schema["properties"].as_object_mut()) {
        all.extend(more);
    }
    schema
}

#[test]
fn a_change_of_a_type_names_the_calls_and_commands_that_it_reaches() {
    let service = |field: &str| {
        let mut document = document(&json!({
            "Input": object(json!({}), json!([])),
            "Thing": object(json!({"part": {"$ref": "#/components/schemas/Part"}}), json!([])),
            "Part": object(json!({field: {"type": "string"}}), json!([])),
        }));
        document["paths"]["/things/{id}"]["get"]["tags"] = json!(["pods"]);
        document["paths"]["/things/{id}"]["get"]["x-sdk-method"] = json!("get");
        generate::model(document).unwrap()
    };
    let changes = between("runpod", &service("a"), &service("b"), Scale::Whole);
    assert_eq!(changes.len(), 2);
    for change in &changes {
        assert_eq!(change.about.name(), "Part");
        assert_eq!(Vec::from_iter(&change.calls), ["pods.get"]);
        assert!(change.commands.contains("status"), "{:?}", change.commands);
    }
}
