//! What reading a long list allocates, through the client and by hand.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "what cannot be measured is not measured; a table is printed"
)]

use benches::by_hand;
use benches::loopback::{Bodies, LONG, Loopback};
use runpod_sdk::types::ListPodsResponse;
use std::env::{args, current_exe};
use std::io::{BufRead as _, BufReader, stdin};
use std::process::{Child, Command, Stdio};
use tokio::runtime::Builder;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// In bytes.
struct Use {
    /// At the worst moment, the answer included.
    peak: usize,
    /// In all, whether freed in between or not.
    total: usize,
}

/// What a call allocates beyond what was there before.
async fn measure(call: impl Future<Output = ListPodsResponse>) -> Use {
    let profiler = dhat::Profiler::builder().testing().build();
    let answer = call.await;
    let stats = dhat::HeapStats::get();
    drop(profiler);
    assert_eq!(answer.pods.len(), LONG, "all pods");
    Use {
        peak: stats.max_bytes,
        total: usize::try_from(stats.total_bytes).expect("a size"),
    }
}

/// Says to this program that it is the server: what that allocates is not counted.
const SERVE: &str = "serve";

/// Serves until standard input ends, and says first where, and how long the list is.
fn serve() {
    let bodies = Bodies::make();
    println!("{}", bodies.pods.len());
    let server = Loopback::start(bodies);
    println!("{}", server.url(""));
    let mut nothing = String::new();
    stdin().read_line(&mut nothing).expect("an end");
}

/// A server in another process, which ends with this one.
fn elsewhere() -> (Child, Loopback, usize) {
    let mut server = Command::new(current_exe().expect("a program"))
        .arg(SERVE)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a server");
    let out = BufReader::new(server.stdout.take().expect("its output"));
    let mut lines = out.lines().map(|line| line.expect("a line"));
    let size = lines.next().expect("a size").parse().expect("a number");
    let url = lines.next().expect("a URL");
    (server, Loopback::at(url), size)
}

fn main() {
    if args().any(|word| word == SERVE) {
        return serve();
    }
    let (_server, server, size) = elsewhere();
    let runtime = Builder::new_current_thread().enable_all().build();
    let (sdk, by_hand) = runtime.expect("a runtime").block_on(async {
        let (client, http) = (server.client(), by_hand::http());
        let url = server.url("/v2/pods");
        let sdk = async || client.pods().list().await.expect("a list").into_inner();
        let by_hand = async || by_hand::get(&http, &url).await;
        // Connections are made, and buffers have grown.
        sdk().await;
        by_hand().await;
        (measure(sdk()).await, measure(by_hand()).await)
    });
    println!(
        "| a list of {LONG} pods, {} | peak | allocated in all |",
        megabytes(size)
    );
    println!("|---|---|---|");
    for (name, used) in [("SDK", sdk), ("by hand", by_hand)] {
        let times = ratio(used.peak, size);
        let (peak, total) = (megabytes(used.peak), megabytes(used.total));
        println!("| {name} | {peak}, {times:.2} of the body | {total} |");
    }
}

fn megabytes(bytes: usize) -> String {
    format!("{:.1} MB", ratio(bytes, 1_000_000))
}

#[expect(clippy::cast_precision_loss, reason = "a size for people")]
fn ratio(bytes: usize, of: usize) -> f64 {
    bytes as f64 / of as f64
}
