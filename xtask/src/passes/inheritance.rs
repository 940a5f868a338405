//! `inheritance`: a schema with a discriminator and no list of alternatives is the base of all
//! schemas that name it in their `allOf`. Where it is used, any of them may come: it becomes a
//! choice between them, and its fields move to a schema with `Base` at the end of its name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::context::{Context, Outcome};
use super::names;
use super::schema::{self, Schemas};
use super::walk::{self, SOURCE};

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    let mut schemas = schema::named(document);
    let children = children(&schemas);
    let used = used(document)?;
    let bases: BTreeSet<String> = schemas
        .iter()
        .filter(|(name, schema)| {
            is_base(schema) && children.contains_key(*name) && used.contains(*name)
        })
        .map(|(name, _)| name.clone())
        .collect();
    let mut renamed = BTreeMap::new();
    for base in &bases {
        let mut fields = format!("{base}Base");
        while schemas.contains_key(&fields) {
            fields.push('_');
        }
        let Some(mut own) = schemas.get(base).cloned() else {
            continue;
        };
        let source = schema::source(&own);
        let discriminator = own
            .as_object_mut()
            .and_then(|own| own.remove("discriminator"));
        let mut choice = json!({SOURCE: source});
        for key in ["description", "title"] {
            if let Some(text) = own.as_object_mut().and_then(|own| own.remove(key)) {
                schema::mark(&mut choice, key, text);
            }
        }
        let mut discriminator = discriminator.unwrap_or_default();
        let list = alternatives(base, &children, &bases);
        complete(&mut discriminator, &list, &own);
        let references: Vec<Value> = list
            .iter()
            .map(|name| json!({"$ref": schema::reference(name)}))
            .collect();
        schema::mark(&mut choice, "oneOf", references);
        schema::mark(&mut choice, "discriminator", discriminator);
        schemas.insert(fields.clone(), own);
        schemas.insert(base.clone(), choice);
        renamed.insert(base.clone(), fields);
    }
    follow(&mut schemas, &renamed);
    schema::put_named(document, schemas);
    Ok(())
}

fn is_base(schema: &Value) -> bool {
    schema.get("discriminator").is_some()
        && schema.get("oneOf").is_none()
        && schema.get("anyOf").is_none()
}

/// The schemas that name a schema in their `allOf`.
fn children(schemas: &Schemas) -> BTreeMap<String, Vec<String>> {
    let mut children: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, schema) in schemas {
        let parents = schema.get("allOf").and_then(Value::as_array);
        for parent in parents.into_iter().flatten().filter_map(schema::target) {
            children.entry(parent).or_default().push(name.clone());
        }
    }
    children
}

/// The schemas referred to anywhere but in the `allOf` of a named schema.
fn used(document: &mut Value) -> Outcome<BTreeSet<String>> {
    let mut used = BTreeSet::new();
    walk::roots(document, &mut |at, root| {
        let mut root = root.clone();
        if let Some(parents) = root.get_mut("allOf").and_then(Value::as_array_mut) {
            parents.retain(|parent| schema::target(parent).is_none());
        }
        walk::down(at, &mut root, &mut |_, schema| {
            used.extend(schema::target(schema));
            Ok(())
        })
    })?;
    Ok(used)
}

/// All schemas built on `base`. One that is a base itself stands for those built on it.
fn alternatives(
    base: &str,
    children: &BTreeMap<String, Vec<String>>,
    bases: &BTreeSet<String>,
) -> Vec<String> {
    let mut list = Vec::new();
    let mut seen = BTreeSet::from([base.to_owned()]);
    let mut open = vec![base.to_owned()];
    while let Some(name) = open.pop() {
        for child in children.get(&name).into_iter().flatten() {
            if seen.insert(child.clone()) {
                open.push(child.clone());
                if !bases.contains(child) {
                    list.push(child.clone());
                }
            }
        }
    }
    list.sort();
    list
}

