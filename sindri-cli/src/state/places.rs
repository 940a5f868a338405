//! The directories that deployments were made from on this machine.
//!
//! A pod with our marker and without a state here may be the live deployment of another directory: this is
//! where that is known from.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::files::append;

/// The list of them, one path a line.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    file: Option<PathBuf>,
}

/// Directories that deployments were made from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Directories {
    pub(crate) there: Vec<PathBuf>,
    /// Deleted, moved, or on a disk that is not there now.
    pub(crate) gone: Vec<PathBuf>,
}

impl Places {
    /// Whether there is a place for the list.
    pub(crate) fn is_kept(&self) -> bool {
        self.file.is_some()
    }

    /// The list in this directory for state of the user. None: nothing is remembered.
    pub(crate) fn in_folder(folder: Option<&Path>) -> Self {
        Self {
            file: folder.map(|folder| folder.join("sindri").join("directories")),
        }
    }

    /// Adds a directory that is not in the list.
    pub(crate) fn add(&self, directory: &Path) -> io::Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        // A path with a line break in it would be two lines.
        let Some(path) = directory.to_str().filter(|path| !path.contains('\n')) else {
            return Ok(());
        };
        let known = read(file)?;
        if known.lines().any(|line| line == path) {
            return Ok(());
        }
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        // Added in one piece: two commands at once lose nothing of each other.
        append(file, format!("{path}\n").as_bytes())
    }

    /// This one and those of the list.
    ///
    /// # Errors
    ///
    /// The list is there and cannot be read.
    pub(crate) fn all_with(&self, directory: &Path) -> io::Result<Directories> {
        let known = self.file.as_deref().map_or(Ok(String::new()), read)?;
        let mut all = Directories {
            there: vec![directory.to_owned()],
            gone: Vec::new(),
        };
        for path in known.lines().map(PathBuf::from) {
            let list = if path.is_dir() {
                &mut all.there
            } else {
                &mut all.gone
            };
            if !list.contains(&path) {
                list.push(path);
            }
        }
        Ok(all)
    }
}

fn read(file: &Path) -> io::Result<String> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_remembered_once_and_for_as_long_as_it_is_there() {
        let home = tempfile::tempdir().unwrap();
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let places = Places::in_folder(Some(home.path()));
        assert_eq!(places.all_with(one.path()).unwrap().there, [one.path()]);
        for _ in 0..2 {
            places.add(one.path()).unwrap();
            places.add(two.path()).unwrap();
        }
        assert_eq!(
            places.all_with(two.path()).unwrap().there,
            [two.path(), one.path()]
        );
        let old = one.path().to_owned();
        drop(one);
        let all = places.all_with(two.path()).unwrap();
        assert_eq!(
            (all.there, all.gone),
            (vec![two.path().to_owned()], vec![old])
        );
        let nowhere = Places::in_folder(None);
        nowhere.add(two.path()).unwrap();
        assert_eq!(nowhere.all_with(home.path()).unwrap().there, [home.path()]);
    }
}
