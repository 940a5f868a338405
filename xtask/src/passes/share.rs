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
pub(super) fn run(document: &mut Value, cx: &mut Context) -> Outcome {
    // Types that hold shared types may become the same in turn.
    loop {
        let mut schemas = schema::named(document);
        let renamed = duplicates(&mut schemas)?;
        if renamed.is_empty() {
            propose(&schemas, cx);
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

/// Where names are given for places, tells of the types that were named by rule.
fn propose(schemas: &Schemas, cx: &mut Context) {
    let unnamed = schemas
        .iter()
        .filter(|(_, schema)| cx.names_are_given && schema.get(HOISTED).is_some());
    let places: Vec<_> = unnamed
        .map(|(name, schema)| (schema::source(schema), name.clone()))
        .collect();
    for (place, name) in places {
        cx.warn(
            place,
            format!("no name is given for this type: it is called `{name}`"),
        );
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
pub(super) fn bare(schema: &Value) -> Outcome<String> {
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

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use serde_json::json;

    fn inline(label: &str, source: &str, properties: &Value) -> Value {
        json!({
            "type": "object",
            "properties": properties,
            "x-sdk-hoisted": label,
            "x-sdk-source": source,
            "description": source,
        })
    }

    fn names(schemas: &Value) -> Vec<String> {
        let mut document = json!({"components": {"schemas": schemas}});
        run(&mut document, &mut Context::new()).unwrap();
        schema::named(&document).into_keys().collect()
    }

    #[test]
    fn inline_types_that_are_the_same_become_one() {
        let three = json!({"a": {}, "b": {}, "c": {}});
        testing::schemas(
            run,
            &json!({
                "LongNameX": inline("x", "/1", &three),
                "NameY": inline("y", "/2", &three),
                "User": {"properties": {"x": {"$ref": "#/components/schemas/LongNameX"}}},
            }),
            &json!({
                "NameY": inline("y", "/2", &three),
                "User": {"properties": {"x": {"$ref": "#/components/schemas/NameY"}}},
            }),
        );
    }

    #[test]
    fn types_that_hold_shared_types_are_shared_in_turn() {
        let three = json!({"a": {}, "b": {}, "c": {}});
        let holder = |name: &str| json!({"p": {"$ref": schema::reference(name)}, "q": {}, "r": {}});
        assert_eq!(
            names(&json!({
                "AIn": inline("in", "/1", &three),
                "BIn": inline("in", "/2", &three),
                "AOut": inline("out", "/3", &holder("AIn")),
                "BOut": inline("out", "/4", &holder("BIn")),
            })),
            ["AIn", "AOut"]
        );
    }

    #[test]
    fn one_or_two_fields_must_be_called_the_same_too() {
        let one = json!({"id": {}});
        assert_eq!(
            names(&json!({
                "AData": inline("data", "/1", &one),
                "BData": inline("data", "/2", &one),
                "BItem": inline("item", "/3", &one),
            })),
            ["AData", "BItem"]
        );
        let three = json!({"a": {}, "b": {}, "c": {}});
        assert_eq!(
            names(
                &json!({"ABody": inline("Body", "/1", &three), "AResponse": inline("Response", "/2", &three)})
            ),
            ["ABody", "AResponse"]
        );
    }

    #[test]
    fn what_differs_in_more_than_words_is_not_shared_nor_what_has_a_name() {
        let three = json!({"a": {"minimum": 1}, "b": {}, "c": {}});
        let other = json!({"a": {"minimum": 2}, "b": {}, "c": {}});
        assert_eq!(
            names(&json!({"A": inline("x", "/1", &three), "B": inline("x", "/2", &other)})),
            ["A", "B"]
        );
        let named = json!({"type": "object", "properties": three});
        assert_eq!(names(&json!({"A": named, "B": named})), ["A", "B"]);
    }

    #[test]
    fn copies_of_one_schema_are_named_after_where_it_stood() {
        let one = json!({"id": {}});
        let source = "/components/schemas/Vehicle/properties/kind";
        assert_eq!(
            names(
                &json!({"CarKind": inline("kind", source, &one), "BusKind": inline("kind", source, &one)})
            ),
            ["VehicleKind"]
        );
        // Not when that name is taken.
        assert_eq!(
            names(&json!({
                "CarKind": inline("kind", source, &one),
                "BusKind": inline("kind", source, &one),
                "VehicleKind": {"type": "string", "x-sdk-enum": []},
            })),
            ["BusKind", "VehicleKind"]
        );
    }
}
