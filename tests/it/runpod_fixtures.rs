//! Answers composed from the facts: each fits the description, parses into the generated type, and
//! loses no key on the way back.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{fs, path::PathBuf};

struct Fixture {
    name: String,
    schema: String,
    value: Value,
}

fn fixtures() -> Vec<Fixture> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/runpod");
    let mut fixtures: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let mut fixture: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            assert!(
                fixture["composed_from"].is_string(),
                "{} names no fact",
                path.display()
            );
            Fixture {
                name: path.file_stem().unwrap().to_string_lossy().into_owned(),
                schema: fixture["schema"].as_str().unwrap().to_owned(),
                value: fixture["value"].take(),
            }
        })
        .collect();
    fixtures.sort_by(|a, b| a.name.cmp(&b.name));
    fixtures
}

/// Reads a value as `T` and writes it again.
fn through<T: DeserializeOwned + Serialize>(value: &Value) -> Result<Value, serde_json::Error> {
    serde_json::to_value(serde_json::from_value::<T>(value.clone())?)
}

macro_rules! by_name {
    ($schema:expr, $value:expr, [$($name:ident),* $(,)?]) => {
        match $schema {
            $(stringify!($name) => through::<runpod_sdk::types::$name>($value),)*
            other => panic!("add `{other}` to the list of types"),
        }
    };
}

fn round_trip(schema: &str, value: &Value) -> Result<Value, serde_json::Error> {
    by_name!(
        schema,
        value,
        [
            Cluster,
            CpuType,
            DataCenter,
            Endpoint,
            ErrorResponse,
            GpuType,
            ListEndpointReleasesResponse,
            ListPodBillingResponse,
            ListPodsResponse,
            ListSecretsResponse,
            NetworkVolume,
            Pod,
            Template,
        ]
    )
}

/// What was lost or changed, as pointers. A null that came back as nothing says the same.
fn losses(before: &Value, after: &Value, pointer: &str, found: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (key, value) in before {
                let pointer = format!("{pointer}/{key}");
                match after.get(key) {
                    Some(kept) => losses(value, kept, &pointer, found),
                    None if value.is_null() => {}
                    None => found.push(pointer),
                }
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                losses(before, after, &format!("{pointer}/{index}"), found);
            }
        }
        (Value::Number(before), Value::Number(after)) if before.as_f64() == after.as_f64() => {}
        (before, after) if before == after => {}
        _ => found.push(pointer.to_owned()),
    }
}

#[test]
fn every_fixture_parses_and_loses_nothing() {
    for Fixture {
        name,
        schema,
        value,
    } in fixtures()
    {
        let after = round_trip(&schema, &value).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut lost = Vec::new();
        losses(&value, &after, "", &mut lost);
        assert!(lost.is_empty(), "{name} loses {lost:?}");
    }
}

#[test]
fn every_fixture_fits_the_description() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../sandbox/src/openapi/runpod.json");
    let description: Value = serde_json::from_slice(&fs::read(root).unwrap()).unwrap();
    for Fixture {
        name,
        schema,
        value,
    } in fixtures()
    {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": format!("#/components/schemas/{schema}"),
            "components": description["components"],
        });
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&value)
            .map(|e| format!("{}: {e}", e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn a_new_key_or_value_in_any_place_still_parses() {
    fn add(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.values_mut().for_each(add);
                map.insert("addedByTheVendorTomorrow".to_owned(), json!({"a": [1]}));
            }
            Value::Array(items) => items.iter_mut().for_each(add),
            _ => {}
        }
    }
    for Fixture {
        name,
        schema,
        mut value,
    } in fixtures()
    {
        // Maps with values of one type are no place for new keys of another.
        let maps = ["/env", "/pods/byStatus"];
        let kept: Vec<_> = maps.iter().map(|at| value.pointer(at).cloned()).collect();
        add(&mut value);
        for (at, kept) in maps.iter().zip(kept) {
            if let (Some(place), Some(kept)) = (value.pointer_mut(at), kept) {
                *place = kept;
            }
        }
        round_trip(&schema, &value).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}
