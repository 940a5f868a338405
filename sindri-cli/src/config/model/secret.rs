//! Entries of the `secrets` list. They say where a value comes from, never what it is.

use serde::Serialize;

/// One value to inject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SecretSpec {
    /// Name of the environment variable.
    pub name: String,
    /// Whether a missing value stops a deployment.
    pub required: bool,
    /// Where the value comes from.
    pub source: SecretSource,
}

/// Where a secret comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretSource {
    /// The environment, then `.env.local`, then `.env`, then the file named here.
    Env {
        /// Path whose trimmed content is the value; `~` and variables not yet expanded.
        from_file: Option<String>,
    },
    /// A file to be placed in the container. Northflank does; RunPod takes no files.
    File {
        /// Source path as written, relative to the configuration file.
        path: String,
        /// Absolute path in the container.
        mount_path: String,
        /// Octal permissions as written, such as `0644`.
        permissions: String,
    },
    /// A key in Vault, engine KV version 2.
    Vault {
        /// Path below the mount, without a leading `<mount>/` or `data/`.
        path: String,
        /// Key in the secret.
        key: String,
        /// Mount of the engine.
        mount: String,
    },
    /// An object in S3. Not supported yet: an error at validation.
    S3 {
        /// Object path or `s3://bucket/key`.
        path: String,
    },
}
