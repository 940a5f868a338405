//! `field_names`: keeps the fields of a struct apart in Rust. Of two keys with one Rust name the
//! one that is spelled like it keeps it, else the first; the other gets a number, and
//! `x-sdk-json-name` says what it is called on the wire. So it does where a key would be taken apart
//! within a word.

use std::collections::BTreeMap;

use serde_json::Value;

use super::context::{Context, Outcome};
use super::names::{self, Taken};
use super::objects::EXTRA;
use super::schema;
use super::walk::{self, Object};

/// The field a struct gets for keys beside its fields.
const EXTRA_FIELD: &str = "additional_properties";

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    walk::schemas(document, &mut |_, schema| {
        if let Some(object) = schema.as_object_mut() {
            separate(object);
        }
        Ok(())
    })
}

fn separate(schema: &mut Object) {
    let reserved = schema.contains_key(EXTRA).then_some(EXTRA_FIELD);
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
        return;
    };
    let mut order: Vec<String> = properties.keys().cloned().collect();
    order.sort_by_key(|key| *key != names::field_name(key));
    let mut taken: Taken = reserved.into_iter().collect();
    let mut renamed = BTreeMap::new();
    for key in order {
        let given = taken.claim(&names::readable_field_name(&key));
        if given != names::field_name(&key) {
            renamed.insert(key, given);
        }
    }
    for (key, name) in &renamed {
        if let Some(mut property) = properties.remove(key) {
            schema::mark(&mut property, "x-sdk-json-name", key.as_str());
            properties.insert(name.clone(), property);
        }
    }
    let required = schema.get_mut("required").and_then(Value::as_array_mut);
    for name in required.into_iter().flatten() {
        if let Some(new) = name.as_str().and_then(|name| renamed.get(name)) {
            *name = Value::from(new.as_str());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(keys: &[&str], expected: &[(&str, Option<&str>)], extra: bool) {
        let properties: Object = keys
            .iter()
            .map(|key| ((*key).to_owned(), json!({})))
            .collect();
        let mut schema = json!({"properties": properties});
        if extra {
            schema[EXTRA] = json!({});
        }
        let mut document = json!({"components": {"schemas": {"A": schema}}});
        run(&mut document, &mut Context::new()).unwrap();
        let found = document["components"]["schemas"]["A"]["properties"].clone();
        let found: Vec<(&str, Option<&str>)> = found
            .as_object()
            .unwrap()
            .iter()
            .map(|(key, property)| (key.as_str(), property["x-sdk-json-name"].as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn keys_that_differ_in_rust_stay() {
        check(
            &["a", "fooBar", "type", "a/b"],
            &[("a", None), ("a/b", None), ("fooBar", None), ("type", None)],
            false,
        );
    }

    #[test]
    fn units_and_plurals_stay_whole() {
        check(
            &["sizeInMiB", "memoryGiBHours", "subnetsForLBs", "mib"],
            &[
                ("memory_gib_hours", Some("memoryGiBHours")),
                ("mib", None),
                ("size_in_mib", Some("sizeInMiB")),
                ("subnets_for_lbs", Some("subnetsForLBs")),
            ],
            false,
        );
        check(
            &["sizeMiB", "size_mib"],
            &[("size_mib", None), ("size_mib2", Some("sizeMiB"))],
            false,
        );
    }

    #[test]
    fn the_key_spelled_like_the_field_keeps_it_else_the_first() {
        check(
            &["foo-bar", "foo_bar"],
            &[("foo_bar", None), ("foo_bar2", Some("foo-bar"))],
            false,
        );
        check(
            &["foo-bar", "fooBar"],
            &[("foo-bar", None), ("foo_bar2", Some("fooBar"))],
            false,
        );
        check(
            &["foo-bar", "foo_bar", "foo_bar2"],
            &[
                ("foo_bar", None),
                ("foo_bar2", None),
                ("foo_bar3", Some("foo-bar")),
            ],
            false,
        );
        check(
            &["type", "Type"],
            &[("Type", None), ("type_2", Some("type"))],
            false,
        );
        check(
            &["", "$", "@"],
            &[("", None), ("x2", Some("$")), ("x3", Some("@"))],
            false,
        );
    }

    #[test]
    fn the_field_for_further_keys_is_taken() {
        check(
            &["additionalProperties"],
            &[("additionalProperties", None)],
            false,
        );
        check(
            &["additionalProperties"],
            &[("additional_properties2", Some("additionalProperties"))],
            true,
        );
    }

    #[test]
    fn required_follows() {
        let mut document = json!({"components": {"schemas": {"A": {
            "properties": {"a-b": {}, "a_b": {}},
            "required": ["a-b", "a_b"],
        }}}});
        run(&mut document, &mut Context::new()).unwrap();
        assert_eq!(
            document["components"]["schemas"]["A"]["required"],
            json!(["a_b2", "a_b"])
        );
    }
}
