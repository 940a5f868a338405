//! Rules about types, in what is sent and in what comes back.

use super::{Class, check, document, object};
use crate::syntax::Scale;
use serde_json::{Value, json};

/// The same type once in an answer, once in a request.
fn in_answer(thing: &Value) -> Value {
    document(&json!({"Input": object(json!({}), json!([])), "Thing": thing}))
}

fn in_request(input: &Value) -> Value {
    document(&json!({"Input": input, "Thing": object(json!({}), json!([]))}))
}

#[track_caller]
fn answer(old: Value, new: Value, forward: &[&str], backward: &[&str]) {
    check(&in_answer(&old), &in_answer(&new), forward, backward);
}

#[track_caller]
fn request(old: Value, new: Value, forward: &[&str], backward: &[&str]) {
    check(&in_request(&old), &in_request(&new), forward, backward);
}

fn plain() -> Value {
    object(json!({}), json!([]))
}

fn with(field: Value, required: Value) -> Value {
    object(json!({"a": field}), required)
}

fn text() -> Value {
    json!({"type": "string"})
}

#[test]
fn a_field_of_an_answer() {
    let (optional, required) = (with(text(), json!([])), with(text(), json!(["a"])));
    answer(
        plain(),
        optional.clone(),
        &["additive Thing: has the field `a: Option<String>`"],
        &["breaking Thing: the field `a` is gone"],
    );
    answer(
        plain(),
        required.clone(),
        &["additive Thing: has the field `a: String`"],
        &["breaking Thing: the field `a` is gone"],
    );
    answer(
        required,
        optional,
        &["breaking Thing: the field `a` is `Option<String>`, was `String`"],
        &["breaking Thing: the field `a` is `String`, was `Option<String>`"],
    );
}

#[test]
fn a_field_of_a_request() {
    let (optional, required) = (with(text(), json!([])), with(text(), json!(["a"])));
    request(
        plain(),
        optional.clone(),
        &["additive Input: has the field `a: Option<String>`"],
        &["breaking Input: the field `a` is gone"],
    );
    request(
        plain(),
        required.clone(),
        &["breaking Input: must be built with one more field, `a: String`"],
        &["breaking Input: the field `a` is gone"],
    );
    request(
        optional,
        required,
        &["breaking Input: the field `a` is `String`, was `Option<String>`"],
        &["breaking Input: the field `a` is `Option<String>`, was `String`"],
    );
}

#[test]
fn what_may_be_null() {
    let null = || json!({"type": ["string", "null"]});
    answer(
        with(text(), json!(["a"])),
        with(null(), json!(["a"])),
        &["breaking Thing: the field `a` is `Option<String>`, was `String`"],
        &["breaking Thing: the field `a` is `String`, was `Option<String>`"],
    );
    // Null is read as missing, and only who writes can tell them apart.
    answer(with(text(), json!([])), with(null(), json!([])), &[], &[]);
    request(
        with(text(), json!([])),
        with(null(), json!([])),
        &["breaking Input: the field `a` is `Nullable<String>`, was `Option<String>`"],
        &["breaking Input: the field `a` is `Option<String>`, was `Nullable<String>`"],
    );
}

#[test]
fn the_type_of_a_field() {
    let number = json!({"type": "integer"});
    for (old, new, is, was) in [
        (text(), number.clone(), "i64", "String"),
        (number, json!({"type": "number"}), "f64", "i64"),
        (
            text(),
            json!({"type": "array", "items": text()}),
            "Vec<String>",
            "String",
        ),
        (
            text(),
            json!({"type": "string", "format": "date-time"}),
            "Timestamp",
            "String",
        ),
    ] {
        let (old, new) = (with(old, json!(["a"])), with(new, json!(["a"])));
        let forward =
            |about: &str| format!("breaking {about}: the field `a` is `{is}`, was `{was}`");
        let backward =
            |about: &str| format!("breaking {about}: the field `a` is `{was}`, was `{is}`");
        answer(
            old.clone(),
            new.clone(),
            &[&forward("Thing")],
            &[&backward("Thing")],
        );
        request(old, new, &[&forward("Input")], &[&backward("Input")]);
    }
}

