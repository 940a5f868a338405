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
