//! `path_parameters`: moves parameters of a path item into its operations and checks that they fit
//! the path template.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::context::{Context, Outcome, PassError};
use super::schema::text;
use super::walk::{self, Object, SOURCE, Visit};
use crate::pointer;

/// Runs the pass.
pub(super) fn run(document: &mut Value, cx: &mut Context) -> Outcome {
    spread(document);
    walk::operations(document, &mut |visit, operation| {
        let template = template(visit.path)
            .map_err(|message| PassError::new(pointer::join("/paths", visit.path), message))?;
        let mut seen = BTreeSet::new();
        let listed = operation.remove("parameters");
        let mut kept: Vec<Value> = Vec::new();
        // The last one wins: parameters of the path item come first.
        for parameter in array(listed).into_iter().rev() {
            if seen.insert(key(&parameter)) {
                kept.push(parameter);
            }
        }
        kept.reverse();
        kept.retain(|parameter| fits(parameter, &template, visit, cx));
        declared(&template, &kept, visit)?;
        for parameter in &mut kept {
            if text(parameter, "in") == Some("path") {
                super::schema::mark(parameter, "required", true);
            }
        }
        if !kept.is_empty() {
            operation.insert("parameters".to_owned(), Value::Array(kept));
        }
        Ok(())
    })
}

fn array(value: Option<Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}

fn key(parameter: &Value) -> (String, String) {
    let part = |key| text(parameter, key).unwrap_or_default().to_owned();
    (part("in"), part("name"))
}

/// Puts the parameters of each path item in front of those of its operations.
fn spread(document: &mut Value) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for (path, item) in paths.iter_mut() {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        let shared = array(item.remove("parameters"));
        let below = item
            .get(SOURCE)
            .and_then(Value::as_str)
            .map_or_else(|| pointer::join("/paths", path), str::to_owned);
        let shared: Vec<Value> = shared
            .into_iter()
            .enumerate()
            .map(|(index, mut parameter)| {
                if parameter.get(SOURCE).is_none() {
                    let at =
                        pointer::join(&pointer::join(&below, "parameters"), &index.to_string());
                    super::schema::mark(&mut parameter, SOURCE, at);
                }
                parameter
            })
            .collect();
        if shared.is_empty() {
            continue;
        }
        for method in walk::METHODS {
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                prepend(operation, &shared);
            }
        }
    }
}

fn prepend(operation: &mut Object, shared: &[Value]) {
    let own = array(operation.remove("parameters"));
    let all = shared.iter().cloned().chain(own).collect();
    operation.insert("parameters".to_owned(), Value::Array(all));
}

/// The names in a path template, in order.
fn template(path: &str) -> Result<Vec<String>, String> {
    if !path.starts_with('/') {
        return Err("a path must start with `/`".to_owned());
    }
    let mut names: Vec<String> = Vec::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let closed = after.split_once('}').filter(|_| !before.contains('}'));
        let Some((name, tail)) = closed else {
            return Err("the braces of this path do not match".to_owned());
        };
        if name.is_empty() || name.contains(['/', '{']) {
            return Err(format!("`{{{name}}}` is not a path parameter"));
        }
        if names.iter().any(|known| known == name) {
            return Err(format!("`{{{name}}}` stands twice in this path"));
        }
        names.push(name.to_owned());
        rest = tail;
    }
    if rest.contains('}') {
        return Err("the braces of this path do not match".to_owned());
    }
    Ok(names)
}

/// Drops a path parameter the template does not have.
fn fits(parameter: &Value, template: &[String], visit: &Visit<'_>, cx: &mut Context) -> bool {
    let (place, name) = key(parameter);
    let fits = place != "path" || template.contains(&name);
    if !fits {
        cx.warn(
            visit.at,
            format!("path parameter `{name}` is not in the path and was dropped"),
        );
    }
    fits
}

/// Refuses a template whose parameter nobody describes.
fn declared(template: &[String], parameters: &[Value], visit: &Visit<'_>) -> Outcome {
    for name in template {
        let wanted = ("path".to_owned(), name.clone());
        if !parameters.iter().any(|parameter| key(parameter) == wanted) {
            let example =
                json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}});
            return Err(PassError::new(
                visit.at,
                format!("`{{{name}}}` of the path `{}` is not declared", visit.path),
            )
            .with_help(format!("add to its `parameters`: {example}")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn parameter(name: &str, place: &str) -> Value {
        json!({"name": name, "in": place})
    }

    #[test]
    fn shared_parameters_move_into_each_operation_unless_it_has_its_own() {
        testing::document(
            run,
            &json!({"paths": {"/a/{id}": {
                "parameters": [parameter("id", "path"), parameter("q", "query")],
                "get": {},
                "put": {"parameters": [{"name": "q", "in": "query", "description": "own"}]},
            }}}),
            &{
                let id = json!({
                    "name": "id",
                    "in": "path",
                    "required": true,
                    "x-sdk-source": "/paths/~1a~1{id}/parameters/0",
                });
                let q = json!({"name": "q", "in": "query", "x-sdk-source": "/paths/~1a~1{id}/parameters/1"});
                json!({"paths": {"/a/{id}": {
                    "get": {"parameters": [id, q]},
                    "put": {"parameters": [id, {"name": "q", "in": "query", "description": "own"}]},
                }}})
            },
        );
    }

    #[test]
    fn a_name_may_be_used_in_several_places() {
        testing::document(
            run,
            &json!({"paths": {"/{id}": {"get": {"parameters": [parameter("id", "path"), parameter("id", "query")]}}}}),
            &json!({"paths": {"/{id}": {"get": {"parameters": [
                {"name": "id", "in": "path", "required": true},
                {"name": "id", "in": "query"},
            ]}}}}),
        );
    }

    #[test]
    fn a_parameter_the_path_does_not_have_is_dropped() {
        let document = json!({"paths": {"/a": {"get": {"parameters": [parameter("id", "path")]}}}});
        assert_eq!(
            testing::warnings(run, &document),
            ["/paths/~1a/get: path parameter `id` is not in the path and was dropped"]
        );
    }

    #[test]
    fn a_template_must_be_sound_and_declared() {
        let check = |path: &str, pointer: &str, message: &str| {
            let document =
                json!({"paths": {path: {"get": {"parameters": [parameter("id", "path")]}}}});
            let error = testing::error(run, &document);
            assert_eq!(error.pointer, pointer, "{error}");
            assert!(error.message.contains(message), "{error}");
        };
        check(
            "/a/{id}/{other}",
            "/paths/~1a~1{id}~1{other}/get",
            "`{other}`",
        );
        check("a/{id}", "/paths/a~1{id}", "start with `/`");
        check("/a/{id", "/paths/~1a~1{id", "braces");
        check("/a/id}", "/paths/~1a~1id}", "braces");
        check("/a}/{id}", "/paths/~1a}~1{id}", "braces");
        check("/a/{}", "/paths/~1a~1{}", "not a path parameter");
        check("/a/{i/d}", "/paths/~1a~1{i~1d}", "not a path parameter");
        check("/a/{id}{id}", "/paths/~1a~1{id}{id}", "twice");
    }
}
