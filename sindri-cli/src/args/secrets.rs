//! `secrets …`.

use std::convert::Infallible;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use secrecy::SecretString;

#[derive(Debug, Subcommand)]
pub(crate) enum SecretsCommand {
    /// Look every secret up and show where it was found. Asks Vault, and no provider
    Validate(SecretsValidateArgs),
    /// List the secrets and where they are looked for; reads and asks nothing
    List(SecretsListArgs),
    /// Show what works of Vault: the way there, its state, the token
    TestVault(TestVaultArgs),
    /// Print a file as base64, so that it fits a variable
    EncodeFile(EncodeFileArgs),
    /// Refused for now, whatever follows: secrets in S3 are not supported
    #[command(disable_help_flag = true)]
    S3(S3Args),
}

#[derive(Debug, Args)]
pub(crate) struct SecretsValidateArgs {
    /// Show the values on standard output
    #[arg(long)]
    pub(crate) show_values: bool,
    /// Read secrets from this file instead of .env.local and .env; relative to sindri.yaml
    #[arg(long, value_name = "PATH")]
    pub(crate) env_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SecretsListArgs {
    /// Only those of this source
    #[arg(long, short, value_enum)]
    pub(crate) source: Option<SecretKind>,
}

/// Kind of source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SecretKind {
    /// The environment and `.env` files
    Env,
    /// A file to be placed
    File,
    /// A KV engine of Vault
    Vault,
    /// An object in S3
    S3,
}

#[derive(Debug, Args)]
pub(crate) struct TestVaultArgs {
    /// Address of Vault; else `VAULT_ADDR`
    #[arg(long, value_name = "URL")]
    pub(crate) address: Option<String>,
    /// Token for Vault; else as for a deployment. Other users of this machine can read it here: `VAULT_TOKEN`
    /// is better
    #[arg(long, value_parser = hidden)]
    pub(crate) token: Option<SecretString>,
}

#[derive(Debug, Args)]
pub(crate) struct EncodeFileArgs {
    /// File to encode, up to 1 MiB
    pub(crate) file: PathBuf,
    /// Write it to this file, which only its owner can read, instead of standard output
    #[arg(long, short, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
    /// End with a line break
    #[arg(long)]
    pub(crate) newline: bool,
}

/// Whatever was typed: all of it gets the same answer.
#[derive(Args)]
pub(crate) struct S3Args {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    rest: Vec<OsString>,
}

impl S3Args {
    /// Whether an option that every command takes is among it.
    pub(super) fn asks_for_json(&self) -> bool {
        self.rest.iter().any(|word| word == "--json")
    }
}

/// It may hold the value of a secret.
impl std::fmt::Debug for S3Args {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "S3Args({} words)", self.rest.len())
    }
}

/// The `Debug` of arguments shows no token.
#[expect(clippy::unnecessary_wraps, reason = "the form of a parser of clap")]
fn hidden(text: &str) -> Result<SecretString, Infallible> {
    Ok(text.into())
}

impl SecretsCommand {
    /// Its name, as in JSON documents.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Validate(_) => "secrets validate",
            Self::List(_) => "secrets list",
            Self::TestVault(_) => "secrets test-vault",
            Self::EncodeFile(_) => "secrets encode-file",
            Self::S3(_) => "secrets s3",
        }
    }
}
