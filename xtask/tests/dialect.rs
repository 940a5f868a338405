//! A document in the dialect of a vendor who names and shares nothing, and ours of the same
//! operations: what is known of each call must not depend on which of the two it was read from.
#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use xtask::passes::{self, Context, Warning};
use xtask::{document, overlay};

/// The normal form of a document with its overlay, and what the passes had to say.
fn normal(description: &str, words: &str) -> (Value, Vec<Warning>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| fs::read(root.join(path)).unwrap();
    let mut document = document::parse(&read(description)).unwrap();
    let mut context = Context::new();
    passes::mend(&mut document, &mut context).unwrap();
    let overlay = overlay::Overlay::parse(&read(words)).unwrap();
    overlay.apply(&mut document, overlay::Mode::Strict).unwrap();
    passes::lower(&mut document, &mut context).unwrap();
    (document, context.warnings)
}

fn vendors() -> (Value, Vec<Warning>) {
    normal(
        "xtask/tests/fixtures/inline-with-team-twins.json",
        "xtask/tests/fixtures/overlays/inline-with-team-twins.yaml",
    )
}

/// What is known of each operation apart from its types, by id.
fn calls(document: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let parameters: Vec<_> = parameters
                .map(|parameter| {
                    json!([
                        parameter["name"],
                        parameter["in"],
                        parameter["required"] == true
                    ])
                })
                .collect();
            let success = &operation["x-sdk-success"];
            let call = json!({
                "method": method,
                "path": path,
                "team": operation["x-sdk-team-path"],
                "kind": success["kind"],
                "items": success["items_at"],
                "paging": operation["x-sdk-paging"],
                "group": operation["x-sdk-group"],
                "parameters": parameters,
                "body": operation.get("x-sdk-body").is_some(),
            });
            found.insert(operation["operationId"].as_str().unwrap().to_owned(), call);
        }
    }
    found
}

#[test]
fn twins_are_one_call_and_answers_are_unwrapped_as_in_our_own_description() {
    let (ours, warnings) = normal("openapi/northflank.json", "openapi/northflank.overlay.yaml");
    assert_eq!(warnings, []);
    let ours = calls(&ours);
    let theirs = calls(&vendors().0);
    assert_eq!(theirs.len(), 21);
    for (id, call) in &theirs {
        assert_eq!(Some(call), ours.get(id), "{id}");
    }
    let with_team = theirs.values().filter(|call| call["team"].is_string());
    assert_eq!(with_team.count(), 19);
}

#[test]
fn types_are_called_by_the_names_for_their_places_and_others_are_told() {
    let (document, warnings) = vendors();
    let schemas = &document["components"]["schemas"];
    let reference = |at: &str| {
        schemas
            .pointer(at)
            .and_then(Value::as_str)
            .unwrap_or("none")
    };
    for (at, name) in [
        (
            "/DeploymentServiceInput/properties/ports/items/$ref",
            "ServicePort",
        ),
        (
            "/DeploymentService/properties/ports/items/$ref",
            "ServicePort",
        ),
        ("/ServicePort/properties/protocol/$ref", "PortProtocol"),
        (
            "/ExternalDeploymentInput/properties/external/$ref",
            "ExternalImage",
        ),
        ("/InternalDeploymentInput/properties/gpu/$ref", "GpuConfig"),
    ] {
        let found = reference(at);
        assert_eq!(found, format!("#/components/schemas/{name}"), "{at}");
    }
    let variants = &schemas["DeploymentInput"]["x-sdk-union"]["variants"];
    assert_eq!(variants[0]["field"], "internal");
    assert_eq!(variants[1]["field"], "external");
    assert_eq!(variants[2]["json"], "object");
    // The same volume in a list, from a create and from a read is one type.
    assert!(schemas.get("Volume").is_some() && schemas.get("ListVolumesResponse").is_none());
    let told = |name: &str| {
        let words = format!("it is called `{name}`");
        warnings
            .iter()
            .any(|warning| warning.message.contains(&words))
    };
    assert!(told("ResumeServiceBody") && !told("Volume"));
}
