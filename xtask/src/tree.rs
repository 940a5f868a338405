//! The dependency tree, as `cargo metadata` tells it.

use crate::workspace::Workspace;
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    process::Command,
};

/// All packages of the workspace and what each uses, on every platform.
#[derive(Deserialize)]
pub struct Tree {
    packages: Vec<Package>,
    resolve: Resolve,
}

/// A package of ours or of somebody else.
#[derive(Deserialize)]
pub struct Package {
    id: String,
    /// Its name.
    pub name: String,
    /// The least Rust that it asks for, where it says so.
    pub rust_version: Option<String>,
    /// Where it comes from; none for ours.
    pub source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

impl Edge {
    /// Whether a user of the package needs it: for its tests alone does not count.
    fn is_needed(&self) -> bool {
        let of_tests = |kind: &Kind| kind.kind.as_deref() == Some("dev");
        !self.dep_kinds.iter().all(of_tests)
    }
}

impl Tree {
    /// Asks cargo.
    ///
    /// # Errors
    ///
    /// When cargo fails, e.g. because the lock file is stale.
    pub fn of(workspace: &Workspace) -> Result<Self, Box<dyn Error>> {
        let output = Command::new("cargo")
            .args(["metadata", "--format-version", "1", "--locked"])
            .current_dir(workspace.root())
            .output()?;
        if !output.status.success() {
            let error = String::from_utf8_lossy(&output.stderr);
            return Err(format!("`cargo metadata` failed: {error}").into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// Every package.
    pub fn packages(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter()
    }

    /// What using this package of ours takes, itself included.
    pub fn below(&self, name: &str) -> Vec<&Package> {
        let nodes: BTreeMap<&str, &Node> = self
            .resolve
            .nodes
            .iter()
            .map(|node| (node.id.as_str(), node))
            .collect();
        let root = self
            .packages
            .iter()
            .find(|package| package.name == name && package.source.is_none());
        let mut found = BTreeSet::new();
        let mut left: Vec<&str> = root.map(|root| root.id.as_str()).into_iter().collect();
        while let Some(id) = left.pop() {
            if found.insert(id) {
                let edges = nodes.get(id).map(|node| node.deps.as_slice());
                let needed = edges.unwrap_or_default().iter().filter(|it| it.is_needed());
                left.extend(needed.map(|edge| edge.pkg.as_str()));
            }
        }
        let below = |package: &&Package| found.contains(package.id.as_str());
        self.packages.iter().filter(below).collect()
    }
}
