//! `check`: makes sure that what comes out is the normal form. A finding is a gap in the passes
//! before, told as an error with the place instead of a failure further down.

use serde_json::Value;

use super::context::{Context, Outcome, PassError};
use super::names;
use super::schema::{self, Schemas, text};
use super::walk::{self, MAX_DEPTH, SOURCE};

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    let schemas = schema::named(document);
    for (name, schema) in &schemas {
        let source = schema::source(schema);
        named(name, schema, &schemas).map_err(|what| gap(&source, &what))?;
    }
    walk::operations(document, &mut |visit, operation| {
        for key in ["operationId", "x-sdk-group", "x-sdk-method"] {
            let name = operation
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default();
            if names::field_name(name) != name {
                return Err(gap(visit.at, &format!("`{key}` is `{name}`")));
            }
        }
        let parameters = operation.get("parameters").and_then(Value::as_array);
        for parameter in parameters.into_iter().flatten() {
            let at = text(parameter, SOURCE).unwrap_or(visit.at);
            let schema = parameter.get("schema").unwrap_or(&Value::Null);
            value(schema, &schemas, 0).map_err(|what| gap(at, &what))?;
        }
        let mut copy = Value::Object(operation.clone());
        copy.as_object_mut().map(|copy| copy.remove("parameters"));
        walk::operation_schemas(visit.at, &mut copy, &mut |at, schema| {
            if text(schema, "format") == Some("binary") {
                return Ok(());
            }
            value(schema, &schemas, 0).map_err(|what| gap(at, &what))
        })
    })
}

fn gap(at: &str, what: &str) -> PassError {
    PassError::new(at, format!("this cannot be represented: {what}"))
}

fn named(name: &str, schema: &Value, schemas: &Schemas) -> Result<(), String> {
    if names::type_name(name) != name && syn::parse_str::<syn::Ident>(name).is_err() {
        return Err(format!("`{name}` is no type name"));
    }
    if schema.get("x-sdk-enum").is_some() {
        return (text(schema, "type") == Some("string"))
            .then_some(())
            .ok_or_else(|| "an enum".to_owned());
    }
    if let Some(variants) = schema
        .pointer("/x-sdk-union/variants")
        .and_then(Value::as_array)
    {
        return variants.iter().try_for_each(|variant| {
            value(variant.get("schema").unwrap_or(&Value::Null), schemas, 0)
        });
    }
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return Err("a named schema that is no struct, enum or union".to_owned());
    };
    properties
        .values()
        .try_for_each(|property| value(property, schemas, 0))
}

fn value(schema: &Value, schemas: &Schemas, depth: usize) -> Result<(), String> {
    let Some(object) = schema.as_object() else {
        return Err("a schema that is no object".to_owned());
    };
    if depth > MAX_DEPTH {
        return Err("a schema nested too deep".to_owned());
    }
    if let Some(reference) = object.get("$ref") {
        let known = schema::target(schema).is_some_and(|name| schemas.contains_key(&name));
        return if known {
            Ok(())
        } else {
            Err(format!("the reference {reference}"))
        };
    }
    for key in [
        "oneOf",
        "anyOf",
        "allOf",
        "enum",
        "properties",
        "x-sdk-union",
        "x-sdk-enum",
    ] {
        if object.contains_key(key) {
            return Err(format!("an inline `{key}`"));
        }
    }
    let inner = |key: &str| object.get(key).ok_or_else(|| format!("no `{key}`"));
    match text(schema, "type") {
        None | Some("string" | "integer" | "number" | "boolean") => Ok(()),
        Some("array") => value(inner("items")?, schemas, depth + 1),
        Some("object") => value(inner("additionalProperties")?, schemas, depth + 1),
        Some(other) => Err(format!("the type `{other}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use serde_json::json;

    fn with(name: &str, schema: &Value) -> Value {
        json!({"components": {"schemas": {name: schema, "Known": {"type": "object", "properties": {}}}}})
    }

    #[test]
    fn the_normal_form_is_let_through() {
        for schema in [
            json!({"type": "object", "properties": {
                "a": {"type": "string"},
                "b": {"type": "array", "items": {"type": "object", "additionalProperties": {}}},
                "c": {"$ref": "#/components/schemas/Known"},
            }}),
            json!({"type": "string", "x-sdk-enum": []}),
            json!({"type": "object", "x-sdk-union": {"variants": [{"schema": {"type": "string"}}]}}),
        ] {
            let document = with("A", &schema);
            testing::document(run, &document, &document);
        }
    }

    #[test]
    fn whatever_is_left_over_is_an_error_at_its_place() {
        let check = |name: &str, mut schema: Value| {
            schema[SOURCE] = json!("/place");
            assert_eq!(
                testing::error(run, &with(name, &schema)).pointer,
                "/place",
                "{schema}"
            );
        };
        let field = |inner: Value| json!({"type": "object", "properties": {"a": inner}});
        check("A", json!({"type": "string"}));
        check("A", json!({"type": "integer", "x-sdk-enum": []}));
        check("a b", field(json!({})));
        check("A", field(json!({"$ref": "#/components/schemas/Gone"})));
        check("A", field(json!({"oneOf": []})));
        check("A", field(json!({"type": "object", "properties": {}})));
        check("A", field(json!({"type": "array"})));
        check("A", field(json!({"type": "object"})));
        check("A", field(json!({"type": "file"})));
        check("A", field(json!("odd")));
        check(
            "A",
            json!({"type": "object", "x-sdk-union": {"variants": [{}]}}),
        );
    }

    #[test]
    fn operations_are_checked_too() {
        let check = |operation: Value| {
            let error = testing::error(run, &json!({"paths": {"/a": {"get": operation}}}));
            assert!(error.pointer.starts_with("/paths/~1a/get"), "{error}");
        };
        check(json!({"operationId": "not snake", "x-sdk-group": "a", "x-sdk-method": "a"}));
        check(json!({"operationId": "a", "x-sdk-group": "a"}));
        let named = |key: &str, part: Value| {
            let mut operation =
                json!({"operationId": "a", "x-sdk-group": "a", "x-sdk-method": "a"});
            operation[key] = part;
            operation
        };
        check(named(
            "parameters",
            json!([{"name": "p", "schema": {"anyOf": []}}]),
        ));
        let content = json!({"content": {"application/json": {"schema": {"allOf": []}}}});
        check(named("requestBody", content.clone()));
        check(named("responses", json!({"200": content})));
    }
}
