//! The tasks about changes of the APIs, as a person sees them.
#![expect(
    clippy::print_stderr,
    reason = "a maintainer's tool talks on its terminal"
)]

use crate::tasks::{Outcome, chosen, say};
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
            Fetched::NotModified => say(format_args!(
                "{}: not modified since the last fetch",
                api.name
            ))?,
            Fetched::Document(reduced) => {
                tell(workspace, api, &reduced)?;
                match (check, reduced.drift) {
                    (true, true) => {
                        eprintln!(
                            "{} is not what {} describes: run `{}`",
                            api.description,
                            described_by(from),
                            command(api, from)
                        );
                        code = ExitCode::FAILURE;
                    }
                    (true, false) => say(format_args!("{}: up to date", api.name))?,
                    (false, _) => {
                        fetch::write(workspace, api, &reduced)?;
                        if let (From::File(_), true) = (from, reduced.drift) {
                            eprintln!(
                                "openapi/sources.toml still names the last download: a file does not say where it \
                                 is from. Where it was downloaded, give the address with --url instead"
                            );
                        }
                    }
                }
            }
        }
    }
    Ok(code)
}

fn described_by(from: &From) -> &'static str {
    match from {
        From::Source | From::Url(_) => "the vendor",
        From::File(_) => "the file",
    }
}

/// The command that does what was only checked.
fn command(api: &Api, from: &From) -> String {
    let name = api.name;
    match from {
        From::Source => format!("cargo xtask fetch {name}"),
        From::Url(url) => format!("cargo xtask fetch {name} --url '{url}'"),
        From::File(path) => format!("cargo xtask fetch {name} --file '{}'", path.display()),
    }
}

fn tell(
    workspace: &Workspace,
    api: &Api,
    reduced: &Reduced,
) -> Result<(), Box<dyn std::error::Error>> {
    if !reduced.proposed.is_empty() {
        say(format_args!(
            "Names that were made up; improve them in {} before it is committed:",
            api.description
        ))?;
        for (name, place) in &reduced.proposed {
            say(format_args!("  {name}: {place}"))?;
        }
    }
    if let Some(misfit) = &reduced.overlay {
        eprintln!("{} does not fit any more: {misfit}", api.overlay);
    }
    say(diff::render(
        api.name,
        &workspace.version()?,
        &reduced.changes,
        Format::Text,
    ))?;
    Ok(())
}

pub(crate) fn diff(
    workspace: &Workspace,
    old: &Path,
    new: &Path,
    api: Option<&str>,
    format: Format,
) -> Outcome {
    let api = match api {
        Some(name) => chosen(Some(name))?.first().copied(),
        None => generate::api_of_file(workspace, new)?,
    };
    for path in [old, new] {
        let told = generate::api_of_file(workspace, path)?;
        if let (Some(told), Some(api)) = (told, api)
            && told.name != api.name
        {
            let (path, told) = (path.display(), told.name);
            return Err(format!("{path} describes {told}, not {}", api.name).into());
        }
    }
    if api.is_none() {
        eprintln!(
            "{} has the title of no API of this repository: it is compared without an overlay, so the names are not \
             those of an SDK. If it describes one, say which with --api",
            new.display()
        );
    }
    let stem = new.file_stem().and_then(|stem| stem.to_str());
    let stem = stem.unwrap_or("api");
    let overlay = api.map(|api| workspace.path(api.overlay));
    let model = |path: &Path| generate::model_of(path, overlay.as_deref());
    let (name, scale) = api.map_or((stem, Scale::Whole), |api| (api.name, api.scale));
    let changes = diff::between(name, &model(old)?, &model(new)?, scale);
    say(diff::render(name, &workspace.version()?, &changes, format))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn release_notes(workspace: &Workspace, since: &str) -> Outcome {
    let notes = release::notes(workspace, APIS, since)?;
    say(&notes.text)?;
    if !notes.by_hand.is_empty() {
        eprintln!(
            "\nOnly the descriptions are compared, as the generator of today understands them. What was written by hand \
             since {since}, and the generator itself, is to be read:"
        );
        for path in &notes.by_hand {
            eprintln!("  git diff {since} -- {path}");
        }
    }
    Ok(ExitCode::SUCCESS)
}
