//! What `diff` calls breaking is what `cargo semver-checks` finds in the crates that are generated.
//!
//! Ignored, as it needs that program: `cargo install cargo-semver-checks --locked`, then
//! `cargo test -p xtask --test semver -- --ignored`. It does not look at the types of fields and arguments,
//! so the cases are about what is there and how much of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::diff::{self, Bump};
use xtask::generate;
use xtask::passes::Context;
use xtask::syntax::Scale;
use xtask::workspace::Workspace;

fn root() -> PathBuf {
    Workspace::default().root().to_path_buf()
}

fn runpod() -> Value {
    serde_json::from_slice(&fs::read(root().join("openapi/runpod.json")).unwrap()).unwrap()
}

/// The public face of the crate that a document becomes, as rustdoc tells it.
fn face(name: &str, document: &Value) -> PathBuf {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::default();
    let files = generate::crate_files(
        &workspace,
        document.clone(),
        "runpod.json",
        &mut Context::new(),
    );
    generate::write_crate(folder.path(), &files.unwrap()).unwrap();
    fs::copy(root().join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
    let target = root().join("target/standalone");
    let output = Command::new(env!("CARGO"))
        .args([
            "rustdoc",
            "--quiet",
            "--lib",
            "--",
            "-Zunstable-options",
            "--output-format=json",
        ])
        .current_dir(folder.path())
        .env("CARGO_TARGET_DIR", &target)
        // rustdoc's JSON is not stable yet; the checker asks for it in the same way.
        .env("RUSTC_BOOTSTRAP", "1")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let manifest = fs::read_to_string(folder.path().join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let crate_name = manifest["package"]["name"]
        .as_str()
        .unwrap()
        .replace('-', "_");
    let kept = target.join(format!("{name}.json"));
    fs::rename(target.join(format!("doc/{crate_name}.json")), &kept).unwrap();
    kept
}

/// Whether the checker finds that a minor step is too small, and what it says.
fn breaks(old: &Path, new: &Path) -> (bool, String) {
    let output = Command::new(env!("CARGO"))
        .args([
            "semver-checks",
            "--release-type",
            "minor",
            "--baseline-rustdoc",
        ])
        .arg(old)
        .arg("--current-rustdoc")
        .arg(new)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("checks"), "it did not run: {told}");
    (!output.status.success(), told)
}

type Case = (&'static str, fn(&mut Value));

const CASES: &[Case] = &[
    ("a call is gone", |document| {
        document["paths"]["/v2/pods/{id}"]
            .as_object_mut()
            .unwrap()
            .remove("delete");
    }),
    ("a call is new", |document| {
        let mut call = document["paths"]["/v2/pods/{id}"]["get"].clone();
        call["operationId"] = json!("getPodUsage");
        document["paths"]["/v2/pods/{id}/usage"] = json!({"get": call});
    }),
    ("a call has another name", |document| {
        document["paths"]["/v2/pods/{id}"]["get"]["operationId"] = json!("readPod");
    }),
    ("a call takes an argument more", |document| {
        let parameters = document["paths"]["/v2/pods/{id}"]["get"]["parameters"].as_array_mut();
        let more =
            json!({"name": "zone", "in": "query", "required": true, "schema": {"type": "string"}});
        parameters.unwrap().push(more);
    }),
    ("a field of an answer is gone", |document| {
        let ssh = &mut document["components"]["schemas"]["PodSsh"];
        let name = ssh["properties"]
            .as_object()
            .unwrap()
            .keys()
            .next()
            .unwrap()
            .clone();
        ssh["properties"].as_object_mut().unwrap().remove(&name);
        let required = ssh.get_mut("required").and_then(Value::as_array_mut);
        if let Some(required) = required {
            required.retain(|it| *it != name);
        }
    }),
    ("a field of an answer is new", |document| {
        document["components"]["schemas"]["PodSsh"]["properties"]["fingerprint"] =
            json!({"type": "string"});
    }),
    ("a value of an enum is gone", |document| {
        document["components"]["schemas"]["PodStatus"]["enum"]
            .as_array_mut()
            .unwrap()
            .pop();
    }),
    ("a value of an enum is new", |document| {
        let values = document["components"]["schemas"]["PodStatus"]["enum"].as_array_mut();
        values.unwrap().push(json!("HIBERNATED"));
    }),
];

#[test]
#[ignore = "needs cargo-semver-checks"]
fn what_breaks_here_breaks_there() {
    let old = runpod();
    let old_face = face("old", &old);
    let old_model = generate::model(old.clone()).unwrap();
    let mut differ = Vec::new();
    for (name, change) in CASES {
        let mut new = old.clone();
        change(&mut new);
        let new_face = face("new", &new);
        let changes = diff::between(
            "runpod",
            &old_model,
            &generate::model(new).unwrap(),
            Scale::Whole,
        );
        assert_ne!(
            Bump::of(&changes),
            Bump::None,
            "{name}: the case changes something"
        );
        let ours = Bump::of(&changes) == Bump::Major;
        let (theirs, told) = breaks(&old_face, &new_face);
        if ours != theirs {
            differ.push(format!(
                "{name}: breaks here: {ours}, there: {theirs}\n{changes:#?}\n{told}"
            ));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n\n"));
}
