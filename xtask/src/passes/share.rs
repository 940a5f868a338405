//! `share`: inline schemas that are the same apart from their descriptions become one type, named
//! after the first of them. Named schemas are left as the document has them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::context::{Context, Outcome};
use super::hoist::HOISTED;
use super::schema::{self, Schemas, flag};
use super::walk;

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    // Types that hold shared types may become the same in turn.
    loop {
        let merged = duplicates(&schema::named(document))?;
        if merged.is_empty() {
            return Ok(());
        }
        walk::schemas(document, &mut |_, schema| {
            if let Some(kept) = schema::target(schema).and_then(|name| merged.get(&name).cloned()) {
                schema::mark(schema, "$ref", schema::reference(&kept));
            }
            Ok(())
        })?;
        let mut schemas = schema::named(document);
        schemas.retain(|name, _| !merged.contains_key(name));
        schema::put_named(document, schemas);
    }
}

/// The inline schemas that repeat another one, with the name of that one. The shortest name is
/// kept, of several the first.
fn duplicates(schemas: &Schemas) -> Outcome<BTreeMap<String, String>> {
    let mut groups: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for (name, schema) in schemas.iter().filter(|(_, schema)| flag(schema, HOISTED)) {
        let mut bare = schema.clone();
        walk::down("", &mut bare, &mut |_, schema| {
            if let Some(object) = schema.as_object_mut() {
                object.retain(|key, _| {
                    !matches!(
                        key.as_str(),
                        "description" | "title" | "example" | "examples" | walk::SOURCE
                    )
                });
            }
            Ok(())
        })?;
        groups.entry(bare.to_string()).or_default().push(name);
    }
    let mut merged = BTreeMap::new();
    for mut group in groups.into_values() {
        group.sort_by_key(|name| (name.len(), name.as_str()));
        if let Some((kept, rest)) = group.split_first() {
            for name in rest {
                merged.insert((*name).clone(), (*kept).clone());
            }
        }
    }
    Ok(merged)
}
