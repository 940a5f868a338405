//! `orphans`: what carries our marker at the provider and belongs to no deployment that is known here.

mod adopt;
mod provider;

use jiff::Timestamp;

use super::confirm::{Answer, confirm};
use super::context::Context;
use crate::args::OrphansArgs;
use crate::config::Config;
use crate::error::{Error, Failure, Result};
use crate::exit::Exit;
use crate::output::{OrphanChangeReport, OrphanRow, OrphansReport};
use crate::state::{Directories, MarkedKind, Orphan, Realm, known, orphans as unaccounted};
use provider::Provider;

/// What was found.
struct Looked {
    orphans: Vec<Orphan>,
    /// Directories whose deployments are accounted for.
    searched: Vec<String>,
    /// What of them could not be read.
    unreadable: Vec<String>,
}

/// Lists them, or makes one the deployment of the file, or deletes one.
pub(super) async fn orphans(args: &OrphansArgs, context: &Context<'_>) -> Result<Exit> {
    let file = context.file_if_any()?;
    let provider = Provider::open(file.as_ref(), context).await?;
    let looked = look(&provider, file.as_ref(), context).await?;
    let Some(id) = args.adopt.as_ref().or(args.delete.as_ref()) else {
        let report = OrphansReport {
            provider: provider.name(),
            orphans: looked.orphans.iter().map(row).collect(),
            searched: looked.searched,
            unreadable: looked.unreadable,
        };
        context.printer.report("orphans", &report);
        return Ok(Exit::Done);
    };
    refuse_unless_all_read(&looked)?;
    let orphan = the_one(&looked.orphans, id)?;
    if args.adopt.is_some() {
        return adopt::adopt(orphan, &provider, context).await;
    }
    if args.force {
        return delete(orphan, &looked.orphans, &provider, context).await;
    }
    let question = format!("delete {} with everything on it?", describe(orphan));
    if confirm(&question, context.printer).await? == Answer::No {
        let message = format!("{} is kept", describe(orphan));
        return Ok(changed(orphan, false, message, context));
    }
    // The answer may have taken its time, and names are given again.
    let now = look(&provider, file.as_ref(), context).await?;
    refuse_unless_all_read(&now)?;
    let orphan = the_same(&now.orphans, orphan)?;
    delete(orphan, &now.orphans, &provider, context).await
}

/// What nothing accounts for.
async fn look(provider: &Provider, file: Option<&Config>, context: &Context<'_>) -> Result<Looked> {
    // The provider first: whatever it shows, the state file of a run at work names or intends by then.
    let marked = provider.marked().await?;
    let here = &context.settings.config.current_dir;
    let base = file.map_or(here, |config| &config.base_dir);
    let mut unreadable = Vec::new();
    let directories = match context.realm() {
        // A sandbox is its directory's own.
        Realm::Sandbox => Directories {
            there: vec![base.clone()],
            gone: Vec::new(),
        },
        Realm::Real => {
            let base = std::path::absolute(base).unwrap_or_else(|_| base.clone());
            context.places().all_with(&base).unwrap_or_else(|error| {
                unreadable.push(format!("the list of directories: {error}"));
                Directories {
                    there: vec![base],
                    gone: Vec::new(),
                }
            })
        }
    };
    warn_of_gaps(&directories, context);
    let found = known(provider.name(), context.realm(), &directories.there);
    unreadable.extend(found.unreadable);
    let mut orphans = unaccounted(marked, &found.known);
    provider.look_closer(&mut orphans).await?;
    let searched = directories
        .there
        .iter()
        .map(|path| path.display().to_string());
    Ok(Looked {
        orphans,
        searched: searched.collect(),
        unreadable,
    })
}

/// What is not known may be listed for an orphan.
fn warn_of_gaps(directories: &Directories, context: &Context<'_>) {
    for gone in &directories.gone {
        context.printer.warn(&format!(
            "{} is not there now: what was deployed from it may be listed here",
            gone.display()
        ));
    }
    if context.realm() == Realm::Real && !context.places().is_kept() {
        context.printer.warn(
            "neither HOME nor XDG_STATE_HOME is set: deployments of other directories are not known here",
        );
    }
}

/// What could not be read may account for what looks like an orphan.
fn refuse_unless_all_read(looked: &Looked) -> Result<()> {
    if looked.unreadable.is_empty() {
        return Ok(());
    }
    let mut failure =
        Failure::new("what cannot be read may tell of a deployment that is no orphan");
    failure.details.clone_from(&looked.unreadable);
    Err(Error::usage(failure.help(
        "mend or remove it, then run this again; `sindri status` in its directory tells what it is",
    )))
}

