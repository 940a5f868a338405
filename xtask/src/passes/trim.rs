//! `trim`: leaves out what has no part in a client: examples, links, tags, servers of single paths,
//! and components that were put in their places.

use serde_json::{Value, json};

use super::context::{Context, Outcome};
use super::walk::{self, METHODS};

const ROOT: [&str; 8] = [
    "openapi",
    "info",
    "servers",
    "paths",
    "components",
    "security",
    "x-sdk-auth",
    "x-sdk-errors",
];

const OPERATION: [&str; 14] = [
    "operationId",
    "summary",
    "description",
    "deprecated",
    "tags",
    "parameters",
    "requestBody",
    "responses",
    "x-sdk-source",
    "x-sdk-group",
    "x-sdk-method",
    "x-sdk-repeatable",
    "x-sdk-body",
    "x-sdk-success",
];

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    if let Some(root) = document.as_object_mut() {
        root.retain(|key, _| ROOT.contains(&key.as_str()));
        // The schemas of a document without any are an empty list, not a missing one.
        root.entry("components").or_insert_with(|| json!({}));
    }
    if let Some(components) = document
        .get_mut("components")
        .and_then(Value::as_object_mut)
    {
        components.retain(|key, _| matches!(key.as_str(), "schemas" | "securitySchemes"));
        components.entry("schemas").or_insert_with(|| json!({}));
    }
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for (_, item) in paths.iter_mut() {
            if let Some(item) = item.as_object_mut() {
                item.retain(|key, _| METHODS.contains(&key.as_str()));
            }
        }
    }
    walk::operations(document, &mut |_, operation| {
        operation.retain(|key, _| OPERATION.contains(&key.as_str()));
        Ok(())
    })
}
