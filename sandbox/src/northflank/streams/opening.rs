//! The first messages of a stream, with what may go wrong in them.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::fault::StreamFault;
use crate::northflank::streams::link::{Incoming, Received, Receiver, Sender, authenticate};

/// Waits for the first message and checks its token. None where the stream is over: what was to be
/// told is told then.
pub(crate) async fn first_message(
    receiver: &mut Receiver,
    sender: &mut Sender,
    fault: Option<StreamFault>,
) -> Option<Received> {
    let (incoming, binary) = receiver.next().await?;
    sender.speak(binary);
    if fault == Some(StreamFault::NoInit) {
        receiver.drain().await;
        return None;
    }
    let message = match incoming {
        Incoming::Message(message) => message,
        Incoming::Bad(reason) => {
            give_up(receiver, sender, reason).await;
            return None;
        }
    };
    let refused = match authenticate(&message) {
        Ok(()) if fault == Some(StreamFault::Refuse) => "a fault on order".to_owned(),
        Ok(()) => return Some(message),
        Err(reason) if message.kind != "init" => {
            give_up(receiver, sender, &reason).await;
            return None;
        }
        Err(reason) => reason,
    };
    let data = json!({ "auth": "failed", "message": refused });
    if sender.send("init", data).await.is_ok() {
        sender.close(CloseCode::Normal).await;
        receiver.drain().await;
    }
    None
}

/// Grants a stream, with what is to go wrong after it. False where the stream is over.
pub(crate) async fn grant(
    receiver: &mut Receiver,
    sender: &mut Sender,
    data: Value,
    fault: Option<StreamFault>,
) -> bool {
    if sender.send("init", data).await.is_err() {
        return false;
    }
    match fault {
        Some(StreamFault::Error) => {
            give_up(receiver, sender, "a fault on order").await;
            false
        }
        Some(StreamFault::UnknownType) => {
            let data = json!({ "sandbox": "a fault on order" });
            sender.send("surprise", data).await.is_ok()
        }
        Some(_) | None => true,
    }
}

/// Tells what is wrong and closes.
pub(crate) async fn give_up(receiver: &mut Receiver, sender: &mut Sender, message: &str) {
    if sender.fail(message).await.is_ok() {
        sender.close(CloseCode::Normal).await;
        receiver.drain().await;
    }
}
