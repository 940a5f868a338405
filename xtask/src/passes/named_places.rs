//! `named_places`: gives inline schemas the names that `x-type-names` of the document has for their
//! places, for documents that name nothing themselves. A schema that is the same elsewhere, apart
//! from its words, gets the same name.
//!
//! A place is an operation id with `.body` or `.result` (what stands in the envelope, if there is
//! one), or another of these names; then `.field`, `[]` for items, `{}` for values and `/1` for the
//! second alternative: `list-pods.result.pods[]`, `Pod.ports[]/0`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::context::{Context, Outcome, PassError};
use super::schema::{self, Schemas, text};
use super::walk::{self, METHODS, SOURCE};
use crate::pointer;

/// Types that hold shared types may become the same in turn, this often at most.
const ROUNDS: usize = 16;

/// Runs the pass.
pub(super) fn run(document: &mut Value, cx: &mut Context) -> Outcome {
    let Some(names) = document
        .as_object_mut()
        .and_then(|document| document.remove("x-type-names"))
    else {
        return Ok(());
    };
    cx.names_are_given = true;
    let mut open: BTreeMap<String, String> = names
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, place)| Some((name.clone(), place.as_str()?.to_owned())))
        .collect();
    // A place inside of a named type can be found once that type has its name.
    while !open.is_empty() {
        let before = open.len();
        open.retain(|name, place| !take(document, name, place));
        if open.len() == before {
            break;
        }
    }
    if let Some((name, place)) = open.first_key_value() {
        let message =
            format!("`x-type-names` calls `{place}` `{name}`, and there is no such place");
        return Err(PassError::new("", message));
    }
    for _ in 0..ROUNDS {
        if share(
            document,
            names.as_object().map(|names| names.keys().collect()),
        )? == 0
        {
            break;
        }
    }
    Ok(())
}

/// Moves the schema at a place under a name. Whether there is one.
fn take(document: &mut Value, name: &str, place: &str) -> bool {
    let found = find(document, place).filter(|at| {
        let schema = document.pointer(at);
        schema.is_some_and(|schema| schema.get("$ref").is_none())
    });
    let Some(schema) = found.and_then(|at| document.pointer_mut(&at)) else {
        return false;
    };
    let reference = json!({"$ref": schema::reference(name), SOURCE: schema::source(schema)});
    let named = std::mem::replace(schema, reference);
    let mut schemas = schema::named(document);
    schemas.insert(name.to_owned(), named);
    schema::put_named(document, schemas);
    true
}

/// The pointer of a place.
fn find(document: &Value, place: &str) -> Option<String> {
    let end = place.find(['.', '[', '{', '/']).unwrap_or(place.len());
    let (root, mut rest) = place.split_at(end);
    let mut at = if document.pointer(&component(root)).is_some() {
        component(root)
    } else {
        let (operation, pointer) = operation(document, root)?;
        if let Some(inside) = rest.strip_prefix(".body") {
            rest = inside;
            format!("{pointer}/requestBody/content/application~1json/schema")
        } else {
            rest = rest.strip_prefix(".result")?;
            let status = operation.get("responses")?.as_object()?;
            let status = status.keys().find(|code| code.starts_with('2'))?;
            let answer = format!("{pointer}/responses/{status}/content/application~1json/schema");
            let data = document
                .pointer("/x-envelope")
                .and_then(|e| text(e, "data"));
            match data {
                Some(data) => format!("{answer}/properties/{}", pointer::escape(data)),
                None => answer,
            }
        }
    };
    while !rest.is_empty() {
        at = follow(document, at)?;
        (at, rest) = step(&at, rest)?;
    }
    document.pointer(&at)?;
    Some(at)
}

/// Where a reference leads.
fn follow(document: &Value, at: String) -> Option<String> {
    match schema::target(document.pointer(&at)?) {
        Some(name) => Some(component(&name)),
        None => Some(at),
    }
}

/// One step into a schema, and what is left of the place.
fn step<'a>(at: &str, rest: &'a str) -> Option<(String, &'a str)> {
    if let Some(rest) = rest.strip_prefix("[]") {
        return Some((format!("{at}/items"), rest));
    }
    if let Some(rest) = rest.strip_prefix("{}") {
        return Some((format!("{at}/additionalProperties"), rest));
    }
    let (kind, rest) = (rest.get(..1)?, rest.get(1..)?);
    let end = rest.find(['.', '[', '{', '/']).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    match kind {
        "." => Some((format!("{at}/properties/{}", pointer::escape(name)), rest)),
        "/" => Some((format!("{at}/oneOf/{name}"), rest)),
        _ => None,
    }
}

