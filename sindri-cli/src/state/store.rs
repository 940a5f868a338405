//! The state file: read with care, written in one piece, locked while a command may change anything.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use super::files::{keep_out_of_git, private, remove_file, replace_file};
use super::journal::{Deed, Journal, Outcome, Told};
use super::record::Record;
use super::remembered::{Remembered, SCHEMA_VERSION};

/// Where the state of one deployment lives.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    root: PathBuf,
    file: PathBuf,
    journal: Journal,
}

/// Why the state cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StateError {
    /// Another process holds the lock.
    #[error("another sindri is at work on this deployment{}", .pid.map_or_else(String::new, |pid| format!(" (process {pid})")))]
    Locked {
        /// Its process id, when it could be read.
        pid: Option<u32>,
    },
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
}

impl StateError {
    /// What the user is told where the command goes on.
    pub(crate) fn not_written(&self) -> String {
        match std::error::Error::source(self) {
            Some(cause) => format!("the state was not written: {self}: {cause}"),
            None => format!("the state was not written: {self}"),
        }
    }
}

/// What a state file says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found<R = Record> {
    /// There is none.
    Nothing,
    /// This.
    Record(Box<R>),
    /// Something that cannot be used, and why.
    Damaged(String),
}

/// Held while a command may change the deployment. Dropping it lets the next one in.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: Option<File>,
}

impl Lock {
    /// Stands in for a lock that could not be had, for what ends a bill.
    pub(crate) fn none() -> Self {
        Self { _file: None }
    }
}

/// The process id in a lock file, if there is one.
fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// Which cloud a state belongs to: ids of the sandbox never meet real ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Realm {
    /// The providers.
    Real,
    /// The sandbox inside this process.
    Sandbox,
}

/// What this program keeps beside the configuration file.
pub(super) const ROOT: &str = ".sindri";

impl Realm {
    /// Where its state files are.
    pub(super) fn folder(self, root: &Path) -> PathBuf {
        match self {
            Self::Real => root.join("state"),
            Self::Sandbox => root.join("state").join("sandbox"),
        }
    }
}

impl<R: Remembered> Found<R> {
    /// What the bytes of a state file say.
    pub(super) fn of(bytes: &[u8]) -> Self {
        match serde_json::from_slice::<R>(bytes) {
            Ok(record) if record.layout() != SCHEMA_VERSION => Self::Damaged(format!(
                "it has layout {}, this program reads {SCHEMA_VERSION}",
                record.layout()
            )),
            Ok(record) => Self::Record(Box::new(record)),
            Err(error) => Self::Damaged(error.to_string()),
        }
    }
}

impl Store {
    /// The place for this deployment, beside the configuration file.
    pub(crate) fn new(base_dir: &Path, realm: Realm, provider: &str, name: &str) -> Self {
        let root = base_dir.join(ROOT);
        let file = realm.folder(&root).join(format!("{provider}-{name}.json"));
        Self {
            journal: Journal::at(file.with_extension("journal")),
            file,
            root,
        }
    }

    /// The state file.
    pub(crate) fn path(&self) -> &Path {
        &self.file
    }

    /// Reads the file. A file that cannot be understood is not an error: the provider knows better.
    pub(crate) fn read<R: Remembered>(&self) -> Result<Found<R>, StateError> {
        let bytes = match fs::read(&self.file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(source) => return Err(self.error("read", &self.file, source)),
        };
        Ok(Found::of(&bytes))
    }

