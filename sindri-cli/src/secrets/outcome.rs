//! What looking up the secrets came to.

use std::collections::BTreeSet;

use crate::config::SecretSource;
use crate::masked::{Masked, Variables};

/// What looking up the whole list came to.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    /// Every secret, in the order of the file.
    pub(crate) entries: Vec<Entry>,
    /// What is to be said about the places that were looked in.
    pub(crate) warnings: Vec<String>,
    /// The `.env` files that were read, in the order in which they win.
    pub(crate) files: Vec<String>,
}

/// One secret.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its name.
    pub(crate) name: String,
    /// Where its value is to come from.
    pub(crate) source: SecretSource,
    /// Whether a deployment cannot do without.
    pub(crate) required: bool,
    /// What was found.
    pub(crate) outcome: Outcome,
}

/// What looking up one secret came to. Reasons are one line and hold no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// There is a value.
    Found {
        value: Masked,
        /// Where, in words.
        place: String,
    },
    /// There is none.
    Missing(String),
    /// Nobody knows: the place could not be read.
    Unread(String),
}

/// What a deployment is given.
#[derive(Debug, Default)]
pub(crate) struct Values {
    /// Values of variables by name.
    pub(crate) variables: Variables,
    /// Texts of files by their path in the container.
    pub(crate) files: Variables,
    /// Optional secrets whose place could not be read, by name or path. What a deployment has of them it
    /// keeps: taking them away because of an outage would restart it.
    pub(crate) unread: BTreeSet<String>,
}

impl Values {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.variables.len() + self.files.len()
    }
}

impl Outcome {
    /// Why there is no value.
    pub(crate) fn reason(&self) -> Option<&str> {
        match self {
            Self::Found { .. } => None,
            Self::Missing(reason) | Self::Unread(reason) => Some(reason),
        }
    }
}

impl Resolved {
    /// The required secrets without a value, and why. A deployment must not go on with any.
    pub(crate) fn lacking(&self) -> impl Iterator<Item = (&Entry, &str)> {
        let required = self.entries.iter().filter(|entry| entry.required);
        required.filter_map(|entry| Some((entry, entry.outcome.reason()?)))
    }

    /// The optional secrets without a value, and why.
    pub(crate) fn left_out(&self) -> impl Iterator<Item = (&Entry, &str)> {
        let optional = self.entries.iter().filter(|entry| !entry.required);
        optional.filter_map(|entry| Some((entry, entry.outcome.reason()?)))
    }

    /// What a deployment is given.
    pub(crate) fn values(&self) -> Values {
        let mut given = Values::default();
        for entry in &self.entries {
            let (name, kind) = match &entry.source {
                SecretSource::File { mount_path, .. } => (mount_path.clone(), &mut given.files),
                SecretSource::Env { .. } | SecretSource::Vault { .. } | SecretSource::S3 { .. } => {
                    (entry.name.clone(), &mut given.variables)
                }
            };
            match &entry.outcome {
                Outcome::Found { value, .. } => {
                    kind.insert(name, value.clone());
                }
                Outcome::Missing(_) => {}
                Outcome::Unread(_) => {
                    given.unread.insert(name);
                }
            }
        }
        given
    }
}
