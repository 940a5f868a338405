//! `generate --spec`: documents as vendors write them become crates that compile anywhere.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use xtask::workspace::Workspace;

fn root() -> PathBuf {
    Workspace::default().root().to_path_buf()
}

/// Runs the task as a maintainer would.
fn generate(spec: &Path, out: &Path) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["generate", "--spec"])
        .arg(spec)
        .arg("--out")
        .arg(out)
        .output()
        .unwrap();
    (
        output.status.success(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// Generates a crate and lets the compiler say what it thinks.
fn compiles(fixture: &str) {
    let scratch = tempfile::tempdir().unwrap();
    let out = scratch.path().join("client");
    let spec = root().join(fixture);
    let (success, stderr) = generate(&spec, &out);
    assert!(success, "{fixture}: {stderr}");
    // The same versions as here, so that nothing has to be downloaded.
    fs::copy(root().join("Cargo.lock"), out.join("Cargo.lock")).unwrap();
    let check = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--offline"])
        .current_dir(&out)
        .env("CARGO_TARGET_DIR", root().join("target/standalone"))
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&check.stderr);
    assert!(
        check.status.success() && stderr.is_empty(),
        "{fixture}: {stderr}"
    );
    // A second run replaces what the first wrote.
    let (success, stderr) = generate(&spec, &out);
    assert!(success, "{fixture}: {stderr}");
}

#[test]
fn vendor_documents_become_crates_that_compile_without_a_warning() {
    for fixture in [
        "xtask/tests/fixtures/twins-and-broken-defaults.yaml",
        "xtask/tests/fixtures/every-construct.yaml",
        "xtask/tests/fixtures/hybrid.yaml",
        "xtask/tests/fixtures/inheritance.yaml",
        "xtask/tests/fixtures/maps-and-objects.yaml",
        "xtask/tests/fixtures/parameters-that-are-objects.yaml",
        "xtask/tests/fixtures/names-that-bite.yaml",
        "xtask/tests/fixtures/styles.json",
        "openapi/runpod.json",
    ] {
        compiles(fixture);
    }
}

#[test]
fn a_folder_with_something_else_in_it_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.txt"), "ten years").unwrap();
    let (success, stderr) = generate(&root().join("openapi/runpod.json"), folder.path());
    assert!(
        !success && stderr.contains("not made by this command"),
        "{stderr}"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_cannot_be_represented_is_an_error_with_a_pointer_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let check = |text: &str, expected: &str| {
        let spec = folder.path().join("spec.yaml");
        fs::write(&spec, text).unwrap();
        let out = folder.path().join("out");
        let (success, stderr) = generate(&spec, &out);
        assert!(!success && stderr.contains(expected), "{text}: {stderr}");
        assert!(!out.exists());
    };
    let head = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n";
    check(&format!("{head}paths: {{}}\n"), "/paths");
    check(
        &format!(
            "{head}paths: {{'/a/{{id}}': {{get: {{responses: {{'204': {{description: x}}}}}}}}}}\n"
        ),
        "/paths/~1a~1{id}/get",
    );
    check("swagger: '2.0'\n", "2.0");
    check("paths: [\n", "line");
    check("", "spec.yaml");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let spec = root().join("xtask/tests/fixtures/every-construct.yaml");
    assert!(generate(&spec, &one).0 && generate(&spec, &two).0);
    let files = xtask::files::list(&one).unwrap();
    assert!(files.len() > 20);
    for file in files {
        let other = two.join(file.strip_prefix(&one).unwrap());
        assert_eq!(
            fs::read(&file).unwrap(),
            fs::read(other).unwrap(),
            "{}",
            file.display()
        );
    }
}
