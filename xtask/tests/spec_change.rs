//! An API changes: `fetch` takes the document in, `diff` tells what that means, and the SDK that is generated
//! compiles with the code written by hand around it.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up fails"
)]

use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::diff::{Bump, Class};
use xtask::fetch::{self, Fetched, From, Reduced};
use xtask::files;
use xtask::generate::{self, APIS, Api};
use xtask::workspace::Workspace;

/// A copy of what an SDK is made of.
struct Copy {
    folder: tempfile::TempDir,
    api: &'static Api,
}

impl Copy {
    fn of(name: &str) -> Self {
        let api = APIS.iter().find(|api| api.name == name).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let copy = Self { folder, api };
        for part in ["openapi", "sdk-core", api.sdk] {
            for file in files::list(&root().join(part)).unwrap() {
                copy.take(file.strip_prefix(root()).unwrap());
            }
        }
        copy.take(Path::new("Cargo.lock"));
        let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
        let mut manifest: toml::Table = manifest.parse().unwrap();
        let workspace = manifest["workspace"].as_table_mut().unwrap();
        workspace.insert("members".to_owned(), vec!["sdk-core", api.sdk].into());
        workspace.remove("default-members");
        fs::write(copy.path("Cargo.toml"), manifest.to_string()).unwrap();
        copy
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn take(&self, below: &Path) {
        let to = self.folder.path().join(below);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(root().join(below), to).unwrap();
    }

    /// Fetches the description with a change, and writes what came of it.
    fn fetch(&self, change: impl FnOnce(&mut Value)) -> Reduced {
        let text = fs::read(self.path(self.api.description)).unwrap();
        let mut document: Value = serde_json::from_slice(&text).unwrap();
        change(&mut document);
        let file = self.path("changed.json");
        fs::write(&file, document.to_string()).unwrap();
        let workspace = self.workspace();
        let fetched = fetch::fetch(&workspace, self.api, &From::File(file)).unwrap();
        let Fetched::Document(reduced) = fetched else {
            panic!("a file is always a document");
        };
        fetch::write(&workspace, self.api, &reduced).unwrap();
        *reduced
    }

    fn workspace(&self) -> Workspace {
        Workspace::at(self.folder.path().to_path_buf())
    }

    /// Generates the SDK and lets the compiler say what it thinks.
    fn generate_and_check(&self) {
        let workspace = self.workspace();
        let generated = generate::repository_files(&workspace, self.api).unwrap();
        files::write(workspace.root(), &generated, &[]).unwrap();
        let check = Command::new(env!("CARGO"))
            .args([
                "check",
                "--quiet",
                "--offline",
                "--all-features",
                "-p",
                self.api.sdk,
            ])
            .current_dir(workspace.root())
            .env("CARGO_TARGET_DIR", root().join("target/standalone"))
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&check.stderr);
        assert!(check.status.success(), "{stderr}");
    }

    fn generated(&self, file: &str) -> String {
        fs::read_to_string(self.path(self.api.sdk).join("src/generated").join(file)).unwrap()
    }
}

fn root() -> PathBuf {
    Workspace::default().root().to_path_buf()
}

fn told(reduced: &Reduced) -> Vec<String> {
    let changes = reduced.changes.iter();
    changes
        .map(|it| format!("{}: {}", it.about.name(), it.what))
        .collect()
}

#[test]
fn runpod_gains_a_call_and_a_field() {
    let copy = Copy::of("runpod");
    let reduced = copy.fetch(|document| {
        let pods = &mut document["paths"];
        let mut call = pods["/v2/pods/{id}"]["get"].clone();
        call["operationId"] = json!("getPodUsage");
        call["description"] = json!("A sentence of the vendor.");
        let parameters = pods["/v2/pods/{id}"].get("parameters").cloned();
        pods["/v2/pods/{id}/usage"] =
            json!({"get": call, "parameters": parameters.unwrap_or(json!([]))});
        let ssh = &mut document["components"]["schemas"]["PodSsh"];
        ssh["properties"]["fingerprint"] = json!({"type": "string"});
    });
    assert_eq!(
        told(&reduced),
        [
            "pods.get_usage: is new: `GET /v2/pods/{id}/usage`",
            "PodSsh: has the field `fingerprint: Option<String>`",
        ]
    );
    assert_eq!(Bump::of(&reduced.changes), Bump::Minor);
    let field = reduced.changes.last().unwrap();
    assert!(field.commands.contains("connect"), "{:?}", field.commands);
    copy.generate_and_check();
    assert!(copy.generated("pods.rs").contains("pub fn get_usage("));
    assert!(
        copy.generated("types.rs")
            .contains("pub fingerprint: Option<String>")
    );
    assert!(!copy.generated("pods.rs").contains("sentence of the vendor"));
}

#[test]
fn northflank_takes_a_field_away_and_demands_another() {
    let copy = Copy::of("northflank");
    let reduced = copy.fetch(|document| {
        let schemas = &mut document["components"]["schemas"];
        schemas["RegistryCredentials"]["properties"]
            .as_object_mut()
            .unwrap()
            .remove("registryUrl");
        let project = &mut schemas["InitializeProjectRequest"];
        project["properties"]["owner"] = json!({"type": "string"});
        project["required"] = json!(["owner"]);
    });
    let breaking = reduced
        .changes
        .iter()
        .filter(|it| it.class == Class::Breaking);
    assert_eq!(breaking.count(), 2, "{:?}", told(&reduced));
    assert_eq!(Bump::of(&reduced.changes), Bump::Major);
    copy.generate_and_check();
}

/// Runs a task as a maintainer would: what it says, what it complains about, how it ends.
fn task(arguments: &[&str], file: &Path) -> (String, String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .arg(file)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        text(&output.stdout),
        text(&output.stderr),
        output.status.code(),
    )
}

#[test]
fn a_check_writes_nothing_and_fails_when_the_vendor_describes_something_else() {
    let committed = root().join("openapi/runpod.json");
    let before = fs::read(&committed).unwrap();
    let check = ["fetch", "runpod", "--check", "--file"];
    let (told, _, code) = task(&check, &committed);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("runpod: up to date"), "{told}");

    let folder = tempfile::tempdir().unwrap();
    let changed = folder.path().join("changed.json");
    let mut document: Value = serde_json::from_slice(&before).unwrap();
    document["components"]["schemas"]["PodStatus"]["enum"]
        .as_array_mut()
        .unwrap()
        .push(json!("HIBERNATED"));
    fs::write(&changed, document.to_string()).unwrap();
    let (told, complaint, code) = task(&check, &changed);
    assert_eq!(code, Some(1));
    assert!(
        told.contains("1 additive: a minor step") && told.contains("knows the value `HIBERNATED`"),
        "{told}"
    );
    assert!(
        complaint.contains("run `cargo xtask fetch runpod --file "),
        "{complaint}"
    );
    assert_eq!(fs::read(&committed).unwrap(), before);

    let old = committed.to_str().unwrap();
    let (told, _, code) = task(&["diff", "--api", "runpod", "--json", old], &changed);
    assert_eq!(code, Some(0));
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(
        (&told["bump"], &told["changes"][0]["about"]),
        (&json!("minor"), &json!("PodStatus"))
    );
    let (told, ..) = task(&["diff", "--api", "runpod", "--markdown", old], &changed);
    assert!(
        told.starts_with("## runpod\n") && told.contains("### Additive"),
        "{told}"
    );
}
