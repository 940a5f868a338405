//! A file or folder of this machine as a gzipped tar. Blocking: for a thread of its own.

use super::pipe::PipeWriter;
use super::progress::{CopyReport, Listener, Tally};
use crate::stream::error::StreamError;
use crate::stream::frame::INPUT_PIECE;
use flate2::{Compression, write::GzEncoder};
use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, Read};
use std::path::{Path, PathBuf};
use tar::{Builder, EntryType, Header, HeaderMode};

/// What is packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// One file, under this name.
    File { path: PathBuf, name: String },
    /// What is in a folder, without the folder itself.
    Folder(PathBuf),
}

type Archive = Builder<GzEncoder<BufWriter<PipeWriter>>>;

/// Packs what `source` names. Links stay links; what is neither file, folder nor link is left out and
/// reported.
pub(super) fn pack(
    source: &Source,
    out: PipeWriter,
    listener: Listener,
) -> Result<CopyReport, StreamError> {
    let mut tally = Tally::new(listener);
    // Most links are slower than the fastest compression.
    let buffered = BufWriter::with_capacity(INPUT_PIECE, out);
    let mut archive = Builder::new(GzEncoder::new(buffered, Compression::fast()));
    archive.sparse(false);
    match source {
        Source::File { path, name } => {
            let metadata = fs::metadata(path).map_err(|error| failed(path, error))?;
            add_file(&mut archive, path, Path::new(name), &metadata, &mut tally)?;
        }
        Source::Folder(path) => add_children(&mut archive, path, Path::new(""), &mut tally)?,
    }
    let finish = archive.into_inner().and_then(GzEncoder::finish);
    let buffered = finish.map_err(broken)?;
    buffered
        .into_inner()
        .map_err(|error| broken(error.into_error()))?;
    Ok(tally.report)
}

fn add_children(
    archive: &mut Archive,
    folder: &Path,
    name: &Path,
    tally: &mut Tally,
) -> Result<(), StreamError> {
    let children = fs::read_dir(folder).and_then(|children| {
        children
            .map(|child| Ok(child?.file_name()))
            .collect::<io::Result<Vec<_>>>()
    });
    let mut children = children.map_err(|error| failed(folder, error))?;
    children.sort();
    for child in children {
        add(archive, &folder.join(&child), &name.join(&child), tally)?;
    }
    Ok(())
}

fn add(
    archive: &mut Archive,
    path: &Path,
    name: &Path,
    tally: &mut Tally,
) -> Result<(), StreamError> {
    let metadata = fs::symlink_metadata(path).map_err(|error| failed(path, error))?;
    let kind = metadata.file_type();
    if kind.is_dir() {
        let mut header = header_of(&metadata, EntryType::Directory, 0);
        let added = archive.append_data(&mut header, name, io::empty());
        added.map_err(broken)?;
        tally.report.folders += 1;
        add_children(archive, path, name, tally)
    } else if kind.is_symlink() {
        let target = fs::read_link(path).map_err(|error| failed(path, error))?;
        let mut header = header_of(&metadata, EntryType::Symlink, 0);
        let added = archive.append_link(&mut header, name, target);
        added.map_err(broken)?;
        tally.report.links += 1;
        Ok(())
    } else if kind.is_file() {
        add_file(archive, path, name, &metadata, tally)
    } else {
        tally.report.skipped.push(path.to_path_buf());
        Ok(())
    }
}

fn add_file(
    archive: &mut Archive,
    path: &Path,
    name: &Path,
    metadata: &Metadata,
    tally: &mut Tally,
) -> Result<(), StreamError> {
    tally.begin(name);
    let file = File::open(path).map_err(|error| failed(path, error))?;
    let mut header = header_of(metadata, EntryType::Regular, metadata.len());
    let mut contents = Contents {
        file,
        left: metadata.len(),
        error: None,
        tally,
    };
    let added = archive.append_data(&mut header, name, &mut contents);
    if let Some(error) = contents.error {
        return Err(failed(path, error));
    }
    added.map_err(broken)?;
    tally.report.files += 1;
    Ok(())
}

/// Mode and time of change; the owner is the container's affair.
fn header_of(metadata: &Metadata, kind: EntryType, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_metadata_in_mode(metadata, HeaderMode::Complete);
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_uid(0);
    header.set_gid(0);
    header
}

/// The contents of a file, as long as it was said to be: an archive in which a file is longer or shorter
/// than its header says cannot be read.
struct Contents<'a> {
    file: File,
    left: u64,
    /// Why the file could not be read, to be told apart from why nothing could be written.
    error: Option<io::Error>,
    tally: &'a mut Tally,
}

impl Read for Contents<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let read = loop {
            match self.file.read(&mut buffer[..most]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) => break Err(io::Error::other("it became shorter while it was read")),
                other => break other,
            }
        };
        match read {
            Ok(count) => {
                self.left -= count as u64;
                self.tally.add(count as u64);
                Ok(count)
            }
            Err(error) => {
                self.error = Some(error);
                Err(io::ErrorKind::Other.into())
            }
        }
    }
}

fn failed(path: &Path, error: io::Error) -> StreamError {
    StreamError::path("read", path, error)
}

/// The archive could not be written on: the other side knows why.
fn broken(error: io::Error) -> StreamError {
    StreamError::local("pack", "the archive", error)
}
