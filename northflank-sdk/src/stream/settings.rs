//! What all streams of a client share.

use sdk_core::Upgrades;
use secrecy::{ExposeSecret, SecretString};
use std::{fmt, sync::Arc, time::Duration};

/// Timeouts, pings and bounds of streams, for [`ClientBuilder::streams`](crate::ClientBuilder::streams).
///
/// ```
/// use northflank_sdk::stream::StreamSettings;
///
/// let mut settings = StreamSettings::default();
/// settings.ping_interval = std::time::Duration::from_secs(10);
/// let client = northflank_sdk::Client::builder().token("…").streams(settings).build()?;
/// # Ok::<(), northflank_sdk::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamSettings {
    /// How long the server may take to accept the token and what is wanted. Default: 30 s.
    pub accept_timeout: Duration,
    /// After how long a silence the server is pinged. Default: 30 s.
    pub ping_interval: Duration,
    /// How long a ping may stay unanswered before the link counts as broken. Default: 30 s.
    pub pong_timeout: Duration,
    /// The largest message accepted, in bytes. Default: 4 MiB.
    pub max_message: usize,
}

impl Default for StreamSettings {
    fn default() -> Self {
        Self {
            accept_timeout: Duration::from_secs(30),
            ping_interval: Duration::from_secs(30),
            pong_timeout: Duration::from_secs(30),
            max_message: 4 << 20,
        }
    }
}

/// What a client's streams are opened with. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Streams(Arc<Shared>);

struct Shared {
    upgrades: Upgrades,
    token: SecretString,
    team: Option<String>,
    settings: StreamSettings,
}

impl Streams {
    pub(crate) fn new(
        upgrades: Upgrades,
        token: SecretString,
        team: Option<String>,
        settings: StreamSettings,
    ) -> Self {
        Self(Arc::new(Shared {
            upgrades,
            token,
            team,
            settings,
        }))
    }

    pub(crate) fn upgrades(&self) -> &Upgrades {
        &self.0.upgrades
    }

    pub(crate) fn token(&self) -> &str {
        self.0.token.expose_secret()
    }

    pub(crate) fn team(&self) -> Option<&str> {
        self.0.team.as_deref()
    }

    pub(crate) fn settings(&self) -> &StreamSettings {
        &self.0.settings
    }

    /// A text in which the token does not stand, should a server have echoed it.
    pub(crate) fn without_token(&self, text: &str) -> String {
        text.replace(self.token(), "***")
    }
}

impl fmt::Debug for Streams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streams")
            .field("upgrades", &self.0.upgrades)
            .field("team", &self.0.team)
            .field("settings", &self.0.settings)
            .finish_non_exhaustive()
    }
}
