//! The layout, held by a table: who may use whom, and how large a file may be.
//!
//! Data goes right, imports go left: `sindri.yaml → config → plan → provider → SDK → HTTP`.

use crate::{files, workspace::Workspace};
use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};
use syn::visit::Visit;

/// What a crate of ours may depend on among our own.
const CRATES: &[(&str, &[&str])] = &[
    ("sdk-core", &[]),
    ("northflank-sdk", &["sdk-core"]),
    ("runpod-sdk", &["sdk-core"]),
    ("sandbox", &[]),
    (
        "sindri-cli",
        &["northflank-sdk", "runpod-sdk", "sandbox", "sdk-core"],
    ),
    (
        "tests",
        &[
            "northflank-sdk",
            "runpod-sdk",
            "sandbox",
            "sdk-core",
            "sindri-cli",
        ],
    ),
    (
        "benches",
        &[
            "northflank-sdk",
            "runpod-sdk",
            "sandbox",
            "sdk-core",
            "sindri-cli",
            "tests",
        ],
    ),
    ("xtask", &[]),
];

/// What a module of the command line may use among its own. `commands` sees all the others.
const MODULES: &[(&str, &[&str])] = &[
    ("args", &[]),
    ("checkpoint", &[]),
    ("config", &[]),
    ("error", &[]),
    ("exit", &["error"]),
    ("masked", &[]),
    ("output", &["error", "exit", "plan", "settings"]),
    ("plan", &["config", "masked"]),
    (
        "provider",
        &[
            "checkpoint",
            "config",
            "error",
            "masked",
            "output",
            "plan",
            "settings",
            "state",
        ],
    ),
    ("secrets", &["config", "masked", "settings"]),
    ("settings", &["args", "error", "exit"]),
    ("ssh", &["plan", "state"]),
    ("state", &["checkpoint"]),
    ("terminal", &[]),
];

/// The most lines a hand-written file may have.
const MAX_LINES: usize = 500;

/// Something out of place.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file.
    pub path: PathBuf,
    /// What is wrong and what to do.
    pub message: String,
}

/// Looks at the whole repository.
///
/// # Errors
///
/// What the file system says.
pub fn check(workspace: &Workspace) -> io::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (name, allowed) in CRATES {
        findings.extend(check_manifest(workspace, name, allowed)?);
        for path in rust_files(&workspace.path(name))? {
            let text = fs::read_to_string(&path)?;
            let short = path
                .strip_prefix(workspace.root())
                .unwrap_or(&path)
                .to_path_buf();
            findings.extend(check_text(&short, &text));
            if *name == "sindri-cli" {
                findings.extend(check_imports(&short, &text));
                findings.extend(check_processes(&short, &text));
            }
        }
    }
    findings.extend(check_invariants(workspace)?);
    findings.sort();
    Ok(findings)
}

/// The architecture page names a test for each invariant; the tests must be there.
fn check_invariants(workspace: &Workspace) -> io::Result<Vec<Finding>> {
    let path = PathBuf::from("docs/architecture.md");
    let page = fs::read_to_string(workspace.root().join(&path))?;
    let mut functions = BTreeSet::new();
    for (name, _) in CRATES {
        for file in rust_files(&workspace.path(name))? {
            functions.extend(functions_of(&fs::read_to_string(file)?));
        }
    }
    let missing = named_tests(&page)
        .into_iter()
        .filter(|name| !functions.contains(name));
    let finding = |name| Finding {
        path: path.clone(),
        message: format!("there is no test `{name}`"),
    };
    Ok(missing.map(finding).collect())
}

fn functions_of(text: &str) -> Vec<String> {
    let after_fn = text.split("fn ").skip(1);
    let names = after_fn.map(|rest| {
        rest.chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect::<String>()
    });
    names.collect()
}

/// What stands in backticks under "Invariants" and reads like the name of a test.
fn named_tests(page: &str) -> Vec<String> {
    let Some((_, section)) = page.split_once("\n## Invariants\n") else {
        return Vec::new();
    };
    let quoted = section.split('`').skip(1).step_by(2);
    let tests = quoted.filter(|text| {
        let plain = text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        plain && text.matches('_').count() >= 3
    });
    tests.map(str::to_owned).collect()
}

fn rust_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let ours = |path: &PathBuf| {
        let generated = path
            .components()
            .any(|part| part.as_os_str() == "generated");
        path.extension().is_some_and(|extension| extension == "rs") && !generated
    };
    Ok(files::list(folder)?.into_iter().filter(ours).collect())
}

fn check_manifest(workspace: &Workspace, name: &str, allowed: &[&str]) -> io::Result<Vec<Finding>> {
    let path = PathBuf::from(name).join("Cargo.toml");
    let manifest: toml::Table = fs::read_to_string(workspace.root().join(&path))?
        .parse()
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, format!("{name}: {error}")))?;
    let mut findings = Vec::new();
    let lints = manifest
        .get("lints")
        .and_then(|lints| lints.get("workspace"));
    if lints.and_then(toml::Value::as_bool) != Some(true) {
        findings.push(Finding {
            path: path.clone(),
            message: "the lints of the workspace must hold: `[lints] workspace = true`".to_owned(),
        });
    }
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let used = manifest.get(section).and_then(toml::Value::as_table);
        for used in used.into_iter().flat_map(toml::Table::keys) {
            let ours = CRATES.iter().any(|(known, _)| known == used);
            if ours && !allowed.contains(&used.as_str()) {
                let message = format!("`{name}` must not depend on `{used}` (see tidy.rs)");
                findings.push(Finding {
                    path: path.clone(),
                    message,
                });
            }
        }
    }
    Ok(findings)
}

