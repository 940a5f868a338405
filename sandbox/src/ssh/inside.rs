//! The way from a connection to the pod that it is for.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

use crate::clock::Clock;
use crate::disk::{Contents, Disk, DiskError};
use crate::shell::Change;
use crate::state::{Cloud, Store};

/// What all doors of a sandbox share.
pub(crate) struct World {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) contents: Arc<Contents>,
}

/// One boot of one pod. Once that boot is over, nothing in it can be reached any more.
#[derive(Clone)]
pub(crate) struct Inside {
    world: Arc<World>,
    pub(crate) pod: Arc<str>,
    pub(crate) boot: u32,
}

impl World {
    /// Removes contents that no file has any more. Only within a transaction, and before it changes
    /// anything: what is on disk then is what the state says.
    pub(crate) fn tidy(&self, cloud: &Cloud) {
        cloud.tidy(&self.contents);
    }
}

impl Inside {
    pub(crate) fn new(world: Arc<World>, pod: &str, boot: u32) -> Self {
        Self {
            world,
            pod: pod.into(),
            boot,
        }
    }

    /// Whether another process may change the state.
    pub(crate) fn is_shared(&self) -> bool {
        self.world.store.may_block()
    }

    /// Works on the state, where waiting for another process harms nobody.
    pub(crate) async fn transaction<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Cloud, &World, Timestamp) -> T + Send + 'static,
    ) -> Result<T, DiskError> {
        let world = Arc::clone(&self.world);
        let run = move || {
            let done = world.store.transaction(|cloud| {
                let now = world.clock.now();
                work(cloud, &world, now)
            });
            done.map_err(|error| DiskError::Broken(error.to_string()))
        };
        if self.is_shared() {
            let done = tokio::task::spawn_blocking(run).await;
            done.unwrap_or(Err(DiskError::PodGone))
        } else {
            run()
        }
    }

    /// Reads the pod's files.
    pub(crate) async fn files<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Disk<'_>) -> Result<T, DiskError> + Send + 'static,
    ) -> Result<T, DiskError> {
        let (pod, boot) = (Arc::clone(&self.pod), self.boot);
        self.transaction(move |cloud, world, now| {
            let disk = cloud.runpod.disk(&pod, boot, &world.contents, now);
            work(&mut disk.ok_or(DiskError::PodGone)?)
        })
        .await?
    }

    /// Changes the pod's files.
    pub(crate) async fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Disk<'_>) -> Result<T, DiskError> + Send + 'static,
    ) -> Result<T, DiskError> {
        let (pod, boot) = (Arc::clone(&self.pod), self.boot);
        self.transaction(move |cloud, world, now| {
            world.tidy(cloud);
            let disk = cloud.runpod.disk(&pod, boot, &world.contents, now);
            work(&mut disk.ok_or(DiskError::PodGone)?)
        })
        .await?
    }

    pub(crate) async fn read_file(&self, path: String) -> Result<Bytes, DiskError> {
        self.files(move |disk| disk.read(&path)).await
    }

    /// Does what a command asks for.
    pub(crate) async fn apply(&self, path: String, change: Change) -> Result<(), DiskError> {
        self.change(move |disk| match change {
            Change::Write(bytes) => disk.write(&path, &bytes),
            Change::MakeDirectory => disk.make_directory(&path),
            Change::RemoveFile => disk.remove_file(&path),
            Change::RemoveDirectory => disk.remove_directory(&path),
        })
        .await
    }
}
