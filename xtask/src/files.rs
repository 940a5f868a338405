//! Generated files: written, compared, and never in the way of somebody's own.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// Texts by path below some folder.
pub type Files = BTreeMap<String, String>;

/// Files that are not as they should be.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Not there, or with another text.
    pub stale: Vec<PathBuf>,
    /// There, and not generated any more.
    pub surplus: Vec<PathBuf>,
}

impl Differences {
    /// Whether all is as it should be.
    pub fn is_empty(&self) -> bool {
        self.stale.is_empty() && self.surplus.is_empty()
    }
}

/// Compares files with what is in `root`. In the folders `owned`, nothing else may be.
///
/// # Errors
///
/// What the file system says, other than that a file is missing.
pub fn compare(root: &Path, files: &Files, owned: &[&str]) -> io::Result<Differences> {
    let mut differences = Differences::default();
    for (name, text) in files {
        let path = root.join(name);
        match fs::read(&path) {
            Ok(found) if found == text.as_bytes() => {}
            Ok(_) => differences.stale.push(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => differences.stale.push(path),
            Err(error) => return Err(error),
        }
    }
    for folder in owned {
        for path in list(&root.join(folder))? {
            let known = files.keys().any(|name| root.join(name) == path);
            if !known {
                differences.surplus.push(path);
            }
        }
    }
    Ok(differences)
}

/// Makes the differences disappear. Files that are as they should be are not touched, so that what
/// depends on them is not built again.
///
/// # Errors
///
/// What the file system says.
pub fn write(root: &Path, files: &Files, owned: &[&str]) -> io::Result<Differences> {
    let differences = compare(root, files, owned)?;
    for path in &differences.surplus {
        fs::remove_file(path)?;
    }
    for (name, text) in files {
        let path = root.join(name);
        if differences.stale.contains(&path) {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(path, text)?;
        }
    }
    Ok(differences)
}

/// All files below a folder, sorted; none when there is no such folder.
///
/// # Errors
///
/// What the file system says.
pub fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let path = entry.path();
            // A linked folder is somebody else's: what is in it is not ours to compare or remove.
            if entry.file_type()?.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{Files, compare, write};
    use std::fs;

    #[test]
    fn writing_makes_the_folder_equal_to_the_files_and_keeps_others_out_of_it() {
        let root = tempfile::tempdir().unwrap();
        let files = Files::from([
            ("gen/a.rs".to_owned(), "a".to_owned()),
            ("gen/b/c.rs".to_owned(), "c".to_owned()),
        ]);
        fs::create_dir_all(root.path().join("gen")).unwrap();
        fs::write(root.path().join("gen/old.rs"), "x").unwrap();
        fs::write(root.path().join("mine.rs"), "x").unwrap();
        let found = compare(root.path(), &files, &["gen"]).unwrap();
        assert_eq!((found.stale.len(), found.surplus.len()), (2, 1));
        write(root.path(), &files, &["gen"]).unwrap();
        assert!(compare(root.path(), &files, &["gen"]).unwrap().is_empty());
        assert!(!root.path().join("gen/old.rs").exists());
        assert!(root.path().join("mine.rs").exists());
        fs::write(root.path().join("gen/a.rs"), "changed").unwrap();
        let found = compare(root.path(), &files, &["gen"]).unwrap();
        assert_eq!(found.stale, [root.path().join("gen/a.rs")]);
    }
}
