//! How a client of Northflank is made.

use crate::Northflank;
#[cfg(feature = "streams")]
use crate::stream::{StreamSettings, Streams};
use sdk_core::{Auth, ConfigError, Observed, RetryPolicy, Transport, TransportBuilder};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// The origin of Northflank's REST API. Source: `northflank.json#/servers/0`.
const DEFAULT_BASE_URL: &str = "https://api.northflank.com";

/// A client of Northflank's REST API v1. Cheap to clone; clones share connections and the quota of
/// 1000 requests an hour, of which the last tenth is spread over the time that is left.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let client = northflank_sdk::Client::from_env()?;
/// for project in client.projects().list().items().collect_all().await? {
///     println!("{} {}", project.id, project.name);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    transport: Transport<Northflank>,
    #[cfg(feature = "streams")]
    streams: Streams,
}

impl Client {
    /// A client as the environment says: `NORTHFLANK_API_TOKEN` or `NF_API_TOKEN`;
    /// `NORTHFLANK_TEAM_ID` for a team; `NORTHFLANK_API_BASE_URL`, `NF_API_HOST` or `NF_HOST` for
    /// another origin than `https://api.northflank.com`. The first that is set wins; empty counts as
    /// unset.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the token is missing or a value cannot be used.
    pub fn from_env() -> Result<Self, ConfigError> {
        ClientBuilder::from_env()?.build()
    }

    /// Starts from the defaults: the public API, 10 s to connect, 30 s for each part of an answer,
    /// 120 s for a call with its repetitions.
    pub fn builder() -> ClientBuilder {
        ClientBuilder {
            settings: TransportBuilder::new(DEFAULT_BASE_URL)
                .user_agent(concat!("northflank-sdk/", env!("CARGO_PKG_VERSION"))),
            token: None,
            #[cfg(feature = "streams")]
            streams: StreamSettings::default(),
        }
    }

    /// The origin this client talks to.
    pub fn base_url(&self) -> &str {
        self.transport.base_url()
    }

    /// The team whose paths calls go to.
    pub fn team(&self) -> Option<&str> {
        self.transport.team()
    }

    #[cfg_attr(
        not(any(feature = "services", feature = "projects")),
        allow(dead_code, reason = "a client without a group of calls sends none")
    )]
    pub(crate) fn transport(&self) -> &Transport<Northflank> {
        &self.transport
    }

    #[cfg(feature = "streams")]
    #[cfg_attr(
        not(any(feature = "services", feature = "jobs", feature = "addons")),
        allow(dead_code, reason = "each group of calls reaches some of the streams")
    )]
    pub(crate) fn streams(&self) -> &Streams {
        &self.streams
    }
}

/// Collects what a [`Client`] needs.
#[derive(Debug)]
#[must_use]
pub struct ClientBuilder {
    settings: TransportBuilder,
    token: Option<SecretString>,
    #[cfg(feature = "streams")]
    streams: StreamSettings,
}

