//! Walking a document by its structure, so that a property named `properties` is never taken for
//! the keyword.
//!
//! Every callback gets the JSON pointer of the node in the document *as it was given*: a node that
//! was moved carries its origin as `x-sdk-source`, and what lies below it is named from there.

use serde_json::{Map, Value};

use super::context::{Outcome, PassError};
use crate::pointer;

/// A JSON object.
pub(super) type Object = Map<String, Value>;

/// The HTTP methods of a path item, in the order in which operations are visited.
pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Where a node stood in the document as it was given.
pub(super) const SOURCE: &str = "x-sdk-source";

/// Schemas nested deeper than this are refused instead of walked.
pub(super) const MAX_DEPTH: usize = 160;

const ONE: &[&str] = &[
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedProperties",
    "unevaluatedItems",
    "additionalItems",
    "contentSchema",
    "x-sdk-extra",
];
const LIST: &[&str] = &["allOf", "anyOf", "oneOf", "prefixItems", "items"];
const MAP: &[&str] = &[
    "properties",
    "patternProperties",
    "dependentSchemas",
    "$defs",
    "definitions",
];

/// The pointer of `node`, reached as `key` below `parent`, in the document as it was given.
pub(super) fn place(parent: &str, key: &str, node: &Value) -> String {
    match node.get(SOURCE).and_then(Value::as_str) {
        Some(source) => source.to_owned(),
        None => pointer::join(parent, key),
    }
}

