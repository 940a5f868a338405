//! What reading a long list allocates, through the client and by hand.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "what cannot be measured is not measured; a table is printed"
)]

use benches::by_hand;
use benches::loopback::{Bodies, LONG, Loopback};
use runpod_sdk::types::ListPodsResponse;
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

fn main() {
    let bodies = Bodies::of_the_sandbox();
    let size = bodies.pods.len();
    let server = Loopback::start(bodies);
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
