//! From a container onto this machine.

use super::pipe::into_thread;
use super::progress::{CopyReport, Listener};
use super::remote::{self, Remote, check, check_found, keep_end, missing};
use super::unpack::{Destination, unpack};
use crate::stream::error::StreamError;
use crate::stream::session::{Session, SessionEvent};
use bytes::Bytes;
use futures::StreamExt as _;
use sdk_core::ConfigError;
use std::path::Path;
use tokio::{sync::mpsc, task};

/// Copies a file or folder.
pub(super) async fn download(
    mut remote: Remote,
    path: &str,
    local: &Path,
    listener: Listener,
) -> Result<CopyReport, StreamError> {
    let plain = remote::plain(path);
    if !remote.run("test", &["-e", &plain]).await?.exit.success() {
        return Err(StreamError::NotThere {
            path: path.to_owned(),
        });
    }
    let is_folder = remote.run("test", &["-d", &plain]).await?.exit.success();
    let (folder, name, destination) = if is_folder {
        let destination = Destination::Folder(local.to_path_buf());
        (plain, ".".to_owned(), destination)
    } else {
        let (folder, name) = remote::split(path);
        let name = name.ok_or_else(|| {
            StreamError::Config(ConfigError::new(format!("`{path}` does not name a file")))
        })?;
        let destination = Destination::File(local_file(local, &name));
        (folder, remote::plain(&name), destination)
    };
    let arguments = ["-zcf", "-", "--no-same-owner", "-C", &folder, &name];
    let session = remote.start("tar", &arguments).await?;
    receive(session, destination, listener).await
}

/// A path that is a folder, or can only be one, takes the file under its own name.
fn local_file(local: &Path, name: &str) -> std::path::PathBuf {
    let text = local.as_os_str().as_encoded_bytes();
    let ends_open =
        text.is_empty() || text.ends_with(b"/") || text.ends_with(b"\\") && cfg!(windows);
    if ends_open || local.is_dir() {
        local.join(name)
    } else {
        local.to_path_buf()
    }
}

async fn receive(
    mut session: Session,
    destination: Destination,
    listener: Listener,
) -> Result<CopyReport, StreamError> {
    let (pieces, reader) = into_thread();
    let unpacking = task::spawn_blocking(move || unpack(reader, &destination, listener));
    // It reads none.
    let _over = session.input().end().await;
    let received = pass_on(&mut session, &pieces).await;
    if received.is_ok() {
        // It fails when unpacking did, which is told below.
        drop(pieces.send(None).await);
    }
    // Without an end, unpacking fails, and takes back the file that is not whole.
    drop(pieces);
    let unpacked = unpacking.await.unwrap_or_else(|error| {
        let error = std::io::Error::other(error);
        Err(StreamError::local("unpack", "the archive", error))
    });
    received.and(unpacked)
}

/// Passes the archive on until the command has succeeded, or until it is not taken any more.
async fn pass_on(
    session: &mut Session,
    pieces: &mpsc::Sender<Option<Bytes>>,
) -> Result<(), StreamError> {
    let mut stderr = Vec::new();
    while let Some(event) = session.next().await {
        match event.map_err(|error| missing("tar", error))? {
            SessionEvent::Stdout(bytes) => {
                if pieces.send(Some(bytes)).await.is_err() {
                    return Ok(());
                }
            }
            SessionEvent::Stderr(bytes) => keep_end(&mut stderr, &bytes),
            SessionEvent::Exit(exit) => {
                check_found("tar", &exit, &stderr)?;
                return check("tar", &exit, &stderr);
            }
        }
    }
    Err(StreamError::ClosedEarly)
}
