//! The files that SSH needs: the host key of each pod, and `Host` blocks for editors. The user's own files
//! are read and never changed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::config_file::ConfigFile;
use super::identity::{Key, LocalKey};
use super::options::{Connection, host_alias};
use crate::state::{keep_out_of_git, remove_file, replace_file};

/// Where a file of host keys says for which start of its pod they hold.
const STARTED: &str = "# of the start at ";

/// Files kept beside `sindri.yaml`.
pub(crate) struct Files {
    root: PathBuf,
}

/// What is known of a pod's host key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pinned {
    /// As much as before: the key that was seen first, if one was.
    AsBefore,
    /// Nothing any more: the pod was started since, with a fresh container disk.
    Dropped,
}

/// Whether there was something to forget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Forgotten {
    Something,
    Nothing,
}

/// What became of a block that may be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refreshed {
    /// It says something else now.
    Changed,
    /// It says what it said, or there is none.
    AsBefore,
}

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// The file system refuses.
    #[error("{} cannot be {doing}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// Someone else wrote it.
    #[error("{} was not written by `sindri ssh-config`, and is left as it is", .0.display())]
    NotOurs(PathBuf),
    /// What would be the name of a file is none.
    #[error("{0:?} is no id that a file can be named after")]
    NoName(String),
    /// `ssh` would read something else.
    #[error("{} holds `${{`, which `ssh` takes for a variable", .0.display())]
    Variable(PathBuf),
}

impl Files {
    pub(crate) fn new(base_dir: &Path) -> Self {
        Self {
            root: base_dir.join(".sindri"),
        }
    }

    /// The file with the host key of a pod, fit for this start of it.
    ///
    /// A start gives a pod a fresh container disk, and its SSH server a new key: what was known before is
    /// dropped then, and only then.
    pub(crate) fn pin(
        &self,
        pod_id: &str,
        started_at: Option<&str>,
    ) -> Result<(PathBuf, Pinned), FileError> {
        let path = self.known_hosts(pod_id)?;
        let known = read(&path)?;
        let keep = match (known.as_deref().and_then(start_of), started_at) {
            (Some(then), Some(now)) => then == now,
            // What is not known has not changed.
            (None, _) | (_, None) => known.is_some(),
        };
        if keep {
            return Ok((path, Pinned::AsBefore));
        }
        let heading = started_at.map(|now| format!("{STARTED}{now}\n"));
        self.write(&path, &heading.unwrap_or_default())?;
        let pinned = match known {
            Some(text) if has_key(&text) => Pinned::Dropped,
            Some(_) | None => Pinned::AsBefore,
        };
        Ok((path, pinned))
    }

    /// The file with the host key of a server that is not a pod's own: it is never dropped.
    pub(crate) fn pin_of_host(&self, host: &str) -> Result<PathBuf, FileError> {
        let path = self.known_hosts(host)?;
        if read(&path)?.is_none() {
            self.write(&path, "")?;
        }
        Ok(path)
    }

