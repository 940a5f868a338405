//! The passes seen from outside: a small document in, the lines that matter out.

use super::model::Model;
use super::{Scale, Style, modules};
use crate::{passes, progenitor};
use serde_json::{Value, json};

/// The generated modules of a document with these schemas, as one text without line breaks.
fn generated(schemas: Value, paths: Value) -> String {
    scaled(schemas, paths, Scale::Whole)
}

fn scaled(schemas: Value, paths: Value, scale: Scale) -> String {
    let mut doc = json!({
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    });
    let mut context = passes::Context::new();
    passes::mend(&mut doc, &mut context).unwrap();
    passes::lower(&mut doc, &mut context).unwrap();
    let model = Model::read(&doc).unwrap();
    let style = Style {
        scale,
        document: "t.json",
        runtime_is_module: false,
        crate_name: None,
    };
    let files = modules(&model, progenitor::generate(&doc).unwrap(), &style).unwrap();
    let text: String = files.into_values().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_variant_with_a_group_of_its_own_is_there_with_the_feature_of_that_group() {
    let kind = |kind: &str| json!({"type": "object", "required": ["k"], "properties": {"k": {"type": "string", "enum": [kind]}}});
    let mut large = kind("large");
    large["x-sdk-group"] = json!("big_things");
    let schemas = json!({
        "Thing": {"oneOf": [{"$ref": "#/components/schemas/Large"}, {"$ref": "#/components/schemas/Small"}]},
        "Large": large, "Small": kind("small"),
    });
    let answer = json!({"200": {"description": "x", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}});
    let read = |group: &str| json!({"operationId": format!("read_{group}"), "tags": [group], "responses": answer});
    let paths = json!({"/a": {"get": read("things")}, "/b": {"get": {
        "operationId": "list", "tags": ["big_things"], "responses": {"204": {"description": "x"}},
    }}});
    let text = scaled(schemas.clone(), paths.clone(), Scale::Parts);
    has(
        &text,
        &[
            "#[cfg(feature = \"big-things\")] Large(Large), /// Told by `k`: `small`. Small(Small),",
            "#[cfg(feature = \"big-things\")] Large(Large) = tag(\"k\", & [\"large\"]), Small(Small)",
            "#[cfg(feature = \"big-things\")] impl From<Large> for Thing",
            "#[cfg(feature = \"big-things\")] mod big_things;",
        ],
    );
    let whole = scaled(schemas, paths, Scale::Whole);
    assert!(!whole.contains("cfg(feature"), "{whole}");
}

/// A document whose one operation takes and returns the schema `Thing`.
fn of_thing(thing: Value, others: Value) -> String {
    let mut schemas = json!({"Thing": thing});
    if let (Some(all), Value::Object(others)) = (schemas.as_object_mut(), others) {
        all.extend(others);
    }
    let body = json!({"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}});
    let operation = json!({
        "operationId": "swap", "tags": ["things"], "requestBody": body,
        "responses": {"200": {"description": "x", "content": body["content"]}},
    });
    generated(schemas, json!({"/things": {"post": operation}}))
}

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "missing: {part}\nin: {text}");
    }
}

#[test]
fn each_way_to_be_present_has_its_type_and_its_attributes() {
    let text = of_thing(
        json!({
            "type": "object",
            "required": ["always", "alwaysOrNull"],
            "properties": {
                "always": {"type": "string"},
                "alwaysOrNull": {"type": ["string", "null"]},
                "maybe": {"type": "integer", "minimum": 1, "default": 7},
                "maybeOrNull": {"type": ["string", "null"]},
                "list": {"type": "array", "items": {"type": "string"}},
                "map": {"type": "object", "additionalProperties": {"type": "number", "format": "float"}},
                "when": {"type": "string", "format": "date-time"},
            }
        }),
        json!({}),
    );
    has(
        &text,
        &[
            "pub always: String,",
            "#[serde(rename = \"alwaysOrNull\")] pub always_or_null: Option<String>,",
            "#[serde(skip_serializing_if = \"Option::is_none\")] pub maybe: Option<i64>,",
            "pub maybe_or_null: sdk_core::Nullable<String>,",
            "pub list: Option<Vec<String>>,",
            "pub map: Option<BTreeMap<String, f64>>,",
            "pub when: Option<sdk_core::Timestamp>,",
            "pub fn new(always: impl Into<String>) -> Self",
            "pub fn list(mut self, list: impl IntoIterator<Item = impl Into<String>>) -> Self",
        ],
    );
    // A default is for the server to apply: a request that says nothing sends nothing.
    assert!(!text.contains("= 7"));
}

