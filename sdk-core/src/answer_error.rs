//! Failed calls that were answered: with an error, or with what cannot be read.

use super::exchange::visible;
use super::problem::Problem;
use super::rate_limit::RateLimits;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use std::{error::Error as StdError, fmt, time::Duration};

/// The API answered with an error.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.describe())]
pub struct ApiError<P: Problem> {
    pub(crate) api: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) problem: Option<P>,
    pub(crate) no_capacity: bool,
    pub(crate) excerpt: String,
    pub(crate) raw: RawAnswer,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) rate_limits: RateLimits,
    pub(crate) may_have_taken_effect: bool,
    pub(crate) retryable: bool,
}

/// What an answer was made of. Not shown: it can be long, and may hold secrets.
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
    /// The id of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The id the API gave the request; quote it to the vendor's support.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// How long the API asks to wait before the next call.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Whether the request may have changed something all the same.
    pub fn may_have_taken_effect(&self) -> bool {
        self.may_have_taken_effect
    }

    /// Whether it is a refusal for want of capacity, see [`Error::is_no_capacity`](super::error::Error::is_no_capacity).
    pub fn is_no_capacity(&self) -> bool {
        self.no_capacity
    }

    /// The typed body; `None` when the answer was not of the API's form, e.g. a proxy's page.
    pub fn problem(&self) -> Option<&P> {
        self.problem.as_ref()
    }

    /// Single findings of the API, e.g. one per rejected key. Often empty.
    pub fn details(&self) -> &[String] {
        self.problem.as_ref().map_or(&[], Problem::details)
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

    /// With the first of the details: of several findings one is enough for a line.
    fn describe(&self) -> String {
        let Self {
            api,
            operation,
            status,
            ..
        } = self;
        let detail = match self.details() {
            [] => String::new(),
            [only] => format!(": {}", visible(only)),
            [first, others @ ..] => format!(": {} (and {} more)", visible(first), others.len()),
        };
        let (message, id) = (self.message(), named(self.request_id()));
        format!("{api} answered {status} to `{operation}`: {message}{detail}{id}")
    }
}

/// The API answered with success, and with a body that does not fit its description.
///
/// What the call should do is done: the body, which may name what was made, is kept.
#[derive(Debug, thiserror::Error)]
#[error(
    "the answer to `{operation}` ({status}) could not be read at `{path}`{}",
    named(self.request_id())
)]
pub struct DecodeError {
    pub(crate) operation: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) path: String,
    pub(crate) raw: RawAnswer,
    pub(crate) request_id: Option<String>,
    pub(crate) may_have_taken_effect: bool,
    #[source]
    pub(crate) source: Box<dyn StdError + Send + Sync>,
}

impl DecodeError {
    /// The id of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The status of the answer, a success.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Where in the body, e.g. `pods[3].gpu.count`; `.` is the body as a whole.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The id the API gave the request; quote it to the vendor's support.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Whether the call changed something: true unless it only reads.
    pub fn may_have_taken_effect(&self) -> bool {
        self.may_have_taken_effect
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.raw.headers
    }

    /// The body as it came, secrets included; empty for a stream.
    pub fn body(&self) -> &[u8] {
        &self.raw.body
    }
}

/// How a request is named in a message.
fn named(request_id: Option<&str>) -> String {
    request_id
        .map(|id| format!(" (request id {})", visible(id)))
        .unwrap_or_default()
}
