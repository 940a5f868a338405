//! Maintainers' tasks: `cargo xtask <task>`.

use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};
use xtask::workspace::Workspace;

mod tasks;

/// Maintainers' tasks.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

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
    /// Make the reference pages in docs/ from the programs themselves.
    Docs {
        /// Write nothing; fail if a page is stale.
        #[arg(long)]
        check: bool,
    },
    /// Check that each SDK has every operation its description has.
    Coverage,
    /// Check the layout: who may import whom, the size of files.
    Tidy,
    /// Measure generator, generated code and start-up beside plain progenitor, node and python3.
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
        Task::Docs { check } => tasks::docs(&workspace, check),
        Task::Coverage => tasks::coverage(&workspace),
        Task::Tidy => tasks::tidy(&workspace),
        Task::BenchCodegen { northflank } => tasks::bench(&workspace, northflank),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            tasks::complain(&format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}
