//! `conditionals`: takes away rules that relate fields to each other, which no Rust type holds, and
//! tells the simple ones in words.

use serde_json::Value;

use super::context::{Context, Outcome};
use super::schema::{self, add_rule};
use super::walk::{self, Object};

/// Keywords without a counterpart in OpenAPI 3.0 or in a Rust type.
const REMOVED: &[&str] = &[
    "if",
    "then",
    "else",
    "not",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "unevaluatedProperties",
    "unevaluatedItems",
    "additionalItems",
    "contains",
    "minContains",
    "maxContains",
    "propertyNames",
    "contentSchema",
    "$defs",
    "definitions",
    "$anchor",
    "$dynamicAnchor",
    "$vocabulary",
];

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    // Parents first: a condition is read before its own parts are taken away.
    walk::schemas_down(document, &mut |_, schema| {
        let Some(object) = schema.as_object_mut() else {
            return Ok(());
        };
        for rule in rules(object) {
            add_rule(object, rule);
        }
        object.retain(|key, _| !REMOVED.contains(&key.as_str()));
        Ok(())
    })
}

/// Marks what fits nothing, before `not` is gone.
fn rules(schema: &mut Object) -> Vec<String> {
    let mut rules = Vec::new();
    if schema.get("not").is_some_and(fits_everything) {
        schema.insert("x-sdk-never".to_owned(), Value::Bool(true));
    }
    rules.extend(schema.get("not").and_then(refusal));
    rules.extend(condition(schema));
    if let Some(dependent) = schema.get("dependentRequired").and_then(Value::as_object) {
        for (field, needed) in dependent {
            if let Some(needed) = list(needed) {
                rules.push(format!("With `{field}`, {needed} must be given too."));
            }
        }
    }
    rules
}

/// Whether any value fits: the schema neither shapes nor limits it.
fn fits_everything(schema: &Value) -> bool {
    let limits = |key: &String| schema::LIMITS.contains(&key.as_str()) && key != "default";
    schema::is_any(schema) && !schema.as_object().is_some_and(|it| it.keys().any(limits))
}

/// A `not` that names texts or a pattern and nothing else.
fn refusal(schema: &Value) -> Option<String> {
    let mut limits = schema.as_object()?.iter();
    let mut limits = limits
        .by_ref()
        .filter(|(key, value)| *key != walk::SOURCE && !(*key == "type" && *value == "string"));
    let (key, value) = limits.next()?;
    if limits.next().is_some() {
        return None;
    }
    match key.as_str() {
        "pattern" => Some(format!("Must not match `{}`.", value.as_str()?)),
        "const" => Some(format!("Must not be `{}`.", value.as_str()?)),
        "enum" => {
            let texts = value.as_array()?.iter();
            let texts: Option<Vec<_>> = texts
                .map(|it| Some(format!("`{}`", it.as_str()?)))
                .collect();
            Some(format!("Must be none of {}.", texts?.join(", ")))
        }
        _ => None,
    }
}

/// `if` and `then` that only ask for fields.
fn condition(schema: &Object) -> Option<String> {
    let then = required(schema.get("then")?)?;
    let condition = schema.get("if")?;
    if let Some(missing) = condition.get("not").and_then(required) {
        return Some(format!("Without {missing}, {then} must be given."));
    }
    required(condition).map(|given| format!("With {given}, {then} must be given too."))
}

/// The fields of a schema that says nothing but `required`.
fn required(schema: &Value) -> Option<String> {
    let plain = schema
        .as_object()?
        .keys()
        .all(|key| key == "required" || key == "type" || schema::is_annotation(key));
    plain.then(|| list(schema.get("required")?)).flatten()
}

fn list(names: &Value) -> Option<String> {
    let quoted: Vec<String> = names
        .as_array()?
        .iter()
        .filter_map(Value::as_str)
        .map(|name| format!("`{name}`"))
        .collect();
    match quoted.split_last()? {
        (last, []) => Some(last.clone()),
        (last, rest) => Some(format!("{} and {last}", rest.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use serde_json::json;

    fn check(before: Value, rules: &[&str]) {
        let mut document = json!({"components": {"schemas": {"A": before}}});
        run(&mut document, &mut Context::new()).unwrap();
        let schema = &document["components"]["schemas"]["A"];
        assert_eq!(
            schema.get("x-sdk-rules"),
            (!rules.is_empty()).then(|| json!(rules)).as_ref()
        );
        let left: Vec<&String> = schema
            .as_object()
            .unwrap()
            .keys()
            .filter(|key| REMOVED.contains(&key.as_str()))
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }

    #[test]
    fn simple_rules_are_told_in_words() {
        check(
            json!({"if": {"not": {"required": ["a"]}}, "then": {"required": ["b"]}}),
            &["Without `a`, `b` must be given."],
        );
        check(
            json!({"if": {"required": ["a"]}, "then": {"required": ["b", "c", "d"]}}),
            &["With `a`, `b`, `c` and `d` must be given too."],
        );
        check(
            json!({"dependentRequired": {"a": ["b"], "c": ["d", "e"]}}),
            &[
                "With `a`, `b` must be given too.",
                "With `c`, `d` and `e` must be given too.",
            ],
        );
    }

    #[test]
    fn other_rules_go_without_a_word() {
        check(
            json!({"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}}),
            &[],
        );
        check(
            json!({"if": {"required": ["a"]}, "then": {"properties": {"b": {}}}, "else": {}}),
            &[],
        );
        check(
            json!({"if": {"required": []}, "then": {"required": ["b"]}}),
            &[],
        );
        check(
            json!({"not": {"required": ["a"]}, "unevaluatedProperties": false}),
            &[],
        );
        check(
            json!({"dependentSchemas": {"a": {}}, "contains": {}, "propertyNames": {}}),
            &[],
        );
    }

    #[test]
    fn what_a_value_must_not_be_is_told_and_takes_nothing_away() {
        let field = |not: Value| json!({"type": "string", "maxLength": 9, "not": not});
        check(
            field(json!({"pattern": "^RUNPOD"})),
            &["Must not match `^RUNPOD`."],
        );
        check(
            field(json!({"type": "string", "enum": ["a", "b"]})),
            &["Must be none of `a`, `b`."],
        );
        check(field(json!({"const": "a"})), &["Must not be `a`."]);
        for not in [
            json!({"pattern": "^R", "minLength": 2}),
            json!({"maximum": 3}),
            json!({"const": 1}),
        ] {
            check(field(not), &[]);
        }
        testing::schema(
            run,
            &json!({"properties": {"a": field(json!({"minLength": 3}))}}),
            &json!({"properties": {"a": {"type": "string", "maxLength": 9}}}),
        );
    }

    #[test]
    fn what_fits_nothing_is_marked() {
        testing::schema(
            run,
            &json!({"properties": {"a": {"not": {}}}}),
            &json!({"properties": {"a": {"x-sdk-never": true}}}),
        );
    }
}
