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

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn check(content: Value, kind: &str, content_type: &str, schema: Value) {
        let mut document = json!({"paths": {"/a": {"get": {"requestBody": {"required": true, "content": content}}}}});
        run(&mut document, &mut Context::new()).unwrap();
        let operation = &document["paths"]["/a"]["get"];
        let expected = json!({"kind": kind, "content_type": content_type, "required": true});
        assert_eq!(operation["x-sdk-body"], expected);
        let media = if kind == "bytes" {
            "application/octet-stream"
        } else {
            "application/json"
        };
        assert_eq!(
            operation["requestBody"],
            json!({"required": true, "content": {media: {"schema": schema}}})
        );
    }

    #[test]
    fn a_body_is_sent_in_one_way() {
        let text = json!({"type": "string"});
        let bytes = json!({"type": "string", "format": "binary"});
        let with = |name: &str| json!({name: {"schema": text}});
        check(
            with("application/json"),
            "json",
            "application/json",
            text.clone(),
        );
        check(
            with("application/vnd.a+json"),
            "json",
            "application/vnd.a+json",
            text.clone(),
        );
        check(
            json!({"application/json": {}}),
            "json",
            "application/json",
            json!({}),
        );
        check(
            with("application/x-www-form-urlencoded"),
            "form",
            "application/x-www-form-urlencoded",
            text.clone(),
        );
        check(
            with("multipart/form-data"),
            "bytes",
            "multipart/form-data",
            bytes.clone(),
        );
        check(with("text/csv"), "bytes", "text/csv", bytes.clone());
        check(with("*/*"), "bytes", "application/octet-stream", bytes);
        check(
            json!({"*/*": {"schema": {"type": "object"}}}),
            "json",
            "application/json",
            json!({"type": "object"}),
        );
    }

    #[test]
    fn a_body_without_content_is_none() {
        testing::operation(run, &json!({"requestBody": {}}), &json!({}));
        testing::operation(run, &json!({"requestBody": {"content": {}}}), &json!({}));
    }

    #[test]
    fn other_ways_are_told() {
        let content = json!({"application/json": {}, "application/xml": {}});
        let document = json!({"paths": {"/a": {"post": {"requestBody": {"content": content}}}}});
        assert_eq!(
            testing::warnings(run, &document),
            ["/paths/~1a/post: the body can be sent in 2 ways; `application/json` is used"]
        );
    }
}
