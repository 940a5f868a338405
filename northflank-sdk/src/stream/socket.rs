//! One WebSocket: bounded, pinged, with typed failures.

use super::error::{Source, StreamError};
use super::settings::StreamSettings;
use bytes::Bytes;
use futures::{Sink, SinkExt as _, Stream, StreamExt as _, ready};
use reqwest::Upgraded;
use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::io::AsyncWriteExt as _;
use tokio::time::{Instant, Sleep, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error as WsError, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::{
    Frame, FrameHeader,
    coding::{Data, OpCode},
};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

/// How long a farewell may take.
const FAREWELL: Duration = Duration::from_secs(2);

/// What is read from a [`Socket`].
#[derive(Debug)]
pub(crate) enum Incoming {
    /// A message, binary or text.
    Data(Bytes),
    /// The other end closed, with this code and reason; nothing comes after it.
    Closed {
        code: u16,
        reason: String,
        host: String,
    },
}

/// The kind of a message we send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MessageKind {
    Binary,
    Text,
}

/// The client's side of a WebSocket.
///
/// Reading pings the other end after a silence and fails when it does not answer. Where it is split,
/// **one task** must poll both halves: the two share their wake-ups.
pub(crate) struct Socket {
    link: WebSocketStream<Upgraded>,
    host: String,
    interval: Duration,
    patience: Duration,
    /// When `pulse` is to be looked at again.
    timer: Pin<Box<Sleep>>,
    last_heard: Instant,
    pulse: Pulse,
}

/// Where the watch over the other end stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pulse {
    /// It was heard not long ago.
    Heard,
    /// A ping is on its way out.
    Pinging,
    /// A ping went out, and an answer must come.
    Expecting,
}

