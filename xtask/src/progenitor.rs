//! Running progenitor, which reports a few problems, panics at others, and names the place of none.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::{Value, json};

use crate::passes::{METHODS, Outcome, PassError};
use crate::pointer;
use crate::stack;

/// Makes settings; they cannot be handed to the thread progenitor runs on.
type Settings = fn() -> GenerationSettings;

/// Runs progenitor, positional, on a document in normal form. Maps are `BTreeMap`s.
///
/// # Errors
///
/// What progenitor cannot do, panics included, at the schema or operation that causes it.
pub fn generate(document: &Value) -> Outcome<TokenStream> {
    let mut document = document.clone();
    separate_parameters(&mut document);
    run(&document, || {
        let mut settings = GenerationSettings::new();
        settings.with_map_type("::std::collections::BTreeMap");
        settings
    })
}

/// Runs progenitor, positional, with its own defaults.
///
/// # Errors
///
/// As [`generate`].
pub fn plain(document: &Value) -> Outcome<TokenStream> {
    run(document, GenerationSettings::new)
}

/// Runs progenitor with a builder for every type and call, else with its own defaults.
///
/// # Errors
///
/// As [`generate`].
pub fn with_builders(document: &Value) -> Outcome<TokenStream> {
    run(document, || {
        let mut settings = GenerationSettings::new();
        settings.with_interface(InterfaceStyle::Builder);
        settings
    })
}

fn run(document: &Value, settings: Settings) -> Outcome<TokenStream> {
    let text = attempt(document, settings).map_err(|message| {
        let (pointer, message) = culprit(document, settings).unwrap_or((String::new(), message));
        PassError::new(
            pointer,
            format!("progenitor cannot generate this: {message}"),
        )
    })?;
    text.parse()
        .map_err(|error| PassError::new("", format!("progenitor wrote what is not Rust: {error}")))
}

/// One run. The code comes as text: tokens cannot leave the thread they were made on.
fn attempt(document: &Value, settings: Settings) -> Result<String, String> {
    let outcome = stack::run(|| {
        let spec: openapiv3::OpenAPI =
            serde_json::from_value(document.clone()).map_err(|error| error.to_string())?;
        let tokens = Generator::new(&settings())
            .generate_tokens(&spec)
            .map_err(|error| error.to_string())?;
        Ok(tokens.to_string())
    });
    match outcome {
        Ok(result) => result,
        Err(failure) => Err(first_line(&failure.0)),
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// progenitor keeps the parameters of an operation apart by name alone, wherever they go, and by
/// its own Rust names. It sees the names the passes made unique.
fn separate_parameters(document: &mut Value) {
    for (path, method) in operations(document) {
        let at = operation_pointer(&path, &method);
        let mut renamed = Vec::new();
        let parameters = document
            .pointer_mut(&pointer::join(&at, "parameters"))
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let ident = parameter
                .get("x-sdk-ident")
                .and_then(Value::as_str)
                .map(str::to_owned);
            let (Some(ident), Some(parameter)) = (ident, parameter.as_object_mut()) else {
                continue;
            };
            let old = parameter.insert("name".to_owned(), Value::from(ident.as_str()));
            if parameter.get("in").is_some_and(|place| place == "path")
                && let Some(Value::String(old)) = old
            {
                renamed.push((format!("{{{old}}}"), format!("{{{ident}}}")));
            }
        }
        rename_in_path(document, &path, &method, &renamed);
    }
}

/// Moves an operation to the path whose template has the new names.
fn rename_in_path(document: &mut Value, path: &str, method: &str, names: &[(String, String)]) {
    let template: String = path
        .split_inclusive('}')
        .map(|piece| {
            let renamed = names.iter().find(|(old, _)| piece.ends_with(old.as_str()));
            match renamed {
                Some((old, new)) => {
                    format!("{}{new}", piece.strip_suffix(old.as_str()).unwrap_or(piece))
                }
                None => piece.to_owned(),
            }
        })
        .collect();
    if template == path {
        return;
    }
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    let operation = paths
        .get_mut(path)
        .and_then(|item| item.as_object_mut()?.remove(method));
    if let (Some(operation), Some(item)) = (
        operation,
        paths
            .entry(template)
            .or_insert_with(|| json!({}))
            .as_object_mut(),
    ) {
        item.insert(method.to_owned(), operation);
    }
}

fn operations(document: &Value) -> Vec<(String, String)> {
    let paths = document.get("paths").and_then(Value::as_object);
    paths
        .into_iter()
        .flatten()
        .flat_map(|(path, item)| {
            METHODS
                .iter()
                .filter(|method| item.get(**method).is_some())
                .map(|method| (path.clone(), (*method).to_owned()))
        })
        .collect()
}

fn operation_pointer(path: &str, method: &str) -> String {
    format!("{}/{method}", pointer::join("/paths", path))
}

/// Finds the schema or operation with which progenitor starts to fail, and what it says then.
fn culprit(document: &Value, settings: Settings) -> Option<(String, String)> {
    let schemas: Vec<String> = document
        .pointer("/components/schemas")?
        .as_object()?
        .keys()
        .cloned()
        .collect();
    let operations = operations(document);
    let fails = |schemas: &[String], operations: &[(String, String)]| {
        attempt(&part(document, schemas, operations), settings).err()
    };
    if fails(&schemas, &[]).is_some() {
        let first = first_failure(schemas.len(), |count| fails(schemas.get(..count)?, &[]))?;
        let at = pointer::join("/components/schemas", schemas.get(first.0)?);
        return Some((source(document, &at), first.1));
    }
    let first = first_failure(operations.len(), |count| {
        fails(&schemas, operations.get(..count)?)
    })?;
    let (path, method) = operations.get(first.0)?;
    Some((source(document, &operation_pointer(path, method)), first.1))
}

/// The index of the entry that makes the shortest failing prefix fail, found by halving.
fn first_failure(
    length: usize,
    fails: impl Fn(usize) -> Option<String>,
) -> Option<(usize, String)> {
    let (mut good, mut bad) = (0, length);
    let mut message = fails(bad)?;
    while bad - good > 1 {
        let middle = good + (bad - good) / 2;
        match fails(middle) {
            Some(words) => {
                message = words;
                bad = middle;
            }
            None => good = middle,
        }
    }
    Some((bad.checked_sub(1)?, message))
}

/// The document with these operations only, and stubs for all schemas but these.
fn part(document: &Value, schemas: &[String], operations: &[(String, String)]) -> Value {
    let mut part = document.clone();
    let schemas: BTreeSet<&String> = schemas.iter().collect();
    let all = part
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut);
    for (name, schema) in all.into_iter().flatten() {
        if !schemas.contains(name) {
            *schema = json!({"type": "object", "properties": {"stub": {"type": "string"}}});
        }
    }
    let operations: BTreeSet<(&str, &str)> = operations
        .iter()
        .map(|(path, method)| (path.as_str(), method.as_str()))
        .collect();
    let paths = part.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        if let Some(item) = item.as_object_mut() {
            item.retain(|key, _| {
                !METHODS.contains(&key.as_str())
                    || operations.contains(&(path.as_str(), key.as_str()))
            });
        }
    }
    part
}

