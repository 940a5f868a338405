//! Rewrites the schemas of a description so that a validator judges each object at one place.
//!
//! `unevaluatedProperties: false` beside `allOf` makes a validator call the valid keys of a failed
//! branch unknown too. Here every `allOf`, and every `$ref` with siblings, is merged into one
//! object schema, and `unevaluatedProperties` becomes `additionalProperties`. A plain `$ref` stays
//! one, pointing into `$defs`, so that schemas may refer to themselves.

use serde_json::{Map, Value, json};

const COMPONENTS: &str = "#/components/schemas/";
/// Where plain references point after flattening.
pub(crate) const DEFINITIONS: &str = "#/$defs/";

/// Keywords that say nothing about a value.
const ANNOTATIONS: [&str; 6] = [
    "description",
    "title",
    "default",
    "example",
    "examples",
    "deprecated",
];

/// Keywords that hold one schema.
const ONE_SCHEMA: [&str; 9] = [
    "items",
    "additionalProperties",
    "propertyNames",
    "contains",
    "not",
    "if",
    "then",
    "else",
    "unevaluatedItems",
];
/// Keywords that hold a list of schemas.
const SCHEMA_LIST: [&str; 3] = ["anyOf", "oneOf", "prefixItems"];
/// Keywords that hold schemas by name.
const SCHEMA_MAP: [&str; 3] = ["properties", "patternProperties", "dependentSchemas"];

/// Merges the schemas of one description.
pub(crate) struct Flattener<'a> {
    components: &'a Map<String, Value>,
}

impl<'a> Flattener<'a> {
    pub(crate) fn new(components: &'a Map<String, Value>) -> Self {
        Self { components }
    }

    /// All component schemas, flattened, for use as `$defs`.
    pub(crate) fn definitions(&self) -> Map<String, Value> {
        self.components
            .iter()
            .map(|(name, schema)| (name.clone(), self.schema(schema)))
            .collect()
    }

    /// One schema, flattened. A cycle of `allOf` alone, which nothing can satisfy, is cut.
    pub(crate) fn schema(&self, schema: &Value) -> Value {
        let Value::Object(object) = schema else {
            return schema.clone();
        };
        if let Some(name) = plain_reference(object) {
            return json!({ "$ref": format!("{DEFINITIONS}{name}") });
        }
        let mut merged = Map::new();
        self.merge_into(&mut merged, object, &mut Vec::new());
        if merged.remove("unevaluatedProperties") == Some(Value::Bool(false)) {
            merged.insert("additionalProperties".into(), Value::Bool(false));
        }
        Value::Object(merged)
    }

    /// Adds all that `object` demands, in its branches and references too.
    fn merge_into(
        &self,
        merged: &mut Map<String, Value>,
        object: &Map<String, Value>,
        path: &mut Vec<&'a str>,
    ) {
        if let Some(name) = referenced(object)
            && let Some((name, Value::Object(target))) = self.components.get_key_value(name)
            && !path.contains(&name.as_str())
        {
            path.push(name);
            self.merge_into(merged, target, path);
            path.pop();
        }
        if let Some(Value::Array(branches)) = object.get("allOf") {
            for branch in branches.iter().filter_map(Value::as_object) {
                self.merge_into(merged, branch, path);
            }
        }
        self.merge_condition(merged, object);
        for (key, value) in object {
            match key.as_str() {
                "$ref" | "allOf" | "if" | "then" | "else" => {}
                key if key.starts_with("x-") || ANNOTATIONS.contains(&key) => {}
                "required" => extend_list(merged, key, value),
                // Shapes that a value may have are not said to exclude each other: one that has two of
                // them is as good as one that has one.
                "oneOf" => {
                    merged.insert("anyOf".to_owned(), self.inside(key, value));
                }
                key if SCHEMA_MAP.contains(&key) => self.extend_map(merged, key, value),
                key => {
                    merged.insert(key.to_owned(), self.inside(key, value));
                }
            }
        }
    }

    /// Conditions are kept apart from each other: one object can hold one `if` only.
    fn merge_condition(&self, merged: &mut Map<String, Value>, object: &Map<String, Value>) {
        let condition: Map<String, Value> = ["if", "then", "else"]
            .into_iter()
            .filter_map(|key| Some((key.to_owned(), self.inside(key, object.get(key)?))))
            .collect();
        if condition.contains_key("if") {
            let conditions = merged.entry("allOf").or_insert_with(|| json!([]));
            if let Some(conditions) = conditions.as_array_mut() {
                conditions.push(Value::Object(condition));
            }
        }
    }

