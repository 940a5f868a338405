use super::*;

fn reference(name: &str) -> Value {
    json!({"$ref": schema::reference(name)})
}

fn fields(required: &[&str], properties: &Value) -> Value {
    json!({"type": "object", "required": required, "properties": properties})
}

/// The schemas a choice in these tests may refer to.
fn schemas() -> Value {
    let one_of =
        |values: &[&str]| json!({"type": "string", "x-sdk-enum": enums::variants(values, None)});
    json!({
        "QueueUrls": fields(&["run", "health"], &json!({"run": {}, "health": {}})),
        "BalancerUrls": fields(&["base", "health"], &json!({"base": {}, "health": {}})),
        "CatTag": fields(&["kind"], &json!({"kind": one_of(&["cat"]), "x": {}})),
        "DogTag": fields(&["kind"], &json!({"kind": one_of(&["dog", "puppy"]), "x": {}})),
        "Plain": fields(&[], &json!({"x": {}})),
        "Wide": fields(&[], &json!({"x": {}, "y": {}})),
        "Level": one_of(&["LOW", "HIGH"]),
        "Speed": one_of(&["SLOW", "HIGH"]),
        "Text": {"type": "string"},
        "Maybe": {"type": "string", "x-sdk-nullable": true},
        "Inner": {"oneOf": [reference("CatTag"), reference("DogTag")]},
    })
}

fn lowered(choice: &Value) -> (Value, Vec<String>) {
    let mut all = schemas();
    all["A"] = choice.clone();
    let mut document = json!({"components": {"schemas": all}});
    let mut context = Context::new();
    run(&mut document, &mut context).unwrap();
    let warnings = context.warnings.iter().map(ToString::to_string).collect();
    (document["components"]["schemas"]["A"].take(), warnings)
}

