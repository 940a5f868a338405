//! A container behind the exec stream: it runs `tar`, `mkdir` and `test` of this machine, and nothing
//! else.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up fails"
)]

use crate::northflank_server::{Peer, Server};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use northflank_sdk::stream::CopyRequest;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Stdio;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

/// What a command was asked to run in and as.
pub(crate) type Context = Value;

/// Runs commands until `last` was run. Gives the contexts of all.
pub(crate) async fn run_until(server: &Server, last: &str) -> Vec<Context> {
    let mut contexts = Vec::new();
    loop {
        let (peer, context) = take(server).await;
        let is_last = words(&context).first().is_some_and(|word| word == last)
            && !words(&context).contains(&"--version".to_owned());
        run(peer, &context).await;
        contexts.push(context);
        if is_last {
            return contexts;
        }
    }
}

/// The next command, accepted by the instance `s-0` and not run yet.
pub(crate) async fn take(server: &Server) -> (Peer, Context) {
    let mut peer = server.peer().await;
    let init = peer.json().await;
    let context = init["data"]["context"].clone();
    let picked = json!({"instanceName": "s-0", "containerName": "main"});
    let accepted = json!({"type": "init", "data": {"auth": "successful", "context": picked}});
    peer.say(&accepted.to_string()).await;
    (peer, context)
}

pub(crate) fn words(context: &Context) -> Vec<String> {
    serde_json::from_value(context["command"].clone()).unwrap()
}

/// Runs one command.
pub(crate) async fn run(mut peer: Peer, context: &Context) {
    let words = words(context);
    assert!(["tar", "mkdir", "test"].contains(&&*words[0]), "{words:?}");
    let mut child = Command::new(&words[0])
        .args(&words[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take();
    let (mut stdout, mut stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    loop {
        let message = peer.json().await;
        match message["type"].as_str().unwrap() {
            "payload" => {
                let bytes = STANDARD.decode(message["data"].as_str().unwrap()).unwrap();
                // A program that is over takes nothing more.
                let _over = stdin.as_mut().unwrap().write_all(&bytes).await;
            }
            "stdInEnd" => break,
            other => panic!("{other}"),
        }
    }
    stdin.take();
    pass_on(&mut peer, "stdOut", &mut stdout).await;
    pass_on(&mut peer, "stdErr", &mut stderr).await;
    let code = child.wait().await.unwrap().code().unwrap();
    peer.complete(code).await;
}

async fn pass_on(peer: &mut Peer, kind: &str, from: &mut (impl AsyncRead + Unpin)) {
    let mut buffer = vec![0; 30_000];
    loop {
        let count = from.read(&mut buffer).await.unwrap();
        if count == 0 {
            return;
        }
        let data = STANDARD.encode(&buffer[..count]);
        peer.say(&json!({"type": kind, "data": data}).to_string())
            .await;
    }
}

/// Ends a command with this on its outputs.
pub(crate) async fn end(mut peer: Peer, code: i32, stdout: &[u8], stderr: &str) {
    for piece in stdout.chunks(30_000) {
        let data = STANDARD.encode(piece);
        peer.say(&json!({"type": "stdOut", "data": data}).to_string())
            .await;
    }
    let data = STANDARD.encode(stderr);
    peer.say(&json!({"type": "stdErr", "data": data}).to_string())
        .await;
    peer.complete(code).await;
}

/// Bytes that do not compress.
pub(crate) fn noise(count: u32) -> Vec<u8> {
    let mut state = 1_u32;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[0]
    };
    (0..count).map(next).collect()
}

/// A copy to or from the service `s`.
pub(crate) fn copy(server: &Server) -> CopyRequest {
    server.client().services().copy("p", "s")
}

/// A folder that goes away with the test.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A path as text.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Every path below a folder, with its contents, its target or its kind.
pub(crate) fn tree(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().display().to_string();
            let metadata = fs::symlink_metadata(&path).unwrap();
            let what = if metadata.is_symlink() {
                format!("-> {}", fs::read_link(&path).unwrap().display()).into_bytes()
            } else if metadata.is_dir() {
                open.push(path);
                b"/".to_vec()
            } else {
                fs::read(&path).unwrap()
            };
            all.push((name, what));
        }
    }
    all.sort();
    all
}
