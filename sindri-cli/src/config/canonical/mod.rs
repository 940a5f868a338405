//! The file as it was understood: every default written out, every key in its canonical spelling.
//!
//! It is a file of the format itself, and says the same as the one it was made from. Of secrets it says where
//! they come from, never what they are. Keys without an effect here are left out.

mod northflank;
mod runpod;
mod shared;

use serde::Serialize;

use super::model::{Config, SecretSource, SecretSpec, Target};
use shared::{Deployment, Extensions};

/// A file of the format with every default written out.
#[derive(Debug, Serialize)]
pub struct Canonical<'c> {
    version: &'c str,
    name: &'c str,
    deployment: Deployment<'c>,
    extensions: Extensions<'c>,
    secrets: Vec<Secret<'c>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    providers: Option<Provider<'c>>,
}

/// The block of the chosen provider.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Provider<'c> {
    Runpod(runpod::Block<'c>),
    Northflank(northflank::Block<'c>),
}

/// An entry of `secrets`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Secret<'c> {
    name: &'c str,
    #[serde(flatten)]
    source: Source<'c>,
    required: bool,
}

#[derive(Debug, Serialize)]
#[serde(
    tag = "source",
    rename_all = "lowercase",
    rename_all_fields = "camelCase"
)]
enum Source<'c> {
    Env {
        #[serde(skip_serializing_if = "Option::is_none")]
        from_file: Option<&'c str>,
    },
    File {
        path: &'c str,
        mount_path: &'c str,
        permissions: &'c str,
    },
    Vault {
        vault_path: &'c str,
        vault_key: &'c str,
        vault_mount: &'c str,
    },
    S3 {
        #[serde(rename = "s3Path")]
        path: &'c str,
    },
}

impl<'c> Canonical<'c> {
    /// The file that says what this configuration is.
    pub fn of(config: &'c Config) -> Self {
        Self {
            version: &config.version,
            name: &config.name,
            deployment: Deployment::of(config),
            extensions: Extensions::of(&config.extensions),
            secrets: config.secrets.iter().map(Secret::of).collect(),
            providers: match &config.target {
                Target::Runpod(pod) => Some(Provider::Runpod(runpod::Block::of(pod))),
                Target::Northflank(service) => {
                    Some(Provider::Northflank(northflank::Block::of(service)))
                }
                // Its block is for another program, and was not read.
                Target::Other(_) => None,
            },
        }
    }

    /// As YAML.
    ///
    /// # Errors
    ///
    /// What the YAML library says; there is no value here that YAML cannot hold.
    pub fn yaml(&self) -> Result<String, serde_saphyr::ser::Error> {
        serde_saphyr::to_string(self)
    }
}

impl<'c> Secret<'c> {
    fn of(secret: &'c SecretSpec) -> Self {
        Self {
            name: &secret.name,
            required: secret.required,
            source: match &secret.source {
                SecretSource::Env { from_file } => Source::Env {
                    from_file: from_file.as_deref(),
                },
                SecretSource::File {
                    path,
                    mount_path,
                    permissions,
                } => Source::File {
                    path,
                    mount_path,
                    permissions,
                },
                SecretSource::Vault { path, key, mount } => Source::Vault {
                    vault_path: path,
                    vault_key: key,
                    vault_mount: mount,
                },
                SecretSource::S3 { path } => Source::S3 { path },
            },
        }
    }
}
