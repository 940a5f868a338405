//! What is asked of a copy.

use super::download::download;
use super::progress::{CopyProgress, CopyReport, Listener};
use super::remote::Remote;
use super::upload::upload;
use crate::stream::address::Subject;
use crate::stream::error::StreamError;
use crate::stream::exec::ExecRequest;
use crate::stream::settings::Streams;
use std::path::Path;
use std::sync::Arc;

/// A copy to or from a container: set options, then [`upload`](Self::upload) or
/// [`download`](Self::download).
///
/// It runs `tar` in the container, so the container must have `tar`, and `mkdir` or `test`. Only volumes
/// survive a restart; the container's own disk does not.
///
/// ```no_run
/// # async fn example(client: &northflank_sdk::Client) -> Result<(), northflank_sdk::stream::StreamError> {
/// let services = client.services();
/// services.copy("project", "service").upload("dist", "/srv/app").await?;
/// let report = services.copy("project", "service").download("/srv/log.txt", "log.txt").await?;
/// println!("{} bytes", report.bytes);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is copied until `upload` or `download` is awaited"]
pub struct CopyRequest {
    template: ExecRequest,
    listener: Listener,
}

impl CopyRequest {
    pub(crate) fn new(streams: &Streams, subject: Subject) -> Self {
        Self {
            template: ExecRequest::new(streams, subject, ["tar"]),
            listener: Listener(Arc::new(|_progress| {})),
        }
    }

    /// To or from this instance. Default: any that is running.
    pub fn instance(mut self, name: impl Into<String>) -> Self {
        self.template = self.template.instance(name);
        self
    }

    /// To or from this container of the instance. Default: any.
    pub fn container(mut self, name: impl Into<String>) -> Self {
        self.template = self.template.container(name);
        self
    }

    /// As this user of the container, by name or number. Default: the image's.
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.template = self.template.user(user);
        self
    }

    /// Is told how far the copy is: at the beginning of each file, and for each MiB of a large one. It is
    /// called from a thread that reads or writes files.
    pub fn on_progress(mut self, tell: impl Fn(&CopyProgress) + Send + Sync + 'static) -> Self {
        self.listener = Listener(Arc::new(tell));
        self
    }

    /// Copies a file or folder of this machine into the container.
    ///
    /// A file gets exactly the name that `remote` ends with, or its own where `remote` ends with `/`. Of a
    /// folder, the contents are copied into the folder `remote`, which is made. Links are copied as
    /// links. Existing files are replaced, others stay.
    ///
    /// # Errors
    ///
    /// [`StreamError::MissingTool`] for a container without `tar` or `mkdir`, [`StreamError::Remote`]
    /// when one of them fails, [`StreamError::Local`] for what cannot be read here. What had arrived
    /// until then stays.
    pub async fn upload(
        self,
        local: impl AsRef<Path> + Send,
        remote: &str,
    ) -> Result<CopyReport, StreamError> {
        let local = local.as_ref();
        upload(Remote::new(self.template), local, remote, self.listener).await
    }

    /// Copies a file or folder of the container onto this machine.
    ///
    /// A file gets exactly the path `local`, or its own name in it where `local` is a folder or ends with
    /// `/`; it appears when it is whole. What is there and is no file, such as a pipe or a device, is written
    /// to, and a link there is followed. Of a folder, the contents are copied into the folder `local`,
    /// which is made. Links in it are copied as links, and never written through.
    ///
    /// # Errors
    ///
    /// [`StreamError::NotThere`] for a path that does not exist, [`StreamError::MissingTool`] for a
    /// container without `tar` or `test`, [`StreamError::UnsafeEntry`] for what would be written outside
    /// of `local`, [`StreamError::Local`] for what cannot be written here. What had arrived until then
    /// stays.
    pub async fn download(
        self,
        remote: &str,
        local: impl AsRef<Path> + Send,
    ) -> Result<CopyReport, StreamError> {
        let local = local.as_ref();
        download(Remote::new(self.template), remote, local, self.listener).await
    }
}
