//! Writing files that only their owner reads, so that a crash leaves the old or the new one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use crate::checkpoint::reached;

/// Writes a file so that either the old or the new one is there, whatever happens. Only its owner can read it.
pub(crate) fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        Some(_) | None => Path::new("."),
    };
    reached("before a file is written");
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // `tempfile` makes files readable by their owner only.
    let mut file = tempfile::Builder::new()
        .prefix(&format!(".{name}."))
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    reached("before a file takes its name");
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(folder)?;
    reached("after a file was written");
    Ok(())
}

/// Removes a file. One that is not there is as good.
pub(crate) fn remove_file(path: &Path) -> io::Result<()> {
    reached("before a file is removed");
    match std::fs::remove_file(path) {
        Ok(()) => sync_folder(path.parent().unwrap_or(Path::new(".")))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    reached("after a file was removed");
    Ok(())
}

/// Adds to a file, on disk when this returns. Only its owner can read it.
pub(super) fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    reached("before a line is added");
    let is_new = !path.exists();
    let mut file = private(OpenOptions::new().append(true).create(true)).open(path)?;
    file.write_all(bytes)?;
    file.sync_data()?;
    if is_new {
        sync_folder(path.parent().unwrap_or(Path::new(".")))?;
    }
    reached("after a line was added");
    Ok(())
}

/// A new file that only its owner can read.
#[cfg(unix)]
pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// A renamed file survives a power cut only once its folder is on disk, too.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Tells version control to leave a folder and all in it alone, unless the folder says something itself. An
/// empty file says nothing: it is what a full disk left of ours.
pub(crate) fn keep_out_of_git(folder: &Path) -> io::Result<()> {
    let ignore = folder.join(".gitignore");
    match fs::metadata(&ignore) {
        Ok(known) if known.len() > 0 => return Ok(()),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut whole = tempfile::NamedTempFile::new_in(folder)?;
    whole.write_all(b"*\n")?;
    whole.persist(&ignore).map_err(|error| error.error)?;
    Ok(())
}
