//! Maintainers' tasks: `cargo xtask <task>`.

use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};
use xtask::diff::Format;
use xtask::fetch::From;
use xtask::workspace::Workspace;

mod changes;
mod tasks;

/// Maintainers' tasks.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", after_help = EXIT_CODES)]
struct Args {
    #[command(subcommand)]
    task: Task,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done; `diff` and `release-notes`, too, whatever they find: what breaks is in what they print (`bump` with --json)
  1  failed, or not as it should be: a difference with --check, a finding of `tidy`, `coverage` or `msrv`
  2  not understood: an unknown task or option";

#[derive(Subcommand)]
enum Task {
    /// Make the clients from the descriptions in openapi/.
    Generate {
        /// Only this API.
        #[arg(long, value_name = "NAME")]
        api: Option<String>,
        /// Write nothing; fail if what is committed is not what would be written.
        #[arg(long)]
        check: bool,
        /// Make a crate of its own from any OpenAPI 3.0 or 3.1 document, JSON or YAML.
        #[arg(long, value_name = "FILE", requires = "out", conflicts_with_all = ["api", "check"])]
        spec: Option<PathBuf>,
        /// Where that crate goes.
        #[arg(long, value_name = "DIR", requires = "spec")]
        out: Option<PathBuf>,
        /// Lay this overlay over the document where it fits.
        #[arg(long, value_name = "FILE", requires = "spec")]
        overlay: Option<PathBuf>,
    },
    /// Bring a vendor's document into our form: openapi/*.json.
    ///
    /// What is downloaded is reduced to facts: names, types, limits and rules stay, sentences and examples go.
    /// Operations and types keep the names that the description has for them; made-up names for new ones are
    /// printed, to be improved in the file before it is committed. Where it came from is noted in
    /// openapi/sources.toml. What the change means for users of the SDK is printed last. A document with the
    /// title of another API of this repository is refused.
    ///
    /// Afterwards: read the difference, mend the overlay if it does not fit any more, `cargo xtask generate`.
    Fetch {
        /// Only this API.
        #[arg(value_name = "NAME")]
        api: Option<String>,
        /// From this address instead of the one in openapi/sources.toml, where it is noted.
        #[arg(long, requires = "api", conflicts_with = "file")]
        url: Option<String>,
        /// From a file. Nothing of it is noted in openapi/sources.toml.
        #[arg(long, requires = "api")]
        file: Option<PathBuf>,
        /// Write nothing; fail if the description is not what would be written.
        #[arg(long)]
        check: bool,
    },
    /// Tell what a change of a description means for users of the SDK.
    ///
    /// Breaking: their code may stop to compile, or sends something else. Additive: there is more than before.
    /// Documentation: only words. The step of the version follows from the gravest, and each change names the
    /// calls and the commands of `sindri` that it touches.
    ///
    /// Exits with 0 whatever it finds.
    Diff {
        /// The description as it was.
        old: PathBuf,
        /// The description as it is.
        new: PathBuf,
        /// Whose it is, for names, words and commands. By default told by the title of the new description.
        #[arg(long, value_name = "NAME")]
        api: Option<String>,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
        /// Print Markdown for a pull request.
        #[arg(long, conflicts_with = "json")]
        markdown: bool,
    },
    /// Print what changed for users of the SDKs since a revision, for CHANGELOG.md.
    ///
    /// Compares the descriptions, as the generator of today understands them. What was written by hand is listed
    /// on standard error, to be read.
    ReleaseNotes {
        /// A tag, a branch or a commit.
        #[arg(long, value_name = "REVISION")]
        since: String,
    },
    /// Run all that must hold before a change lands: .ci/run.
    Ci,
    /// Make the reference pages in docs/ from the programs themselves.
    Docs {
        /// Write nothing; fail if a page is stale.
        #[arg(long)]
        check: bool,
    },
    /// Check that each SDK has every operation its description has.
    Coverage,
    /// Check that the least Rust that is stated is the highest that a dependency asks for.
    Msrv,
    /// Check the layout: who may import whom, the size of files, what manifests and READMEs state.
    Tidy,
    /// Measure the client beside `reqwest` and `serde_json` by hand, start-up, memory, and what a deploy waits for.
    ///
    /// Runs `cargo bench`, two ways to the same in turns, and prints their ratios. Takes a quarter of an hour with
    /// its build; needs node and python3.
    Bench,
    /// Measure generator and generated code beside plain progenitor.
    BenchCodegen {
        /// Only the client of Northflank, which takes longest.
        #[arg(long)]
        northflank: bool,
    },
}

fn main() -> ExitCode {
    let workspace = Workspace::default();
    let result = match Args::parse().task {
        Task::Generate {
            spec: Some(spec),
            out: Some(out),
            overlay,
            ..
        } => tasks::standalone(&workspace, &spec, overlay.as_deref(), &out),
        Task::Generate { api, check, .. } => tasks::generate(&workspace, api.as_deref(), check),
        Task::Fetch {
            api,
            url,
            file,
            check,
        } => {
            let from = match (url, file) {
                (Some(url), _) => From::Url(url),
                (None, Some(file)) => From::File(file),
                (None, None) => From::Source,
            };
            changes::fetch(&workspace, api.as_deref(), &from, check)
        }
        Task::Diff {
            old,
            new,
            api,
            json,
            markdown,
        } => {
            let format = match (json, markdown) {
                (true, _) => Format::Json,
                (false, true) => Format::Markdown,
                (false, false) => Format::Text,
            };
            changes::diff(&workspace, &old, &new, api.as_deref(), format)
        }
        Task::ReleaseNotes { since } => changes::release_notes(&workspace, &since),
        Task::Ci => tasks::ci(&workspace),
        Task::Docs { check } => tasks::docs(&workspace, check),
        Task::Coverage => tasks::coverage(&workspace),
        Task::Msrv => tasks::msrv(&workspace),
        Task::Tidy => tasks::tidy(&workspace),
        Task::Bench => tasks::bench(&workspace),
        Task::BenchCodegen { northflank } => tasks::bench_codegen(&workspace, northflank),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            tasks::complain(&format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}
