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

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_read_as_the_type_of_their_schema() {
        let check = |before: Value, after: Value| testing::schema(run, &before, &after);
        check(
            json!({"type": "string", "enum": [1, 2.5, true, "a"], "default": 1}),
            json!({"type": "string", "enum": ["1", "2.5", "true", "a"], "default": "1"}),
        );
        check(
            json!({"type": "integer", "enum": ["1", "x", 2], "default": "1"}),
            json!({"type": "integer", "enum": [1, "x", 2], "default": 1}),
        );
        check(
            json!({"type": "number", "default": "1.50"}),
            json!({"type": "number", "default": 1.5}),
        );
        check(
            json!({"type": "boolean", "default": "false"}),
            json!({"type": "boolean", "default": false}),
        );
        check(
            json!({"type": "boolean", "default": "no"}),
            json!({"type": "boolean", "default": "no"}),
        );
        check(json!({"enum": [1, "a"]}), json!({"enum": [1, "a"]}));
        check(
            json!({"type": "array", "default": "a"}),
            json!({"type": "array", "default": "a"}),
        );
    }
}
