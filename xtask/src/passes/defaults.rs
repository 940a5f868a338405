//! `defaults`: drops a default that does not fit its own schema, so that it is not told as one.

use serde_json::Value;

use super::alternatives::enum_values;
use super::context::{Context, Outcome};
use super::nullability::NULLABLE;
use super::schema::{self, Schemas, flag, text};
use super::walk;

/// Runs the pass.
pub(super) fn run(document: &mut Value, cx: &mut Context) -> Outcome {
    let schemas = schema::named(document);
    walk::schemas(document, &mut |at, schema| {
        let Some(default) = schema.get("default") else {
            return Ok(());
        };
        if !fits(default, schema, &schemas) {
            cx.warn(
                at,
                format!("the default `{default}` does not fit its own schema: dropped"),
            );
            if let Some(object) = schema.as_object_mut() {
                object.remove("default");
            }
        }
        Ok(())
    })
}

/// Whether a value has the type of a schema. A list is looked into, an object is not.
fn fits(value: &Value, schema: &Value, schemas: &Schemas) -> bool {
    if value.is_null() {
        return flag(schema, NULLABLE) || text(schema, "type").is_none();
    }
    let resolved = match schema::target(schema) {
        Some(name) => match schemas.get(&name) {
            Some(schema) => schema,
            None => return false,
        },
        None => schema,
    };
    if resolved.get("x-sdk-enum").is_some() {
        return value
            .as_str()
            .is_some_and(|value| enum_values(resolved).iter().any(|known| known == value));
    }
    if resolved.get("x-sdk-union").is_some() {
        return true;
    }
    match text(resolved, "type") {
        Some("array") => value.as_array().is_some_and(|list| {
            let items = resolved.get("items").unwrap_or(&Value::Null);
            list.iter().all(|item| fits(item, items, schemas))
        }),
        // 1.0 is an integer as well as 1.
        Some("integer") => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        Some(name) => super::nullability::has_type(value, name),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use serde_json::json;

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table of cases")]
    fn a_default_that_fits_stays_and_any_other_goes() {
        let check = |mut schema: Value, default: Value, fits: bool| {
            schema["default"] = default.clone();
            let document = json!({"components": {"schemas": {
                "A": {"properties": {"a": schema}},
                "Level": {"type": "string", "x-sdk-enum": [{"value": "LOW"}]},
                "Thing": {"type": "object", "properties": {}},
                "Union": {"type": "object", "x-sdk-union": {"variants": []}},
            }}});
            assert_eq!(
                testing::warnings(run, &document).is_empty(),
                fits,
                "{schema}"
            );
        };
        check(json!({"type": "string"}), json!("a"), true);
        check(json!({"type": "string"}), json!(1), false);
        check(json!({"type": "integer"}), json!(1.0), true);
        check(json!({"type": "integer"}), json!(1.5), false);
        check(json!({"type": "number"}), json!(1), true);
        check(json!({"type": "boolean"}), json!("true"), false);
        check(
            json!({"type": "array", "items": {"type": "string"}}),
            json!(["a"]),
            true,
        );
        check(
            json!({"type": "array", "items": {"type": "string"}}),
            json!([1]),
            false,
        );
        check(
            json!({"type": "array", "items": {"type": "string"}}),
            json!("8888/http"),
            false,
        );
        check(
            json!({"type": "object", "additionalProperties": {}}),
            json!({"a": 1}),
            true,
        );
        check(
            json!({"type": "object", "additionalProperties": {}}),
            json!([]),
            false,
        );
        check(json!({}), json!([1]), true);
        check(json!({"type": "string"}), json!(null), false);
        check(
            json!({"type": "string", "x-sdk-nullable": true}),
            json!(null),
            true,
        );
        check(
            json!({"$ref": "#/components/schemas/Level"}),
            json!("LOW"),
            true,
        );
        check(
            json!({"$ref": "#/components/schemas/Level"}),
            json!("HIGH"),
            false,
        );
        check(
            json!({"$ref": "#/components/schemas/Thing"}),
            json!({}),
            true,
        );
        check(
            json!({"$ref": "#/components/schemas/Thing"}),
            json!("x"),
            false,
        );
        check(
            json!({"$ref": "#/components/schemas/Union"}),
            json!("x"),
            true,
        );
    }
}
