//! How much code there is.

use super::{Result, run};
use crate::files;
use std::{fs, ops::AddAssign, path::Path, process::Command};
use syn::visit::Visit;

/// Lines after rustfmt, types and functions.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) lines: usize,
    pub(super) types: usize,
    pub(super) functions: usize,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.lines += other.lines;
        self.types += other.types;
        self.functions += other.functions;
    }
}

impl Counts {
    /// Those of all Rust files of a folder.
    pub(super) fn of(folder: &Path) -> Result<Self> {
        let scratch = tempfile::tempdir()?;
        let mut counts = Self::default();
        for path in files::list(folder)? {
            let text = fs::read_to_string(&path)?;
            counts.visit_file(&syn::parse_file(&text)?);
            // In a folder of its own: rustfmt follows `mod` lines, and `skip` attributes stay behind.
            let copy = scratch.path().join("copy.rs");
            let without_files: String = text
                .lines()
                .map(|line| match line.strip_suffix(';') {
                    Some(module) if is_module(module) => format!("{module} {{}}\n"),
                    _ => format!("{line}\n"),
                })
                .collect();
            fs::write(&copy, without_files)?;
            run(Command::new("rustfmt")
                .args(["--edition", "2024"])
                .arg(&copy))?;
            counts.lines += fs::read_to_string(&copy)?.lines().count();
        }
        Ok(counts)
    }
}

/// Whether a line declares a module in a file of its own.
fn is_module(line: &str) -> bool {
    line.starts_with("pub mod ") || line.starts_with("mod ")
}

impl<'ast> Visit<'ast> for Counts {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.types += 1;
        syn::visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.types += 1;
        syn::visit::visit_item_enum(self, item);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.functions += 1;
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.functions += 1;
        syn::visit::visit_impl_item_fn(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;
    use std::fs;

    #[test]
    fn code_in_many_files_is_counted_as_if_it_were_formatted() {
        let folder = tempfile::tempdir().unwrap();
        let root = "#[cfg(feature = \"a\")]\npub mod a;\n#[cfg(feature = \"a\")]\npub use a::*;\n";
        fs::write(folder.path().join("mod.rs"), root).unwrap();
        fs::write(
            folder.path().join("a.rs"),
            "pub struct A { pub b: u8, }\npub fn a() {}\n",
        )
        .unwrap();
        let counts = Counts::of(folder.path()).unwrap();
        assert_eq!((counts.lines, counts.types, counts.functions), (8, 1, 1));
    }
}
