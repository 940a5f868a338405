//! No field is any JSON unless the overlay says so: a type that got lost on the way would go unnoticed.

use crate::passes::PassError;
use crate::pointer;
use crate::syntax::model::{Model, Property, Shape, Type};

/// Compares what is untyped with what the overlay marks as such.
pub(super) fn check(model: &Model) -> Result<(), PassError> {
    for def in model.types.values() {
        let Shape::Object(object) = &def.shape else {
            continue;
        };
        for property in &object.properties {
            let at = pointer::join(
                &pointer::join(&def.source, "properties"),
                &property.json_name,
            );
            wrong(property).map_or(Ok(()), |(what, help)| {
                Err(PassError::new(at, what).with_help(help))
            })?;
        }
    }
    Ok(())
}

fn wrong(property: &Property) -> Option<(&'static str, &'static str)> {
    match (is_untyped(&property.ty), property.any) {
        (true, false) => Some((
            "this field becomes any JSON",
            "give it a type in the overlay; if the vendor truly gives none, mark it there with `x-sdk-any: true` and the reason",
        )),
        (false, true) => Some((
            "this field has a type now, and is marked as any JSON",
            "take `x-sdk-any` out of the overlay",
        )),
        (true, true) | (false, false) => None,
    }
}

/// Whether nothing is known of a value, or of the items of a list.
fn is_untyped(ty: &Type) -> bool {
    match ty {
        Type::Any => true,
        Type::List(item) => is_untyped(item),
        Type::String
        | Type::Timestamp
        | Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::Named(_)
        | Type::Map(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::generate::model;
    use serde_json::{Value, json};

    fn told(field: &Value) -> Option<String> {
        let document = json!({
            "openapi": "3.1.0",
            "info": {"title": "T", "version": "1"},
            "paths": {"/a": {"get": {"responses": {"200": {"description": "x", "content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/A"},
            }}}}}}},
            "components": {"schemas": {"A": {"type": "object", "required": ["f"], "properties": {"f": field}}}},
        });
        check(&model(document).unwrap())
            .err()
            .map(|error| error.to_string())
    }

    #[test]
    fn a_field_becomes_any_json_only_where_the_overlay_says_so() {
        for untyped in [
            json!({"description": "F."}),
            json!({"type": "array"}),
            json!({"type": "string", "not": {}}),
        ] {
            let told = told(&untyped).unwrap();
            assert!(
                told.starts_with("/components/schemas/A/properties/f: this field becomes any JSON"),
                "{told}"
            );
        }
        assert_eq!(told(&json!({"x-sdk-any": true})), None);
        assert_eq!(
            told(&json!({"type": "string", "not": {"pattern": "^A"}})),
            None
        );
        assert_eq!(told(&json!({"type": "object"})), None);
        let stale = told(&json!({"type": "string", "x-sdk-any": true})).unwrap();
        assert!(stale.contains("take `x-sdk-any` out"), "{stale}");
    }
}
