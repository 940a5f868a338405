//! Reads a configuration file from disk.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::diagnostic::{Finding, Severity};
use super::examine::{Examination, Examined, Validation, examine};
use super::fields::PROVIDERS;
use super::find::Search;
use super::model::Config;
use super::source::Source;
use super::suggest;

/// The largest file read, in bytes. Real files have a few hundred lines.
const LARGEST: u64 = 1024 * 1024;

/// What to load.
#[derive(Debug, Clone, Copy)]
pub struct LoadOptions<'o> {
    /// Where to look for the file.
    pub search: Search<'o>,
    /// `--provider` or `SINDRI_PROVIDER`: overrides the provider of the file.
    pub provider: Option<&'o str>,
    /// `Lenient` for `--skip-validation`.
    pub validation: Validation,
}

/// A file that can be used.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The model.
    pub config: Config,
    /// Warnings and notes, in the order of the file.
    pub findings: Vec<Finding>,
    /// The text, for showing them.
    pub source: Source,
}

/// Why there is no configuration. Every kind ends with exit code 2.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// No file in any of the usual places.
    #[error("there is no sindri.yaml here, in a directory above, or in {}", places(.searched))]
    NotFound {
        /// The directories looked at, in order.
        searched: Vec<PathBuf>,
    },
    /// The file cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The path as shown.
        path: String,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// The file is not a text of sensible size.
    #[error("{path} {problem}")]
    NotText {
        /// The path as shown.
        path: String,
        /// What it is instead.
        problem: String,
    },
    /// `--provider` names no provider of the format.
    #[error("there is no provider `{given}`: {hint}")]
    UnknownProvider {
        /// The name given.
        given: String,
        /// A near name and the full list.
        hint: String,
    },
    /// The file holds errors.
    #[error("{} {}", text.name(), summary(.findings))]
    Invalid {
        /// All findings, warnings too, in the order of the file.
        findings: Vec<Finding>,
        /// The text, for showing them.
        text: Source,
    },
}

/// Finds, reads, checks and resolves a configuration file.
///
/// # Errors
///
/// Every [`LoadError`]. `Invalid` holds all that is wrong with the file, not only the first mistake.
pub fn load(options: LoadOptions<'_>) -> Result<Loaded, LoadError> {
    if let Some(given) = options.provider
        && !PROVIDERS.contains(&given)
    {
        return Err(unknown_provider(given));
    }
    let search = options.search;
    let path = search
        .find()
        .map_err(|searched| LoadError::NotFound { searched })?;
    let shown = search.shown(&path);
    let source = Source::new(shown.clone(), read(&path, &shown)?);
    let examination = Examination {
        base_dir: path.parent().unwrap_or(Path::new("/")).to_path_buf(),
        path,
        provider: options.provider.map(str::to_owned),
        validation: options.validation,
    };
    let Examined { config, findings } = examine(&source, examination);
    match config {
        Some(config) => Ok(Loaded {
            config,
            findings,
            source,
        }),
        None => Err(LoadError::Invalid {
            findings,
            text: source,
        }),
    }
}

fn read(path: &Path, shown: &str) -> Result<String, LoadError> {
    let unreadable = |source| LoadError::Unreadable {
        path: shown.to_owned(),
        source,
    };
    let not_text = |problem: String| LoadError::NotText {
        path: shown.to_owned(),
        problem,
    };
    if path.is_dir() {
        return Err(not_text("is a directory: name the file in it".to_owned()));
    }
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that just fits from one that does not.
    file.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(not_text(
            "is larger than 1 MiB: this cannot be the file meant".to_owned(),
        ));
    }
    // With its mark, or with a NUL beside the first letter.
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=255, ..] | [1..=255, 0, ..] =
        bytes.as_slice()
    {
        return Err(not_text("is UTF-16: save it as UTF-8".to_owned()));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..valid).unwrap_or_default();
        let line = before.split(|byte| *byte == b'\n').count();
        not_text(format!(
            "is not UTF-8 text, first on line {line}: save it as UTF-8"
        ))
    })?;
    // A byte order mark says nothing in UTF-8, and would shift the columns of the first line.
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

fn unknown_provider(given: &str) -> LoadError {
    let all = suggest::list(PROVIDERS.iter().copied(), "and");
    let hint = match suggest::nearest(given, PROVIDERS.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? There are {all}"),
        None => format!("there are {all}"),
    };
    LoadError::UnknownProvider {
        given: given.to_owned(),
        hint,
    }
}

fn places(searched: &[PathBuf]) -> String {
    // The directories above are said in words; what is left are those of the user and the machine.
    let named: Vec<String> = searched
        .iter()
        .rev()
        .take_while(|place| place.ends_with("sindri"))
        .map(|place| place.display().to_string())
        .collect();
    let named: Vec<&str> = named.iter().rev().map(String::as_str).collect();
    if named.is_empty() {
        "any other place".to_owned()
    } else {
        named.join(" or ")
    }
}

fn summary(findings: &[Finding]) -> String {
    let errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    match errors {
        1 => "has 1 error".to_owned(),
        _ => format!("has {errors} errors"),
    }
}
