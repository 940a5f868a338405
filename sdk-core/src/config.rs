//! How a client is set up.

use super::error::ConfigError;
use super::observe::{Observed, Observer};
use super::operation::Api;
use super::retry::RetryPolicy;
use super::secret::ApiToken;
use super::transport::Transport;
use super::upgrade::Upgrades;
use http::HeaderName;
use std::{fmt, sync::Arc, time::Duration};

/// How calls prove who sends them.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Auth {
    /// Calls carry no credentials.
    #[default]
    None,
    /// `Authorization: Bearer …`.
    Bearer(ApiToken),
    /// `Authorization: Basic …`; the token is already encoded.
    Basic(ApiToken),
    /// A header of the API's own.
    Header(HeaderName, ApiToken),
    /// A query parameter of the API's own. It never shows in errors or traces.
    Query(&'static str, ApiToken),
}

impl Auth {
    /// A body in which the token does not stand, should a server have echoed it: errors are printed
    /// and logged.
    pub(crate) fn without_token(&self, body: bytes::Bytes) -> bytes::Bytes {
        let token = match self {
            Self::None => return body,
            Self::Bearer(token)
            | Self::Basic(token)
            | Self::Header(_, token)
            | Self::Query(_, token) => token,
        };
        super::echo::without(body, &[token.expose()])
    }
}

/// The bounds every call keeps.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) connect: Duration,
    pub(crate) read: Duration,
    pub(crate) call: Duration,
    pub(crate) body: usize,
}

impl Limits {
    /// How much of an error body is read.
    pub(crate) const ERROR_BODY: usize = 1 << 20;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(30),
            call: Duration::from_secs(120),
            body: 64 << 20,
        }
    }
}

pub(crate) type HttpSettings =
    Arc<dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync>;

/// Collects what a [`Transport`] needs and checks it once.
#[must_use]
pub struct TransportBuilder {
    pub(crate) base_url: String,
    pub(crate) auth: Auth,
    pub(crate) user_agent: String,
    pub(crate) limits: Limits,
    pub(crate) retry: RetryPolicy,
    pub(crate) team: Option<String>,
    pub(crate) http: Option<reqwest::Client>,
    pub(crate) settings: Option<HttpSettings>,
    pub(crate) observer: Option<Observer>,
    plain_http: PlainHttp,
}

/// Where calls may go without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PlainHttp {
    /// To this machine.
    Loopback,
    /// Anywhere.
    Anywhere,
}

impl fmt::Debug for TransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportBuilder")
            .field("base_url", &self.base_url)
            .field("user_agent", &self.user_agent)
            .field("limits", &self.limits)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

impl TransportBuilder {
    /// A client of the API at this origin, e.g. `https://api.example.com`, or a URL with a path that
    /// all operations sit under.
    pub fn new(base_url: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            auth: Auth::None,
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
            limits: Limits::default(),
            retry: RetryPolicy::default(),
            team: None,
            http: None,
            settings: None,
            observer: None,
            plain_http: PlainHttp::Loopback,
        }
    }

    /// Talks to another origin, e.g. a local stand-in.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// Allows plain `http` to other machines than this one. Whoever is on the way then reads every secret, and
    /// can change every answer.
    pub fn insecure_http(mut self) -> Self {
        self.plain_http = PlainHttp::Anywhere;
        self
    }

    /// Proves who is calling.
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// The `User-Agent` of every call.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// How long making a connection may take. Default: 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.limits.connect = timeout;
        self
    }

    /// How long to wait for the head of an answer and for each next part of its body. Default: 30 s.
    /// Streams wait without bound once they have begun.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.limits.read = timeout;
        self
    }

    /// How long a call may take with all its attempts and waits. Default: 120 s. Streams: until the
    /// head of the answer is there.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.limits.call = timeout;
        self
    }

    /// The largest answer accepted, in bytes. Default: 64 MiB. Streams have no bound.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.limits.body = bytes;
        self
    }

    /// How often and how soon failed calls are repeated.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sends every call that can name a team to the paths of this one.
    pub fn team(mut self, team: impl Into<String>) -> Self {
        self.team = Some(team.into());
        self
    }

    /// Tells this of every attempt of every call, before it is sent and after it ended. It is called while the
    /// call waits, and while a call that is dropped goes: it should be quick and must not panic. Connections that leave HTTP are not told of.
    pub fn observe(mut self, observer: impl Fn(&Observed) + Send + Sync + 'static) -> Self {
        self.observer = Some(Observer::new(observer));
        self
    }

    /// Changes reqwest's own settings: proxies, certificates, pools.
    pub fn configure_http(
        mut self,
        settings: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.settings = Some(Arc::new(settings));
        self
    }

    /// Uses this HTTP client as it is; [`connect_timeout`](Self::connect_timeout) and
    /// [`configure_http`](Self::configure_http) then have no effect. It should not follow redirects.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for a base URL that is none, that holds credentials, or that is plain `http` to another
    /// machine; for a token or user agent that no header can carry; when TLS cannot be set up.
    pub fn build<A: Api>(mut self) -> Result<Transport<A>, ConfigError> {
        self.base_url = self.checked_base_url()?;
        if self
            .team
            .as_ref()
            .is_some_and(|team| team.trim().is_empty())
        {
            return Err(ConfigError::new(
                "the team is empty; leave it out to use none",
            ));
        }
        let http = match (self.http.take(), self.settings.take()) {
            (Some(client), _) => client,
            (None, Some(change)) => http_client(self.limits.connect, |builder| change(builder))?,
            (None, None) => http_client(self.limits.connect, |builder| builder)?,
        };
        Transport::new(self, http)
    }

    /// What opens connections that leave HTTP, set up as the calls are.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] as for [`build`](Self::build).
    pub fn upgrades(&self) -> Result<Upgrades, ConfigError> {
        Upgrades::new(self)
    }

    pub(crate) fn checked_base_url(&self) -> Result<String, ConfigError> {
        checked_base_url(&self.base_url, self.plain_http)
    }
}

