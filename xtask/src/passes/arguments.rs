//! `arguments`: puts `required` in the order in which a constructor asks for its arguments, which take
//! no names in Rust: `new("hub", "me", "s3cret")` must read as one would write it by itself.
//!
//! Where the overlay states the order, with `x-sdk-arguments`, it holds. Elsewhere it is that of
//! `required` in the document, but what a thing is called comes first, and what is secret last.

use serde_json::Value;

use super::context::{Context, Outcome};
use super::schema::flag;
use super::walk::{self, Object};

/// The order that an overlay states, as keys on the wire.
const ARGUMENTS: &str = "x-sdk-arguments";

/// What things are called, in the order in which that is said.
const NAMES: &[&str] = &["id", "name", "username"];

/// Runs the pass.
pub(super) fn run(document: &mut Value, cx: &mut Context) -> Outcome {
    walk::schemas(document, &mut |at, schema| {
        if let Some(object) = schema.as_object_mut() {
            order(at, object, cx);
        }
        Ok(())
    })
}

fn order(at: &str, schema: &mut Object, cx: &mut Context) {
    let stated = schema.remove(ARGUMENTS).map(|stated| texts(&stated));
    let Some(mut required) = schema.get("required").map(texts) else {
        if stated.is_some() {
            cx.warn(at, format!("`{ARGUMENTS}` orders what nothing requires"));
        }
        return;
    };
    let stated = stated.unwrap_or_default();
    let surplus = stated.iter().find(|key| !required.contains(key));
    let missing = required.iter().find(|key| !stated.contains(key));
    match (surplus, missing) {
        (Some(key), _) => cx.warn(
            at,
            format!("`{ARGUMENTS}` names `{key}`, which is not required"),
        ),
        (None, Some(key)) if !stated.is_empty() => {
            cx.warn(
                at,
                format!("`{ARGUMENTS}` does not name `{key}`, which is required"),
            );
        }
        (None, _) => {}
    }
    // Stable: what has the same rank stays in the order of the document.
    required.sort_by_key(|key| {
        let place = stated.iter().position(|it| it == key);
        (place.unwrap_or(stated.len()), rank(schema, key))
    });
    schema.insert("required".to_owned(), Value::from(required));
}

/// What comes first where nothing is stated.
fn rank(schema: &Object, key: &str) -> usize {
    let property = schema.get("properties").and_then(|all| all.get(key));
    if property.is_some_and(|it| flag(it, "x-sdk-secret")) {
        return NAMES.len() + 1;
    }
    let name = NAMES.iter().position(|name| *name == key);
    name.unwrap_or(NAMES.len())
}

fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use serde_json::json;

    fn schema(required: &Value, stated: Option<&Value>) -> Value {
        let mut properties = Object::new();
        for key in texts(required) {
            let secret = matches!(key.as_str(), "password" | "token");
            let property = if secret {
                json!({"type": "string", "x-sdk-secret": true})
            } else {
                json!({"type": "string"})
            };
            properties.insert(key, property);
        }
        let mut schema = json!({"properties": properties, "required": required});
        if let Some(stated) = stated {
            schema[ARGUMENTS] = stated.clone();
        }
        schema
    }

    #[test]
    fn names_come_first_secrets_last_and_the_rest_as_the_document_has_it() {
        let check = |before: Value, after: Value| {
            let properties = schema(&before, None)["properties"].clone();
            let after = json!({"properties": properties, "required": after});
            testing::schema(run, &schema(&before, None), &after);
        };
        check(
            json!(["password", "name", "username"]),
            json!(["name", "username", "password"]),
        );
        check(
            json!(["token", "size", "dataCenter", "name", "id"]),
            json!(["id", "name", "size", "dataCenter", "token"]),
        );
        check(json!(["z", "a", "m"]), json!(["z", "a", "m"]));
    }

    #[test]
    fn what_the_overlay_states_holds() {
        let required = json!(["password", "b", "name"]);
        let stated = json!(["b", "password", "name"]);
        let before = schema(&required, Some(&stated));
        let after = json!({"properties": before["properties"], "required": stated});
        testing::schema(run, &before, &after);
    }

    #[test]
    fn an_order_that_does_not_fit_what_is_required_is_told() {
        let check = |stated: Value, told: &str| {
            let schema = schema(&json!(["a", "b"]), Some(&stated));
            let document = json!({"components": {"schemas": {"A": schema}}});
            let warnings = testing::warnings(run, &document);
            assert_eq!(
                warnings,
                [format!("/components/schemas/A: `{ARGUMENTS}` {told}")]
            );
        };
        check(json!(["a", "b", "c"]), "names `c`, which is not required");
        check(json!(["b"]), "does not name `a`, which is required");
    }
}
