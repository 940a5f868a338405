//! The tasks as a person sees them: what they print, and how they exit.
#![expect(
    clippy::print_stderr,
    reason = "a maintainer's tool talks on its terminal"
)]

use std::{
    error::Error,
    fmt::Display,
    io::{self, Write as _},
    path::Path,
    process::{Command, ExitCode},
};
use xtask::files::{self, Differences, Files};
use xtask::generate::{self, APIS, Api};
use xtask::workspace::Workspace;
use xtask::{bench, coverage, docs, msrv, statements, tidy};

pub(crate) type Outcome = Result<ExitCode, Box<dyn Error>>;

pub(crate) fn complain(text: &str) {
    eprintln!("{text}");
}

/// A line of what was asked for. Whoever reads may have enough, as `head` does: what is left to do is done
/// all the same.
pub(crate) fn say(text: impl Display) -> io::Result<()> {
    match writeln!(io::stdout().lock(), "{text}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// The API of a name, or all.
pub(crate) fn chosen(only: Option<&str>) -> Result<Vec<&'static Api>, Box<dyn Error>> {
    let chosen: Vec<_> = APIS
        .iter()
        .filter(|api| only.is_none_or(|name| name == api.name))
        .collect();
    if chosen.is_empty() {
        let known: Vec<_> = APIS.iter().map(|api| api.name).collect();
        return Err(format!("there is no API of this name; known: {}", known.join(", ")).into());
    }
    Ok(chosen)
}

/// What `.ci/run` does, which is also what hosted checks run: the steps stand there alone.
pub(crate) fn ci(workspace: &Workspace) -> Outcome {
    let status = Command::new("bash")
        .arg(workspace.path(".ci/run"))
        .status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

pub(crate) fn generate(workspace: &Workspace, only: Option<&str>, check: bool) -> Outcome {
    let mut code = ExitCode::SUCCESS;
    for api in chosen(only)? {
        let files = generate::repository_files(workspace, api)?;
        let owned = generate::owned_folders(api);
        let owned: Vec<_> = owned.iter().map(String::as_str).collect();
        let command = format!("cargo xtask generate --api {}", api.name);
        if !settle(workspace, api.name, &files, &owned, check, &command)? {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

pub(crate) fn standalone(
    workspace: &Workspace,
    spec: &Path,
    overlay: Option<&Path>,
    out: &Path,
) -> Outcome {
    let (files, warnings) = generate::crate_of(workspace, spec, overlay)?;
    for warning in &warnings {
        eprintln!("warning: {warning}");
    }
    generate::write_crate(out, &files)?;
    say(format_args!("{} files in {}", files.len(), out.display()))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn docs(workspace: &Workspace, check: bool) -> Outcome {
    let files = docs::pages(workspace)?;
    let fresh = settle(workspace, "docs", &files, &[], check, "cargo xtask docs")?;
    Ok(if fresh {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

pub(crate) fn coverage(workspace: &Workspace) -> Outcome {
    let mut code = ExitCode::SUCCESS;
    for api in APIS {
        let coverage = coverage::of(workspace, api)?;
        for (method, path) in &coverage.missing {
            eprintln!("{}: {method} {path} is missing", api.name);
            code = ExitCode::FAILURE;
        }
        say(format_args!(
            "{}: {} of {} operations ({} %)",
            api.name,
            coverage.described - coverage.missing.len(),
            coverage.described,
            coverage.percent()
        ))?;
    }
    Ok(code)
}

pub(crate) fn msrv(workspace: &Workspace) -> Outcome {
    let report = msrv::Report::of(workspace)?;
    say(report.to_string().trim_end())?;
    Ok(if report.holds() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

pub(crate) fn tidy(workspace: &Workspace) -> Outcome {
    let mut findings = tidy::check(workspace)?;
    findings.extend(statements::check(workspace)?);
    for finding in &findings {
        eprintln!("{}: {}", finding.path.display(), finding.message);
    }
    if findings.is_empty() {
        say("tidy")?;
    }
    Ok(if findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

pub(crate) fn bench(workspace: &Workspace) -> Outcome {
    say(format_args!(
        "{}",
        bench::speed(workspace, &mut |line| eprintln!("{line}"))?
    ))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn bench_codegen(workspace: &Workspace, northflank: bool) -> Outcome {
    let progress = &mut |line: &str| eprintln!("{line}");
    let report = if northflank {
        bench::northflank(workspace, progress)?
    } else {
        bench::report(workspace, progress)?
    };
    say(format_args!("{report}"))?;
    Ok(ExitCode::SUCCESS)
}

/// Writes files, or says which are stale. Whether all is as it should be.
fn settle(
    workspace: &Workspace,
    name: &str,
    files: &Files,
    owned: &[&str],
    check: bool,
    command: &str,
) -> Result<bool, Box<dyn Error>> {
    if check {
        let Differences { stale, surplus } = files::compare(workspace.root(), files, owned)?;
        let short = |path: &Path| {
            path.strip_prefix(workspace.root())
                .unwrap_or(path)
                .display()
                .to_string()
        };
        for path in &stale {
            eprintln!("{} is stale", short(path));
        }
        for path in &surplus {
            eprintln!("{} is not generated any more", short(path));
        }
        if stale.is_empty() && surplus.is_empty() {
            say(format_args!("{name}: up to date"))?;
            return Ok(true);
        }
        eprintln!("run `{command}` and commit what it writes");
        return Ok(false);
    }
    let changed = files::write(workspace.root(), files, owned)?;
    say(format_args!(
        "{name}: {} files, {} changed",
        files.len(),
        changed.stale.len() + changed.surplus.len()
    ))?;
    Ok(true)
}
