//! Where the contents of files are kept.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

/// Contents by id. An id is used once and never for other content.
#[derive(Debug)]
pub(crate) enum Contents {
    Memory(Mutex<BTreeMap<String, Bytes>>),
    /// A directory, made readable by its owner only when it is first needed.
    Directory(PathBuf),
}

impl Contents {
    pub(crate) fn memory() -> Self {
        Self::Memory(Mutex::default())
    }

    /// Beside a state file.
    pub(crate) fn beside(state_file: &Path) -> Self {
        let mut path = state_file.to_owned().into_os_string();
        path.push(".files");
        Self::Directory(path.into())
    }

    pub(crate) fn put(&self, bytes: &Bytes) -> io::Result<String> {
        let id: String = std::iter::repeat_with(fastrand::alphanumeric)
            .map(|letter| letter.to_ascii_lowercase())
            .take(24)
            .collect();
        match self {
            Self::Memory(all) => {
                let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                all.insert(id.clone(), bytes.clone());
            }
            Self::Directory(directory) => {
                private_directory(directory)?;
                let mut file = tempfile::NamedTempFile::new_in(directory)?;
                file.write_all(bytes)?;
                let path = directory.join(&id);
                file.persist(path).map_err(|error| error.error)?;
            }
        }
        Ok(id)
    }

    pub(crate) fn get(&self, id: &str) -> io::Result<Bytes> {
        match self {
            Self::Memory(all) => {
                let all = all.lock().unwrap_or_else(PoisonError::into_inner);
                all.get(id)
                    .cloned()
                    .ok_or_else(|| io::ErrorKind::NotFound.into())
            }
            Self::Directory(directory) => fs::read(directory.join(id)).map(Bytes::from),
        }
    }

    /// Removes all contents but these. Only safe while nobody else can use the state.
    pub(crate) fn keep(&self, wanted: &BTreeSet<&str>) -> io::Result<()> {
        match self {
            Self::Memory(all) => {
                let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                all.retain(|id, _| wanted.contains(id.as_str()));
            }
            Self::Directory(directory) => {
                let entries = match fs::read_dir(directory) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                    entries => entries?,
                };
                for entry in entries {
                    let entry = entry?;
                    let name = entry.file_name();
                    if !name.to_str().is_some_and(|name| wanted.contains(name)) {
                        fs::remove_file(entry.path())?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn private_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)
}
