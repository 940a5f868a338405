//! Files and directories that an SFTP client has open.

use std::collections::VecDeque;

use crate::disk::{DiskError, Entry, MAX_BYTES};

/// What a handle stands for.
pub(crate) enum Opened {
    File(OpenFile),
    /// What of a directory has not been read yet.
    Directory(VecDeque<Entry>),
}

/// A file as a client has it open. It is read whole when it is opened and written whole when it is
/// closed: others see it as it was, or as it became.
pub(crate) struct OpenFile {
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) access: Access,
    /// Whether it was written to.
    pub(crate) changed: bool,
    /// Set when it is closed, as writing it sets the time.
    pub(crate) mode: Option<u32>,
    pub(crate) modified: Option<u32>,
}

/// What may be done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Access {
    pub(crate) read: bool,
    pub(crate) write: bool,
    /// Whether everything is written to the end.
    pub(crate) append: bool,
}

impl OpenFile {
    /// Up to `length` bytes; `None` at the end.
    pub(crate) fn read(&self, offset: u64, length: u32) -> Option<Vec<u8>> {
        let begin = usize::try_from(offset).ok()?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let end = begin.saturating_add(length).min(self.bytes.len());
        let bytes = self.bytes.get(begin..end)?;
        (!bytes.is_empty()).then(|| bytes.to_vec())
    }

    pub(crate) fn write(&mut self, offset: u64, data: &[u8]) -> Result<(), DiskError> {
        let at = if self.access.append {
            u64::try_from(self.bytes.len()).unwrap_or(u64::MAX)
        } else {
            offset
        };
        let length = u64::try_from(data.len()).unwrap_or(u64::MAX);
        check_size(at.saturating_add(length))?;
        let begin = usize::try_from(at).map_err(|_too_far| DiskError::TooManyBytes)?;
        let end = begin + data.len();
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        if let Some(place) = self.bytes.get_mut(begin..end) {
            place.copy_from_slice(data);
        }
        self.changed = true;
        Ok(())
    }

    /// Cuts it off, or fills it up with zeros.
    pub(crate) fn resize(&mut self, size: u64) -> Result<(), DiskError> {
        check_size(size)?;
        let size = usize::try_from(size).map_err(|_too_large| DiskError::TooManyBytes)?;
        self.bytes.resize(size, 0);
        self.changed = true;
        Ok(())
    }
}

fn check_size(size: u64) -> Result<(), DiskError> {
    if size > MAX_BYTES {
        return Err(DiskError::TooManyBytes);
    }
    Ok(())
}