fn checked_base_url(text: &str, plain_http: PlainHttp) -> Result<String, ConfigError> {
    let url = url::Url::parse(text)
        .map_err(|error| ConfigError::caused_by("the base URL is not a URL", error))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ConfigError::new(
            "the base URL holds credentials; give them separately",
        ));
    }
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(ConfigError::new(format!(
            "the base URL `{url}` is not an http or https URL"
        )));
    }
    if url.query().is_some() || url.fragment().is_some() {
        // It may be a key.
        return Err(ConfigError::new(
            "the base URL holds a query or a fragment; give its part before that",
        ));
    }
    if url.scheme() == "http" && plain_http == PlainHttp::Loopback && !is_loopback(&url) {
        return Err(ConfigError::new(format!(
            "the base URL `{url}` is plain http to another machine, where secrets can be read on the way; \
             use https"
        )));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

pub(crate) fn http_client(
    connect_timeout: Duration,
    change: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
) -> Result<reqwest::Client, ConfigError> {
    choose_tls_provider();
    // A redirect could carry a request, and what it creates, to where nobody meant it to go.
    let builder = reqwest::Client::builder()
        .connect_timeout(connect_timeout)
        .redirect(reqwest::redirect::Policy::none());
    change(builder)
        .build()
        .map_err(|error| ConfigError::caused_by("the HTTP client cannot be set up", error))
}

/// rustls wants one crypto provider per process. A program that has chosen one keeps it.
fn choose_tls_provider() {
    #[cfg(feature = "rustls")]
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // It only fails when another thread was quicker, which is just as well.
        drop(rustls::crypto::ring::default_provider().install_default());
    }
}

#[cfg(test)]
mod tests {
    use super::{PlainHttp, checked_base_url};

    #[test]
    fn a_base_url_is_an_http_origin_or_prefix() {
        let check = |text: &str, expected: Option<&str>| {
            let checked = checked_base_url(text, PlainHttp::Loopback).ok();
            assert_eq!(checked.as_deref(), expected, "{text}");
        };
        check("https://api.example.com", Some("https://api.example.com"));
        check("https://api.example.com/", Some("https://api.example.com"));
        check(
            "http://127.0.0.1:4100/base/",
            Some("http://127.0.0.1:4100/base"),
        );
        check("https://user:secret@api.example.com", None);
        check("ftp://api.example.com", None);
        check("https://api.example.com?key=1", None);
        check("api.example.com", None);
        check("", None);
        check("http://localhost:80/", Some("http://localhost"));
        check("http://[::1]:4100", Some("http://[::1]:4100"));
        for elsewhere in [
            "http://192.0.2.1",
            "http://localhost.example.com",
            "http://0.0.0.0:80",
        ] {
            check(elsewhere, None);
            assert!(checked_base_url(elsewhere, PlainHttp::Anywhere).is_ok());
        }
    }

    #[test]
    fn credentials_in_a_base_url_are_not_repeated_in_the_error() {
        let text = "https://user:hunter2@api.example.com";
        let error = checked_base_url(text, PlainHttp::Anywhere).unwrap_err();
        assert!(!format!("{error:?}").contains("hunter2"));
    }
}