fn check_text(path: &Path, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |message: String| {
        findings.push(Finding {
            path: path.to_path_buf(),
            message,
        });
    };
    let lines = text.lines().count();
    if lines > MAX_LINES {
        find(format!(
            "{lines} lines: split it by idea (at most {MAX_LINES})"
        ));
    }
    // A file of tests is what the file beside it is for.
    let tests = path
        .file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| name.ends_with("tests.rs"));
    if !tests && !text.starts_with("//!") && !text.starts_with("#!") {
        find("the first line must say what the file is for (`//! …`)".to_owned());
    }
    findings
}

/// The edges between modules of the command line.
fn check_imports(path: &Path, text: &str) -> Vec<Finding> {
    let Some(module) = module_of(path) else {
        return Vec::new();
    };
    let Some((_, allowed)) = MODULES.iter().find(|(name, _)| *name == module) else {
        return Vec::new();
    };
    let Ok(file) = syn::parse_file(text) else {
        return Vec::new();
    };
    let mut used = Used::default();
    used.visit_file(&file);
    let wrong = used
        .0
        .iter()
        .filter(|name| **name != module && !allowed.contains(&name.as_str()));
    wrong
        .map(|name| Finding {
            path: path.to_path_buf(),
            message: format!("`{module}` must not use `{name}` (see tidy.rs)"),
        })
        .collect()
}

/// The one file of the command line that may start a process.
const STARTS_PROCESSES: &str = "sindri-cli/src/ssh/program.rs";

/// What a process gets to see and who answers Ctrl-C meanwhile is decided in one place.
fn check_processes(path: &Path, text: &str) -> Vec<Finding> {
    let starts = text
        .lines()
        .any(|line| line.contains("process::") && line.contains("Command"));
    if !starts || path == Path::new(STARTS_PROCESSES) {
        return Vec::new();
    }
    vec![Finding {
        path: path.to_path_buf(),
        message: format!("only `{STARTS_PROCESSES}` starts processes (see tidy.rs)"),
    }]
}

/// The top-level module a file of `sindri-cli/src` belongs to.
fn module_of(path: &Path) -> Option<String> {
    let below = path.strip_prefix("sindri-cli/src").ok()?;
    let first = below.components().next()?.as_os_str().to_str()?;
    Some(first.trim_end_matches(".rs").to_owned())
}

/// The modules that `crate::…` paths begin with.
#[derive(Default)]
struct Used(BTreeSet<String>);

impl<'ast> Visit<'ast> for Used {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut segments = path.segments.iter();
        if segments.next().is_some_and(|first| first.ident == "crate")
            && let Some(second) = segments.next()
        {
            self.0.insert(second.ident.to_string());
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_use_path(&mut self, path: &'ast syn::UsePath) {
        if path.ident == "crate" {
            self.collect(&path.tree);
        }
        syn::visit::visit_use_path(self, path);
    }
}

impl Used {
    fn collect(&mut self, tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(path) => {
                self.0.insert(path.ident.to_string());
            }
            syn::UseTree::Name(name) => {
                self.0.insert(name.ident.to_string());
            }
            syn::UseTree::Rename(rename) => {
                self.0.insert(rename.ident.to_string());
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.collect(tree);
                }
            }
            syn::UseTree::Glob(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{check, check_imports, check_processes, check_text, functions_of, named_tests};
    use crate::workspace::Workspace;
    use std::path::Path;

    #[test]
    fn the_repository_is_tidy() {
        assert_eq!(check(&Workspace::default()).unwrap(), []);
    }

    #[test]
    fn an_import_against_the_flow_is_found_however_it_is_written() {
        let check = |text: &str, found: usize| {
            let findings = check_imports(Path::new("sindri-cli/src/config/load.rs"), text);
            assert_eq!(findings.len(), found, "{text}: {findings:?}");
        };
        check("use crate::config::model;", 0);
        check("use crate::plan::Plan;", 1);
        check("use crate::{config, provider::{self}};", 1);
        check(
            "fn f() -> crate::commands::Outcome { crate::plan::plan() }",
            2,
        );
        check("use super::model;", 0);
    }

    #[test]
    fn a_process_is_started_in_one_file_only() {
        let check = |path: &str, text: &str, found: usize| {
            assert_eq!(
                check_processes(Path::new(path), text).len(),
                found,
                "{text}"
            );
        };
        let text = "use std::process::{Command, Stdio};\n";
        check("sindri-cli/src/ssh/program.rs", text, 0);
        check("sindri-cli/src/commands/connect.rs", text, 1);
        check("sindri-cli/src/a.rs", "tokio::process::Command::new(x)", 1);
        check(
            "sindri-cli/src/a.rs",
            "use std::process::ExitCode;\nclap::Command",
            0,
        );
    }

    #[test]
    fn tests_named_under_invariants_are_looked_for() {
        let page =
            "x `a_b_c_d`\n## Invariants\n- `it_is_so_always`, `xtask/a_b_c_d`, `catch_unwind`\n";
        assert_eq!(named_tests(page), ["it_is_so_always"]);
        let text = "async fn it_is_so_always() {}\nfn other(x: u8) {}";
        assert_eq!(functions_of(text), ["it_is_so_always", "other"]);
    }

    #[test]
    fn long_files_and_files_without_a_purpose_are_found() {
        let long = format!("//! x\n{}", "\n".repeat(600));
        assert_eq!(check_text(Path::new("a.rs"), &long).len(), 1);
        assert_eq!(check_text(Path::new("a.rs"), "fn f() {}\n").len(), 1);
        assert_eq!(check_text(Path::new("a.rs"), "//! x\n").len(), 0);
    }
}
