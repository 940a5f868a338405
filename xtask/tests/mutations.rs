//! Documents broken at random, always the same way: each ends in source that parses as Rust or in an
//! error that names its place, never in a panic.
#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use xtask::generate::{CrateError, crate_files};
use xtask::overlay::{Mode, Overlay};
use xtask::passes::{Context, PassError};
use xtask::workspace::Workspace;
use xtask::{document, pointer};

/// Mutants of each fixture.
const MUTANTS: u64 = 40;
/// Mutants of our own description, which takes longer.
const OWN_MUTANTS: u64 = 12;
/// Changes one mutant may have.
const MOST_CHANGES: usize = 3;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every fixture that becomes a client, and our own description, with their names.
fn fixtures() -> Vec<(String, Value)> {
    let mut paths: Vec<PathBuf> = fs::read_dir(root().join("xtask/tests/fixtures"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    paths.push(root().join("openapi/runpod.json"));
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, document::parse(&fs::read(path).unwrap()).unwrap())
        })
        .collect()
}

/// The whole way from a document to a crate.
fn generate(document: &Value, overlay: &Overlay) -> Result<(), PassError> {
    // As text, the way documents come: what nests too deep is refused by the reader.
    let mut document = document::parse(document.to_string().as_bytes())?;
    overlay.apply(&mut document, Mode::Lenient).unwrap();
    let mut context = Context::new();
    let files = crate_files(&Workspace::default(), document, "mutant", &mut context);
    let files = files.map_err(|error| match error {
        CrateError::Document(error) => error,
        CrateError::File(error) => PassError::new("", error.to_string()),
    })?;
    for (name, text) in files.iter().filter(|(name, _)| name.contains("generated/")) {
        syn::parse_file(text)
            .map_err(|error| PassError::new("", format!("{name} is no Rust: {error}")))?;
    }
    Ok(())
}

/// Checks one mutant; `Ok` says whether it became a client.
fn check(original: &Value, mutant: &Value, overlay: &Overlay) -> Result<bool, String> {
    let ended = panic::catch_unwind(AssertUnwindSafe(|| generate(mutant, overlay)));
    let error = match ended {
        Ok(Ok(())) => return Ok(true),
        Ok(Err(error)) => error,
        Err(_) => return Err("a panic".to_owned()),
    };
    // A pass that failed, or progenitor at a place it cannot name, is a gap of ours.
    let ours = error.message.contains("the pass `") || error.message.contains("is no Rust");
    let about_the_whole = [
        "an OpenAPI document",
        "OpenAPI ",
        "no `paths`",
        "no `openapi`",
        "line ",
    ]
    .iter()
    .any(|words| error.message.contains(words));
    if ours || (error.pointer.is_empty() && !about_the_whole) {
        return Err(error.to_string());
    }
    let known = |document: &Value| document.pointer(&error.pointer).is_some();
    if known(mutant) || known(original) {
        Ok(false)
    } else {
        let near = pointer::nearest(mutant, &error.pointer);
        Err(format!("{error} (only {near} is there)"))
    }
}

