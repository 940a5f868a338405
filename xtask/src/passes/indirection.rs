//! `indirection`: marks the variants of a union that hold the union itself by value, so that they
//! are boxed. Structs that hold each other are boxed by typify, which does not see unions.

use std::collections::BTreeSet;

use serde_json::Value;

use super::context::{Context, Outcome};
use super::schema::{self, Schemas, text};

/// Runs the pass.
#[expect(clippy::unnecessary_wraps, reason = "all passes have one signature")]
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    let schemas = schema::named(document);
    let mut marked = schemas.clone();
    for (name, schema) in &mut marked {
        let variants = schema
            .pointer_mut("/x-sdk-union/variants")
            .and_then(Value::as_array_mut);
        for variant in variants.into_iter().flatten() {
            let target = variant.get("schema").and_then(schema::target);
            if target.is_some_and(|target| holds(&schemas, target, name)) {
                schema::mark(variant, "boxed", true);
            }
        }
    }
    schema::put_named(document, marked);
    Ok(())
}

/// Whether a value of `start` holds one of `wanted` without a list or map between.
fn holds(schemas: &Schemas, start: String, wanted: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![start];
    while let Some(name) = open.pop() {
        if name == wanted {
            return true;
        }
        if !seen.insert(name.clone()) {
            continue;
        }
        if let Some(schema) = schemas.get(&name) {
            open.extend(held(schema));
        }
    }
    false
}

/// The named schemas a struct or union holds by value.
fn held(schema: &Value) -> Vec<String> {
    let fields = schema.get("properties").and_then(Value::as_object);
    let fields = fields.into_iter().flatten().map(|(_, property)| property);
    let variants = schema
        .pointer("/x-sdk-union/variants")
        .and_then(Value::as_array);
    let variants = variants
        .into_iter()
        .flatten()
        .filter_map(|variant| variant.get("schema"));
    fields
        .chain(variants)
        .filter(|inner| text(inner, "$ref").is_some())
        .filter_map(schema::target)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn union(targets: &[&str]) -> Value {
        let variants: Vec<Value> = targets
            .iter()
            .map(|name| json!({"schema": {"$ref": schema::reference(name)}}))
            .collect();
        json!({"x-sdk-union": {"variants": variants}})
    }

    fn boxed(schemas: &Value, name: &str) -> Vec<bool> {
        let mut document = json!({"components": {"schemas": schemas}});
        run(&mut document, &mut Context::new()).unwrap();
        document["components"]["schemas"][name]["x-sdk-union"]["variants"]
            .as_array()
            .unwrap()
            .iter()
            .map(|variant| variant["boxed"] == true)
            .collect()
    }

    #[test]
    fn a_variant_that_holds_its_union_by_value_is_boxed() {
        let field = |inner: Value| json!({"properties": {"f": inner}});
        let reference = |name: &str| json!({"$ref": schema::reference(name)});
        let schemas = json!({
            "U": union(&["Direct", "Through", "List", "Map", "Leaf", "Other"]),
            "Direct": field(reference("U")),
            "Through": field(reference("Middle")),
            "Middle": field(reference("U")),
            "List": field(json!({"type": "array", "items": reference("U")})),
            "Map": field(json!({"type": "object", "additionalProperties": reference("U")})),
            "Leaf": field(json!({"type": "string"})),
            "Other": union(&["U", "Leaf"]),
        });
        assert_eq!(
            boxed(&schemas, "U"),
            [true, true, false, false, false, true]
        );
        assert_eq!(boxed(&schemas, "Other"), [true, false]);
    }
}
