//! What manifests and READMEs of the libraries state, held against where it is known from: the least Rust,
//! how it is installed, features, the API that a client was made for, and why each dependency is there.

use crate::generate::APIS;
use crate::tidy::Finding;
use crate::workspace::Workspace;
use serde_json::Value;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The library crates.
const LIBRARIES: &[&str] = &["sdk-core", "runpod-sdk", "northflank-sdk", "sandbox"];

/// Where each dependency of an SDK has its reason.
const REASONS: &str = "docs/decisions/013-dependencies-of-the-sdks.md";

/// Looks at all of them.
///
/// # Errors
///
/// What the file system says, or a file that cannot be read.
pub fn check(workspace: &Workspace) -> io::Result<Vec<Finding>> {
    let rust = format!("Rust {} or later", workspace.rust_version()?);
    let reasons = fs::read_to_string(workspace.path(REASONS))?;
    let mut findings = Vec::new();
    for name in LIBRARIES {
        let manifest = workspace.manifest(&format!("{name}/Cargo.toml"))?;
        let path = PathBuf::from(name).join("README.md");
        let readme = fs::read_to_string(workspace.root().join(&path))?;
        let install = format!("\n{name} = {{ path = ");
        findings.extend(missing(&path, &readme, [rust.clone(), install]));
        let features = keys(&manifest, "features").filter(|key| *key != "default");
        findings.extend(missing(&path, &readme, features.map(quoted)));
        if *name != "sandbox" {
            let used = keys(&manifest, "dependencies").map(quoted);
            findings.extend(missing(&PathBuf::from(REASONS), &reasons, used));
        }
    }
    let readme = fs::read_to_string(workspace.path("README.md"))?;
    findings.extend(missing(&PathBuf::from("README.md"), &readme, [rust]));
    let sources = workspace.manifest("openapi/sources.toml")?;
    for api in APIS {
        let folder = format!("{}-sdk", api.name);
        let manifest = workspace.manifest(&format!("{folder}/Cargo.toml"))?;
        let path = PathBuf::from(&folder).join("Cargo.toml");
        let source = table(&sources, &[api.name]);
        findings.extend(check_api(&path, table(&manifest, METADATA), source));
        let description = fs::read_to_string(workspace.path(api.description))?;
        findings.extend(check_version(api.description, &description, source));
        let readme = fs::read_to_string(workspace.path(&format!("{folder}/README.md")))?;
        let stated = stated_api(table(&manifest, METADATA));
        findings.extend(missing(
            &PathBuf::from(&folder).join("README.md"),
            &readme,
            [stated],
        ));
    }
    Ok(findings)
}

const METADATA: &[&str] = &["package", "metadata", "api"];

fn table<'a>(of: &'a toml::Table, path: &[&str]) -> Option<&'a toml::Table> {
    path.iter()
        .try_fold(of, |table, key| table.get(*key)?.as_table())
}

fn keys<'a>(manifest: &'a toml::Table, section: &str) -> impl Iterator<Item = &'a str> {
    let table = table(manifest, &[section]);
    table
        .into_iter()
        .flat_map(toml::Table::keys)
        .map(String::as_str)
}

fn quoted(name: &str) -> String {
    format!("`{name}`")
}

/// What a text should hold and does not.
fn missing(path: &Path, text: &str, wanted: impl IntoIterator<Item = String>) -> Vec<Finding> {
    let absent = wanted.into_iter().filter(|words| !text.contains(words));
    let finding = |words: String| Finding {
        path: path.to_path_buf(),
        message: format!("does not say: {words}"),
    };
    absent.map(finding).collect()
}

/// How a README names the API of a client.
fn stated_api(api: Option<&toml::Table>) -> String {
    let text = |key| api?.get(key)?.as_str();
    let name = text("name").unwrap_or_default();
    let version = text("version").unwrap_or_default();
    match (text("document"), text("date")) {
        (Some(document), Some(date)) => format!("{name} {version}, document {document} of {date}"),
        _ => format!("{name} {version}"),
    }
}

/// `[package.metadata.api]` says what `openapi/sources.toml` says.
fn check_api(path: &Path, api: Option<&toml::Table>, source: Option<&toml::Table>) -> Vec<Finding> {
    let pairs = [("document", "version"), ("date", "date")];
    let differing = pairs.into_iter().filter_map(|(ours, theirs)| {
        let stated = api
            .and_then(|api| api.get(ours))
            .and_then(toml::Value::as_str);
        let known = source
            .and_then(|it| it.get(theirs))
            .and_then(toml::Value::as_str);
        let known_text = known.unwrap_or("no such key");
        (stated != known).then(|| Finding {
            path: path.to_path_buf(),
            message: format!("package.metadata.api.{ours}: openapi/sources.toml has {known_text}"),
        })
    });
    differing.collect()
}

/// A description says itself that it is the document that `openapi/sources.toml` names.
fn check_version(path: &str, description: &str, source: Option<&toml::Table>) -> Option<Finding> {
    let known = source?.get("version")?.as_str()?;
    let document: Value = serde_json::from_str(description).unwrap_or_default();
    let stated = document.pointer("/info/version").and_then(Value::as_str);
    (stated != Some(known)).then(|| Finding {
        path: PathBuf::from(path),
        message: format!("info.version: openapi/sources.toml has {known}"),
    })
}

#[cfg(test)]
mod tests {
    use super::{check, check_api, check_version, missing, stated_api};
    use crate::workspace::Workspace;
    use std::path::Path;

    #[test]
    fn manifests_and_readmes_state_what_is_so() {
        assert_eq!(check(&Workspace::default()).unwrap(), []);
    }

    #[test]
    fn another_document_than_the_one_that_was_used_is_found() {
        let check = |api: &str, source: &str, found: usize| {
            let (api, source) = (api.parse().unwrap(), source.parse().unwrap());
            let findings = check_api(Path::new("Cargo.toml"), Some(&api), Some(&source));
            assert_eq!(findings.len(), found, "{findings:?}");
        };
        let source = "version = '2.9.0'\ndate = '2026-08-18'\nurl = 'u'";
        check("document = '2.9.0'\ndate = '2026-08-18'", source, 0);
        check("document = '2.8.0'\ndate = '2026-08-18'", source, 1);
        check("name = 'n'", source, 2);
        check("name = 'n'", "url = 'u'", 0);
        check("document = '2.9.0'", "url = 'u'", 1);
    }

    #[test]
    fn a_description_of_another_version_than_its_source_is_found() {
        let source: toml::Table = "version = '2.9.0'".parse().unwrap();
        let found =
            |description: &str, source| check_version("x.json", description, source).is_some();
        assert!(!found(
            "{\"info\": {\"version\": \"2.9.0\"}}",
            Some(&source)
        ));
        assert!(found("{\"info\": {\"version\": \"2.0.0\"}}", Some(&source)));
        assert!(found("{}", Some(&source)));
        assert!(!found("{}", Some(&toml::Table::new())));
    }

    #[test]
    fn what_a_page_leaves_out_is_found() {
        let found = missing(
            Path::new("README.md"),
            "`a` `b`",
            ["`a`", "`c`"].map(str::to_owned),
        );
        assert_eq!(found.len(), 1);
        assert!(found[0].message.contains("`c`"), "{found:?}");
        let api = "name = 'X API'\nversion = 'v2'\ndocument = '1'\ndate = 'd'";
        let api = api.parse().unwrap();
        assert_eq!(stated_api(Some(&api)), "X API v2, document 1 of d");
    }
}
