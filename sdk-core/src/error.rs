//! Why a call failed, in which phase, and whether it may have taken effect all the same.

use super::events::EventError;
use super::exchange::visible;
use super::problem::Problem;
use super::rate_limit::RateLimits;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use std::{error::Error as StdError, fmt, time::Duration};

type Source = Box<dyn StdError + Send + Sync>;

/// Why a call failed.
///
/// `Display` is one line without the cause; walk [`source`](StdError::source) for the chain.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error<P: Problem> {
    /// The client or the call was set up wrongly. Nothing was sent.
    #[error(transparent)]
    Config(ConfigError),
    /// No usable answer arrived.
    #[error(transparent)]
    Transport(Box<TransportError>),
    /// The API answered with an error.
    #[error(transparent)]
    Api(Box<ApiError<P>>),
    /// The API answered with success, and with a body that does not fit its description.
    #[error(transparent)]
    Decode(Box<DecodeError>),
    /// A list in pages does not end.
    #[error(transparent)]
    Page(PageError),
    /// A stream of events broke, time after time.
    #[error(transparent)]
    Stream(Box<BrokenStream>),
}

impl<P: Problem> Error<P> {
    /// The status of the answer, when there was one.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Api(error) => Some(error.status),
            Self::Decode(error) => Some(error.status),
            Self::Config(_) | Self::Transport(_) | Self::Page(_) | Self::Stream(_) => None,
        }
    }

    /// What went wrong, in the API's own words where it gave any.
    pub fn message(&self) -> String {
        match self {
            Self::Api(error) => error.message(),
            Self::Config(_)
            | Self::Transport(_)
            | Self::Decode(_)
            | Self::Page(_)
            | Self::Stream(_) => self.to_string(),
        }
    }

    /// Single findings of the API, e.g. one per rejected key. Often empty.
    pub fn details(&self) -> &[String] {
        match self {
            Self::Api(error) => error.problem.as_ref().map_or(&[], Problem::details),
            Self::Config(_)
            | Self::Transport(_)
            | Self::Decode(_)
            | Self::Page(_)
            | Self::Stream(_) => &[],
        }
    }

    /// The id the API gave the request; quote it to the vendor's support.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.request_id.as_deref(),
            Self::Decode(error) => error.request_id.as_deref(),
            Self::Config(_) | Self::Transport(_) | Self::Page(_) | Self::Stream(_) => None,
        }
    }

    /// How long the API asks to wait before the next call.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Api(error) => error.retry_after,
            Self::Transport(error) => error.renewed_in,
            Self::Config(_) | Self::Decode(_) | Self::Page(_) | Self::Stream(_) => None,
        }
    }

    /// Whether the request may have changed something although no success was reported.
    ///
    /// `true` for a create means: look the resource up before creating it again, or pay for two.
    /// Always `false` for operations that only read.
    pub fn may_have_taken_effect(&self) -> bool {
        match self {
            Self::Config(_) | Self::Page(_) | Self::Stream(_) => false,
            Self::Transport(error) => error.may_have_taken_effect,
            Self::Api(error) => error.may_have_taken_effect,
            Self::Decode(error) => error.may_have_taken_effect,
        }
    }

    /// Whether the same call may succeed later **and** sending it again cannot do anything twice.
    pub fn is_retryable(&self) -> bool {
        !self.may_have_taken_effect()
            && match self {
                Self::Config(_) | Self::Decode(_) | Self::Page(_) | Self::Stream(_) => false,
                Self::Transport(error) => error.kind != TransportErrorKind::BodyTooLarge,
                Self::Api(error) => matches!(error.status.as_u16(), 429 | 500 | 502..=504),
            }
    }
}

/// The client or a call was set up wrongly.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct ConfigError {
    message: String,
    #[source]
    source: Option<Source>,
}

impl ConfigError {
    /// An error with this one-line message.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            source: None,
        }
    }

    pub(crate) fn caused_by(message: impl Into<String>, source: impl Into<Source>) -> Self {
        Self {
            message: message.into(),
            source: Some(source.into()),
        }
    }
}

impl<P: Problem> From<ConfigError> for Error<P> {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

/// How the exchange failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection could be made; nothing was sent.
    Connect,
    /// No answer, or no next part of one, within the time allowed.
    Timeout,
    /// The connection broke after the request may have been sent.
    Interrupted,
    /// The answer is larger than the client accepts.
    BodyTooLarge,
    /// The caller's quota is spent, and waiting for its renewal would take too long; nothing was sent.
    OverQuota,
}

/// No usable answer arrived.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.describe())]
pub struct TransportError {
    pub(crate) kind: TransportErrorKind,
    pub(crate) api: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) host: String,
    pub(crate) attempts: u32,
    pub(crate) may_have_taken_effect: bool,
    pub(crate) renewed_in: Option<Duration>,
    #[source]
    pub(crate) source: Option<Source>,
}

