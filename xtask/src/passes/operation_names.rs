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
