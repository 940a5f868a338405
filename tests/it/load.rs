//! A large account: memory stays bounded and time grows with its size, not faster.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test that cannot be set up fails, and tells what it measured"
)]

use std::fs;
use std::time::{Duration, Instant};

use runpod_sdk::types::{CreateGpuConfig, CreatePodRequest};
use tests::{Cloud, Context, Run, Running};

use crate::cli_context::PROGRAM;

/// A service without secrets.
const SERVICE: &str = "version: \"3.0\"
name: demo
deployment:
  provider: northflank
  image: ghcr.io/org/app:1
extensions:
  profile: minimal
providers:
  northflank:
    projectName: lab
";

/// What a command may use at most.
const MOST_MB: f64 = 200.0;

/// Commands that look at the whole account or at the deployment in it.
const COMMANDS: [(&str, &str); 5] = [
    ("runpod", "status"),
    ("runpod", "plan"),
    ("runpod", "orphans"),
    ("northflank", "status"),
    ("northflank", "orphans"),
];

/// Waits for the end of a program; its result, and the most memory it had resident, in MB.
///
/// Where the system keeps no such count, 0.
pub(crate) fn peak_memory_mb(running: Running) -> (Run, f64) {
    let status = format!("/proc/{}/status", running.id());
    let watching = std::thread::spawn(move || {
        let mut peak = 0.0_f64;
        // The count is gone with the process, so the last one read is what counts.
        while let Ok(text) = fs::read_to_string(&status) {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let Some(kib) = line.and_then(|line| line.split_whitespace().next()) else {
                break;
            };
            peak = peak.max(kib.parse::<f64>().unwrap_or_default() / 1024.0);
            std::thread::sleep(Duration::from_millis(2));
        }
        peak
    });
    let run = running.finish();
    (run, watching.join().expect("a watcher"))
}

/// A cloud with so many pods and as many services of others, and how long it took to fill.
fn crowded(count: usize) -> (Cloud, Duration) {
    let builder = sandbox::Sandbox::builder().limit("minute", 1_000_000);
    let cloud = Cloud::of(builder.limit("hour", 1_000_000).time_scale(100.0));
    let begun = Instant::now();
    cloud.runtime().block_on(async {
        let gpu = CreateGpuConfig::new("NVIDIA L4");
        let pod = CreatePodRequest::new("crowd").gpu(gpu).image("a/b:1");
        cloud.client().pods().create(&pod).await.expect("a pod");
    });
    let context = context(&cloud, "northflank", "crowd");
    context.run("deploy --no-wait").expect(0);
    let made = cloud.sandbox().multiply(count);
    made.expect("a crowd");
    (cloud, begun.elapsed())
}

fn context(cloud: &Cloud, provider: &str, name: &str) -> Context {
    let mut context = Context::at(PROGRAM, cloud.url());
    context
        .set("NORTHFLANK_API_BASE_URL", cloud.url())
        .set("NORTHFLANK_API_TOKEN", "key");
    if provider == "northflank" {
        context.file("sindri.yaml", SERVICE);
    }
    let file = context.read("sindri.yaml");
    let old = file.lines().find(|line| line.starts_with("name: "));
    let old = old.expect("a name").to_owned();
    context.edit(&old, &format!("name: {name}"));
    context
}

/// Seconds and MB of each command in an account of this size. Prints them.
fn measure(count: usize) -> Vec<(f64, f64)> {
    let (cloud, filled) = crowded(count);
    println!(
        "{count} pods, {count} services (made in {:.1} s)",
        filled.as_secs_f64()
    );
    let measured = COMMANDS.map(|(provider, command)| {
        let context = context(&cloud, provider, "demo");
        let before = cloud.sandbox().requests().len();
        let begun = Instant::now();
        let (run, memory) = peak_memory_mb(context.start(command));
        run.expect(0);
        let seconds = begun.elapsed().as_secs_f64();
        let calls = cloud.sandbox().requests().len() - before;
        println!("  {provider:<10} {command:<8} {seconds:7.2} s {memory:7.1} MB {calls:5} calls");
        assert!(memory < MOST_MB, "{memory} MB");
        (seconds, memory)
    });
    measured.into()
}

#[test]
fn a_thousand_others_in_the_account_cost_little_memory() {
    measure(1_000);
}

/// Prints the table of `docs/guarantees.md`. Takes its time: run it by hand.
///
/// `cargo test -p tests --test it load -- --ignored --nocapture`
#[test]
#[ignore = "takes minutes; the small one runs always"]
fn time_grows_with_the_account_and_no_faster() {
    let small = measure(1_000);
    let middle = measure(5_000);
    let large = measure(20_000);
    for (index, (provider, command)) in COMMANDS.iter().enumerate() {
        let per_resource = |measured: &[(f64, f64)], count: f64| measured[index].0 / count;
        let (few, many) = (
            per_resource(&middle, 5_000.0),
            per_resource(&large, 20_000.0),
        );
        assert!(
            many < 2.0 * few,
            "{provider} {command}: {few} s each at 5 000, {many} s each at 20 000"
        );
        assert!(large[index].1 < MOST_MB && small[index].1 < MOST_MB);
    }
}
