//! Reading `sindri.yaml`, and telling what is wrong with it.

use std::path::Path;

use miette::GraphicalTheme;
use serde_json::{Value, json};

use super::context::Context;
use super::planning::Reach;
use crate::args::ValidateArgs;
use crate::config::{
    self, Config, ExtensionChoice, Finding, LoadError, LoadOptions, Loaded, Look, Search, Severity,
    Source, Target, Validation,
};
use crate::error::{Error, Failure, Kind, Result};
use crate::exit::Exit;
use crate::output::{Printer, ValidateReport};
use crate::plan::PlanError;
use crate::settings::Settings;

/// Columns that findings are wrapped at.
const WIDTH: usize = 100;

/// Keys about which the names shipped here can only guess: once the catalog was asked, a guess is noise.
const DECIDED_BY_CATALOG: [&str; 2] = ["providers.runpod.gpuType", "providers.runpod.region"];

/// The directory for settings of the whole machine.
const SYSTEM: &str = "/etc/sindri";

/// `config validate`: every finding, whatever the provider.
pub(super) fn validate(
    args: &ValidateArgs,
    settings: &Settings,
    printer: &Printer,
) -> Result<Exit> {
    let loaded = load_and_tell(settings, printer, args.file.as_deref())?;
    let config = &loaded.config;
    let report = ValidateReport {
        file: loaded.source.name().to_owned(),
        valid: true,
        name: config.name.clone(),
        provider: config.target.provider(),
        profile: match &config.extensions.choice {
            ExtensionChoice::Profile { name, .. } => Some(name.clone()),
            ExtensionChoice::Active(_) => None,
        },
        findings: loaded
            .findings
            .iter()
            .map(|finding| document(finding, &loaded.source))
            .collect(),
    };
    printer.report("config validate", &report);
    Ok(Exit::Done)
}

/// A usable configuration for any provider, with everything said that is to be said about it.
pub(super) fn load_and_tell(
    settings: &Settings,
    printer: &Printer,
    file: Option<&Path>,
) -> Result<Loaded> {
    let loaded = load(settings, printer, file, Validation::Strict)?;
    show(&loaded.findings, &loaded.source, printer);
    if let Target::Other(other) = &loaded.config.target {
        printer.warn(&format!(
            "this program deploys to runpod and northflank, not to {}; the file is fine for the full \
             Sindri",
            other.as_str()
        ));
    }
    Ok(loaded)
}