fn component(name: &str) -> String {
    pointer::join("/components/schemas", name)
}

fn operation<'a>(document: &'a Value, id: &str) -> Option<(&'a Value, String)> {
    let paths = document.get("paths")?.as_object()?;
    paths.iter().find_map(|(path, item)| {
        METHODS.iter().find_map(|method| {
            let operation = item.get(*method)?;
            let at = format!("{}/{method}", pointer::join("/paths", path));
            (text(operation, "operationId") == Some(id)).then_some((operation, at))
        })
    })
}

/// Puts references in the place of inline schemas that are the same as a named one; how many.
fn share(document: &mut Value, names: Option<BTreeSet<&String>>) -> Outcome<usize> {
    let names = names.unwrap_or_default();
    let schemas = schema::named(document);
    let known: BTreeMap<String, String> = schemas
        .iter()
        .filter(|(name, _)| names.contains(name))
        .map(|(name, schema)| Ok((super::share::bare(schema)?, name.clone())))
        .collect::<Outcome<_>>()?;
    let mut count = 0;
    let mut replace = |schema: &mut Value| {
        if schema.get("properties").is_none() && schema.get("enum").is_none() {
            return Ok(());
        }
        if let Some(name) = known.get(&super::share::bare(schema)?) {
            *schema = json!({"$ref": schema::reference(name), SOURCE: schema::source(schema)});
            count += 1;
        }
        Ok(())
    };
    schema::put_named(document, Schemas::new());
    walk::schemas(document, &mut |_, schema| replace(schema))?;
    let mut schemas = schemas;
    for (name, schema) in &mut schemas {
        // The named schema itself stays; what is inside of it may be another one.
        walk::children(&component(name), schema, &mut |at, child| {
            walk::down(at, child, &mut |_, inner| replace(inner))
        })?;
    }
    schema::put_named(document, schemas);
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn document(names: &Value) -> Value {
        let port = json!({"type": "object", "properties": {"number": {"type": "integer"}}});
        let pod = |words: &str| {
            json!({"type": "object", "description": words, "properties": {
                "id": {"type": "string"},
                "ports": {"type": "array", "items": {"oneOf": [port, {"type": "string"}]}},
            }})
        };
        let answer = |data: Value| {
            json!({"200": {"content": {"application/json": {"schema": {
                "type": "object", "properties": {"data": data},
            }}}}})
        };
        json!({
            "x-envelope": {"data": "data"},
            "x-type-names": names,
            "paths": {"/pods": {
                "get": {"operationId": "list", "responses": answer(json!({
                    "type": "object", "properties": {"pods": {"type": "array", "items": pod("a")}},
                }))},
                "post": {
                    "operationId": "create",
                    "requestBody": {"content": {"application/json": {"schema": pod("b")}}},
                    "responses": answer(pod("c")),
                },
            }},
            "components": {"schemas": {}},
        })
    }

    #[test]
    fn a_place_gets_its_name_wherever_the_same_schema_stands() {
        let names = json!({"Pod": "list.result.pods[]", "Port": "Pod.ports[]/0"});
        let mut found = document(&names);
        run(&mut found, &mut Context::new()).unwrap();
        let schemas = &found["components"]["schemas"];
        let items = &schemas["Pod"]["properties"]["ports"]["items"];
        assert_eq!(items["oneOf"][0]["$ref"], schema::reference("Port"));
        let create = &found["paths"]["/pods"]["post"];
        for at in [
            "/requestBody/content/application~1json/schema/$ref",
            "/responses/200/content/application~1json/schema/properties/data/$ref",
        ] {
            let reference = create.pointer(at).unwrap_or(&Value::Null);
            assert_eq!(*reference, schema::reference("Pod"), "{at}");
        }
    }

    #[test]
    fn a_name_for_a_place_that_is_not_there_is_an_error() {
        for place in ["list.result.gone", "gone.body", "create.body/3", "create"] {
            let error = testing::error(run, &document(&json!({"A": place})));
            assert!(error.message.contains(place), "{error}");
        }
    }
}
