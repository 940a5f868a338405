//! `structure`: checks that every keyword holds a value of the right kind. A keyword that shapes
//! the client is an error then; one that only describes is dropped with a warning.

use serde_json::{Value, json};

use super::context::{Context, Outcome, PassError};
use super::walk::{self, METHODS, Object, SOURCE};
use crate::pointer;

/// What a schema keyword must hold.
enum Shape {
    Schemas,
    SchemaMap,
    SchemaOrBool,
    Text,
    Number,
    Count,
    Bool,
    Texts,
}

/// Keywords without which a schema means something else: a wrong value is an error.
const STRICT: &[(&str, Shape)] = &[
    ("$ref", Shape::Text),
    ("properties", Shape::SchemaMap),
    ("patternProperties", Shape::SchemaMap),
    ("allOf", Shape::Schemas),
    ("anyOf", Shape::Schemas),
    ("oneOf", Shape::Schemas),
    ("prefixItems", Shape::Schemas),
    ("required", Shape::Texts),
    ("additionalProperties", Shape::SchemaOrBool),
    ("not", Shape::SchemaOrBool),
    ("if", Shape::SchemaOrBool),
    ("then", Shape::SchemaOrBool),
    ("else", Shape::SchemaOrBool),
    ("x-sdk-secret", Shape::Bool),
    ("x-sdk-any", Shape::Bool),
    ("x-sdk-arguments", Shape::Texts),
    ("x-sdk-group", Shape::Text),
    ("nullable", Shape::Bool),
    ("$defs", Shape::SchemaMap),
    ("definitions", Shape::SchemaMap),
];

/// Keywords that can be left out: a wrong value is dropped.
const LENIENT: &[(&str, Shape)] = &[
    ("title", Shape::Text),
    ("description", Shape::Text),
    ("format", Shape::Text),
    ("pattern", Shape::Text),
    ("minimum", Shape::Number),
    ("maximum", Shape::Number),
    ("multipleOf", Shape::Number),
    ("minLength", Shape::Count),
    ("maxLength", Shape::Count),
    ("minItems", Shape::Count),
    ("maxItems", Shape::Count),
    ("minProperties", Shape::Count),
    ("maxProperties", Shape::Count),
    ("uniqueItems", Shape::Bool),
    ("readOnly", Shape::Bool),
    ("writeOnly", Shape::Bool),
    ("deprecated", Shape::Bool),
    ("$anchor", Shape::Text),
    ("contentEncoding", Shape::Text),
    ("contentMediaType", Shape::Text),
    ("propertyNames", Shape::SchemaOrBool),
    ("contains", Shape::SchemaOrBool),
];

const TYPES: &[&str] = &[
    "array", "boolean", "integer", "null", "number", "object", "string",
];

/// Runs the pass.
pub(super) fn run(document: &mut Value, cx: &mut Context) -> Outcome {
    root(document, cx)?;
    if let Some(items) = document.get_mut("paths").and_then(Value::as_object_mut) {
        items.retain(|path, _| !path.starts_with("x-"));
        for (path, item) in items.iter_mut() {
            path_item(&walk::place("/paths", path, item), item, cx)?;
        }
    }
    walk::schemas_down(document, &mut |at, schema| match schema {
        Value::Object(object) => check(at, object, cx),
        Value::Bool(true) => {
            *schema = json!({SOURCE: at});
            Ok(())
        }
        Value::Bool(false) => {
            *schema = json!({SOURCE: at, "not": {}});
            Ok(())
        }
        _ => Err(PassError::new(
            at,
            "a schema must be an object or a boolean",
        )),
    })
}

fn root(document: &mut Value, cx: &mut Context) -> Outcome {
    let Some(object) = document.as_object_mut() else {
        return Err(PassError::new("", "an OpenAPI document must be an object"));
    };
    // Ours to write.
    object.retain(|key, _| !key.starts_with("x-sdk-"));
    for key in ["webhooks", "x-webhooks"] {
        if object.remove(key).is_some() {
            cx.warn(
                pointer::join("", key),
                "webhooks are calls to you: they are left out",
            );
        }
    }
    for key in ["paths", "components"] {
        if object.get(key).is_some_and(|value| !value.is_object()) {
            return Err(PassError::new(
                pointer::join("", key),
                format!("`{key}` must be an object"),
            ));
        }
    }
    let components = object.get_mut("components").and_then(Value::as_object_mut);
    for (kind, entries) in components.into_iter().flatten() {
        if !kind.starts_with("x-") && !entries.is_object() {
            let at = pointer::join("/components", kind);
            return Err(PassError::new(at, format!("`{kind}` must be an object")));
        }
    }
    Ok(())
}

