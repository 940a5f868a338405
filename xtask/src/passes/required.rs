//! `required`: says of each field whether its key must be there. `x-sdk-required` keeps what the
//! document asks for; a field that may be null is taken out of `required`, so that it becomes an
//! option. A field only the server writes is not asked of a caller, one only a caller writes not of
//! the server.

use serde_json::Value;

use super::context::{Context, Outcome};
use super::nullability::NULLABLE;
use super::schema::{self, flag};

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    let mut schemas = schema::named(document);
    for schema in schemas.values_mut() {
        let sent = flag(schema, "x-sdk-request");
        let received = flag(schema, "x-sdk-response");
        let required: Vec<String> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect();
        let mut kept = Vec::new();
        let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
            continue;
        };
        for name in &required {
            let Some(property) = properties.get_mut(name) else {
                continue;
            };
            let one_way =
                (sent && flag(property, "readOnly")) || (received && flag(property, "writeOnly"));
            if one_way || kept.contains(name) {
                continue;
            }
            schema::mark(property, "x-sdk-required", true);
            if !flag(property, NULLABLE) {
                kept.push(name.clone());
            }
        }
        // Only a field that must be there can be filled in with the one value it takes.
        for (name, property) in properties.iter_mut() {
            if let Some(property) = property.as_object_mut().filter(|_| !kept.contains(name)) {
                property.remove("x-sdk-const");
            }
        }
        if let Some(schema) = schema.as_object_mut() {
            schema.remove("required");
            if !kept.is_empty() {
                schema.insert("required".to_owned(), Value::from(kept));
            }
        }
    }
    schema::put_named(document, schemas);
    Ok(())
}
