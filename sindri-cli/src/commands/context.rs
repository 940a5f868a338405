//! What every command has at hand.

use std::path::{Path, PathBuf};

use super::signal::Signals;
use crate::config::{Config, OtherProvider, Runpod, Target};
use crate::error::{Error, Failure, Result};
use crate::output::Printer;
use crate::plan::PublicKey;
use crate::provider::{self, Ledger};
use crate::settings::{CloudChoice, Settings};
use crate::state::Realm;

/// What every command has at hand.
pub(super) struct Context<'a> {
    pub(super) settings: &'a Settings,
    pub(super) printer: &'a Printer,
    /// What may be billing because of this run.
    pub(super) ledger: Ledger,
    /// Whom Ctrl-C concerns.
    pub(super) signals: Signals,
}

/// RunPod, and the sandbox that stands in for it, if one does.
pub(super) struct Cloud {
    pub(super) runpod: provider::Runpod,
    /// Ends when this is dropped.
    _sandbox: Option<::sandbox::Sandbox>,
}

/// Northflank, and the sandbox that stands in for it, if one does.
pub(super) struct NorthflankCloud {
    pub(super) northflank: provider::Northflank,
    /// Ends when this is dropped.
    _sandbox: Option<::sandbox::Sandbox>,
}

/// Key files of the user, best first.
const PUBLIC_KEYS: [&str; 3] = ["id_ed25519", "id_ecdsa", "id_rsa"];

impl Context<'_> {
    /// Which cloud a state belongs to.
    pub(super) fn realm(&self) -> Realm {
        match self.settings.cloud {
            CloudChoice::Real => Realm::Real,
            CloudChoice::Sandbox => Realm::Sandbox,
        }
    }

    /// Opens the way to RunPod for a command that is about no deployment. A sandbox then has nothing in it
    /// and forgets everything.
    pub(super) async fn cloud_without_file(&self) -> Result<Cloud> {
        self.open(None).await
    }

    /// The same where things are made that last: a sandbox keeps its state in this directory.
    pub(super) async fn cloud_here(&self) -> Result<Cloud> {
        let here = &self.settings.config.current_dir;
        self.open(Some(sandbox_state(here))).await
    }

    /// Opens the way to RunPod. A sandbox keeps its state beside `sindri.yaml`.
    pub(super) async fn cloud(&self, config: &Config) -> Result<Cloud> {
        self.open(Some(sandbox_state(&config.base_dir))).await
    }

    async fn open(&self, sandbox_state: Option<PathBuf>) -> Result<Cloud> {
        let (settings, pace) = (&self.settings.runpod, self.settings.pace);
        let sandbox = self.stand_in(sandbox_state).await?;
        let runpod = match &sandbox {
            None => provider::Runpod::new(settings, pace)?,
            Some(sandbox) => provider::Runpod::in_sandbox(settings, sandbox.url(), pace)?,
        };
        Ok(Cloud {
            runpod,
            _sandbox: sandbox,
        })
    }

    /// Opens the way to Northflank. A sandbox keeps its state beside `sindri.yaml`.
    pub(super) async fn northflank(&self, config: &Config) -> Result<NorthflankCloud> {
        self.open_northflank(Some(sandbox_state(&config.base_dir)))
            .await
    }

    /// As [`Self::cloud_without_file`].
    pub(super) async fn northflank_without_file(&self) -> Result<NorthflankCloud> {
        self.open_northflank(None).await
    }

    /// As [`Self::cloud_here`].
    pub(super) async fn northflank_here(&self) -> Result<NorthflankCloud> {
        let here = &self.settings.config.current_dir;
        self.open_northflank(Some(sandbox_state(here))).await
    }

    async fn open_northflank(&self, sandbox_state: Option<PathBuf>) -> Result<NorthflankCloud> {
        let (settings, pace) = (&self.settings.northflank, self.settings.pace);
        let sandbox = self.stand_in(sandbox_state).await?;
        let northflank = match &sandbox {
            None => provider::Northflank::new(settings, pace)?,
            Some(sandbox) => provider::Northflank::in_sandbox(settings, sandbox.url(), pace)?,
        };
        Ok(NorthflankCloud {
            northflank,
            _sandbox: sandbox,
        })
    }

    /// The sandbox, where one stands in for the providers.
    async fn stand_in(&self, state: Option<PathBuf>) -> Result<Option<::sandbox::Sandbox>> {
        match self.settings.cloud {
            CloudChoice::Real => Ok(None),
            CloudChoice::Sandbox => {
                let scale = self.settings.sandbox_time_scale;
                let options = super::sandbox::Options {
                    faults: self.settings.sandbox_faults.clone(),
                    ..super::sandbox::Options::quiet(state, scale)
                };
                let sandbox = super::sandbox::start(options).await?;
                self.printer
                    .say("in the sandbox: nothing is real here, and nothing bills");
                Ok(Some(sandbox))
            }
        }
    }

    /// The user's public SSH key.
    pub(super) fn public_key(&self) -> Option<PublicKey> {
        let home = self.settings.config.home.as_ref()?;
        PUBLIC_KEYS.iter().find_map(|name| {
            let text =
                std::fs::read_to_string(home.join(".ssh").join(format!("{name}.pub"))).ok()?;
            let line = text
                .lines()
                .find(|line| !line.trim().is_empty())?
                .trim()
                .to_owned();
            Some(PublicKey {
                file: format!("~/.ssh/{name}.pub"),
                line,
            })
        })
    }
}

/// Where the sandbox of this process keeps its state.
fn sandbox_state(directory: &Path) -> PathBuf {
    directory.join(".sindri").join("sandbox.json")
}

/// The RunPod settings of the file, or why this program cannot deploy it.
pub(super) fn runpod_target(config: &Config) -> Result<&Runpod> {
    match &config.target {
        Target::Runpod(runpod) => Ok(runpod),
        Target::Northflank(_) => Err(Error::usage(
            Failure::new("this command is about pods of RunPod, and sindri.yaml is for northflank")
                .help("`--provider runpod` overrides it"),
        )),
        Target::Other(other) => Err(not_ours(*other)),
    }
}

/// What every command but those about the file itself says to a provider that it does not deploy to.
pub(super) fn not_ours(other: OtherProvider) -> Error {
    let name = other.as_str();
    Error::usage(
        Failure::new(format!(
            "this program deploys to runpod and northflank, not to {name}"
        ))
        .help("the file is fine for the full Sindri; `--provider runpod` overrides it"),
    )
}
