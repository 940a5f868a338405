//! `all_of`: makes one schema out of everything that must hold at once: `allOf` at any depth, and
//! keywords beside a `$ref`.
//!
//! A branch that is a `$ref` alone, or that others only refine, stays a `$ref`, so that its type is
//! shared. Otherwise the fields of all branches end up in one object. Fields beside a choice
//! (`oneOf`, `anyOf`) become fields of each alternative.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::context::{Context, Outcome, PassError};
use super::merge::merge;
use super::nullability::NULLABLE;
use super::refine;
use super::schema::{self, Schemas, flag, is_annotation};
use super::walk::{self, Object, SOURCE};

/// Named schemas built on each other deeper than this are refused.
const MAX_CHAIN: usize = 64;
/// Schema nodes that may be copied while merging, over the whole document.
const MAX_COPIES: usize = 1_000_000;
/// More alternatives than this do not get the fields beside the choice.
const MAX_ALTERNATIVES: usize = 48;

/// Marks a named schema other schemas are built on.
pub(super) const FRAGMENT: &str = "x-sdk-fragment";
/// On an alternative that was merged: the named schema it came from.
pub(super) const ORIGIN: &str = "x-sdk-origin";

/// Runs the pass.
pub(super) fn run(document: &mut Value, cx: &mut Context) -> Outcome {
    let schemas = schema::named(document);
    let names: Vec<String> = schemas.keys().cloned().collect();
    let mut flat = Flattener {
        schemas,
        done: BTreeMap::new(),
        active: Vec::new(),
        fragments: BTreeSet::new(),
        copies: 0,
        cx,
    };
    for name in &names {
        flat.component(name, "")?;
    }
    schema::put_named(document, Schemas::new());
    walk::roots(document, &mut |at, root| {
        flat.schema(at, root, Place::Inline, 0)
    })?;
    for name in &flat.fragments {
        if let Some(schema) = flat.done.get_mut(name) {
            schema::mark(schema, FRAGMENT, true);
        }
    }
    let done = std::mem::take(&mut flat.done);
    schema::put_named(document, done);
    Ok(())
}

/// Whether a schema has a name of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Named,
    Inline,
}

struct Flattener<'a> {
    schemas: Schemas,
    done: Schemas,
    active: Vec<String>,
    fragments: BTreeSet<String>,
    copies: usize,
    cx: &'a mut Context,
}

