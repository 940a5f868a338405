//! `config init`, `config show`, `config schema` and `config providers`.

use std::io::Write as _;
use std::path::Path;

use super::load::load_and_tell;
use crate::args::InitArgs;
use crate::config::{Canonical, OtherProvider, Template, json_schema, name_from};
use crate::error::{Error, Failure, Kind, Result};
use crate::exit::Exit;
use crate::output::{
    ConfigReport, InitReport, Printer, ProviderRow, ProvidersReport, SchemaReport,
};
use crate::settings::Settings;
use crate::state::keep_out_of_git;

/// Where editors find the schema, beside the file.
const SCHEMA: &str = ".sindri/sindri.schema.json";

/// The name is that of the project as well, and both have to take it.
const NORTHFLANK_LENGTH: std::ops::RangeInclusive<usize> = 3..=39;

/// Writes a first file that validates, and the schema beside it.
pub(super) fn init(args: &InitArgs, settings: &Settings, printer: &Printer) -> Result<Exit> {
    let path = settings.config.current_dir.join(&args.output);
    if path.exists() && !args.force {
        return Err(Error::usage(
            Failure::new(format!("{} is there already", args.output.display()))
                .help("`--force` replaces it, `--output` takes another name"),
        ));
    }
    let provider = settings.provider.as_deref().unwrap_or("runpod");
    let name = match &args.name {
        Some(name) => name.clone(),
        None => name_of(&settings.config.current_dir, provider)?,
    };
    if name_from(&name).as_deref() != Some(name.as_str()) {
        return Err(Error::usage(
            Failure::new(format!("`{name}` is no name for a deployment")).help(
                "write lower-case letters, digits and hyphens, starting with a letter: `my-project`",
            ),
        ));
    }
    fits(&name, provider)?;
    if !matches!(provider, "runpod" | "northflank") {
        return Err(Error::usage(
            Failure::new(format!(
                "this program writes files for runpod and northflank, not for {provider}"
            ))
            .help("leave `--provider` out for runpod"),
        ));
    }
    let template = Template {
        name: &name,
        provider,
        profile: &args.profile,
        distro: args.distro.as_deref(),
        schema: SCHEMA,
    };
    let directory = path.parent().unwrap_or(&settings.config.current_dir);
    let schema = directory.join(SCHEMA);
    write(&schema, &schema_text())?;
    keep_out_of_git(schema.parent().unwrap_or(directory))
        .map_err(|error| cannot_write(&schema.with_file_name(".gitignore"), &error))?;
    write(&path, &template.text())?;
    printer.report(
        "config init",
        &InitReport {
            file: args.output.display().to_string(),
            schema: schema.display().to_string(),
            name: name.clone(),
            provider: provider.to_owned(),
        },
    );
    Ok(Exit::Done)
}

/// Northflank is stricter about names than the format.
fn fits(name: &str, provider: &str) -> Result<()> {
    if provider != "northflank" || NORTHFLANK_LENGTH.contains(&name.len()) {
        return Ok(());
    }
    Err(Error::usage(
        Failure::new(format!(
            "`{name}` cannot name a project and a service of Northflank"
        ))
        .help(format!(
            "write `--name` with {} to {} characters",
            NORTHFLANK_LENGTH.start(),
            NORTHFLANK_LENGTH.end()
        )),
    ))
}

fn name_of(directory: &Path, provider: &str) -> Result<String> {
    let folder = directory.file_name().and_then(|name| name.to_str());
    let name = folder.and_then(name_from).map(|mut name| {
        if provider == "northflank" {
            name.truncate(*NORTHFLANK_LENGTH.end());
            name.truncate(name.trim_end_matches('-').len());
        }
        name
    });
    name.ok_or_else(|| {
        Error::usage(
            Failure::new("no name can be made of this directory's name")
                .help("write `--name my-project`"),
        )
    })
}

/// Puts a file in its place at once, so that nothing half written is ever there.
fn write(path: &Path, text: &str) -> Result<()> {
    let written = || -> std::io::Result<()> {
        let directory = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(directory)?;
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        file.write_all(text.as_bytes())?;
        readable(&file)?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    written().map_err(|error| cannot_write(path, &error))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Error {
    let failure = Failure::new(format!("{} cannot be written", path.display()));
    Error::new(Kind::Unexpected, failure.causes(Some(error)))
}

/// Temporary files are their owner's alone; these are no secret.
#[cfg(unix)]
fn readable(file: &tempfile::NamedTempFile) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.as_file()
        .set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_file: &tempfile::NamedTempFile) -> std::io::Result<()> {
    Ok(())
}

fn schema_text() -> String {
    format!("{:#}\n", json_schema())
}

/// Shows the file as it is understood.
pub(super) fn show(settings: &Settings, printer: &Printer) -> Result<Exit> {
    let loaded = load_and_tell(settings, printer, None)?;
    let canonical = Canonical::of(&loaded.config);
    let failed = |error: &dyn std::error::Error| {
        Error::unexpected("the configuration cannot be written as text", error)
    };
    let report = ConfigReport {
        file: loaded.source.name().to_owned(),
        yaml: canonical.yaml().map_err(|error| failed(&error))?,
        config: serde_json::to_value(&canonical).map_err(|error| failed(&error))?,
    };
    printer.report("config show", &report);
    Ok(Exit::Done)
}

/// Prints the JSON Schema of `sindri.yaml`.
pub(super) fn schema(printer: &Printer) -> Exit {
    printer.report(
        "config schema",
        &SchemaReport {
            schema: json_schema(),
        },
    );
    Exit::Done
}

/// Lists the providers of the format.
pub(super) fn providers(printer: &Printer) -> Exit {
    let ours = [
        ProviderRow {
            name: "runpod",
            description: "GPU and CPU pods, billed by the second",
            gpu: true,
            deploys: "yes",
        },
        ProviderRow {
            name: "northflank",
            description: "services and volumes with GPUs",
            gpu: true,
            deploys: "yes",
        },
    ];
    let others = OtherProvider::ALL.into_iter().map(|other| {
        let (description, gpu) = about(other);
        ProviderRow {
            name: other.as_str(),
            description,
            gpu,
            deploys: "no: the full Sindri does",
        }
    });
    let providers = ours.into_iter().chain(others).collect();
    printer.report("config providers", &ProvidersReport { providers });
    Exit::Done
}

/// What a provider is, and whether it has GPUs.
fn about(other: OtherProvider) -> (&'static str, bool) {
    match other {
        OtherProvider::Docker | OtherProvider::DockerCompose => {
            ("containers of this machine", false)
        }
        OtherProvider::Fly => ("Fly.io machines", true),
        OtherProvider::Devpod => ("DevPod workspaces", true),
        OtherProvider::E2b => ("E2B sandboxes", false),
        OtherProvider::Kubernetes => ("Kubernetes clusters", true),
        OtherProvider::Packer => ("machine images", false),
    }
}
