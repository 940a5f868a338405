//! What a deploy to RunPod waits for: round trips before the create, and the time from a pod that is ready to
//! the prompt.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "what cannot be measured is not measured; a table is printed"
)]

use runpod_sdk::wait::PodCondition;
use sandbox::Sandbox;
use std::thread;
use std::time::{Duration, Instant};
use tests::{Cloud, Context, rounds};

const PROGRAM: &str = env!("CARGO_BIN_EXE_sindri-to-measure");

/// What every request takes where round trips are counted.
const LATENCY: Duration = Duration::from_millis(200);

/// Between two looks at a pod that boots.
const INTERVAL: Duration = Duration::from_secs(1);

/// Deploys that are timed. Each pod boots for a bit longer than the one before, so that it is ready at another
/// time between two looks.
const DEPLOYS: u32 = 10;

/// How long the first of them boots.
const BOOT: Duration = Duration::from_millis(1500);

/// For a pod to be there at all.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a pod of the sandbox boots that is not hurried.
const USUAL_BOOT: Duration = Duration::from_secs(4);

fn main() {
    println!("| deploy to RunPod | round trips before the create | in all |");
    println!("|---|---|---|");
    for (name, pod) in [
        ("a card by name", "    gpuType: NVIDIA L4\n"),
        (
            "in a region",
            "    gpuType: NVIDIA L4\n    region: EU-RO-1\n",
        ),
        (
            "with a new network volume",
            "    cpuOnly: true\n    volumeSizeGb: 10\n",
        ),
    ] {
        let (in_sequence, all) = round_trips(pod);
        println!("| {name} | {in_sequence} | {all} |");
    }
    let mut waits: Vec<Duration> = (0..DEPLOYS).map(after_ready).collect();
    waits.sort();
    let of_interval = |wait: Duration| wait.as_secs_f64() / INTERVAL.as_secs_f64();
    println!("\n| from ready to the prompt, {DEPLOYS} deploys | of the poll interval |");
    println!("|---|---|");
    println!("| median | {:.2} |", of_interval(waits[waits.len() / 2]));
    println!("| longest | {:.2} |", of_interval(waits[waits.len() - 1]));
}

/// Reads before the first change, in sequence and in all.
fn round_trips(pod: &str) -> (usize, usize) {
    let cloud = Cloud::of(Sandbox::builder().latency(LATENCY).time_scale(100.0));
    let context = Context::at(PROGRAM, cloud.url());
    context.pod(pod).run("deploy").expect(0);
    let reads = rounds::before_the_first_change(cloud.sandbox().requests());
    (rounds::in_sequence(&reads), reads.len())
}

/// From the moment at which a pod can be used to the end of the deploy that made it.
fn after_ready(number: u32) -> Duration {
    let boot = BOOT + INTERVAL * number / DEPLOYS;
    let scale = USUAL_BOOT.as_secs_f64() / boot.as_secs_f64();
    let builder = Sandbox::builder().time_scale(scale);
    // For somebody who looks all the time.
    let cloud = Cloud::of(builder.limit("minute", 1_000_000));
    let mut context = Context::at(PROGRAM, cloud.url());
    let interval = INTERVAL.as_millis().to_string();
    context.set("SINDRI_POLL_INTERVAL_MS", &interval);
    let ready = thread::scope(|scope| {
        let watcher = scope.spawn(|| watch(&cloud));
        context.run("deploy").expect(0);
        let prompt = Instant::now();
        let ready = watcher.join().expect("a pod that can be used");
        // The watcher may see it a look later than the program.
        prompt.saturating_duration_since(ready)
    });
    context.run("destroy --force").expect(0);
    ready
}

/// The moment at which the only pod can be used, to some milliseconds.
fn watch(cloud: &Cloud) -> Instant {
    const OFTEN: Duration = Duration::from_millis(10);
    let client = cloud.client();
    let begun = Instant::now();
    let pod = loop {
        if let Some(pod) = cloud.pods().pop() {
            break pod;
        }
        assert!(begun.elapsed() < PATIENCE, "there is no pod");
        thread::sleep(OFTEN);
    };
    let wait = async {
        let wait = client.pods().wait(&pod.id, PodCondition::Ready);
        wait.interval(OFTEN).await
    };
    cloud
        .runtime()
        .block_on(wait)
        .expect("a pod that can be used");
    Instant::now()
}
