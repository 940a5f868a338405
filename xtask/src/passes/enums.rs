//! `enums`: turns a list of strings into an open enum with a Rust name for each value. Lists of
//! other values become their plain type, and the values are told in words.

use serde_json::{Value, json};

use super::context::{Context, Outcome};
use super::names::{self, Taken};
use super::nullability::has_type;
use super::schema::{add_rule, is_annotation};
use super::walk::{self, Object};

/// Values told in words at most.
const MAX_TOLD: usize = 24;

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    walk::schemas(document, &mut |_, schema| {
        if let Some(object) = schema.as_object_mut()
            && let Some(Value::Array(values)) = object.remove("enum")
        {
            open(object, &values);
        }
        Ok(())
    })
}

fn open(schema: &mut Object, values: &[Value]) {
    if !values.iter().all(Value::is_string) {
        plain(schema, values);
        return;
    }
    let docs = schema
        .remove("x-sdk-enum-docs")
        .or_else(|| schema.remove("x-enum-descriptions"));
    let texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    let list = variants(&texts, docs.as_ref());
    schema.retain(|key, _| is_annotation(key));
    for limit in ["pattern", "minLength", "maxLength"] {
        schema.remove(limit);
    }
    schema.insert("type".to_owned(), Value::from("string"));
    schema.insert("x-sdk-enum".to_owned(), list);
}

/// The variants for `values`, each value once, with names that differ.
pub(super) fn variants(values: &[&str], docs: Option<&Value>) -> Value {
    let mut taken = Taken::default();
    let mut seen: Vec<&str> = Vec::new();
    let mut variants = Vec::new();
    for (index, value) in values.iter().enumerate() {
        if seen.contains(value) {
            continue;
        }
        seen.push(value);
        let mut variant = json!({
            "value": value,
            "name": taken.claim(&names::variant_name(value)),
        });
        let doc = docs.and_then(|docs| docs.get(*value).or_else(|| docs.get(index)));
        if let Some(doc) = doc.and_then(Value::as_str) {
            super::schema::mark(&mut variant, "doc", doc);
        }
        variants.push(variant);
    }
    Value::Array(variants)
}

fn plain(schema: &mut Object, values: &[Value]) {
    let told: Vec<String> = values
        .iter()
        .take(MAX_TOLD)
        .map(|value| format!("`{value}`"))
        .collect();
    let more = if values.len() > MAX_TOLD { ", …" } else { "" };
    add_rule(schema, format!("One of {}{more}.", told.join(", ")));
    let name = ["boolean", "integer", "number"]
        .into_iter()
        .find(|name| values.iter().all(|value| has_type(value, name)));
    match name {
        Some(name) => {
            schema.insert("type".to_owned(), Value::from(name));
        }
        None => schema.retain(|key, _| is_annotation(key)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn strings_become_an_open_enum_with_a_name_for_each() {
        testing::schema(
            run,
            &json!({"type": "string", "enum": ["a b", "a-b", "1", "unknown", "a b"], "default": "1", "pattern": "x"}),
            &json!({
                "type": "string",
                "default": "1",
                "x-sdk-enum": [
                    {"value": "a b", "name": "AB"},
                    {"value": "a-b", "name": "AB2"},
                    {"value": "1", "name": "V1"},
                    {"value": "unknown", "name": "UnknownValue"},
                ],
            }),
        );
    }

    #[test]
    fn the_order_of_the_document_decides_who_keeps_a_name() {
        let names = |values: &[&str]| {
            variants(values, None)
                .as_array()
                .unwrap()
                .iter()
                .map(|variant| variant["name"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&["A-B", "A_B", "AB2"]), ["AB", "AB2", "Ab2"]);
        assert_eq!(names(&["x", "X", "x2"]), ["X", "X2", "X22"]);
        assert_eq!(
            names(&["Unknown", "UnknownValue"]),
            ["UnknownValue", "UnknownValue2"]
        );
    }

    #[test]
    fn values_may_be_described() {
        let expected = json!([
            {"value": "a", "name": "A", "doc": "first"},
            {"value": "b", "name": "B"},
        ]);
        for docs in [json!({"a": "first"}), json!(["first"])] {
            assert_eq!(variants(&["a", "b"], Some(&docs)), expected);
        }
    }

    #[test]
    fn other_values_are_told_in_words() {
        testing::schema(
            run,
            &json!({"type": "integer", "enum": [1, 2]}),
            &json!({"type": "integer", "x-sdk-rules": ["One of `1`, `2`."]}),
        );
        testing::schema(
            run,
            &json!({"enum": [1, "a", {"b": 1}]}),
            &json!({"x-sdk-rules": ["One of `1`, `\"a\"`, `{\"b\":1}`."]}),
        );
    }
}