#[test]
fn mutants_become_rust_or_an_error_with_a_place() {
    let overlay =
        Overlay::parse(&fs::read(root().join("openapi/runpod.overlay.yaml")).unwrap()).unwrap();
    let mut failures = Vec::new();
    let (mut clients, mut total) = (0, 0);
    for (name, original) in fixtures() {
        let own = name == "runpod.json";
        for seed in 0..if own { OWN_MUTANTS } else { MUTANTS } {
            let mut random = fastrand::Rng::with_seed(seed * 31 + name.len() as u64);
            let mut mutant = original.clone();
            let changes: Vec<String> = (0..random.usize(1..=MOST_CHANGES))
                .map(|_| mutate(&mut mutant, &mut random))
                .collect();
            total += 1;
            match check(&original, &mutant, &overlay) {
                Ok(client) => clients += usize::from(client),
                Err(message) => {
                    failures.push(format!("{name}, seed {seed}, {changes:?}: {message}"));
                }
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {total}:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(total >= 200, "{total} mutants");
    // Mutants that all fail, or none, would show nothing.
    assert!(
        clients > total / 4 && clients < total,
        "{clients} of {total} became clients"
    );
}

/// Changes one place, and says which and how.
#[expect(clippy::too_many_lines, reason = "a table of changes")]
fn mutate(document: &mut Value, random: &mut fastrand::Rng) -> String {
    let places = places(document);
    let place = random.choice(&places).cloned().unwrap_or_default();
    let other = random.choice(&places).cloned().unwrap_or_default();
    let copy = document.pointer(&other).cloned().unwrap_or_default();
    let kind = random.usize(0..11);
    let (parent, token) = place.rsplit_once('/').unwrap_or(("", ""));
    let token = pointer::unescape(token);
    let what = match kind {
        0 | 1 => {
            with_object(document, parent, |object| {
                object.remove(&token);
            });
            "removed".to_owned()
        }
        2 => {
            let value = odd_value(random);
            let what = format!("replaced by {value}");
            put(document, &place, value);
            what
        }
        3 => {
            put(document, &place, copy);
            format!("replaced by {other}")
        }
        4 => {
            let name = odd_name(random);
            with_object(document, parent, |object| {
                if let Some(value) = object.remove(&token) {
                    object.insert(name.to_owned(), value);
                }
            });
            format!("renamed to {name:?}")
        }
        5 => {
            let name = odd_name(random);
            with_object(document, &place, |object| {
                object.insert(name.to_owned(), copy);
            });
            format!("got {name:?} from {other}")
        }
        6 => {
            let depth = random.usize(1..40);
            let value = document.pointer(&place).cloned().unwrap_or_default();
            let nested =
                (0..depth).fold(value, |inner, _| json!({"type": "array", "items": inner}));
            put(document, &place, nested);
            format!("nested {depth} deep")
        }
        7 => swap_string(document, "$ref", random),
        8 => swap_string(document, "operationId", random),
        9 => swap_string(document, "type", random),
        _ => {
            let (key, value) = keyword(random);
            let what = format!("got {key}: {value}");
            with_object(document, &place, |object| {
                object.insert(key.to_owned(), value);
            });
            what
        }
    };
    format!("{place} {what}")
}

/// The pointers of all nodes but the root.
fn places(value: &Value) -> Vec<String> {
    fn collect(value: &Value, at: &str, list: &mut Vec<String>) {
        let mut child = |key: &str, inner: &Value| {
            let at = pointer::join(at, key);
            collect(inner, &at, list);
            list.push(at);
        };
        match value {
            Value::Object(map) => map.iter().for_each(|(key, inner)| child(key, inner)),
            Value::Array(items) => {
                items
                    .iter()
                    .enumerate()
                    .for_each(|(index, inner)| child(&index.to_string(), inner));
            }
            _ => {}
        }
    }
    let mut list = Vec::new();
    collect(value, "", &mut list);
    list
}

fn put(document: &mut Value, place: &str, value: Value) {
    if let Some(node) = document.pointer_mut(place) {
        *node = value;
    }
}

fn with_object(document: &mut Value, place: &str, change: impl FnOnce(&mut Map<String, Value>)) {
    if let Some(object) = document.pointer_mut(place).and_then(Value::as_object_mut) {
        change(object);
    }
}

/// Gives one string under `key` the value of another.
fn swap_string(document: &mut Value, key: &str, random: &mut fastrand::Rng) -> String {
    let ending = format!("/{key}");
    let all: Vec<String> = places(document)
        .into_iter()
        .filter(|place| {
            place.ends_with(&ending) && document.pointer(place).is_some_and(Value::is_string)
        })
        .collect();
    let (Some(to), Some(from)) = (random.choice(&all), random.choice(&all)) else {
        return format!("no {key}");
    };
    let value = document.pointer(from).cloned().unwrap_or_default();
    put(document, to, value);
    format!("{to} took the value of {from}")
}

fn odd_value(random: &mut fastrand::Rng) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(1e300),
        json!(""),
        json!("x"),
        json!([]),
        json!({}),
        json!([null]),
        json!(["null"]),
        json!("#/components/schemas/Gone"),
        json!({"$ref": "#"}),
        json!({"$ref": "#/paths"}),
        json!({"$ref": 7}),
        json!({"type": "null"}),
        json!({"type": ["string", "object", "null"], "properties": {"a": {}}}),
        json!({"oneOf": []}),
        json!({"enum": []}),
        json!({"enum": [null]}),
        json!({"not": {}}),
        json!({"allOf": [true, false]}),
        json!({"oneOf": [{"type": "object"}, {"type": "object", "properties": {"a": true}}]}),
        json!({"type": "object", "properties": {"a": {"const": 1}, "A": {"const": null}}, "required": ["b"]}),
    ];
    random.choice(values).unwrap_or_default()
}

fn odd_name(random: &mut fastrand::Rng) -> &'static str {
    let names = [
        "",
        "type",
        "self",
        "Self",
        "crate",
        "1st",
        "a b",
        "a-b",
        "a_b",
        "a/b",
        "a~b",
        "%2F",
        "ä",
        "名前",
        "\u{1f600}",
        "\u{0}",
        "\n",
        "$ref",
        "properties",
        "x-sdk-union",
        "x-sdk-source",
        "default",
        "{x}",
        "/{a}/{b}",
        "/a{",
        "2XX",
        "999",
        "Option",
        "Vec",
        "'",
        "\"",
        "\\",
        "r#type",
        "__proto__",
    ];
    random.choice(names).unwrap_or_default()
}

