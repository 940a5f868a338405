//! RunPod, through its SDK.

mod access;
mod apply;
mod convert;
mod create;
mod failure;
mod find;
mod logs;
mod observe;
mod orphans;
mod ready;
mod request;
mod volumes;

use secrecy::SecretString;

pub(crate) use runpod_sdk::wait::FirstLook;

use crate::checkpoint;
use crate::error::{Error, Failure, Kind, Result};
use crate::settings::{NoKey, Pace, PlainHttp, RunpodSettings, is_loopback};

pub(crate) use access::AccessSeen;
pub(crate) use apply::adopt_volume;
pub(crate) use find::Sight;
pub(crate) use orphans::made_for;
pub(crate) use volumes::VolumeWish;

/// The variable of every pod that names its deployment.
const MARKER: &str = "SINDRI_DEPLOYMENT_ID";

/// Where a key is made.
const KEYS_PAGE: &str = "https://www.runpod.io/console/user/settings";

/// RunPod, with a key.
pub(crate) struct Runpod {
    client: runpod_sdk::Client,
    pace: Pace,
}

impl Runpod {
    /// Connects to nothing yet: the first call does.
    ///
    /// # Errors
    ///
    /// No key that can be sent, or an address that is none.
    pub(crate) fn new(settings: &RunpodSettings, pace: Pace) -> Result<Self> {
        match &settings.api_key {
            Ok(key) => Self::with_key(settings, key.clone(), &settings.base_url, pace),
            Err(reason) => Err(no_key(*reason)),
        }
    }

    /// A sandbox takes any key.
    pub(crate) fn in_sandbox(
        settings: &RunpodSettings,
        base_url: &str,
        pace: Pace,
    ) -> Result<Self> {
        Self::with_key(settings, SecretString::from("sandbox"), base_url, pace)
    }

    fn with_key(
        settings: &RunpodSettings,
        key: SecretString,
        base_url: &str,
        pace: Pace,
    ) -> Result<Self> {
        let mut builder = runpod_sdk::Client::builder()
            .api_key(key)
            .base_url(base_url)
            .user_agent(concat!("sindri/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(settings.calls.connect_timeout)
            .read_timeout(settings.calls.read_timeout)
            .retry(runpod_sdk::RetryPolicy {
                base_delay: settings.calls.retry_delay,
                ..Default::default()
            })
            .observe(checkpoint::observed);
        if settings.calls.plain_http == PlainHttp::Anywhere {
            builder = builder.insecure_http();
        }
        if is_loopback(base_url) {
            // A proxy elsewhere cannot reach this machine's own loopback.
            builder = builder.configure_http(reqwest::ClientBuilder::no_proxy);
        }
        let client = builder.build().map_err(|error| {
            Error::usage(
                Failure::new("RunPod cannot be called with these settings")
                    .causes(Some(&error))
                    .help("look at RUNPOD_API_BASE_URL; `--insecure-http` allows plain http to another machine"),
            )
        })?;
        Ok(Self { client, pace })
    }

    /// The origin that ids belong to.
    pub(crate) fn origin(&self) -> &str {
        self.client.base_url()
    }
}

fn no_key(reason: NoKey) -> Error {
    let what = match reason {
        NoKey::Unset => "is not set",
        NoKey::Blank => "is blank",
        NoKey::Unsendable => "holds a space, a line break or another character that no key has",
        NoKey::NotText => "is not text: it holds bytes that are no UTF-8",
    };
    Error::new(
        Kind::Credentials,
        Failure::new(format!("RUNPOD_API_KEY {what}"))
            .help(format!(
                "make a key at {KEYS_PAGE}, then `export RUNPOD_API_KEY=…`"
            ))
            .help("`--sandbox` tries everything out without a key and without cost"),
    )
}
