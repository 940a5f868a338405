use super::*;
use serde_json::json;

type Order = fn(&str, &mut Value, &mut dyn FnMut(&str, &mut Value) -> Outcome) -> Outcome;

fn visited(schema: &Value, order: Order) -> Vec<String> {
    let mut places = Vec::new();
    order("", &mut schema.clone(), &mut |at, _| {
        places.push(at.to_owned());
        Ok(())
    })
    .unwrap();
    places
}

#[test]
fn keywords_are_told_from_properties_of_the_same_name() {
    let schema = json!({
        "properties": {"items": {"type": "string"}, "properties": {"properties": {"allOf": {}}}},
        "default": {"properties": {"x": {}}},
        "example": {"items": {}},
        "additionalProperties": false,
        "items": true,
    });
    assert_eq!(
        visited(&schema, down),
        [
            "",
            "/items",
            "/properties/items",
            "/properties/properties",
            "/properties/properties/properties/allOf"
        ]
    );
    assert_eq!(visited(&schema, up).last().map(String::as_str), Some(""));
}

#[test]
fn moved_nodes_are_named_from_where_they_stood() {
    let schema = json!({"properties": {"a": {"x-sdk-source": "/old", "items": {"not": {}}}}});
    assert_eq!(
        visited(&schema, down),
        ["", "/old", "/old/items", "/old/items/not"]
    );
}

#[test]
fn nesting_is_bounded() {
    let deep = (0..MAX_DEPTH + 5).fold(json!({}), |inner, _| json!({"items": inner}));
    assert!(down("", &mut deep.clone(), &mut |_, _| Ok(())).is_err());
}

#[test]
fn every_schema_of_a_document_is_found() {
    let content = json!({"content": {"application/json": {"schema": {}}}});
    let mut response = content.clone();
    response["headers"] = json!({"H": {"schema": {}}});
    let operation = json!({"parameters": [{"schema": {}}, content], "requestBody": content, "responses": {"200": response}});
    let mut document = json!({
        "paths": {"/a": {"parameters": [{"schema": {}}], "get": operation}},
        "components": {
            "schemas": {"A": {}},
            "parameters": {"P": {"schema": {}}},
            "headers": {"H": {"schema": {}}},
            "requestBodies": {"B": content},
            "responses": {"R": response},
            "pathItems": {"I": {"put": operation}},
        },
        "x-sdk-errors": [{}],
    });
    let mut count = 0;
    roots(&mut document, &mut |_, schema| {
        assert_eq!(*schema, json!({}));
        count += 1;
        Ok(())
    })
    .unwrap();
    assert_eq!(count, 1 + 5 + 1 + 1 + 1 + 1 + 2 + 5 + 1);
}
