//! `auth`: how a call proves who makes it: the first scheme of the document a client can use.

use serde_json::{Value, json};

use super::context::{Context, Outcome};
use super::schema::text;

/// Runs the pass.
#[expect(clippy::unnecessary_wraps, reason = "all passes have one signature")]
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

/// Whether a text is a `token` of RFC 9110, which names of headers are.
fn is_token(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    text.chars().all(allowed)
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
        // A header of this name cannot be sent, and its constant would panic.
        ("apiKey", Some("header"), Some(name)) if !is_token(name) => None,
        ("apiKey", Some(place @ ("header" | "query")), Some(name)) => {
            Some(json!({"kind": place, "name": name}))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn check(document: Value, expected: Value) {
        let mut document = document;
        run(&mut document, &mut Context::new()).unwrap();
        assert_eq!(document["x-sdk-auth"], expected);
    }

    fn with(schemes: Value, security: Value) -> Value {
        json!({"security": security, "components": {"securitySchemes": schemes}})
    }

    #[test]
    fn each_kind_of_scheme_is_known() {
        let check =
            |scheme: Value, expected: Value| check(with(json!({"a": scheme}), json!([])), expected);
        check(
            json!({"type": "http", "scheme": "Bearer"}),
            json!({"kind": "bearer"}),
        );
        check(
            json!({"type": "http", "scheme": "basic"}),
            json!({"kind": "basic"}),
        );
        check(
            json!({"type": "http", "scheme": "digest"}),
            json!({"kind": "none"}),
        );
        check(
            json!({"type": "oauth2", "flows": {}}),
            json!({"kind": "bearer"}),
        );
        check(json!({"type": "openIdConnect"}), json!({"kind": "bearer"}));
        check(
            json!({"type": "apiKey", "in": "header", "name": "X-Key"}),
            json!({"kind": "header", "name": "X-Key"}),
        );
        check(
            json!({"type": "apiKey", "in": "header", "name": "X Api:Key"}),
            json!({"kind": "none"}),
        );
        check(
            json!({"type": "apiKey", "in": "query", "name": "key"}),
            json!({"kind": "query", "name": "key"}),
        );
        check(
            json!({"type": "apiKey", "in": "cookie", "name": "key"}),
            json!({"kind": "none"}),
        );
        check(
            json!({"type": "apiKey", "in": "header"}),
            json!({"kind": "none"}),
        );
        check(json!({}), json!({"kind": "none"}));
    }

    #[test]
    fn the_scheme_the_document_asks_for_comes_first() {
        let schemes = json!({
            "a": {"type": "http", "scheme": "basic"},
            "b": {"type": "http", "scheme": "bearer"},
            "c": {"type": "apiKey", "in": "cookie", "name": "s"},
        });
        check(
            with(schemes.clone(), json!([{"c": []}, {"b": []}])),
            json!({"kind": "bearer"}),
        );
        check(
            with(schemes.clone(), json!([{"gone": []}])),
            json!({"kind": "basic"}),
        );
        check(with(schemes, json!("odd")), json!({"kind": "basic"}));
        check(json!({}), json!({"kind": "none"}));
    }

    #[test]
    fn schemes_that_cannot_be_used_are_told() {
        let document = with(json!({"a": {"type": "mutualTLS"}}), json!([]));
        assert_eq!(testing::warnings(run, &document).len(), 1);
    }
}
