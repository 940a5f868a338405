//! `required`: says of each field whether its key must be there. `x-sdk-required` keeps what the
//! document asks for; a field that may be null is taken out of `required`, so that it becomes an
//! option. A field only the server writes is not asked of a caller, one only a caller writes not of
//! the server.

use serde_json::Value;

use super::context::{Context, Outcome};
use super::nullability::NULLABLE;
use super::schema::{self, flag};

/// Runs the pass.
#[expect(clippy::unnecessary_wraps, reason = "all passes have one signature")]
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    let mut schemas = schema::named(document);
    for schema in schemas.values_mut() {
        let sent = flag(schema, "x-sdk-request");
        let received = flag(schema, "x-sdk-response");
        let required: Vec<String> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect();
        let mut kept = Vec::new();
        let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
            continue;
        };
        for name in &required {
            let Some(property) = properties.get_mut(name) else {
                continue;
            };
            let one_way =
                (sent && flag(property, "readOnly")) || (received && flag(property, "writeOnly"));
            if one_way || kept.contains(name) {
                continue;
            }
            schema::mark(property, "x-sdk-required", true);
            if !flag(property, NULLABLE) {
                kept.push(name.clone());
            }
        }
        if let Some(schema) = schema.as_object_mut() {
            schema.remove("required");
            if !kept.is_empty() {
                schema.insert("required".to_owned(), Value::from(kept));
            }
        }
    }
    schema::put_named(document, schemas);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use serde_json::json;

    #[test]
    fn what_may_be_null_or_goes_one_way_is_not_asked_for() {
        let check = |marks: &[&str], property: Value, must_be_there: bool, kept: bool| {
            let mut before = json!({"properties": {"a": property}, "required": ["a", "a", "gone"]});
            for mark in marks {
                before[*mark] = json!(true);
            }
            let mut after = before.clone();
            after.as_object_mut().unwrap().remove("required");
            if must_be_there {
                after["properties"]["a"]["x-sdk-required"] = json!(true);
            }
            if kept {
                after["required"] = json!(["a"]);
            }
            testing::schema(run, &before, &after);
        };
        let (sent, received) = ("x-sdk-request", "x-sdk-response");
        check(&[sent], json!({}), true, true);
        check(
            &[sent, received],
            json!({"x-sdk-nullable": true}),
            true,
            false,
        );
        check(&[sent, received], json!({"readOnly": true}), false, false);
        check(&[received], json!({"readOnly": true}), true, true);
        check(&[sent], json!({"writeOnly": true}), true, true);
        check(&[sent, received], json!({"writeOnly": true}), false, false);
    }
}
