//! The little file system of a pod: names and sizes in the state, contents beside it.
//!
//! A pod has the disk of its container and, if it was created with one, a mount. What a stop or a
//! restart does to each is what the service does: the container's disk is wiped, a mount is kept. A
//! network volume keeps its files when the pod is deleted, and pods that share it share them.
//!
//! Contents are not part of the state, which every request reads and writes whole: they are files
//! of their own in a directory beside the state file, or in memory where the state is.

mod contents;
mod error;
mod paths;
mod tree;
mod view;

pub(crate) use contents::Contents;
pub(crate) use error::DiskError;
pub(crate) use paths::absolute;
pub(crate) use tree::Tree;
pub(crate) use tree::{Kind, Node};
pub(crate) use view::{Disk, Entry, Stat};

/// Bytes that the files of a pod may have together, its mount included.
pub(crate) const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Files and directories that a pod may have together.
pub(crate) const MAX_NODES: usize = 4096;

#[cfg(test)]
#[cfg(feature = "ssh")]
mod tests;
