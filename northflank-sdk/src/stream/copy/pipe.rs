//! Bytes between the thread that packs or unpacks and the stream: bounded both ways.

use bytes::{Buf as _, Bytes};
use std::io::{self, Read, Write};
use tokio::sync::mpsc;

/// How many pieces wait before the writer must.
const WAITING: usize = 16;

/// The writing end in a thread, and what is read from it.
pub(super) fn out_of_thread() -> (PipeWriter, mpsc::Receiver<Bytes>) {
    let (sender, receiver) = mpsc::channel(WAITING);
    (PipeWriter(sender), receiver)
}

/// What is written, and the reading end in a thread. `None` is the end; without it the reader fails.
pub(super) fn into_thread() -> (mpsc::Sender<Option<Bytes>>, PipeReader) {
    let (sender, receiver) = mpsc::channel(WAITING);
    let reader = PipeReader {
        receiver,
        piece: Bytes::new(),
        ended: false,
    };
    (sender, reader)
}

/// Fails once nobody reads.
pub(super) struct PipeWriter(mpsc::Sender<Bytes>);

impl Write for PipeWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Bytes::copy_from_slice(bytes);
        let sent = self.0.blocking_send(piece);
        sent.map_err(|_unread| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Fails when what is written breaks off.
pub(super) struct PipeReader {
    receiver: mpsc::Receiver<Option<Bytes>>,
    piece: Bytes,
    ended: bool,
}

impl Read for PipeReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() && !self.ended {
            match self.receiver.blocking_recv() {
                Some(Some(piece)) => self.piece = piece,
                Some(None) => self.ended = true,
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        let count = buffer.len().min(self.piece.len());
        self.piece
            .split_to(count)
            .copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}
