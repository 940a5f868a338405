//! The step from an HTTP request to a WebSocket.

use axum::extract::Request;
use http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE};
use http::{HeaderMap, HeaderValue};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

/// The largest message that is taken.
const MAX_MESSAGE_BYTES: usize = 1024 * 1024;

/// A WebSocket of the sandbox.
pub(crate) type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// A request for a WebSocket.
pub(crate) struct Handshake {
    key: HeaderValue,
    upgrade: OnUpgrade,
}

impl Handshake {
    /// What a request asks for, if it is a WebSocket.
    pub(crate) fn of(request: &mut Request) -> Option<Self> {
        let headers = request.headers();
        let protocol = headers.get(UPGRADE)?.to_str().ok()?;
        if !protocol.eq_ignore_ascii_case("websocket") {
            return None;
        }
        let key = headers.get(SEC_WEBSOCKET_KEY)?.clone();
        let upgrade = request.extensions_mut().remove::<OnUpgrade>()?;
        Some(Self { key, upgrade })
    }

    /// The headers of the answer that grants it.
    pub(crate) fn accept(&self, headers: &mut HeaderMap) {
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        // The key derived is base64, which a header can hold.
        if let Ok(key) = HeaderValue::from_str(&derive_accept_key(self.key.as_bytes())) {
            headers.insert(SEC_WEBSOCKET_ACCEPT, key);
        }
    }

    /// The WebSocket, once the answer is out. None where the connection broke before.
    pub(crate) async fn open(self) -> Option<Socket> {
        let connection = match self.upgrade.await {
            Ok(connection) => TokioIo::new(connection),
            Err(error) => {
                tracing::debug!(%error, "a WebSocket was not opened");
                return None;
            }
        };
        let config = WebSocketConfig::default()
            .max_message_size(Some(MAX_MESSAGE_BYTES))
            .max_frame_size(Some(MAX_MESSAGE_BYTES));
        Some(WebSocketStream::from_raw_socket(connection, Role::Server, Some(config)).await)
    }
}