#[test]
fn words_and_limits_are_documentation() {
    let described = |words: &str| with(json!({"type": "string", "description": words}), json!([]));
    answer(
        described("One."),
        described("Two."),
        &["docs Thing: the words of the field `a`"],
        &["docs Thing: the words of the field `a`"],
    );
    request(
        with(json!({"type": "integer"}), json!([])),
        with(json!({"type": "integer", "maximum": 5}), json!([])),
        &["docs Input: the words of the field `a`"],
        &["docs Input: the words of the field `a`"],
    );
    let mut titled = plain();
    titled["description"] = json!("A thing.");
    answer(
        plain(),
        titled,
        &["docs Thing: the words of the type"],
        &["docs Thing: the words of the type"],
    );
}

#[test]
fn what_debug_shows() {
    answer(
        with(text(), json!([])),
        with(json!({"type": "string", "x-sdk-secret": true}), json!([])),
        &["docs Thing: `Debug` hides the field `a`"],
        &["docs Thing: `Debug` shows the field `a`"],
    );
}

#[test]
fn keys_of_any_name() {
    let mut open = with(text(), json!([]));
    open["additionalProperties"] = json!({"type": "integer"});
    answer(
        with(text(), json!([])),
        open,
        &["additive Thing: keeps other keys as `i64`"],
        &["breaking Thing: keeps no other keys"],
    );
}

#[test]
fn a_value_of_an_enum() {
    let values = |values: Value| {
        document(&json!({
            "Input": with(json!({"$ref": "#/components/schemas/Kind"}), json!([])),
            "Thing": with(json!({"$ref": "#/components/schemas/Kind"}), json!([])),
            "Kind": {"type": "string", "enum": values},
        }))
    };
    check(
        &values(json!(["a", "b"])),
        &values(json!(["a", "b", "c"])),
        &["additive Kind: knows the value `c`"],
        &["breaking Kind: the value `c` is gone"],
    );
    check(
        &values(json!(["a"])),
        &values(json!(["A"])),
        &[
            "breaking Kind: the value `a` is gone",
            "additive Kind: knows the value `A`",
        ],
        &[
            "breaking Kind: the value `A` is gone",
            "additive Kind: knows the value `a`",
        ],
    );
}

#[test]
fn a_variant_of_a_union() {
    let variant = |kind: &str| json!({"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string", "enum": [kind]}}});
    let union = |names: &[&str]| {
        let list: Vec<_> = names
            .iter()
            .map(|name| json!({"$ref": format!("#/components/schemas/{name}")}))
            .collect();
        let mut schemas = json!({"Input": plain(), "Thing": {"oneOf": list}});
        for name in names {
            schemas[*name] = variant(&name.to_lowercase());
        }
        document(&schemas)
    };
    check(
        &union(&["Cat", "Dog"]),
        &union(&["Cat", "Dog", "Owl"]),
        &[
            "additive Owl: is new",
            "additive OwlKind: is new",
            "additive Thing: has the variant `Owl`",
        ],
        &[
            "breaking Owl: is gone",
            "breaking OwlKind: is gone",
            "breaking Thing: the variant `Owl` is gone",
        ],
    );
}

#[test]
fn the_kind_of_a_type() {
    answer(
        plain(),
        json!({"type": "string", "enum": ["a"]}),
        &["breaking Thing: is an enum, was a struct"],
        &["breaking Thing: is a struct, was an enum"],
    );
}

#[test]
fn a_type_comes_goes_or_gets_another_name() {
    let part = |name: &str, field: &str| {
        let mut schemas = json!({
            "Input": plain(),
            "Thing": with(json!({"$ref": format!("#/components/schemas/{name}")}), json!([])),
        });
        schemas[name] = object(json!({field: {"type": "boolean"}}), json!([]));
        document(&schemas)
    };
    check(
        &part("Part", "on"),
        &part("Piece", "on"),
        &[
            "breaking Part: is called `Piece` now",
            "breaking Thing: the field `a` is `Option<Piece>`, was `Option<Part>`",
        ],
        &[
            "breaking Piece: is called `Part` now",
            "breaking Thing: the field `a` is `Option<Part>`, was `Option<Piece>`",
        ],
    );
    let told = super::told(&part("Part", "on"), &part("Piece", "off"));
    assert_eq!(told.first().unwrap(), "breaking Part: is gone");
}