    /// Other deployments on the same provider that were made from the same directory and are there, as
    /// name and main resource.
    pub(crate) fn neighbours<R: Remembered>(&self) -> Vec<(String, String)> {
        let Ok(entries) = fs::read_dir(self.folder()) else {
            return Vec::new();
        };
        let mut found: Vec<(String, String)> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| *path != self.file && path.extension().is_some_and(|end| end == "json"))
            .filter_map(|path| serde_json::from_slice::<R>(&fs::read(path).ok()?).ok())
            .filter_map(|record| Some((record.app_name().to_owned(), record.main_resource()?)))
            .collect();
        found.sort();
        found
    }

    /// Takes the lock, or says who has it.
    pub(crate) fn lock(&self) -> Result<Lock, StateError> {
        self.prepare()?;
        let path = self.file.with_extension("lock");
        let mut file = private(OpenOptions::new().read(true).write(true).create(true))
            .open(&path)
            .map_err(|source| self.error("opened", &path, source))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StateError::Locked {
                    pid: holder(&mut file),
                });
            }
            Err(TryLockError::Error(source)) => return Err(self.error("locked", &path, source)),
        }
        // Who it is only makes the message of others better: a full disk is no reason to stop here.
        let named = file.set_len(0).and_then(|()| file.rewind());
        drop(named.and_then(|()| writeln!(file, "{}", std::process::id())));
        self.sweep();
        Ok(Lock { _file: Some(file) })
    }

    /// Removes what a run that was cut off had begun to write. Whoever holds the lock writes alone.
    fn sweep(&self) {
        let Some(name) = self.file.file_name().and_then(|name| name.to_str()) else {
            return;
        };
        let begun = format!(".{name}.");
        for entry in fs::read_dir(self.folder()).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(&begun) {
                // One that stays is in nobody's way.
                drop(fs::remove_file(entry.path()));
            }
        }
    }

    /// What was begun and not seen to end, as the journal tells it.
    pub(crate) fn told(&self) -> Result<Told, StateError> {
        self.journal
            .read()
            .map_err(|source| self.error("read", self.journal.path(), source))
    }

    /// That another process holds the lock now, if one does. Nothing is changed by looking.
    pub(crate) fn at_work(&self) -> Option<StateError> {
        let mut file = File::open(self.file.with_extension("lock")).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Some(StateError::Locked {
                pid: holder(&mut file),
            }),
            Ok(()) | Err(TryLockError::Error(_)) => None,
        }
    }

    /// Writes down that something is about to be done. It is on disk when this returns.
    pub(crate) fn begun(
        &self,
        _lock: &Lock,
        deployment_id: &str,
        deed: &Deed,
    ) -> Result<(), StateError> {
        self.prepare()?;
        self.journal
            .begun(deployment_id, deed)
            .map_err(|source| self.error("written", self.journal.path(), source))
    }

    /// Writes down what came of what was begun last.
    pub(crate) fn ended(
        &self,
        _lock: &Lock,
        deployment_id: &str,
        outcome: Outcome,
    ) -> Result<(), StateError> {
        self.journal
            .ended(deployment_id, outcome)
            .map_err(|source| self.error("written", self.journal.path(), source))
    }

    /// Writes the record so that either the old or the new one is there, whatever happens.
    pub(crate) fn write<R: Remembered>(&self, _lock: &Lock, record: &R) -> Result<(), StateError> {
        self.prepare()?;
        let fail = |source| self.error("written", &self.file, source);
        let mut text = serde_json::to_vec_pretty(record).map_err(|error| fail(error.into()))?;
        text.push(b'\n');
        replace_file(&self.file, &text).map_err(fail)
    }

    /// Writes or removes the record if the file still says what was read from it before.
    ///
    /// What was read without the lock may be out of date by now: whoever changed it since knows better.
    pub(crate) fn replace<R: Remembered>(
        &self,
        lock: &Lock,
        known: Option<&R>,
        record: Option<&R>,
    ) -> Result<(), StateError> {
        let unchanged = match self.read::<R>()? {
            Found::Nothing => known.is_none(),
            Found::Record(now) => known == Some(now.as_ref()),
            Found::Damaged(_) => false,
        };
        match record {
            _ if !unchanged => Ok(()),
            Some(record) => self.write(lock, record),
            None => self.remove(lock),
        }
    }

    /// Removes the record, and the journal after it. What is not there is as good.
    pub(crate) fn remove(&self, _lock: &Lock) -> Result<(), StateError> {
        remove_file(&self.file).map_err(|source| self.error("removed", &self.file, source))?;
        self.journal
            .remove()
            .map_err(|source| self.error("removed", self.journal.path(), source))
    }

    /// Keeps a file that cannot be understood under another name, and says which.
    pub(crate) fn set_aside(&self, _lock: &Lock) -> Result<PathBuf, StateError> {
        let aside = self.file.with_extension("json.damaged");
        fs::rename(&self.file, &aside)
            .map_err(|source| self.error("renamed", &self.file, source))?;
        Ok(aside)
    }

    fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(&self.root)
    }

    /// Makes the folders, and keeps them out of version control.
    fn prepare(&self) -> Result<(), StateError> {
        let folder = self.folder();
        fs::create_dir_all(folder).map_err(|source| self.error("created", folder, source))?;
        keep_out_of_git(&self.root)
            .map_err(|source| self.error("written", &self.root.join(".gitignore"), source))
    }

    #[expect(
        clippy::unused_self,
        reason = "reads as `self.error(…)` at a dozen places"
    )]
    fn error(&self, doing: &'static str, path: &Path, source: io::Error) -> StateError {
        StateError::Io {
            doing,
            path: path.to_owned(),
            source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(dir: &tempfile::TempDir, realm: Realm) -> Store {
        Store::new(dir.path(), realm, "runpod", "demo")
    }

    fn read(store: &Store) -> Found {
        store.read().unwrap()
    }

    fn record() -> Record {
        let mut record = Record::new(
            "runpod",
            "demo",
            "http://localhost",
            "0123456789abcdef".into(),
        );
        record.pod_id = Some("pod1".into());
        record
    }

    #[test]
    fn what_was_written_is_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(&dir, Realm::Real);
        assert_eq!(read(&store), Found::Nothing);
        let lock = store.lock().unwrap();
        store.write(&lock, &record()).unwrap();
        assert_eq!(read(&store), Found::Record(Box::new(record())));
        store.remove(&lock).unwrap();
        store.remove(&lock).unwrap();
        assert_eq!(read(&store), Found::Nothing);
    }

    #[test]
    fn a_file_that_changed_since_it_was_read_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let store = store(&dir, Realm::Real);
        let lock = store.lock().unwrap();
        let (old, mut theirs) = (record(), record());
        theirs.pod_id = Some("pod2".into());
        let check = |file: Option<&Record>, known, new, expected: Option<&Record>| {
            match file {
                Some(file) => store.write(&lock, file).unwrap(),
                None => store.remove(&lock).unwrap(),
            }
            store.replace(&lock, known, new).unwrap();
            let expected = expected.map_or(Found::Nothing, |record| {
                Found::Record(Box::new(record.clone()))
            });
            assert_eq!(read(&store), expected);
        };
        check(Some(&old), Some(&old), None, None);
        check(None, None, Some(&old), Some(&old));
        check(Some(&theirs), Some(&old), None, Some(&theirs));
        check(Some(&theirs), None, Some(&old), Some(&theirs));
        check(None, Some(&old), Some(&theirs), None);
        fs::write(store.path(), "damaged").unwrap();
        store.replace(&lock, None, Some(&old)).unwrap();
        assert_eq!(fs::read_to_string(store.path()).unwrap(), "damaged");
    }

    #[test]
    fn the_sandbox_has_a_state_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let (real, sandbox) = (store(&dir, Realm::Real), store(&dir, Realm::Sandbox));
        let lock = sandbox.lock().unwrap();
        sandbox.write(&lock, &record()).unwrap();
        assert_eq!(read(&real), Found::Nothing);
        assert_eq!(
            real.path(),
            dir.path().join(".sindri/state/runpod-demo.json")
        );
    }

    #[test]
    fn a_second_command_is_told_who_holds_the_lock() {
        let dir = tempfile::tempdir().unwrap();
        let first = store(&dir, Realm::Real);
        let lock = first.lock().unwrap();
        let error = store(&dir, Realm::Real).lock().unwrap_err();
        assert!(matches!(error, StateError::Locked { pid } if pid == Some(std::process::id())));
        drop(lock);
        store(&dir, Realm::Real).lock().unwrap();
    }

    #[test]
    fn a_file_that_cannot_be_understood_is_reported_and_can_be_set_aside() {
        let check = |text: &str, reason: &str| {
            let dir = tempfile::tempdir().unwrap();
            let store = store(&dir, Realm::Real);
            let lock = store.lock().unwrap();
            fs::write(store.path(), text).unwrap();
            let Found::Damaged(why) = read(&store) else {
                panic!("{text} was accepted")
            };
            assert!(why.contains(reason), "{why}");
            let aside = store.set_aside(&lock).unwrap();
            assert_eq!(fs::read_to_string(aside).unwrap(), text);
            assert_eq!(read(&store), Found::Nothing);
        };
        check("", "EOF");
        check("{\"schema_version\": 1}", "missing field");
        let mut later = record();
        later.schema_version = 99;
        check(&serde_json::to_string(&later).unwrap(), "layout 99");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_the_state_and_git_ignores_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let store = store(&dir, Realm::Real);
        let lock = store.lock().unwrap();
        store.write(&lock, &record()).unwrap();
        let mode = fs::metadata(store.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let ignore = dir.path().join(".sindri/.gitignore");
        assert_eq!(fs::read_to_string(&ignore).unwrap(), "*\n");
        // What a full disk leaves, and what somebody wrote.
        for (there, kept) in [("", "*\n"), ("!notes\n", "!notes\n")] {
            fs::write(&ignore, there).unwrap();
            store.write(&lock, &record()).unwrap();
            assert_eq!(fs::read_to_string(&ignore).unwrap(), kept);
        }
    }
}
