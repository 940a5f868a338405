//! `schema_refs`: makes every `$ref` of a schema point at a named schema. What it points at inside
//! another place of the document becomes a named schema first; what leads nowhere is an error.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::context::{Context, Outcome, PassError};
use super::names::{self, Taken};
use super::schema;
use super::walk::{self, Object, SOURCE};
use crate::pointer;

/// Rounds of moving inner schemas out. Each round moves everything that is referred to.
const MAX_ROUNDS: usize = 32;

/// Runs the pass.
pub(super) fn run(document: &mut Value, cx: &mut Context) -> Outcome {
    let anchors = anchors(document)?;
    for _ in 0..MAX_ROUNDS {
        let inner = canonical(document, &anchors)?;
        if inner.is_empty() {
            mappings(document, cx)?;
            return loops(document);
        }
        move_out(document, &inner)?;
    }
    Err(PassError::new(
        "",
        "schemas refer into each other without end",
    ))
}

/// Pointers of the schemas that carry an `$anchor`, by `#name`.
fn anchors(document: &mut Value) -> Outcome<BTreeMap<String, String>> {
    let mut anchors = BTreeMap::new();
    walk::schemas_down(document, &mut |at, schema| {
        for key in ["$anchor", "$dynamicAnchor"] {
            if let Some(name) = schema::text(schema, key) {
                anchors.insert(format!("#{name}"), at.to_owned());
            }
        }
        Ok(())
    })?;
    Ok(anchors)
}

/// Rewrites every `$ref` to a named schema in its plain form and returns the pointers of all other
/// schemas that are referred to.
fn canonical(
    document: &mut Value,
    anchors: &BTreeMap<String, String>,
) -> Outcome<BTreeSet<String>> {
    let original = document.clone();
    let mut inner = BTreeSet::new();
    walk::schemas(document, &mut |at, schema| {
        let Some(object) = schema.as_object_mut() else {
            return Ok(());
        };
        for key in ["$dynamicRef", "$recursiveRef"] {
            if let Some(reference) = object.remove(key) {
                object.entry("$ref").or_insert(reference);
            }
        }
        let Some(reference) = object.get("$ref") else {
            return Ok(());
        };
        let Some(reference) = reference.as_str() else {
            return Err(PassError::new(at, "`$ref` must be a string"));
        };
        let target = find(&original, anchors, at, reference)?;
        if let Some(name) = component(&target) {
            object.insert("$ref".to_owned(), Value::from(schema::reference(&name)));
        } else {
            object.insert("$ref".to_owned(), Value::from(format!("#{target}")));
            inner.insert(target);
        }
        Ok(())
    })?;
    Ok(inner)
}

/// The pointer a reference stands for, if a schema is there.
fn find(
    document: &Value,
    anchors: &BTreeMap<String, String>,
    at: &str,
    reference: &str,
) -> Outcome<String> {
    let pointer = match (anchors.get(reference), pointer::local(reference)) {
        (Some(anchored), _) => anchored.clone(),
        (None, Some(pointer)) => pointer,
        (None, None) if reference.starts_with('#') => {
            return Err(PassError::new(
                at,
                format!("no schema has the anchor `{reference}`"),
            ));
        }
        (None, None) => {
            return Err(
                PassError::new(at, format!("`$ref` leaves the document: `{reference}`"))
                    .with_help("bundle all files into one document first"),
            );
        }
    };
    let tokens = pointer::tokens(&pointer);
    match document.pointer(&pointer) {
        Some(Value::Object(_) | Value::Bool(_)) if holds_schema(&tokens) => Ok(pointer),
        _ => {
            let error = PassError::new(at, format!("`$ref` points at no schema: `{reference}`"));
            let names = document
                .pointer("/components/schemas")
                .and_then(Value::as_object);
            let wanted = names::type_name(tokens.last().map_or("", String::as_str));
            match names.and_then(|all| all.keys().find(|name| names::type_name(name) == wanted)) {
                Some(name) => {
                    Err(error.with_help(format!("did you mean `{}`?", schema::reference(name))))
                }
                None => Err(error),
            }
        }
    }
}

/// Whether a schema can stand where these tokens lead.
fn holds_schema(tokens: &[String]) -> bool {
    let Some((last, before)) = tokens.split_last() else {
        return false;
    };
    let parent = before.last().map_or("", String::as_str);
    walk::is_schema_key(last)
        || walk::is_schema_list(parent)
        || walk::is_schema_map(parent)
        || parent == "schemas"
}

