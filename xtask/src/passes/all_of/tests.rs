use super::super::testing;
use super::*;

const BASE: &str = "#/components/schemas/Base";

/// Flattens `A` beside a base with one field, and compares `A`.
fn check(before: &Value, after: &Value) {
    let base =
        json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}});
    let mut document = json!({"components": {"schemas": {"A": before, "Base": base}}});
    run(&mut document, &mut Context::new()).unwrap();
    let found = &document["components"]["schemas"]["A"];
    assert_eq!(found, after, "came {found:#}");
}

#[test]
fn fields_of_all_branches_end_up_in_one_object() {
    let expected = json!({
        "type": "object",
        "description": "mine",
        "required": ["id", "b"],
        "properties": {"id": {"type": "string"}, "b": {"type": "integer"}},
    });
    let own =
        json!({"type": "object", "required": ["b"], "properties": {"b": {"type": "integer"}}});
    check(
        &json!({"description": "mine", "allOf": [{"$ref": BASE}, own]}),
        &expected,
    );
    // Two deep, and beside the keyword.
    check(
        &json!({"description": "mine", "allOf": [{"allOf": [{"$ref": BASE}]}, {"allOf": [own]}]}),
        &expected,
    );
    check(
        &json!({
            "description": "mine",
            "allOf": [{"$ref": BASE}],
            "type": "object",
            "required": ["b"],
            "properties": {"b": {"type": "integer"}},
        }),
        &expected,
    );
    check(
        &json!({
            "description": "mine",
            "$ref": BASE,
            "required": ["b"],
            "properties": {"b": {"type": "integer"}},
        }),
        &expected,
    );
}

#[test]
fn a_single_reference_stays_one() {
    check(&json!({"allOf": [{"$ref": BASE}]}), &json!({"$ref": BASE}));
    check(
        &json!({"properties": {"b": {"allOf": [{"$ref": BASE}], "description": "mine", "x-sdk-nullable": true}}}),
        &json!({"properties": {"b": {"$ref": BASE, "description": "mine", "x-sdk-nullable": true}}}),
    );
    check(
        &json!({"items": {"allOf": [{"$ref": BASE}, {"description": "from a branch"}, {"default": {}}]}}),
        &json!({"items": {"$ref": BASE, "description": "from a branch", "default": {}}}),
    );
    check(
        &json!({"allOf": [{"$ref": BASE}, {"$ref": BASE}]}),
        &json!({"$ref": BASE}),
    );
}

#[test]
fn a_reference_that_is_only_narrowed_inside_another_schema_stays_one() {
    check(
        &json!({"properties": {"b": {"allOf": [
            {"$ref": BASE},
            {"type": "object", "properties": {"id": {"type": "string", "default": "x"}}},
        ]}}}),
        &json!({"properties": {"b": {"$ref": BASE, "x-sdk-rules": ["`id`: Default: `x`."]}}}),
    );
    // Not one with a name of its own, nor one that gets a field or asks for one.
    check(
        &json!({"allOf": [{"$ref": BASE}, {"properties": {"id": {"type": "string", "default": "x"}}}]}),
        &json!({
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": "string", "default": "x"}},
        }),
    );
    check(
        &json!({"items": {"allOf": [{"$ref": BASE}, {"properties": {"c": {"type": "string"}}}]}}),
        &json!({"items": {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": "string"}, "c": {"type": "string"}},
        }}),
    );
}

#[test]
fn branches_without_a_shape_only_describe() {
    check(
        &json!({"allOf": [{}, {"description": "x"}]}),
        &json!({"description": "x"}),
    );
    check(
        &json!({"allOf": [{"type": "string"}, {"minLength": 2}, {"x-sdk-rules": ["A."]}], "title": "t"}),
        &json!({"type": "string", "minLength": 2, "x-sdk-rules": ["A."], "title": "t"}),
    );
}

#[test]
fn null_is_allowed_when_all_branches_or_the_schema_itself_allow_it() {
    let nullable = json!({"type": "string", "x-sdk-nullable": true});
    check(&json!({"allOf": [nullable, nullable]}), &nullable);
    check(
        &json!({"allOf": [nullable, {"type": "string", "format": "uri"}]}),
        &json!({"type": "string", "format": "uri"}),
    );
}

#[test]
fn fields_beside_a_choice_belong_to_each_alternative() {
    check(
        &json!({
            "type": "object",
            "properties": {"x": {"type": "string"}},
            "oneOf": [
                {"$ref": BASE, "x-sdk-source": "/one"},
                {"properties": {"y": {"type": "integer"}}, "x-sdk-source": "/two"},
            ],
        }),
        &json!({"oneOf": [
            {
                "type": "object",
                "required": ["id"],
                "properties": {"x": {"type": "string"}, "id": {"type": "string"}},
                "x-sdk-origin": "Base",
                "x-sdk-source": "/one",
            },
            {
                "type": "object",
                "properties": {"x": {"type": "string"}, "y": {"type": "integer"}},
                "x-sdk-source": "/two",
            },
        ]}),
    );
}

#[test]
fn a_choice_that_only_asks_for_fields_is_told_in_words() {
    let object = json!({"type": "object", "properties": {"a": {}, "b": {}}});
    let with = |key: &str, value: Value| {
        let mut schema = object.clone();
        schema[key] = value;
        schema
    };
    check(
        &with(
            "oneOf",
            json!([{"required": ["a"]}, {"required": ["b", "c"]}]),
        ),
        &with(
            "x-sdk-rules",
            json!(["Exactly one must be given: `a`, `b` with `c`."]),
        ),
    );
    check(
        &with("anyOf", json!([{"required": ["a"]}, {"required": ["b"]}])),
        &with(
            "x-sdk-rules",
            json!(["At least one must be given: `a`, `b`."]),
        ),
    );
}

#[test]
fn what_no_value_fits_is_any_json_with_a_warning() {
    let document = json!({"components": {"schemas": {
        "A": {"allOf": [{"type": "string"}, {"type": "object"}], "description": "x"},
    }}});
    testing::schema(
        run,
        &document["components"]["schemas"]["A"],
        &json!({"description": "x"}),
    );
    assert_eq!(testing::warnings(run, &document).len(), 1);
}

#[test]
fn a_schema_that_is_part_of_itself_is_an_error() {
    let schemas = json!({
        "A": {"allOf": [{"$ref": "#/components/schemas/B"}, {"properties": {"a": {}}}], "x-sdk-source": "/a"},
        "B": {"allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"b": {}}}], "x-sdk-source": "/b"},
    });
    let error = testing::error(run, &json!({"components": {"schemas": schemas}}));
    assert_eq!(error.pointer, "/b");
}

#[test]
fn chains_and_copies_are_bounded() {
    let link = |index: usize| {
        let next = format!("#/components/schemas/S{}", index + 1);
        let grown = |name: &str| json!({"allOf": [{"$ref": next}, {"properties": {name: {}}}]});
        json!({"type": "object", "properties": {"left": grown("l"), "right": grown("r")}})
    };
    let chain = |length: usize| {
        let mut schemas: schema::Schemas = (0..length)
            .map(|index| (format!("S{index}"), link(index)))
            .collect();
        schemas.insert(
            format!("S{length}"),
            json!({"type": "object", "properties": {"z": {}}}),
        );
        json!({"components": {"schemas": schemas.into_iter().collect::<Value>()}})
    };
    run(&mut chain(6), &mut Context::new()).unwrap();
    assert!(
        testing::error(run, &chain(40))
            .message
            .contains("copied into each other too often")
    );
    assert!(
        testing::error(run, &chain(100))
            .message
            .contains("too deep")
    );
}