impl ClientBuilder {
    /// Starts from the environment, as [`Client::from_env`] does, for settings of one's own.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the token is missing.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the environment"
    )]
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let first = |names: &[&str]| {
            let mut values = names.iter().filter_map(|name| variable(name));
            values.find(|value| !value.trim().is_empty())
        };
        let Some(token) = first(&["NORTHFLANK_API_TOKEN", "NF_API_TOKEN"]) else {
            return Err(ConfigError::new(
                "NORTHFLANK_API_TOKEN is not set; make a token from a role of your team or organisation",
            ));
        };
        let mut builder = Client::builder().token(SecretString::from(token));
        if let Some(team) = first(&["NORTHFLANK_TEAM_ID"]) {
            builder = builder.team(team);
        }
        if let Some(origin) = first(&["NORTHFLANK_API_BASE_URL", "NF_API_HOST", "NF_HOST"]) {
            builder = builder.base_url(origin);
        }
        Ok(builder)
    }

    /// The API token. It is sent in a header, or as the first message of a stream, and never shown.
    pub fn token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Sends every call that can name a team to the paths of this one. A token of a team needs none;
    /// one of an organisation reaches several teams and must say which.
    pub fn team(self, team_id: impl Into<String>) -> Self {
        self.change(|settings| settings.team(team_id))
    }

    /// Talks to another origin, e.g. a local stand-in.
    pub fn base_url(self, base_url: impl Into<String>) -> Self {
        self.change(|settings| settings.base_url(base_url))
    }

    /// Allows plain `http` to other machines than this one. Whoever is on the way then reads every secret, and
    /// can change every answer. No variable of the environment does.
    pub fn insecure_http(self) -> Self {
        self.change(TransportBuilder::insecure_http)
    }

    /// The `User-Agent` of every call and stream.
    pub fn user_agent(self, user_agent: impl Into<String>) -> Self {
        self.change(|settings| settings.user_agent(user_agent))
    }

    /// How long making a connection may take. Default: 10 s.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.change(|settings| settings.connect_timeout(timeout))
    }

    /// How long to wait for the head of an answer and for each next part of its body. Default: 30 s.
    pub fn read_timeout(self, timeout: Duration) -> Self {
        self.change(|settings| settings.read_timeout(timeout))
    }

    /// How long a call may take with all its repetitions. Default: 120 s.
    pub fn call_timeout(self, timeout: Duration) -> Self {
        self.change(|settings| settings.call_timeout(timeout))
    }

    /// The largest answer accepted, in bytes. Default: 64 MiB.
    pub fn max_body(self, bytes: usize) -> Self {
        self.change(|settings| settings.max_body(bytes))
    }

    /// Tells this of every attempt of every call, before it is sent and after it ended or was dropped: for
    /// metrics, or an audit log. It must be quick and not panic.
    pub fn observe(self, observer: impl Fn(&Observed) + Send + Sync + 'static) -> Self {
        self.change(|settings| settings.observe(observer))
    }

    /// How often and how soon failed calls are repeated. A create is only ever repeated when the
    /// first request cannot have been accepted.
    pub fn retry(self, policy: RetryPolicy) -> Self {
        self.change(|settings| settings.retry(policy))
    }

    /// Timeouts, pings and bounds of streams.
    #[cfg(feature = "streams")]
    pub fn streams(mut self, settings: StreamSettings) -> Self {
        self.streams = settings;
        self
    }

    /// Changes reqwest's own settings: proxies, certificates, pools. Streams obey them, too.
    pub fn configure_http(
        self,
        change: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.change(|settings| settings.configure_http(change))
    }

    /// Uses this HTTP client as it is. It should not follow redirects, and streams need one that is
    /// [`http1_only`](reqwest::ClientBuilder::http1_only).
    pub fn http_client(self, client: reqwest::Client) -> Self {
        self.change(|settings| settings.http_client(client))
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the token is missing or a setting cannot be used.
    pub fn build(self) -> Result<Client, ConfigError> {
        let token = self
            .token
            .filter(|token| !token.expose_secret().trim().is_empty());
        let token = token.ok_or_else(|| ConfigError::new("the API token is missing"))?;
        #[cfg(feature = "streams")]
        let upgrades = self.settings.upgrades()?;
        #[cfg(feature = "streams")]
        let of_streams = token.clone();
        let transport: Transport<Northflank> =
            self.settings.auth(Auth::Bearer(token.into())).build()?;
        #[cfg(feature = "streams")]
        let team = transport.team().map(str::to_owned);
        Ok(Client {
            #[cfg(feature = "streams")]
            streams: Streams::new(upgrades, of_streams, team, self.streams),
            transport,
        })
    }

    fn change(mut self, change: impl FnOnce(TransportBuilder) -> TransportBuilder) -> Self {
        self.settings = change(self.settings);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{Client, ClientBuilder};

    fn made(variables: &[(&str, &str)]) -> Result<Client, String> {
        let find = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        ClientBuilder::from_variables(find)
            .and_then(ClientBuilder::build)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_first_variable_that_is_set_wins() {
        let client = made(&[
            ("NORTHFLANK_API_TOKEN", ""),
            ("NF_API_TOKEN", "t"),
            ("NF_API_HOST", "https://one.example/"),
            ("NF_HOST", "https://two.example"),
            ("NORTHFLANK_TEAM_ID", "red"),
        ]);
        let client = client.unwrap();
        assert_eq!(client.base_url(), "https://one.example");
        assert_eq!(client.team(), Some("red"));
        let client = made(&[("NORTHFLANK_API_TOKEN", "t")]).unwrap();
        assert_eq!(client.base_url(), super::DEFAULT_BASE_URL);
        assert_eq!(client.team(), None);
    }

    #[test]
    fn a_missing_token_is_named() {
        let error = made(&[("NF_API_TOKEN", " ")]).unwrap_err();
        assert!(error.contains("NORTHFLANK_API_TOKEN"), "{error}");
    }

    #[test]
    fn the_token_does_not_show() {
        let client = made(&[("NF_API_TOKEN", "hunter2")]).unwrap();
        assert!(!format!("{client:?}").contains("hunter2"));
    }
}