/// Calls `f` on each schema directly below `schema`.
pub(super) fn children(
    at: &str,
    schema: &mut Value,
    f: &mut dyn FnMut(&str, &mut Value) -> Outcome,
) -> Outcome {
    let Some(object) = schema.as_object_mut() else {
        return Ok(());
    };
    for (key, value) in object.iter_mut() {
        let below = pointer::join(at, key);
        if key == "x-sdk-union" {
            let variants = value.get_mut("variants").and_then(Value::as_array_mut);
            for variant in variants.into_iter().flatten() {
                if let Some(inner) = variant.get_mut("schema") {
                    f(&place(at, key, inner), inner)?;
                }
            }
            continue;
        }
        match value {
            Value::Array(list) if LIST.contains(&key.as_str()) => {
                for (index, inner) in list.iter_mut().enumerate() {
                    f(&place(&below, &index.to_string(), inner), inner)?;
                }
            }
            Value::Object(map) if MAP.contains(&key.as_str()) => {
                for (name, inner) in map.iter_mut() {
                    f(&place(&below, name, inner), inner)?;
                }
            }
            Value::Object(_) if ONE.contains(&key.as_str()) => {
                f(&place(at, key, value), value)?;
            }
            // `additionalProperties: false` and its kin are switches rather than schemas.
            Value::Bool(_) if ONE.contains(&key.as_str()) && !is_switch(key) => {
                f(&place(at, key, value), value)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether a key holds one schema.
pub(super) fn is_schema_key(key: &str) -> bool {
    key == "schema" || ONE.contains(&key)
}

/// Whether a key holds a list of schemas.
pub(super) fn is_schema_list(key: &str) -> bool {
    LIST.contains(&key)
}

/// Whether a key holds schemas by name.
pub(super) fn is_schema_map(key: &str) -> bool {
    MAP.contains(&key)
}

fn is_switch(key: &str) -> bool {
    matches!(
        key,
        "additionalProperties" | "additionalItems" | "unevaluatedProperties" | "unevaluatedItems"
    )
}

/// Calls `f` on every schema at or below `schema`, parents first.
pub(super) fn down(
    at: &str,
    schema: &mut Value,
    f: &mut dyn FnMut(&str, &mut Value) -> Outcome,
) -> Outcome {
    walk(at, schema, f, 0, true)
}

/// Calls `f` on every schema at or below `schema`, children first.
pub(super) fn up(
    at: &str,
    schema: &mut Value,
    f: &mut dyn FnMut(&str, &mut Value) -> Outcome,
) -> Outcome {
    walk(at, schema, f, 0, false)
}

fn walk(
    at: &str,
    schema: &mut Value,
    f: &mut dyn FnMut(&str, &mut Value) -> Outcome,
    depth: usize,
    parents_first: bool,
) -> Outcome {
    if depth > MAX_DEPTH {
        return Err(PassError::new(at, "schemas are nested too deep here")
            .with_help("name the inner schemas under `components.schemas`"));
    }
    if parents_first {
        f(at, schema)?;
    }
    children(at, schema, &mut |at, child| {
        walk(at, child, f, depth + 1, parents_first)
    })?;
    if !parents_first {
        f(at, schema)?;
    }
    Ok(())
}

/// Calls `f` on every schema that is not inside another one: named schemas, and those of
/// parameters, headers, bodies and responses.
pub(super) fn roots(
    document: &mut Value,
    f: &mut dyn FnMut(&str, &mut Value) -> Outcome,
) -> Outcome {
    if let Some(components) = document
        .get_mut("components")
        .and_then(Value::as_object_mut)
    {
        for (kind, entries) in components.iter_mut() {
            let below = pointer::join("/components", kind);
            let Some(entries) = entries.as_object_mut() else {
                continue;
            };
            for (name, entry) in entries.iter_mut() {
                let at = place(&below, name, entry);
                match kind.as_str() {
                    "schemas" => f(&at, entry)?,
                    "pathItems" => path_item(&at, entry, f)?,
                    _ => holder(&at, entry, f)?,
                }
            }
        }
    }
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for (path, item) in paths.iter_mut() {
            path_item(&place("/paths", path, item), item, f)?;
        }
    }
    let errors = document
        .get_mut("x-sdk-errors")
        .and_then(Value::as_array_mut);
    for (index, error) in errors.into_iter().flatten().enumerate() {
        f(&place("/x-sdk-errors", &index.to_string(), error), error)?;
    }
    Ok(())
}

fn path_item(
    at: &str,
    item: &mut Value,
    f: &mut dyn FnMut(&str, &mut Value) -> Outcome,
) -> Outcome {
    let Some(item) = item.as_object_mut() else {
        return Ok(());
    };
    if let Some(parameters) = item.get_mut("parameters") {
        holders(&pointer::join(at, "parameters"), parameters, f)?;
    }
    for method in METHODS {
        if let Some(operation) = item.get_mut(method) {
            operation_schemas(&place(at, method, operation), operation, f)?;
        }
    }
    Ok(())
}

/// Calls `f` on every root schema of one operation.
pub(super) fn operation_schemas(
    at: &str,
    operation: &mut Value,
    f: &mut dyn FnMut(&str, &mut Value) -> Outcome,
) -> Outcome {
    for key in ["parameters", "responses"] {
        if let Some(inner) = operation.get_mut(key) {
            holders(&pointer::join(at, key), inner, f)?;
        }
    }
    match operation.get_mut("requestBody") {
        Some(body) => holder(&place(at, "requestBody", body), body, f),
        None => Ok(()),
    }
}

/// A list or map of parameters, responses, headers.
fn holders(
    at: &str,
    holders: &mut Value,
    f: &mut dyn FnMut(&str, &mut Value) -> Outcome,
) -> Outcome {
    match holders {
        Value::Array(list) => {
            for (index, inner) in list.iter_mut().enumerate() {
                holder(&place(at, &index.to_string(), inner), inner, f)?;
            }
        }
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                holder(&place(at, key, inner), inner, f)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// What has a `schema`, `content` or `headers`: a parameter, header, body or response.
fn holder(at: &str, holder: &mut Value, f: &mut dyn FnMut(&str, &mut Value) -> Outcome) -> Outcome {
    let Some(holder) = holder.as_object_mut() else {
        return Ok(());
    };
    if let Some(schema) = holder.get_mut("schema") {
        f(&place(at, "schema", schema), schema)?;
    }
    if let Some(content) = holder.get_mut("content").and_then(Value::as_object_mut) {
        let below = pointer::join(at, "content");
        for (media_type, media) in content.iter_mut() {
            let at = place(&below, media_type, media);
            if let Some(schema) = media.get_mut("schema") {
                f(&place(&at, "schema", schema), schema)?;
            }
        }
    }
    match holder.get_mut("headers") {
        Some(headers) => holders(&pointer::join(at, "headers"), headers, f),
        None => Ok(()),
    }
}

/// Calls `f` on every schema of the document, children first.
pub(super) fn schemas(
    document: &mut Value,
    f: &mut dyn FnMut(&str, &mut Value) -> Outcome,
) -> Outcome {
    roots(document, &mut |at, root| up(at, root, f))
}

/// Calls `f` on every schema of the document, parents first.
pub(super) fn schemas_down(
    document: &mut Value,
    f: &mut dyn FnMut(&str, &mut Value) -> Outcome,
) -> Outcome {
    roots(document, &mut |at, root| down(at, root, f))
}

/// An operation while it is visited.
pub(super) struct Visit<'a> {
    /// Pointer of the operation in the document as it was given.
    pub(super) at: &'a str,
    /// Path template.
    pub(super) path: &'a str,
    /// HTTP method, lower case.
    pub(super) method: &'a str,
}

/// Calls `f` on every operation: paths in document order, methods in the order of [`METHODS`].
pub(super) fn operations(
    document: &mut Value,
    f: &mut dyn FnMut(&Visit<'_>, &mut Object) -> Outcome,
) -> Outcome {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return Ok(());
    };
    for (path, item) in paths.iter_mut() {
        let below = place("/paths", path, item);
        for method in METHODS {
            let Some(operation) = item.get_mut(method) else {
                continue;
            };
            let at = place(&below, method, operation);
            if let Some(operation) = operation.as_object_mut() {
                let visit = Visit {
                    at: &at,
                    path,
                    method,
                };
                f(&visit, operation)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
