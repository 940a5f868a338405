//! A client of Northflank's streams, which sees every message as it is.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::cloud::Cloud;
use crate::team::PROJECT;

/// How long a message may take to come.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a stream ended, or what came next on it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Next {
    Message(Value),
    Bytes(Vec<u8>),
    /// The code, if there was one.
    Closed(Option<u16>),
    /// The connection was gone without a close.
    Gone,
}

/// What a command came to.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) out: String,
    pub(crate) error: String,
    pub(crate) completion: Value,
}

pub(crate) struct Stream {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    binary: bool,
}

impl Stream {
    /// Opens a stream.
    pub(crate) async fn open(cloud: &Cloud, path: &str) -> Self {
        Self::try_open(cloud, path, None)
            .await
            .expect("a WebSocket")
    }

    /// Opens a stream, or gives the status and the body of the refusal.
    pub(crate) async fn try_open(
        cloud: &Cloud,
        path: &str,
        token: Option<&str>,
    ) -> Result<Self, (u16, Value)> {
        let url = format!("ws://127.0.0.1:{}{path}", cloud.sandbox.port());
        let mut request = url.into_client_request().expect("a request");
        if let Some(token) = token {
            let value = format!("Bearer {token}").parse().expect("a header");
            request.headers_mut().insert("authorization", value);
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self {
                socket,
                binary: false,
            }),
            Err(Error::Http(response)) => {
                let body = response.body().clone().unwrap_or_default();
                let body = serde_json::from_slice(&body).unwrap_or_default();
                Err((response.status().as_u16(), body))
            }
            Err(other) => panic!("{other}"),
        }
    }

    /// Sends messages as bytes from now on.
    pub(crate) fn in_bytes(mut self) -> Self {
        self.binary = true;
        self
    }

    pub(crate) async fn send(&mut self, message: Value) {
        let text = message.to_string();
        let message = if self.binary {
            Message::binary(text.into_bytes())
        } else {
            Message::text(text)
        };
        self.socket.send(message).await.expect("a message is sent");
    }

    pub(crate) async fn send_raw(&mut self, message: Message) {
        self.socket.send(message).await.expect("a message is sent");
    }

    pub(crate) async fn payload(&mut self, text: &str) {
        self.send(json!({ "type": "payload", "data": text })).await;
    }

    pub(crate) async fn end_input(&mut self) {
        self.send(json!({ "type": "stdInEnd" })).await;
    }

    /// Asks for a command.
    pub(crate) async fn ask(&mut self, context: Value) {
        let auth = json!({ "type": "apiToken", "apiToken": "any-token" });
        let data = json!({ "auth": auth, "context": context });
        self.send(json!({ "type": "init", "data": data })).await;
    }

    pub(crate) async fn next(&mut self) -> Next {
        loop {
            let message = timeout(PATIENCE, self.socket.next()).await;
            let Some(message) = message.expect("something in time") else {
                return Next::Gone;
            };
            return match message {
                Ok(Message::Text(text)) => {
                    assert!(!self.binary, "an answer in another kind of frame");
                    Next::Message(serde_json::from_str(&text).expect("JSON"))
                }
                Ok(Message::Binary(bytes)) => match serde_json::from_slice(&bytes) {
                    Ok(message @ Value::Object(_)) => {
                        assert!(self.binary, "an answer in another kind of frame");
                        Next::Message(message)
                    }
                    Ok(_) | Err(_) => Next::Bytes(bytes.to_vec()),
                },
                Ok(Message::Close(frame)) => Next::Closed(frame.map(|frame| frame.code.into())),
                Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => continue,
                Err(_) => Next::Gone,
            };
        }
    }

    /// The next message, which must be of this type; its data.
    pub(crate) async fn expect(&mut self, kind: &str) -> Value {
        match self.next().await {
            Next::Message(mut message) if message["type"] == kind => message["data"].take(),
            other => panic!("no {kind}, but {other:?}"),
        }
    }

    /// Whether nothing comes for a while.
    pub(crate) async fn is_silent(&mut self) -> bool {
        timeout(Duration::from_millis(400), self.socket.next())
            .await
            .is_err()
    }

    /// Reads until the result.
    pub(crate) async fn outcome(&mut self, base64: bool) -> Outcome {
        let mut outcome = Outcome::default();
        loop {
            let Next::Message(message) = self.next().await else {
                panic!("no completion after {outcome:?}");
            };
            let text = message["data"].as_str().unwrap_or_default();
            let text = if base64 {
                let bytes = STANDARD.decode(text).expect("base64");
                String::from_utf8(bytes).expect("text")
            } else {
                text.to_owned()
            };
            match message["type"].as_str() {
                Some("stdOut") => outcome.out.push_str(&text),
                Some("stdErr") => outcome.error.push_str(&text),
                Some("completion") => {
                    outcome.completion = message["data"].clone();
                    return outcome;
                }
                other => panic!("{other:?} is no type of output"),
            }
        }
    }

    /// Reads output until it ends with a text.
    pub(crate) async fn read_until(&mut self, end: &str) -> String {
        let mut all = String::new();
        while !all.ends_with(end) {
            let piece = self.expect("stdOut").await;
            all.push_str(piece.as_str().expect("text"));
        }
        all
    }
}

/// The path of commands in the service `web`.
pub(crate) const EXEC: &str = "/v1/command-exec/projects/lab/services/web";

impl Cloud {
    /// Runs a command in the service `web`.
    pub(crate) async fn exec(&self, context: Value) -> Outcome {
        let base64 = context["encoding"] == "base64";
        let mut stream = Stream::open(self, EXEC).await;
        stream.ask(context).await;
        stream.end_input().await;
        let init = stream.expect("init").await;
        assert_eq!(init["auth"], "successful", "{init}");
        stream.outcome(base64).await
    }

    /// The path on which the log of the service `web` is followed.
    pub(crate) fn tail_path(query: &str) -> String {
        format!("{PROJECT}/services/web/logs?queryType=tail{query}")
    }
}
