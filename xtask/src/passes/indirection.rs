//! `indirection`: marks the variants of a union that hold the union itself by value, so that they
//! are boxed. Structs that hold each other are boxed by typify, which does not see unions.

use std::collections::BTreeSet;

use serde_json::Value;

use super::context::{Context, Outcome};
use super::schema::{self, Schemas, text};

/// Runs the pass.
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
