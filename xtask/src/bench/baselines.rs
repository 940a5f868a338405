//! The crates that ours are measured beside: progenitor's own output, on documents after only those
//! passes without which it stops.

use super::Result;
use crate::files::{self, Files};
use crate::passes;
use crate::workspace::Workspace;
use crate::{document, progenitor};
use proc_macro2::TokenStream;
use serde_json::Value;
use std::{fs, path::PathBuf};

/// RunPod, positional.
pub(super) fn runpod(workspace: &Workspace) -> Result<PathBuf> {
    let mut doc = read(workspace, "openapi/runpod.json")?;
    passes::baseline(&mut doc)?;
    write(workspace, "baseline", progenitor::plain(&doc)?)
}

/// Northflank, positional, with all types where they are used.
pub(super) fn positional(workspace: &Workspace) -> Result<PathBuf> {
    let doc = northflank(workspace)?;
    write(workspace, "baseline-positional", progenitor::plain(&doc)?)
}

/// One part of the same with a builder for every type and call.
pub(super) fn with_builders(workspace: &Workspace, part: usize, parts: usize) -> Result<PathBuf> {
    let mut doc = northflank(workspace)?;
    if let Some(paths) = doc.get_mut("paths").and_then(Value::as_object_mut) {
        let mut index = 0;
        paths.retain(|_, _| {
            index += 1;
            index % parts == part
        });
    }
    let name = format!("baseline-builders-{part}");
    write(workspace, &name, progenitor::with_builders(&doc)?)
}

/// A crate with the dependencies of the others and no code.
pub(super) fn dependencies(workspace: &Workspace) -> Result<PathBuf> {
    write(workspace, "baseline-empty", TokenStream::new())
}

/// The document of Northflank with all types where they are used.
fn northflank(workspace: &Workspace) -> Result<Value> {
    let mut doc = read(workspace, "openapi/northflank.json")?;
    passes::unshare(&mut doc)?;
    passes::baseline(&mut doc)?;
    Ok(doc)
}

fn read(workspace: &Workspace, path: &str) -> Result<Value> {
    Ok(document::parse(&fs::read(workspace.path(path))?)?)
}

fn write(workspace: &Workspace, name: &str, tokens: TokenStream) -> Result<PathBuf> {
    let text = prettyplease::unparse(&syn::parse2(tokens)?);
    let folder = workspace.path(&format!("target/bench-codegen/{name}"));
    let manifest = format!(
        r#"[package]
name = "{name}"
version = "0.1.0"
edition = "2024"

[workspace]

[dependencies]
bytes = "1"
chrono = {{ version = "0.4", features = ["serde"] }}
futures-core = "0.3"
progenitor-client = "0.15.1"
regress = "0.11"
reqwest = {{ version = "0.13.5", default-features = false, features = ["json", "query", "stream"] }}
serde = {{ version = "1", features = ["derive"] }}
serde_json = "1"
serde_urlencoded = "0.7"
uuid = {{ version = "1", features = ["serde"] }}
"#
    );
    let files = Files::from([
        ("Cargo.toml".to_owned(), manifest),
        ("src/lib.rs".to_owned(), text),
    ]);
    files::write(&folder, &files, &[])?;
    Ok(folder)
}
