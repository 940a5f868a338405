//! `type_names`: gives every named schema the name of its Rust type and follows it everywhere.
//! A name that is already right is never taken by another; of the rest, the later one in document
//! order gets a number.

use std::collections::BTreeMap;

use serde_json::Value;

use super::all_of::ORIGIN;
use super::context::{Context, Outcome};
use super::names::{self, Taken};
use super::schema::{self, Schemas};
use super::walk::{self, Object};

/// Runs the pass.
pub(super) fn run(document: &mut Value, cx: &mut Context) -> Outcome {
    let schemas = schema::named(document);
    let renamed = rename(&schemas, cx);
    walk::schemas(document, &mut |_, schema| {
        if let Some(object) = schema.as_object_mut() {
            follow(object, &renamed);
        }
        Ok(())
    })?;
    let schemas: Schemas = schema::named(document)
        .into_iter()
        .map(|(name, schema)| (renamed.get(&name).cloned().unwrap_or(name), schema))
        .collect();
    schema::put_named(document, schemas);
    Ok(())
}

fn rename(schemas: &Schemas, cx: &mut Context) -> BTreeMap<String, String> {
    let (right, wrong): (Vec<&String>, Vec<&String>) = schemas
        .keys()
        .partition(|name| names::type_name(name) == **name);
    let mut taken: Taken = right.iter().map(|name| name.as_str()).collect();
    let mut renamed: BTreeMap<String, String> = right
        .into_iter()
        .map(|name| (name.clone(), name.clone()))
        .collect();
    for name in wrong {
        let wanted = names::type_name(name);
        let given = taken.claim(&wanted);
        if given != wanted {
            let at = schemas.get(name).map(schema::source).unwrap_or_default();
            cx.warn(
                at,
                format!("`{wanted}` is the Rust name of two schemas; this one became `{given}`"),
            );
        }
        renamed.insert(name.clone(), given);
    }
    renamed
}

fn follow(schema: &mut Object, renamed: &BTreeMap<String, String>) {
    let new = |old: &str| {
        renamed
            .get(old)
            .cloned()
            .unwrap_or_else(|| names::type_name(old))
    };
    if let Some(name) = schema::target(&Value::Object(schema.clone())) {
        schema.insert(
            "$ref".to_owned(),
            Value::from(schema::reference(&new(&name))),
        );
    }
    if let Some(Value::String(origin)) = schema.get_mut(ORIGIN) {
        *origin = new(origin);
    }
    let mapping = schema
        .get_mut("discriminator")
        .and_then(|discriminator| discriminator.get_mut("mapping"))
        .and_then(Value::as_object_mut);
    for target in mapping.into_iter().flat_map(|mapping| mapping.values_mut()) {
        let reference = Value::Object(Object::from_iter([("$ref".to_owned(), target.clone())]));
        if let Some(name) = schema::target(&reference) {
            *target = Value::from(schema::reference(&new(&name)));
        }
    }
    if let Some(Value::Object(fields)) = schema.remove("x-sdk-distinguish") {
        let fields: Object = fields
            .into_iter()
            .map(|(name, field)| (new(&name), field))
            .collect();
        schema.insert("x-sdk-distinguish".to_owned(), Value::Object(fields));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use serde_json::json;

    #[test]
    fn names_become_rust_names_everywhere() {
        testing::schemas(
            run,
            &json!({
                "big-cat": {"properties": {"a": {"$ref": "#/components/schemas/A~1B"}}},
                "A/B": {
                    "oneOf": [{"$ref": "#/components/schemas/big-cat"}, {"x-sdk-origin": "big-cat"}],
                    "discriminator": {"propertyName": "t", "mapping": {"b": "#/components/schemas/big-cat"}},
                    "x-sdk-distinguish": {"big-cat": "a"},
                },
                "Option": {},
            }),
            &json!({
                "BigCat": {"properties": {"a": {"$ref": "#/components/schemas/Ab"}}},
                "Ab": {
                    "oneOf": [{"$ref": "#/components/schemas/BigCat"}, {"x-sdk-origin": "BigCat"}],
                    "discriminator": {"propertyName": "t", "mapping": {"b": "#/components/schemas/BigCat"}},
                    "x-sdk-distinguish": {"BigCat": "a"},
                },
                "OptionValue": {},
            }),
        );
    }

    #[test]
    fn the_one_that_is_right_already_keeps_a_name_two_want() {
        let schemas = json!({
            "CREATE_POD": {"x-sdk-source": "/1"},
            "CreatePod": {"x-sdk-source": "/2"},
            "create_pod": {"x-sdk-source": "/3"},
        });
        testing::schemas(
            run,
            &schemas,
            &json!({
                "CreatePod": {"x-sdk-source": "/2"},
                "CreatePod2": {"x-sdk-source": "/1"},
                "CreatePod3": {"x-sdk-source": "/3"},
            }),
        );
        let warnings = testing::warnings(run, &json!({"components": {"schemas": schemas}}));
        assert_eq!(warnings.len(), 2);
        assert!(
            warnings[0].starts_with("/1: ") && warnings[1].starts_with("/3: "),
            "{warnings:?}"
        );
    }
}
