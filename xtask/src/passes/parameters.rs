//! `parameters`: leaves the parameters a caller gives, each with a schema. What is sent as JSON text
//! is marked so.

use serde_json::{Value, json};

use super::context::{Context, Outcome};
use super::media::{self, Media};
use super::schema::{self, flag, text};
use super::walk::{self, SOURCE, Visit};

/// Runs the pass.
pub(super) fn run(document: &mut Value, cx: &mut Context) -> Outcome {
    walk::operations(document, &mut |visit, operation| {
        let Some(Value::Array(list)) = operation.remove("parameters") else {
            return Ok(());
        };
        let kept: Vec<Value> = list
            .into_iter()
            .filter(|parameter| !is_ignored(visit, parameter, cx))
            .map(|parameter| lower(visit, &parameter))
            .collect();
        if !kept.is_empty() {
            operation.insert("parameters".to_owned(), Value::Array(kept));
        }
        Ok(())
    })
}

/// Whether a parameter is none of the caller's business.
fn is_ignored(visit: &Visit<'_>, parameter: &Value, cx: &mut Context) -> bool {
    let name = text(parameter, "name").unwrap_or_default();
    match text(parameter, "in") {
        Some("cookie") => {
            cx.warn(
                visit.at,
                format!("cookie `{name}` is left out: cookies are not sent"),
            );
            true
        }
        // OpenAPI says that these are described elsewhere.
        Some("header") => ["accept", "content-type", "authorization"]
            .contains(&name.to_ascii_lowercase().as_str()),
        _ => false,
    }
}

fn lower(visit: &Visit<'_>, parameter: &Value) -> Value {
    let place = text(parameter, "in").unwrap_or("query");
    let (schema, is_json) = value_schema(parameter);
    let mut lowered = json!({
        "name": text(parameter, "name").unwrap_or_default(),
        "in": place,
        "required": place == "path" || flag(parameter, "required"),
        "schema": schema,
        SOURCE: text(parameter, SOURCE).unwrap_or(visit.at),
    });
    for key in [
        "description",
        "deprecated",
        "style",
        "explode",
        "x-sdk-secret",
    ] {
        if let Some(value) = parameter.get(key) {
            schema::mark(&mut lowered, key, value.clone());
        }
    }
    if is_json {
        schema::mark(&mut lowered, "style", "json");
    }
    lowered
}

/// The schema of a parameter, and whether it is sent as JSON text.
fn value_schema(parameter: &Value) -> (Value, bool) {
    if let Some(schema) = parameter.get("schema") {
        return (schema.clone(), false);
    }
    let content = parameter.get("content").and_then(Value::as_object);
    match content.and_then(media::preferred) {
        Some((Media::Json, _, schema)) => (schema.cloned().unwrap_or_else(|| json!({})), true),
        _ => (json!({"type": "string"}), false),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn only_what_a_caller_gives_is_left() {
        testing::operation(
            run,
            &json!({"parameters": [
                {"name": "id", "in": "path", "schema": {"type": "string"}, "example": "x", "description": "d"},
                {"name": "session", "in": "cookie"},
                {"name": "Accept", "in": "header"},
                {"name": "content-type", "in": "header"},
                {"name": "AUTHORIZATION", "in": "header"},
                {"name": "q", "in": "query", "style": "form", "explode": false, "deprecated": true, "required": true},
            ]}),
            &json!({"parameters": [
                {
                    "name": "id", "in": "path", "required": true, "schema": {"type": "string"},
                    "description": "d", "x-sdk-source": "/paths/~1a/get",
                },
                {
                    "name": "q", "in": "query", "required": true, "schema": {"type": "string"}, "style": "form",
                    "explode": false, "deprecated": true, "x-sdk-source": "/paths/~1a/get",
                },
            ]}),
        );
        testing::operation(
            run,
            &json!({"parameters": [{"name": "s", "in": "cookie"}]}),
            &json!({}),
        );
    }

    #[test]
    fn a_parameter_with_content_is_json_text_or_text() {
        let check = |content: Value, style: Option<&str>, schema: Value| {
            let parameter = json!({"name": "q", "in": "query", "content": content});
            let mut document = json!({"paths": {"/a": {"get": {"parameters": [parameter]}}}});
            run(&mut document, &mut Context::new()).unwrap();
            let found = &document["paths"]["/a"]["get"]["parameters"][0];
            assert_eq!(
                (found["style"].as_str(), &found["schema"]),
                (style, &schema)
            );
        };
        check(
            json!({"application/json": {"schema": {"type": "object"}}}),
            Some("json"),
            json!({"type": "object"}),
        );
        check(json!({"application/json": {}}), Some("json"), json!({}));
        check(
            json!({"text/plain": {"schema": {"type": "integer"}}}),
            None,
            json!({"type": "string"}),
        );
        check(json!({}), None, json!({"type": "string"}));
    }
}
