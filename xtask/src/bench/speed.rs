//! How fast the client and the program are: `cargo bench`, its pairs in turns.

use super::{Progress, Result, median, run};
use crate::workspace::Workspace;
use serde_json::Value;
use std::{fs, process::Command, thread::available_parallelism};

/// How often each pair is measured.
const ROUNDS: usize = 7;

/// Two ways to the same, side by side. Names are those of `benches/measure/speed.rs`.
struct Pair {
    group: &'static str,
    title: &'static str,
    /// The highest ratio that is aimed at.
    target: f64,
}

const PAIRS: &[Pair] = &[
    Pair {
        group: "call",
        title: "one call on loopback",
        target: 1.05,
    },
    Pair {
        group: "calls",
        title: "2 000 calls, 64 at once",
        target: 1.05,
    },
    Pair {
        group: "list",
        title: "reading a list of 10 000 pods",
        target: 1.10,
    },
    Pair {
        group: "nested_list",
        title: "reading a list of 10 000 services of Northflank",
        target: 1.10,
    },
];

/// Programs that are started, and what they are asked.
const PROGRAMS: &[(&str, &str)] = &[
    ("version", "sindri --version"),
    ("config_validate", "sindri config validate"),
    ("plan_offline", "sindri plan --offline"),
    ("node", "node --version"),
    ("python3", "python3 -c ''"),
];

/// Measures all and returns tables as Markdown.
pub(super) fn report(workspace: &Workspace, progress: Progress<'_>) -> Result<String> {
    run(bench(workspace, "speed").arg("--no-run"))?;
    let cores = available_parallelism()?;
    let tables = [
        format!("{cores} cores, medians of {ROUNDS} rounds.\n"),
        pairs(workspace, progress)?,
        start_up(workspace, progress)?,
        printed(workspace, "memory")?,
        printed(workspace, "deploy_path")?,
    ];
    Ok(tables.join("\n"))
}

fn pairs(workspace: &Workspace, progress: Progress<'_>) -> Result<String> {
    let mut lines = vec!["| | SDK | by hand | ratio | target |\n|---|---|---|---|---|".to_owned()];
    for pair in PAIRS {
        let Pair {
            group,
            title,
            target,
        } = pair;
        let (mut sdk, mut by_hand, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let ours = time_of(workspace, group, "sdk")?;
            let theirs = time_of(workspace, group, "by_hand")?;
            progress(&format!("{title}: {} and {}", text(ours), text(theirs)));
            sdk.push(ours);
            by_hand.push(theirs);
            ratios.push(ours / theirs);
        }
        let ratio = median(&mut ratios);
        let (sdk, by_hand) = (text(median(&mut sdk)), text(median(&mut by_hand)));
        lines.push(format!(
            "| {title} | {sdk} | {by_hand} | {ratio:.3} | {target:.2} |"
        ));
    }
    Ok(lines.join("\n") + "\n")
}

fn start_up(workspace: &Workspace, progress: Progress<'_>) -> Result<String> {
    let mut lines = vec!["| start-up | median |\n|---|---|".to_owned()];
    let mut times = vec![Vec::new(); PROGRAMS.len()];
    for _ in 0..ROUNDS {
        for ((name, title), times) in PROGRAMS.iter().zip(&mut times) {
            let time = time_of(workspace, "start_up", name)?;
            progress(&format!("{title}: {}", text(time)));
            times.push(time);
        }
    }
    for ((_, title), times) in PROGRAMS.iter().zip(&mut times) {
        lines.push(format!("| `{title}` | {} |", text(median(times))));
    }
    Ok(lines.join("\n") + "\n")
}

/// What criterion measures as the median time of one function, in nanoseconds.
fn time_of(workspace: &Workspace, group: &str, function: &str) -> Result<f64> {
    let home = workspace.path("target/criterion");
    let folder = home.join(group).join(function);
    // What an earlier run left would pass for this one's.
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    run(bench(workspace, "speed")
        .env("CRITERION_HOME", &home)
        .args(["--", "--exact", &format!("{group}/{function}")])
        .args(["--noplot", "--sample-size", "20"])
        .args(["--warm-up-time", "0.5", "--measurement-time", "2"]))?;
    let estimates = fs::read(folder.join("new/estimates.json"));
    let estimates = estimates.map_err(|error| format!("{group}/{function}: {error}"))?;
    let estimates: Value = serde_json::from_slice(&estimates)?;
    let median = estimates.pointer("/median/point_estimate");
    median
        .and_then(Value::as_f64)
        .ok_or_else(|| format!("criterion tells no median of {group}/{function}").into())
}

/// What a measurement that prints its own tables prints.
fn printed(workspace: &Workspace, name: &str) -> Result<String> {
    let output = bench(workspace, name).output()?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`cargo bench --bench {name}` failed: {error}").into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn bench(workspace: &Workspace, name: &str) -> Command {
    let mut command = Command::new("cargo");
    command
        .args([
            "bench",
            "--quiet",
            "--locked",
            "--package",
            "benches",
            "--bench",
            name,
        ])
        .current_dir(workspace.root());
    command
}

/// A time for people, from nanoseconds.
fn text(nanoseconds: f64) -> String {
    match nanoseconds {
        short if short < 1e6 => format!("{:.1} µs", short / 1e3),
        long => format!("{:.1} ms", long / 1e6),
    }
}
