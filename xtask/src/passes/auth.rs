//! `auth`: how a call proves who makes it: the first scheme of the document a client can use.

use serde_json::{Value, json};

use super::context::{Context, Outcome};
use super::schema::text;

/// Runs the pass.
pub(super) fn run(document: &mut Value, cx: &mut Context) -> Outcome {
    let schemes = document
        .pointer("/components/securitySchemes")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let required = required(document);
    let order = required
        .iter()
        .filter_map(|name| schemes.get(name))
        .chain(schemes.values());
    let found = order.clone().find_map(usable);
    if found.is_none() && !schemes.is_empty() {
        cx.warn(
            "/components/securitySchemes",
            "no scheme can be used by a client of this kind",
        );
    }
    if let Some(document) = document.as_object_mut() {
        let auth = found.unwrap_or_else(|| json!({"kind": "none"}));
        document.insert("x-sdk-auth".to_owned(), auth);
    }
    Ok(())
}

/// The names of the schemes the document asks for, in order.
fn required(document: &Value) -> Vec<String> {
    document
        .get("security")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .flat_map(|requirement| requirement.keys().cloned())
        .collect()
}

fn usable(scheme: &Value) -> Option<Value> {
    let name = text(scheme, "name").filter(|name| !name.is_empty());
    match (text(scheme, "type")?, text(scheme, "in"), name) {
        ("http", _, _) => match text(scheme, "scheme")?.to_ascii_lowercase().as_str() {
            "bearer" => Some(json!({"kind": "bearer"})),
            "basic" => Some(json!({"kind": "basic"})),
            _ => None,
        },
        ("oauth2" | "openIdConnect", _, _) => Some(json!({"kind": "bearer"})),
        ("apiKey", Some(place @ ("header" | "query")), Some(name)) => {
            Some(json!({"kind": place, "name": name}))
        }
        _ => None,
    }
}
