//! Looks every secret up before anything is sent, so that all that is missing is said at once.

use std::io;
use std::path::Path;

use super::files::{EnvFiles, expand, read_value, read_whole};
use super::outcome::{Entry, Outcome, Resolved};
use super::vault;
use crate::config::{SecretSource, SecretSpec};
use crate::masked::Masked;
use crate::settings::{Environment, VaultSettings};

/// Where values come from.
#[derive(Clone, Copy)]
pub(crate) struct Sources<'a> {
    /// The shell's variables.
    pub(crate) environment: &'a Environment,
    /// The folder of the configuration file.
    pub(crate) base_dir: &'a Path,
    /// A file to read instead of `.env.local` and `.env`.
    pub(crate) env_file: Option<&'a Path>,
    /// Whether the provider places files.
    pub(crate) places_files: bool,
    /// Access to Vault, or why it is not asked.
    pub(crate) vault: &'a Result<VaultSettings, String>,
}

/// Looks up every secret of the list.
pub(crate) async fn resolve(secrets: &[SecretSpec], sources: &Sources<'_>) -> Resolved {
    let mut resolved = Resolved::default();
    let asks_files = |secret: &SecretSpec| matches!(secret.source, SecretSource::Env { .. });
    let files = if secrets.iter().any(asks_files) {
        EnvFiles::read(sources, &mut resolved.warnings)
    } else {
        EnvFiles::default()
    };
    resolved.files = files.names().map(str::to_owned).collect();
    let wanted = secrets.iter().filter_map(vault::Place::of).collect();
    let vault = match sources.vault {
        Ok(settings) => vault::read(settings, &wanted).await,
        Err(reason) => vault::Answers::none(&wanted, reason),
    };
    resolved.warnings.extend(vault.warning());
    resolved.entries = secrets
        .iter()
        .map(|secret| Entry {
            name: secret.name.clone(),
            source: secret.source.clone(),
            required: secret.required,
            outcome: look_up(secret, sources, &files, &vault),
        })
        .collect();
    resolved
}

fn look_up(
    secret: &SecretSpec,
    sources: &Sources<'_>,
    files: &EnvFiles,
    vault: &vault::Answers,
) -> Outcome {
    match &secret.source {
        SecretSource::Env { from_file } => {
            from_env(&secret.name, from_file.as_deref(), sources, files)
        }
        SecretSource::File { path, .. } if sources.places_files => from_file(path, sources),
        SecretSource::File { path, .. } => undeliverable(path, sources),
        SecretSource::Vault { path, key, mount } => vault.value(mount, path, key),
        SecretSource::S3 { .. } => Outcome::Missing(
            "secrets in S3 are not supported; take it from the environment (source: env)"
                .to_owned(),
        ),
    }
}

/// A file as it is. What is no text cannot be said in a variable either.
fn from_file(path: &str, sources: &Sources<'_>) -> Outcome {
    let place = expand(path, sources);
    match read_whole(&place) {
        Ok(value) => Outcome::Found {
            value,
            place: path.to_owned(),
        },
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Outcome::Missing(format!(
            "`{path}` is not UTF-8 text, and other files are not placed; `sindri secrets encode-file` makes \
             base64 of it, for a variable"
        )),
        Err(error) => {
            let reason = format!("{} cannot be read: {error}", place.display());
            if error.kind() == io::ErrorKind::NotFound {
                Outcome::Missing(reason)
            } else {
                Outcome::Unread(reason)
            }
        }
    }
}

/// RunPod takes no file.
fn undeliverable(path: &str, sources: &Sources<'_>) -> Outcome {
    let there = if expand(path, sources).is_file() {
        ""
    } else {
        ", and there is no such file"
    };
    Outcome::Missing(format!(
        "`{path}` cannot be placed{there}: pods take no files, only variables; write `source: env` with \
         `fromFile`"
    ))
}

/// Shell, then `.env` files, then the file named in the list. An empty value counts as none.
fn from_env(
    name: &str,
    from_file: Option<&str>,
    sources: &Sources<'_>,
    files: &EnvFiles,
) -> Outcome {
    let found = |value: Masked, place: &str| Outcome::Found {
        value,
        place: place.to_owned(),
    };
    if let Some(value) = sources.environment.get(name) {
        return found(Masked::from(value), "the environment");
    }
    if sources.environment.is_unreadable(name) {
        return Outcome::Unread("set in the environment to bytes that are no UTF-8".to_owned());
    }
    if let Some((value, file)) = files.get(name) {
        return found(value.clone(), file);
    }
    let missing = |reason: String| match files.unreadable.as_slice() {
        [] => Outcome::Missing(reason),
        names => Outcome::Unread(format!("{reason}; {} cannot be read", names.join(", "))),
    };
    let Some(from_file) = from_file else {
        let mut places = vec!["the environment"];
        places.extend(files.names());
        return missing(format!("not set in {}", places.join(", nor in ")));
    };
    let path = expand(from_file, sources);
    let reason = |what: &str| format!("{} {what}", path.display());
    match read_value(&path) {
        Ok(value) if value.expose().is_empty() => missing(reason("is empty")),
        Ok(value) => found(value, from_file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            missing(reason(&format!("cannot be read: {error}")))
        }
        Err(error) => Outcome::Unread(reason(&format!("cannot be read: {error}"))),
    }
}

/// Where a secret is looked for, in words, and nothing is read.
pub(crate) fn places(source: &SecretSource, places_files: bool) -> String {
    match source {
        SecretSource::Env { from_file: None } => "environment, .env.local, .env".to_owned(),
        SecretSource::Env {
            from_file: Some(file),
        } => format!("environment, .env.local, .env, {file}"),
        SecretSource::File {
            path, mount_path, ..
        } if places_files => format!("{path}, placed at {mount_path}"),
        SecretSource::File {
            path, mount_path, ..
        } => format!("{path}, for {mount_path}; pods take no files"),
        SecretSource::Vault { path, key, mount } => format!("{mount}/data/{path}, key {key}"),
        SecretSource::S3 { path } => format!("{path}; not supported yet"),
    }
}

#[cfg(test)]
mod tests;
