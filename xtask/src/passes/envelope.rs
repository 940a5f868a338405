//! `envelope`: unwraps answers of APIs that put every result under one key, as the document's
//! `x-envelope` says. A list under it, alone in any number of objects, is read as that list; an
//! empty object says nothing. Also says how a list is asked to go on: by the parameters that
//! `x-envelope` names, or by those of an operation's own `x-paging`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::context::{Context, Outcome};
use super::schema::{self, Schemas, is_type, text};
use super::walk::{self, Object};

/// Lists nested deeper than this are left as they are.
const MAX_NESTING: usize = 3;

/// What `x-envelope` says.
struct Envelope {
    data: String,
    pagination: String,
    paging: Value,
}

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    let envelope = document
        .as_object_mut()
        .and_then(|document| document.remove("x-envelope"));
    let envelope = envelope.as_ref().and_then(|found| {
        Some(Envelope {
            data: text(found, "data")?.to_owned(),
            pagination: text(found, "pagination").unwrap_or("pagination").to_owned(),
            paging: found.clone(),
        })
    });
    let schemas = schema::named(document);
    let mut left = BTreeSet::new();
    walk::operations(document, &mut |_, operation| {
        if let Some(paging) = operation.remove("x-paging") {
            set_paging(operation, &paging);
        }
        if let Some(envelope) = &envelope {
            unwrap(operation, envelope, &schemas, &mut left);
        }
        Ok(())
    })?;
    drop_unused(document, left)
}

/// Notes the parameters of an operation by which a list goes on.
fn set_paging(operation: &mut Object, names: &Value) {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let has = |name: &str| {
        let mut all = parameters.into_iter().flatten();
        all.any(|parameter| {
            text(parameter, "in") == Some("query") && text(parameter, "name") == Some(name)
        })
    };
    let found: Object = ["cursor", "page"]
        .into_iter()
        .filter_map(|kind| Some((kind, text(names, kind).filter(|name| has(name))?)))
        .map(|(kind, name)| (kind.to_owned(), Value::from(name)))
        .collect();
    if !found.is_empty() {
        operation.insert("x-sdk-paging".to_owned(), Value::Object(found));
    }
}

fn unwrap(
    operation: &mut Object,
    envelope: &Envelope,
    schemas: &Schemas,
    left: &mut BTreeSet<String>,
) {
    let is_json = operation
        .get("x-sdk-success")
        .is_some_and(|success| text(success, "kind") == Some("json"));
    let Some(answer) = success_schema(operation).filter(|_| is_json) else {
        return;
    };
    let resolved = resolve(answer, schemas);
    let Some(data) = property(resolved, &envelope.data).cloned() else {
        return;
    };
    left.extend(schema::target(answer));
    let in_pages = property(resolved, &envelope.pagination);
    left.extend(in_pages.and_then(schema::target));
    let in_pages = in_pages.is_some();
    let found = contents(&data, envelope, schemas);
    let (kind, inner) = match found {
        Contents::Nothing => ("empty", None),
        Contents::List { keys, items, paged } => {
            mark(operation, "items_at", json!(keys));
            if in_pages || paged {
                set_paging(operation, &envelope.paging);
            }
            ("list", Some(items))
        }
        Contents::One if in_pages => {
            set_paging(operation, &envelope.paging);
            ("list", Some(data))
        }
        Contents::One => ("data", Some(data)),
    };
    mark(operation, "kind", json!(kind));
    let responses = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut);
    for (_, response) in responses.into_iter().flatten() {
        match (&inner, response.as_object_mut()) {
            (Some(inner), _) => {
                let content = json!({"application/json": {"schema": inner}});
                schema::mark(response, "content", content);
            }
            (None, Some(response)) => {
                response.remove("content");
            }
            (None, None) => {}
        }
    }
}

/// What stands under the envelope's key.
enum Contents {
    Nothing,
    List {
        keys: Vec<String>,
        items: Value,
        /// Whether an object on the way also says where the list goes on.
        paged: bool,
    },
    One,
}

fn contents(data: &Value, envelope: &Envelope, schemas: &Schemas) -> Contents {
    let mut keys = Vec::new();
    let mut paged = false;
    let mut here = resolve(data, schemas);
    while keys.len() <= MAX_NESTING {
        if is_type(here, "array") {
            let items = here.get("items").cloned().unwrap_or_else(|| json!({}));
            return Contents::List { keys, items, paged };
        }
        let properties = here.get("properties").and_then(Value::as_object);
        let Some(properties) = properties.filter(|_| is_type(here, "object")) else {
            return Contents::One;
        };
        if properties.is_empty() && keys.is_empty() && here.get("additionalProperties").is_none() {
            return Contents::Nothing;
        }
        paged |= properties.contains_key(&envelope.pagination);
        let mut others = properties
            .iter()
            .filter(|(key, _)| **key != envelope.pagination);
        let (Some((key, inner)), None) = (others.next(), others.next()) else {
            return Contents::One;
        };
        keys.push(key.clone());
        here = resolve(inner, schemas);
    }
    Contents::One
}

