//! How far a copy is, and what came of it.

use std::{fmt, path::Path, path::PathBuf, sync::Arc};

/// How far a copy is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CopyProgress {
    /// What is copied now, below what was asked for.
    pub path: PathBuf,
    /// Files copied whole.
    pub files: u64,
    /// Bytes of files, before compression.
    pub bytes: u64,
}

/// What was copied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CopyReport {
    /// Files.
    pub files: u64,
    /// Folders.
    pub folders: u64,
    /// Symbolic links. They are copied as links, wherever they point.
    pub links: u64,
    /// Bytes of files, before compression.
    pub bytes: u64,
    /// What is neither: sockets, pipes and devices. They were not copied.
    pub skipped: Vec<PathBuf>,
}

/// Who is told.
#[derive(Clone)]
pub(super) struct Listener(pub(super) Arc<dyn Fn(&CopyProgress) + Send + Sync>);

/// After how many bytes of one file the listener is told again.
const STEP: u64 = 1 << 20;

/// Counts, and tells.
pub(super) struct Tally {
    pub(super) report: CopyReport,
    listener: Listener,
    path: PathBuf,
    told_at: u64,
}

impl Tally {
    pub(super) fn new(listener: Listener) -> Self {
        Self {
            report: CopyReport::default(),
            listener,
            path: PathBuf::new(),
            told_at: 0,
        }
    }

    pub(super) fn begin(&mut self, path: &Path) {
        path.clone_into(&mut self.path);
        self.tell();
    }

    pub(super) fn add(&mut self, bytes: u64) {
        self.report.bytes += bytes;
        if self.report.bytes >= self.told_at + STEP {
            self.tell();
        }
    }

    fn tell(&mut self) {
        self.told_at = self.report.bytes;
        (self.listener.0)(&CopyProgress {
            path: self.path.clone(),
            files: self.report.files,
            bytes: self.report.bytes,
        });
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}
