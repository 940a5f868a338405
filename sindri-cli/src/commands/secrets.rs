//! `secrets …`: what `sindri.yaml` asks for and where it is found.

use std::io::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::context::{Context, not_ours};
use super::lookup;
use super::planning::Reach;
use super::vault::test_vault;
use crate::args::{
    EncodeFileArgs, SecretKind, SecretsCommand, SecretsListArgs, SecretsValidateArgs,
};
use crate::config::{Config, SecretSource, Target, Validation};
use crate::error::{Error, Failure, Kind, Result};
use crate::exit::Exit;
use crate::masked::Masked;
use crate::output::{EncodedReport, SecretListReport, SecretListRow, SecretRow, SecretsReport};
use crate::secrets::{Entry, Outcome, places, read_bounded};

/// The most that a file to be encoded may hold. No provider takes larger variables.
const MOST: u64 = 1 << 20;

pub(super) async fn secrets(command: &SecretsCommand, context: &Context<'_>) -> Result<Exit> {
    match command {
        SecretsCommand::Validate(args) => validate(args, context).await,
        SecretsCommand::List(args) => list(args, context),
        SecretsCommand::TestVault(args) => test_vault(args, context).await,
        SecretsCommand::EncodeFile(args) => encode_file(args, context),
        SecretsCommand::S3(_) => Err(Error::usage(
            Failure::new("secrets in S3 are not supported yet")
                .help("write `source: env` and set the variable, or keep the value in Vault: `source: vault`"),
        )),
    }
}

/// Looks all secrets up and shows where they are. A missing required one ends it with 2.
async fn validate(args: &SecretsValidateArgs, context: &Context<'_>) -> Result<Exit> {
    let loaded = context.load(Validation::Strict)?;
    let config = &loaded.config;
    is_ours(config)?;
    let resolved = context
        .look_up(config, args.env_file.as_deref(), Reach::Online)
        .await;
    for warning in &resolved.warnings {
        context.printer.warn(warning);
    }
    let lacking = resolved.lacking().map(|(secret, _)| &secret.source);
    let lacking: Vec<&SecretSource> = lacking.collect();
    let report = SecretsReport {
        valid: lacking.is_empty(),
        files: resolved.files.clone(),
        help: lookup::help(&lacking),
        secrets: resolved
            .entries
            .iter()
            .map(|entry| row(entry, args.show_values))
            .collect(),
    };
    context.printer.report("secrets validate", &report);
    Ok(if report.valid {
        Exit::Done
    } else {
        Exit::Usage
    })
}

fn row(entry: &Entry, show_values: bool) -> SecretRow {
    let (status, found): (_, Option<(&Masked, &String)>) = match &entry.outcome {
        Outcome::Found { value, place } => ("found", Some((value, place))),
        Outcome::Missing(_) => ("missing", None),
        Outcome::Unread(_) => ("unread", None),
    };
    SecretRow {
        name: entry.name.clone(),
        source: word(&entry.source),
        required: entry.required,
        status,
        found_in: found.map(|(_, place)| place.clone()),
        size_bytes: found.map(|(value, _)| value.expose().len()),
        value: found
            .filter(|_| show_values)
            .map(|(value, _)| value.expose().to_owned()),
        reason: entry.outcome.reason().map(str::to_owned),
    }
}

/// Lists what the file asks for, also what this program refuses.
fn list(args: &SecretsListArgs, context: &Context<'_>) -> Result<Exit> {
    let loaded = context.load(Validation::Lenient)?;
    is_ours(&loaded.config)?;
    let wanted = args.source.map(SecretKind::word);
    let secrets = loaded.config.secrets.iter();
    let secrets =
        secrets.filter(|secret| wanted.is_none_or(|wanted| wanted == word(&secret.source)));
    let rows = secrets.map(|secret| SecretListRow {
        name: secret.name.clone(),
        source: word(&secret.source),
        required: secret.required,
        places: places(&secret.source, lookup::places_files(&loaded.config)),
    });
    let report = SecretListReport {
        secrets: rows.collect(),
    };
    context.printer.report("secrets list", &report);
    Ok(Exit::Done)
}

fn is_ours(config: &Config) -> Result<()> {
    match &config.target {
        Target::Runpod(_) | Target::Northflank(_) => Ok(()),
        Target::Other(other) => Err(not_ours(*other)),
    }
}

fn word(source: &SecretSource) -> &'static str {
    match source {
        SecretSource::Env { .. } => SecretKind::Env.word(),
        SecretSource::File { .. } => SecretKind::File.word(),
        SecretSource::Vault { .. } => SecretKind::Vault.word(),
        SecretSource::S3 { .. } => SecretKind::S3.word(),
    }
}

impl SecretKind {
    /// As the file writes it.
    fn word(self) -> &'static str {
        match self {
            Self::Env => "env",
            Self::File => "file",
            Self::Vault => "vault",
            Self::S3 => "s3",
        }
    }
}

/// Prints a file as base64, or writes it where only its owner can read it.
fn encode_file(args: &EncodeFileArgs, context: &Context<'_>) -> Result<Exit> {
    let here = &context.settings.config.current_dir;
    let file = here.join(&args.file);
    let bytes = read_bounded(&file, MOST).map_err(|error| {
        Error::usage(
            Failure::new(format!("{} cannot be read", args.file.display())).causes(Some(&error)),
        )
    })?;
    let mut encoded = STANDARD.encode(&bytes);
    if args.newline {
        encoded.push('\n');
    }
    let encoded_bytes = encoded.len();
    if let Some(output) = &args.output {
        write_private(&here.join(output), &file, encoded.as_bytes())?;
    }
    let report = EncodedReport {
        file: args.file.display().to_string(),
        bytes: bytes.len(),
        encoded_bytes,
        output: args.output.as_ref().map(|path| path.display().to_string()),
        base64: args.output.is_none().then_some(encoded),
    };
    context.printer.report("secrets encode-file", &report);
    Ok(Exit::Done)
}

/// Puts a file in its place at once; it is its owner's alone from the first moment.
fn write_private(path: &Path, source: &Path, bytes: &[u8]) -> Result<()> {
    if let (Ok(path), Ok(source)) = (path.canonicalize(), source.canonicalize())
        && path == source
    {
        return Err(Error::usage(
            Failure::new("the output is the file itself, which would be lost")
                .help("write `--output` with another name"),
        ));
    }
    let written = || -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
        file.write_all(bytes)?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    written().map_err(|error| {
        let failure = Failure::new(format!("{} cannot be written", path.display()));
        Error::new(Kind::Unexpected, failure.causes(Some(&error)))
    })
}
