//! `nullability`: one way to say that null is allowed, `x-sdk-nullable`, in place of `nullable`,
//! `null` among the types, `null` among the values, and a branch that is only `null`.
//!
//! Several types beside each other become a choice between schemas of one type each.

use serde_json::{Value, json};

use super::context::{Context, Outcome};
use super::schema::{self, flag, is_annotation, text};
use super::walk::{self, Object, SOURCE};

/// Marks a schema that allows null.
pub(super) const NULLABLE: &str = "x-sdk-nullable";

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    walk::schemas(document, &mut |at, schema| {
        if let Some(object) = schema.as_object_mut() {
            let nullable = [
                keyword(object),
                types(at, object),
                values(object),
                branches(object),
            ];
            if nullable.contains(&true) {
                object.insert(NULLABLE.to_owned(), Value::Bool(true));
            }
        }
        Ok(())
    })
}

fn keyword(schema: &mut Object) -> bool {
    schema.remove("nullable") == Some(Value::Bool(true))
}

fn types(at: &str, schema: &mut Object) -> bool {
    let mut names: Vec<String> = match schema.get("type") {
        Some(Value::String(name)) if name == "null" => vec![name.clone()],
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => return false,
    };
    schema.remove("type");
    let nullable = names.iter().any(|name| name == "null");
    names.retain(|name| name != "null");
    names.sort();
    names.dedup();
    if names.iter().any(|name| name == "number") {
        names.retain(|name| name != "integer");
    }
    match names.as_slice() {
        [] => {}
        [one] => {
            schema.insert("type".to_owned(), Value::from(one.as_str()));
        }
        _ => choice(at, schema, &names),
    }
    nullable
}

/// Splits a schema of several types into `anyOf`, each branch with the keywords of its type.
fn choice(at: &str, schema: &mut Object, types: &[String]) {
    let (kept, shape) = std::mem::take(schema)
        .into_iter()
        .partition::<Object, _>(|(key, _)| is_annotation(key) && keyword_type(key).is_none());
    let branches: Vec<Value> = types
        .iter()
        .map(|name| {
            let mut branch: Object = shape
                .iter()
                .filter(|(key, _)| keyword_type(key).is_none_or(|of| of == kind(name)))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            if let Some(values) = branch.get_mut("enum").and_then(Value::as_array_mut) {
                values.retain(|value| has_type(value, name));
                if values.is_empty() {
                    branch.remove("enum");
                }
            }
            branch.insert("type".to_owned(), Value::from(name.as_str()));
            branch.insert(SOURCE.to_owned(), Value::from(at));
            Value::Object(branch)
        })
        .collect();
    *schema = kept;
    schema.insert("anyOf".to_owned(), Value::Array(branches));
}

fn kind(name: &str) -> &str {
    if name == "integer" { "number" } else { name }
}

/// The type a keyword is about; `None` for keywords about all types.
fn keyword_type(key: &str) -> Option<&'static str> {
    Some(match key {
        "minLength" | "maxLength" | "pattern" | "format" | "contentEncoding"
        | "contentMediaType" => "string",
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => "number",
        "items" | "prefixItems" | "minItems" | "maxItems" | "uniqueItems" | "contains" => "array",
        "properties"
        | "required"
        | "additionalProperties"
        | "patternProperties"
        | "minProperties"
        | "maxProperties"
        | "propertyNames" => "object",
        _ => return None,
    })
}

/// Whether `value` is of the JSON type `name`.
pub(super) fn has_type(value: &Value, name: &str) -> bool {
    match name {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => false,
    }
}

fn values(schema: &mut Object) -> bool {
    let mut nullable = false;
    if schema.get("const").is_some_and(Value::is_null) {
        schema.remove("const");
        nullable = true;
    }
    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        let before = values.len();
        values.retain(|value| !value.is_null());
        nullable |= values.len() < before;
        if values.is_empty() {
            schema.remove("enum");
        }
    }
    nullable
}

fn branches(schema: &mut Object) -> bool {
    let mut nullable = false;
    for key in ["anyOf", "oneOf"] {
        let Some(Value::Array(mut list)) = schema.remove(key) else {
            continue;
        };
        let before = list.len();
        list.retain(|branch| !is_null(branch));
        nullable |= list.len() < before;
        for branch in &mut list {
            if flag(branch, NULLABLE) {
                nullable = true;
                if let Some(branch) = branch.as_object_mut() {
                    branch.remove(NULLABLE);
                }
            }
        }
        match list.len() {
            0 => {}
            1 => unwrap(schema, list),
            _ => {
                schema.insert(key.to_owned(), Value::Array(list));
            }
        }
    }
    nullable
}

/// A schema only null fits, after its own keywords were read.
fn is_null(schema: &Value) -> bool {
    flag(schema, NULLABLE) && schema::is_any(schema)
}

/// Puts the only branch of a choice among the `allOf`, where it is read as part of the schema.
fn unwrap(schema: &mut Object, mut list: Vec<Value>) {
    let alone = schema.keys().all(|key| is_annotation(key));
    match schema.get_mut("allOf").and_then(Value::as_array_mut) {
        Some(all) => all.append(&mut list),
        None if alone && text(&list[0], "$ref").is_some() => {
            schema.insert("$ref".to_owned(), list[0]["$ref"].clone());
            if let Some(branch) = list[0].as_object() {
                for (key, value) in branch {
                    schema.entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
        }
        None => {
            schema.insert("allOf".to_owned(), json!(list));
        }
    }
}
