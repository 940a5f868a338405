//! `literals`: values written as another type than their schema has are read as that type: the
//! numbers in a list of strings, the quoted numbers in a list of integers. YAML documents have both.

use serde_json::{Number, Value};

use super::context::{Context, Outcome};
use super::schema::text;
use super::walk;

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    walk::schemas(document, &mut |_, schema| {
        let Some(name) = text(schema, "type").map(str::to_owned) else {
            return Ok(());
        };
        let values = schema.get_mut("enum").and_then(Value::as_array_mut);
        for value in values.into_iter().flatten() {
            read_as(value, &name);
        }
        if let Some(default) = schema.get_mut("default") {
            read_as(default, &name);
        }
        Ok(())
    })
}

fn read_as(value: &mut Value, name: &str) {
    let read = match (name, &*value) {
        ("string", Value::Number(_) | Value::Bool(_)) => Some(Value::from(value.to_string())),
        ("integer" | "number", Value::String(text)) => {
            text.parse::<Number>().ok().map(Value::Number)
        }
        ("boolean", Value::String(text)) => text.parse::<bool>().ok().map(Value::Bool),
        _ => None,
    };
    if let Some(read) = read {
        *value = read;
    }
}
