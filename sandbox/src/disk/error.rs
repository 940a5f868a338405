//! Why something cannot be done with files.

use crate::disk::{MAX_BYTES, MAX_NODES};

/// Why something cannot be done with files. The words are those of a shell.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DiskError {
    #[error("No such file or directory")]
    NotFound,
    #[error("Not a directory")]
    NotADirectory,
    #[error("Is a directory")]
    IsADirectory,
    #[error("File exists")]
    Exists,
    #[error("Directory not empty")]
    NotEmpty,
    #[error("Device or resource busy")]
    Busy,
    #[cfg(feature = "ssh")]
    #[error("Invalid cross-device link")]
    CrossDevice,
    #[error("File name too long")]
    NameTooLong,
    #[error("No space left: the sandbox keeps {} MiB of files for each pod", MAX_BYTES / (1024 * 1024))]
    TooManyBytes,
    #[error("No space left: the sandbox keeps {MAX_NODES} files and directories for each pod")]
    TooManyNodes,
    #[error("The pod is gone")]
    PodGone,
    /// The sandbox itself cannot read or write what it keeps.
    #[error("Input/output error: {0}")]
    Broken(String),
}

impl From<std::io::Error> for DiskError {
    fn from(error: std::io::Error) -> Self {
        Self::Broken(error.to_string())
    }
}
