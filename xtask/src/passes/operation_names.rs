//! `operation_names`: gives every operation its function name, its group (from its first tag, else
//! from its path) and its method name in the group: the operation id without the words of the
//! group. What the overlay sets as `x-sdk-group` and `x-sdk-method` stays.

use std::collections::BTreeMap;

use serde_json::Value;

use super::context::{Context, Outcome};
use super::names::{self, Taken, singular};
use super::walk::{self, Object};

/// What a group may not be called: the client has functions of these names, the crate modules, or a
/// group's module imports.
const RESERVED_GROUPS: [&str; 15] = [
    "builder",
    "call",
    "client",
    "from_env",
    "generated",
    "method",
    "new",
    "operation",
    "params",
    "repeat",
    "sdk_core",
    "self_",
    "transport",
    "types",
    "with_token",
];

/// Runs the pass.
pub(super) fn run(document: &mut Value, cx: &mut Context) -> Outcome {
    let mut ids = Taken::default();
    let mut wanted: BTreeMap<(String, String), usize> = BTreeMap::new();
    walk::operations(document, &mut |visit, operation| {
        let id = text(operation, "operationId").unwrap_or_default();
        let id = ids.claim(&names::field_name(&id));
        let group = text(operation, "x-sdk-group")
            .or_else(|| first_tag(operation))
            .unwrap_or_else(|| from_path(visit.path));
        let mut group = names::field_name(&group);
        if RESERVED_GROUPS.contains(&group.as_str()) {
            group = format!("{}_api", group.trim_end_matches('_'));
        }
        let method = short(&id, &group);
        *wanted.entry((group.clone(), method)).or_default() += 1;
        operation.insert("operationId".to_owned(), Value::from(id));
        operation.insert("x-sdk-group".to_owned(), Value::from(group));
        operation
            .entry("x-sdk-repeatable")
            .or_insert_with(|| Value::Bool(!matches!(visit.method, "post" | "patch")));
        Ok(())
    })?;
    let mut taken: BTreeMap<String, Taken> = BTreeMap::new();
    walk::operations(document, &mut |visit, operation| {
        let id = text(operation, "operationId").unwrap_or_default();
        let group = text(operation, "x-sdk-group").unwrap_or_default();
        let short = short(&id, &group);
        let alone = wanted.get(&(group.clone(), short.clone())) == Some(&1);
        let given = text(operation, "x-sdk-method").map(|name| names::field_name(&name));
        // Two operations that would be called the same both keep their whole id.
        let method = given.clone().unwrap_or(if alone { short } else { id });
        // A method with options gets a second function, `list_with` beside `list`.
        let claimed = taken.entry(group).or_default().claim_with(&method, "_with");
        if given.is_some() && claimed != method {
            cx.warn(
                visit.at,
                format!(
                    "two operations of a group are called `{method}`; this one became `{claimed}`"
                ),
            );
        }
        operation.insert("x-sdk-method".to_owned(), Value::from(claimed));
        Ok(())
    })
}

fn text(operation: &Object, key: &str) -> Option<String> {
    operation
        .get(key)
        .and_then(Value::as_str)
        .map(str::to_owned)
}

fn first_tag(operation: &Object) -> Option<String> {
    let tag = operation.get("tags")?.get(0)?.as_str()?;
    (!tag.trim().is_empty()).then(|| tag.to_owned())
}

