//! The whole description of Northflank in the dialect that shares nothing, and back.

use super::in_our_form;
use crate::workspace::Workspace;
use serde_json::{Map, Value, json};
use std::fs;

fn ours() -> Value {
    let text = fs::read(Workspace::default().path("openapi/northflank.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// Everything that is shared written out where it is used.
fn written_out(value: &Value, whole: &Value) -> Value {
    match value {
        Value::Object(map) => {
            if let Some(target) = map.get("$ref").and_then(Value::as_str) {
                let target = whole.pointer(target.trim_start_matches('#')).unwrap();
                let mut target = written_out(target, whole);
                let beside = map.iter().filter(|(key, _)| *key != "$ref");
                let beside = beside.map(|(key, it)| (key.clone(), it.clone()));
                target.as_object_mut().unwrap().extend(beside);
                return target;
            }
            let written = map.iter();
            let written = written.map(|(key, it)| (key.clone(), written_out(it, whole)));
            let mut written: Map<String, Value> = written.collect();
            in_3_0(&mut written);
            Value::Object(written)
        }
        Value::Array(list) => list.iter().map(|it| written_out(it, whole)).collect(),
        other => other.clone(),
    }
}

/// The only value there may be, and null, as OpenAPI 3.0 spells them.
fn in_3_0(schema: &mut Map<String, Value>) {
    if let Some(only) = schema.remove("const") {
        schema.insert("enum".to_owned(), json!([only]));
    }
    if let Some(Value::Array(types)) = schema.get("type")
        && let [name, null] = types.as_slice()
        && null == "null"
    {
        let name = name.clone();
        schema.insert("type".to_owned(), name);
        schema.insert("nullable".to_owned(), json!(true));
    }
}

/// As the vendor publishes: operations as path items, twins for a team, schemas of answers as in Swagger 2.0,
/// sentences, and ids with hyphens.
fn as_published(ours: &Value) -> Value {
    let mut paths = Map::new();
    let mut items = Map::new();
    let mut place = |path: &str, method: &str, id: String, operation: Value| {
        let reference = json!({"$ref": format!("#/components/pathItems/{id}")});
        let item = paths.entry(path.to_owned()).or_insert_with(|| json!({}));
        item[method] = reference;
        items.insert(id, operation);
    };
    for (path, item) in ours["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let mut operation = written_out(operation, ours);
            let map = operation.as_object_mut().unwrap();
            let team_path = map.remove("x-team-path");
            map.remove("x-permission");
            map.remove("x-paging");
            let id = map["operationId"].as_str().unwrap().replace('_', "-");
            map.insert("operationId".to_owned(), json!(id));
            map.insert("tags".to_owned(), json!(["Words of the vendor"]));
            map.insert("description".to_owned(), json!("A sentence."));
            let responses = map["responses"].as_object_mut().unwrap();
            responses.retain(|code, _| code.starts_with('2'));
            for (_, response) in responses.iter_mut() {
                let schema = response
                    .pointer("/content/application~1json/schema")
                    .cloned();
                *response = json!({"description": "A sentence."});
                if let Some(schema) = schema {
                    response["schema"] = schema;
                }
            }
            if let Some(team_path) = team_path {
                let mut twin = operation.clone();
                let team = json!({"name": "teamId", "in": "path", "required": true, "schema": {"type": "string"}});
                let parameters = twin.as_object_mut().unwrap().entry("parameters");
                let parameters = parameters.or_insert_with(|| json!([]));
                parameters.as_array_mut().unwrap().insert(0, team);
                place(
                    team_path.as_str().unwrap(),
                    method,
                    format!("team-{id}"),
                    twin,
                );
            }
            place(path, method, id, operation);
        }
    }
    json!({
        "openapi": "3.0.0",
        "info": {"title": "Words of the vendor", "version": "1"},
        "paths": paths,
        "components": {"pathItems": items},
    })
}

/// Where two values differ first, by JSON pointer.
fn difference(one: &Value, two: &Value, at: &str, found: &mut Vec<String>) {
    match (one, two) {
        (Value::Object(a), Value::Object(b)) => {
            for (key, it) in a {
                match b.get(key) {
                    Some(other) => difference(it, other, &format!("{at}/{key}"), found),
                    None => found.push(format!("{at}/{key} is gone")),
                }
            }
            let more = b.keys().filter(|key| !a.contains_key(*key));
            found.extend(more.map(|key| format!("{at}/{key} is new")));
        }
        _ if one == two => {}
        _ => found.push(format!("{at}: {one} became {two}")),
    }
}

#[test]
fn all_of_northflank_without_its_names_gets_them_back() {
    let ours = ours();
    let published = as_published(&ours);
    assert!(!published.to_string().contains("components/schemas"));
    let (back, proposed) = in_our_form(published, &ours).unwrap();
    let mut found = Vec::new();
    difference(&ours, &back, "", &mut found);
    assert_eq!(found, [""; 0]);
    assert_eq!(proposed, []);
}
