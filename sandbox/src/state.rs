//! All that the sandbox knows, and where it is kept: in memory, or in a file that several
//! processes may share.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::disk::{Contents, Tree};
use crate::{northflank, runpod};

/// Format of the state. Another number means another meaning of what is stored.
const VERSION: u32 = 1;

/// Both clouds as one account sees them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Cloud {
    version: u32,
    #[serde(default)]
    pub(crate) runpod: runpod::Account,
    #[serde(default)]
    pub(crate) northflank: northflank::Account,
}

impl Cloud {
    /// Removes contents that no file has any more. Only within a transaction, and before it changes
    /// anything: what is on disk then is what the state says.
    pub(crate) fn tidy(&self, contents: &Contents) {
        let trees = self.runpod.trees().chain(self.northflank.trees());
        let wanted = trees.flat_map(Tree::contents).collect();
        if let Err(error) = contents.keep(&wanted) {
            tracing::warn!(%error, "old contents of files cannot be removed");
        }
    }
}

impl Default for Cloud {
    fn default() -> Self {
        Self {
            version: VERSION,
            runpod: runpod::Account::default(),
            northflank: northflank::Account::default(),
        }
    }
}

/// Where the state is kept.
#[derive(Debug)]
pub(crate) enum Store {
    Memory(Box<Mutex<Cloud>>),
    File(FileStore),
}

/// A state file. Every transaction reads it under a lock of its own file beside it, so that
/// processes that run at once see one cloud. The state file itself is replaced at each write and
/// so cannot carry the lock.
#[derive(Debug)]
pub(crate) struct FileStore {
    path: PathBuf,
    lock: PathBuf,
}

impl Store {
    pub(crate) fn memory() -> Self {
        Self::Memory(Box::default())
    }

    pub(crate) fn file(path: PathBuf) -> Self {
        let mut lock = path.clone().into_os_string();
        lock.push(".lock");
        Self::File(FileStore {
            path,
            lock: lock.into(),
        })
    }

    /// Whether a transaction may wait for another process.
    pub(crate) fn may_block(&self) -> bool {
        match self {
            Self::Memory(_) => false,
            Self::File(_) => true,
        }
    }

    /// Runs `work` on the present state, alone, and keeps what it leaves.
    pub(crate) fn transaction<T>(&self, work: impl FnOnce(&mut Cloud) -> T) -> Result<T, Error> {
        match self {
            Self::Memory(cloud) => Ok(work(
                &mut cloud.lock().unwrap_or_else(PoisonError::into_inner),
            )),
            Self::File(file) => file.transaction(work),
        }
    }
}

impl FileStore {
    fn transaction<T>(&self, work: impl FnOnce(&mut Cloud) -> T) -> Result<T, Error> {
        // Held until the end of this function; closing the file releases it.
        let _lock = self
            .locked()
            .map_err(|source| io_error(&self.lock, source))?;
        let before = self.read().map_err(|source| io_error(&self.path, source))?;
        let mut cloud = self.parse(&before)?;
        let result = work(&mut cloud);
        let after = serde_json::to_vec(&cloud).map_err(|source| self.damaged(source))?;
        if after != before {
            self.replace(&after)
                .map_err(|source| io_error(&self.path, source))?;
        }
        Ok(result)
    }

    fn locked(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        private(&mut options);
        let open = || options.open(&self.lock);
        let file = match open() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(self.directory())?;
                open()?
            }
            opened => opened?,
        };
        file.lock()?;
        Ok(file)
    }

    fn read(&self) -> io::Result<Vec<u8>> {
        match fs::read(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            result => result,
        }
    }

    /// An empty file, as a test may have made it, is a new state.
    fn parse(&self, bytes: &[u8]) -> Result<Cloud, Error> {
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }
        if bytes.is_empty() {
            return Ok(Cloud::default());
        }
        let head: Head = serde_json::from_slice(bytes).map_err(|source| self.damaged(source))?;
        if head.version != VERSION {
            return Err(Error::StateVersion {
                path: self.path.clone(),
                found: head.version,
            });
        }
        serde_json::from_slice(bytes).map_err(|source| self.damaged(source))
    }

    /// Puts a new file in the place of the old one at once: a reader sees one or the other, and a
    /// crash of the process leaves the old one. Temporary files are made readable by their owner only, which the
    /// state needs: it holds the environment of pods.
    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(self.directory())?;
        file.write_all(bytes)?;
        file.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }

    fn directory(&self) -> &Path {
        match self.path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            Some(_) | None => Path::new("."),
        }
    }

    fn damaged(&self, source: serde_json::Error) -> Error {
        Error::DamagedState {
            path: self.path.clone(),
            source,
        }
    }
}

fn io_error(path: &Path, source: io::Error) -> Error {
    Error::StateFile {
        path: path.to_owned(),
        source,
    }
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn private(_options: &mut OpenOptions) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(store: &Store) -> Vec<String> {
        store
            .transaction(|cloud| cloud.runpod.ssh_keys.clone())
            .unwrap()
    }

    #[test]
    fn a_file_carries_the_state_from_one_store_to_the_next() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("deep/er/sandbox.json");
        Store::file(path.clone())
            .transaction(|cloud| cloud.runpod.ssh_keys.push("a".into()))
            .unwrap();
        assert_eq!(keys(&Store::file(path)), ["a"]);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_the_file_even_if_it_was_open_before() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("sandbox.json");
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        Store::file(path.clone())
            .transaction(|cloud| cloud.runpod.ssh_keys.push("a".into()))
            .unwrap();
        for file in [path.clone(), directory.path().join("sandbox.json.lock")] {
            let mode = fs::metadata(&file).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{}", file.display());
        }
    }

    #[test]
    fn a_file_that_is_no_state_is_refused_and_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("sandbox.json");
        let check = |content: &str, expected: &str| {
            fs::write(&path, content).unwrap();
            let error = Store::file(path.clone())
                .transaction(|_| ())
                .unwrap_err()
                .to_string();
            assert!(error.contains(expected), "{content}: {error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        };
        check("not json", "is not a sandbox state");
        check("{}", "is not a sandbox state");
        check(
            r#"{"version":1,"runpod":{"pods":7}}"#,
            "is not a sandbox state",
        );
        check(r#"{"version":2}"#, "another version (format 2)");
    }

    #[test]
    fn threads_that_share_a_file_lose_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("sandbox.json");
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let store = Store::file(path.clone());
                scope.spawn(move || {
                    for turn in 0..25 {
                        let key = format!("{thread}-{turn}");
                        store
                            .transaction(|cloud| cloud.runpod.ssh_keys.push(key))
                            .unwrap();
                    }
                });
            }
        });
        assert_eq!(keys(&Store::file(path)).len(), 100);
    }
}