/// The first part of a path that is neither a parameter nor a version.
fn from_path(path: &str) -> String {
    path.split('/')
        .filter(|part| !part.is_empty() && !part.starts_with('{'))
        .find(|part| *part != "api" && !is_version(part))
        .unwrap_or("default")
        .to_owned()
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v')
        .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

/// The id without the words of the group, in the singular or plural: `get_pod_logs` in `pods` is
/// `get_logs`.
fn short(id: &str, group: &str) -> String {
    let words: Vec<&str> = id.split('_').filter(|word| !word.is_empty()).collect();
    let group: Vec<String> = group.split('_').map(singular).collect();
    let found = words.windows(group.len()).position(|window| {
        window
            .iter()
            .map(|word| singular(word))
            .eq(group.iter().cloned())
    });
    let Some(start) = found else {
        return id.to_owned();
    };
    let kept: Vec<&str> = words
        .iter()
        .enumerate()
        .filter(|(index, _)| *index < start || *index >= start + group.len())
        .map(|(_, word)| *word)
        .collect();
    if kept.is_empty() {
        id.to_owned()
    } else {
        names::field_name(&kept.join("_"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Operation id, group and method of each operation, in order.
    fn check(paths: &Value, expected: &[(&str, &str, &str)]) {
        let mut document = json!({"paths": paths});
        run(&mut document, &mut Context::new()).unwrap();
        let mut found = Vec::new();
        walk::operations(&mut document, &mut |_, operation| {
            let get = |key| text(operation, key).unwrap();
            found.push((get("operationId"), get("x-sdk-group"), get("x-sdk-method")));
            Ok(())
        })
        .unwrap();
        let found: Vec<(&str, &str, &str)> = found
            .iter()
            .map(|(id, group, method)| (id.as_str(), group.as_str(), method.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    fn operation(id: &str, tag: &str) -> Value {
        json!({"operationId": id, "tags": [tag, "second"]})
    }

    #[test]
    fn the_tag_is_the_group_and_its_words_leave_the_method() {
        check(
            &json!({"/v2/pods": {"get": operation("listPods", "Pods"), "post": operation("createPod", "Pods")}}),
            &[
                ("list_pods", "pods", "list"),
                ("create_pod", "pods", "create"),
            ],
        );
        check(
            &json!({"/a": {"get": operation("getNetworkVolumeLogs", "Network Volumes")}}),
            &[("get_network_volume_logs", "network_volumes", "get_logs")],
        );
        check(
            &json!({"/a": {"get": operation("pods", "Pods")}}),
            &[("pods", "pods", "pods")],
        );
        check(
            &json!({"/a": {"post": operation("pod-move", "Pods")}}),
            &[("pod_move", "pods", "move_")],
        );
        check(
            &json!({"/a": {"get": operation("other", "Pods")}}),
            &[("other", "pods", "other")],
        );
    }

    #[test]
    fn without_a_tag_the_path_is_the_group() {
        let check_path = |path: &str, group: &str| {
            check(
                &json!({path: {"get": {"operationId": "x"}}}),
                &[("x", group, "x")],
            );
        };
        check_path("/api/v1/{team}/big-pods/{id}", "big_pods");
        check_path("/{id}", "default");
        check_path("/", "default");
        check_path("/v2/new", "new_api");
        check_path("/version", "version");
    }

    #[test]
    fn two_that_would_be_called_the_same_keep_their_whole_id() {
        check(
            &json!({"/a": {"get": operation("listPods", "Pods"), "put": operation("listPod", "Pods")}}),
            &[
                ("list_pods", "pods", "list_pods"),
                ("list_pod", "pods", "list_pod"),
            ],
        );
        check(
            &json!({"/a": {"get": operation("aPods", "Pods"), "put": operation("a", "Pods")}}),
            &[("a_pods", "pods", "a_pods"), ("a", "pods", "a")],
        );
    }

    #[test]
    fn the_second_function_of_a_method_is_taken_too() {
        check(
            &json!({"/a": {"get": operation("list", "Pods"), "put": operation("list_with", "Pods")}}),
            &[
                ("list", "pods", "list"),
                ("list_with", "pods", "list_with2"),
            ],
        );
    }

    #[test]
    fn the_overlay_decides() {
        check(
            &json!({"/a": {"get": {"operationId": "x", "tags": ["T"], "x-sdk-group": "Big Pods", "x-sdk-method": "fetch"}}}),
            &[("x", "big_pods", "fetch")],
        );
    }

    #[test]
    fn what_may_be_repeated_follows_from_the_method_unless_told() {
        let repeatable = |method: &str, given: Option<bool>| {
            let mut operation = json!({"operationId": "x"});
            if let Some(given) = given {
                operation["x-sdk-repeatable"] = json!(given);
            }
            let mut document = json!({"paths": {"/a": {method: operation}}});
            run(&mut document, &mut Context::new()).unwrap();
            document["paths"]["/a"][method]["x-sdk-repeatable"].as_bool()
        };
        for method in ["get", "put", "delete", "head"] {
            assert_eq!(repeatable(method, None), Some(true), "{method}");
        }
        for method in ["post", "patch"] {
            assert_eq!(repeatable(method, None), Some(false), "{method}");
            assert_eq!(repeatable(method, Some(true)), Some(true), "{method}");
        }
    }
}
