//! `styles`: says how each parameter is written on the wire, and gives it a Rust name of its own in
//! the operation.

use serde_json::{Value, json};

use super::context::{Context, Outcome, PassError};
use super::names::{self, Taken};
use super::schema::{self, Schemas, text};
use super::walk::{self, Object, SOURCE};

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    let schemas = schema::named(document);
    walk::operations(document, &mut |visit, operation| {
        let has_body = operation.contains_key("requestBody");
        let mut idents: Taken = has_body.then_some("body").into_iter().collect();
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let at = text(parameter, SOURCE).unwrap_or(visit.at).to_owned();
            let style =
                style(parameter, &schemas).map_err(|message| PassError::new(at, message))?;
            let name = text(parameter, "name").unwrap_or_default().to_owned();
            let ident = idents.claim(&names::field_name(&name));
            if let Some(parameter) = parameter.as_object_mut() {
                parameter.remove("style");
                parameter.remove("explode");
                if let Some(schema) = parameter.get_mut("schema") {
                    *schema = simplify(schema.take(), style, &schemas);
                }
            }
            schema::mark(parameter, "x-sdk-style", style);
            schema::mark(parameter, "x-sdk-ident", ident.as_str());
        }
        Ok(())
    })
}

/// The shapes that are written differently.
enum Shape {
    One,
    List,
    Fields,
}

fn shape(schema: &Value, schemas: &Schemas) -> Shape {
    let resolved = match schema::target(schema) {
        Some(name) => schemas.get(&name).cloned().unwrap_or_default(),
        None => schema.clone(),
    };
    if resolved.get("x-sdk-union").is_some() {
        return union_shape(&resolved, schemas);
    }
    match text(&resolved, "type") {
        Some("array") => Shape::List,
        Some("object") => Shape::Fields,
        _ => Shape::One,
    }
}

/// A choice between single values is one; with a list among them it is a list.
fn union_shape(union: &Value, schemas: &Schemas) -> Shape {
    let variants = union
        .pointer("/x-sdk-union/variants")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let mut found = Shape::One;
    for variant in variants {
        let inner = variant.get("schema").cloned().unwrap_or_default();
        let resolved = schema::target(&inner)
            .and_then(|name| schemas.get(&name))
            .unwrap_or(&inner);
        match text(resolved, "type") {
            Some("object") => return Shape::Fields,
            Some("array") => found = Shape::List,
            _ => {}
        }
    }
    found
}

fn style(parameter: &Value, schemas: &Schemas) -> Result<&'static str, String> {
    let place = text(parameter, "in").unwrap_or("query");
    let given =
        text(parameter, "style").unwrap_or(if place == "query" { "form" } else { "simple" });
    let explode = parameter
        .get("explode")
        .and_then(Value::as_bool)
        .unwrap_or(given == "form" || given == "deepObject");
    let shape = shape(parameter.get("schema").unwrap_or(&Value::Null), schemas);
    match (place, given) {
        (_, "json") => return Ok("json"),
        ("path", "label" | "matrix") => {
            return Err(format!("path parameters of style `{given}` cannot be sent"));
        }
        ("path" | "header", _) => {
            return match shape {
                Shape::One => Ok("form-explode"),
                Shape::List => Ok("comma"),
                Shape::Fields => Err(format!("an object cannot be sent as a {place} parameter")),
            };
        }
        _ => {}
    }
    Ok(match (shape, given, explode) {
        (Shape::Fields, "deepObject", _) => "deep-object",
        (Shape::Fields, "form", true) => "form-explode",
        (Shape::Fields, _, _) => "json",
        (Shape::List, "spaceDelimited", _) => "space",
        (Shape::List, "pipeDelimited", _) => "pipe",
        (Shape::List, "form", false) => "comma",
        _ => "form-explode",
    })
}

/// A choice is sent like the widest of its variants: text, or a list of texts.
fn simplify(schema: Value, style: &str, schemas: &Schemas) -> Value {
    let resolved = schema::target(&schema)
        .and_then(|name| schemas.get(&name))
        .unwrap_or(&schema);
    if resolved.get("x-sdk-union").is_none() || style == "json" {
        return schema;
    }
    let simple = match union_shape(resolved, schemas) {
        Shape::One => json!({"type": "string"}),
        Shape::List => json!({"type": "array", "items": {"type": "string"}}),
        Shape::Fields => return schema,
    };
    let mut kept: Object = schema
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| schema::is_annotation(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    kept.extend(simple.as_object().cloned().unwrap_or_default());
    Value::Object(kept)
}

#[cfg(test)]
mod tests;