#[test]
fn arguments_of_a_constructor_in_another_order() {
    let order = |required: Value| object(json!({"aKey": text(), "b": text()}), required);
    request(
        order(json!(["aKey", "b"])),
        order(json!(["b", "aKey"])),
        &["breaking Input: `new` takes its arguments as b, a_key, was a_key, b"],
        &["breaking Input: `new` takes its arguments as a_key, b, was b, a_key"],
    );
    // What can have one value only is no argument.
    let tagged = |required: Value| {
        let tag = json!({"type": "string", "enum": ["one"]});
        object(json!({"aKey": text(), "b": tag}), required)
    };
    request(
        tagged(json!(["aKey", "b"])),
        tagged(json!(["b", "aKey"])),
        &[],
        &[],
    );
    // What is only read is built by nobody.
    answer(
        order(json!(["aKey", "b"])),
        order(json!(["b", "aKey"])),
        &[],
        &[],
    );
}

#[test]
fn a_field_is_told_by_its_name_in_rust() {
    answer(
        plain(),
        object(json!({"jobType": text()}), json!([])),
        &["additive Thing: has the field `job_type: Option<String>`"],
        &["breaking Thing: the field `job_type` is gone"],
    );
}

#[test]
fn a_type_that_no_call_uses_any_more() {
    let using = |field: Value, part: Value| {
        document(&json!({"Input": with(field, json!([])), "Thing": plain(), "Part": part}))
    };
    let used = || json!({"$ref": "#/components/schemas/Part"});
    let gone = |part: Value, scale| {
        let changes = super::changes(using(used(), part.clone()), using(text(), part), scale);
        let about = changes.iter().filter(|it| it.about.name() == "Part");
        let told: Vec<_> = about.map(|it| (it.class, it.what.clone())).collect();
        told
    };
    let told = |class| vec![(class, "is used by no call any more".to_owned())];
    for scale in [Scale::Whole, Scale::Parts] {
        // It keeps its name, and loses `new`. An open enum loses nothing.
        assert_eq!(gone(plain(), scale), told(Class::Breaking));
        let values = json!({"type": "string", "enum": ["x", "y"]});
        assert_eq!(gone(values, scale), told(Class::Documentation));
    }
}

#[test]
fn what_was_only_read_is_sent_too() {
    let shared = document(&json!({
        "Input": with(json!({"$ref": "#/components/schemas/Part"}), json!([])),
        "Thing": with(json!({"$ref": "#/components/schemas/Part"}), json!([])),
        "Part": plain(),
    }));
    let read = document(&json!({
        "Input": with(text(), json!([])),
        "Thing": with(json!({"$ref": "#/components/schemas/Part"}), json!([])),
        "Part": plain(),
    }));
    check(
        &read,
        &shared,
        &[
            "breaking Input: the field `a` is `Option<Part>`, was `Option<String>`",
            "additive Part: can be built and sent",
        ],
        &[
            "breaking Input: the field `a` is `Option<String>`, was `Option<Part>`",
            "breaking Part: cannot be built any more",
        ],
    );
    let sent = document(&json!({
        "Input": with(json!({"$ref": "#/components/schemas/Part"}), json!([])),
        "Thing": with(text(), json!([])),
        "Part": plain(),
    }));
    check(
        &sent,
        &shared,
        &[
            "breaking Thing: the field `a` is `Option<Part>`, was `Option<String>`",
            "additive Part: can be read",
        ],
        &[
            "breaking Part: cannot be read any more",
            "breaking Thing: the field `a` is `Option<String>`, was `Option<Part>`",
        ],
    );
}