/// A keyword of a schema or operation with a value that may or may not fit.
fn keyword(random: &mut fastrand::Rng) -> (&'static str, Value) {
    let all = [
        ("nullable", json!(true)),
        ("type", json!(["string", "null"])),
        ("type", json!("integer")),
        ("enum", json!(["a b", "a-b", "A B", "", "1", "Unknown"])),
        ("const", json!({"a": 1})),
        (
            "oneOf",
            json!([{"type": "string"}, {"type": "object", "properties": {"z": {"type": "string"}}, "required": ["z"]}]),
        ),
        ("anyOf", json!([{"required": ["a"]}, {"required": ["b"]}])),
        (
            "allOf",
            json!([{"type": "object", "properties": {"deep": {"allOf": [{"type": "string"}, {"minLength": 2}]}}}]),
        ),
        ("allOf", json!([{"type": "string"}, {"type": "array"}])),
        (
            "discriminator",
            json!({"propertyName": "type", "mapping": {"a": "#/components/schemas/Gone"}}),
        ),
        ("discriminator", json!({"propertyName": "kind"})),
        ("additionalProperties", json!({"type": "integer"})),
        ("additionalProperties", json!(true)),
        ("required", json!(["type", "type", "gone"])),
        (
            "properties",
            json!({"a-b": {}, "a_b": {"type": "string"}, "aB": {"enum": [1, "x", null]}}),
        ),
        ("items", json!({"$ref": "#/components/schemas/Gone"})),
        ("items", json!([{"type": "string"}])),
        ("pattern", json!("(?<=a)[")),
        ("minimum", json!("3")),
        ("default", json!({"a": [1]})),
        ("format", json!("date-time")),
        ("deprecated", json!("yes")),
        ("description", json!("[x] <y> `z\n    code\n```")),
        ("title", json!("Same title")),
        ("readOnly", json!(true)),
        ("style", json!("deepObject")),
        ("explode", json!(0)),
        ("in", json!("path")),
        ("name", json!("id")),
        ("content", json!({"*/*": {}})),
        ("$ref", json!("#/components/schemas/A~1B%20c")),
        ("$anchor", json!("here")),
        ("x-sdk-group", json!("new")),
        ("x-sdk-secret", json!(true)),
        ("x-sdk-union", json!({"variants": [1]})),
        ("if", json!({"required": ["a"]})),
        (
            "parameters",
            json!([{"name": "body", "in": "query", "schema": {"type": "string"}}]),
        ),
        (
            "responses",
            json!({"200": {"description": "x", "content": {"application/json": {}}}, "204": {}}),
        ),
        (
            "requestBody",
            json!({"content": {"text/csv": {"schema": {"type": "string"}}}}),
        ),
        ("prefixItems", json!([true])),
        ("patternProperties", json!({"^a": false})),
        ("unevaluatedProperties", json!({})),
    ];
    random.choice(all).unwrap_or(("x", Value::Null))
}
