//! Operations of a document that shares nothing, with what our description has for them: ids, groups, how a
//! list goes on, the answers of every call that fails.

use crate::passes::METHODS;
use heck::ToSnakeCase;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What our description says of an operation and the vendor's document does not.
const OURS: &[&str] = &["operationId", "tags", "x-permission", "x-paging"];

/// Gives each operation what ours has for it. New ones get an id of the vendor's and the group of their
/// nearest neighbour.
pub(super) fn keep(document: &mut Value, ours: &Value) {
    each(document, |path, method, operation| {
        let known = ours
            .get("paths")
            .and_then(|paths| paths.get(path)?.get(method));
        match known.and_then(Value::as_object) {
            Some(known) => {
                for key in OURS {
                    if let Some(value) = known.get(*key) {
                        operation.insert((*key).to_owned(), value.clone());
                    }
                }
                failures(operation, known);
            }
            None => adopted(path, operation, ours),
        }
    });
    tags(document, ours);
    for key in ["info", "servers", "security", "x-envelope"] {
        if let (Some(document), Some(value)) = (document.as_object_mut(), ours.get(key)) {
            document.insert(key.to_owned(), value.clone());
        }
    }
}

/// Calls `change` with the path and method of each operation.
pub(super) fn each(
    document: &mut Value,
    mut change: impl FnMut(&str, &str, &mut Map<String, Value>),
) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                change(path, method, operation);
            }
        }
    }
}

/// Calls that fail are answered alike, which such a document says nowhere.
fn failures(operation: &mut Map<String, Value>, known: &Map<String, Value>) {
    let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    let is_success = |code: &String| code.starts_with('2');
    responses.retain(|code, _| is_success(code));
    let known = known.get("responses").and_then(Value::as_object);
    for (code, response) in known.into_iter().flatten() {
        if !is_success(code) {
            responses.insert(code.clone(), response.clone());
        } else if let (Some(now), Some(word)) =
            (responses.get_mut(code), response.get("description"))
        {
            now["description"] = word.clone();
        }
    }
}

fn adopted(path: &str, operation: &mut Map<String, Value>, ours: &Value) {
    if let Some(id) = operation.get("operationId").and_then(Value::as_str) {
        let id = id.to_snake_case();
        operation.insert("operationId".to_owned(), id.into());
    }
    let neighbour = neighbour(path, ours);
    let group = neighbour.and_then(|it| it.get("tags")?.get(0)?.as_str());
    let group = match group {
        Some(group) => group.to_owned(),
        None => own_group(path),
    };
    operation.insert("tags".to_owned(), json!([group]));
    if let Some(known) = neighbour.and_then(Value::as_object) {
        failures(operation, known);
    }
}

/// The operation of ours whose path has most in common with this one.
fn neighbour<'a>(path: &str, ours: &'a Value) -> Option<&'a Value> {
    let common = |other: &str| {
        let pairs = path.split('/').zip(other.split('/'));
        pairs.take_while(|(one, two)| one == two).count()
    };
    let paths = ours.get("paths").and_then(Value::as_object)?;
    // The version alone says nothing.
    let near = paths.iter().filter(|(other, _)| common(other) > 2);
    let (_, item) =
        near.max_by_key(|(other, _)| (common(other), std::cmp::Reverse(other.len())))?;
    METHODS.iter().find_map(|method| item.get(method))
}

fn own_group(path: &str) -> String {
    let mut words = path
        .split('/')
        .skip(2)
        .filter(|part| !part.starts_with('{'));
    words.next().unwrap_or("other").to_snake_case()
}

/// The groups that are used, by name.
fn tags(document: &mut Value, ours: &Value) {
    let mut names = BTreeSet::new();
    each(document, |_, _, operation| {
        let tags = operation.get("tags").and_then(Value::as_array);
        names.extend(
            tags.into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned),
        );
    });
    if ours.get("tags").is_some() {
        document["tags"] = names
            .into_iter()
            .map(|name| json!({"name": name}))
            .collect();
    }
}
