//! `reach`: marks named schemas by where they occur: in what is sent (`x-sdk-request`), in what
//! comes back (`x-sdk-response`). Building blocks that occur nowhere by themselves go away.

use std::collections::BTreeSet;

use serde_json::Value;

use super::all_of::FRAGMENT;
use super::context::{Context, Outcome};
use super::hoist::HOISTED;
use super::schema::{self, Schemas, flag};
use super::walk;

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    let mut schemas = schema::named(document);
    let mut sent = BTreeSet::new();
    let mut received = BTreeSet::new();
    walk::operations(document, &mut |_, operation| {
        for (keys, names) in [
            (["parameters", "requestBody"].as_slice(), &mut sent),
            (["responses"].as_slice(), &mut received),
        ] {
            for key in keys {
                if let Some(part) = operation.get(*key) {
                    references(part, names);
                }
            }
        }
        Ok(())
    })?;
    if let Some(errors) = document.get("x-sdk-errors") {
        references(errors, &mut received);
    }
    for (mark, names) in [("x-sdk-request", sent), ("x-sdk-response", received)] {
        for name in closure(&schemas, names) {
            if let Some(schema) = schemas.get_mut(&name) {
                schema::mark(schema, mark, true);
            }
        }
    }
    let unused: Vec<String> = schemas
        .iter()
        .filter(|(_, schema)| flag(schema, FRAGMENT) || schema.get(HOISTED).is_some())
        .map(|(name, _)| name.clone())
        .collect();
    let roots: BTreeSet<String> = schemas
        .keys()
        .filter(|name| !unused.contains(name))
        .cloned()
        .collect();
    let mut kept = closure(&schemas, roots);
    kept.extend(
        schemas
            .iter()
            .filter(|(_, schema)| flag(schema, "x-sdk-request") || flag(schema, "x-sdk-response"))
            .map(|(name, _)| name.clone()),
    );
    schemas.retain(|name, _| kept.contains(name));
    schema::put_named(document, schemas);
    Ok(())
}

/// The names `value` refers to, at any depth.
fn references(value: &Value, names: &mut BTreeSet<String>) {
    names.extend(schema::target(value));
    match value {
        Value::Array(list) => list.iter().for_each(|inner| references(inner, names)),
        Value::Object(map) => map.values().for_each(|inner| references(inner, names)),
        _ => {}
    }
}

/// `names` and everything they refer to, directly or through others.
pub(super) fn closure(schemas: &Schemas, names: BTreeSet<String>) -> BTreeSet<String> {
    let mut open: Vec<String> = names.iter().cloned().collect();
    let mut all = names;
    while let Some(name) = open.pop() {
        let mut next = BTreeSet::new();
        if let Some(schema) = schemas.get(&name) {
            references(schema, &mut next);
        }
        for name in next {
            if all.insert(name.clone()) {
                open.push(name);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn holder(name: &str) -> Value {
        json!({"type": "object", "properties": {"a": {"type": "array", "items": {"$ref": schema::reference(name)}}}})
    }

    #[test]
    fn types_know_whether_they_are_sent_or_received_and_unused_blocks_go() {
        let content = |name: &str| json!({"content": {"application/json": {"schema": {"$ref": schema::reference(name)}}}});
        let leaf = json!({"type": "object", "properties": {"x": {}}});
        let marked = |schema: &Value, marks: &[&str]| {
            let mut schema = schema.clone();
            for mark in marks {
                schema[*mark] = json!(true);
            }
            schema
        };
        let mut document = json!({
            "paths": {"/a": {"post": {
                "parameters": [{"schema": {"$ref": "#/components/schemas/Sort"}}],
                "requestBody": content("Create"),
                "responses": {"200": content("Pod")},
            }}},
            "x-sdk-errors": [{"$ref": "#/components/schemas/Problem"}],
            "components": {"schemas": {
                "Create": holder("Both"),
                "Pod": holder("Both"),
                "Both": leaf,
                "Sort": leaf,
                "Problem": leaf,
                "Unused": holder("OnlyThere"),
                "OnlyThere": marked(&leaf, &[HOISTED]),
                "Block": marked(&leaf, &[FRAGMENT]),
                "UsedBlock": marked(&leaf, &[FRAGMENT]),
                "User": holder("UsedBlock"),
            }},
        });
        run(&mut document, &mut Context::new()).unwrap();
        let schemas = schema::named(&document);
        let marks = |name: &str| {
            let schema = schemas.get(name)?;
            Some((
                flag(schema, "x-sdk-request"),
                flag(schema, "x-sdk-response"),
            ))
        };
        assert_eq!(marks("Create"), Some((true, false)));
        assert_eq!(marks("Sort"), Some((true, false)));
        assert_eq!(marks("Pod"), Some((false, true)));
        assert_eq!(marks("Problem"), Some((false, true)));
        assert_eq!(marks("Both"), Some((true, true)));
        assert_eq!(marks("Unused"), Some((false, false)));
        assert_eq!(marks("OnlyThere"), Some((false, false)));
        assert_eq!(marks("UsedBlock"), Some((false, false)));
        assert_eq!(marks("Block"), None);
    }
}
