//! `cargo xtask bench-codegen`: what the generator and its output cost, beside plain progenitor.
//!
//! Times are taken side by side in one run and reported as medians; only their ratios mean anything.

use crate::files::{self, Files};
use crate::passes;
use crate::workspace::Workspace;
use crate::{document, progenitor};
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

/// Measures everything and returns the report as Markdown.
///
/// # Errors
///
/// When a program that is measured is missing or fails.
pub fn report(workspace: &Workspace) -> Result<String> {
    let baseline = write_baseline(workspace)?;
    let ours = workspace.path("runpod-sdk");
    let rows = [
        (
            "plain progenitor 0.15",
            Counts::of(&baseline.join("src"))?,
            &baseline,
        ),
        (
            "runpod-sdk",
            Counts::of(&ours.join("src/generated"))?,
            &ours,
        ),
    ];
    let mut checks = vec![Vec::new(), Vec::new()];
    for run in 0..=RUNS {
        for ((_, _, folder), times) in rows.iter().zip(&mut checks) {
            let time = check_time(workspace, folder)?;
            // The first run builds what both depend on.
            if run > 0 {
                times.push(time);
            }
        }
    }
    let mut lines =
        vec!["| | lines | types | functions | `cargo check` |\n|---|---|---|---|---|".to_owned()];
    for ((name, counts, _), times) in rows.iter().zip(&mut checks) {
        let Counts {
            lines: count,
            types,
            functions,
        } = counts;
        let seconds = median(times).as_secs_f64();
        lines.push(format!(
            "| {name} | {count} | {types} | {functions} | {seconds:.2} s |"
        ));
    }
    let ratio = median(&mut checks[1]).as_secs_f64() / median(&mut checks[0]).as_secs_f64();
    lines.push(format!(
        "\n`cargo check` of ours takes {ratio:.2} of the baseline's time.\n"
    ));
    lines.extend(start_up(workspace)?);
    lines.push(generate_time(workspace)?);
    Ok(lines.join("\n"))
}

/// Lines after rustfmt, types and functions.
struct Counts {
    lines: usize,
    types: usize,
    functions: usize,
}

impl Counts {
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
            let without_modules: String = text
                .lines()
                .filter(|line| !(line.starts_with("pub mod ") && line.ends_with(';')))
                .fold(String::new(), |text, line| text + line + "\n");
            fs::write(&copy, without_modules)?;
            run(Command::new("rustfmt")
                .args(["--edition", "2024"])
                .arg(&copy))?;
            counts.lines += fs::read_to_string(&copy)?.lines().count();
        }
        Ok(counts)
    }
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

/// The baseline crate: progenitor's own output, positional, on the document after only those passes
/// without which it stops.
fn write_baseline(workspace: &Workspace) -> Result<PathBuf> {
    let mut doc = document::parse(&fs::read(workspace.path("openapi/runpod.json"))?)?;
    passes::baseline(&mut doc)?;
    let tokens = progenitor::plain(&doc)?;
    let text = prettyplease::unparse(&syn::parse2(tokens)?);
    let folder = workspace.path("target/bench-codegen/baseline");
    let manifest = r#"[package]
name = "baseline"
version = "0.1.0"
edition = "2024"

[workspace]

[dependencies]
bytes = "1"
chrono = { version = "0.4", features = ["serde"] }
futures-core = "0.3"
progenitor-client = "0.15.1"
regress = "0.11"
reqwest = { version = "0.13.5", default-features = false, features = ["json", "query", "stream"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
serde_urlencoded = "0.7"
"#;
    let files = Files::from([
        ("Cargo.toml".to_owned(), manifest.to_owned()),
        ("src/lib.rs".to_owned(), text),
    ]);
    files::write(&folder, &files, &[])?;
    Ok(folder)
}

/// The time of `cargo check` for one crate whose dependencies are checked already.
fn check_time(workspace: &Workspace, folder: &Path) -> Result<Duration> {
    let source = folder.join("src/lib.rs");
    let text = fs::read(&source)?;
    // Written anew, the crate itself must be checked again, and nothing else.
    fs::write(&source, text)?;
    let begun = Instant::now();
    let target = workspace.path("target/bench-codegen/target");
    run(Command::new("cargo")
        .args(["check", "--quiet"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target)
        // What a clean build pays, not what an unchanged one saves.
        .env("CARGO_INCREMENTAL", "0"))?;
    Ok(begun.elapsed())
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
