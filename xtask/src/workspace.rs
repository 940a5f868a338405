//! Where things are in this repository.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// The repository.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
}

impl Default for Workspace {
    /// The repository this program was built from.
    fn default() -> Self {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self {
            root: manifest.parent().unwrap_or(manifest).to_path_buf(),
        }
    }
}

impl Workspace {
    /// The repository in this folder.
    pub fn at(root: PathBuf) -> Self {
        Self { root }
    }

    /// A path below the root.
    pub fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    /// The root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The least Rust that all crates state.
    ///
    /// # Errors
    ///
    /// What the file system says, or a manifest without one.
    pub fn rust_version(&self) -> io::Result<String> {
        self.of_all_crates("rust-version")
    }

    /// The source files of `sdk-core`, by name.
    ///
    /// # Errors
    ///
    /// What the file system says.
    pub fn runtime_sources(&self) -> io::Result<BTreeMap<String, String>> {
        let folder = self.path("sdk-core/src");
        let mut sources = BTreeMap::new();
        for path in crate::files::list(&folder)? {
            if let Ok(name) = path.strip_prefix(&folder) {
                sources.insert(name.display().to_string(), fs::read_to_string(&path)?);
            }
        }
        Ok(sources)
    }

    /// The dependencies of `sdk-core`, with the versions and features of the workspace.
    ///
    /// # Errors
    ///
    /// What the file system says, or a manifest that cannot be read.
    pub fn runtime_dependencies(&self) -> io::Result<toml::Table> {
        let workspace = self.manifest("Cargo.toml")?;
        let versions = workspace
            .get("workspace")
            .and_then(|table| table.get("dependencies"));
        let manifest = self.manifest("sdk-core/Cargo.toml")?;
        let used = manifest.get("dependencies").and_then(toml::Value::as_table);
        let merged = used.into_iter().flatten().filter_map(|(name, wish)| {
            let version = versions?.get(name)?;
            Some((name.clone(), merged(version, wish).into()))
        });
        Ok(merged.collect())
    }

    /// The features of `sdk-core`.
    ///
    /// # Errors
    ///
    /// What the file system says, or a manifest that cannot be read.
    pub fn runtime_features(&self) -> io::Result<toml::Table> {
        let manifest = self.manifest("sdk-core/Cargo.toml")?;
        Ok(manifest
            .get("features")
            .and_then(toml::Value::as_table)
            .cloned()
            .unwrap_or_default())
    }

    /// The version of all crates.
    ///
    /// # Errors
    ///
    /// What the file system says, or a manifest without one.
    pub fn version(&self) -> io::Result<String> {
        self.of_all_crates("version")
    }

    /// What the workspace says under `[workspace.package]`.
    fn of_all_crates(&self, key: &str) -> io::Result<String> {
        let manifest = self.manifest("Cargo.toml")?;
        let package = manifest
            .get("workspace")
            .and_then(|table| table.get("package"));
        let stated = package.and_then(|package| package.get(key)?.as_str());
        let missing =
            || io::Error::new(io::ErrorKind::InvalidData, format!("Cargo.toml: no {key}"));
        stated.map(str::to_owned).ok_or_else(missing)
    }

    /// A TOML file below the root.
    pub(crate) fn manifest(&self, name: &str) -> io::Result<toml::Table> {
        let path = self.path(name);
        let text = fs::read_to_string(&path)?;
        text.parse().map_err(|error| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("{}: {error}", path.display()),
            )
        })
    }
}

/// A dependency of a crate with what the workspace says of it: features add up.
fn merged(workspace: &toml::Value, wish: &toml::Value) -> toml::Table {
    let mut table = match workspace {
        toml::Value::Table(table) => table.clone(),
        version => toml::Table::from_iter([("version".to_owned(), version.clone())]),
    };
    for (key, value) in wish.as_table().into_iter().flatten() {
        match (key.as_str(), table.get_mut(key), value) {
            ("workspace", _, _) => {}
            (_, Some(toml::Value::Array(all)), toml::Value::Array(more)) => {
                all.extend(more.iter().cloned());
            }
            _ => {
                table.insert(key.clone(), value.clone());
            }
        }
    }
    table
}