/// The name of the component at `pointer`, if a component is what it points at.
fn component(pointer: &str) -> Option<String> {
    let tokens = pointer::tokens(pointer);
    match tokens.as_slice() {
        [components, schemas, name] if components == "components" && schemas == "schemas" => {
            Some(name.clone())
        }
        _ => None,
    }
}

/// Turns the schemas at `pointers` into components and leaves references in their place.
fn move_out(document: &mut Value, pointers: &BTreeSet<String>) -> Outcome {
    let mut taken: Taken = schema::named(document).into_keys().collect();
    let mut moved: BTreeMap<String, String> = BTreeMap::new();
    // The innermost first, so that moving one does not change where the others are.
    let mut order: Vec<&String> = pointers.iter().collect();
    order.sort_by_key(|pointer| std::cmp::Reverse(pointer.len()));
    for pointer in order {
        let name = taken.claim(&name_of(pointer));
        let Some(place) = document.pointer_mut(pointer) else {
            return Err(PassError::new(
                pointer,
                "this schema is referred to from inside itself",
            ));
        };
        let source = match place.get(SOURCE).and_then(Value::as_str) {
            Some(source) => source.to_owned(),
            None => pointer.clone(),
        };
        let reference = json!({"$ref": schema::reference(&name), SOURCE: source});
        let inner = std::mem::replace(place, reference);
        let mut inner = if inner.is_object() { inner } else { json!({}) };
        schema::mark(&mut inner, SOURCE, source);
        schema::insert_named(document, &name, inner);
        moved.insert(pointer.clone(), name);
    }
    walk::schemas(document, &mut |_, schema| {
        let name = schema::text(schema, "$ref")
            .and_then(|reference| reference.strip_prefix('#'))
            .and_then(|pointer| moved.get(pointer));
        if let Some(name) = name {
            schema::mark(schema, "$ref", schema::reference(name));
        }
        Ok(())
    })
}

/// A name for the schema at `pointer`, from the tokens that say something.
fn name_of(pointer: &str) -> String {
    let tokens = pointer::tokens(pointer);
    let telling: Vec<String> = tokens
        .iter()
        .filter(|token| {
            !matches!(
                token.as_str(),
                "components"
                    | "schemas"
                    | "paths"
                    | "properties"
                    | "content"
                    | "schema"
                    | "$defs"
                    | "definitions"
                    | "allOf"
                    | "oneOf"
                    | "anyOf"
            ) && !token.contains("json")
        })
        .cloned()
        .collect();
    if telling.is_empty() {
        "Inner".to_owned()
    } else {
        names::type_name(&telling.join("-"))
    }
}

/// Checks that no named schema is only a reference to itself, directly or through others.
fn loops(document: &Value) -> Outcome {
    let schemas = schema::named(document);
    let mut sound: BTreeSet<&String> = BTreeSet::new();
    for (name, first) in &schemas {
        let mut path = BTreeSet::new();
        let mut current = Some((name, first));
        while let Some((name, schema)) = current.filter(|(name, _)| !sound.contains(name)) {
            if !path.insert(name) {
                return Err(PassError::new(
                    schema::source(first),
                    "this `$ref` leads back to itself",
                ));
            }
            current = schema::target(schema).and_then(|next| schemas.get_key_value(&next));
        }
        sound.append(&mut path);
    }
    Ok(())
}

/// Rewrites the targets of discriminator mappings like references; what leads nowhere is dropped.
fn mappings(document: &mut Value, cx: &mut Context) -> Outcome {
    let known: BTreeSet<String> = schema::named(document).into_keys().collect();
    walk::schemas(document, &mut |at, schema| {
        let mapping = schema
            .get_mut("discriminator")
            .and_then(|discriminator| discriminator.get_mut("mapping"))
            .and_then(Value::as_object_mut);
        let Some(mapping) = mapping else {
            return Ok(());
        };
        let mut kept = Object::new();
        for (value, target) in std::mem::take(mapping) {
            let text = target.as_str().unwrap_or_default();
            let name = pointer::local(text)
                .and_then(|pointer| component(&pointer))
                .or_else(|| known.contains(text).then(|| text.to_owned()))
                .filter(|name| known.contains(name));
            match name {
                Some(name) => {
                    kept.insert(value, Value::from(schema::reference(&name)));
                }
                None => cx.warn(
                    at,
                    format!(
                        "the discriminator maps `{value}` to `{text}`, which is no named schema"
                    ),
                ),
            }
        }
        *mapping = kept;
        Ok(())
    })
}

#[cfg(test)]
mod tests;
