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
fn all_that_does_not_fit_is_told_with_its_line() {
    let text = "overlay: 1.0.0\nactions:\n  - target: $.gone\n    update: {x: 1}\n  - target: $.a\n    update: {y: 1}\n  - \
                target: $.a\n    update:\n      b:\n        properties:\n          c: {description: Words.}\n";
    let mut document = json!({"a": {"b": {"properties": {}}}});
    let overlay = Overlay::parse(text.as_bytes()).unwrap();
    let error = overlay.apply(&mut document, Mode::Strict).unwrap_err();
    assert_eq!(
        error.to_string(),
        "2 parts do not fit:\n  line 3, target `$.gone`: it matches nothing\n  line 11, target `$.a`: there are only words for \
         /a/b/properties/c, which the document does not have"
    );
    let unreadable =
        "overlay: 1.0.0\nactions:\n  - target: a[\n    remove: true\n  - target: $.b\n";
    let error = Overlay::parse(unreadable.as_bytes()).unwrap_err();
    assert!(
        error.to_string().contains("line 3, ") && error.to_string().contains("line 5, "),
        "{error}"
    );
}

#[test]
fn words_for_what_is_not_there_make_nothing() {
    let check = |before: Value, update: Value, misfit: Option<&str>, after: Value| {
        let overlay = overlay(&json!([{"target": "$.a", "update": update}]));
        let mut document = json!({"a": before});
        let strict = overlay.apply(&mut document, Mode::Strict);
        let told = strict.err().map(|error| error.to_string());
        assert_eq!(told.is_some(), misfit.is_some(), "{update}: {told:?}");
        if let (Some(told), Some(misfit)) = (told, misfit) {
            assert!(told.contains(&format!("words for {misfit},")), "{told}");
        }
        let mut document = json!({"a": before});
        overlay.apply(&mut document, Mode::Lenient).unwrap();
        assert_eq!(document, json!({"a": after}), "{update}");
    };
    let there = json!({"properties": {"b": {"type": "string"}}});
    // What else the action says is taken.
    check(
        there.clone(),
        json!({"properties": {"b": {"description": "B."}, "c": {"description": "C."}}}),
        Some("/a/properties/c"),
        json!({"properties": {"b": {"type": "string", "description": "B."}}}),
    );
    check(
        there.clone(),
        json!({"properties": {"c": {"x-sdk-secret": true}}}),
        Some("/a/properties/c"),
        there.clone(),
    );
    // However deep the words are.
    check(
        json!({}),
        json!({"S": {"description": "S.", "properties": {"c": {"description": "C."}}}}),
        Some("/a/S"),
        json!({}),
    );
    // A type makes a field, and what our own keys hold is made up anyway.
    let typed = json!({"properties": {"c": {"type": "string", "description": "C."}}});
    check(json!({}), typed.clone(), None, typed);
    let ours = json!({"x-sdk-groups": {"pods": {"description": "Pods."}}, "description": "A."});
    check(json!({}), ours.clone(), None, ours);
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
fn our_own_overlays_fit_our_own_descriptions_in_both_modes() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/");
    let read = |name: &str| std::fs::read(format!("{folder}{name}")).unwrap();
    for api in ["runpod", "northflank"] {
        let overlay = Overlay::parse(&read(&format!("{api}.overlay.yaml"))).unwrap();
        for mode in [Mode::Strict, Mode::Lenient] {
            let mut document = document::parse(&read(&format!("{api}.json"))).unwrap();
            let applied = overlay.apply(&mut document, mode).unwrap();
            assert_eq!(applied.applied, overlay.actions().len(), "{api} {mode:?}");
        }
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
        "line 2, target `a[`",
    );
    check("overlay: 1.0.0\nactions: [{update: {}}]", "line 2");
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
