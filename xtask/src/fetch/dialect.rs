//! Documents that share nothing: their references resolved, their spelling that of OpenAPI 3.1, the twins
//! for a team folded.

use crate::passes::{self, METHODS, Outcome};
use serde_json::{Value, json};

/// Brings a document of that dialect into the form of all others. Whether it was one.
pub(super) fn resolve(document: &mut Value) -> Outcome<bool> {
    let found = shares_nothing(document);
    if found {
        passes::resolve(document)?;
        if let Some(paths) = document.get_mut("paths") {
            spell(paths);
        }
        document["openapi"] = json!("3.1.0");
    }
    Ok(found)
}

/// Methods that are references, answers with a schema of their own.
fn shares_nothing(document: &Value) -> bool {
    let items = document.get("paths").and_then(Value::as_object);
    let mut operations = items
        .into_iter()
        .flatten()
        .flat_map(|(_, item)| METHODS.iter().filter_map(|method| item.get(method)));
    operations.any(|operation| {
        let responses = operation.get("responses").and_then(Value::as_object);
        let mut responses = responses.into_iter().flatten();
        operation.get("$ref").is_some() || responses.any(|(_, it)| it.get("schema").is_some())
    })
}

/// Null as OpenAPI 3.1 spells it.
fn spell(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if map.get("nullable") == Some(&Value::Bool(true))
                && let Some(Value::String(name)) = map.get("type").cloned()
            {
                map.remove("nullable");
                map.insert("type".to_owned(), json!([name, "null"]));
            }
            map.values_mut().for_each(spell);
        }
        Value::Array(list) => list.iter_mut().for_each(spell),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
