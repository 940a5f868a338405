//! The environment as it was when the process started, and the list of variables that mean something.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use super::Terminal;

/// A variable that this program reads.
pub(crate) struct Variable {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it means.
    pub(crate) meaning: &'static str,
    /// What holds when it is unset.
    pub(crate) default: &'static str,
}

const fn variable(name: &'static str, meaning: &'static str, default: &'static str) -> Variable {
    Variable {
        name,
        meaning,
        default,
    }
}

/// All variables, for the documentation. A variable that is empty counts as unset.
pub(crate) const VARIABLES: &[Variable] = &[
    variable(
        "RUNPOD_API_KEY",
        "API key of RunPod.",
        "none; not needed with `--sandbox`",
    ),
    variable(
        "RUNPOD_API_BASE_URL",
        "Origin of RunPod's API.",
        "`https://api.runpod.io`",
    ),
    variable(
        "NORTHFLANK_API_TOKEN",
        "API token of Northflank; else `NF_API_TOKEN`.",
        "none; not needed with `--sandbox`",
    ),
    variable(
        "NORTHFLANK_API_BASE_URL",
        "Origin of Northflank's API; else `NF_API_HOST` or `NF_HOST`.",
        "`https://api.northflank.com`",
    ),
    variable(
        "NORTHFLANK_TEAM_ID",
        "Team to work in on Northflank, where the token reaches several.",
        "the token's own",
    ),
    variable(
        "SINDRI_CONFIG",
        "Configuration file; `--config` wins.",
        "search",
    ),
    variable(
        "SINDRI_PROVIDER",
        "Provider; `--provider` wins.",
        "`deployment.provider`",
    ),
    variable(
        "SINDRI_SANDBOX",
        "`true` (also `1`, `yes`, `on`, `y`) means `--sandbox`.",
        "unset",
    ),
    variable(
        "SINDRI_SANDBOX_TIME_SCALE",
        "How many times faster than real time the sandbox of `--sandbox` lives.",
        "1",
    ),
    variable(
        "SINDRI_SANDBOX_FAULTS",
        "Faults on order for the sandbox of `--sandbox`, with commas between them, as `sindri sandbox --fault` \
         takes them.",
        "none",
    ),
    variable(
        "SINDRI_DEPLOY_TIMEOUT_SECS",
        "How long `deploy` waits, in seconds; `--timeout` wins.",
        "600",
    ),
    variable(
        "SINDRI_POLL_INTERVAL_MS",
        "Pause between two looks at a deployment, in milliseconds.",
        "5000; 250 with `--sandbox`",
    ),
    variable(
        "SINDRI_CONNECT_TIMEOUT_MS",
        "Limit to open a connection, in milliseconds.",
        "10000",
    ),
    variable(
        "SINDRI_READ_TIMEOUT_MS",
        "Limit for each part of an answer, in milliseconds.",
        "30000",
    ),
    variable(
        "SINDRI_RETRY_DELAY_MS",
        "The first wait before a failed call is repeated is up to this, in milliseconds; each next one up to twice as long.",
        "500",
    ),
    variable(
        "VAULT_ADDR",
        "Address of Vault, for secrets of source `vault`. Plain `http` on this machine only.",
        "unset: such secrets cannot be read",
    ),
    variable(
        "VAULT_TOKEN",
        "Token for Vault.",
        "the login below, else `~/.vault-token`",
    ),
    variable(
        "VAULT_ROLE_ID",
        "Role of an AppRole login, with `VAULT_SECRET_ID`.",
        "unset",
    ),
    variable("VAULT_SECRET_ID", "Secret of an AppRole login.", "unset"),
    variable(
        "VAULT_K8S_ROLE",
        "Role of a login with the service account of the Kubernetes pod that this runs in.",
        "unset",
    ),
    variable(
        "VAULT_NAMESPACE",
        "Namespace of Vault.",
        "the root namespace",
    ),
    variable(
        "VAULT_TIMEOUT",
        "Limit for each answer of Vault, as seconds or as `500ms`, `30s`, `1m`; four times as long for a \
         call with its repetitions.",
        "30",
    ),
    variable(
        "VAULT_CACERT",
        "File of certificates in PEM form to check Vault's against, instead of the system's.",
        "unset",
    ),
    variable(
        "VAULT_SKIP_VERIFY",
        "`true`: Vault's certificate is not checked.",
        "`false`",
    ),
    variable(
        "SINDRI_LOG_LEVEL",
        "`error`, `warn`, `info`, `debug` or `trace`; `-v` and `-q` win.",
        "`warn`",
    ),
    variable(
        "RUST_LOG",
        "Log filter; dependencies never log below `info`.",
        "unset",
    ),
    variable("NO_COLOR", "Set to anything: no colour.", "unset"),
    variable(
        "SINDRI_NO_COLOR",
        "The same, for this program only.",
        "unset",
    ),
];

/// The environment as it was when the process started. Its `Debug` shows no value.
pub(crate) struct Environment {
    variables: BTreeMap<String, String>,
    /// Names of those whose value is not UTF-8: they are set, whatever they hold.
    unreadable: BTreeSet<String>,
    current_dir: PathBuf,
    terminal: Terminal,
}

impl Environment {
    /// Reads the environment of this process. Variables whose name is not UTF-8 are left out.
    pub(crate) fn of_process() -> Self {
        let (variables, unreadable) = sorted(std::env::vars_os());
        Self {
            variables,
            unreadable,
            // A removed directory is no reason to fail: absolute paths still work.
            current_dir: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            terminal: Terminal {
                stdin: std::io::stdin().is_terminal(),
                stdout: std::io::stdout().is_terminal(),
                stderr: std::io::stderr().is_terminal(),
            },
        }
    }

    /// A variable's value, unless it is empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Whether a variable is set to something that is not UTF-8.
    pub(crate) fn is_unreadable(&self, name: &str) -> bool {
        self.unreadable.contains(name)
    }

    /// The user's home directory.
    pub(crate) fn home(&self) -> Option<PathBuf> {
        self.get("HOME")
            .or_else(|| self.get("USERPROFILE"))
            .map(PathBuf::from)
    }

    pub(crate) fn current_dir(&self) -> &Path {
        &self.current_dir
    }

    pub(crate) fn terminal(&self) -> Terminal {
        self.terminal
    }

    #[cfg(test)]
    pub(crate) fn of_test(variables: &[(&str, &str)]) -> Self {
        Self::of_raw_test(
            variables
                .iter()
                .map(|(name, value)| (OsString::from(name), OsString::from(value))),
        )
    }

    #[cfg(test)]
    pub(crate) fn of_raw_test(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let (variables, unreadable) = sorted(variables);
        Self {
            variables,
            unreadable,
            current_dir: PathBuf::from("/project"),
            terminal: Terminal {
                stdin: false,
                stdout: false,
                stderr: false,
            },
        }
    }
}

/// The variables that are text, and the names of those that are not.
fn sorted(
    all: impl IntoIterator<Item = (OsString, OsString)>,
) -> (BTreeMap<String, String>, BTreeSet<String>) {
    let (mut variables, mut unreadable) = (BTreeMap::new(), BTreeSet::new());
    for (name, value) in all {
        let Ok(name) = name.into_string() else {
            continue;
        };
        match value.into_string() {
            Ok(value) => drop(variables.insert(name, value)),
            Err(_) => drop(unreadable.insert(name)),
        }
    }
    (variables, unreadable)
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}
