//! From this machine into a container.

use super::pack::{Source, pack};
use super::pipe::out_of_thread;
use super::progress::{CopyReport, Listener};
use super::remote::{self, Remote, check, check_found, keep_end, missing};
use crate::stream::error::StreamError;
use crate::stream::exec::Exit;
use crate::stream::session::{Session, SessionEvent, SessionInput};
use bytes::Bytes;
use futures::{StreamExt as _, future::try_join};
use sdk_core::ConfigError;
use std::path::Path;
use tokio::{sync::mpsc, task};

/// Copies a file or folder.
pub(super) async fn upload(
    mut remote: Remote,
    local: &Path,
    path: &str,
    listener: Listener,
) -> Result<CopyReport, StreamError> {
    let (source, folder) = plan(local, path)?;
    let version = remote.run("tar", &["--version"]).await?;
    if !version.exit.success() {
        let message = String::from_utf8_lossy(&version.stderr);
        return Err(StreamError::MissingTool {
            tool: "tar",
            message: sdk_core::visible(message.trim()),
        });
    }
    let made = remote.run("mkdir", &["-p", &folder]).await?;
    check("mkdir", &made.exit, &made.stderr)?;
    let arguments = ["-xzvf", "-", "--no-same-owner", "-C", &folder];
    let session = remote.start("tar", &arguments).await?;
    send(session, source, listener).await
}

/// What is packed, and into which folder of the container it is unpacked.
fn plan(local: &Path, path: &str) -> Result<(Source, String), StreamError> {
    let metadata = std::fs::metadata(local);
    let metadata = metadata.map_err(|error| StreamError::path("read", local, error))?;
    if metadata.is_dir() {
        return Ok((Source::Folder(local.to_path_buf()), remote::plain(path)));
    }
    if !metadata.is_file() {
        let message = format!("`{}` is neither a file nor a folder", local.display());
        return Err(StreamError::Config(ConfigError::new(message)));
    }
    let (folder, name) = remote::split(path);
    let own_name = || {
        local
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    let name = name.or_else(own_name).unwrap_or_default();
    let path = local.to_path_buf();
    Ok((Source::File { path, name }, folder))
}

async fn send(
    session: Session,
    source: Source,
    listener: Listener,
) -> Result<CopyReport, StreamError> {
    let input = session.input();
    let (writer, pieces) = out_of_thread();
    let packing = task::spawn_blocking(move || pack(&source, writer, listener));
    let feed = async {
        let fed = feed(&input, pieces).await;
        let packed = packing.await.unwrap_or_else(|error| {
            let error = std::io::Error::other(error);
            Err(StreamError::local("pack", "the archive", error))
        });
        match (fed, packed) {
            // The command is over: how it ended says more than that packing broke off.
            (Fed::Over, _) => Ok(None),
            (Fed::All, Ok(report)) => {
                let _over = input.end().await;
                Ok(Some(report))
            }
            // The input is not ended, so that what arrived of it is not taken for all.
            (Fed::All, Err(error)) => Err(error),
        }
    };
    let (report, (exit, stderr)) = try_join(feed, finish(session)).await?;
    check_found("tar", &exit, &stderr)?;
    check("tar", &exit, &stderr)?;
    report.ok_or(StreamError::ClosedEarly)
}

enum Fed {
    All,
    Over,
}

async fn feed(input: &SessionInput, mut pieces: mpsc::Receiver<Bytes>) -> Fed {
    while let Some(piece) = pieces.recv().await {
        if input.write(piece).await.is_err() {
            return Fed::Over;
        }
    }
    Fed::All
}

/// Reads to the end of the command, and keeps the end of what it said.
async fn finish(mut session: Session) -> Result<(Exit, Vec<u8>), StreamError> {
    let mut stderr = Vec::new();
    while let Some(event) = session.next().await {
        match event.map_err(|error| missing("tar", error))? {
            // The names of what was unpacked.
            SessionEvent::Stdout(_) => {}
            SessionEvent::Stderr(bytes) => keep_end(&mut stderr, &bytes),
            SessionEvent::Exit(exit) => return Ok((exit, stderr)),
        }
    }
    Err(StreamError::ClosedEarly)
}
