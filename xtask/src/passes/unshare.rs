//! The other end of sharing: every named schema written out where it is used, as in documents that
//! name nothing. For comparison. Limits are left out: progenitor makes a checked type of every text that
//! has any, and four times the code, which would flatter what it is compared with.

use std::collections::BTreeSet;

use heck::ToSnakeCase;
use serde_json::Value;

use super::context::{Context, Outcome, PassError};
use super::schema::{self, Schemas};
use super::walk::{self, MAX_DEPTH};
use super::{constants, references};

/// Makes `document` one without named schemas.
pub(super) fn run(document: &mut Value) -> Outcome {
    let cx = &mut Context::new();
    references::run(document, cx)?;
    // progenitor does not know `const`.
    constants::run(document, cx)?;
    let schemas = schema::named(document);
    schema::put_named(document, Schemas::new());
    walk::roots(document, &mut |at, root| write_out(at, root, &schemas, 0))?;
    walk::schemas(document, &mut |_, schema| {
        if let Some(schema) = schema.as_object_mut() {
            schema.retain(|key, _| !schema::LIMITS.contains(&key.as_str()));
        }
        Ok(())
    })?;
    walk::operations(document, &mut |_, operation| {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        // progenitor would give `perPage` and `per_page` one name.
        let mut taken = BTreeSet::new();
        if let Some(parameters) = parameters {
            parameters.retain(|parameter| {
                let name = schema::text(parameter, "name").unwrap_or_default();
                taken.insert(name.to_snake_case())
            });
        }
        Ok(())
    })
}

fn write_out(at: &str, schema: &mut Value, schemas: &Schemas, depth: usize) -> Outcome {
    if depth > MAX_DEPTH {
        return Err(PassError::new(at, "schemas hold each other without end"));
    }
    let named = schema::target(schema).and_then(|name| schemas.get(&name));
    if let Some(named) = named {
        *schema = named.clone();
    }
    walk::children(at, schema, &mut |at, child| {
        write_out(at, child, schemas, depth + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_reference_is_written_out_down_to_the_bottom() {
        let reference = |name: &str| json!({"$ref": schema::reference(name)});
        let holder = |inner: Value| json!({"type": "object", "properties": {"a": inner}});
        let body = |schema: &Value| json!({"content": {"application/json": {"schema": schema}}});
        let mut document = json!({
            "paths": {"/a": {"post": {
                "parameters": [{"name": "perPage"}, {"name": "per_page"}],
                "requestBody": body(&reference("A")),
                "responses": {},
            }}},
            "components": {"schemas": {
                "A": holder(reference("B")),
                "B": {"type": "string", "const": "x", "minLength": 1},
            }},
        });
        run(&mut document).unwrap();
        let written = holder(json!({"type": "string", "enum": ["x"]}));
        let found = &document["paths"]["/a"]["post"];
        assert_eq!(found["requestBody"], body(&written));
        assert_eq!(found["parameters"], json!([{"name": "perPage"}]));
    }

    #[test]
    fn what_never_ends_is_an_error() {
        let mut document = json!({
            "paths": {"/a": {"get": {"parameters": [{"schema": {"$ref": "#/components/schemas/A"}}]}}},
            "components": {"schemas": {
                "A": {"type": "array", "items": {"$ref": "#/components/schemas/A"}},
            }},
        });
        assert!(run(&mut document).is_err());
    }
}