    fn extend_map(&self, merged: &mut Map<String, Value>, key: &str, value: &Value) {
        let entry = merged.entry(key).or_insert_with(|| json!({}));
        let (Some(into), Value::Object(from)) = (entry.as_object_mut(), value) else {
            return;
        };
        for (name, schema) in from {
            let schema = self.schema(schema);
            let both = match into.remove(name) {
                // Both branches speak of this key: both count.
                Some(earlier) if earlier != schema => json!({ "allOf": [earlier, schema] }),
                Some(_) | None => schema,
            };
            into.insert(name.clone(), both);
        }
    }

    /// The value of a keyword, with the schemas inside flattened.
    fn inside(&self, key: &str, value: &Value) -> Value {
        match value {
            Value::Array(list) if SCHEMA_LIST.contains(&key) => {
                Value::Array(list.iter().map(|schema| self.schema(schema)).collect())
            }
            schema if ONE_SCHEMA.contains(&key) => self.schema(schema),
            other => other.clone(),
        }
    }
}

fn extend_list(merged: &mut Map<String, Value>, key: &str, value: &Value) {
    let entry = merged.entry(key).or_insert_with(|| json!([]));
    if let (Some(into), Value::Array(from)) = (entry.as_array_mut(), value) {
        into.extend(
            from.iter()
                .filter(|item| !into.contains(item))
                .cloned()
                .collect::<Vec<_>>(),
        );
    }
}

fn referenced(object: &Map<String, Value>) -> Option<&str> {
    object.get("$ref")?.as_str()?.strip_prefix(COMPONENTS)
}

/// The schema that is referred to, if the reference stands alone.
fn plain_reference(object: &Map<String, Value>) -> Option<&str> {
    let alone = object
        .keys()
        .all(|key| key == "$ref" || key.starts_with("x-") || ANNOTATIONS.contains(&key.as_str()));
    alone.then(|| referenced(object)).flatten()
}

/// Names of the definitions that a flattened schema needs, directly or through others.
pub(crate) fn reachable(schema: &Value, definitions: &Map<String, Value>) -> Map<String, Value> {
    let mut found = Map::new();
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(object) => {
                let name = object.get("$ref").and_then(Value::as_str);
                if let Some(name) = name.and_then(|name| name.strip_prefix(DEFINITIONS))
                    && !found.contains_key(name)
                    && let Some(definition) = definitions.get(name)
                {
                    found.insert(name.to_owned(), definition.clone());
                    open.push(definition);
                }
                open.extend(object.values());
            }
            Value::Array(list) => open.extend(list),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn components() -> Value {
        json!({
            "Base": { "type": "object", "properties": { "a": { "type": "string" } }, "required": ["a"] },
            "Closed": {
                "allOf": [
                    { "$ref": "#/components/schemas/Base" },
                    { "properties": { "b": { "$ref": "#/components/schemas/Base" } }, "required": ["b", "a"] }
                ],
                "unevaluatedProperties": false,
                "if": { "not": { "required": ["b"] } },
                "then": { "required": ["a"] }
            },
            "Beside": { "$ref": "#/components/schemas/Base", "unevaluatedProperties": false },
            "Noted": { "$ref": "#/components/schemas/Base", "description": "text", "default": 1 },
            "Cycle": { "allOf": [{ "$ref": "#/components/schemas/Cycle" }], "type": "object" },
            "Tree": { "type": "object", "properties": { "child": { "$ref": "#/components/schemas/Tree" } } }
        })
    }

    #[test]
    fn branches_become_one_object() {
        let components = components();
        let flattener = Flattener::new(components.as_object().unwrap());
        let definitions = flattener.definitions();
        let check = |name: &str, expected: Value| assert_eq!(definitions[name], expected, "{name}");
        check(
            "Closed",
            json!({
                "type": "object",
                "properties": { "a": { "type": "string" }, "b": { "$ref": "#/$defs/Base" } },
                "required": ["a", "b"],
                "additionalProperties": false,
                "allOf": [{ "if": { "not": { "required": ["b"] } }, "then": { "required": ["a"] } }]
            }),
        );
        check(
            "Beside",
            json!({
                "type": "object",
                "properties": { "a": { "type": "string" } },
                "required": ["a"],
                "additionalProperties": false
            }),
        );
        check("Noted", json!({ "$ref": "#/$defs/Base" }));
        check("Cycle", json!({ "type": "object" }));
    }

    #[test]
    fn only_reachable_definitions_are_kept_and_cycles_end() {
        let components = components();
        let definitions = Flattener::new(components.as_object().unwrap()).definitions();
        let names = |schema: Value| {
            reachable(&schema, &definitions)
                .keys()
                .cloned()
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(names(json!({ "$ref": "#/$defs/Closed" })), "Base Closed");
        assert_eq!(
            names(json!({ "items": { "$ref": "#/$defs/Tree" } })),
            "Tree"
        );
        assert_eq!(names(json!({ "type": "string" })), "");
    }
}
