//! `docs`: writes the doc comment of every type, field, parameter and operation: the description,
//! fit for rustdoc, then the limits of the value in words.

use serde_json::Value;

use super::context::{Context, Outcome};
use super::hoist::needs_name;
use super::rustdoc::escape;
use super::schema::{self, flag, text};
use super::walk::{self, Object};

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    let mut schemas = schema::named(document);
    for schema in schemas.values_mut() {
        let Some(object) = schema.as_object_mut() else {
            continue;
        };
        describe(object, &[]);
        let properties = object.get_mut("properties").and_then(Value::as_object_mut);
        for (_, property) in properties.into_iter().flatten() {
            if let Some(property) = property.as_object_mut() {
                describe(property, &[]);
            }
        }
        for list in ["/x-sdk-enum", "/x-sdk-union/variants"] {
            let variants = schema.pointer_mut(list).and_then(Value::as_array_mut);
            for variant in variants.into_iter().flatten() {
                describe_variant(variant);
            }
        }
    }
    schema::put_named(document, schemas);
    walk::operations(document, &mut |_, operation| {
        describe_operation(operation);
        Ok(())
    })
}

/// Replaces `description` by the text for rustdoc, with the limits of `value`, or of the schema
/// itself, below it.
fn describe(schema: &mut Object, more: &[String]) {
    let whole = Value::Object(schema.clone());
    let description = text(&whole, "description")
        .or_else(|| text(&whole, "title"))
        .map(escape)
        .unwrap_or_default();
    let mut notes = limits(&whole);
    notes.extend(more.iter().cloned());
    if flag(&whole, "readOnly") {
        notes.push("Read only.".to_owned());
    }
    if flag(&whole, "writeOnly") {
        notes.push("Write only.".to_owned());
    }
    let parts: Vec<String> = [description, notes.join(" ")]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    schema.remove("description");
    if !parts.is_empty() {
        schema.insert("description".to_owned(), Value::from(parts.join("\n\n")));
    }
}

fn describe_variant(variant: &mut Value) {
    let inner = variant.get("schema").cloned().unwrap_or_default();
    let doc = text(variant, "doc")
        .or_else(|| text(&inner, "description"))
        .map(escape);
    let notes = if needs_name(&inner) {
        Vec::new()
    } else {
        limits(&inner)
    };
    let parts: Vec<String> = doc
        .into_iter()
        .chain([notes.join(" ")])
        .filter(|part| !part.is_empty())
        .collect();
    if !parts.is_empty() {
        schema::mark(variant, "doc", parts.join("\n\n"));
    }
}

fn describe_operation(operation: &mut Object) {
    let part = |key: &str| {
        let text = operation
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .trim();
        text.to_owned()
    };
    let (summary, description) = (part("summary"), part("description"));
    let parts: Vec<String> = if description.starts_with(&summary) {
        vec![description]
    } else {
        vec![summary, description]
    };
    let mut parts: Vec<String> = parts
        .iter()
        .map(|part| escape(part))
        .filter(|part| !part.is_empty())
        .collect();
    if let Some(Value::String(permission)) = operation.remove("x-permission") {
        parts.push(format!("Needs the permission {}.", code(&permission)));
    }
    operation.remove("summary");
    operation.remove("description");
    if !parts.is_empty() {
        operation.insert("description".to_owned(), Value::from(parts.join("\n\n")));
    }
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        let schema = parameter.get("schema").cloned().unwrap_or_default();
        if let Some(parameter) = parameter.as_object_mut() {
            if let Some(fallback) = schema.get("description") {
                parameter
                    .entry("description")
                    .or_insert_with(|| fallback.clone());
            }
            describe(parameter, &limits(&schema));
        }
    }
}

/// What a schema says about its values, a sentence each.
pub(super) fn limits(schema: &Value) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    notes.extend(range(schema));
    notes.extend(number(schema, "multipleOf").map(|step| format!("A multiple of {step}.")));
    notes.extend(count(schema, "minLength", "maxLength", "character"));
    notes.extend(count(schema, "minItems", "maxItems", "item"));
    notes.extend(count(schema, "minProperties", "maxProperties", "field"));
    if flag(schema, "uniqueItems") {
        notes.push("No item twice.".to_owned());
    }
    notes.extend(text(schema, "pattern").map(|pattern| format!("Pattern: {}.", code(pattern))));
    let rules = schema.get("x-sdk-rules").and_then(Value::as_array);
    notes.extend(
        rules
            .into_iter()
            .flatten()
            .filter_map(|rule| rule.as_str().map(str::to_owned)),
    );
    if let Some(default) = schema.get("default") {
        let shown = match default {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        notes.push(format!("Default: {}.", code(&shown)));
    }
    for (key, what) in [
        ("items", "Each item"),
        ("additionalProperties", "Each value"),
    ] {
        let inner = schema.get(key).filter(|inner| inner.get("$ref").is_none());
        let inner = inner.map(limits).unwrap_or_default();
        if !inner.is_empty() {
            notes.push(format!("{what}: {}", inner.join(" ")));
        }
    }
    notes
}

/// Inline code, whatever it holds.
fn code(text: &str) -> String {
    let shown: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if shown.is_empty() {
        return "empty".to_owned();
    }
    let longest = shown
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let pad = if shown.starts_with('`') || shown.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{shown}{pad}{fence}")
}

fn number(schema: &Value, key: &str) -> Option<String> {
    match schema.get(key) {
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    }
}

/// The smallest and largest number, in the spelling of 3.0 or of 3.1.
fn range(schema: &Value) -> Option<String> {
    let bound = |plain: &str, exclusive: &str| match number(schema, exclusive) {
        Some(limit) => Some((limit, true)),
        None => number(schema, plain).map(|limit| (limit, flag(schema, exclusive))),
    };
    let low = bound("minimum", "exclusiveMinimum");
    let high = bound("maximum", "exclusiveMaximum");
    Some(match (low, high) {
        (None, None) => return None,
        (Some((low, false)), Some((high, false))) => format!("Range: {low} to {high}."),
        (Some((low, false)), None) => format!("At least {low}."),
        (None, Some((high, false))) => format!("At most {high}."),
        (Some((low, true)), None) => format!("More than {low}."),
        (None, Some((high, true))) => format!("Less than {high}."),
        (low, high) => {
            let low = low.map(|(limit, open)| {
                format!("{} {limit}", if open { "more than" } else { "at least" })
            });
            let high = high.map(|(limit, open)| {
                format!("{} {limit}", if open { "less than" } else { "at most" })
            });
            let both: Vec<String> = low.into_iter().chain(high).collect();
            format!("Range: {}.", both.join(", "))
        }
    })
}

fn count(schema: &Value, least: &str, most: &str, what: &str) -> Option<String> {
    let plural = |number: &str| {
        if number == "1" {
            what.to_owned()
        } else {
            format!("{what}s")
        }
    };
    Some(match (number(schema, least), number(schema, most)) {
        (None, None) => return None,
        (Some(low), Some(high)) if low == high => format!("Exactly {low} {}.", plural(&low)),
        (Some(low), Some(high)) => format!("{low} to {high} {}.", plural(&high)),
        (Some(low), None) => format!("At least {low} {}.", plural(&low)),
        (None, Some(high)) => format!("At most {high} {}.", plural(&high)),
    })
}

#[cfg(test)]
mod tests;
