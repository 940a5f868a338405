//! A gzipped tar into files and folders of this machine. Blocking: for a thread of its own.
//!
//! What is unpacked comes from a container, which may be anyone's: nothing is written outside of the
//! folder it was meant for, and nothing through a link.

use super::progress::{CopyReport, Listener, Tally};
use crate::stream::error::StreamError;
use flate2::read::GzDecoder;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};
use tar::{Archive, Entry, EntryType};

/// Where it is unpacked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// One file of exactly this path.
    File(PathBuf),
    /// Into this folder, which is made.
    Folder(PathBuf),
}

/// Unpacks everything.
pub(super) fn unpack(
    from: impl Read,
    to: &Destination,
    listener: Listener,
) -> Result<CopyReport, StreamError> {
    let mut tally = Tally::new(listener);
    let mut archive = Archive::new(GzDecoder::new(from));
    archive.set_preserve_mtime(true);
    match to {
        Destination::File(path) => unpack_file(archive, path, &mut tally)?,
        Destination::Folder(path) => {
            unpack_folder(&mut archive, path, &mut tally)?;
            read_to_end(archive)?;
        }
    }
    Ok(tally.report)
}

/// The checksum stands at the very end.
fn read_to_end<R: Read>(archive: Archive<R>) -> Result<(), StreamError> {
    let rest = io::copy(&mut archive.into_inner(), &mut io::sink());
    rest.map(drop).map_err(unreadable)
}

fn unpack_folder<R: Read>(
    archive: &mut Archive<R>,
    folder: &Path,
    tally: &mut Tally,
) -> Result<(), StreamError> {
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, error))?;
    // Modes of folders are set last: one of them may forbid what is still to be written into it.
    let mut folders = Vec::new();
    for entry in archive.entries().map_err(unreadable)? {
        let mut entry = entry.map_err(unreadable)?;
        let kind = entry.header().entry_type();
        let path = checked_path(&entry, folder)?;
        if path.as_os_str().is_empty() {
            continue;
        }
        let full = folder.join(&path);
        tally.begin(&path);
        if kind.is_dir() {
            fs::create_dir_all(&full).map_err(|error| unwritable(&full, error))?;
            tally.report.folders += 1;
            folders.push(entry);
            continue;
        }
        let bytes = entry.size();
        if kind.is_symlink() {
            tally.report.links += 1;
        } else if kind.is_hard_link() || is_file(kind) {
            tally.report.files += 1;
        } else {
            tally.report.skipped.push(path);
            continue;
        }
        if kind.is_hard_link() {
            // A link replaces what an earlier copy left, as a file does. It is often not there.
            let _removed = fs::remove_file(&full);
        }
        let unpacked = entry.unpack_in(folder);
        unpacked.map_err(|error| unwritable(&full, error))?;
        tally.add(if is_file(kind) { bytes } else { 0 });
    }
    for mut entry in folders.into_iter().rev() {
        let unpacked = entry.unpack_in(folder);
        unpacked.map_err(|error| unwritable(folder, error))?;
    }
    Ok(())
}

fn is_file(kind: EntryType) -> bool {
    kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse()
}

/// The path of an entry below the folder, if it stays below it.
fn checked_path<R: Read>(entry: &Entry<'_, R>, folder: &Path) -> Result<PathBuf, StreamError> {
    let sent = entry.path().map_err(unreadable)?.into_owned();
    let refused = |reason| StreamError::UnsafeEntry {
        entry: sent.clone(),
        reason,
    };
    let path = below(&sent).ok_or_else(|| refused("leads out of the folder"))?;
    if entry.header().entry_type().is_hard_link() {
        let target = entry.link_name().map_err(unreadable)?.unwrap_or_default();
        below(&target).ok_or_else(|| refused("is a link to what is outside of the folder"))?;
    }
    let mut parent = folder.to_path_buf();
    for part in path.parent().into_iter().flat_map(Path::components) {
        parent.push(part);
        let metadata = fs::symlink_metadata(&parent);
        if metadata.is_ok_and(|metadata| metadata.is_symlink()) {
            return Err(refused("leads through a symbolic link"));
        }
    }
    Ok(path)
}

