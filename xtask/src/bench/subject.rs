//! A crate that is measured.

use super::counts::Counts;
use super::{Progress, Result, median, processor};
use crate::workspace::Workspace;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// A crate that is measured.
pub(super) struct Subject {
    name: &'static str,
    folder: PathBuf,
    /// Where its generated code is; empty when it is counted elsewhere.
    code: &'static str,
    features: Option<&'static str>,
}

impl Subject {
    pub(super) fn new(name: &'static str, folder: PathBuf, code: &'static str) -> Self {
        Self {
            name,
            folder,
            code,
            features: None,
        }
    }

    pub(super) fn features(mut self, features: &'static str) -> Self {
        self.features = Some(features);
        self
    }

    /// `cargo check` or another task on this crate alone.
    fn cargo(&self, workspace: &Workspace, task: &str) -> Command {
        let mut command = Command::new("cargo");
        command
            .args([task, "--quiet"])
            .current_dir(&self.folder)
            .env(
                "CARGO_TARGET_DIR",
                workspace.path("target/bench-codegen/target"),
            )
            // What a clean build pays, not what an unchanged one saves.
            .env("CARGO_INCREMENTAL", "0");
        if let Some(features) = self.features {
            command.args(["--features", features]);
        }
        command
    }

    /// Checks all that the crate depends on, and with it the crate.
    pub(super) fn warm_up(&self, workspace: &Workspace) -> Result<()> {
        processor::time(&self.cargo(workspace, "check")).map(drop)
    }

    /// The processor time of `cargo check` for the crate itself, when its dependencies are checked already.
    pub(super) fn check_time(&self, workspace: &Workspace) -> Result<Duration> {
        let source = self.folder.join("src/lib.rs");
        let text = fs::read(&source)?;
        // Written anew, the crate itself must be checked again, and nothing else.
        fs::write(&source, text)?;
        processor::time(&self.cargo(workspace, "check"))
    }

    /// The size of the built library in MB.
    fn rlib(&self, workspace: &Workspace) -> Result<f64> {
        let mut command = self.cargo(workspace, "rustc");
        command.args(["--lib", "--message-format=json"]);
        let output = command.output()?;
        if !output.status.success() {
            let error = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{command:?} failed: {error}").into());
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let is_library = |word: &&str| Path::new(word).extension().is_some_and(|end| end == "rlib");
        let built = text.split('"').rfind(is_library);
        Ok(megabytes(built.ok_or("cargo named no library")?)?)
    }

    /// How much generated code it has. None where another row tells.
    pub(super) fn counts(&self) -> Result<Option<Counts>> {
        if self.code.is_empty() {
            return Ok(None);
        }
        Counts::of(&self.folder.join(self.code)).map(Some)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a size for people")]
fn megabytes(path: &str) -> std::io::Result<f64> {
    Ok(fs::metadata(path)?.len() as f64 / 1e6)
}

/// What came of one crate: a row of a table.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) counts: Option<Counts>,
    /// The median.
    pub(super) check: Duration,
    /// In MB.
    pub(super) rlib: Option<f64>,
}

impl Row {
    /// The first line of the table.
    pub(super) const HEAD: &'static str =
        "| | lines | types | functions | `cargo check` | rlib |\n|---|---|---|---|---|---|";

    /// The row as Markdown.
    pub(super) fn text(&self) -> String {
        let counts = match &self.counts {
            Some(it) => format!("{} | {} | {}", it.lines, it.types, it.functions),
            None => " | | ".to_owned(),
        };
        let seconds = self.check.as_secs_f64();
        let rlib = self.rlib.map(|size| format!("{size:.1} MB"));
        let rlib = rlib.unwrap_or_default();
        format!("| {} | {counts} | {seconds:.2} s | {rlib} |", self.name)
    }

    /// How much of the other's time it takes.
    pub(super) fn ratio(&self, other: &Self) -> f64 {
        self.check.as_secs_f64() / other.check.as_secs_f64()
    }
}

/// Measures crates side by side, in turns. Their dependencies are checked before.
pub(super) fn measure(
    workspace: &Workspace,
    subjects: &[Subject],
    runs: usize,
    progress: Progress<'_>,
) -> Result<Vec<Row>> {
    let mut times = vec![Vec::new(); subjects.len()];
    for _ in 0..runs {
        for (subject, times) in subjects.iter().zip(&mut times) {
            let time = subject.check_time(workspace)?;
            progress(&format!("{}: {:.2} s", subject.name, time.as_secs_f64()));
            times.push(time);
        }
    }
    let rows = subjects.iter().zip(&mut times).map(|(subject, times)| {
        Ok(Row {
            name: subject.name,
            counts: subject.counts()?,
            check: median(times),
            rlib: Some(subject.rlib(workspace)?),
        })
    });
    rows.collect()
}
