//! `cargo xtask bench-codegen`: what the generator and its output cost, beside plain progenitor.
//! `cargo xtask bench`: how fast the client and the program are.
//!
//! Times are taken side by side in one run and reported as medians; only their ratios mean anything.

mod baselines;
mod counts;
mod dependencies;
mod processor;
mod speed;
mod subject;

use crate::workspace::Workspace;
use counts::Counts;
use std::{
    cmp::Ordering,
    error::Error,
    process::Command,
    time::{Duration, Instant},
};
use subject::{Row, Subject, measure};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Is told each time that was taken, as a large crate takes minutes.
pub type Progress<'a> = &'a mut dyn FnMut(&str);

/// How often each thing is measured.
const RUNS: usize = 9;

/// How often a crate of a large API is checked.
const LARGE_RUNS: usize = 3;

/// Into how many crates the baseline with builders is cut: as one it takes more memory than most machines
/// have.
const PARTS: usize = 8;

/// Measures everything and returns the report as Markdown.
///
/// # Errors
///
/// When a program that is measured is missing or fails.
pub fn report(workspace: &Workspace, progress: Progress<'_>) -> Result<String> {
    let mut lines = vec![
        runpod(workspace, progress)?,
        northflank(workspace, progress)?,
    ];
    lines.extend(dependencies::rows(workspace)?);
    lines.push(generate_time(workspace)?);
    Ok(lines.join("\n"))
}

/// Measures client and program, and returns the report as Markdown.
///
/// # Errors
///
/// As [`report`].
pub fn speed(workspace: &Workspace, progress: Progress<'_>) -> Result<String> {
    speed::report(workspace, progress)
}

/// The client of RunPod beside plain progenitor.
fn runpod(workspace: &Workspace, progress: Progress<'_>) -> Result<String> {
    let ours = workspace.path("runpod-sdk");
    let subjects = [
        Subject::new(
            "plain progenitor 0.15",
            baselines::runpod(workspace)?,
            "src",
        ),
        Subject::new("runpod-sdk", ours, "src/generated"),
    ];
    for subject in &subjects {
        subject.warm_up(workspace)?;
    }
    let rows = measure(workspace, &subjects, RUNS, progress)?;
    let [baseline, ours] = rows.as_slice() else {
        return Err("two crates make two rows".into());
    };
    Ok(format!(
        "{}\n{}\n{}\n\n`cargo check` of ours takes {:.2} of the baseline's time.\n",
        Row::HEAD,
        baseline.text(),
        ours.text(),
        ours.ratio(baseline)
    ))
}

/// The client of Northflank beside plain progenitor on the same operations, with nothing shared.
///
/// # Errors
///
/// As [`report`].
pub fn northflank(workspace: &Workspace, progress: Progress<'_>) -> Result<String> {
    let ours = || workspace.path("northflank-sdk");
    let positional = baselines::positional(workspace)?;
    let subjects = [
        Subject::new("progenitor, positional", positional, "src"),
        Subject::new("northflank-sdk, `full`", ours(), "src/generated").features("full"),
        Subject::new("northflank-sdk, default", ours(), ""),
    ];
    let [_, full, default] = &subjects;
    for subject in [&empty(workspace)?, full, default] {
        subject.warm_up(workspace)?;
    }
    let builders = builders(workspace, progress)?;
    let rows = measure(workspace, &subjects, LARGE_RUNS, progress)?;
    let [positional, full, default] = rows.as_slice() else {
        return Err("three crates make three rows".into());
    };
    let table = [positional, &builders, full, default].map(Row::text);
    Ok(format!(
        "{}\n{}\n\n`cargo check` of `full` takes {:.2} of the positional baseline's time and {:.2} of the one with \
         builders, the default features {:.2} of `full`.\n",
        Row::HEAD,
        table.join("\n"),
        full.ratio(positional),
        full.ratio(&builders),
        default.ratio(full),
    ))
}

/// A crate that only has the dependencies of the baselines.
fn empty(workspace: &Workspace) -> Result<Subject> {
    let folder = baselines::dependencies(workspace)?;
    Ok(Subject::new("dependencies", folder, ""))
}

/// The baseline with builders: the sum of its parts, each checked once. Nothing is shared between
/// operations, so a part holds what its operations need and no other part does.
fn builders(workspace: &Workspace, progress: Progress<'_>) -> Result<Row> {
    let mut sum = Counts::default();
    let mut check = Duration::ZERO;
    for part in 0..PARTS {
        let folder = baselines::with_builders(workspace, part, PARTS)?;
        let subject = Subject::new("builders", folder, "src");
        let time = subject.check_time(workspace)?;
        let seconds = time.as_secs_f64();
        progress(&format!(
            "builders, part {} of {PARTS}: {seconds:.2} s",
            part + 1
        ));
        check += time;
        sum += subject.counts()?.unwrap_or_default();
    }
    Ok(Row {
        name: "progenitor, builders",
        counts: Some(sum),
        check,
        rlib: None,
    })
}

fn generate_time(workspace: &Workspace) -> Result<String> {
    let program = std::env::current_exe()?;
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let begun = Instant::now();
        run(Command::new(&program)
            .args(["generate", "--check"])
            .current_dir(workspace.root()))?;
        times.push(begun.elapsed());
    }
    let seconds = median(&mut times).as_secs_f64();
    Ok(format!(
        "`cargo xtask generate --check`, once built: {seconds:.2} s.\n"
    ))
}

/// The one in the middle; the default of none.
fn median<T: Copy + Default + PartialOrd>(values: &mut [T]) -> T {
    values.sort_by(|one, other| one.partial_cmp(other).unwrap_or(Ordering::Equal));
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn run(command: &mut Command) -> Result<()> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let error = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?} failed: {error}").into())
}
