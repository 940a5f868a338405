//! What a command needs of the world.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;

use crate::disk::{DiskError, Entry, Stat};

/// Where a command writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    Out,
    Error,
}

/// Nobody reads the output any more: the command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gone;

/// A change to files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    Write(Bytes),
    MakeDirectory,
    RemoveFile,
    RemoveDirectory,
}

/// The world around a command. A command is stopped by dropping the future that runs it. All paths
/// are absolute.
pub(crate) trait Host: Send {
    /// The next piece of standard input; `None` at its end.
    fn input(&mut self) -> impl Future<Output = Option<Bytes>> + Send;

    fn output(&mut self, to: Stream, bytes: Bytes)
    -> impl Future<Output = Result<(), Gone>> + Send;

    fn sleep(&mut self, duration: Duration) -> impl Future<Output = ()> + Send;

    fn read(&mut self, path: String) -> impl Future<Output = Result<Bytes, DiskError>> + Send;

    fn stat(&mut self, path: String) -> impl Future<Output = Result<Stat, DiskError>> + Send;

    fn list(&mut self, path: String) -> impl Future<Output = Result<Vec<Entry>, DiskError>> + Send;

    fn change(
        &mut self,
        path: String,
        change: Change,
    ) -> impl Future<Output = Result<(), DiskError>> + Send;
}
