//! `cargo xtask docs`: reference pages made from the programs, so that they cannot go stale.

use crate::files::Files;
use crate::generate::APIS;
use crate::overlay;
use crate::passes::{PASSES, Pass};
use crate::workspace::Workspace;
use std::{error::Error, fs, process::Command};

/// Pages that the command line prints by its hidden subcommand, and their files.
const PRINTED: &[(&str, &str)] = &[
    ("cli", "docs/cli.md"),
    ("config", "docs/config.md"),
    ("exit-codes", "docs/exit-codes.md"),
];

/// All pages, by path below the root.
///
/// # Errors
///
/// When the command line cannot be built or an overlay cannot be read.
pub fn pages(workspace: &Workspace) -> Result<Files, Box<dyn Error>> {
    let mut files = Files::new();
    for (page, path) in PRINTED {
        files.insert((*path).to_owned(), printed(workspace, page)?);
    }
    files.insert("docs/spec-patches.md".to_owned(), patches(workspace)?);
    Ok(files)
}

fn printed(workspace: &Workspace, page: &str) -> Result<String, Box<dyn Error>> {
    let output = Command::new("cargo")
        .args([
            "run",
            "--quiet",
            "--package",
            "sindri-cli",
            "--",
            "docs",
            page,
        ])
        .current_dir(workspace.root())
        .output()?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`sindri docs {page}` failed: {error}").into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// What is done to a document before it is turned into Rust.
fn patches(workspace: &Workspace) -> Result<String, Box<dyn Error>> {
    let mut lines = vec![PATCHES_INTRO.to_owned()];
    let row = |pass: &Pass| format!("| `{}` | {} | {} |", pass.name, pass.stage, pass.doc);
    lines.extend(PASSES.iter().map(row));
    for api in APIS {
        let overlay = overlay::Overlay::parse(&fs::read(workspace.path(api.overlay))?)?;
        lines.push(format!(
            "\n## {}: repairs and additions\n\n| where | why |\n|---|---|",
            api.name
        ));
        lines.extend(overlay.actions().iter().filter_map(|action| {
            let reason = action
                .description
                .as_ref()?
                .split_whitespace()
                .collect::<Vec<_>>();
            Some(format!("| `{}` | {} |", action.target, reason.join(" ")))
        }));
    }
    Ok(lines.join("\n") + "\n")
}

const PATCHES_INTRO: &str = "# What is done to a description before it becomes Rust

Made by `cargo xtask docs`. The overlays hold what is about one place, each with its reason, and come
first. The passes are rules and apply to every document, in this order.

## Passes

| pass | stage | what it does |
|---|---|---|";
