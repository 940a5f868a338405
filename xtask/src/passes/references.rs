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
                    let at = pointer::join(at, &index.to_string());
                    self.resolve(&at, entry)?;
                    f(&at, entry)?;
                }
            }
            Value::Object(map) => {
                for (key, entry) in map.iter_mut() {
                    let at = pointer::join(at, key);
                    self.resolve(&at, entry)?;
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
            let at = pointer::join(at, method);
            self.resolve(&at, operation)?;
            // Some documents point a method at a whole path item.
            let source = operation
                .get(SOURCE)
                .and_then(Value::as_str)
                .map(str::to_owned);
            if let Some(inner) = operation.get_mut(method).filter(|inner| inner.is_object()) {
                *operation = inner.take();
                if let Some(source) = source {
                    super::schema::mark(operation, SOURCE, pointer::join(&source, method));
                }
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
            Some(body) => self.resolve(&pointer::join(at, "requestBody"), body),
            None => Ok(()),
        }
    }

    fn holder(&self, at: &str, holder: &mut Value) -> Outcome {
        match holder.get_mut("headers") {
            Some(headers) => self.each(&pointer::join(at, "headers"), headers, &|_, _| Ok(())),
            None => Ok(()),
        }
    }

    /// Replaces a `$ref` object by what it finally points at. Keys beside the `$ref` win.
    fn resolve(&self, at: &str, node: &mut Value) -> Outcome {
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
            let (pointer, target) = self.target(at, &reference)?;
            *node = target.clone();
            super::schema::mark(node, SOURCE, pointer);
        }
        if node.get("$ref").is_some() {
            return Err(PassError::new(at, "this `$ref` leads back to itself"));
        }
        if let Some(object) = node.as_object_mut() {
            siblings.remove(SOURCE);
            object.extend(siblings);
        }
        Ok(())
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
            Some(target) if target.is_object() => {
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