/// Where the node at `at` stood in the document as it was given.
fn source(document: &Value, at: &str) -> String {
    let node = document.pointer(at);
    node.and_then(|node| node.get("x-sdk-source")?.as_str())
        .unwrap_or(at)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(paths: &Value, schemas: &Value) -> Value {
        json!({
            "openapi": "3.0.3",
            "info": {"title": "t", "version": "1"},
            "paths": paths,
            "components": {"schemas": schemas},
        })
    }

    fn operation(id: &str, parameters: &Value) -> Value {
        json!({"operationId": id, "parameters": parameters, "responses": {"204": {"description": ""}}})
    }

    #[test]
    fn an_accepted_document_becomes_code() {
        let paths = json!({"/a/{b-c}": {"get": operation("get_a", &json!([
            {"name": "b-c", "in": "path", "required": true, "schema": {"type": "string"}, "x-sdk-ident": "b_c"},
            {"name": "b_c", "in": "query", "schema": {"type": "string"}, "x-sdk-ident": "b_c2"},
        ]))}});
        let code = generate(&document(&paths, &json!({}))).unwrap().to_string();
        assert!(
            code.contains("b_c : & 'a str , b_c2 : Option < & 'a str >"),
            "{code}"
        );
    }

    #[test]
    fn a_failing_operation_is_named_by_where_it_stood() {
        let mut bad = operation("bad", &json!([]));
        bad["responses"]["200"] = json!({"description": "", "content": {"application/json": {"schema": {"type": "string"}}}});
        bad["x-sdk-source"] = json!("/paths/~1original/get");
        let paths = json!({
            "/a": {"get": operation("a", &json!([])), "put": operation("b", &json!([]))},
            "/m": {"get": bad},
            "/z": {"get": operation("c", &json!([]))},
        });
        let error = generate(&document(&paths, &json!({}))).unwrap_err();
        assert_eq!(error.pointer, "/paths/~1original/get");
        assert!(error.message.contains("assertion"), "{error}");
    }

    #[test]
    fn a_failing_schema_is_named() {
        let paths = json!({"/a": {"get": operation("a", &json!([]))}});
        let fine = json!({"type": "object", "properties": {"x": {"type": "string"}}});
        let schemas = json!({
            "A": fine,
            "B": {"type": "string", "enum": ["a b", "a-b"]},
            "C": fine,
        });
        let error = plain(&document(&paths, &schemas)).unwrap_err();
        assert_eq!(error.pointer, "/components/schemas/B");
    }

    #[test]
    fn an_undeclared_path_parameter_is_an_error_with_a_place() {
        let paths = json!({"/a/{id}": {"get": operation("a", &json!([]))}});
        let error = generate(&document(&paths, &json!({}))).unwrap_err();
        assert_eq!(error.pointer, "/paths/~1a~1{id}/get");
    }
}