/// The same orphan in a later look.
fn the_same<'a>(now: &'a [Orphan], before: &Orphan) -> Result<&'a Orphan> {
    let same = now.iter().find(|one| {
        let (one, before) = (&one.marked, &before.marked);
        one.kind == before.kind
            && one.address() == before.address()
            && one.marker == before.marker
            && one.created_at == before.created_at
    });
    same.ok_or_else(|| {
        Error::usage(
            Failure::new(format!(
                "{} is not what it was when this began",
                describe(before)
            ))
            .help("`sindri orphans` lists what there is now"),
        )
    })
}

/// The orphan with this id, or the only one with this name.
fn the_one<'a>(found: &'a [Orphan], text: &str) -> Result<&'a Orphan> {
    let with = |fits: &dyn Fn(&Orphan) -> bool| -> Vec<&'a Orphan> {
        found.iter().filter(|one| fits(one)).collect()
    };
    let mut fitting = with(&|one| one.marked.id == text || one.marked.address() == text);
    if fitting.is_empty() {
        fitting = with(&|one| one.marked.name == text);
    }
    match fitting.as_slice() {
        [one] => Ok(one),
        [] => Err(Error::usage(
            Failure::new(format!("there is no orphan `{text}`"))
                .help("`sindri orphans` lists them; what a deployment here accounts for is none"),
        )),
        [..] => {
            let mut failure =
                Failure::new(format!("{} orphans are called `{text}`", fitting.len()));
            failure.details = fitting.iter().map(|one| describe(one)).collect();
            Err(Error::usage(failure.help(
                "name the one you mean by its id, on Northflank as `PROJECT/ID`",
            )))
        }
    }
}

async fn delete(
    orphan: &Orphan,
    found: &[Orphan],
    provider: &Provider,
    context: &Context<'_>,
) -> Result<Exit> {
    let marked = &orphan.marked;
    provider.refuse_if_in_use(marked).await?;
    let name = format!("{} {}", marked.kind.as_str(), marked.id);
    context
        .ledger
        .exists(&name, marked.usd_per_hour, "sindri orphans --delete");
    let deleted = provider.delete(marked).await;
    deleted.map_err(|error| error.leaving(context.ledger.all()))?;
    context.ledger.gone(&name);
    let others = found.iter().filter(|other| *other != orphan);
    let is_last = !others
        .into_iter()
        .any(|other| other.marked.marker == marked.marker);
    if is_last && orphan.beside.is_none() && marked.kind != MarkedKind::Tag {
        // It bills nothing, and the next `orphans` lists it.
        if let Err(Error::Failed(_, failure)) = provider.delete_tag_of(marked).await {
            context.printer.warn(&failure.message);
        }
    }
    let kept = found.iter().filter(|other| {
        *other != orphan
            && other.marked.marker == marked.marker
            && other.marked.kind != MarkedKind::Tag
    });
    let kept = kept.map(|other| {
        format!(
            "{} of the same deployment is kept, and bills",
            describe(other)
        )
    });
    let deleted = std::iter::once(format!("deleted {}", describe(orphan)));
    let message: Vec<String> = deleted.chain(kept).collect();
    let message = message.join("; ");
    Ok(changed(orphan, true, message, context))
}

fn changed(orphan: &Orphan, changed: bool, message: String, context: &Context<'_>) -> Exit {
    let report = OrphanChangeReport {
        changed,
        message,
        orphan: row(orphan),
    };
    context.printer.report("orphans", &report);
    Exit::Done
}

fn describe(orphan: &Orphan) -> String {
    let marked = &orphan.marked;
    let (kind, id) = (marked.kind.as_str(), &marked.id);
    let name = match marked.name.as_str() {
        name if name == id => String::new(),
        name => format!(" ({name})"),
    };
    match &marked.project {
        Some(project) => format!("{kind} {id}{name} in project {project}"),
        None => format!("{kind} {id}{name}"),
    }
}

fn row(orphan: &Orphan) -> OrphanRow {
    let marked = &orphan.marked;
    OrphanRow {
        kind: marked.kind.as_str(),
        id: marked.id.clone(),
        name: marked.name.clone(),
        project: marked.project.clone(),
        deployment_id: marked.marker.as_str().to_owned(),
        beside: orphan.beside.clone(),
        state: marked.state.clone(),
        created_at: marked.created_at.clone(),
        age_seconds: marked.created_at.as_deref().and_then(age_seconds),
        usd_per_hour: marked.usd_per_hour,
    }
}

fn age_seconds(created_at: &str) -> Option<i64> {
    let created: Timestamp = created_at.parse().ok()?;
    let age = Timestamp::now().duration_since(created);
    Some(age.as_secs().max(0))
}
