//! Every operation that the command line uses, with every fault: the command ends in time, with the right
//! code, a message that says what happened, what is left and what to do, and never makes a second pod or
//! service. Done once more without the fault, it reaches its goal.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "what goes wrong here is a failed test"
)]

mod command;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use tests::Run;
use tests::world::{Goal, ORPHANS, Provider, World};

use command::Command;
use table::{FAULTS, Fault};

/// The compiled program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_sindri-under-test");

/// No command takes longer, with the limits that it is given here.
const DEADLINE: Duration = Duration::from_secs(20);

/// What was seen in all runs.
#[derive(Debug, Default)]
struct Seen {
    /// How they ended, by code.
    codes: BTreeMap<i32, u32>,
    /// Faults that changed an answer somewhere.
    struck: BTreeSet<&'static str>,
}

type Counts = Arc<Mutex<Seen>>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let counts = Counts::default();
    let (mut trials, mut tried) = (Vec::new(), BTreeSet::new());
    for command in command::all() {
        for operation in command.operations() {
            if !tried.insert((command.provider.name(), operation.clone())) {
                continue;
            }
            let counts = Arc::clone(&counts);
            let name = format!("{}: {operation}", command.name());
            trials.push(Trial::test(name, move || {
                let faults = FAULTS.iter();
                let faults = faults.filter(|fault| fault.can_happen_to(&operation));
                let failed = faults.filter_map(|fault| {
                    let met = meet(&command, &operation, fault, &counts);
                    met.err()
                        .map(|problem| format!("{}: {problem}", fault.kind))
                });
                let failed: Vec<_> = failed.collect();
                match failed.as_slice() {
                    [] => Ok(()),
                    [..] => Err(failed.join("\n\n").into()),
                }
            }));
        }
        let name = format!("{}: nothing answers", command.name());
        let counts = Arc::clone(&counts);
        trials.push(Trial::test(name, move || unreachable(&command, &counts)));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    let mut failed = conclusion.has_failed();
    let counts = counts.lock().expect("no panic while it is held");
    if conclusion.num_filtered_out == 0 && !arguments.list {
        for fault in FAULTS
            .iter()
            .filter(|fault| !counts.struck.contains(fault.kind))
        {
            println!("{} changed no answer of any operation", fault.kind);
            failed = true;
        }
    }
    println!(
        "{} operations × {} faults: {} runs, orphans left: {}",
        tried.len(),
        FAULTS.len(),
        counts.codes.values().sum::<u32>(),
        ORPHANS.load(Ordering::Relaxed)
    );
    for (code, count) in &counts.codes {
        println!("{count:>5}  ended with {code}");
    }
    ExitCode::from(u8::from(failed))
}

/// One command, one operation, one fault.
fn meet(command: &Command, operation: &str, fault: &Fault, counts: &Counts) -> Result<(), String> {
    let world = command.world();
    let on_order = format!("{operation}:{}", fault.kind);
    world.cloud.set_faults(&[on_order]);
    let seen = run(command, &world, counts);
    if !command.codes(fault).contains(&seen.run.code) {
        return Err(format!("ended with {}: {:?}", seen.run.code, seen.run));
    }
    let struck = world.cloud.sandbox().faults_struck() > 0;
    if struck {
        let mut counts = counts.lock().expect("no panic while it is held");
        counts.struck.insert(fault.kind);
    } else if !fault.is_distortion() {
        return Err("it never happened".to_owned());
    }
    world.cloud.set_faults(&[]);
    judged(command, &world, &seen)?;
    if world.creates() > 1 {
        return Err(format!("created twice: {:?}", seen.run));
    }
    if fault.deceives(operation) {
        return Ok(());
    }
    mended(command, &world).map_err(|problem| format!("{problem}\nat first: {:?}", seen.run))
}

/// Nobody listens where the provider should be.
fn unreachable(command: &Command, counts: &Counts) -> Result<(), Failed> {
    let mut world = command.world();
    let url = world.cloud.url().to_owned();
    world.at("http://127.0.0.1:1");
    let seen = run(command, &world, counts);
    if seen.run.code != command.code_without_provider() {
        return Err(format!("ended with {}: {:?}", seen.run.code, seen.run).into());
    }
    judged(command, &world, &seen)?;
    world.at(&url);
    Ok(mended(command, &world)?)
}

struct Ended {
    run: Run,
    took: Duration,
}

fn run(command: &Command, world: &World, counts: &Counts) -> Ended {
    let begun = Instant::now();
    let run = world.context.run(&format!("{} --json", command.arguments));
    let mut counts = counts.lock().expect("no panic while it is held");
    *counts.codes.entry(run.code).or_default() += 1;
    Ended {
        run,
        took: begun.elapsed(),
    }
}

/// Whether a run ended as one may.
fn judged(command: &Command, world: &World, seen: &Ended) -> Result<(), String> {
    let run = &seen.run;
    if seen.took > DEADLINE {
        return Err(format!("took {:?}: {run:?}", seen.took));
    }
    if run.stderr.contains("panicked") {
        return Err(format!("panicked: {run:?}"));
    }
    let Some(document) = last_document(&run.stdout) else {
        return Err(format!("printed no document: {run:?}"));
    };
    let error = &document["error"];
    // Of a doctor, the report is what it is for.
    if run.code != 0 && !command.is_doctor() {
        if error["message"].as_str().is_none_or(str::is_empty) {
            return Err(format!("says nothing: {run:?}"));
        }
        if error["help"].as_array().is_none_or(Vec::is_empty) {
            return Err(format!("does not say what to do: {run:?}"));
        }
    }
    let bills = bills(command.provider, world);
    if bills > 1 {
        return Err(format!("{bills} of them bill: {run:?}"));
    }
    let is_told = error["left"]
        .as_array()
        .is_some_and(|left| !left.is_empty());
    if run.code != 0 && command.changes() && command.before_is_empty() && bills > 0 && !is_told {
        return Err(format!("does not say what is left: {run:?}"));
    }
    Ok(())
}

/// A log is a document a line, and may have none.
fn last_document(stdout: &str) -> Option<Value> {
    let mut documents = serde_json::Deserializer::from_str(stdout).into_iter::<Value>();
    documents.try_fold(Value::Null, |_, document| document.ok())
}

/// Pods and services that there are.
fn bills(provider: Provider, world: &World) -> usize {
    match provider {
        Provider::RunPod => world.cloud.pods().len(),
        Provider::Northflank => {
            let state = world.cloud.sandbox().state().expect("a state");
            let projects = state["northflank"]["projects"].as_array();
            let services = |project: &Value| project["services"].as_array().map_or(0, Vec::len);
            projects.into_iter().flatten().map(services).sum()
        }
    }
}

/// Without the fault, the same command reaches its goal, and `destroy` leaves nothing.
fn mended(command: &Command, world: &World) -> Result<(), String> {
    let again = world.context.run(command.arguments);
    if again.code != 0 {
        return Err(format!("fails once more: {again:?}"));
    }
    let wrongs = world.wrongs(command.goal);
    if !wrongs.is_empty() {
        return Err(format!("the goal is not reached: {}", wrongs.join(", ")));
    }
    if !command.changes() {
        return Ok(());
    }
    let end = world.context.run(command.provider.end());
    if end.code != 0 {
        return Err(format!("cannot be destroyed: {end:?}"));
    }
    let wrongs = world.wrongs(Goal::Gone);
    if wrongs.is_empty() {
        Ok(())
    } else {
        Err(format!("destroy leaves something: {}", wrongs.join(", ")))
    }
}
