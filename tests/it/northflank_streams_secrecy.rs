//! The token of streams is in no log, whatever logs.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::northflank_server::{Server, TOKEN};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures::StreamExt as _;
use northflank_sdk::Client;
use serde_json::json;
use std::io::Write;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[test]
fn the_token_of_streams_is_in_no_log_at_the_level_trace_dependencies_included() {
    // tungstenite logs through `log`: this hands its records to whatever subscriber a thread has.
    tracing_log::LogTracer::init().unwrap();
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(captured.clone())
        .finish();
    // The server is on a thread of its own, where nobody listens: it does see the token.
    let (ready, origin) = std::sync::mpsc::channel();
    let serving = std::thread::spawn(move || {
        runtime().block_on(async {
            let server = Server::start().await;
            ready.send(server.origin.clone()).unwrap();
            serve(&server).await;
        });
    });
    let origin = origin.recv().unwrap();
    tracing::subscriber::with_default(subscriber, || runtime().block_on(use_every_stream(&origin)));
    serving.join().unwrap();
    let bytes = captured.0.lock().unwrap().clone();
    let text = String::from_utf8(bytes).unwrap();
    // What a dependency shows of later frames proves that it was listened to.
    assert!(text.contains("writing frame"), "tungstenite was not heard");
    assert!(text.contains("later-marker"));
    let bytes: Vec<String> = TOKEN.bytes().map(|byte| format!("{byte:02x}")).collect();
    for form in [TOKEN.to_owned(), STANDARD.encode(TOKEN), bytes.concat()] {
        let line = text.lines().find(|line| line.contains(&form));
        assert_eq!(line, None, "the token shows as `{form}`");
    }
}

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

async fn serve(server: &Server) {
    let (mut peer, _) = server.accepted().await;
    peer.json().await;
    let data = STANDARD.encode("later-marker");
    let output = json!({"type": "stdOut", "data": data});
    peer.say(&output.to_string()).await;
    peer.complete(0).await;
    let (mut peer, _) = server.accepted().await;
    let lines = json!({"type": "log-lines", "data": [{"ts": "t", "log": "later-marker"}]});
    peer.say(&lines.to_string()).await;
    assert!(peer.leaves().await);
    let mut peer = server.peer().await;
    peer.json().await;
    peer.say(r#"{"type":"init","data":{"auth":"failed","message":"no"}}"#)
        .await;
    assert!(peer.leaves().await);
    let info = json!({
        "targetDomain": server.host(), "instances": [{"podName": "s-0"}],
        "ports": [{"internalPort": 80, "protocol": "TCP"}]
    });
    server.asked().await.json(&info).await;
    let mut peer = server.peer().await;
    assert!(peer.head.header("authorization").unwrap().ends_with(TOKEN));
    peer.next().await;
    peer.send("ok").await;
    peer.must_be_closed().await;
}

async fn use_every_stream(origin: &str) {
    let builder = Client::builder().token(TOKEN).base_url(origin);
    tracing::trace!("{builder:?}");
    let client = builder.build().unwrap();
    let exec = client
        .services()
        .exec("p", "s", ["id"])
        .stdin("later-marker");
    let shown = format!("{client:?} {exec:?}");
    tracing::trace!("{shown}");
    assert!(!shown.contains("later-marker"), "the input shows: {shown}");
    exec.run().await.unwrap();
    let logs = client.services().logs("p", "s");
    tracing::trace!("{logs:?}");
    logs.stream().next().await.unwrap().unwrap();
    let copy = client.services().copy("p", "s");
    tracing::trace!("{copy:?}");
    let refused = copy.download("/x", "x").await.unwrap_err();
    tracing::trace!("{refused:?} {refused}");
    let request = client.services().forward("p", "s", 80);
    tracing::trace!("{request:?}");
    let forward = request.start().await.unwrap();
    tracing::trace!("{forward:?}");
    let mut local = TcpStream::connect(forward.local_addr()).await.unwrap();
    local.write_all(b"later-marker").await.unwrap();
    assert_eq!(local.read_u16().await.unwrap(), u16::from_be_bytes(*b"ok"));
    drop(local);
    forward.stop().await;
}
