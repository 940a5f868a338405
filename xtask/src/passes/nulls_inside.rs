//! `nulls_inside`: a field can be absent or null, but the items of a list, the values of a map and a
//! whole answer are either there or not. Where one of them may be null, it is read as any JSON, so
//! that a null never makes an answer unreadable.

use serde_json::{Value, json};

use super::context::{Context, Outcome};
use super::nullability::NULLABLE;
use super::objects::EXTRA;
use super::schema::flag;
use super::walk::{self, SOURCE};

/// Runs the pass.
pub(super) fn run(document: &mut Value, cx: &mut Context) -> Outcome {
    walk::schemas(document, &mut |at, schema| {
        for key in ["items", "additionalProperties", EXTRA] {
            if let Some(inner) = schema.get_mut(key) {
                open(at, inner, cx);
            }
        }
        Ok(())
    })?;
    walk::operations(document, &mut |visit, operation| {
        let responses = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        for (_, response) in responses.into_iter().flatten() {
            let content = response.get_mut("content").and_then(Value::as_object_mut);
            for (_, media) in content.into_iter().flatten() {
                if let Some(schema) = media.get_mut("schema") {
                    open(visit.at, schema, cx);
                }
            }
        }
        Ok(())
    })
}

fn open(at: &str, inner: &mut Value, cx: &mut Context) {
    if !flag(inner, NULLABLE) {
        return;
    }
    let any = inner.get("$ref").is_none() && inner.get("type").is_none();
    if !any {
        cx.warn(at, "null may stand inside: read as any JSON");
    }
    *inner = match inner.get(SOURCE) {
        Some(source) => json!({SOURCE: source}),
        None => json!({}),
    };
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn null_inside_a_list_or_map_makes_it_any_json() {
        let nullable = json!({"type": "string", "x-sdk-nullable": true, "x-sdk-source": "/s"});
        let before = json!({
            "type": "object",
            "properties": {
                "field": nullable,
                "list": {"type": "array", "items": nullable},
                "map": {"type": "object", "additionalProperties": nullable},
            },
            "x-sdk-extra": {"$ref": "#/components/schemas/A", "x-sdk-nullable": true},
        });
        let mut after = before.clone();
        after["properties"]["list"]["items"] = json!({"x-sdk-source": "/s"});
        after["properties"]["map"]["additionalProperties"] = json!({"x-sdk-source": "/s"});
        after["x-sdk-extra"] = json!({});
        testing::schema(run, &before, &after);
        let document = json!({"components": {"schemas": {"A": before}}});
        assert_eq!(testing::warnings(run, &document).len(), 3);
    }

    #[test]
    fn an_answer_that_may_be_null_is_any_json() {
        let with = |schema: Value| json!({"responses": {"200": {"content": {"application/json": {"schema": schema}}}}});
        testing::operation(
            run,
            &with(json!({"$ref": "#/components/schemas/A", "x-sdk-nullable": true})),
            &with(json!({})),
        );
        let plain = with(json!({"$ref": "#/components/schemas/A"}));
        testing::operation(run, &plain, &plain);
    }
}
