use super::*;

fn check(first: Value, second: Value, expected: Value) {
    let (Value::Object(mut whole), Value::Object(part)) = (first, second) else {
        panic!("objects");
    };
    merge(&mut whole, part).unwrap();
    assert_eq!(Value::Object(whole), expected);
}

#[test]
fn the_stricter_limit_holds() {
    check(
        json!({"minimum": 1}),
        json!({"minimum": 2.5}),
        json!({"minimum": 2.5}),
    );
    check(
        json!({"maximum": 1}),
        json!({"maximum": 2}),
        json!({"maximum": 1}),
    );
    check(
        json!({"minLength": 3}),
        json!({"minLength": 1}),
        json!({"minLength": 3}),
    );
    check(
        json!({"exclusiveMinimum": 1}),
        json!({"exclusiveMinimum": 2}),
        json!({"exclusiveMinimum": 2}),
    );
    check(
        json!({"exclusiveMaximum": false}),
        json!({"exclusiveMaximum": true}),
        json!({"exclusiveMaximum": true}),
    );
    check(
        json!({"uniqueItems": false}),
        json!({"uniqueItems": true}),
        json!({"uniqueItems": true}),
    );
    check(
        json!({"pattern": "a"}),
        json!({"pattern": "b"}),
        json!({"pattern": "a", "x-sdk-rules": ["Pattern: `b`."]}),
    );
}

#[test]
fn what_both_ask_for_is_asked_for() {
    check(
        json!({"required": ["a"]}),
        json!({"required": ["b", "a"]}),
        json!({"required": ["a", "b"]}),
    );
    check(
        json!({"enum": [1, 2, 3]}),
        json!({"enum": [3, 2]}),
        json!({"enum": [2, 3]}),
    );
    check(
        json!({"type": "number"}),
        json!({"type": "integer"}),
        json!({"type": "integer"}),
    );
    check(
        json!({"title": "a"}),
        json!({"title": "b", "default": 1}),
        json!({"title": "b", "default": 1}),
    );
}

#[test]
fn a_field_of_both_must_fit_both() {
    check(
        json!({"properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}),
        json!({"properties": {"b": {"minimum": 1}, "c": {}}}),
        json!({"properties": {
            "a": {"type": "string"},
            "b": {"allOf": [{"type": "integer"}, {"minimum": 1}]},
            "c": {},
        }}),
    );
    // Of one shape: only limits and words are left to merge.
    check(
        json!({"properties": {"a": {"type": "integer", "minimum": 1, "description": "x"}}}),
        json!({"properties": {"a": {"type": "integer", "minimum": 2, "default": 3}}}),
        json!({"properties": {"a": {"type": "integer", "minimum": 2, "description": "x", "default": 3}}}),
    );
}

#[test]
fn further_keys_are_as_open_as_the_most_open_part() {
    let check = |first: Value, second: Value, expected: Value| {
        check(
            json!({"additionalProperties": first}),
            json!({"additionalProperties": second}),
            json!({"additionalProperties": expected}),
        );
    };
    check(
        json!(false),
        json!({"type": "string"}),
        json!({"type": "string"}),
    );
    check(
        json!({"type": "string"}),
        json!(true),
        json!({"type": "string"}),
    );
    check(json!(false), json!(true), json!(true));
    check(
        json!({"type": "string"}),
        json!({"minLength": 1, "format": "uri"}),
        json!({"allOf": [{"type": "string"}, {"minLength": 1, "format": "uri"}]}),
    );
}

#[test]
fn what_cannot_both_hold_is_a_conflict() {
    let check = |first: Value, second: Value| {
        let (Value::Object(mut whole), Value::Object(part)) = (first.clone(), second) else {
            panic!("objects");
        };
        assert!(merge(&mut whole, part).is_err(), "{first}");
    };
    check(json!({"type": "string"}), json!({"type": "object"}));
    check(json!({"enum": ["a"]}), json!({"enum": ["b"]}));
    check(
        json!({"oneOf": [{}], "anyOf": [{}]}),
        json!({"oneOf": [{"type": "string"}]}),
    );
}

#[test]
fn two_choices_stand_beside_each_other() {
    check(
        json!({"oneOf": [{"type": "string"}]}),
        json!({"oneOf": [{"type": "integer"}]}),
        json!({"oneOf": [{"type": "string"}], "anyOf": [{"type": "integer"}]}),
    );
}