impl Socket {
    pub(crate) async fn new(link: Upgraded, host: String, settings: &StreamSettings) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(32 << 10)
            .write_buffer_size(32 << 10)
            .max_message_size(Some(settings.max_message))
            .max_frame_size(Some(settings.max_message));
        let now = Instant::now();
        Self {
            link: WebSocketStream::from_raw_socket(link, Role::Client, Some(config)).await,
            host,
            interval: settings.ping_interval,
            patience: settings.pong_timeout,
            timer: Box::pin(sleep_until(now + settings.ping_interval)),
            last_heard: now,
            pulse: Pulse::Heard,
        }
    }

    /// Sends the first message of all, past tungstenite: it logs what it sends at the level trace, and
    /// the first message holds the token.
    pub(crate) async fn send_first(
        &mut self,
        kind: MessageKind,
        payload: Vec<u8>,
    ) -> Result<(), StreamError> {
        let data = match kind {
            MessageKind::Binary => Data::Binary,
            MessageKind::Text => Data::Text,
        };
        let header = FrameHeader {
            opcode: OpCode::Data(data),
            mask: Some(fastrand::u32(..).to_be_bytes()),
            ..FrameHeader::default()
        };
        let mut written = Vec::with_capacity(payload.len() + 14);
        let frame = Frame::from_payload(header, payload.into());
        frame
            .format(&mut written)
            .map_err(|error| self.failed(error))?;
        let link = self.link.get_mut();
        let sent = async {
            link.write_all(&written).await?;
            link.flush().await
        };
        sent.await.map_err(|error| self.failed(WsError::Io(error)))
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Sends a close without a code, as the official client does, and gives up on it after a moment.
    pub(crate) async fn say_goodbye(&mut self) {
        // Nobody waits for the outcome: what mattered was read before.
        drop(timeout(FAREWELL, self.send(Message::Close(None))).await);
    }

    /// Closes in order, and gives up on it after a moment.
    pub(crate) async fn close(mut self) {
        self.say_goodbye().await;
        let rest = async { while let Some(Ok(_)) = self.next().await {} };
        drop(timeout(FAREWELL, rest).await);
    }

    fn failed(&self, error: WsError) -> StreamError {
        let broken = |reason: &str, source: Option<Source>| StreamError::Broken {
            host: self.host.clone(),
            reason: reason.to_owned(),
            source,
        };
        match error {
            WsError::Capacity(CapacityError::MessageTooLong { max_size, .. }) => {
                StreamError::TooLarge {
                    what: "a message of the stream",
                    limit: max_size,
                }
            }
            WsError::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
                broken("it was cut", None)
            }
            WsError::Io(error) => broken("it was cut", Some(error.into())),
            WsError::ConnectionClosed | WsError::AlreadyClosed => broken("it is closed", None),
            WsError::Protocol(_) | WsError::Utf8(_) | WsError::Capacity(_) => {
                StreamError::protocol(sdk_core::visible(&error.to_string()))
            }
            other => broken("it failed", Some(other.into())),
        }
    }

    /// Reads what is there. Whatever comes is a sign of life.
    fn poll_link(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Incoming, StreamError>>> {
        loop {
            let message = match ready!(self.link.poll_next_unpin(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(self.failed(error)))),
                Some(Ok(message)) => message,
            };
            self.last_heard = Instant::now();
            if self.pulse != Pulse::Heard {
                self.pulse = Pulse::Heard;
                self.timer.as_mut().reset(self.last_heard + self.interval);
            }
            let incoming = match message {
                Message::Text(text) => Incoming::Data(text.into()),
                Message::Binary(data) => Incoming::Data(data),
                Message::Close(frame) => {
                    // 1005 stands for a close without a code.
                    let (code, reason) = frame.map_or((1005, String::new()), |frame| {
                        (frame.code.into(), frame.reason.as_str().to_owned())
                    });
                    Incoming::Closed {
                        code,
                        reason,
                        host: self.host.clone(),
                    }
                }
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => continue,
            };
            return Poll::Ready(Some(Ok(incoming)));
        }
    }

    /// Pings when it is time. Ready only with a failure.
    fn poll_pulse(&mut self, cx: &mut Context<'_>) -> Poll<StreamError> {
        loop {
            if self.pulse == Pulse::Pinging {
                // While nothing can be written nothing is expected: the other end may be busy with what
                // it was sent before.
                match ready!(self.link.poll_flush_unpin(cx)) {
                    Ok(()) => self.pulse = Pulse::Expecting,
                    Err(error) => return Poll::Ready(self.failed(error)),
                }
                self.timer.as_mut().reset(Instant::now() + self.patience);
            }
            ready!(self.timer.as_mut().poll(cx));
            let now = Instant::now();
            match self.pulse {
                Pulse::Pinging => {}
                Pulse::Heard if now < self.last_heard + self.interval => {
                    self.timer.as_mut().reset(self.last_heard + self.interval);
                }
                Pulse::Heard => {
                    match ready!(self.link.poll_ready_unpin(cx)) {
                        Ok(()) => {}
                        Err(error) => return Poll::Ready(self.failed(error)),
                    }
                    if let Err(error) = self.link.start_send_unpin(Message::Ping(Bytes::new())) {
                        return Poll::Ready(self.failed(error));
                    }
                    self.pulse = Pulse::Pinging;
                }
                // Whoever polls this late did not read either: the answer may be waiting.
                Pulse::Expecting if now > self.timer.deadline() + Duration::from_secs(1) => {
                    self.timer.as_mut().reset(now + self.patience);
                }
                Pulse::Expecting => {
                    let reason = "the other end does not answer pings";
                    return Poll::Ready(StreamError::broken(&self.host, reason));
                }
            }
        }
    }
}

impl Stream for Socket {
    type Item = Result<Incoming, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(item) = self.poll_link(cx) {
            return Poll::Ready(item);
        }
        self.poll_pulse(cx).map(|error| Some(Err(error)))
    }
}

impl Sink<Message> for Socket {
    type Error = StreamError;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), StreamError>> {
        let ready = self.link.poll_ready_unpin(cx);
        ready.map_err(|error| self.failed(error))
    }

    fn start_send(mut self: Pin<&mut Self>, message: Message) -> Result<(), StreamError> {
        let sent = self.link.start_send_unpin(message);
        sent.map_err(|error| self.failed(error))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), StreamError>> {
        let flushed = self.link.poll_flush_unpin(cx);
        flushed.map_err(|error| self.failed(error))
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), StreamError>> {
        let closed = self.link.poll_close_unpin(cx);
        closed.map_err(|error| self.failed(error))
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}
