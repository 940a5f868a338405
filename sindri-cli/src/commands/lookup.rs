//! Looking secrets up, and telling what came of it: what `plan`, `deploy` and `secrets validate` share.

use std::path::Path;

use super::context::Context;
use super::planning::Reach;
use crate::config::{Config, SecretSource, Target};
use crate::error::{Error, Failure, Result};
use crate::output::Printer;
use crate::secrets::{self, Entry, Outcome, Resolved, Sources};

impl Context<'_> {
    /// Looks all secrets of the file up. No provider is asked.
    pub(super) async fn look_up(
        &self,
        config: &Config,
        env_file: Option<&Path>,
        reach: Reach,
    ) -> Resolved {
        let offline = Err("not looked up: this is offline".to_owned());
        let vault = match reach {
            Reach::Online => &self.settings.vault,
            Reach::Offline => &offline,
        };
        let sources = Sources {
            environment: &self.settings.environment,
            base_dir: &config.base_dir,
            env_file,
            places_files: places_files(config),
            vault,
        };
        secrets::resolve(&config.secrets, &sources).await
    }
}

/// Whether the provider of the file places files.
pub(super) fn places_files(config: &Config) -> bool {
    match config.target {
        Target::Northflank(_) => true,
        Target::Runpod(_) | Target::Other(_) => false,
    }
}

/// Tells where was looked, and what is left out.
pub(super) fn tell(resolved: &Resolved, config: &Config, printer: &Printer) {
    for warning in &resolved.warnings {
        printer.warn(warning);
    }
    for (secret, reason) in resolved.left_out() {
        // Where files are not placed, the findings of the file say so.
        if places_files(config) || !matches!(secret.source, SecretSource::File { .. }) {
            printer.warn(&left_out(secret, reason));
        }
    }
    let from_environment = |entry: &Entry| matches!(entry.source, SecretSource::Env { .. });
    if resolved.entries.iter().any(from_environment) {
        let files = match resolved.files.as_slice() {
            [] => "the environment; no .env file is there, which is fine".to_owned(),
            files => format!("the environment, then {}", files.join(", then ")),
        };
        printer.say(&format!("secrets come from {files}"));
    }
    let from_vault = |entry: &&Entry| {
        matches!(entry.source, SecretSource::Vault { .. })
            && matches!(entry.outcome, Outcome::Found { .. })
    };
    match resolved.entries.iter().filter(from_vault).count() {
        0 => {}
        1 => printer.say("1 secret comes from Vault"),
        count => printer.say(&format!("{count} secrets come from Vault")),
    }
}

fn left_out(secret: &Entry, reason: &str) -> String {
    let kept = match secret.outcome {
        Outcome::Unread(_) => "; a deployment that has it keeps it",
        Outcome::Found { .. } | Outcome::Missing(_) => "",
    };
    format!("secret {} is left out: {reason}{kept}", secret.name)
}

/// Fails with all required secrets that are missing.
pub(super) fn required(resolved: &Resolved) -> Result<()> {
    let lacking: Vec<_> = resolved.lacking().collect();
    let mut failure = Failure::new(match lacking.len() {
        0 => return Ok(()),
        1 => "a required secret is missing".to_owned(),
        count => format!("{count} required secrets are missing"),
    });
    failure.details = lacking
        .iter()
        .map(|(secret, reason)| format!("{}: {reason}", secret.name))
        .collect();
    let sources: Vec<_> = lacking.iter().map(|(secret, _)| &secret.source).collect();
    failure.help = help(&sources);
    Err(Error::usage(failure))
}

/// What to do about secrets of these sources.
pub(super) fn help(sources: &[&SecretSource]) -> Vec<String> {
    let any = |wanted: fn(&SecretSource) -> bool| sources.iter().any(|source| wanted(source));
    let mut help = Vec::new();
    if any(|source| matches!(source, SecretSource::Env { .. })) {
        help.push("export them, or write them to .env.local beside sindri.yaml".to_owned());
    }
    if any(|source| matches!(source, SecretSource::Vault { .. })) {
        help.push("`sindri secrets test-vault` shows what works of Vault".to_owned());
    }
    help
}
