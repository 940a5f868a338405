//! Being asked to end.

use std::io;

/// Waits for Ctrl-C or, where there is such a thing, SIGTERM: what a service manager or CI sends first.
///
/// # Errors
///
/// The system lets no handler be set: its own answer to the signals holds.
#[cfg(unix)]
pub(super) async fn asked_to_end() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
pub(super) async fn asked_to_end() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
