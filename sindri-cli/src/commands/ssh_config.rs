//! `ssh-config`: a `Host` block for editors, in a file of its own. `~/.ssh/config` is read and never changed.

use std::path::PathBuf;

use super::context::{Cloud, Context};
use super::deployed::Deployed;
use super::reach::{Reach, file_failed, refuse_unless_running};
use super::session::Access;
use crate::args::SshConfigArgs;
use crate::config::Config;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::{HostBlock, SshConfigReport};
use crate::plan::{Class, Plan, PodSeen, Step};
use crate::ssh::{FileError, Files, Need, Refreshed, Way, host_alias, include_line};

/// Writes the block, or prints it.
pub(super) async fn ssh_config(args: &SshConfigArgs, context: &Context<'_>) -> Result<Exit> {
    let config = context.load_quietly()?;
    let found = Deployed::look(config, context, Access::Look).await?;
    let pod = found.pod()?;
    refuse_unless_running(pod)?;
    let reach = Reach::find(&found.config, &found.cloud, pod, Need::Full, context).await?;
    let name = &found.config.name;
    let text = Files::host_text(name, &reach.connection);
    let block = if args.print {
        HostBlock {
            file: None,
            include: None,
            included: false,
            text,
        }
    } else {
        let files = Files::new(&found.config.base_dir);
        let path = target(args, &files, context);
        let written = files.write_host(&path, name, &reach.connection);
        written.map_err(|error| file_failed(&error))?;
        let include = include_line(&path);
        HostBlock {
            included: is_included(&include, context),
            file: Some(path.display().to_string()),
            include: Some(include),
            text,
        }
    };
    let report = SshConfigReport {
        host_alias: host_alias(name),
        connection: reach.report(&found.config, pod, context),
        block,
    };
    for note in &reach.notes {
        context.printer.say(note);
    }
    context.printer.report("ssh-config", &report);
    Ok(Exit::Done)
}

/// An absolute path: `~/.ssh/config` is read from anywhere.
fn target(args: &SshConfigArgs, files: &Files, context: &Context<'_>) -> PathBuf {
    let here = &context.settings.config.current_dir;
    here.join(args.output.clone().unwrap_or_else(|| files.config()))
}

/// Whether the user's own file has the line. One that cannot be read has not.
fn is_included(include: &str, context: &Context<'_>) -> bool {
    let home = context.settings.config.home.as_ref();
    let text = home.and_then(|home| std::fs::read_to_string(home.join(".ssh/config")).ok());
    text.is_some_and(|text| text.lines().any(|line| line.trim() == include))
}

/// Forgets what was kept about a deployment whose pods are gone.
pub(super) fn forget(config: &Config, pods: &[&str], context: &Context<'_>) {
    let files = Files::new(&config.base_dir);
    let pins = pods.iter().map(|id| files.forget(id));
    let block = std::iter::once_with(|| files.remove_host(&config.name));
    for result in pins.chain(block) {
        warn_of(result, context);
    }
}

/// Brings what is kept to what a deploy has made of the deployment.
pub(super) async fn follow(
    config: &Config,
    cloud: &Cloud,
    plan: &Plan,
    pod: &PodSeen,
    context: &Context<'_>,
) -> Result<()> {
    let files = Files::new(&config.base_dir);
    for action in &plan.actions {
        match &action.step {
            Step::DeletePod { id } => warn_of(files.forget(id), context),
            // RunPod does not say that such a restart is a start.
            Step::UpdatePod { id, .. } if action.class == Class::Restart => {
                warn_of(files.forget(id), context);
            }
            Step::CreateVolume(_)
            | Step::GrowVolume { .. }
            | Step::CreatePod
            | Step::UpdatePod { .. }
            | Step::StartPod { .. } => {}
        }
    }
    let has_block = files.has_host(&config.name);
    if plan.actions.is_empty() || !has_block.map_err(|error| file_failed(&error))? {
        return Ok(());
    }
    if pod.ssh.direct.is_none() {
        warn_of(files.remove_host(&config.name), context);
        return Ok(());
    }
    let reach = Reach::find(config, cloud, pod, Need::Full, context).await?;
    refresh(config, &reach, context)
}

/// Brings the block of a deployment to the address that its pod has now, where there is a block.
pub(super) fn refresh(config: &Config, reach: &Reach, context: &Context<'_>) -> Result<()> {
    // The proxy is no way for editors: what the file says of the pod holds until there is another address.
    if matches!(reach.connection.way, Way::Proxy(_)) {
        return Ok(());
    }
    let files = Files::new(&config.base_dir);
    let refreshed = files.refresh_host(&config.name, &reach.connection);
    if refreshed.map_err(|error| file_failed(&error))? == Refreshed::Changed {
        context
            .printer
            .say(&format!("{} has the new address", files.config().display()));
    }
    Ok(())
}

/// A file that outlives its use is no reason to fail.
fn warn_of<T>(result: std::result::Result<T, FileError>, context: &Context<'_>) {
    if let Err(error) = result {
        context.printer.warn(&error.to_string());
    }
}