/// A relative path without `.`; `None` where it has anything else in it but names.
fn below(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => plain.push(name),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(plain)
}

fn unpack_file<R: Read>(
    mut archive: Archive<R>,
    path: &Path,
    tally: &mut Tally,
) -> Result<(), StreamError> {
    let mut entries = archive.entries().map_err(unreadable)?;
    let mut entry = match entries.next() {
        Some(entry) => entry.map_err(unreadable)?,
        None => return Err(StreamError::protocol("an archive without the file")),
    };
    let kind = entry.header().entry_type();
    if !is_file(kind) {
        let reason = if kind.is_symlink() {
            "is a symbolic link: copy what it points to"
        } else {
            "is no file"
        };
        return Err(StreamError::UnsafeEntry {
            entry: entry.path().map_err(unreadable)?.into_owned(),
            reason,
        });
    }
    tally.begin(path.file_name().unwrap_or_default().as_ref());
    let place = Place::of(path).map_err(|error| unwritable(path, error))?;
    copy(&mut entry, place.file(), path, tally)?;
    let mode = entry.header().mode().ok();
    if entries.next().is_some() {
        return Err(StreamError::protocol("an archive of more than the file"));
    }
    read_to_end(archive)?;
    let finished = place.finish(mode);
    finished.map_err(|error| unwritable(path, error))?;
    tally.report.files += 1;
    Ok(())
}

fn copy(
    from: &mut impl Read,
    mut to: &File,
    path: &Path,
    tally: &mut Tally,
) -> Result<(), StreamError> {
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(unreadable(error)),
        };
        to.write_all(&buffer[..count])
            .map_err(|error| unwritable(path, error))?;
        tally.add(count as u64);
    }
}

/// Where the contents of one file go.
enum Place {
    /// A pipe, a device: it is written to, and stays what it is.
    Special(File),
    /// A file that is replaced, or that is not there yet.
    Partial(Partial),
}

impl Place {
    /// The place of this path, or the one that a link there leads to.
    fn of(path: &Path) -> io::Result<Self> {
        let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        let is_special = match fs::metadata(path) {
            Ok(metadata) => !metadata.is_file(),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !is_link => false,
            Err(error) => return Err(error),
        };
        if is_special {
            // A pipe waits here until somebody reads it.
            return OpenOptions::new().write(true).open(path).map(Self::Special);
        }
        let path = if is_link {
            fs::canonicalize(path)?
        } else {
            path.to_owned()
        };
        Partial::create(path).map(Self::Partial)
    }

    fn file(&self) -> &File {
        match self {
            Self::Special(file) => file,
            Self::Partial(partial) => &partial.file,
        }
    }

    fn finish(self, mode: Option<u32>) -> io::Result<()> {
        match self {
            Self::Special(_) => Ok(()),
            Self::Partial(partial) => partial.finish(mode),
        }
    }
}

/// A file that is not whole yet, beside the place it is for: it goes there in one step, or not at all.
struct Partial {
    file: File,
    path: PathBuf,
    of: PathBuf,
    kept: bool,
}

impl Partial {
    fn create(of: PathBuf) -> io::Result<Self> {
        let mut name = of.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{:08x}.part", fastrand::u32(..)));
        let path = of.with_file_name(name);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)?;
        Ok(Self {
            file,
            path,
            of,
            kept: false,
        })
    }

    fn finish(mut self, mode: Option<u32>) -> io::Result<()> {
        set_mode(&self.file, mode)?;
        fs::rename(&self.path, &self.of)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.kept {
            // Nothing more can be done about it.
            drop(fs::remove_file(&self.path));
        }
    }
}

#[cfg(unix)]
fn set_mode(file: &File, mode: Option<u32>) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    match mode {
        // Not the bits that let a program run as its owner.
        Some(mode) => file.set_permissions(fs::Permissions::from_mode(mode & 0o777)),
        None => Ok(()),
    }
}

#[cfg(not(unix))]
fn set_mode(_file: &File, _mode: Option<u32>) -> io::Result<()> {
    Ok(())
}

fn unreadable(error: io::Error) -> StreamError {
    StreamError::local("read", "the archive from the container", error)
}

fn unwritable(path: &Path, error: io::Error) -> StreamError {
    StreamError::path("write", path, error)
}