fn path_item(at: &str, item: &mut Value, cx: &mut Context) -> Outcome {
    let Some(item) = item.as_object_mut() else {
        return Err(PassError::new(at, "a path must hold an object"));
    };
    parameters(at, item)?;
    for method in METHODS {
        if let Some(found) = item.get_mut(method) {
            operation(&walk::place(at, method, found), found, cx)?;
        }
    }
    Ok(())
}

fn operation(at: &str, operation: &mut Value, cx: &mut Context) -> Outcome {
    let Some(operation) = operation.as_object_mut() else {
        return Err(PassError::new(at, "an operation must be an object"));
    };
    if operation.remove("callbacks").is_some() {
        cx.warn(at, "callbacks are calls to you: they are left out");
    }
    for key in [
        "operationId",
        "summary",
        "description",
        "x-sdk-group",
        "x-sdk-method",
    ] {
        drop_unless(at, operation, key, Value::is_string, cx);
    }
    for key in ["deprecated", "x-sdk-repeatable"] {
        drop_unless(at, operation, key, Value::is_boolean, cx);
    }
    drop_unless(at, operation, "tags", Value::is_array, cx);
    parameters(at, operation)?;
    if let Some(body) = operation.get("requestBody") {
        content(&walk::place(at, "requestBody", body), body)?;
    }
    if let Some(responses) = operation.get_mut("responses") {
        let at = pointer::join(at, "responses");
        let Some(responses) = responses.as_object_mut() else {
            return Err(PassError::new(at, "`responses` must be an object"));
        };
        responses.retain(|code, _| !code.starts_with("x-"));
        for (code, response) in responses.iter() {
            content(&walk::place(&at, code, response), response)?;
        }
    }
    Ok(())
}

fn drop_unless(
    at: &str,
    object: &mut Object,
    key: &str,
    fits: fn(&Value) -> bool,
    cx: &mut Context,
) {
    if object.get(key).is_some_and(|value| !fits(value)) {
        object.remove(key);
        cx.warn(
            pointer::join(at, key),
            format!("`{key}` has a value of the wrong kind: dropped"),
        );
    }
}

fn parameters(at: &str, holder: &Object) -> Outcome {
    let Some(parameters) = holder.get("parameters") else {
        return Ok(());
    };
    let at = pointer::join(at, "parameters");
    let Some(list) = parameters.as_array() else {
        return Err(PassError::new(at, "`parameters` must be an array"));
    };
    for (index, parameter) in list.iter().enumerate() {
        let at = walk::place(&at, &index.to_string(), parameter);
        let text = |key| parameter.get(key).and_then(Value::as_str);
        if text("name").is_none() {
            return Err(PassError::new(at, "a parameter needs a `name`"));
        }
        match text("in") {
            Some("query" | "header" | "path" | "cookie") => {}
            Some("body" | "formData") => {
                return Err(PassError::new(at, "this is a Swagger 2.0 parameter")
                    .with_help("convert the document to OpenAPI 3 first"));
            }
            _ => {
                return Err(PassError::new(
                    at,
                    "`in` must be query, header, path or cookie",
                ));
            }
        }
        content(&at, parameter)?;
    }
    Ok(())
}

/// Checks the `content` of a body, response or parameter.
fn content(at: &str, holder: &Value) -> Outcome {
    if !holder.is_object() {
        return Err(PassError::new(at, "this must be an object"));
    }
    let Some(content) = holder.get("content") else {
        return Ok(());
    };
    let at = pointer::join(at, "content");
    let Some(content) = content.as_object() else {
        return Err(PassError::new(at, "`content` must be an object"));
    };
    for (media_type, media) in content {
        if !media.is_object() {
            let at = pointer::join(&at, media_type);
            return Err(PassError::new(at, "a media type must hold an object"));
        }
    }
    Ok(())
}

/// Our own marks a document or overlay may set on a schema.
const MARKS: &[&str] = &[
    "x-sdk-secret",
    "x-sdk-any",
    "x-sdk-arguments",
    "x-sdk-group",
    "x-sdk-distinguish",
    "x-sdk-enum-docs",
    SOURCE,
];

