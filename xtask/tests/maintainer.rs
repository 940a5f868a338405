//! The tasks about changes as a maintainer runs them: what they print, where, and how they exit.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use serde_json::{Value, json};
use std::fs;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;
use xtask::generate::APIS;
use xtask::release;
use xtask::workspace::Workspace;

fn xtask(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(args).output().unwrap()
}

/// What was printed, what was said beside it, and the exit code.
fn told(args: &[&str]) -> (String, String, Option<i32>) {
    let output = xtask(args);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        text(&output.stdout),
        text(&output.stderr),
        output.status.code(),
    )
}

fn description(name: &str) -> String {
    let path = Workspace::default().path(&format!("openapi/{name}.json"));
    path.to_str().unwrap().to_owned()
}

/// RunPod's description with a change, in a file of another name.
fn changed(folder: &TempDir, change: impl FnOnce(&mut Value)) -> String {
    let text = fs::read(description("runpod")).unwrap();
    let mut document: Value = serde_json::from_slice(&text).unwrap();
    change(&mut document);
    let path = folder.path().join("changed.json");
    fs::write(&path, document.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

fn drop_a_field(document: &mut Value) {
    let gpu = &mut document["components"]["schemas"]["GpuType"]["properties"];
    gpu.as_object_mut().unwrap().remove("maxCount");
}

#[test]
fn a_check_that_fails_names_the_command_with_its_options() {
    let folder = tempfile::tempdir().unwrap();
    let file = changed(&folder, drop_a_field);
    let (_, stderr, code) = told(&["fetch", "runpod", "--file", &file, "--check"]);
    assert_eq!(code, Some(1));
    let command =
        format!("is not what the file describes: run `cargo xtask fetch runpod --file '{file}'`");
    assert!(stderr.contains(&command), "{stderr}");
}

#[test]
fn a_description_is_known_by_its_title_and_not_by_the_name_of_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let old = description("runpod");
    let file = changed(&folder, |document| {
        let schemas = &mut document["components"]["schemas"];
        schemas["Registry"]["properties"]["more"] = json!({"type": "string"});
    });
    let (stdout, stderr, code) = told(&["diff", &old, &file]);
    assert_eq!((stderr.as_str(), code), ("", Some(0)));
    assert!(
        stdout.starts_with("runpod: ") && stdout.contains("Registry: has the field `more:"),
        "{stdout}"
    );
    let other = changed(&folder, |document| {
        document["info"]["title"] = json!("Things");
    });
    let (_, stderr, code) = told(&["diff", &other, &other]);
    assert_eq!(code, Some(0));
    assert!(
        stderr.contains("compared without an overlay") && stderr.contains("--api"),
        "{stderr}"
    );
    let (_, stderr, code) = told(&["diff", &other, &other, "--api", "runpod"]);
    assert_eq!((stderr.as_str(), code), ("", Some(0)));
}

#[test]
fn the_document_of_another_api_is_refused() {
    let other = description("northflank");
    let (_, stderr, code) = told(&["fetch", "runpod", "--file", &other, "--check"]);
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains(&format!("{other} describes northflank, not runpod")),
        "{stderr}"
    );
    let (_, stderr, code) = told(&["diff", &description("runpod"), &other]);
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("describes runpod, not northflank"),
        "{stderr}"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broken.json");
    fs::write(&file, "{\"openapi\": \"3.1.0\",\n").unwrap();
    let file = file.to_str().unwrap();
    for args in [
        ["fetch", "runpod", "--check", "--file", file].as_slice(),
        &["diff", file, file],
    ] {
        let (_, stderr, code) = told(args);
        assert_eq!(code, Some(1));
        assert!(
            stderr.starts_with(&format!("error: {file}: the document: line 2: ")),
            "{stderr}"
        );
    }
}

#[test]
fn whoever_has_read_enough_may_close_the_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let file = changed(&folder, drop_a_field);
    let mut task = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["diff", &description("runpod"), &file])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(task.stdout.take());
    let output = task.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn exit_codes_are_in_the_help_and_are_so() {
    let (stdout, _, code) = told(&["--help"]);
    assert_eq!(code, Some(0));
    for line in ["  0  done; `diff`", "  1  failed", "  2  not understood"] {
        assert!(stdout.contains(line), "{stdout}");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = changed(&folder, drop_a_field);
    let (stdout, _, code) = told(&["diff", &description("runpod"), &file, "--json"]);
    assert!(stdout.contains("\"bump\": \"major\""), "{stdout}");
    assert_eq!(code, Some(0), "whatever it finds");
    assert_eq!(told(&["dif"]).2, Some(2));
    assert_eq!(told(&["diff", "none", "none"]).2, Some(1));
}

/// A repository with one commit of all that release notes look at.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for api in APIS {
        for file in [api.description, api.overlay, "Cargo.toml"] {
            let to = folder.path().join(file);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(Workspace::default().path(file), to).unwrap();
        }
    }
    for file in [
        "sdk-core/src/call.rs",
        "runpod-sdk/src/generated/types.rs",
        "xtask/src/passes/mod.rs",
    ] {
        let to = folder.path().join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, "// Then.\n").unwrap();
    }
    for args in [
        ["init", "--quiet"].as_slice(),
        &["add", "--all"],
        &[
            "-c",
            "user.name=n",
            "-c",
            "user.email=e",
            "commit",
            "--quiet",
            "--message",
            "Then",
        ],
    ] {
        let git = Command::new("git")
            .args(args)
            .current_dir(folder.path())
            .output();
        assert!(git.unwrap().status.success());
    }
    folder
}

#[test]
fn release_notes_leave_out_no_sdk_and_say_what_they_do_not_compare() {
    let folder = repository();
    let at = |file: &str| folder.path().join(file);
    let edit = |file: &str, from: &str, to: &str| {
        let text = fs::read_to_string(at(file)).unwrap();
        assert!(text.contains(from), "{file}: {from}");
        fs::write(at(file), text.replacen(from, to, 1)).unwrap();
    };
    // A call with another name.
    edit(
        "openapi/northflank.json",
        "\"operationId\": \"list_projects\"",
        "\"operationId\": \"all_projects\"",
    );
    for file in [
        "sdk-core/src/call.rs",
        "runpod-sdk/src/generated/types.rs",
        "xtask/src/passes/mod.rs",
    ] {
        fs::write(at(file), "// Now.\n").unwrap();
    }
    let workspace = Workspace::at(folder.path().to_path_buf());
    let notes = release::notes(&workspace, APIS, "HEAD").unwrap();
    assert!(
        notes.text.starts_with(
            "## runpod-sdk\n\nNothing changed for users of the SDK.\n\n## northflank-sdk\n"
        ),
        "{}",
        notes.text
    );
    // A new name is told once.
    let renamed = "- `projects.list`: is called `projects.all` now";
    assert!(
        notes.text.contains(renamed) && !notes.text.contains("is new"),
        "{}",
        notes.text
    );
    assert_eq!(notes.by_hand, ["sdk-core/src/call.rs", "xtask/src/passes"]);
    let error = release::notes(&workspace, APIS, "v9").unwrap_err();
    assert!(
        error
            .to_string()
            .contains("git has no openapi/runpod.json at v9"),
        "{error}"
    );
}
