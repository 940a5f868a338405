use serde_json::json;

use super::*;

fn overlay(actions: &Value) -> Overlay {
    let document = json!({"overlay": "1.0.0", "info": {}, "actions": actions});
    Overlay::parse(document.to_string().as_bytes()).unwrap()
}

#[test]
fn actions_change_what_they_select() {
    let check = |before: Value, actions: Value, after: Value| {
        let mut document = before;
        let applied = overlay(&actions).apply(&mut document, Mode::Strict);
        assert_eq!(document, after, "{actions}");
        assert_eq!(applied.map(|applied| applied.skipped), Ok(0));
    };
    // Objects are merged at every depth, other values replaced, lists extended.
    check(
        json!({"a": {"b": {"c": 1, "d": [1]}, "e": "x"}}),
        json!([{"target": "$.a", "update": {"b": {"c": 2, "d": [2], "f": 3}, "e": {"g": 1}}}]),
        json!({"a": {"b": {"c": 2, "d": [1, 2], "f": 3}, "e": {"g": 1}}}),
    );
    // A selected list gets the update as one entry.
    check(
        json!({"list": [1]}),
        json!([{"target": "$.list", "update": {"a": 1}}]),
        json!({"list": [1, {"a": 1}]}),
    );
    // Filters and wildcards select several places.
    check(
        json!({"p": [{"name": "a"}, {"name": "b"}, {"name": "a"}]}),
        json!([{"target": "$.p[?@.name == 'a']", "update": {"x": 1}}]),
        json!({"p": [{"name": "a", "x": 1}, {"name": "b"}, {"name": "a", "x": 1}]}),
    );
    // Removal of several entries of one list takes the right ones, past ten too.
    check(
        json!({"p": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]}),
        json!([{"target": "$.p[2, 10]", "remove": true}]),
        json!({"p": [0, 1, 3, 4, 5, 6, 7, 8, 9, 11]}),
    );
    check(
        json!({"paths": {"/a/{x}": {"get": 1}, "/b": 2}}),
        json!([{"target": "$.paths['/a/{x}']", "remove": true}]),
        json!({"paths": {"/b": 2}}),
    );
    // Removal wins over an update in the same action.
    check(
        json!({"a": {"b": 1}}),
        json!([{"target": "$.a", "update": {"c": 2}, "remove": true}]),
        json!({}),
    );
    // A node that was removed with its parent is no error.
    check(
        json!({"a": {"a": {"x": 1}}, "b": 1}),
        json!([{"target": "$..a", "remove": true}]),
        json!({"b": 1}),
    );
    // Later actions see what earlier ones did.
    check(
        json!({"a": {}}),
        json!([
            {"target": "$.a", "update": {"b": {}}},
            {"target": "$.a.b", "update": {"c": 1}}
        ]),
        json!({"a": {"b": {"c": 1}}}),
    );
    // The document itself can be updated.
    check(
        json!({"a": 1}),
        json!([{"target": "$", "update": {"b": 2}}]),
        json!({"a": 1, "b": 2}),
    );
}

#[test]
fn a_stale_action_is_an_error_that_names_it() {
    let check = |actions: Value, expected: &str| {
        let mut document = json!({"a": {"text": "x"}});
        let error = overlay(&actions)
            .apply(&mut document, Mode::Strict)
            .unwrap_err();
        assert_eq!(error.to_string(), expected);
    };
    check(
        json!([{"target": "$.a", "update": {}}, {"target": "$.gone", "update": {}}]),
        "action 2, target `$.gone`: it matches nothing",
    );
    check(
        json!([{"target": "$.a.text", "update": {"b": 1}}]),
        "action 1, target `$.a.text`: the update does not fit what is at /a/text",
    );
    check(
        json!([{"target": "$.a", "update": [1]}]),
        "action 1, target `$.a`: the update does not fit what is at /a",
    );
    check(
        json!([{"target": "$", "remove": true}]),
        "action 1, target `$`: the whole document cannot be removed",
    );
}

#[test]
fn lenient_application_skips_and_counts() {
    let actions = json!([
        {"target": "$.gone", "update": {}},
        {"target": "$.a.text", "update": {"b": 1}},
        {"target": "$.a", "update": {"n": 1}}
    ]);
    let mut document = json!({"a": {"text": "x"}});
    let applied = overlay(&actions).apply(&mut document, Mode::Lenient);
    assert_eq!(
        applied,
        Ok(Applied {
            applied: 1,
            skipped: 2
        })
    );
    assert_eq!(document, json!({"a": {"text": "x", "n": 1}}));
}

#[test]
fn lenient_application_brings_in_no_broken_reference() {
    let actions = json!([
        {"target": "$.a", "update": {"x": {"$ref": "#/b/gone"}, "y": 1}},
        {"target": "$.a", "update": {"x": {"$ref": "#/b/c"}}},
        {"target": "$.b", "update": {"d": [{"$ref": "#/b/e"}], "e": 1}}
    ]);
    let mut document = json!({"a": {}, "b": {"c": 1}});
    let applied = overlay(&actions).apply(&mut document, Mode::Lenient);
    assert_eq!(applied.map(|applied| applied.skipped), Ok(1));
    let expected = json!({
        "a": {"x": {"$ref": "#/b/c"}},
        "b": {"c": 1, "d": [{"$ref": "#/b/e"}], "e": 1}
    });
    assert_eq!(document, expected);
}

#[test]
fn our_own_overlay_fits_our_own_description_in_both_modes() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/");
    let read = |name: &str| std::fs::read(format!("{folder}{name}")).unwrap();
    let overlay = Overlay::parse(&read("runpod.overlay.yaml")).unwrap();
    for mode in [Mode::Strict, Mode::Lenient] {
        let mut document = document::parse(&read("runpod.json")).unwrap();
        let applied = overlay.apply(&mut document, mode).unwrap();
        assert_eq!(applied.applied, overlay.actions().len(), "{mode:?}");
    }
}

#[test]
fn what_is_no_overlay_is_refused() {
    let check = |text: &str, expected: &str| {
        let error = Overlay::parse(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    };
    check("overlay: 1.0.0", "list of `actions`");
    check("openapi: 3.0.3", "`overlay: 1.0.0`");
    check("overlay: 2.0.0\nactions: []", "`overlay: 1.0.0`");
    check("{", "line 1");
    check(
        "overlay: 1.0.0\nactions: [{target: '$.a'}]",
        "neither updates nor removes",
    );
    check(
        "overlay: 1.0.0\nactions: [{target: 'a[', update: {}}]",
        "action 1, target `a[`",
    );
    check("overlay: 1.0.0\nactions: [{update: {}}]", "action 1");
    check(
        "overlay: 1.0.0\nactions: [{target: $.a, updates: {}}]",
        "`updates` is no field",
    );
}

#[test]
fn yaml_and_descriptions_are_read() {
    let text =
        "overlay: 1.0.0\nactions:\n  - target: $.a\n    description: because\n    update: {x: 1}\n";
    let overlay = Overlay::parse(text.as_bytes()).unwrap();
    assert_eq!(overlay.actions()[0].description.as_deref(), Some("because"));
    assert_eq!(overlay.actions()[0].target, "$.a");
}
