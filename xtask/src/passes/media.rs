//! What a media type means to a client.

use serde_json::Value;

use super::walk::Object;

/// How a body is read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Media {
    Json,
    Form,
    Multipart,
    EventStream,
    Text,
    Bytes,
}

/// The kind of a media type; parameters such as `charset` do not matter.
pub(super) fn kind(media_type: &str) -> Media {
    let bare = media_type.split(';').next().unwrap_or_default();
    match bare.trim().to_ascii_lowercase().as_str() {
        "application/json" | "text/json" | "application/*" => Media::Json,
        "application/x-www-form-urlencoded" => Media::Form,
        "text/event-stream" => Media::EventStream,
        // A stream of JSON values is not one JSON value.
        "application/x-ndjson" | "application/jsonl" | "application/json-seq" => Media::Bytes,
        other if other.ends_with("+json") => Media::Json,
        other if other.starts_with("multipart/") => Media::Multipart,
        other if other.starts_with("text/") => Media::Text,
        _ => Media::Bytes,
    }
}

/// Whether a media type stands for any.
pub(super) fn is_wildcard(media_type: &str) -> bool {
    media_type.trim() == "*/*" || media_type.trim() == "*"
}

/// The media type of `content` a client uses, with its schema: JSON if there is one, then in the
/// order of [`Media`]. Among equals the first in document order.
pub(super) fn preferred(content: &Object) -> Option<(Media, &str, Option<&Value>)> {
    content
        .iter()
        .map(|(name, media)| {
            let schema = media.get("schema");
            let structured = schema.is_some_and(|schema| {
                !super::schema::is_type(schema, "string") && !super::schema::is_any(schema)
            });
            let kind = if is_wildcard(name) && structured {
                Media::Json
            } else {
                kind(name)
            };
            (kind, name.as_str(), schema)
        })
        .min_by_key(|(kind, name, _)| (*kind, *name != "application/json"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn media_types_are_sorted_by_what_a_client_does_with_them() {
        let check = |name: &str, expected: Media| assert_eq!(kind(name), expected, "{name}");
        check("application/json", Media::Json);
        check("Application/JSON; charset=utf-8", Media::Json);
        check("application/problem+json", Media::Json);
        check("application/x-www-form-urlencoded", Media::Form);
        check("multipart/form-data", Media::Multipart);
        check("text/event-stream", Media::EventStream);
        check("text/plain; charset=utf-8", Media::Text);
        check("text/csv", Media::Text);
        check("application/x-ndjson", Media::Bytes);
        check("application/octet-stream", Media::Bytes);
        check("image/png", Media::Bytes);
        check("*/*", Media::Bytes);
        check("", Media::Bytes);
    }

    #[test]
    fn json_is_preferred_and_a_wildcard_with_structure_is_json() {
        let check = |content: Value, expected: Option<(Media, &str)>| {
            let content = content.as_object().cloned().unwrap();
            let found = preferred(&content).map(|(kind, name, _)| (kind, name));
            assert_eq!(found, expected);
        };
        check(json!({}), None);
        check(
            json!({"application/xml": {}, "application/json": {}, "application/hal+json": {}}),
            Some((Media::Json, "application/json")),
        );
        check(
            json!({"text/plain": {}, "multipart/form-data": {}}),
            Some((Media::Multipart, "multipart/form-data")),
        );
        check(
            json!({"*/*": {"schema": {"type": "object"}}}),
            Some((Media::Json, "*/*")),
        );
        check(
            json!({"*/*": {"schema": {"type": "string"}}}),
            Some((Media::Bytes, "*/*")),
        );
        check(json!({"*/*": {}}), Some((Media::Bytes, "*/*")));
    }
}
