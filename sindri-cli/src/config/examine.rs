//! From text to model, without touching the file system.

use std::path::PathBuf;

use super::check::check;
use super::diagnostic::{Finding, Severity};
use super::findings::Findings;
use super::model::Config;
use super::resolve::{Input, resolve};
use super::source::Source;
use super::tree;

/// How findings count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Validation {
    /// Errors are errors.
    #[default]
    Strict,
    /// Errors count as warnings, except where no value can be made of what is written.
    Lenient,
}

/// What to read a text as.
#[derive(Debug, Clone)]
pub struct Examination {
    /// The path of the file, for the model.
    pub path: PathBuf,
    /// The directory that relative paths in the file start from.
    pub base_dir: PathBuf,
    /// Overrides the provider of the file. Must be a provider of the format.
    pub provider: Option<String>,
    /// How findings count.
    pub validation: Validation,
}

/// What came out of a text.
#[derive(Debug, Clone)]
pub struct Examined {
    /// The model, unless a finding is an error.
    pub config: Option<Config>,
    /// All findings, in the order of the text.
    pub findings: Vec<Finding>,
}

/// Reads, checks and resolves a text. Never fails: what is wrong is in the findings.
pub fn examine(source: &Source, how: Examination) -> Examined {
    let mut findings = Findings::default();
    let config = tree::read(source, &mut findings).and_then(|tree| {
        let provider = how.provider.as_deref();
        let values = check(source, &tree, provider, &mut findings)?;
        let input = Input {
            source,
            path: how.path,
            base_dir: how.base_dir,
            provider,
        };
        resolve(&values, input, &mut findings)
    });
    let mut findings = findings.into_sorted();
    if how.validation == Validation::Lenient {
        for finding in &mut findings {
            finding.overrule();
        }
    }
    let is_valid = findings
        .iter()
        .all(|finding| finding.severity < Severity::Error);
    Examined {
        config: config.filter(|_| is_valid),
        findings,
    }
}
