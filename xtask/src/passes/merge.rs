//! Putting two schemas that both hold into one, keyword by keyword.

use serde_json::{Value, json};

use super::schema::{add_rule, is_annotation, text};
use super::walk::{Object, SOURCE};

/// Adds the keywords of `part` to `whole`. `Err` says why no value can fit both.
///
/// Where both describe a property, it becomes an `allOf` for the caller to flatten. Of two
/// descriptions, titles or defaults the later one wins.
pub(super) fn merge(whole: &mut Object, part: Object) -> Result<(), String> {
    for (key, value) in part {
        let Some(held) = whole.get_mut(&key) else {
            whole.insert(key, value);
            continue;
        };
        if *held == value {
            continue;
        }
        match key.as_str() {
            "type" => *held = common_type(held, &value)?,
            "properties" | "patternProperties" => properties(held, value),
            "required" | "x-sdk-rules" => union(held, value),
            "enum" => intersect(held, &value)?,
            "items" => *held = both(held.take(), value),
            "additionalProperties" => additional(held, value),
            "minimum" | "minLength" | "minItems" | "minProperties" => pick(held, value, f64::gt),
            "maximum" | "maxLength" | "maxItems" | "maxProperties" => pick(held, value, f64::lt),
            "exclusiveMinimum" => exclusive(held, value, f64::gt),
            "exclusiveMaximum" => exclusive(held, value, f64::lt),
            "uniqueItems" => *held = Value::Bool(true),
            "pattern" => {
                let rule = format!("Pattern: `{}`.", value.as_str().unwrap_or_default());
                add_rule(whole, rule);
            }
            "oneOf" | "anyOf" => choice(whole, &key, value)?,
            "discriminator" | "format" | "multipleOf" | "prefixItems" => {}
            _ => *held = value,
        }
    }
    Ok(())
}

fn common_type(held: &Value, other: &Value) -> Result<Value, String> {
    match (held.as_str(), other.as_str()) {
        (Some("integer"), Some("number")) | (Some("number"), Some("integer")) => {
            Ok(Value::from("integer"))
        }
        _ => Err(format!("no value is {held} and {other}")),
    }
}

fn properties(held: &mut Value, other: Value) {
    let (Some(held), Value::Object(other)) = (held.as_object_mut(), other) else {
        return;
    };
    for (name, schema) in other {
        let merged = match held.remove(&name) {
            Some(known) => both(known, schema),
            None => schema,
        };
        held.insert(name, merged);
    }
}

/// A schema for what fits `first` and `second`.
fn both(first: Value, second: Value) -> Value {
    if shape(&first) == shape(&second) {
        let (Value::Object(mut first), Value::Object(second)) = (first, second) else {
            return json!({});
        };
        // The shapes are equal: only annotations and limits are left to merge.
        return match merge(&mut first, second) {
            Ok(()) => Value::Object(first),
            Err(_) => json!({}),
        };
    }
    let source = text(&second, SOURCE)
        .or(text(&first, SOURCE))
        .map(str::to_owned);
    let mut merged = json!({"allOf": [first, second]});
    if let (Some(source), Some(merged)) = (source, merged.as_object_mut()) {
        merged.insert(SOURCE.to_owned(), Value::from(source));
    }
    merged
}

/// The keywords that shape the Rust type, at this level.
fn shape(schema: &Value) -> Vec<(&String, &Value)> {
    schema
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| !is_annotation(key))
        .collect()
}

fn union(held: &mut Value, other: Value) {
    if let (Some(held), Value::Array(other)) = (held.as_array_mut(), other) {
        for value in other {
            if !held.contains(&value) {
                held.push(value);
            }
        }
    }
}

fn intersect(held: &mut Value, other: &Value) -> Result<(), String> {
    let (Some(held), Some(other)) = (held.as_array_mut(), other.as_array()) else {
        return Ok(());
    };
    held.retain(|value| other.contains(value));
    if held.is_empty() {
        return Err("no value is in both lists of values".to_owned());
    }
    Ok(())
}

/// A schema for further fields beats a switch, and "allowed" beats "not allowed": a closed branch
/// of an `allOf` would forbid the fields of all others, which nobody means.
fn additional(held: &mut Value, other: Value) {
    match (&*held, &other) {
        (Value::Object(_), Value::Object(_)) => *held = both(held.take(), other),
        (Value::Bool(_), Value::Object(_)) | (Value::Bool(false), Value::Bool(true)) => {
            *held = other;
        }
        _ => {}
    }
}

fn pick(held: &mut Value, other: Value, stricter: fn(&f64, &f64) -> bool) {
    if let (Some(old), Some(new)) = (held.as_f64(), other.as_f64())
        && stricter(&new, &old)
    {
        *held = other;
    }
}

fn exclusive(held: &mut Value, other: Value, stricter: fn(&f64, &f64) -> bool) {
    if held.is_boolean() || other.is_boolean() {
        *held = Value::Bool(*held != Value::Bool(false) || other != Value::Bool(false));
    } else {
        pick(held, other, stricter);
    }
}

/// Two choices that both hold stand beside each other as `oneOf` and `anyOf`.
fn choice(whole: &mut Object, key: &str, value: Value) -> Result<(), String> {
    let other = if key == "oneOf" { "anyOf" } else { "oneOf" };
    if whole.contains_key(other) {
        return Err("too many choices hold at once".to_owned());
    }
    whole.insert(other.to_owned(), value);
    Ok(())
}

#[cfg(test)]
mod tests;
