//! `cargo xtask bench-codegen`: what the generator and its output cost, beside plain progenitor.
//!
//! Times are taken side by side in one run and reported as medians; only their ratios mean anything.

mod baselines;

use crate::files;
use crate::workspace::Workspace;
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use syn::visit::Visit;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How often each thing is measured.
const RUNS: usize = 9;

/// How often a crate of a large API is checked.
const LARGE_RUNS: usize = 3;

/// Measures everything and returns the report as Markdown.
///
/// # Errors
///
/// When a program that is measured is missing or fails.
pub fn report(workspace: &Workspace) -> Result<String> {
    let mut lines = vec![runpod(workspace)?, northflank(workspace)?];
    lines.extend(start_up(workspace)?);
    lines.push(generate_time(workspace)?);
    Ok(lines.join("\n"))
}

/// The client of RunPod beside plain progenitor.
fn runpod(workspace: &Workspace) -> Result<String> {
    let ours = workspace.path("runpod-sdk");
    let subjects = [
        Subject::new(
            "plain progenitor 0.15",
            baselines::runpod(workspace)?,
            "src",
        ),
        Subject::new("runpod-sdk", ours, "src/generated"),
    ];
    let (table, times) = measure(workspace, &subjects, RUNS)?;
    let ratio = ratio(&times, 1, 0);
    Ok(format!(
        "{table}\n\n`cargo check` of ours takes {ratio:.2} of the baseline's time.\n"
    ))
}

/// The client of Northflank beside plain progenitor on the same operations, with nothing shared.
///
/// The baseline with builders is counted and not checked: it holds all of the positional one, whose
/// check takes 8 GB of memory, and four times as much on top.
///
/// # Errors
///
/// As [`report`].
pub fn northflank(workspace: &Workspace) -> Result<String> {
    let ours = || workspace.path("northflank-sdk");
    let positional = baselines::positional(workspace)?;
    let subjects = [
        Subject::new("progenitor, positional", positional, "src"),
        Subject::new("northflank-sdk, full", ours(), "src/generated").features("full"),
        Subject::new("northflank-sdk, default", ours(), ""),
    ];
    let (table, times) = measure(workspace, &subjects, LARGE_RUNS)?;
    let builders = baselines::with_builders(workspace)?;
    let builders = Counts::of(&builders.join("src"))?.row("progenitor, builders", None);
    let full = ratio(&times, 1, 0);
    let default = ratio(&times, 2, 1);
    let [_, whole, part] = &subjects;
    Ok(format!(
        "{table}\n{builders}\n\n`cargo check` of `full` takes {full:.2} of the positional baseline's time, the default \
         features {default:.2} of `full`. Built, `full` is an rlib of {:.1} MB and the default features of {:.1} MB.\n",
        whole.rlib(workspace)?,
        part.rlib(workspace)?,
    ))
}

/// A crate that is measured.
struct Subject {
    name: &'static str,
    folder: PathBuf,
    /// Where its generated code is; empty when it is counted elsewhere.
    code: &'static str,
    features: Option<&'static str>,
}

impl Subject {
    fn new(name: &'static str, folder: PathBuf, code: &'static str) -> Self {
        Self {
            name,
            folder,
            code,
            features: None,
        }
    }

