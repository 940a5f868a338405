//! A container as the world of a command.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc::UnboundedSender;

use crate::disk::{Disk, DiskError, Entry, Stat};
use crate::exchange::Service;
use crate::northflank::files::Place;
use crate::server::off_thread;
use crate::shell::{Change, Gone, Host, Input, Stream, for_terminal};

/// A piece of output.
pub(crate) type Frame = (Stream, Bytes);

/// A container, the input of a command there and where its output goes.
pub(crate) struct ContainerHost<'a> {
    pub(crate) service: &'a Arc<Service>,
    pub(crate) place: &'a Place,
    pub(crate) input: &'a Input,
    pub(crate) frames: UnboundedSender<Frame>,
    pub(crate) tty: bool,
}

impl ContainerHost<'_> {
    /// A file that the service or a secret group places there.
    async fn placed(&self, path: String) -> Option<Bytes> {
        let at_work = Arc::clone(self.service);
        let place = self.place.clone();
        let found = off_thread(self.service, move || {
            let found = at_work
                .store
                .transaction(|cloud| cloud.northflank.placed_file(&place, &path));
            found.ok().flatten()
        });
        found.await.flatten()
    }

    /// Works on the files of the container.
    async fn files<T: Send + 'static>(
        &self,
        changes: bool,
        work: impl FnOnce(&mut Disk<'_>) -> Result<T, DiskError> + Send + 'static,
    ) -> Result<T, DiskError> {
        let at_work = Arc::clone(self.service);
        let place = self.place.clone();
        let done = off_thread(self.service, move || {
            let done = at_work.store.transaction(|cloud| {
                let now = at_work.clock.now();
                if changes {
                    cloud.tidy(&at_work.contents);
                }
                let disk = cloud.northflank.disk(&place, &at_work.contents, now);
                work(&mut disk.ok_or(DiskError::PodGone)?)
            });
            done.map_err(|error| DiskError::Broken(error.to_string()))?
        });
        done.await.unwrap_or(Err(DiskError::PodGone))
    }
}

impl Host for ContainerHost<'_> {
    async fn input(&mut self) -> Option<Bytes> {
        self.input.bytes().await
    }

    /// At a terminal, both streams are one.
    async fn output(&mut self, to: Stream, bytes: Bytes) -> Result<(), Gone> {
        let frame = if self.tty {
            (Stream::Out, for_terminal(&bytes))
        } else {
            (to, bytes)
        };
        self.frames.send(frame).map_err(|_closed| Gone)
    }

    async fn sleep(&mut self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    async fn read(&mut self, path: String) -> Result<Bytes, DiskError> {
        if let Some(bytes) = self.placed(path.clone()).await {
            return Ok(bytes);
        }
        self.files(false, move |disk| disk.read(&path)).await
    }

    async fn stat(&mut self, path: String) -> Result<Stat, DiskError> {
        self.files(false, move |disk| disk.stat(&path)).await
    }

    async fn list(&mut self, path: String) -> Result<Vec<Entry>, DiskError> {
        self.files(false, move |disk| disk.list(&path)).await
    }

    async fn change(&mut self, path: String, change: Change) -> Result<(), DiskError> {
        self.files(true, move |disk| match change {
            Change::Write(bytes) => disk.write(&path, &bytes),
            Change::MakeDirectory => disk.make_directory(&path),
            Change::RemoveFile => disk.remove_file(&path),
            Change::RemoveDirectory => disk.remove_directory(&path),
        })
        .await
    }
}
