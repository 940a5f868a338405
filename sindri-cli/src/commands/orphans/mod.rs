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
use crate::state::{MarkedKind, Orphan, Realm, known, orphans as unaccounted};
use provider::Provider;

/// Lists them, or makes one the deployment of the file, or deletes one.
pub(super) async fn orphans(args: &OrphansArgs, context: &Context<'_>) -> Result<Exit> {
    let file = context.file_if_any();
    let provider = Provider::open(file.as_ref(), context).await?;
    let (found, searched) = look(&provider, file.as_ref(), context).await?;
    match (&args.adopt, &args.delete) {
        (Some(id), _) => {
            let orphan = the_one(&found, id)?;
            adopt::adopt(orphan, &provider, context).await
        }
        (None, Some(id)) => {
            let orphan = the_one(&found, id)?;
            delete(orphan, &found, args, &provider, context).await
        }
        (None, None) => {
            let report = OrphansReport {
                provider: provider.name(),
                orphans: found.iter().map(row).collect(),
                searched,
            };
            context.printer.report("orphans", &report);
            Ok(Exit::Done)
        }
    }
}

/// What nothing accounts for, and the directories whose deployments are known.
async fn look(
    provider: &Provider,
    file: Option<&Config>,
    context: &Context<'_>,
) -> Result<(Vec<Orphan>, Vec<String>)> {
    let here = &context.settings.config.current_dir;
    let base = file.map_or(here, |config| &config.base_dir);
    let directories = match context.realm() {
        // A sandbox is its directory's own.
        Realm::Sandbox => vec![base.clone()],
        Realm::Real => {
            let base = std::path::absolute(base).unwrap_or_else(|_| base.clone());
            context.places().all_with(&base)
        }
    };
    // The provider first: whatever it shows, the state file of a run at work names or intends by then.
    let marked = provider.marked().await?;
    let known = known(provider.name(), context.realm(), &directories);
    let mut orphans = unaccounted(marked, &known);
    provider.look_closer(&mut orphans).await?;
    let searched = directories.iter().map(|path| path.display().to_string());
    Ok((orphans, searched.collect()))
}

/// The orphan with this id, or the only one with this name.
fn the_one<'a>(found: &'a [Orphan], text: &str) -> Result<&'a Orphan> {
    let with = |fits: &dyn Fn(&Orphan) -> bool| -> Vec<&'a Orphan> {
        found.iter().filter(|one| fits(one)).collect()
    };
    let full = |one: &Orphan| match &one.marked.project {
        Some(project) => format!("{project}/{}", one.marked.id) == text,
        None => false,
    };
    let mut fitting = with(&|one| one.marked.id == text || full(one));
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
    args: &OrphansArgs,
    provider: &Provider,
    context: &Context<'_>,
) -> Result<Exit> {
    let what = describe(orphan);
    if !args.force {
        let question = format!("delete {what} with everything on it?");
        if confirm(&question, context.printer).await? == Answer::No {
            return Ok(changed(
                orphan,
                false,
                format!("{what} is kept"),
                "orphans",
                context,
            ));
        }
    }
    let name = format!("{} {}", orphan.marked.kind.as_str(), orphan.marked.id);
    context
        .ledger
        .exists(&name, orphan.marked.usd_per_hour, "sindri orphans --delete");
    let deleted = provider.delete(&orphan.marked).await;
    deleted.map_err(|error| error.leaving(context.ledger.all()))?;
    context.ledger.gone(&name);
    let is_last = !found
        .iter()
        .any(|other| other != orphan && other.marked.marker == orphan.marked.marker);
    if is_last && orphan.beside.is_none() && orphan.marked.kind != MarkedKind::Tag {
        provider.delete_tag_of(&orphan.marked).await?;
    }
    Ok(changed(
        orphan,
        true,
        format!("deleted {what}"),
        "orphans",
        context,
    ))
}

fn changed(
    orphan: &Orphan,
    changed: bool,
    message: String,
    command: &str,
    context: &Context<'_>,
) -> Exit {
    let report = OrphanChangeReport {
        changed,
        message,
        orphan: row(orphan),
    };
    context.printer.report(command, &report);
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