    fn features(mut self, features: &'static str) -> Self {
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

    /// The time of `cargo check` for the crate itself, when its dependencies are checked already.
    fn check_time(&self, workspace: &Workspace) -> Result<Duration> {
        let source = self.folder.join("src/lib.rs");
        let text = fs::read(&source)?;
        // Written anew, the crate itself must be checked again, and nothing else.
        fs::write(&source, text)?;
        let begun = Instant::now();
        run(&mut self.cargo(workspace, "check"))?;
        Ok(begun.elapsed())
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
        Ok(bytes_of(built.ok_or("cargo named no library")?)? / 1e6)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a size for people")]
fn bytes_of(path: &str) -> Result<f64> {
    Ok(fs::metadata(path)?.len() as f64)
}

/// Measures crates side by side: a table, and the times of each, sorted.
fn measure(
    workspace: &Workspace,
    subjects: &[Subject],
    runs: usize,
) -> Result<(String, Vec<Vec<Duration>>)> {
    let mut times = vec![Vec::new(); subjects.len()];
    for run in 0..=runs {
        for (subject, times) in subjects.iter().zip(&mut times) {
            let time = subject.check_time(workspace)?;
            // The first run builds what all depend on.
            if run > 0 {
                times.push(time);
            }
        }
    }
    let mut lines =
        vec!["| | lines | types | functions | `cargo check` |\n|---|---|---|---|---|".to_owned()];
    for (subject, times) in subjects.iter().zip(&mut times) {
        let seconds = median(times).as_secs_f64();
        let name = subject.name;
        lines.push(if subject.code.is_empty() {
            format!("| {name} | | | | {seconds:.2} s |")
        } else {
            Counts::of(&subject.folder.join(subject.code))?.row(name, Some(seconds))
        });
    }
    Ok((lines.join("\n"), times))
}

fn ratio(times: &[Vec<Duration>], of: usize, to: usize) -> f64 {
    let middle = |index: usize| {
        let times = times.get(index).map(Vec::as_slice).unwrap_or_default();
        let middle = times.get(times.len() / 2).copied().unwrap_or_default();
        middle.as_secs_f64()
    };
    middle(of) / middle(to)
}

/// Lines after rustfmt, types and functions.
struct Counts {
    lines: usize,
    types: usize,
    functions: usize,
}

impl Counts {
    /// A row of a table, with the time of a check if there was one.
    fn row(&self, name: &str, seconds: Option<f64>) -> String {
        let Self {
            lines,
            types,
            functions,
        } = self;
        let time = seconds.map(|seconds| format!("{seconds:.2} s"));
        let time = time.unwrap_or_default();
        format!("| {name} | {lines} | {types} | {functions} | {time} |")
    }

    fn of(folder: &Path) -> Result<Self> {
        let scratch = tempfile::tempdir()?;
        let mut counts = Self {
            lines: 0,
            types: 0,
            functions: 0,
        };
        for path in files::list(folder)? {
            let text = fs::read_to_string(&path)?;
            counts.visit_file(&syn::parse_file(&text)?);
            // In a folder of its own: rustfmt follows `mod` lines, and `skip` attributes stay behind.
            let copy = scratch.path().join("copy.rs");
            let without_files: String = text
                .lines()
                .map(|line| match line.strip_suffix(';') {
                    Some(module) if is_module(module) => format!("{module} {{}}\n"),
                    _ => format!("{line}\n"),
                })
                .collect();
            fs::write(&copy, without_files)?;
            run(Command::new("rustfmt")
                .args(["--edition", "2024"])
                .arg(&copy))?;
            counts.lines += fs::read_to_string(&copy)?.lines().count();
        }
        Ok(counts)
    }
}

/// Whether a line declares a module in a file of its own.
fn is_module(line: &str) -> bool {
    line.starts_with("pub mod ") || line.starts_with("mod ")
}

impl<'ast> Visit<'ast> for Counts {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.types += 1;
        syn::visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.types += 1;
        syn::visit::visit_item_enum(self, item);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.functions += 1;
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.functions += 1;
        syn::visit::visit_impl_item_fn(self, item);
    }
}

fn start_up(workspace: &Workspace) -> Result<Vec<String>> {
    run(Command::new("cargo")
        .args(["build", "--quiet", "--release", "-p", "sindri-cli"])
        .current_dir(workspace.root()))?;
    let sindri = workspace.path("target/release/sindri");
    let mut lines = vec!["| start-up | median |\n|---|---|".to_owned()];
    let programs: [(&str, Vec<&str>); 3] = [
        (sindri.to_str().unwrap_or("sindri"), vec!["--version"]),
        ("node", vec!["--version"]),
        ("python3", vec!["-c", ""]),
    ];
    let mut times = vec![Vec::new(); programs.len()];
    for _ in 0..RUNS {
        for ((program, args), times) in programs.iter().zip(&mut times) {
            let begun = Instant::now();
            run(Command::new(program).args(args).stdout(Stdio::null()))?;
            times.push(begun.elapsed());
        }
    }
    for ((program, args), times) in programs.iter().zip(&mut times) {
        let name = program.rsplit('/').next().unwrap_or(program);
        let args = args
            .iter()
            .map(|arg| if arg.is_empty() { "''" } else { arg })
            .collect::<Vec<_>>();
        let millis = median(times).as_secs_f64() * 1000.0;
        lines.push(format!("| `{name} {}` | {millis:.1} ms |", args.join(" ")));
    }
    Ok(lines)
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

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::Counts;
    use std::fs;

    #[test]
    fn code_in_many_files_is_counted_as_if_it_were_formatted() {
        let folder = tempfile::tempdir().unwrap();
        let root = "#[cfg(feature = \"a\")]\npub mod a;\n#[cfg(feature = \"a\")]\npub use a::*;\n";
        fs::write(folder.path().join("mod.rs"), root).unwrap();
        fs::write(
            folder.path().join("a.rs"),
            "pub struct A { pub b: u8, }\npub fn a() {}\n",
        )
        .unwrap();
        let counts = Counts::of(folder.path()).unwrap();
        assert_eq!((counts.lines, counts.types, counts.functions), (8, 1, 1));
    }
}
