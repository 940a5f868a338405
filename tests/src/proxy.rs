//! A proxy that loses what the cloud answers.
//!
//! It passes every request on, one connection for each. For the requests that a fault is for, the
//! cloud does its work and the answer does not come back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::Cloud;

/// What happens to an answer.
#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// The connection is closed instead.
    Lost,
    /// It never arrives, and the connection stays open.
    Held,
    /// It is replaced by a failure, though the work was done.
    Failed500,
    /// It says a higher price than the one that was asked for: `"cost": 99.5`.
    Dearer,
    /// Its body is changed so.
    Rewritten(fn(&mut Value)),
    /// There is none, because the request never reached the cloud: the connection is closed.
    Unsent,
}

/// A proxy in front of a cloud.
pub struct Proxy {
    address: SocketAddr,
    rule: Arc<Rule>,
}

struct Rule {
    fault: Fault,
    request: String,
    /// Requests of this kind that pass before the first that it happens to.
    passing: AtomicU32,
    left: AtomicU32,
    upstream: String,
}

impl Proxy {
    /// Loses the answers to the first `times` requests that begin with `request`, such as
    /// `POST /v2/pods `.
    ///
    /// # Panics
    ///
    /// When it cannot listen.
    pub fn start(cloud: &Cloud, fault: Fault, request: &str, times: u32) -> Self {
        Self::start_after(cloud, fault, request, times, 0)
    }

    /// The same, once so many of these requests have passed.
    ///
    /// # Panics
    ///
    /// When it cannot listen.
    pub fn start_after(
        cloud: &Cloud,
        fault: Fault,
        request: &str,
        times: u32,
        passing: u32,
    ) -> Self {
        let rule = Arc::new(Rule {
            fault,
            request: request.to_owned(),
            passing: AtomicU32::new(passing),
            left: AtomicU32::new(times),
            upstream: cloud.url().trim_start_matches("http://").to_owned(),
        });
        let listener = cloud
            .runtime()
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let accepting = Arc::clone(&rule);
        cloud.runtime().spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&accepting)));
            }
        });
        Self { address, rule }
    }

    /// From now on it happens to so many of these requests, once so many have passed.
    pub fn arm(&self, times: u32, passing: u32) {
        self.rule.passing.store(passing, Ordering::SeqCst);
        self.rule.left.store(times, Ordering::SeqCst);
    }

    /// Whether it happened as often as was asked for.
    pub fn is_spent(&self) -> bool {
        self.rule.left.load(Ordering::SeqCst) == 0
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Rule {
    /// Whether the fault is for this request; counts it if so.
    fn hits(&self, request: &str) -> bool {
        let take = |left: u32| left.checked_sub(1);
        let counts = |counter: &AtomicU32| {
            counter
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, take)
                .is_ok()
        };
        request.starts_with(&self.request) && !counts(&self.passing) && counts(&self.left)
    }
}

async fn serve(mut client: TcpStream, rule: Arc<Rule>) {
    let Some(request) = read_request(&mut client).await else {
        return;
    };
    let hit = rule.hits(&String::from_utf8_lossy(&request));
    if hit && matches!(rule.fault, Fault::Unsent) {
        return;
    }
    let answer = pass_on(&request, &rule.upstream).await;
    match (hit, rule.fault) {
        (false, _) => drop(client.write_all(&answer).await),
        (true, Fault::Lost | Fault::Unsent) => {}
        (true, Fault::Held) => tokio::time::sleep(Duration::from_secs(60)).await,
        (true, Fault::Dearer) => drop(client.write_all(&rewritten(&answer, dearer)).await),
        (true, Fault::Rewritten(change)) => {
            drop(client.write_all(&rewritten(&answer, change)).await);
        }
        (true, Fault::Failed500) => {
            let answer = b"HTTP/1.1 500 Oops\r\ncontent-length: 4\r\nconnection: close\r\n\r\noops";
            drop(client.write_all(answer).await);
        }
    }
}

fn dearer(pod: &mut Value) {
    pod["cost"] = serde_json::json!(99.5);
}

/// The same answer with another body.
fn rewritten(answer: &[u8], change: fn(&mut Value)) -> Vec<u8> {
    let text = String::from_utf8_lossy(answer);
    let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
    let status = head.lines().next().expect("a status line");
    let mut body: Value = serde_json::from_str(body).expect("JSON");
    change(&mut body);
    let body = body.to_string();
    let length = body.len();
    let head = format!("{status}\r\ncontent-type: application/json\r\nconnection: close");
    format!("{head}\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes()
}

/// Head and body, as they were sent.
async fn read_request(client: &mut TcpStream) -> Option<Vec<u8>> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = client
            .read(&mut buffer)
            .await
            .ok()
            .filter(|count| *count > 0)?;
        request.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&request).to_lowercase();
        if let Some(end) = text.find("\r\n\r\n") {
            let length = text.split("content-length: ").nth(1).and_then(|rest| {
                rest.split("\r\n")
                    .next()
                    .and_then(|number| number.parse::<usize>().ok())
            });
            if request.len() >= end + 4 + length.unwrap_or(0) {
                return Some(request);
            }
        }
    }
}

/// Sends the request to the cloud and reads the whole answer.
async fn pass_on(request: &[u8], upstream: &str) -> Vec<u8> {
    let mut answer = Vec::new();
    if let Ok(mut cloud) = TcpStream::connect(upstream).await {
        // The cloud closes after its answer, which is how its end is known; so does the client.
        let text = String::from_utf8_lossy(request);
        let closing = text.replacen("\r\n", "\r\nconnection: close\r\n", 1);
        if cloud.write_all(closing.as_bytes()).await.is_ok() {
            drop(cloud.read_to_end(&mut answer).await);
        }
    }
    answer
}
