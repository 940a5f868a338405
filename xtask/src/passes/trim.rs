//! `trim`: leaves out what has no part in a client: examples, links, tags, servers of single paths,
//! and components that were put in their places.

use serde_json::{Value, json};

use super::context::{Context, Outcome};
use super::walk::{self, METHODS, Object};

const ROOT: &[&str] = &[
    "openapi",
    "info",
    "servers",
    "paths",
    "components",
    "security",
    "x-sdk-auth",
    "x-sdk-errors",
];

const OPERATION: &[&str] = &[
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
    "x-sdk-team-path",
    "x-sdk-paging",
    "x-permission",
];

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    if let Some(root) = document.as_object_mut() {
        about(root);
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

/// Leaves title, version and addresses, as strings.
fn about(root: &mut Object) {
    let info = root.remove("info").unwrap_or_default();
    let text = |key: &str, fallback: &str| {
        let text = match info.get(key) {
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        if text.is_empty() {
            fallback.to_owned()
        } else {
            text
        }
    };
    let mut about = json!({"title": text("title", "API"), "version": text("version", "0")});
    let description = text("description", "");
    if !description.is_empty() {
        super::schema::mark(&mut about, "description", description);
    }
    root.insert("info".to_owned(), about);
    let servers = root.remove("servers");
    let servers: Vec<Value> = servers
        .iter()
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(|server| server.get("url").filter(|url| url.is_string()))
        .map(|url| json!({"url": url}))
        .collect();
    if !servers.is_empty() {
        root.insert("servers".to_owned(), Value::Array(servers));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn what_has_no_part_in_a_client_is_gone() {
        testing::document(
            run,
            &json!({
                "openapi": "3.1.0",
                "info": {"title": " T ", "version": 2, "license": {}},
                "servers": [{"url": "https://a.example", "variables": {}}, {"url": 7}, "x"],
                "tags": [],
                "externalDocs": {},
                "x-other": 1,
                "paths": {"/a": {"summary": "x", "servers": [], "get": {"operationId": "a", "servers": [], "security": []}}},
                "components": {"schemas": {"A": {}}, "responses": {}, "securitySchemes": {}, "examples": {}},
            }),
            &json!({
                "openapi": "3.1.0",
                "info": {"title": "T", "version": "2"},
                "servers": [{"url": "https://a.example"}],
                "paths": {"/a": {"get": {"operationId": "a"}}},
                "components": {"schemas": {"A": {}}, "securitySchemes": {}},
            }),
        );
    }

    #[test]
    fn a_document_says_its_title_and_version_in_any_case() {
        testing::document(
            run,
            &json!({"info": "odd", "servers": "odd"}),
            &json!({"info": {"title": "API", "version": "0"}, "components": {"schemas": {}}}),
        );
    }
}
