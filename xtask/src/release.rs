//! `cargo xtask release-notes`: what changed for users of the SDKs since a revision.

use crate::diff::{self, Format};
use crate::generate::{self, Api};
use crate::workspace::Workspace;
use crate::{document, overlay};
use std::{error::Error, process::Command};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What changed since a revision, as far as descriptions tell.
#[derive(Debug)]
pub struct Notes {
    /// A section for each API, as Markdown.
    pub text: String,
    /// What changed and is compared by nobody: files written by hand, and folders of the generator.
    pub by_hand: Vec<String>,
}

/// Compares the descriptions and overlays of now with those of a revision.
///
/// # Errors
///
/// When git does not know the revision, or a description of then cannot be read any more.
pub fn notes(workspace: &Workspace, apis: &[Api], since: &str) -> Result<Notes> {
    let mut sections = Vec::new();
    for api in apis {
        let then = |path: &str| format!("{path} at {since}");
        let named = |path: &str, error: &dyn std::fmt::Display| format!("{}: {error}", then(path));
        let mut before = document::parse(&at(workspace, since, api.description)?)
            .map_err(|error| named(api.description, &error))?;
        // With the words and names of then: those of now are part of what changed.
        let words = overlay::Overlay::parse(&at(workspace, since, api.overlay)?)
            .map_err(|error| named(api.overlay, &error))?;
        let mut fitted = before.clone();
        match words.apply(&mut fitted, overlay::Mode::Strict) {
            Ok(_) => before = fitted,
            // It fitted by the rules of then.
            Err(_) => {
                words.apply(&mut before, overlay::Mode::Lenient)?;
            }
        }
        let now = generate::described(workspace, api)?;
        let before = generate::model(before).map_err(|error| named(api.description, &error))?;
        let now = generate::model(now).map_err(|error| named(api.description, &error))?;
        let changes = diff::between(api.name, &before, &now, api.scale);
        let version = workspace.version()?;
        sections.push(diff::render(api.sdk, &version, &changes, Format::Markdown));
    }
    Ok(Notes {
        text: sections.join("\n\n"),
        by_hand: by_hand(workspace, apis, since)?,
    })
}

/// The generator: what it makes of a description is compared only as it is now.
const GENERATOR: [&str; 2] = ["xtask/src/passes", "xtask/src/syntax"];

fn by_hand(workspace: &Workspace, apis: &[Api], since: &str) -> Result<Vec<String>> {
    let mut args = vec!["diff", "--name-only", since, "--", "sdk-core/src"];
    args.extend(GENERATOR);
    let sources: Vec<String> = apis.iter().map(|api| format!("{}/src", api.sdk)).collect();
    args.extend(sources.iter().map(String::as_str));
    let generated: Vec<String> = apis
        .iter()
        .map(|api| format!(":!{}/src/generated", api.sdk))
        .collect();
    args.extend(generated.iter().map(String::as_str));
    let changed = String::from_utf8(git(workspace, &args)?)?;
    let mut changed: Vec<String> = changed
        .lines()
        .map(|path| {
            let folder = GENERATOR.iter().find(|folder| path.starts_with(**folder));
            folder.map_or_else(|| path.to_owned(), |folder| (*folder).to_owned())
        })
        .collect();
    changed.sort();
    changed.dedup();
    Ok(changed)
}

/// A file as it was at a revision.
fn at(workspace: &Workspace, revision: &str, path: &str) -> Result<Vec<u8>> {
    git(workspace, &["show", &format!("{revision}:{path}")])
        .map_err(|error| format!("git has no {path} at {revision}: {error}").into())
}

fn git(workspace: &Workspace, args: &[&str]) -> Result<Vec<u8>> {
    let output = Command::new("git")
        .args(args)
        .current_dir(workspace.root())
        .output()?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let error = String::from_utf8_lossy(&output.stderr);
    Err(error.trim().to_owned().into())
}