impl Context<'_> {
    /// The configuration with its warnings, which are not shown yet.
    pub(super) fn load(&self, validation: Validation) -> Result<Loaded> {
        load(self.settings, self.printer, None, validation)
    }

    /// The configuration for a command that only needs to know which deployment is meant.
    pub(super) fn load_quietly(&self) -> Result<Config> {
        Ok(self.load(Validation::Strict)?.config)
    }

    /// The file, for a command that works without one: whose provider it is about is all that counts. One that
    /// is there and cannot be read is a mistake all the same: it may be about another provider than the usual one.
    pub(super) fn file_if_any(&self) -> Result<Option<Config>> {
        match read(self.settings, None, Validation::Lenient) {
            Ok(loaded) => Ok(Some(loaded.config)),
            Err(LoadError::NotFound { .. }) => Ok(None),
            // A misspelt one must not pass for the usual one.
            Err(error @ LoadError::UnknownProvider { .. }) => Err(not_loaded(error, self.printer)),
            // Which provider is meant was said.
            Err(_) if self.settings.provider.is_some() => Ok(None),
            Err(error) => Err(not_loaded(error, self.printer)),
        }
    }

    /// Whether such a command is about Northflank. Which provider is asked is said where nobody has named it.
    ///
    /// # Errors
    ///
    /// The one that was named is neither of the two: these commands make and delete what bills.
    pub(super) fn is_about_northflank(&self, file: Option<&Config>) -> Result<bool> {
        let named = match file {
            Some(config) => Some(config.target.provider()),
            None => self.settings.provider.as_deref(),
        };
        match named {
            Some("northflank") => Ok(true),
            Some("runpod") => Ok(false),
            Some(other) => Err(Error::usage(
                Failure::new(format!("there is nothing to ask {other} about from here"))
                    .help("`--provider runpod` or `--provider northflank` says whose is meant"),
            )),
            None => {
                self.printer.say(
                    "there is no sindri.yaml here, and no `--provider`: this is about RunPod; `--provider \
                     northflank` asks Northflank",
                );
                Ok(false)
            }
        }
    }

    /// Shows what is to be said about a usable configuration.
    pub(super) fn announce(&self, loaded: &Loaded, reach: Reach) {
        let decided = |finding: &Finding| match reach {
            Reach::Online => DECIDED_BY_CATALOG.contains(&finding.path.as_str()),
            Reach::Offline => false,
        };
        let shown: Vec<Finding> = loaded
            .findings
            .iter()
            .filter(|finding| !decided(finding))
            .cloned()
            .collect();
        show(&shown, &loaded.source, self.printer);
    }

    /// A mistake that only the catalog could tell is shown like one in the file.
    pub(super) fn plan_failed(&self, error: PlanError, config: &Config) -> Error {
        match error {
            PlanError::Config {
                path,
                message,
                label,
                help,
            } => {
                let mut finding = config
                    .origins
                    .finding(Severity::Error, &path, message)
                    .label(label);
                finding.help = help;
                let source = config.origins.source();
                refuse(&[finding], source, self.printer)
            }
            PlanError::NoStock {
                message,
                details,
                help,
            } => Error::new(
                Kind::Provider,
                Failure {
                    details,
                    help,
                    ..Failure::new(message)
                },
            ),
        }
    }
}

fn load(
    settings: &Settings,
    printer: &Printer,
    file: Option<&Path>,
    validation: Validation,
) -> Result<Loaded> {
    read(settings, file, validation).map_err(|error| not_loaded(error, printer))
}

fn not_loaded(error: LoadError, printer: &Printer) -> Error {
    match error {
        LoadError::Invalid { findings, text } => refuse(&findings, &text, printer),
        error => {
            Error::usage(Failure::new(error.to_string()).causes(std::error::Error::source(&error)))
        }
    }
}

/// The configuration, or why there is none. Says nothing.
pub(super) fn read(
    settings: &Settings,
    file: Option<&Path>,
    validation: Validation,
) -> std::result::Result<Loaded, LoadError> {
    let location = &settings.config;
    config::load(LoadOptions {
        search: Search {
            option: file.or(location.option.as_deref()),
            variable: location.variable.as_deref(),
            current_dir: &location.current_dir,
            home: location.home.as_deref(),
            system: Some(Path::new(SYSTEM)),
        },
        provider: settings.provider.as_deref(),
        validation,
    })
}

/// Shows findings of which at least one is an error.
fn refuse(findings: &[Finding], source: &Source, printer: &Printer) -> Error {
    show(findings, source, printer);
    Error::Findings {
        path: source.name().to_owned(),
        count: findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .count(),
        findings: findings
            .iter()
            .map(|finding| document(finding, source))
            .collect(),
    }
}

/// Draws findings with the lines they are about.
fn show(findings: &[Finding], source: &Source, printer: &Printer) {
    let shown: Vec<Finding> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error || printer.talks())
        .cloned()
        .collect();
    if shown.is_empty() {
        return;
    }
    let theme = if printer.colours_talk() {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    printer.drawn(&config::render(
        &shown,
        source,
        &Look {
            theme,
            width: WIDTH,
        },
    ));
}

/// A finding for programs.
fn document(finding: &Finding, source: &Source) -> Value {
    let place = source.place(finding.span);
    json!({
        "severity": finding.severity,
        "path": finding.path,
        "file": source.name(),
        "line": place.line,
        "column": place.column,
        "message": finding.message,
        "help": finding.help,
    })
}
