//! Being asked to end.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whom Ctrl-C and SIGTERM concern: this program, or one that it runs in the foreground.
#[derive(Debug, Default)]
pub(super) struct Signals(AtomicBool);

/// While this lives, another program answers the signals.
#[must_use = "dropping it takes the signals back"]
pub(super) struct HandedOver<'a>(&'a Signals);

impl Signals {
    /// Leaves the signals to another program.
    pub(super) fn hand_over(&self) -> HandedOver<'_> {
        self.0.store(true, Ordering::Relaxed);
        HandedOver(self)
    }

    /// Waits until this program is asked to end.
    ///
    /// # Errors
    ///
    /// As [`asked_to_end`].
    pub(super) async fn asked_to_end(&self) -> io::Result<()> {
        loop {
            asked_to_end().await?;
            if !self.0.load(Ordering::Relaxed) {
                return Ok(());
            }
        }
    }
}

impl Drop for HandedOver<'_> {
    fn drop(&mut self) {
        self.0.0.store(false, Ordering::Relaxed);
    }
}

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