impl Flattener<'_> {
    /// The flat form of a named schema.
    fn component(&mut self, name: &str, at: &str) -> Outcome<Value> {
        if let Some(done) = self.done.get(name) {
            return Ok(done.clone());
        }
        if self.active.iter().any(|active| active == name) {
            return Err(PassError::new(
                at,
                format!("`{name}` is part of itself through `allOf`"),
            ));
        }
        if self.active.len() > MAX_CHAIN {
            return Err(PassError::new(
                at,
                "schemas are built on each other too deep here",
            ));
        }
        let Some(mut schema) = self.schemas.get(name).cloned() else {
            return Err(PassError::new(
                at,
                format!("`$ref` points at no schema: `{name}`"),
            ));
        };
        self.active.push(name.to_owned());
        let source = schema::source(&schema);
        self.schema(&source, &mut schema, Place::Named, 0)?;
        self.active.pop();
        self.done.insert(name.to_owned(), schema.clone());
        Ok(schema)
    }

    /// Flattens a schema and everything below it.
    fn schema(&mut self, at: &str, schema: &mut Value, place: Place, depth: usize) -> Outcome {
        if depth > walk::MAX_DEPTH {
            return Err(PassError::new(at, "schemas are nested too deep here"));
        }
        walk::children(at, schema, &mut |at, child| {
            self.schema(at, child, Place::Inline, depth + 1)
        })?;
        let Some(object) = schema.as_object_mut() else {
            return Ok(());
        };
        let combined = object.contains_key("allOf")
            || (object.contains_key("$ref") && object.keys().any(|key| is_shape(key)));
        if combined {
            let merged = self.combine(at, std::mem::take(object), place, depth)?;
            *object = merged;
        }
        object.remove("$ref").into_iter().for_each(|reference| {
            object.retain(|key, _| is_annotation(key));
            object.insert("$ref".to_owned(), reference);
        });
        self.distribute(at, object, depth)
    }

    fn combine(&mut self, at: &str, node: Object, place: Place, depth: usize) -> Outcome<Object> {
        let (mut annotations, mut own) = schema::split(node);
        let mut parts = match own.remove("allOf") {
            Some(Value::Array(parts)) => parts,
            _ => Vec::new(),
        };
        let reference = own.remove("$ref");
        parts.extend(reference.map(|reference| json!({"$ref": reference})));
        if own.keys().any(|key| is_shape(key)) {
            parts.push(Value::Object(own));
        }
        let mut nullable = flag(&Value::Object(annotations.clone()), NULLABLE);
        let (empty, mut parts): (Vec<Value>, Vec<Value>) =
            parts.into_iter().partition(schema::is_any);
        nullable |= !parts.is_empty() && parts.iter().all(|part| flag(part, NULLABLE));
        parts.dedup();
        for part in &empty {
            inherit(&mut annotations, part);
        }
        annotations.remove(NULLABLE);
        let mut whole = match parts.as_slice() {
            [] => Object::new(),
            [one] => one.as_object().cloned().unwrap_or_default(),
            _ => match refine::refinement(&parts, place == Place::Named, &mut |name| {
                self.component(name, at)
            })? {
                Some(refined) => refined,
                None => self.merge_all(at, parts, depth)?,
            },
        };
        whole.remove(NULLABLE);
        // What the node itself says comes last, and wins.
        merge(&mut whole, annotations).map_err(|conflict| PassError::new(at, conflict))?;
        if nullable {
            whole.insert(NULLABLE.to_owned(), Value::Bool(true));
        }
        Ok(whole)
    }

    fn merge_all(&mut self, at: &str, parts: Vec<Value>, depth: usize) -> Outcome<Object> {
        let mut whole = Object::new();
        for part in parts {
            let mut content = match schema::target(&part) {
                Some(name) => self.content(&name, at)?,
                None => part.as_object().cloned().unwrap_or_default(),
            };
            content.remove(NULLABLE);
            if let Err(conflict) = merge(&mut whole, content) {
                self.cx.warn(at, format!("{conflict}: read as any JSON"));
                return Ok(Object::new());
            }
        }
        let mut whole = Value::Object(whole);
        walk::children(at, &mut whole, &mut |at, child| {
            self.schema(at, child, Place::Inline, depth + 1)
        })?;
        Ok(match whole {
            Value::Object(whole) => whole,
            _ => Object::new(),
        })
    }

    /// The keywords of a named schema, without what only describes that schema.
    fn content(&mut self, name: &str, at: &str) -> Outcome<Object> {
        self.fragments.insert(name.to_owned());
        let mut schema = self.component(name, at)?;
        while let Some(next) = schema::target(&schema) {
            self.fragments.insert(next.clone());
            schema = self.component(&next, at)?;
        }
        self.copies += weight(&schema);
        if self.copies > MAX_COPIES {
            return Err(PassError::new(
                at,
                "schemas are copied into each other too often",
            ));
        }
        let mut content = schema.as_object().cloned().unwrap_or_default();
        content.retain(|key, _| !is_annotation(key) || schema::LIMITS.contains(&key.as_str()));
        content.remove("default");
        // The discriminator of a base belongs to its own alternatives.
        if !content.contains_key("oneOf") && !content.contains_key("anyOf") {
            content.remove("discriminator");
        }
        Ok(content)
    }

    /// Gives the fields beside a choice to each of its alternatives.
    fn distribute(&mut self, at: &str, object: &mut Object, depth: usize) -> Outcome {
        let Some(key) = ["oneOf", "anyOf"]
            .into_iter()
            .find(|key| object.contains_key(*key))
        else {
            return Ok(());
        };
        let base: Object = object
            .iter()
            .filter(|(name, _)| is_shape(name) && *name != key && *name != "discriminator")
            .filter(|(name, _)| *name != "type" && *name != "additionalProperties")
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if base.is_empty() {
            object.remove("additionalProperties");
            return Ok(());
        }
        let Some(Value::Array(alternatives)) = object.remove(key) else {
            return Ok(());
        };
        if let Some(rule) = refine::only_required(&alternatives, key) {
            schema::add_rule(object, rule);
            object.remove("discriminator");
            return self.distribute(at, object, depth);
        }
        if alternatives.len() > MAX_ALTERNATIVES || depth > 8 {
            self.cx.warn(
                at,
                "too many alternatives beside common fields: read as those fields alone",
            );
            object.remove("discriminator");
            return self.distribute(at, object, depth);
        }
        let mut merged = Vec::new();
        for alternative in alternatives {
            let origin = schema::target(&alternative);
            let source = schema::source(&alternative);
            let mut one = json!({"allOf": [base, alternative], SOURCE: source});
            schema::mark(&mut one, "type", "object");
            if let Some(origin) = origin {
                schema::mark(&mut one, ORIGIN, origin);
            }
            self.schema(at, &mut one, Place::Named, depth + 1)?;
            merged.push(one);
        }
        object.retain(|name, _| is_annotation(name) || name == "discriminator");
        object.insert(key.to_owned(), Value::Array(merged));
        Ok(())
    }
}

/// Whether a keyword beside a `$ref` or an `allOf` adds to the shape.
fn is_shape(key: &str) -> bool {
    !is_annotation(key) && !matches!(key, "$ref" | "allOf")
}

/// Takes over the annotations of a branch that has nothing else.
fn inherit(annotations: &mut Object, branch: &Value) {
    for (key, value) in branch.as_object().into_iter().flatten() {
        if key == "x-sdk-rules" {
            for rule in value
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
            {
                schema::add_rule(annotations, rule);
            }
        } else if key != SOURCE {
            annotations
                .entry(key.clone())
                .or_insert_with(|| value.clone());
        }
    }
}

/// The number of nodes of a value.
fn weight(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(weight).sum(),
        Value::Object(map) => map.values().map(weight).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