#[test]
fn a_type_that_only_comes_back_has_no_builder_and_two_states() {
    let answer = json!({"$ref": "#/components/schemas/Thing"});
    let text = generated(
        json!({"Thing": {"type": "object", "properties": {"a": {"type": ["string", "null"]}}}}),
        json!({"/x": {"get": {"responses": {"200": {
            "description": "x", "content": {"application/json": {"schema": answer}}}}}}}),
    );
    has(&text, &["pub a: Option<String>,"]);
    assert!(!text.contains("impl Thing"), "{text}");
}

#[test]
fn an_open_enum_keeps_what_it_does_not_know() {
    let text = of_thing(
        json!({"type": "object", "properties": {"state": {"$ref": "#/components/schemas/State"}}}),
        json!({"State": {"type": "string", "enum": ["RUNNING", "Unknown", "1st", "a b", "a  b"]}}),
    );
    has(
        &text,
        &[
            "Unknown(String), }",
            "sdk_core::macros::open_enum!( State {",
            "Running = \"RUNNING\",",
        ],
    );
    for value in ["\"Unknown\"", "\"1st\"", "\"a b\"", "\"a  b\""] {
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        has(&text, &[&format!("= {value},")]);
    }
}

#[test]
fn a_union_reads_its_tag_and_the_tag_is_not_asked_for() {
    let variant = |tag: &str, field: &str| {
        json!({"type": "object", "required": ["type", field], "properties": {
            "type": {"type": "string", "enum": [tag]}, field: {"type": "number"}}})
    };
    let text = of_thing(
        json!({
            "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
            "discriminator": {"propertyName": "type", "mapping": {
                "CAT": "#/components/schemas/Cat", "DOG": "#/components/schemas/Dog"}},
        }),
        json!({"Cat": variant("CAT", "lives"), "Dog": variant("DOG", "bones")}),
    );
    has(
        &text,
        &[
            "Cat(Cat) = tag(\"type\", & [\"CAT\"]),",
            "Unknown(serde_json::Value), }",
            "impl From<Cat> for Thing",
            "pub fn new(lives: f64) -> Self",
        ],
    );
}

#[test]
fn secret_fields_are_masked_in_debug() {
    let text = of_thing(
        json!({"type": "object", "properties": {
            "name": {"type": "string"}, "token": {"type": "string", "x-sdk-secret": true},
            "keys": {"type": "object", "x-sdk-secret": true, "properties": {"one": {"type": "string"}}}}}),
        json!({}),
    );
    has(
        &text,
        &[
            "#[derive(Clone, PartialEq, Serialize, Deserialize)]",
            ".field(\"keys\", &format_args!(\"***\"))",
            ".field(\"name\", &self.name) .field(\"token\", &sdk_core::Masked(&self.token))",
        ],
    );
}

#[test]
fn a_type_that_holds_itself_is_boxed_and_a_list_of_itself_is_not() {
    let this = json!({"$ref": "#/components/schemas/Thing"});
    let text = of_thing(
        json!({"type": "object", "properties": {
            "next": this, "all": {"type": "array", "items": this}}}),
        json!({}),
    );
    has(
        &text,
        &[
            "pub next: Option<Box<Thing>>,",
            "pub all: Option<Vec<Thing>>,",
        ],
    );
}

#[test]
fn a_call_is_data_and_the_wiring_of_its_arguments() {
    let text = generated(
        json!({}),
        json!({"/teams/{teamId}/things/{id}": {"put": {
            "operationId": "putThing", "tags": ["things"], "deprecated": true,
            "parameters": [
                {"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}},
                {"name": "teamId", "in": "path", "required": true, "schema": {"type": "string"}},
                {"name": "tags", "in": "query", "style": "form", "explode": false,
                 "schema": {"type": "array", "items": {"type": "string"}}},
                {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
            ],
            "responses": {"204": {"description": "x"}},
        }}}),
    );
    has(
        &text,
        &[
            "Operation::new( \"put_thing\", Method::PUT, \"/teams/{teamId}/things/{id}\", Repeat::Safe, )",
            "(&self, team_id: &str, id: i64",
            "&[&team_id, &id]",
            ".query_list(\"tags\", params.tags.as_ref(), sdk_core::ListStyle::Comma)",
            ".header_param(\"X-Trace\", params.x_trace.as_ref())",
            "Call<sdk_core::Empty>",
            "#[deprecated]",
        ],
    );
}
