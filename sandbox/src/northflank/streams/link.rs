//! Messages of a stream: JSON objects with `type` and `data`, one in each WebSocket message.

use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::websocket::Socket;

/// A message of the client.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Received {
    pub(crate) kind: String,
    pub(crate) data: Value,
}

/// What a client may send.
#[derive(Debug)]
pub(crate) enum Incoming {
    Message(Received),
    /// Something that is no message, and why.
    Bad(&'static str),
}

/// The receiving half. Clients send messages as text or as bytes, and both are read.
pub(crate) struct Receiver(SplitStream<Socket>);

/// The sending half. It answers in the kind of frame in which the client began to speak.
pub(crate) struct Sender {
    sink: SplitSink<Socket, Message>,
    binary: bool,
}

/// The other side is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gone;

/// Splits a connection.
pub(crate) fn split(socket: Socket) -> (Receiver, Sender) {
    let (sink, stream) = socket.split();
    let sender = Sender {
        sink,
        binary: false,
    };
    (Receiver(stream), sender)
}

impl Receiver {
    /// The next message, and whether it came as bytes; None at the end.
    pub(crate) async fn next(&mut self) -> Option<(Incoming, bool)> {
        loop {
            match self.0.next().await?.ok()? {
                Message::Text(text) => return Some((parse(text.as_bytes()), false)),
                Message::Binary(bytes) => return Some((parse(&bytes), true)),
                // A ping or a close is answered by the connection itself, while it is read on.
                Message::Close(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }

    /// Waits for the client to close.
    pub(crate) async fn drain(&mut self) {
        while self.next().await.is_some() {}
    }
}

fn parse(bytes: &[u8]) -> Incoming {
    let Ok(Value::Object(mut message)) = serde_json::from_slice(bytes) else {
        return Incoming::Bad("a message must be a JSON object");
    };
    match message.remove("type") {
        Some(Value::String(kind)) => Incoming::Message(Received {
            kind,
            data: message.remove("data").unwrap_or_default(),
        }),
        Some(_) | None => Incoming::Bad("a message must have a `type`"),
    }
}

impl Sender {
    /// Speaks in bytes from now on, or in text.
    pub(crate) fn speak(&mut self, binary: bool) {
        self.binary = binary;
    }

    pub(crate) async fn send(&mut self, kind: &str, data: Value) -> Result<(), Gone> {
        let text = json!({ "type": kind, "data": data }).to_string();
        let message = if self.binary {
            Message::binary(text.into_bytes())
        } else {
            Message::text(text)
        };
        self.sink.send(message).await.map_err(|_closed| Gone)
    }

    /// Tells what is wrong. The stream is to be closed after it.
    pub(crate) async fn fail(&mut self, message: &str) -> Result<(), Gone> {
        self.send("error", json!({ "message": message })).await
    }

    /// Closes the stream with a code.
    pub(crate) async fn close(&mut self, code: CloseCode) {
        let frame = CloseFrame {
            code,
            reason: "".into(),
        };
        // Whoever is gone need not be told.
        drop(self.sink.send(Message::Close(Some(frame))).await);
    }
}

/// The token of a first message.
///
/// # Errors
/// What is wrong with the message.
pub(crate) fn authenticate(message: &Received) -> Result<(), String> {
    if message.kind != "init" {
        return Err("the first message must be `init`".to_owned());
    }
    let auth = &message.data["auth"];
    let token = auth["apiToken"].as_str().unwrap_or_default();
    if auth["type"] != "apiToken" || token.trim().is_empty() {
        return Err("`auth` must be `{\"type\":\"apiToken\",\"apiToken\":TOKEN}`".to_owned());
    }
    Ok(())
}