impl TransportError {
    /// How the exchange failed.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// How often the request was tried.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The host, with the port where it is not the usual one.
    pub fn host(&self) -> &str {
        &self.host
    }

    fn describe(&self) -> String {
        let Self {
            api,
            operation,
            host,
            ..
        } = self;
        let tried = if self.attempts > 1 {
            format!(" (tried {} times)", self.attempts)
        } else {
            String::new()
        };
        match self.kind {
            TransportErrorKind::Connect => format!("could not connect to {host} for {api}{tried}"),
            TransportErrorKind::Timeout => {
                format!("no answer from {host} to `{operation}` in time{tried}")
            }
            TransportErrorKind::Interrupted => {
                format!("the connection to {host} broke during `{operation}`{tried}")
            }
            TransportErrorKind::BodyTooLarge => {
                format!("the answer of {host} to `{operation}` is larger than allowed")
            }
            TransportErrorKind::OverQuota => {
                let renewed = self.renewed_in.map(|wait| {
                    // Rounded up: after so many seconds it is renewed.
                    let seconds = wait.as_millis().div_ceil(1000);
                    format!(", and renewed in {seconds} s")
                });
                let renewed = renewed.unwrap_or_default();
                format!("`{operation}` was not sent to {host}: the quota is spent{renewed}")
            }
        }
    }
}

/// The API answered with an error.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.describe())]
pub struct ApiError<P: Problem> {
    pub(crate) api: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) problem: Option<P>,
    pub(crate) excerpt: String,
    pub(crate) raw: RawAnswer,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) rate_limits: RateLimits,
    pub(crate) may_have_taken_effect: bool,
}

/// What an error answer was made of. Not shown: it can be long, and a header may be a secret.
#[derive(Default)]
pub(crate) struct RawAnswer {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl fmt::Debug for RawAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawAnswer({} bytes)", self.body.len())
    }
}

impl<P: Problem> ApiError<P> {
    /// The operation id.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The typed body; `None` when the answer was not of the API's form, e.g. a proxy's page.
    pub fn problem(&self) -> Option<&P> {
        self.problem.as_ref()
    }

    /// The first bytes of a body that is not of the API's form, as text on one line.
    pub fn excerpt(&self) -> &str {
        &self.excerpt
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.raw.headers
    }

    /// The body of the answer as it came, up to 1 MiB of it; where it repeated the key or secrets of the
    /// request, those are masked.
    pub fn body(&self) -> &[u8] {
        &self.raw.body
    }

    /// What the answer said about the caller's quota.
    pub fn rate_limits(&self) -> &RateLimits {
        &self.rate_limits
    }

    /// What went wrong, in the API's words; else the first bytes of the body.
    pub fn message(&self) -> String {
        match &self.problem {
            Some(problem) => visible(problem.message()),
            None if self.excerpt.is_empty() => "the answer has no body".to_owned(),
            None => format!("the answer is not of the API's form: {}", self.excerpt),
        }
    }

    fn describe(&self) -> String {
        let Self {
            api,
            operation,
            status,
            ..
        } = self;
        let id = self
            .request_id
            .as_ref()
            .map(|id| format!(" (request id {id})"));
        let message = self.message();
        format!(
            "{api} answered {status} to `{operation}`: {message}{}",
            id.unwrap_or_default()
        )
    }
}

/// The API answered with success, and with a body that does not fit its description.
#[derive(Debug, thiserror::Error)]
#[error("the answer to `{operation}` ({status}) could not be read at `{path}`{}", self.id())]
pub struct DecodeError {
    pub(crate) operation: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) path: String,
    pub(crate) request_id: Option<String>,
    pub(crate) may_have_taken_effect: bool,
    #[source]
    pub(crate) source: Source,
}

impl DecodeError {
    /// Where in the body, e.g. `pods[3].gpu.count`; `.` is the body as a whole.
    pub fn path(&self) -> &str {
        &self.path
    }

    fn id(&self) -> String {
        self.request_id
            .as_ref()
            .map(|id| format!(" (request id {id})"))
            .unwrap_or_default()
    }
}

/// A list in pages cannot be read to its end.
#[derive(Debug, thiserror::Error)]
#[error("the pages of `{operation}` do not end: {reason}")]
pub struct PageError {
    operation: &'static str,
    reason: String,
}

impl PageError {
    pub(crate) fn new(operation: &'static str, reason: &str) -> Self {
        Self {
            operation,
            reason: visible(reason),
        }
    }
}

/// A stream of events broke, and so did what was opened in its place.
#[derive(Debug, thiserror::Error)]
#[error("the stream of `{operation}` broke again and again")]
pub struct BrokenStream {
    operation: &'static str,
    #[source]
    source: EventError,
}

impl BrokenStream {
    pub(crate) fn new(operation: &'static str, source: EventError) -> Self {
        Self { operation, source }
    }
}
