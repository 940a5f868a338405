//! One connection through a tunnel: bytes both ways until one side closes.

use super::error::StreamError;
use super::socket::{Incoming, Socket};
use bytes::Bytes;
use futures::{Sink, SinkExt as _, Stream, StreamExt as _};
use std::{
    pin::pin,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::{net::TcpStream, sync::watch, time::timeout};
use tokio_tungstenite::tungstenite::Message;

/// The most that is sent in one message.
const PIECE: usize = 16 << 10;

/// How long what is under way may take to arrive after the local side has closed.
const LINGER: Duration = Duration::from_secs(10);

/// How many bytes went each way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Carried {
    pub(crate) sent: u64,
    pub(crate) received: u64,
}

/// Carries bytes until either side closes, which ends the other: a tunnel has no half-close.
pub(crate) async fn carry(
    mut socket: Socket,
    mut local: TcpStream,
    mut stopped: watch::Receiver<()>,
) -> Result<Carried, StreamError> {
    let (sent, received) = (AtomicU64::new(0), AtomicU64::new(0));
    let outcome = {
        let (reader, writer) = local.split();
        let (sink, stream) = (&mut socket).split();
        let mut up = pin!(send_up(reader, sink, &sent));
        let mut down = pin!(take_down(stream, writer, &received));
        tokio::select! {
            // It may stand in the middle of a message: it is gone on with, not begun anew.
            result = &mut up => match result {
                Ok(mut sink) => {
                    let rest = async {
                        sink.send(Message::Close(None)).await?;
                        down.await
                    };
                    // Whoever closed first takes any end for one, and does not wait for ever.
                    drop(timeout(LINGER, rest).await);
                    Ok(())
                }
                Err(error) => Err(error),
            },
            result = &mut down => result,
            // Its sender is dropped when the forwarding ends.
            _stopped = stopped.changed() => Ok(()),
        }
    };
    if outcome.is_ok() {
        socket.close().await;
    }
    outcome.map(|()| Carried {
        sent: sent.into_inner(),
        received: received.into_inner(),
    })
}

/// Sends what comes from the local side until that closes.
async fn send_up<S>(
    mut reader: impl AsyncRead + Unpin,
    mut sink: S,
    sent: &AtomicU64,
) -> Result<S, StreamError>
where
    S: Sink<Message, Error = StreamError> + Unpin,
{
    let mut buffer = vec![0; PIECE];
    loop {
        // A side that was cut off has closed, as far as the other is concerned.
        let count = reader.read(&mut buffer).await.unwrap_or(0);
        let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else {
            return Ok(sink);
        };
        sink.send(Message::Binary(Bytes::copy_from_slice(bytes)))
            .await?;
        sent.fetch_add(bytes.len() as u64, Ordering::Relaxed);
    }
}

/// Hands on what comes through the tunnel until the other end closes.
async fn take_down<S>(
    mut stream: S,
    mut writer: impl AsyncWrite + Unpin,
    received: &AtomicU64,
) -> Result<(), StreamError>
where
    S: Stream<Item = Result<Incoming, StreamError>> + Unpin,
{
    while let Some(incoming) = stream.next().await {
        match incoming? {
            Incoming::Data(bytes) => {
                if writer.write_all(&bytes).await.is_err() {
                    // The local side is gone, so nobody misses the rest.
                    return Ok(());
                }
                received.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            }
            Incoming::Closed {
                code: 1000 | 1001 | 1005,
                ..
            } => break,
            Incoming::Closed { code, reason, host } => {
                return Err(StreamError::closed_with(&host, code, &reason));
            }
        }
    }
    // It fails when the local side is gone, too.
    let _closed = writer.shutdown().await;
    Ok(())
}
