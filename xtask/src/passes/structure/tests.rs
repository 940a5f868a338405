use super::super::testing;
use super::*;

fn with_schema(schema: &Value) -> Value {
    json!({"paths": {}, "components": {"schemas": {"A": schema}}})
}

#[test]
fn booleans_become_schemas() {
    testing::schemas(
        run,
        &json!({"A": true, "B": false, "C": {"properties": {"x": true}, "additionalProperties": false}}),
        &json!({
            "A": {"x-sdk-source": "/components/schemas/A"},
            "B": {"x-sdk-source": "/components/schemas/B", "not": {}},
            "C": {
                "properties": {"x": {"x-sdk-source": "/components/schemas/C/properties/x"}},
                "additionalProperties": false,
            },
        }),
    );
}

#[test]
fn what_only_describes_is_dropped_with_a_warning() {
    let check = |schema: Value, after: Value| {
        testing::schema(run, &schema, &after);
        assert_eq!(
            testing::warnings(run, &with_schema(&schema)).len(),
            1,
            "{schema}"
        );
    };
    for (key, value) in [
        ("description", json!(7)),
        ("title", json!(["x"])),
        ("format", json!(true)),
        ("pattern", json!({})),
        ("minimum", json!("low")),
        ("minLength", json!(-1)),
        ("exclusiveMinimum", json!("yes")),
        ("uniqueItems", json!("yes")),
        ("readOnly", json!(1)),
        ("deprecated", json!("soon")),
        ("required", json!(true)),
        ("enum", json!([])),
        ("oneOf", json!([])),
        ("discriminator", json!({"mapping": {}})),
        ("discriminator", json!({"propertyName": "x", "mapping": []})),
    ] {
        check(
            json!({"type": "string", key: value}),
            json!({"type": "string"}),
        );
    }
}

#[test]
fn quoted_numbers_and_bare_discriminators_are_read() {
    testing::schema(
        run,
        &json!({"minimum": "3", "maxLength": "12", "discriminator": "kind"}),
        &json!({"minimum": 3, "maxLength": 12, "discriminator": {"propertyName": "kind"}}),
    );
}

#[test]
fn what_shapes_the_client_must_be_right() {
    let check = |schema: Value, below: &str| {
        let error = testing::error(run, &with_schema(&schema));
        assert_eq!(
            error.pointer,
            format!("/components/schemas/A{below}"),
            "{schema}: {error}"
        );
    };
    check(json!("x"), "");
    check(json!(null), "");
    check(json!({"type": "date"}), "/type");
    check(json!({"type": ["string", 7]}), "/type");
    check(json!({"type": []}), "/type");
    check(json!({"properties": []}), "/properties");
    check(json!({"properties": {"b": null}}), "/properties/b");
    check(json!({"items": "x"}), "/items");
    check(json!({"items": {"type": "list"}}), "/items/type");
    check(json!({"allOf": {}}), "/allOf");
    check(json!({"oneOf": ["x"]}), "/oneOf/0");
    check(json!({"required": ["a", 7]}), "/required");
    check(
        json!({"additionalProperties": "x"}),
        "/additionalProperties",
    );
    check(json!({"enum": "x"}), "/enum");
    check(json!({"nullable": "yes"}), "/nullable");
    check(json!({"$ref": 7}), "/$ref");
    check(json!({"x-sdk-secret": "yes"}), "/x-sdk-secret");
}

#[test]
fn the_frame_of_a_document_must_be_right() {
    let check = |document: Value, pointer: &str| {
        let error = testing::error(run, &document);
        assert_eq!(error.pointer, pointer, "{document}: {error}");
    };
    check(json!([]), "");
    check(json!({"paths": []}), "/paths");
    check(json!({"paths": {"/a": 7}}), "/paths/~1a");
    check(json!({"components": []}), "/components");
    check(
        json!({"components": {"schemas": []}}),
        "/components/schemas",
    );
    let operation = |operation: Value| json!({"paths": {"/a": {"get": operation}}});
    check(operation(json!("x")), "/paths/~1a/get");
    check(
        operation(json!({"parameters": {}})),
        "/paths/~1a/get/parameters",
    );
    check(
        operation(json!({"parameters": [7]})),
        "/paths/~1a/get/parameters/0",
    );
    check(
        operation(json!({"parameters": [{"name": "a"}]})),
        "/paths/~1a/get/parameters/0",
    );
    check(
        operation(json!({"parameters": [{"name": "a", "in": "body"}]})),
        "/paths/~1a/get/parameters/0",
    );
    check(
        operation(json!({"requestBody": []})),
        "/paths/~1a/get/requestBody",
    );
    check(
        operation(json!({"requestBody": {"content": []}})),
        "/paths/~1a/get/requestBody/content",
    );
    check(
        operation(json!({"requestBody": {"content": {"x": 7}}})),
        "/paths/~1a/get/requestBody/content/x",
    );
    check(
        operation(json!({"responses": []})),
        "/paths/~1a/get/responses",
    );
    check(
        operation(json!({"responses": {"200": "x"}})),
        "/paths/~1a/get/responses/200",
    );
}

#[test]
fn our_own_marks_are_not_taken_from_a_document() {
    testing::schema(
        run,
        &json!({"x-sdk-union": {"variants": []}, "x-sdk-enum": 7, "x-sdk-secret": true, "x-other": 1}),
        &json!({"x-sdk-secret": true, "x-other": 1}),
    );
}

#[test]
fn calls_to_the_caller_are_left_out() {
    let document = json!({
        "webhooks": {"a": {}},
        "paths": {"/a": {"get": {"callbacks": {"b": {}}}}, "x-note": 7},
    });
    testing::document(run, &document, &json!({"paths": {"/a": {"get": {}}}}));
    assert_eq!(testing::warnings(run, &document).len(), 2);
}
