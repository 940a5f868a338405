//! The tasks about changes of the APIs, as a person sees them.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a maintainer's tool talks on its terminal"
)]

use crate::tasks::{Outcome, chosen};
use std::{path::Path, process::ExitCode};
use xtask::diff::{self, Format};
use xtask::fetch::{self, Fetched, From, Reduced};
use xtask::generate::{self, APIS, Api};
use xtask::release;
use xtask::syntax::Scale;
use xtask::workspace::Workspace;

pub(crate) fn fetch(
    workspace: &Workspace,
    only: Option<&str>,
    from: &From,
    check: bool,
) -> Outcome {
    let mut code = ExitCode::SUCCESS;
    for api in chosen(only)? {
        match fetch::fetch(workspace, api, from)? {
            Fetched::NotModified => println!("{}: not modified since the last fetch", api.name),
            Fetched::Document(reduced) => {
                tell(workspace, api, &reduced)?;
                match (check, reduced.drift) {
                    (true, true) => {
                        eprintln!(
                            "{} is not what the vendor describes: run `cargo xtask fetch {}`",
                            api.description, api.name
                        );
                        code = ExitCode::FAILURE;
                    }
                    (true, false) => println!("{}: up to date", api.name),
                    (false, _) => fetch::write(workspace, api, &reduced)?,
                }
            }
        }
    }
    Ok(code)
}

fn tell(
    workspace: &Workspace,
    api: &Api,
    reduced: &Reduced,
) -> Result<(), Box<dyn std::error::Error>> {
    if !reduced.proposed.is_empty() {
        println!(
            "Names that were made up; improve them in {} before it is committed:",
            api.description
        );
        for (name, place) in &reduced.proposed {
            println!("  {name}: {place}");
        }
    }
    if let Some(misfit) = &reduced.overlay {
        eprintln!("{} does not fit any more: {misfit}", api.overlay);
    }
    println!(
        "{}",
        diff::render(
            api.name,
            &workspace.version()?,
            &reduced.changes,
            Format::Text
        )
    );
    Ok(())
}

pub(crate) fn diff(
    workspace: &Workspace,
    old: &Path,
    new: &Path,
    api: Option<&str>,
    format: Format,
) -> Outcome {
    let stem = new
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or("api");
    let api = match api {
        Some(name) => chosen(Some(name))?.first().copied(),
        None => APIS.iter().find(|api| stem.starts_with(api.name)),
    };
    let overlay = api.map(|api| workspace.path(api.overlay));
    let model = |path: &Path| generate::model_of(path, overlay.as_deref());
    let (name, scale) = api.map_or((stem, Scale::Whole), |api| (api.name, api.scale));
    let changes = diff::between(name, &model(old)?, &model(new)?, scale);
    println!(
        "{}",
        diff::render(name, &workspace.version()?, &changes, format)
    );
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn release_notes(workspace: &Workspace, since: &str) -> Outcome {
    let notes = release::notes(workspace, APIS, since)?;
    if notes.is_empty() {
        eprintln!("nothing changed for users of the SDKs since {since}");
    } else {
        println!("{notes}");
    }
    Ok(ExitCode::SUCCESS)
}
