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

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn check(before: Value, after: Value) {
        testing::schema(run, &before, &after);
    }

    #[test]
    fn every_spelling_of_null_becomes_one_mark() {
        let text = json!({"type": "string", "x-sdk-nullable": true});
        check(json!({"type": "string", "nullable": true}), text.clone());
        check(json!({"type": ["string", "null"]}), text.clone());
        check(json!({"type": ["null", "string"], "nullable": false}), text);
        check(
            json!({"type": "string", "enum": ["a", null]}),
            json!({"type": "string", "enum": ["a"], "x-sdk-nullable": true}),
        );
        let other = json!({"$ref": "#/components/schemas/B", "x-sdk-nullable": true});
        check(
            json!({"anyOf": [{"$ref": "#/components/schemas/B"}, {"type": "null"}]}),
            other.clone(),
        );
        check(
            json!({"oneOf": [{"enum": [null]}, {"$ref": "#/components/schemas/B"}]}),
            other.clone(),
        );
        check(
            json!({"oneOf": [{"const": null}, {"$ref": "#/components/schemas/B"}]}),
            other,
        );
    }

    #[test]
    fn only_null_is_any_json_that_may_be_null() {
        let any = json!({"x-sdk-nullable": true});
        for schema in [
            json!({"type": "null"}),
            json!({"type": ["null"]}),
            json!({"const": null}),
            json!({"enum": [null]}),
            json!({"anyOf": [{"type": "null"}]}),
        ] {
            check(schema, any.clone());
        }
    }

    #[test]
    fn one_type_in_a_list_is_that_type() {
        check(json!({"type": ["string"]}), json!({"type": "string"}));
        check(
            json!({"type": ["integer", "number"]}),
            json!({"type": "number"}),
        );
        check(
            json!({"type": "string", "nullable": false}),
            json!({"type": "string"}),
        );
    }

    #[test]
    fn several_types_become_a_choice_with_the_keywords_of_each() {
        check(
            json!({
                "type": ["string", "integer", "null"],
                "minLength": 1,
                "minimum": 2,
                "enum": ["a", 3, null],
                "description": "kept",
            }),
            json!({
                "anyOf": [
                    {"type": "integer", "minimum": 2, "enum": [3], "x-sdk-source": "/components/schemas/A"},
                    {"type": "string", "minLength": 1, "enum": ["a"], "x-sdk-source": "/components/schemas/A"},
                ],
                "description": "kept",
                "x-sdk-nullable": true,
            }),
        );
    }

    #[test]
    fn a_choice_loses_its_null_and_inherits_that_of_its_branches() {
        check(
            json!({"oneOf": [{"type": "string"}, {"type": ["integer", "null"]}]}),
            json!({"oneOf": [{"type": "string"}, {"type": "integer"}], "x-sdk-nullable": true}),
        );
        // One branch left, and fields beside it: both must hold.
        check(
            json!({"properties": {"a": {}}, "anyOf": [{"$ref": "#/components/schemas/B"}, {"type": "null"}]}),
            json!({
                "properties": {"a": {}},
                "allOf": [{"$ref": "#/components/schemas/B"}],
                "x-sdk-nullable": true,
            }),
        );
        check(
            json!({"allOf": [{"type": "object"}], "oneOf": [{"type": "object"}]}),
            json!({"allOf": [{"type": "object"}, {"type": "object"}]}),
        );
    }
}
