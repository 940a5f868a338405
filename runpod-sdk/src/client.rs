//! How a client of RunPod is made.

use crate::RunPod;
use sdk_core::{Auth, ConfigError, Observed, RetryPolicy, Transport, TransportBuilder};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// The origin of RunPod's REST API. Source: `runpod.json#/servers/0`.
const DEFAULT_BASE_URL: &str = "https://api.runpod.io";

/// A client of RunPod's REST API v2. Cheap to clone; clones share connections.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let client = runpod_sdk::Client::from_env()?;
/// for pod in &client.pods().list().await?.pods {
///     println!("{} {} ${}/h", pod.id, pod.status, pod.cost);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    transport: Transport<RunPod>,
}

impl Client {
    /// A client as the environment says: `RUNPOD_API_KEY`, and `RUNPOD_API_BASE_URL` for another
    /// origin than `https://api.runpod.io`. Empty counts as unset.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the key is missing or a value cannot be used.
    pub fn from_env() -> Result<Self, ConfigError> {
        ClientBuilder::from_env()?.build()
    }

    /// Starts from the defaults: the public API, 10 s to connect, 30 s for each part of an answer,
    /// 120 s for a call with its repetitions.
    pub fn builder() -> ClientBuilder {
        ClientBuilder {
            settings: TransportBuilder::new(DEFAULT_BASE_URL)
                .user_agent(concat!("runpod-sdk/", env!("CARGO_PKG_VERSION"))),
            api_key: None,
        }
    }

    /// The origin this client talks to.
    pub fn base_url(&self) -> &str {
        self.transport.base_url()
    }

    pub(crate) fn transport(&self) -> &Transport<RunPod> {
        &self.transport
    }
}

/// Collects what a [`Client`] needs.
#[derive(Debug)]
#[must_use]
pub struct ClientBuilder {
    settings: TransportBuilder,
    api_key: Option<SecretString>,
}

impl ClientBuilder {
    /// Starts from the environment, as [`Client::from_env`] does, for settings of one's own.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the key is missing.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the environment"
    )]
    pub fn from_env() -> Result<Self, ConfigError> {
        let read = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let Some(key) = read("RUNPOD_API_KEY") else {
            return Err(ConfigError::new(
                "RUNPOD_API_KEY is not set; make a key at https://www.runpod.io/console/user/settings",
            ));
        };
        let builder = Client::builder().api_key(SecretString::from(key));
        Ok(match read("RUNPOD_API_BASE_URL") {
            Some(base_url) => builder.base_url(base_url),
            None => builder,
        })
    }

    /// The API key. It is sent in a header only, and never shown.
    pub fn api_key(mut self, key: impl Into<SecretString>) -> Self {
        self.api_key = Some(key.into());
        self
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

    /// The `User-Agent` of every call. RunPod's edge refuses some stock agents with 403.
    pub fn user_agent(self, user_agent: impl Into<String>) -> Self {
        self.change(|settings| settings.user_agent(user_agent))
    }

    /// How long making a connection may take. Default: 10 s.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.change(|settings| settings.connect_timeout(timeout))
    }

    /// How long to wait for the head of an answer and for each next part of its body. Default: 30 s.
    /// Log streams wait without bound once they have begun.
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

    /// Changes reqwest's own settings: proxies, certificates, pools.
    pub fn configure_http(
        self,
        change: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.change(|settings| settings.configure_http(change))
    }

    /// Uses this HTTP client as it is. It should not follow redirects.
    pub fn http_client(self, client: reqwest::Client) -> Self {
        self.change(|settings| settings.http_client(client))
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the key is missing or a setting cannot be used.
    pub fn build(self) -> Result<Client, ConfigError> {
        let key = self
            .api_key
            .filter(|key| !key.expose_secret().trim().is_empty());
        let key = key.ok_or_else(|| ConfigError::new("the API key is missing"))?;
        let transport = self.settings.auth(Auth::Bearer(key.into())).build()?;
        Ok(Client { transport })
    }

    fn change(mut self, change: impl FnOnce(TransportBuilder) -> TransportBuilder) -> Self {
        self.settings = change(self.settings);
        self
    }
}
