//! Services of a pod, as a forwarded port reaches them.

use russh::server::Msg;
use russh::{Channel, Error};

use crate::shell::{Input, Piece};
use crate::ssh::job::receive;

/// Whether a name in a request for forwarding means the pod itself.
pub(crate) fn is_the_pod(host: &str, pod: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1" | "0.0.0.0") || host == pod
}

/// Sends back what comes until the client ends it.
pub(crate) async fn echo(channel: Channel<Msg>) {
    let (mut read, write) = channel.split();
    let input = Input::default();
    let sending = async {
        while let Some(piece) = input.next().await {
            if let Piece::Bytes(bytes) = piece {
                write.data_bytes(bytes).await?;
            }
        }
        write.eof().await
    };
    let sent: Result<(), Error> = tokio::select! {
        sent = sending => sent,
        _too_much = receive(&mut read, &input) => Ok(()),
    };
    if let Err(error) = sent {
        tracing::debug!(%error, "a forwarded connection broke off");
        return;
    }
    if let Err(error) = write.close().await {
        tracing::debug!(%error, "a forwarded connection was closed already");
    }
}