    /// Forgets the host key of a pod.
    pub(crate) fn forget(&self, pod_id: &str) -> Result<Forgotten, FileError> {
        let path = self.known_hosts(pod_id)?;
        match fs::remove_file(&path) {
            Ok(()) => Ok(Forgotten::Something),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Forgotten::Nothing),
            Err(source) => Err(failed("removed", &path, source)),
        }
    }

    /// Where the blocks for editors are unless the user says something else.
    pub(crate) fn config(&self) -> PathBuf {
        self.root.join("ssh_config")
    }

    /// Writes the block of a deployment, leaving those of others.
    pub(crate) fn write_host(
        &self,
        path: &Path,
        name: &str,
        connection: &Connection,
    ) -> Result<(), FileError> {
        let mut file = config_at(path)?.unwrap_or_default();
        file.set(&host_alias(name), connection.block());
        self.write(path, &file.text())
    }

    /// The text of a file with this block alone.
    pub(crate) fn host_text(name: &str, connection: &Connection) -> String {
        let mut file = ConfigFile::default();
        file.set(&host_alias(name), connection.block());
        file.text()
    }

    /// Brings the block of a deployment up to date, where there is one.
    pub(crate) fn refresh_host(
        &self,
        name: &str,
        connection: &Connection,
    ) -> Result<Refreshed, FileError> {
        let (path, host) = (self.config(), host_alias(name));
        let Some(mut file) = config_at(&path)?.filter(|file| file.has(&host)) else {
            return Ok(Refreshed::AsBefore);
        };
        let before = file.text();
        file.set(&host, connection.block());
        if file.text() == before {
            return Ok(Refreshed::AsBefore);
        }
        self.write(&path, &file.text())?;
        Ok(Refreshed::Changed)
    }

    /// Whether there is a block of a deployment.
    pub(crate) fn has_host(&self, name: &str) -> Result<bool, FileError> {
        let file = config_at(&self.config())?;
        Ok(file.is_some_and(|file| file.has(&host_alias(name))))
    }

    /// Removes the block of a deployment, and a file that has no other.
    pub(crate) fn remove_host(&self, name: &str) -> Result<Forgotten, FileError> {
        let (path, host) = (self.config(), host_alias(name));
        let Some(mut file) = config_at(&path)?.filter(|file| file.has(&host)) else {
            return Ok(Forgotten::Nothing);
        };
        file.remove(&host);
        if file.is_empty() {
            remove_file(&path).map_err(|source| failed("removed", &path, source))?;
        } else {
            self.write(&path, &file.text())?;
        }
        Ok(Forgotten::Something)
    }

    fn known_hosts(&self, name: &str) -> Result<PathBuf, FileError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
        if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
            return Err(FileError::NoName(name.to_owned()));
        }
        let path = self.root.join("known_hosts").join(name);
        if path.display().to_string().contains("${") {
            return Err(FileError::Variable(path));
        }
        Ok(path)
    }

    fn write(&self, path: &Path, text: &str) -> Result<(), FileError> {
        let fail = |source| failed("written", path, source);
        if path.starts_with(&self.root) {
            fs::create_dir_all(path.parent().unwrap_or(&self.root)).map_err(fail)?;
            keep_out_of_git(&self.root).map_err(fail)?;
        }
        replace_file(path, text.as_bytes()).map_err(fail)
    }
}

/// Key pairs in the user's `.ssh`, those first that `ssh` would take first.
pub(crate) fn local_keys(home: Option<&Path>) -> Vec<LocalKey> {
    let Some(folder) = home.map(|home| home.join(".ssh")) else {
        return Vec::new();
    };
    // Whoever has no such folder has no key in it.
    let Ok(entries) = fs::read_dir(&folder) else {
        return Vec::new();
    };
    let public = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut keys: Vec<LocalKey> = public
        .filter(|path| path.extension().is_some_and(|end| end == "pub"))
        .filter_map(|path| {
            let key = Key::all(&fs::read_to_string(&path).ok()?)
                .into_iter()
                .next()?;
            let private = path.with_extension("");
            Some(LocalKey {
                has_private: private.is_file(),
                private,
                key,
            })
        })
        .collect();
    let rank = |key: &LocalKey| {
        let usual = ["id_ed25519", "id_ecdsa", "id_rsa"];
        let name = key.private.file_name().and_then(|name| name.to_str());
        usual
            .iter()
            .position(|usual| Some(*usual) == name)
            .unwrap_or(usual.len())
    };
    keys.sort_by(|a, b| rank(a).cmp(&rank(b)).then(a.private.cmp(&b.private)));
    keys
}

fn config_at(path: &Path) -> Result<Option<ConfigFile>, FileError> {
    match read(path)? {
        None => Ok(None),
        Some(text) => ConfigFile::parse(&text)
            .map(Some)
            .ok_or_else(|| FileError::NotOurs(path.to_owned())),
    }
}

fn read(path: &Path) -> Result<Option<String>, FileError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(failed("read", path, source)),
    }
}

fn failed(doing: &'static str, path: &Path, source: io::Error) -> FileError {
    FileError::Io {
        doing,
        path: path.to_owned(),
        source,
    }
}

fn start_of(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix(STARTED))
}

fn has_key(text: &str) -> bool {
    text.lines()
        .any(|line| !line.trim().is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
#[path = "files_tests.rs"]
mod tests;
