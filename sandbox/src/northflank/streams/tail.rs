//! A log that is followed.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::exchange::Service;
use crate::fault::StreamFault;
use crate::northflank::logs::{Filter, INTERVAL, Line, Writer, lines};
use crate::northflank::streams::link::{Gone, Sender, split};
use crate::northflank::streams::opening::{first_message, grant};
use crate::server::off_thread;
use crate::websocket::Socket;

/// The largest batch of lines, as the service sends them.
const MAX_BATCH_BYTES: usize = 32_700;

/// Sends lines for as long as the client listens and the writer is there.
pub(crate) async fn tail(
    service: &Arc<Service>,
    socket: Socket,
    (writer, filter, next): (Writer, Filter, usize),
    fault: Option<StreamFault>,
) {
    let (mut receiver, mut sender) = split(socket);
    if first_message(&mut receiver, &mut sender, fault)
        .await
        .is_none()
    {
        return;
    }
    let granted = json!({ "auth": "successful" });
    if !grant(&mut receiver, &mut sender, granted, fault).await {
        return;
    }
    tokio::select! {
        end = follow(service, &mut sender, writer, filter, next, fault) => {
            if end == Ok(()) {
                let code = match fault {
                    Some(StreamFault::Close1011) => CloseCode::Error,
                    Some(_) | None => CloseCode::Normal,
                };
                sender.close(code).await;
                receiver.drain().await;
            }
        }
        () = receiver.drain() => {}
    }
}

async fn follow(
    service: &Arc<Service>,
    sender: &mut Sender,
    writer: Writer,
    filter: Filter,
    mut next: usize,
    fault: Option<StreamFault>,
) -> Result<(), Gone> {
    loop {
        let at_work = Arc::clone(service);
        let (wanted, by) = (filter.clone(), writer.clone());
        let read = off_thread(service, move || at_work.northflank_lines(&by, &wanted)).await;
        let Some(Some(lines)) = read else {
            return Ok(());
        };
        let fresh = lines.get(next..).unwrap_or_default();
        next = next.max(lines.len());
        for batch in batches(fresh, fault) {
            sender.send("log-lines", batch).await?;
            if fault == Some(StreamFault::Close1011) {
                return Ok(());
            }
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

fn batches(lines: &[Line], fault: Option<StreamFault>) -> Vec<Value> {
    let mut batches = Vec::new();
    let (mut batch, mut size) = (Vec::new(), 0);
    for line in lines {
        let mut row = line.to_json();
        if fault == Some(StreamFault::LogObject) {
            row["log"] = json!({ "level": "info", "message": line.text });
        }
        let length = row.to_string().len();
        if size + length > MAX_BATCH_BYTES {
            batches.push(Value::Array(std::mem::take(&mut batch)));
            size = 0;
        }
        size += length;
        batch.push(row);
    }
    if !batch.is_empty() {
        batches.push(Value::Array(batch));
    }
    batches
}

impl Service {
    /// All wanted lines of a log until now. None once its writer is gone.
    pub(crate) fn northflank_lines(&self, writer: &Writer, filter: &Filter) -> Option<Vec<Line>> {
        let read = self.store.transaction(|cloud| {
            let now = self.clock.now();
            lines(&cloud.northflank, writer, filter, now)
        });
        read.unwrap_or_default()
    }
}