fn mark(operation: &mut Object, key: &str, value: Value) {
    if let Some(success) = operation.get_mut("x-sdk-success") {
        schema::mark(success, key, value);
    }
}

fn success_schema(operation: &Object) -> Option<&Value> {
    let responses = operation.get("responses")?.as_object()?;
    let (_, response) = responses.iter().next()?;
    response.pointer("/content/application~1json/schema")
}

fn property<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    schema.get("properties")?.get(name)
}

fn resolve<'a>(schema: &'a Value, schemas: &'a Schemas) -> &'a Value {
    let target = schema::target(schema).and_then(|name| schemas.get(&name));
    target.unwrap_or(schema)
}

/// Takes away envelopes that nothing refers to any more.
fn drop_unused(document: &mut Value, mut left: BTreeSet<String>) -> Outcome {
    walk::schemas(document, &mut |_, schema| {
        if let Some(name) = schema::target(schema) {
            left.remove(&name);
        }
        Ok(())
    })?;
    let mut schemas = schema::named(document);
    schemas.retain(|name, _| !left.contains(name));
    schema::put_named(document, schemas);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The operation after the pass, by the answer's schema.
    fn operation(answer: &Value, parameters: &Value) -> Value {
        let mut document = json!({
            "x-envelope": {"data": "data", "cursor": "cursor", "page": "page"},
            "paths": {"/a": {"get": {
                "parameters": parameters,
                "x-sdk-success": {"kind": "json"},
                "responses": {"200": {"content": {"application/json": {"schema": answer}}}},
            }}},
            "components": {"schemas": {
                "Pod": {"type": "object", "properties": {"id": {"type": "string"}}},
                "Pages": {"type": "object", "properties": {"cursor": {"type": "string"}}},
            }},
        });
        run(&mut document, &mut Context::new()).unwrap();
        assert!(document["components"]["schemas"]["Pod"].is_object());
        document["paths"]["/a"]["get"].take()
    }

    fn wrapped(data: Value) -> Value {
        json!({"type": "object", "properties": {"data": data}})
    }

    fn check(answer: &Value, success: &Value, schema: &Value) {
        let operation = operation(answer, &json!([]));
        assert_eq!(operation["x-sdk-success"], *success, "{answer}");
        let content = operation["responses"]["200"].pointer("/content/application~1json/schema");
        assert_eq!(*content.unwrap_or(&Value::Null), *schema, "{answer}");
    }

    #[test]
    fn one_thing_a_list_and_nothing_are_told_apart() {
        let pod = json!({"$ref": schema::reference("Pod")});
        let list = json!({"type": "array", "items": pod});
        let under =
            |key: &str, inner: &Value| json!({"type": "object", "properties": {key: inner}});
        check(&wrapped(pod.clone()), &json!({"kind": "data"}), &pod);
        let nothing = json!({"type": "object", "properties": {}});
        check(&wrapped(nothing), &json!({"kind": "empty"}), &json!(null));
        let lists = |keys: Value| json!({"kind": "list", "items_at": keys});
        check(&wrapped(list.clone()), &lists(json!([])), &pod);
        check(
            &wrapped(under("pods", &list)),
            &lists(json!(["pods"])),
            &pod,
        );
        let twice = under("data", &under("pods", &list));
        check(&wrapped(twice), &lists(json!(["data", "pods"])), &pod);
        let mut two = under("pods", &list);
        two["properties"]["mode"] = json!({"type": "string"});
        check(&wrapped(two.clone()), &json!({"kind": "data"}), &two);
        check(&pod, &json!({"kind": "json"}), &pod);
    }

    #[test]
    fn a_list_in_pages_knows_its_parameters_and_its_envelope_goes_away() {
        let mut answer = wrapped(json!({"type": "array", "items": {"type": "string"}}));
        answer["properties"]["pagination"] = json!({"$ref": schema::reference("Pages")});
        let parameters = json!([
            {"in": "query", "name": "cursor"},
            {"in": "header", "name": "page"},
        ]);
        let operation = operation(&answer, &parameters);
        assert_eq!(operation["x-sdk-paging"], json!({"cursor": "cursor"}));
    }

    #[test]
    fn paging_can_be_said_of_one_operation() {
        let mut document = json!({"paths": {"/a": {"get": {
            "parameters": [{"in": "query", "name": "after"}],
            "x-paging": {"cursor": "after", "page": "gone"},
        }}}});
        run(&mut document, &mut Context::new()).unwrap();
        let operation = &document["paths"]["/a"]["get"];
        assert_eq!(operation["x-sdk-paging"], json!({"cursor": "after"}));
        assert!(operation.get("x-paging").is_none());
    }
}
