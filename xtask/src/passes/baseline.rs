//! The least that lets plain progenitor 0.15 through our RunPod document: the measure of what the
//! other passes bring. Inline types stay apart, enums closed, limits in place.

use serde_json::{Value, json};

use super::context::{Context, Outcome};
use super::nullability::{self, NULLABLE};
use super::walk::{self, Object};

/// Makes `document` one that progenitor does not stop on.
pub(super) fn run(document: &mut Value) -> Outcome {
    if let Some(root) = document.as_object_mut() {
        // It reads 3.0 only.
        root.insert("openapi".to_owned(), json!("3.0.3"));
    }
    // Lists of types and `type: null` are not in 3.0.
    nullability::run(document, &mut Context::new())?;
    walk::schemas(document, &mut |_, schema| {
        if let Some(object) = schema.as_object_mut() {
            spell_nullable(object);
        }
        Ok(())
    })?;
    walk::operations(document, &mut |_, operation| {
        if let Some(responses) = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        {
            one_success(responses);
        }
        Ok(())
    })
}

/// Null as 3.0 spells it.
fn spell_nullable(schema: &mut Object) {
    if schema.remove(NULLABLE).is_none() {
        return;
    }
    if let Some(reference) = schema.remove("$ref") {
        schema.insert("allOf".to_owned(), json!([{"$ref": reference}]));
    }
    schema.insert("nullable".to_owned(), Value::Bool(true));
}

/// It asserts that there is one success, and takes `default` for one.
fn one_success(responses: &mut Object) {
    if let Some(fallback) = responses.remove("default") {
        for range in ["4XX", "5XX"] {
            responses.entry(range).or_insert_with(|| fallback.clone());
        }
    }
    let mut successes = responses
        .keys()
        .filter(|code| code.starts_with('2'))
        .cloned()
        .collect::<Vec<_>>();
    successes.sort();
    for extra in successes.iter().skip(1) {
        responses.remove(extra);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{document, progenitor};

    fn runpod() -> Value {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/runpod.json");
        document::parse(&std::fs::read(path).unwrap()).unwrap()
    }

    #[test]
    fn plain_progenitor_stops_without_it_and_not_with_it() {
        let mut document = runpod();
        assert!(progenitor::plain(&document).is_err());
        run(&mut document).unwrap();
        let code = progenitor::plain(&document).unwrap().to_string();
        // What it does not do: enums stay closed, limits stay checked.
        assert!(!code.contains("Unknown (String)"));
        assert!(code.contains("NonZero"));
    }

    #[test]
    fn every_part_of_it_is_needed() {
        let check = |what: &str, undo: fn(&mut Value)| {
            let mut document = runpod();
            run(&mut document).unwrap();
            undo(&mut document);
            assert!(progenitor::plain(&document).is_err(), "{what}");
        };
        check("the version", |document| {
            document["openapi"] = json!("3.1.0");
        });
        check("null", |document| {
            document["components"]["schemas"]["PodCluster"]["properties"]["rank"] =
                json!({"type": ["integer", "null"]});
        });
        check("`default`", |document| {
            let responses = &mut document["paths"]["/v2/pods"]["get"]["responses"];
            responses["default"] = responses["4XX"].clone();
        });
        check("two successes", |document| {
            document["paths"]["/v2/pods/{id}/action"]["post"]["responses"]["204"] =
                json!({"description": ""});
        });
    }
}
