//! Parts of an `allOf` or choice that only narrow what another part says.

use serde_json::{Value, json};

use super::context::Outcome;
use super::docs;
use super::schema::{self, is_annotation, is_type, text};
use super::walk::Object;

/// When `parts` are one `$ref` and inline parts that only describe or limit fields the referred
/// schema already has: the `$ref`, with the limits told in words. Never for a schema that has a
/// name of its own.
pub(super) fn refinement(
    parts: &[Value],
    named: bool,
    component: &mut dyn FnMut(&str) -> Outcome<Value>,
) -> Outcome<Option<Object>> {
    let mut references = parts.iter().filter_map(schema::target);
    let (Some(name), None) = (references.next(), references.next()) else {
        return Ok(None);
    };
    if named {
        return Ok(None);
    }
    let base = component(&name)?;
    let mut refined = Object::new();
    refined.insert("$ref".to_owned(), Value::from(schema::reference(&name)));
    for part in parts.iter().filter(|part| schema::target(part).is_none()) {
        let Some(rules) = narrows(part, &base) else {
            return Ok(None);
        };
        for rule in rules {
            schema::add_rule(&mut refined, rule);
        }
    }
    Ok(Some(refined))
}

/// The limits `part` adds to fields of `base`, or `None` when it adds anything else.
fn narrows(part: &Value, base: &Value) -> Option<Vec<String>> {
    let part = part.as_object()?;
    let known = base.get("properties")?.as_object()?;
    let harmless = part.iter().all(|(key, value)| match key.as_str() {
        "type" => value == "object",
        "additionalProperties" => value.is_boolean(),
        "required" => value.as_array().is_some_and(|names| {
            let held = base.get("required").and_then(Value::as_array);
            names
                .iter()
                .all(|name| held.is_some_and(|held| held.contains(name)))
        }),
        "properties" => true,
        _ => is_annotation(key),
    });
    if !harmless {
        return None;
    }
    let mut rules = Vec::new();
    for (name, property) in part
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let same_shape = known.get(name).is_some_and(|held| {
            text(held, "type").is_some()
                && text(held, "type") == text(property, "type")
                && property.as_object().is_some_and(|property| {
                    property
                        .keys()
                        .all(|key| key == "type" || is_annotation(key))
                })
        });
        if !same_shape {
            return None;
        }
        let limits = docs::limits(property);
        if !limits.is_empty() {
            rules.push(format!("`{name}`: {}", limits.join(" ")));
        }
    }
    Some(rules)
}

/// When the alternatives of a choice do nothing but ask for fields: that in words.
pub(super) fn only_required(alternatives: &[Value], key: &str) -> Option<String> {
    let mut groups = Vec::new();
    for alternative in alternatives {
        let plain = alternative
            .as_object()?
            .keys()
            .all(|key| key == "required" || key == "type" || is_annotation(key));
        let typed = text(alternative, "type").is_none() || is_type(alternative, "object");
        if !plain || !typed {
            return None;
        }
        let empty = json!([]);
        let names: Vec<String> = alternative
            .get("required")
            .unwrap_or(&empty)
            .as_array()?
            .iter()
            .filter_map(Value::as_str)
            .map(|name| format!("`{name}`"))
            .collect();
        if !names.is_empty() {
            groups.push(names.join(" with "));
        }
    }
    let how = if key == "oneOf" {
        "Exactly one"
    } else {
        "At least one"
    };
    Some(format!("{how} must be given: {}.", groups.join(", ")))
}
