//! Northflank, through its SDK.

mod access;
mod apply;
mod convert;
mod failure;
mod find;
mod lost;
mod observe;
mod orphans;
mod ready;
mod remove;
mod request;
mod start;
mod streams;
mod volumes;

use secrecy::SecretString;

use crate::checkpoint;
use crate::error::{Error, Failure, Kind, Result};
use crate::settings::{NoKey, NorthflankSettings, Pace, PlainHttp, is_loopback};

pub(crate) use access::{AreaSeen, Reading, TokenAccess, TokenSeen};
pub(crate) use apply::AppliedService;
pub(crate) use find::{Names, ServiceSight};
pub(crate) use start::Start;
pub(crate) use streams::{ServiceAt, explain_stream};
pub(crate) use volumes::{ProjectVolume, ProjectVolumeWish};

/// Where a token is made.
const TOKENS_PAGE: &str = "https://app.northflank.com/s/account/settings/api";

/// Northflank, with a token.
pub(crate) struct Northflank {
    client: northflank_sdk::Client,
    /// Origin, and the team where one is named: what ids belong to.
    origin: String,
    pace: Pace,
}

impl Northflank {
    /// Connects to nothing yet: the first call does.
    ///
    /// # Errors
    ///
    /// No token that can be sent, or an address that is none.
    pub(crate) fn new(settings: &NorthflankSettings, pace: Pace) -> Result<Self> {
        match &settings.api_token {
            Ok(token) => Self::with_token(settings, token.clone(), &settings.base_url, pace),
            Err(reason) => Err(no_token(*reason)),
        }
    }

    /// A sandbox takes any token.
    pub(crate) fn in_sandbox(
        settings: &NorthflankSettings,
        base_url: &str,
        pace: Pace,
    ) -> Result<Self> {
        Self::with_token(settings, SecretString::from("sandbox"), base_url, pace)
    }

    fn with_token(
        settings: &NorthflankSettings,
        token: SecretString,
        base_url: &str,
        pace: Pace,
    ) -> Result<Self> {
        let mut builder = northflank_sdk::Client::builder()
            .token(token)
            .base_url(base_url)
            .user_agent(concat!("sindri/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(settings.calls.connect_timeout)
            .read_timeout(settings.calls.read_timeout)
            .retry(northflank_sdk::RetryPolicy {
                base_delay: settings.calls.retry_delay,
                ..Default::default()
            })
            .observe(checkpoint::observed);
        if let Some(team) = &settings.team {
            builder = builder.team(team.as_str());
        }
        if settings.calls.plain_http == PlainHttp::Anywhere {
            builder = builder.insecure_http();
        }
        if is_loopback(base_url) {
            // A proxy elsewhere cannot reach this machine's own loopback.
            #[expect(
                clippy::redundant_closure_for_method_calls,
                reason = "the type's name would need another dependency"
            )]
            let direct = builder.configure_http(|http| http.no_proxy());
            builder = direct;
        }
        let client = builder.build().map_err(|error| {
            Error::usage(
                Failure::new("Northflank cannot be called with these settings")
                    .causes(Some(&error))
                    .help("look at NORTHFLANK_API_BASE_URL and NORTHFLANK_TEAM_ID")
                    .help("`--insecure-http` allows plain http to another machine"),
            )
        })?;
        let origin = match &settings.team {
            Some(team) => format!("{}/teams/{team}", client.base_url()),
            None => client.base_url().to_owned(),
        };
        Ok(Self {
            client,
            origin,
            pace,
        })
    }

    /// What ids belong to.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }
}

fn no_token(reason: NoKey) -> Error {
    let what = match reason {
        NoKey::Unset => "is not set",
        NoKey::Blank => "is blank",
        NoKey::Unsendable => "holds a space, a line break or another character that no token has",
        NoKey::NotText => "is not text: it holds bytes that are no UTF-8",
    };
    Error::new(
        Kind::Credentials,
        Failure::new(format!("NORTHFLANK_API_TOKEN {what}"))
            .help(format!(
                "make a token at {TOKENS_PAGE}, then `export NORTHFLANK_API_TOKEN=…`"
            ))
            .help("`--sandbox` tries everything out without a token and without cost"),
    )
}
