//! How long a program takes to start.

use super::{RUNS, Result, median, run};
use crate::workspace::Workspace;
use std::{
    process::{Command, Stdio},
    time::Instant,
};

/// Rows of a table: the command line beside interpreters.
pub(super) fn rows(workspace: &Workspace) -> Result<Vec<String>> {
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
