//! A server of Northflank's streams whose every move the test makes. Frames are written by hand.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up fails"
)]

use futures::{SinkExt as _, StreamExt as _};
use northflank_sdk::stream::StreamSettings;
use northflank_sdk::{Client, ClientBuilder, RetryPolicy};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};

/// The token of all these tests. It must never be seen in a log.
pub(crate) const TOKEN: &str = "nf-marker-4f1c9e";

/// How long a test waits for what must come.
const SOON: Duration = Duration::from_secs(10);

/// A listening server.
pub(crate) struct Server {
    listener: TcpListener,
    pub(crate) origin: String,
}

/// The head of a request.
#[derive(Debug)]
pub(crate) struct Head {
    /// Path and query.
    pub(crate) target: String,
    headers: Vec<(String, String)>,
}

/// A request that is not answered yet.
pub(crate) struct Asked {
    pub(crate) head: Head,
    link: TcpStream,
}

/// The server's side of a WebSocket.
pub(crate) struct Peer {
    pub(crate) head: Head,
    pub(crate) socket: WebSocketStream<TcpStream>,
}

impl Head {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let header = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        header.map(|(_, value)| value.as_str())
    }
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        Self { listener, origin }
    }

    /// Host and port.
    pub(crate) fn host(&self) -> &str {
        self.origin.trim_start_matches("http://")
    }

    /// A builder of clients that do not wait long for anything.
    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder()
            .token(TOKEN)
            .base_url(&self.origin)
            .read_timeout(Duration::from_secs(5))
            .retry(RetryPolicy {
                base_delay: Duration::from_millis(1),
                max_delay: Duration::from_millis(2),
                ..RetryPolicy::default()
            })
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    /// A client whose streams wait this long for an accepting answer, and ping this often.
    pub(crate) fn client_with(&self, accept: u64, ping: u64, patience: u64) -> Client {
        let mut settings = StreamSettings::default();
        settings.accept_timeout = Duration::from_millis(accept);
        settings.ping_interval = Duration::from_millis(ping);
        settings.pong_timeout = Duration::from_millis(patience);
        self.builder().streams(settings).build().unwrap()
    }

    /// The next request.
    pub(crate) async fn asked(&self) -> Asked {
        let (mut link, _) = timeout(SOON, self.listener.accept())
            .await
            .unwrap()
            .unwrap();
        let mut text = Vec::new();
        while !text.ends_with(b"\r\n\r\n") {
            text.push(timeout(SOON, link.read_u8()).await.unwrap().unwrap());
        }
        let text = String::from_utf8(text).unwrap();
        let mut lines = text.lines();
        let target = lines.next().unwrap().split(' ').nth(1).unwrap().to_owned();
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let head = Head {
            target,
            headers: headers.collect(),
        };
        Asked { head, link }
    }

    /// The next request, upgraded.
    pub(crate) async fn peer(&self) -> Peer {
        self.asked().await.upgrade().await
    }

    /// The next request, upgraded and accepted. Gives the `context` of its first message, too.
    pub(crate) async fn accepted(&self) -> (Peer, Value) {
        let mut peer = self.peer().await;
        let init = peer.json().await;
        assert_eq!(init["type"], "init");
        let auth = json!({"type": "apiToken", "apiToken": TOKEN});
        assert_eq!(init["data"]["auth"], auth);
        peer.say(r#"{"type":"init","data":{"auth":"successful"}}"#)
            .await;
        (peer, init["data"]["context"].clone())
    }

    /// Whether nobody asks for this long.
    pub(crate) async fn is_left_alone_for(&self, millis: u64) -> bool {
        let wait = Duration::from_millis(millis);
        timeout(wait, self.listener.accept()).await.is_err()
    }
}

impl Asked {
    /// Answers with this status, these headers and this body, and hangs up.
    pub(crate) async fn answer(mut self, status: u16, headers: &str, body: &str) -> Head {
        let length = body.len();
        let text = format!(
            "HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        self.link.write_all(text.as_bytes()).await.unwrap();
        self.head
    }

    /// Answers 200 with JSON.
    pub(crate) async fn json(self, body: &Value) -> Head {
        let headers = "content-type: application/json\r\n";
        self.answer(200, headers, &body.to_string()).await
    }

    /// Agrees to a WebSocket.
    pub(crate) async fn upgrade(self) -> Peer {
        let key = self.head.header("sec-websocket-key").unwrap().to_owned();
        self.agree(&derive_accept_key(key.as_bytes())).await
    }

    /// Agrees with this accept key.
    pub(crate) async fn agree(mut self, accept: &str) -> Peer {
        let text = format!(
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
             sec-websocket-accept: {accept}\r\n\r\n"
        );
        self.link.write_all(text.as_bytes()).await.unwrap();
        Peer {
            head: self.head,
            socket: WebSocketStream::from_raw_socket(self.link, Role::Server, None).await,
        }
    }

    /// Says nothing until the client gives up.
    pub(crate) async fn keep_silent(mut self) {
        let mut rest = [0; 64];
        while self.link.read(&mut rest).await.is_ok_and(|count| count > 0) {}
    }
}

impl Peer {
    /// The next message.
    pub(crate) async fn next(&mut self) -> Message {
        loop {
            let message = timeout(SOON, self.socket.next()).await.unwrap();
            match message.expect("a message, not the end").unwrap() {
                Message::Ping(_) | Message::Pong(_) => {}
                message => return message,
            }
        }
    }

    /// The next message, which must be JSON.
    pub(crate) async fn json(&mut self) -> Value {
        match self.next().await {
            Message::Text(text) => serde_json::from_str(&text).unwrap(),
            Message::Binary(bytes) => serde_json::from_slice(&bytes).unwrap(),
            other => panic!("{other:?} is no data"),
        }
    }

    /// Sends a text frame.
    pub(crate) async fn say(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// Sends a binary frame.
    pub(crate) async fn send(&mut self, bytes: impl Into<Vec<u8>>) {
        self.socket
            .send(Message::binary(bytes.into()))
            .await
            .unwrap();
    }

    /// Ends a command with this exit code, as the sheet wants it: the client closes, without a code.
    pub(crate) async fn complete(mut self, code: i32) {
        self.say(&format!(
            r#"{{"type":"completion","data":{{"exitCode":{code},"status":"Unknown"}}}}"#
        ))
        .await;
        self.must_be_closed().await;
    }

    /// Waits for the client's close without a code.
    pub(crate) async fn must_be_closed(mut self) {
        loop {
            match self.next().await {
                Message::Close(None) => {
                    // Reading answers it.
                    while let Ok(Some(Ok(_))) = timeout(SOON, self.socket.next()).await {}
                    return;
                }
                Message::Close(Some(frame)) => panic!("closed with {frame:?}"),
                _ => {}
            }
        }
    }

    /// Closes with this code.
    pub(crate) async fn close(mut self, code: u16, reason: &str) {
        let frame = CloseFrame {
            code: code.into(),
            reason: reason.into(),
        };
        self.socket.send(Message::Close(Some(frame))).await.unwrap();
        while let Ok(Some(Ok(_))) = timeout(SOON, self.socket.next()).await {}
    }

    /// Whether the client is gone within a moment, closed or cut.
    pub(crate) async fn leaves(mut self) -> bool {
        let gone = async {
            loop {
                match self.socket.next().await {
                    None | Some(Err(_) | Ok(Message::Close(_))) => return,
                    Some(Ok(_)) => {}
                }
            }
        };
        timeout(SOON, gone).await.is_ok()
    }
}
