//! `cargo xtask msrv`: the least Rust that is stated is the highest that a dependency asks for.
//!
//! An older toolchain would prove more; this needs none.

use crate::tree::{Package, Tree};
use crate::workspace::Workspace;
use std::{error::Error, fmt};

/// The library crates, whose users ask.
const LIBRARIES: &[&str] = &["sdk-core", "runpod-sdk", "northflank-sdk", "sandbox"];

/// A version of Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rust(u32, u32, u32);

impl Rust {
    /// `1.89` and `1.89.0` are the same.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(|part| part.parse().ok());
        let (major, minor) = (parts.next()??, parts.next()??);
        let patch = parts.next().unwrap_or(Some(0))?;
        parts.next().is_none().then_some(Self(major, minor, patch))
    }
}

impl fmt::Display for Rust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(major, minor, patch) = self;
        write!(f, "{major}.{minor}")?;
        if *patch > 0 {
            write!(f, ".{patch}")?;
        }
        Ok(())
    }
}

/// The highest that some packages ask for, and which of them do.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    rust: Rust,
    by: Vec<String>,
}

impl Asked {
    /// What the packages of others ask for; none where none says anything.
    fn by<'a>(packages: impl IntoIterator<Item = &'a Package>) -> Option<Self> {
        let foreign = packages.into_iter().filter(|it| it.source.is_some());
        let asking: Vec<(Rust, &str)> = foreign
            .filter_map(|it| Some((Rust::parse(it.rust_version.as_deref()?)?, it.name.as_str())))
            .collect();
        let rust = asking.iter().map(|(rust, _)| *rust).max()?;
        let highest = asking.into_iter().filter(|(asked, _)| *asked == rust);
        Some(Self {
            rust,
            by: highest.map(|(_, name)| name.to_owned()).collect(),
        })
    }
}

/// What is stated and what is asked for.
pub struct Report {
    stated: Rust,
    /// By all dependencies, those of tests included.
    asked: Asked,
    libraries: Vec<(&'static str, Option<Asked>)>,
}

impl Report {
    /// Reads the workspace's manifest and its dependency tree.
    ///
    /// # Errors
    ///
    /// When cargo fails or nothing is stated.
    pub fn of(workspace: &Workspace) -> Result<Self, Box<dyn Error>> {
        let stated = workspace.rust_version()?;
        let tree = Tree::of(workspace)?;
        let libraries = LIBRARIES
            .iter()
            .map(|name| (*name, Asked::by(tree.below(name))));
        Ok(Self {
            stated: Rust::parse(&stated).ok_or("`rust-version` is no version")?,
            asked: Asked::by(tree.packages()).ok_or("no dependency says which Rust it needs")?,
            libraries: libraries.collect(),
        })
    }

    /// Whether what is stated is what is asked for.
    pub fn holds(&self) -> bool {
        self.stated == self.asked.rust
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stated, asked, .. } = self;
        writeln!(f, "stated: Rust {stated}")?;
        writeln!(
            f,
            "asked for: Rust {} by {}",
            asked.rust,
            asked.by.join(", ")
        )?;
        for (name, asked) in &self.libraries {
            match asked {
                Some(asked) => {
                    writeln!(f, "  {name}: {} by {}", asked.rust, asked.by.join(", "))?;
                }
                None => writeln!(f, "  {name}: nothing")?,
            }
        }
        if self.holds() {
            return Ok(());
        }
        writeln!(
            f,
            "write `rust-version = \"{}\"` into Cargo.toml, and the same into the READMEs",
            asked.rust
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Report, Rust};
    use crate::tree::Package;
    use crate::workspace::Workspace;
    use serde_json::json;

    #[test]
    fn the_stated_rust_is_the_highest_that_a_dependency_asks_for() {
        let report = Report::of(&Workspace::default()).unwrap();
        assert!(report.holds(), "{report}");
        for (name, asked) in &report.libraries {
            let asked = asked.as_ref().unwrap();
            assert!(asked.rust <= report.stated, "{name}");
        }
    }

    #[test]
    fn the_highest_is_found_among_the_packages_of_others() {
        let package = |name: &str, rust: Option<&str>, source: Option<&str>| -> Package {
            let value = json!({"id": name, "name": name, "rust_version": rust, "source": source});
            serde_json::from_value(value).unwrap()
        };
        let packages = [
            package("ours", Some("1.99"), None),
            package("old", Some("1.9"), Some("registry")),
            package("silent", None, Some("registry")),
            package("new", Some("1.88.1"), Some("registry")),
            package("as-new", Some("1.88.1"), Some("registry")),
        ];
        let asked = Asked::by(&packages).unwrap();
        assert_eq!(asked.rust.to_string(), "1.88.1");
        assert_eq!(asked.by, ["new", "as-new"]);
        assert_eq!(Asked::by(&packages[..1]), None);
        assert_eq!(Rust::parse("1.89"), Rust::parse("1.89.0"));
        assert!(Rust::parse("1.100") > Rust::parse("1.99"));
        assert_eq!(Rust::parse("stable"), None);
    }
}
