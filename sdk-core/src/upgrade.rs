//! What a connection that leaves HTTP, such as a WebSocket, shares with calls: TLS, proxies,
//! certificates, patience.

use super::config::{HttpSettings, TransportBuilder, http_client};
use super::error::ConfigError;
use super::query::{Query, fill_path};
use super::retry::RetryPolicy;
use http::HeaderValue;
use std::{
    fmt,
    fmt::Display,
    sync::{Arc, OnceLock},
    time::Duration,
};

/// Opens connections that leave HTTP, set up as the calls of a client are. Cheap to clone.
///
/// The HTTP client behind it is one of its own, made when it is first needed: an upgrade is a thing of
/// HTTP/1.1, and calls prefer HTTP/2.
#[derive(Clone)]
pub struct Upgrades(Arc<Shared>);

struct Shared {
    base_url: String,
    user_agent: HeaderValue,
    connect_timeout: Duration,
    head_timeout: Duration,
    retry: RetryPolicy,
    settings: Option<HttpSettings>,
    http: OnceLock<reqwest::Client>,
}

impl Upgrades {
    pub(crate) fn new(settings: &TransportBuilder) -> Result<Self, ConfigError> {
        let user_agent = HeaderValue::try_from(&settings.user_agent)
            .map_err(|error| ConfigError::caused_by("the user agent cannot be sent", error))?;
        let http = OnceLock::new();
        if let Some(client) = settings.http.clone() {
            http.get_or_init(|| client);
        }
        Ok(Self(Arc::new(Shared {
            base_url: settings.checked_base_url()?,
            user_agent,
            connect_timeout: settings.limits.connect,
            head_timeout: settings.limits.read,
            retry: settings.retry.clone(),
            settings: settings.settings.clone(),
            http,
        })))
    }

    /// The URL all paths sit under, without a final slash.
    pub fn base_url(&self) -> &str {
        &self.0.base_url
    }

    /// The `User-Agent` of calls.
    pub fn user_agent(&self) -> &HeaderValue {
        &self.0.user_agent
    }

    /// How long to wait for the head of an answer.
    pub fn head_timeout(&self) -> Duration {
        self.0.head_timeout
    }

    /// How often and how soon failed calls are repeated.
    pub fn retry(&self) -> &RetryPolicy {
        &self.0.retry
    }

    /// The HTTP client to ask for upgrades with.
    ///
    /// A client that was given is used as it is: it must not speak HTTP/2 where it upgrades.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when TLS cannot be set up.
    pub fn client(&self) -> Result<reqwest::Client, ConfigError> {
        let shared = &self.0;
        if let Some(client) = shared.http.get() {
            return Ok(client.clone());
        }
        let made = http_client(shared.connect_timeout, |builder| {
            let builder = match &shared.settings {
                Some(change) => change(builder),
                None => builder,
            };
            patient(builder.http1_only())
        })?;
        Ok(shared.http.get_or_init(|| made).clone())
    }
}

/// reqwest lets Linux end a connection whose peer takes no data for 30 s, alive or not. At the other
/// end of a stream there may be a program that reads its input later than that.
fn patient(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
    let builder = builder.tcp_user_timeout(None);
    builder
}

/// A URL under `base`: the path template filled with these values, in order, and these query
/// parameters.
///
/// # Errors
///
/// [`ConfigError`] for a value that would address something else: empty, `.` or `..`.
pub fn url(
    base: &str,
    template: &str,
    values: &[&dyn Display],
    query: &[(&str, &str)],
) -> Result<String, ConfigError> {
    let path = fill_path(template, values).map_err(|bad| ConfigError::new(bad.to_string()))?;
    let mut written = Query::default();
    for (name, value) in query {
        written.push(name, value);
    }
    let mark = if query.is_empty() { "" } else { "?" };
    Ok(format!("{base}{path}{mark}{}", written.as_str()))
}

impl fmt::Debug for Upgrades {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upgrades")
            .field("base_url", &self.0.base_url)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::url;

    #[test]
    fn a_url_holds_its_values_and_nothing_of_another_place() {
        let check = |values: [&str; 2], query: &[(&str, &str)], expected: Option<&str>| {
            let url = url(
                "https://a",
                "/v1/{p}/x/{s}",
                &[&values[0], &values[1]],
                query,
            );
            assert_eq!(url.ok().as_deref(), expected, "{values:?}");
        };
        check(["p", "s"], &[], Some("https://a/v1/p/x/s"));
        check(
            ["a/b", "c d"],
            &[("t", "1"), ("t", "&")],
            Some("https://a/v1/a%2Fb/x/c%20d?t=1&t=%26"),
        );
        check(["..", "s"], &[], None);
        check(["p", ""], &[], None);
    }
}
