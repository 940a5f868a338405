//! What using a library costs a cold build: how many packages, and how deep.

use super::Result;
use crate::workspace::Workspace;
use std::{collections::BTreeSet, process::Command};

const LIBRARIES: &[&str] = &["sdk-core", "runpod-sdk", "northflank-sdk", "sandbox"];

/// Rows of a table: each library with its default features, on this platform.
pub(super) fn rows(workspace: &Workspace) -> Result<Vec<String>> {
    let mut lines = vec!["| library | packages | depth |\n|---|---|---|".to_owned()];
    for name in LIBRARIES {
        let count = Count::of(&tree(workspace, name)?);
        lines.push(format!(
            "| `{name}` | {} | {} |",
            count.packages, count.depth
        ));
    }
    Ok(lines)
}

/// What `cargo tree` prints: a line for each package, its depth in front.
fn tree(workspace: &Workspace, name: &str) -> Result<String> {
    let output = Command::new("cargo")
        .args(["tree", "--locked", "--package", name])
        .args(["--edges", "normal,build", "--prefix", "depth"])
        .current_dir(workspace.root())
        .output()?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`cargo tree --package {name}` failed: {error}").into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The size of a dependency tree, its root left out.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    packages: usize,
    depth: usize,
}

impl Count {
    fn of(tree: &str) -> Self {
        let mut packages = BTreeSet::new();
        let mut deepest = 0;
        for line in tree.lines() {
            let package = line.trim_start_matches(|c: char| c.is_ascii_digit());
            let depth = line.strip_suffix(package).and_then(|it| it.parse().ok());
            let Some(depth) = depth.filter(|depth| *depth > 0) else {
                continue;
            };
            deepest = deepest.max(depth);
            packages.insert(package.trim_end_matches(" (*)"));
        }
        Self {
            packages: packages.len(),
            depth: deepest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Count;

    #[test]
    fn packages_are_counted_once_and_the_root_is_none() {
        let tree = "0root v1.0.0 (/here)\n1a v1.0.0\n2b v1.0.0\n1b v1.0.0 (*)\n1b v2.0.0\n\n";
        let expected = Count {
            packages: 3,
            depth: 2,
        };
        assert_eq!(Count::of(tree), expected);
        assert_eq!(Count::of(""), Count::default());
    }
}
