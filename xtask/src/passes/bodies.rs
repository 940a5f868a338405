//! `bodies`: leaves one media type for each request body, and says how it is sent.

use serde_json::{Value, json};

use super::context::{Context, Outcome};
use super::media::{self, Media};
use super::schema::{self, flag};
use super::walk::{self, Object, Visit};

/// Runs the pass.
pub(super) fn run(document: &mut Value, cx: &mut Context) -> Outcome {
    walk::operations(document, &mut |visit, operation| {
        if let Some(body) = operation.remove("requestBody") {
            lower(visit, operation, &body, cx);
        }
        Ok(())
    })
}

fn lower(visit: &Visit<'_>, operation: &mut Object, body: &Value, cx: &mut Context) {
    let Some(content) = body.get("content").and_then(Value::as_object) else {
        return;
    };
    let Some((media, name, schema)) = media::preferred(content) else {
        return;
    };
    if content.len() > 1 {
        cx.warn(
            visit.at,
            format!(
                "the body can be sent in {} ways; `{name}` is used",
                content.len()
            ),
        );
    }
    let required = flag(body, "required");
    let kind = match media {
        Media::Json => "json",
        Media::Form => "form",
        Media::Multipart | Media::EventStream | Media::Text | Media::Bytes => "bytes",
    };
    let content_type = if media::is_wildcard(name) {
        if media == Media::Json {
            "application/json"
        } else {
            "application/octet-stream"
        }
    } else {
        name
    };
    let content = if kind == "bytes" {
        json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}})
    } else {
        let schema = schema.cloned().unwrap_or_else(|| json!({}));
        json!({"application/json": {"schema": schema}})
    };
    let mut lowered = json!({"required": required, "content": content});
    if let Some(description) = schema::text(body, "description") {
        schema::mark(&mut lowered, "description", description);
    }
    operation.insert("requestBody".to_owned(), lowered);
    operation.insert(
        "x-sdk-body".to_owned(),
        json!({"kind": kind, "content_type": content_type, "required": required}),
    );
}
