//! Why a call failed, in which phase, and whether it may have taken effect all the same.

use super::answer_error::{ApiError, DecodeError};
use super::events::EventError;
use super::exchange::visible;
use super::problem::Problem;
use super::transport_error::{TransportError, TransportErrorKind};
use http::StatusCode;
use std::{error::Error as StdError, time::Duration};

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

    /// The id of the operation that was called; `None` when the client could not be set up.
    pub fn operation(&self) -> Option<&'static str> {
        match self {
            Self::Config(_) => None,
            Self::Transport(error) => Some(error.operation()),
            Self::Api(error) => Some(error.operation()),
            Self::Decode(error) => Some(error.operation()),
            Self::Page(error) => Some(error.operation()),
            Self::Stream(error) => Some(error.operation()),
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
            Self::Api(error) => error.details(),
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

    /// What OpenTelemetry calls `error.type`: the status as text where there was an error answer, else `config`,
    /// `decode`, `page`, `stream`, or the word of a [`TransportErrorKind`].
    pub fn error_type(&self) -> &str {
        match self {
            Self::Config(_) => "config",
            Self::Transport(error) => error.kind.as_str(),
            Self::Api(error) => error.status.as_str(),
            Self::Decode(_) => "decode",
            Self::Page(_) => "page",
            Self::Stream(_) => "stream",
        }
    }

    /// Whether the API answered that there is no such thing (404).
    pub fn is_not_found(&self) -> bool {
        self.refused_with(StatusCode::NOT_FOUND)
    }

    /// Whether the caller's quota is spent: the API said so (429), or the call was not sent for it
    /// ([`TransportErrorKind::OverQuota`]). [`retry_after`](Self::retry_after) tells how long.
    pub fn is_rate_limited(&self) -> bool {
        let is_unsent = |error: &TransportError| error.kind == TransportErrorKind::OverQuota;
        self.refused_with(StatusCode::TOO_MANY_REQUESTS)
            || matches!(self, Self::Transport(error) if is_unsent(error))
    }

    /// Whether time was up: that of the call, or that for the next part of the answer.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Transport(error) if error.kind == TransportErrorKind::Timeout)
    }

    /// Whether the API has no capacity for what was asked for, so that another type, place or time may do.
    ///
    /// Read from the answer as it came, before anything in it is masked. Always `false` for an API that
    /// does not tell.
    pub fn is_no_capacity(&self) -> bool {
        matches!(self, Self::Api(error) if error.is_no_capacity())
    }

    fn refused_with(&self, status: StatusCode) -> bool {
        matches!(self, Self::Api(error) if error.status == status)
    }

    /// Whether the same call may succeed later **and** sending it again cannot do anything twice. The table of
    /// [`RetryPolicy`](super::retry::RetryPolicy) says after which failures.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Config(_) | Self::Decode(_) | Self::Page(_) | Self::Stream(_) => false,
            Self::Transport(error) => error.retryable,
            Self::Api(error) => error.retryable,
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

/// A list in pages cannot be read to its end.
#[derive(Debug, thiserror::Error)]
#[error("the pages of `{operation}` do not end: {reason}")]
pub struct PageError {
    operation: &'static str,
    reason: String,
}

impl PageError {
    /// The id of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

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
    /// The id of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    pub(crate) fn new(operation: &'static str, source: EventError) -> Self {
        Self { operation, source }
    }
}
