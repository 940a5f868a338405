//! `references`: puts the target of a `$ref` to a parameter, header, body, response or path item in
//! its place.

use serde_json::Value;

use super::context::{Context, Outcome, PassError};
use super::walk::{METHODS, Object, SOURCE};
use crate::pointer;

/// Chains longer than this are taken for a loop.
const MAX_HOPS: usize = 64;

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    let original = document.clone();
    let resolver = Resolver {
        document: &original,
    };
    if let Some(components) = document
        .get_mut("components")
        .and_then(Value::as_object_mut)
    {
        for (kind, entries) in components.iter_mut() {
            let at = pointer::join("/components", kind);
            match kind.as_str() {
                "parameters" | "headers" | "requestBodies" | "responses" => {
                    resolver.each(&at, entries, &|at, entry| resolver.holder(at, entry))?;
                }
                "pathItems" => {
                    resolver.each(&at, entries, &|at, entry| resolver.path_item(at, entry))?;
                }
                _ => {}
            }
        }
    }
    match document.get_mut("paths") {
        Some(paths) => resolver.each("/paths", paths, &|at, item| resolver.path_item(at, item)),
        None => Ok(()),
    }
}

struct Resolver<'a> {
    document: &'a Value,
}

impl Resolver<'_> {
    /// Calls `f` on each entry of a list or map.
    fn each(
        &self,
        at: &str,
        entries: &mut Value,
        f: &dyn Fn(&str, &mut Value) -> Outcome,
    ) -> Outcome {
        match entries {
            Value::Array(list) => {
                for (index, entry) in list.iter_mut().enumerate() {
                    let place = pointer::join(at, &index.to_string());
                    let at = self.resolve(place, entry)?;
                    f(&at, entry)?;
                }
            }
            Value::Object(map) => {
                for (key, entry) in map.iter_mut() {
                    let place = pointer::join(at, key);
                    let at = self.resolve(place, entry)?;
                    f(&at, entry)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn path_item(&self, at: &str, item: &mut Value) -> Outcome {
        if let Some(parameters) = item.get_mut("parameters") {
            let at = pointer::join(at, "parameters");
            self.each(&at, parameters, &|at, entry| self.holder(at, entry))?;
        }
        for method in METHODS {
            let Some(operation) = item.get_mut(method) else {
                continue;
            };
            let mut at = self.resolve(pointer::join(at, method), operation)?;
            // Some documents point a method at a whole path item.
            if let Some(inner) = operation.get_mut(method).filter(|inner| inner.is_object()) {
                at = pointer::join(&at, method);
                *operation = inner.take();
                super::schema::mark(operation, SOURCE, at.as_str());
            }
            self.operation(&at, operation)?;
        }
        Ok(())
    }

    fn operation(&self, at: &str, operation: &mut Value) -> Outcome {
        for key in ["parameters", "responses"] {
            if let Some(entries) = operation.get_mut(key) {
                let at = pointer::join(at, key);
                self.each(&at, entries, &|at, entry| self.holder(at, entry))?;
            }
        }
        match operation.get_mut("requestBody") {
            Some(body) => self
                .resolve(pointer::join(at, "requestBody"), body)
                .map(|_| ()),
            None => Ok(()),
        }
    }

    fn holder(&self, at: &str, holder: &mut Value) -> Outcome {
        match holder.get_mut("headers") {
            Some(headers) => self.each(&pointer::join(at, "headers"), headers, &|_, _| Ok(())),
            None => Ok(()),
        }
    }

    /// Replaces a `$ref` object by what it finally points at, and returns where that stands. Keys
    /// beside the `$ref` win.
    fn resolve(&self, at: String, node: &mut Value) -> Outcome<String> {
        let source = node.get(SOURCE).and_then(Value::as_str);
        let mut at = source.map_or(at, str::to_owned);
        let mut siblings = Object::new();
        for _ in 0..MAX_HOPS {
            let Some(object) = node.as_object_mut() else {
                break;
            };
            let Some(reference) = object.remove("$ref") else {
                break;
            };
            let mut beside = std::mem::take(object);
            beside.extend(std::mem::take(&mut siblings));
            siblings = beside;
            let (pointer, target) = self.target(&at, &reference)?;
            *node = target.clone();
            super::schema::mark(node, SOURCE, pointer.as_str());
            at = pointer;
        }
        if node.get("$ref").is_some() {
            return Err(PassError::new(at, "this `$ref` leads back to itself"));
        }
        if let Some(object) = node.as_object_mut() {
            siblings.remove(SOURCE);
            object.extend(siblings);
        }
        Ok(at)
    }

    fn target(&self, at: &str, reference: &Value) -> Outcome<(String, &Value)> {
        let Some(text) = reference.as_str() else {
            return Err(PassError::new(at, "`$ref` must be a string"));
        };
        let Some(pointer) = pointer::local(text) else {
            return Err(
                PassError::new(at, format!("`$ref` leaves the document: `{text}`"))
                    .with_help("bundle all files into one document first"),
            );
        };
        match self.document.pointer(&pointer) {
            Some(target) if target.is_object() && !pointer.is_empty() => {
                let source = target
                    .get(SOURCE)
                    .and_then(Value::as_str)
                    .unwrap_or(&pointer);
                Ok((source.to_owned(), target))
            }
            _ => Err(PassError::new(
                at,
                format!("`$ref` points at nothing that can stand here: `{text}`"),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use serde_json::json;

    #[test]
    fn targets_take_the_place_of_references() {
        testing::document(
            run,
            &json!({
                "paths": {
                    "/a": {"get": {
                        "parameters": [{"$ref": "#/components/parameters/P", "description": "mine"}],
                        "requestBody": {"$ref": "#/components/requestBodies/B"},
                        "responses": {"200": {"$ref": "#/components/responses/R"}},
                    }},
                    "/b": {"$ref": "#/paths/~1a"},
                },
                "components": {
                    "parameters": {"P": {"$ref": "#/components/parameters/Q"}, "Q": {"name": "q"}},
                    "requestBodies": {"B": {"content": {}}},
                    "responses": {"R": {"headers": {"H": {"$ref": "#/components/headers/H"}}}},
                    "headers": {"H": {"schema": {}}},
                },
            }),
            &{
                let header = json!({"schema": {}, "x-sdk-source": "/components/headers/H"});
                let operation = json!({
                    "parameters": [{
                        "name": "q",
                        "description": "mine",
                        "x-sdk-source": "/components/parameters/Q",
                    }],
                    "requestBody": {"content": {}, "x-sdk-source": "/components/requestBodies/B"},
                    "responses": {"200": {
                        "headers": {"H": header},
                        "x-sdk-source": "/components/responses/R",
                    }},
                });
                json!({
                    "paths": {
                        "/a": {"get": operation},
                        "/b": {"get": operation, "x-sdk-source": "/paths/~1a"},
                    },
                    "components": {
                        "parameters": {
                            "P": {"name": "q", "x-sdk-source": "/components/parameters/Q"},
                            "Q": {"name": "q"},
                        },
                        "requestBodies": {"B": {"content": {}}},
                        "responses": {"R": {"headers": {"H": header}}},
                        "headers": {"H": {"schema": {}}},
                    },
                })
            },
        );
    }

    #[test]
    fn a_method_may_point_at_an_operation_or_at_a_whole_path() {
        let item = json!({"get": {"operationId": "x"}});
        let check = |reference: &str| {
            testing::document(
                run,
                &json!({
                    "paths": {"/a": {"get": {"$ref": reference}}},
                    "components": {"pathItems": {"I": item}},
                }),
                &json!({
                    "paths": {"/a": {"get": {
                        "operationId": "x",
                        "x-sdk-source": "/components/pathItems/I/get",
                    }}},
                    "components": {"pathItems": {"I": item}},
                }),
            );
        };
        check("#/components/pathItems/I/get");
        check("#/components/pathItems/I");
    }

    #[test]
    fn a_reference_that_leads_nowhere_is_an_error_at_its_place() {
        let check = |reference: Value, message: &str| {
            let document = json!({
                "paths": {"/a": {"get": {"parameters": [{"$ref": reference}]}}},
                "components": {"parameters": {"C": "text"}},
                "x-loop": {"A": {"$ref": "#/x-loop/B"}, "B": {"$ref": "#/x-loop/A"}},
            });
            let error = testing::error(run, &document);
            assert!(error.message.contains(message), "{reference}: {error}");
            assert!(
                document.pointer(&error.pointer).is_some(),
                "{reference}: {error}"
            );
        };
        check(json!("#/components/parameters/Gone"), "points at nothing");
        check(json!("#/components/parameters/C"), "points at nothing");
        check(json!("#"), "points at nothing");
        check(json!("other.yaml#/A"), "leaves the document");
        check(json!("#/x-loop/A"), "leads back to itself");
        check(json!(7), "must be a string");
    }
}