/// Gives an alternative without an entry the tag that reads like its name, else its name.
fn complete(discriminator: &mut Value, alternatives: &[String], base: &Value) {
    let tags: Vec<String> = discriminator
        .get("propertyName")
        .and_then(Value::as_str)
        .and_then(|property| {
            base.get("properties")?
                .get(property)?
                .get("enum")?
                .as_array()
        })
        .into_iter()
        .flatten()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect();
    let mut mapping = discriminator
        .get("mapping")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    // Entries for the base itself, or for what is not built on it, say nothing here.
    mapping.retain(|_, target| {
        alternatives
            .iter()
            .any(|name| target.as_str() == Some(&schema::reference(name)))
    });
    for name in alternatives {
        let reference = Value::from(schema::reference(name));
        if mapping.values().any(|target| *target == reference) {
            continue;
        }
        let alike = tags
            .iter()
            .find(|tag| names::type_name(tag) == names::type_name(name));
        mapping
            .entry(alike.unwrap_or(name).clone())
            .or_insert(reference);
    }
    schema::mark(discriminator, "mapping", Value::Object(mapping));
}

/// Points the `allOf` of the children at the fields of their base.
fn follow(schemas: &mut Schemas, renamed: &BTreeMap<String, String>) {
    for schema in schemas.values_mut() {
        let parents = schema.get_mut("allOf").and_then(Value::as_array_mut);
        for parent in parents.into_iter().flatten() {
            if let Some(fields) = schema::target(parent).and_then(|name| renamed.get(&name)) {
                schema::mark(parent, "$ref", schema::reference(fields));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn base() -> Value {
        json!({
            "type": "object",
            "description": "Any pet.",
            "discriminator": {"propertyName": "kind"},
            "properties": {"kind": {"type": "string", "enum": ["cat", "big_dog"]}},
            "x-sdk-source": "/components/schemas/Pet",
        })
    }

    fn child(parent: &str) -> Value {
        json!({"allOf": [{"$ref": schema::reference(parent)}, {"properties": {"x": {}}}]})
    }

    #[test]
    fn a_base_that_is_used_becomes_a_choice() {
        let mut fields = base();
        fields
            .as_object_mut()
            .unwrap()
            .retain(|key, _| key != "discriminator" && key != "description");
        testing::schemas(
            run,
            &json!({
                "Pet": base(),
                "Cat": child("Pet"),
                "BigDog": child("Pet"),
                "Owner": {"properties": {"pet": {"$ref": "#/components/schemas/Pet"}}},
            }),
            &json!({
                "Pet": {
                    "description": "Any pet.",
                    "oneOf": [{"$ref": "#/components/schemas/BigDog"}, {"$ref": "#/components/schemas/Cat"}],
                    "discriminator": {"propertyName": "kind", "mapping": {
                        "big_dog": "#/components/schemas/BigDog",
                        "cat": "#/components/schemas/Cat",
                    }},
                    "x-sdk-source": "/components/schemas/Pet",
                },
                "PetBase": fields,
                "Cat": child("PetBase"),
                "BigDog": child("PetBase"),
                "Owner": {"properties": {"pet": {"$ref": "#/components/schemas/Pet"}}},
            }),
        );
    }

    #[test]
    fn a_base_nobody_uses_by_itself_stays() {
        let schemas = json!({"Pet": base(), "Cat": child("Pet"), "Owner": {"properties": {"c": {"$ref": "#/components/schemas/Cat"}}}});
        testing::schemas(run, &schemas, &schemas);
    }

    #[test]
    fn a_base_without_children_stays() {
        let schemas = json!({"Pet": base(), "Owner": {"properties": {"pet": {"$ref": "#/components/schemas/Pet"}}}});
        testing::schemas(run, &schemas, &schemas);
    }

    #[test]
    fn grandchildren_are_alternatives_too_and_the_mapping_wins() {
        let mut pet = base();
        pet["discriminator"]["mapping"] =
            json!({"meow": "#/components/schemas/Cat", "self": "#/components/schemas/Pet"});
        let mut document = json!({"components": {"schemas": {
            "Pet": pet,
            "Cat": child("Pet"),
            "Lion": child("Cat"),
            "Zoo": {"items": {"$ref": "#/components/schemas/Pet"}},
        }}});
        run(&mut document, &mut Context::new()).unwrap();
        assert_eq!(
            document["components"]["schemas"]["Pet"]["discriminator"]["mapping"],
            json!({"meow": "#/components/schemas/Cat", "Lion": "#/components/schemas/Lion"})
        );
    }
}
