//! A tunnel to a port. What listens there answers with what it is sent.

use futures::{SinkExt as _, StreamExt as _};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::fault::StreamFault;
use crate::websocket::Socket;

/// Echoes until the client closes.
pub(crate) async fn tunnel(mut socket: Socket, fault: Option<StreamFault>) {
    while let Some(Ok(message)) = socket.next().await {
        let bytes = match message {
            Message::Binary(bytes) => bytes,
            Message::Text(text) => text.into(),
            // A ping or a close is answered by the connection itself, while it is read on.
            Message::Close(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => continue,
        };
        if socket.send(Message::Binary(bytes)).await.is_err() {
            return;
        }
        if fault == Some(StreamFault::Close1011) {
            let frame = CloseFrame {
                code: CloseCode::Error,
                reason: "".into(),
            };
            // Whoever is gone need not be told.
            drop(socket.close(Some(frame)).await);
        }
    }
}
