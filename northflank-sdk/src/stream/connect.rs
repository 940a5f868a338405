//! How a stream is opened: an upgrade asked for over the client's own HTTP set-up.
//!
//! reqwest makes the connection, so that a stream goes through the proxies and by the certificates that
//! calls go through and by, and tungstenite, whose logs show headers, never sees the token.

use super::address::host_of;
use super::error::{Source, Step, StreamError};
use super::settings::Streams;
use super::socket::Socket;
use reqwest::header::{
    AUTHORIZATION, CONNECTION, HeaderValue, RETRY_AFTER, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_VERSION, UPGRADE, USER_AGENT,
};
use reqwest::{Response, StatusCode, Upgraded, Version};
use sdk_core::retry::{Failure, next_delay};
use sdk_core::{AnyProblem, ConfigError, Problem as _, Repeat};
use std::time::Duration;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::handshake::{client::generate_key, derive_accept_key};

/// How a stream proves who opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// In its first message, which the caller sends.
    FirstMessage,
    /// In a header.
    Bearer,
}

/// How much of the answer to a refused stream is read.
const REFUSAL: usize = 64 << 10;

/// Opens a stream. Trying again is safe: until it is open, nothing was asked for but to open it.
pub(crate) async fn open(
    streams: &Streams,
    url: &str,
    proof: Proof,
) -> Result<Socket, StreamError> {
    let policy = streams.upgrades().retry();
    let mut attempt = 1;
    loop {
        let error = match open_once(streams, url, proof).await {
            Ok(socket) => return Ok(socket),
            Err(error) => error,
        };
        let delay = failure_of(&error).and_then(|failure| {
            next_delay(policy, Repeat::Safe, failure, attempt, fastrand::f64())
        });
        let Some(delay) = delay else {
            return Err(error);
        };
        tracing::debug!(
            attempt,
            delay_ms = delay.as_millis(),
            "the stream could not be opened, trying again"
        );
        sleep(delay).await;
        attempt += 1;
    }
}

/// The failure as far as trying again is concerned.
fn failure_of(error: &StreamError) -> Option<Failure> {
    match error.status() {
        Some(code) => Some(Failure::Status {
            code: code.as_u16(),
            retry_after: error.retry_after(),
        }),
        None => error.may_pass().then_some(Failure::NotSent),
    }
}

async fn open_once(streams: &Streams, url: &str, proof: Proof) -> Result<Socket, StreamError> {
    let host = host_of(url);
    let upgrades = streams.upgrades();
    let key = generate_key();
    let mut request = upgrades
        .client()?
        .get(url)
        .header(USER_AGENT, upgrades.user_agent())
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_VERSION, "13")
        .header(SEC_WEBSOCKET_KEY, &key);
    if proof == Proof::Bearer {
        request = request.header(AUTHORIZATION, bearer(streams)?);
    }
    let limit = upgrades.head_timeout();
    let late = || StreamError::TimedOut {
        host: host.clone(),
        waited_for: Step::Answer,
        after: limit,
    };
    // The URL is of no use to a reader, and could hold what a filter of a log looks for.
    let lost = |error: reqwest::Error| StreamError::Connect {
        host: host.clone(),
        source: Source::from(error.without_url()),
    };
    let response = timeout(limit, request.send()).await;
    let response = response.map_err(|_elapsed| late())?.map_err(lost)?;
    tracing::debug!(
        host,
        http.response.status_code = response.status().as_u16(),
        "stream asked for"
    );
    check_version(&response)?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(refusal(streams, host, response, limit).await);
    }
    check_agreement(&response, &key)?;
    let link: Upgraded = timeout(limit, response.upgrade())
        .await
        .map_err(|_elapsed| late())?
        .map_err(lost)?;
    Ok(Socket::new(link, host, streams.settings()).await)
}

fn bearer(streams: &Streams) -> Result<HeaderValue, StreamError> {
    let mut value =
        HeaderValue::try_from(format!("Bearer {}", streams.token())).map_err(|_invalid| {
            ConfigError::new("the API token holds characters no header can carry")
        })?;
    value.set_sensitive(true);
    Ok(value)
}

fn check_version(response: &Response) -> Result<(), StreamError> {
    if response.version() == Version::HTTP_2 {
        return Err(StreamError::Config(ConfigError::new(
            "streams need HTTP/1.1, and the HTTP client given speaks HTTP/2: make it `http1_only`",
        )));
    }
    Ok(())
}

/// That the server knows what it agreed to: RFC 6455, section 4.1.
fn check_agreement(response: &Response, key: &str) -> Result<(), StreamError> {
    let header = |name| {
        let value: Option<&HeaderValue> = response.headers().get(name);
        value.and_then(|value| value.to_str().ok())
    };
    let upgraded = header(UPGRADE).is_some_and(|to| to.eq_ignore_ascii_case("websocket"));
    let accepted = header(SEC_WEBSOCKET_ACCEPT) == Some(&derive_accept_key(key.as_bytes()));
    if upgraded && accepted {
        return Ok(());
    }
    Err(StreamError::protocol(
        "an agreement to switch protocols that is none to a WebSocket",
    ))
}

async fn refusal(
    streams: &Streams,
    host: String,
    mut response: Response,
    limit: Duration,
) -> StreamError {
    let status = response.status();
    let retry_after = response.headers().get(RETRY_AFTER);
    let retry_after = retry_after.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let mut body = Vec::new();
    // Of a body that breaks off, what came of it.
    while let Ok(Ok(Some(part))) = timeout(limit, response.chunk()).await {
        body.extend_from_slice(&part);
        if body.len() > REFUSAL {
            body.truncate(REFUSAL);
            break;
        }
    }
    let message = match AnyProblem::from_body(&body) {
        Some(problem) => sdk_core::visible(problem.message()),
        None if body.is_empty() => "the answer has no body".to_owned(),
        None => format!(
            "the answer is not of the API's form: {}",
            sdk_core::excerpt(&body)
        ),
    };
    StreamError::Refused {
        host,
        status,
        message: streams.without_token(&message),
        retry_after: retry_after.map(Duration::from_secs),
    }
}
