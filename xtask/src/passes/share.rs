//! `share`: inline schemas that are the same apart from their descriptions become one type. Named
//! schemas are left as the document has them.
//!
//! A structure of one or two fields says too little to be the same by itself: it must also be called
//! the same where it stands. The type is named after the schema of the document they all come from,
//! or else has the shortest of their names, of several the first.

use std::collections::BTreeMap;

use serde_json::Value;

use super::context::{Context, Outcome};
use super::hoist::HOISTED;
use super::names;
use super::schema::{self, Schemas, text};
use super::walk::{self, SOURCE};
use crate::pointer;

/// From this many fields on, a structure is the same wherever it stands.
const TELLING_FIELDS: usize = 3;

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    // Types that hold shared types may become the same in turn.
    loop {
        let mut schemas = schema::named(document);
        let renamed = duplicates(&mut schemas)?;
        if renamed.is_empty() {
            return Ok(());
        }
        schema::put_named(document, schemas);
        walk::schemas(document, &mut |_, schema| {
            let kept = schema::target(schema).and_then(|name| renamed.get(&name));
            if let Some(kept) = kept {
                schema::mark(schema, "$ref", schema::reference(kept));
            }
            Ok(())
        })?;
    }
}

/// Leaves one of each group of equal inline schemas; returns the new name of each that went away.
fn duplicates(schemas: &mut Schemas) -> Outcome<BTreeMap<String, String>> {
    let mut groups: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (name, schema) in schemas.iter() {
        if let Some(label) = text(schema, HOISTED) {
            let label = if needs_label(schema, label) {
                label
            } else {
                ""
            };
            let key = (bare(schema)?, label.to_owned());
            groups.entry(key).or_default().push(name.clone());
        }
    }
    let mut renamed = BTreeMap::new();
    for mut group in groups.into_values().filter(|group| group.len() > 1) {
        group.sort_by_key(|name| (name.len(), name.clone()));
        let kept = common_name(schemas, &group).unwrap_or_else(|| group.swap_remove(0));
        let first = group
            .iter()
            .chain([&kept])
            .find_map(|name| schemas.get(name))
            .cloned();
        for name in group {
            schemas.remove(&name);
            renamed.insert(name, kept.clone());
        }
        if let Some(first) = first {
            schemas.entry(kept).or_insert(first);
        }
    }
    Ok(renamed)
}

fn needs_label(schema: &Value, label: &str) -> bool {
    let fields = schema.get("properties").and_then(Value::as_object);
    label == "Body"
        || label == "Response"
        || fields.is_some_and(|fields| fields.len() < TELLING_FIELDS)
}

/// The schema without what may differ, as text.
fn bare(schema: &Value) -> Outcome<String> {
    let mut bare = schema.clone();
    walk::down("", &mut bare, &mut |_, schema| {
        if let Some(object) = schema.as_object_mut() {
            object.retain(|key, _| {
                !matches!(
                    key.as_str(),
                    "description" | "title" | "example" | "examples" | SOURCE | HOISTED
                )
            });
        }
        Ok(())
    })?;
    Ok(bare.to_string())
}

/// A free name after the schema all of `group` were copied from, if it is one.
fn common_name(schemas: &Schemas, group: &[String]) -> Option<String> {
    let first = schemas.get(group.first()?)?;
    let source = text(first, SOURCE)?;
    let same = |name: &String| {
        schemas
            .get(name)
            .is_some_and(|schema| text(schema, SOURCE) == Some(source))
    };
    if !group.iter().all(same) {
        return None;
    }
    let origin = pointer::tokens(source.strip_prefix("/components/schemas")?)
        .into_iter()
        .next()?;
    let name = names::type_name(&format!("{origin}-{}", text(first, HOISTED)?));
    (!schemas.contains_key(&name)).then_some(name)
}