fn check(choice: &Value, variants: &Value) {
    let (found, warnings) = lowered(choice);
    assert_eq!(
        found["x-sdk-union"]["variants"], *variants,
        "came {found:#}"
    );
    assert_eq!(found["type"], "object");
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn a_discriminator_decides_even_where_both_fit() {
    check(
        &json!({
            "oneOf": [reference("Plain"), reference("Wide")],
            "discriminator": {"propertyName": "t", "mapping": {
                "p": schema::reference("Plain"), "w": schema::reference("Wide"), "v": schema::reference("Wide"),
            }},
        }),
        &json!([
            {"name": "Plain", "schema": reference("Plain"), "tag": {"property": "t", "values": ["p"]}},
            {"name": "Wide", "schema": reference("Wide"), "tag": {"property": "t", "values": ["v", "w"]}},
        ]),
    );
}

#[test]
fn a_constant_field_decides_without_a_discriminator() {
    let expected = json!([
        {"name": "Cat", "schema": reference("CatTag"), "tag": {"property": "kind", "values": ["cat"]}},
        {"name": "Dog", "schema": reference("DogTag"), "tag": {"property": "kind", "values": ["dog", "puppy"]}},
    ]);
    check(
        &json!({"anyOf": [reference("CatTag"), reference("DogTag")]}),
        &expected,
    );
    // A choice inside a choice is laid flat.
    check(
        &json!({"oneOf": [reference("Inner"), reference("CatTag")]}),
        &expected,
    );
}

#[test]
fn a_field_of_its_own_decides() {
    check(
        &json!({"oneOf": [reference("QueueUrls"), reference("BalancerUrls")]}),
        &json!([
            {"name": "Queue", "schema": reference("QueueUrls"), "field": "run"},
            {"name": "Balancer", "schema": reference("BalancerUrls"), "field": "base"},
        ]),
    );
    let one = fields(&["room"], &json!({"room": {}}));
    let other = fields(&[], &json!({"storage": {}}));
    check(
        &json!({"oneOf": [other, one]}),
        &json!([
            {"name": "Room", "schema": one, "field": "room"},
            {"name": "Object", "schema": other, "json": "object"},
        ]),
    );
}

#[test]
fn the_overlay_may_name_the_field() {
    check(
        &json!({
            "oneOf": [reference("Wide"), reference("Plain")],
            "x-sdk-distinguish": {"Wide": "y", "Plain": "x"},
        }),
        &json!([
            {"name": "Wide", "schema": reference("Wide"), "field": "y"},
            {"name": "Plain", "schema": reference("Plain"), "field": "x"},
        ]),
    );
}

#[test]
fn the_json_type_decides_between_values_of_different_kinds() {
    let list = json!({"type": "array", "items": {"type": "string"}});
    let map = json!({"type": "object", "additionalProperties": {}});
    check(
        &json!({"anyOf": [map, {"type": "string"}, {"type": "boolean"}, {"type": "integer"}, list]}),
        &json!([
            {"name": "String", "schema": {"type": "string"}, "json": "string"},
            {"name": "Boolean", "schema": {"type": "boolean"}, "json": "boolean"},
            {"name": "Integer", "schema": {"type": "integer"}, "json": "number"},
            {"name": "List", "schema": list, "json": "array"},
            {"name": "Map", "schema": map, "json": "object"},
        ]),
    );
}

#[test]
fn alternatives_that_are_the_same_in_rust_are_one() {
    let check = |choice: Value, expected: Value| {
        let (found, warnings) = lowered(&choice);
        assert_eq!(found, expected);
        assert!(warnings.is_empty(), "{warnings:?}");
    };
    check(
        json!({"oneOf": [{"type": "integer"}, {"type": "number"}]}),
        json!({"type": "number"}),
    );
    check(
        json!({"oneOf": [{"type": "string"}, {"type": "string", "format": "uri"}]}),
        json!({"type": "string"}),
    );
    check(
        json!({"oneOf": [reference("Level"), {"type": "string"}]}),
        reference("Level"),
    );
    check(
        json!({"oneOf": [reference("Text"), reference("Level")]}),
        reference("Level"),
    );
    check(
        json!({"oneOf": [reference("Plain"), reference("Plain")], "title": "t"}),
        {
            let mut one = reference("Plain");
            one["title"] = json!("t");
            one
        },
    );
    check(
        json!({"oneOf": [reference("Maybe")]}),
        json!({"$ref": schema::reference("Maybe"), "x-sdk-nullable": true}),
    );
    check(
        json!({"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {"type": "integer"}}]}),
        json!({"type": "array", "items": {}}),
    );
    check(
        json!({"anyOf": [{"x-sdk-never": true}, {"type": "string"}]}),
        json!({"type": "string"}),
    );
}

#[test]
fn enums_are_joined_by_their_values() {
    let (found, _) = lowered(&json!({"oneOf": [reference("Level"), reference("Speed")]}));
    let expected = enums::variants(&["LOW", "HIGH", "SLOW"], None);
    assert_eq!(found["x-sdk-enum"], expected);
}

#[test]
fn what_cannot_be_told_apart_is_any_json() {
    let check = |choice: Value, warned: usize| {
        let (found, warnings) = lowered(&choice);
        assert_eq!(found, json!({"description": "kept"}), "{choice}");
        assert_eq!(warnings.len(), warned, "{warnings:?}");
    };
    check(
        json!({"oneOf": [reference("Plain"), reference("Wide")], "description": "kept"}),
        1,
    );
    check(
        json!({"oneOf": [{}, {"type": "string"}], "description": "kept"}),
        0,
    );
    check(
        json!({"oneOf": [{"type": "string"}], "anyOf": [{"type": "string"}], "description": "kept"}),
        1,
    );
    check(
        json!({"oneOf": [
            {"type": "object", "additionalProperties": {}}, reference("Plain"), reference("Wide"),
        ], "description": "kept"}),
        1,
    );
}

#[test]
fn names_lose_the_words_they_share() {
    let check = |names: &[&str], expected: &[&str]| {
        let (front, back) = common_words(names);
        let found: Vec<String> = names
            .iter()
            .map(|name| names::variant_name(&cut(name, front, back)))
            .collect();
        assert_eq!(found, expected);
    };
    check(
        &["QueueDelayScaling", "RequestCountScaling"],
        &["QueueDelay", "RequestCount"],
    );
    check(&["CreatePodGpu", "CreatePodCpu"], &["Gpu", "Cpu"]);
    check(&["Pod", "PodList"], &["Pod", "PodList"]);
    check(&["A1Config", "A2Config"], &["A1", "A2"]);
    check(&["Shape3d", "Shape2d"], &["Shape3d", "Shape2d"]);
    check(&["Same"], &["Same"]);
}
