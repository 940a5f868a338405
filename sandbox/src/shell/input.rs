//! Input that has arrived and is not read yet.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;

/// Bytes of input that a command may leave unread.
pub(crate) const MAX_UNREAD_BYTES: usize = 32 * 1024 * 1024;

/// Pieces of input in the order of their arrival, for one reader. It takes all that comes: a
/// connection that waited for its reader could not be told of its end.
#[derive(Debug, Default)]
pub(crate) struct Input {
    state: Mutex<State>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct State {
    pieces: VecDeque<Piece>,
    bytes: usize,
    ended: bool,
}

/// What a reader gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Bytes(Bytes),
    /// An end that others may follow: Ctrl-D at a terminal.
    Pause,
}

/// More has arrived than is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMuch;

impl Input {
    pub(crate) fn push(&self, piece: Piece) -> Result<(), TooMuch> {
        let mut state = self.lock();
        if let Piece::Bytes(bytes) = &piece {
            state.bytes += bytes.len();
        }
        if state.bytes > MAX_UNREAD_BYTES {
            return Err(TooMuch);
        }
        state.pieces.push_back(piece);
        self.arrived.notify_one();
        Ok(())
    }

    /// No more will come.
    pub(crate) fn end(&self) {
        self.lock().ended = true;
        self.arrived.notify_one();
    }

    /// Drops what is not read yet.
    pub(crate) fn clear(&self) {
        let mut state = self.lock();
        state.pieces.clear();
        state.bytes = 0;
    }

    /// Puts back what was read too far.
    pub(crate) fn put_back(&self, bytes: Bytes) {
        let mut state = self.lock();
        state.bytes += bytes.len();
        state.pieces.push_front(Piece::Bytes(bytes));
    }

    /// The next piece; `None` at the end.
    pub(crate) async fn next(&self) -> Option<Piece> {
        loop {
            {
                let mut state = self.lock();
                if let Some(piece) = state.pieces.pop_front() {
                    if let Piece::Bytes(bytes) = &piece {
                        state.bytes -= bytes.len();
                    }
                    return Some(piece);
                }
                if state.ended {
                    return None;
                }
            }
            self.arrived.notified().await;
        }
    }

    /// The next bytes, empty ones passed over; `None` at an end of either kind.
    pub(crate) async fn bytes(&self) -> Option<Bytes> {
        loop {
            match self.next().await? {
                Piece::Bytes(bytes) if bytes.is_empty() => {}
                Piece::Bytes(bytes) => return Some(bytes),
                Piece::Pause => return None,
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
