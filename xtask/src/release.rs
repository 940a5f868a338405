//! `cargo xtask release-notes`: what changed for users of the SDKs since a revision.

use crate::diff::{self, Format};
use crate::generate::{self, Api};
use crate::workspace::Workspace;
use crate::{document, overlay};
use std::{error::Error, process::Command};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A section for each API that changed since the revision, as Markdown. Empty when none did.
///
/// # Errors
///
/// When git does not know the revision, or a description of then cannot be read any more.
pub fn notes(workspace: &Workspace, apis: &[Api], since: &str) -> Result<String> {
    let mut sections = Vec::new();
    for api in apis {
        let mut before = document::parse(&at(workspace, since, api.description)?)?;
        // With the words and names of then: those of now are part of what changed.
        let words = overlay::Overlay::parse(&at(workspace, since, api.overlay)?)?;
        // It fitted by the rules of then.
        words.apply(&mut before, overlay::Mode::Lenient)?;
        let now = generate::described(workspace, api)?;
        let (before, now) = (generate::model(before)?, generate::model(now)?);
        let changes = diff::between(api.name, &before, &now, api.scale);
        if !changes.is_empty() {
            let version = workspace.version()?;
            sections.push(diff::render(api.sdk, &version, &changes, Format::Markdown));
        }
    }
    Ok(sections.join("\n\n"))
}

/// A file as it was at a revision.
fn at(workspace: &Workspace, revision: &str, path: &str) -> Result<Vec<u8>> {
    let output = Command::new("git")
        .args(["show", &format!("{revision}:{path}")])
        .current_dir(workspace.root())
        .output()?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let error = String::from_utf8_lossy(&output.stderr);
    Err(format!("git has no {path} at {revision}: {}", error.trim()).into())
}