fn check(at: &str, schema: &mut Object, cx: &mut Context) -> Outcome {
    schema.retain(|key, _| !key.starts_with("x-sdk-") || MARKS.contains(&key.as_str()));
    types(at, schema)?;
    // `required: true` on a property is how drafts before JSON Schema 4 spelled it.
    drop_unless(at, schema, "required", |value| !value.is_boolean(), cx);
    for key in ["allOf", "anyOf", "oneOf", "enum"] {
        if schema
            .get(key)
            .and_then(Value::as_array)
            .is_some_and(Vec::is_empty)
        {
            schema.remove(key);
            cx.warn(at, format!("`{key}` is empty: dropped"));
        }
    }
    for (key, shape) in STRICT {
        if schema.get(*key).is_some_and(|value| !fits(value, shape)) {
            let what = format!("`{key}` must be {}", describe(shape));
            return Err(PassError::new(pointer::join(at, key), what));
        }
    }
    if schema.get("enum").is_some_and(|values| !values.is_array()) {
        return Err(PassError::new(
            pointer::join(at, "enum"),
            "`enum` must be an array",
        ));
    }
    match schema.get("items") {
        None | Some(Value::Object(_) | Value::Bool(_) | Value::Array(_)) => {}
        Some(_) => {
            return Err(PassError::new(
                pointer::join(at, "items"),
                "`items` must be a schema",
            ));
        }
    }
    for (key, shape) in LENIENT {
        drop_unless_shape(at, schema, key, shape, cx);
    }
    for key in ["exclusiveMinimum", "exclusiveMaximum"] {
        drop_unless(
            at,
            schema,
            key,
            |value| value.is_number() || value.is_boolean(),
            cx,
        );
    }
    discriminator(at, schema, cx);
    Ok(())
}

fn types(at: &str, schema: &Object) -> Outcome {
    let named: Vec<&Value> = match schema.get("type") {
        None => return Ok(()),
        Some(Value::Array(list)) if !list.is_empty() => list.iter().collect(),
        Some(one) => vec![one],
    };
    for value in named {
        if !value.as_str().is_some_and(|name| TYPES.contains(&name)) {
            return Err(PassError::new(
                pointer::join(at, "type"),
                format!("{value} is not a type of JSON Schema"),
            )
            .with_help(format!("one of {}", TYPES.join(", "))));
        }
    }
    Ok(())
}

fn drop_unless_shape(at: &str, schema: &mut Object, key: &str, shape: &Shape, cx: &mut Context) {
    let Some(value) = schema.get_mut(key) else {
        return;
    };
    // YAML documents quote numbers now and then.
    if matches!(shape, Shape::Number | Shape::Count) {
        let quoted = value.as_str().and_then(|text| text.parse().ok());
        if let Some(number) = quoted.map(Value::Number) {
            *value = number;
        }
    }
    if !fits(value, shape) {
        schema.remove(key);
        cx.warn(
            pointer::join(at, key),
            format!("`{key}` has a value of the wrong kind: dropped"),
        );
    }
}

fn fits(value: &Value, shape: &Shape) -> bool {
    match shape {
        Shape::Schemas => value.is_array(),
        Shape::SchemaMap => value.is_object(),
        Shape::SchemaOrBool => value.is_object() || value.is_boolean(),
        Shape::Text => value.is_string(),
        Shape::Number => value.is_number(),
        Shape::Count => value.as_f64().is_some_and(|count| count >= 0.0),
        Shape::Bool => value.is_boolean(),
        Shape::Texts => value
            .as_array()
            .is_some_and(|list| list.iter().all(Value::is_string)),
    }
}

fn describe(shape: &Shape) -> &'static str {
    match shape {
        Shape::Schemas => "an array of schemas",
        Shape::SchemaMap => "an object of schemas",
        Shape::SchemaOrBool => "a schema or a boolean",
        Shape::Text => "a string",
        Shape::Number => "a number",
        Shape::Count => "a number that is not negative",
        Shape::Bool => "a boolean",
        Shape::Texts => "an array of strings",
    }
}

fn discriminator(at: &str, schema: &mut Object, cx: &mut Context) {
    let Some(found) = schema.get_mut("discriminator") else {
        return;
    };
    if let Some(property) = found.as_str() {
        *found = json!({"propertyName": property});
    }
    let sound = found.get("propertyName").is_some_and(Value::is_string)
        && found.get("mapping").is_none_or(Value::is_object);
    if !sound {
        schema.remove("discriminator");
        cx.warn(at, "this discriminator names no property: dropped");
    }
}

#[cfg(test)]
mod tests;
