//! `operation_ids`: gives every operation an id of its own.
//!
//! A missing id is made from the method and the path. Of several operations with one id, compared
//! as Rust names, the first in document order keeps it. Another one with another method gets that
//! at its end; one with the same method gets the words of its path that the first has not; the last
//! resort is a number.

use std::collections::BTreeMap;

use serde_json::Value;

use super::context::{Context, Outcome};
use super::names;
use super::walk::{self, Visit};

/// Runs the pass.
pub(super) fn run(document: &mut Value, cx: &mut Context) -> Outcome {
    // Ids as they were written come first, so that a made-up one never takes one of theirs.
    let mut written: BTreeMap<String, usize> = BTreeMap::new();
    walk::operations(document, &mut |_, operation| {
        if let Some(id) = operation.get("operationId").and_then(Value::as_str) {
            *written.entry(names::field_name(id)).or_default() += 1;
        }
        Ok(())
    })?;
    let mut owners: BTreeMap<String, Owner> = BTreeMap::new();
    walk::operations(document, &mut |visit, operation| {
        let id = operation
            .get("operationId")
            .and_then(Value::as_str)
            .filter(|id| !id.trim().is_empty())
            .map(str::to_owned);
        let wanted = id
            .clone()
            .unwrap_or_else(|| made_up(visit.method, visit.path));
        let key = names::field_name(&wanted);
        let free = |name: &str, owners: &BTreeMap<String, Owner>| {
            let key = names::field_name(name);
            !owners.contains_key(&key) && !written.contains_key(&key)
        };
        let keeps = match &id {
            Some(_) => !owners.contains_key(&key),
            None => free(&wanted, &owners),
        };
        let given = if keeps {
            wanted.clone()
        } else {
            let first = owners.get(&key).cloned().unwrap_or_default();
            candidates(&wanted, visit, &first)
                .find(|name| free(name, &owners))
                .unwrap_or_else(|| wanted.clone())
        };
        if given != wanted {
            cx.warn(
                visit.at,
                format!("operation id `{wanted}` is used twice; this one became `{given}`"),
            );
        }
        let owner = Owner {
            path: visit.path.to_owned(),
            method: visit.method.to_owned(),
        };
        owners.insert(names::field_name(&given), owner);
        operation.insert("operationId".to_owned(), Value::from(given));
        Ok(())
    })
}

/// An id for an operation without one: `get /pods/{id}/logs` becomes `get_pods_by_id_logs`.
fn made_up(method: &str, path: &str) -> String {
    let mut id = method.to_owned();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        if part.starts_with('{') {
            id.push_str("_by");
        }
        id.push('_');
        id.push_str(&names::field_name(part));
    }
    id
}

/// The operation that has an id.
#[derive(Debug, Clone, Default)]
struct Owner {
    path: String,
    method: String,
}

/// Names to try for an id that is taken by `first`, in order, without end.
fn candidates(id: &str, visit: &Visit<'_>, first: &Owner) -> impl Iterator<Item = String> {
    let by_method = (visit.method != first.method).then(|| format!("{id}_{}", visit.method));
    let differing: Vec<String> = visit
        .path
        .split('/')
        .filter(|part| !part.is_empty() && !part.starts_with('{'))
        .filter(|part| !first.path.split('/').any(|known| known == *part))
        .map(names::field_name)
        .collect();
    let by_path = (!differing.is_empty()).then(|| format!("{id}_{}", differing.join("_")));
    let id = id.to_owned();
    let numbered = (2_usize..).map(move |number| format!("{id}_{number}"));
    by_method.into_iter().chain(by_path).chain(numbered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ids(paths: &Value) -> Vec<(String, String)> {
        let mut document = json!({"paths": paths});
        run(&mut document, &mut Context::new()).unwrap();
        let mut ids = Vec::new();
        walk::operations(&mut document, &mut |visit, operation| {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            ids.push((format!("{} {}", visit.method, visit.path), id));
            Ok(())
        })
        .unwrap();
        ids
    }

    fn check(paths: &Value, expected: &[(&str, &str)]) {
        let found = ids(paths);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|(place, id)| (place.as_str(), id.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn ids_of_their_own_stay() {
        check(
            &json!({"/a": {"get": {"operationId": "GetA"}, "put": {"operationId": "put-a"}}}),
            &[("get /a", "GetA"), ("put /a", "put-a")],
        );
    }

    #[test]
    fn missing_ids_are_made_from_method_and_path() {
        check(
            &json!({
                "/": {"get": {}},
                "/pods": {"get": {}, "post": {"operationId": " "}},
                "/pods/{podId}/logs": {"get": {}},
            }),
            &[
                ("get /", "get"),
                ("get /pods", "get_pods"),
                ("post /pods", "post_pods"),
                ("get /pods/{podId}/logs", "get_pods_by_pod_id_logs"),
            ],
        );
    }

    #[test]
    fn twins_of_another_method_get_it_at_the_end() {
        check(
            &json!({
                "/pods/{id}": {"patch": {"operationId": "UpdatePod"}},
                "/pods/{id}/update": {"post": {"operationId": "UpdatePod"}},
            }),
            &[
                ("patch /pods/{id}", "UpdatePod"),
                ("post /pods/{id}/update", "UpdatePod_post"),
            ],
        );
    }

    #[test]
    fn twins_of_one_method_get_what_their_path_adds_then_a_number() {
        check(
            &json!({
                "/a": {"get": {"operationId": "list"}},
                "/a/{x}": {"get": {"operationId": "list"}},
                "/teams/{t}/a": {"get": {"operationId": "list"}},
            }),
            &[
                ("get /a", "list"),
                ("get /a/{x}", "list_2"),
                ("get /teams/{t}/a", "list_teams"),
            ],
        );
    }

    #[test]
    fn ids_are_compared_as_rust_names_and_made_up_ones_give_way() {
        check(
            &json!({
                "/a": {"get": {"operationId": "getPod"}, "put": {"operationId": "get_pod"}},
                "/pods": {"get": {}},
                "/z": {"get": {"operationId": "GetPods"}},
            }),
            &[
                ("get /a", "getPod"),
                ("put /a", "get_pod_put"),
                ("get /pods", "get_pods_get"),
                ("get /z", "GetPods"),
            ],
        );
    }
}
