//! The user's terminal, while a shell elsewhere has it: raw keys in, raw bytes out, its size as it changes.

use std::io::{self, Read as _};

use tokio::io::AsyncWriteExt as _;
use tokio::sync::mpsc;

/// How many pieces of input wait until somebody takes them; then the keyboard waits.
const WAITING: usize = 8;

/// What is read at once.
const PIECE: usize = 16 * 1024;

/// While this lives, keys arrive as they are typed, Ctrl-C among them, and nothing is echoed here.
#[derive(Debug)]
#[must_use = "dropping it gives the terminal back"]
pub(crate) struct RawMode(());

impl RawMode {
    /// Takes the terminal.
    pub(crate) fn enter() -> io::Result<Self> {
        crossterm::terminal::enable_raw_mode()?;
        Ok(Self(()))
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        // Nobody is left to tell; a shell resets its terminal itself.
        drop(crossterm::terminal::disable_raw_mode());
    }
}

/// Columns and rows; the usual ones where the terminal does not tell.
pub(crate) fn size() -> (u16, u16) {
    crossterm::terminal::size().unwrap_or((80, 24))
}

/// Standard input as it comes. It ends when standard input does.
///
/// A thread reads it and is not waited for: a read that never comes back must not keep the program.
pub(crate) fn input() -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel(WAITING);
    std::thread::spawn(move || {
        let mut stdin = io::stdin().lock();
        let mut buffer = vec![0; PIECE];
        // An input that cannot be read has ended.
        while let Ok(length @ 1..) = stdin.read(&mut buffer) {
            let piece = buffer.get(..length).unwrap_or_default().to_vec();
            if sender.blocking_send(piece).is_err() {
                break;
            }
        }
    });
    receiver
}

/// Tells when the terminal's size changes.
#[cfg(unix)]
pub(crate) struct Resizes(tokio::signal::unix::Signal);

#[cfg(unix)]
impl Resizes {
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        signal(SignalKind::window_change()).map(Self)
    }

    /// Waits for the next change.
    pub(crate) async fn next(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

/// Tells when the terminal's size changes: here it has to be looked at.
#[cfg(not(unix))]
pub(crate) struct Resizes((u16, u16));

#[cfg(not(unix))]
impl Resizes {
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self(size()))
    }

    /// Waits for the next change.
    pub(crate) async fn next(&mut self) {
        while self.0 == size() {
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        }
        self.0 = size();
    }
}

/// Writes bytes to standard output as they are. A reader that is gone is told by the error.
pub(crate) async fn write_out(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = tokio::io::stdout();
    stdout.write_all(bytes).await?;
    stdout.flush().await
}

/// The same to standard error.
pub(crate) async fn write_err(bytes: &[u8]) -> io::Result<()> {
    let mut stderr = tokio::io::stderr();
    stderr.write_all(bytes).await?;
    stderr.flush().await
}
