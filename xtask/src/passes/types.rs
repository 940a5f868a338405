//! `types`: writes the `type` that the other keywords of a schema imply, and takes away keywords
//! that belong to another type.

use serde_json::Value;

use super::context::{Context, Outcome};
use super::nullability::has_type;
use super::walk::{self, Object};

/// Keywords that imply a type, in the order in which they are asked.
const IMPLIED: [(&str, &[&str]); 4] = [
    (
        "object",
        &[
            "properties",
            "additionalProperties",
            "patternProperties",
            "minProperties",
            "maxProperties",
            "propertyNames",
        ],
    ),
    (
        "array",
        &[
            "items",
            "prefixItems",
            "minItems",
            "maxItems",
            "uniqueItems",
        ],
    ),
    (
        "string",
        &["pattern", "minLength", "maxLength", "contentEncoding"],
    ),
    (
        "number",
        &[
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        ],
    ),
];

/// Runs the pass.
pub(super) fn run(document: &mut Value, cx: &mut Context) -> Outcome {
    walk::schemas(document, &mut |at, schema| {
        if let Some(object) = schema.as_object_mut() {
            match object
                .get("type")
                .and_then(Value::as_str)
                .map(str::to_owned)
            {
                Some(name) => stray(at, &name, object, cx),
                None => imply(object),
            }
        }
        Ok(())
    })
}

fn imply(schema: &mut Object) {
    if schema.contains_key("$ref") {
        return;
    }
    let name = from_values(schema).or_else(|| {
        IMPLIED
            .iter()
            .find(|(_, keys)| keys.iter().any(|key| schema.contains_key(*key)))
            .map(|(name, _)| *name)
    });
    if let Some(name) = name {
        schema.insert("type".to_owned(), Value::from(name));
    }
}

fn from_values(schema: &Object) -> Option<&'static str> {
    let values = schema.get("enum")?.as_array()?;
    ["string", "boolean", "integer", "number"]
        .into_iter()
        .find(|name| values.iter().all(|value| has_type(value, name)))
}

/// Drops the shape keywords of other types: `items` on an object says nothing.
fn stray(at: &str, name: &str, schema: &mut Object, cx: &mut Context) {
    for (owner, keys) in IMPLIED.iter().take(2) {
        if *owner == name {
            continue;
        }
        for key in *keys {
            if schema.remove(*key).is_some() {
                cx.warn(
                    at,
                    format!("`{key}` says nothing about a value of type {name}: dropped"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use serde_json::json;

    #[test]
    fn a_missing_type_is_read_from_the_keywords() {
        let check = |before: Value, name: &str| {
            let mut after = before.clone();
            after["type"] = json!(name);
            testing::schema(run, &before, &after);
        };
        check(json!({"properties": {}}), "object");
        check(json!({"additionalProperties": false}), "object");
        check(json!({"items": {}}), "array");
        check(json!({"minItems": 1}), "array");
        check(json!({"pattern": "a"}), "string");
        check(json!({"minimum": 1}), "number");
        check(json!({"enum": ["a", "b"]}), "string");
        check(json!({"enum": [1, 2]}), "integer");
        check(json!({"enum": [1, 2.5]}), "number");
        check(json!({"enum": [true]}), "boolean");
    }

    #[test]
    fn nothing_is_guessed_without_a_sign() {
        for schema in [
            json!({}),
            json!({"description": "x"}),
            json!({"required": ["a"]}),
            json!({"enum": [1, "a"]}),
            json!({"$ref": "#/components/schemas/B", "minimum": 1}),
            json!({"format": "date-time"}),
        ] {
            testing::schema(run, &schema, &schema);
        }
    }

    #[test]
    fn keywords_of_another_type_are_dropped() {
        let document = json!({"components": {"schemas": {"A": {"type": "object", "items": {}}}}});
        assert_eq!(
            testing::warnings(run, &document),
            ["/components/schemas/A: `items` says nothing about a value of type object: dropped"]
        );
        testing::schema(
            run,
            &json!({"type": "string", "properties": {"a": {}}, "minLength": 1}),
            &json!({"type": "string", "minLength": 1}),
        );
    }
}
