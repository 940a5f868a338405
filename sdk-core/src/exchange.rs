//! What comes of one attempt, and how it is told.

use super::error::{ApiError, Error, TransportError, TransportErrorKind};
use super::operation::{Api, Operation};
use super::problem::Problem;
use super::rate_limit::RateLimits;
use super::reply::Body;
use super::retry::Failure;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use std::time::Duration;

/// How much of a body an error shows, in characters.
const EXCERPT: usize = 200;

/// An answer of any status.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

/// An attempt without a usable answer.
pub(crate) struct Broken {
    kind: TransportErrorKind,
    /// The status, where one had arrived.
    status: Option<StatusCode>,
    source: Option<reqwest::Error>,
}

/// How an attempt that gave no success ended.
pub(crate) enum Failed {
    Broken(Broken),
    Refused(Answer),
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The longest of what the headers ask for: `Retry-After`, and the time until every exhausted
    /// window starts anew.
    fn retry_after(&self) -> Option<Duration> {
        let seconds = self
            .header(header::RETRY_AFTER.as_str())
            .and_then(|text| text.trim().parse().ok());
        let asked = seconds.map(Duration::from_secs);
        asked.max(RateLimits::from_headers(&self.headers).exhausted_for())
    }
}

impl Broken {
    pub(crate) fn timed_out() -> Self {
        Self {
            kind: TransportErrorKind::Timeout,
            status: None,
            source: None,
        }
    }

    pub(crate) fn too_large(status: StatusCode) -> Self {
        Self {
            kind: TransportErrorKind::BodyTooLarge,
            status: Some(status),
            source: None,
        }
    }
}

impl From<reqwest::Error> for Broken {
    fn from(error: reqwest::Error) -> Self {
        let kind = if error.is_connect() {
            TransportErrorKind::Connect
        } else if error.is_timeout() {
            TransportErrorKind::Timeout
        } else {
            TransportErrorKind::Interrupted
        };
        // The URL can hold a key; host and operation are told by our own error.
        Self {
            kind,
            status: None,
            source: Some(error.without_url()),
        }
    }
}

impl Failed {
    /// The failure as far as repeating the call is concerned.
    pub(crate) fn failure(&self) -> Failure {
        match self {
            Self::Broken(Broken {
                status: Some(status),
                ..
            }) => Failure::Status {
                code: status.as_u16(),
                retry_after: None,
            },
            Self::Broken(Broken {
                kind: TransportErrorKind::Connect,
                ..
            }) => Failure::NotSent,
            Self::Broken(_) => Failure::AnswerLost,
            Self::Refused(answer) => Failure::Status {
                code: answer.status.as_u16(),
                retry_after: answer.retry_after(),
            },
        }
    }

    pub(crate) fn into_error<A: Api>(
        self,
        operation: &'static Operation,
        host: &str,
        attempts: u32,
        may_have_taken_effect: bool,
    ) -> Error<A::Problem> {
        match self {
            Self::Broken(broken) => Error::Transport(Box::new(TransportError {
                kind: broken.kind,
                api: A::NAME,
                operation: operation.id,
                host: host.to_owned(),
                attempts,
                may_have_taken_effect,
                source: broken.source.map(Into::into),
            })),
            Self::Refused(answer) => {
                let body = match &answer.body {
                    Body::Whole(body) => body.clone(),
                    Body::Streamed(_) => Bytes::new(),
                };
                let problem = A::Problem::from_body(&body);
                Error::Api(Box::new(ApiError {
                    api: A::NAME,
                    operation: operation.id,
                    status: answer.status,
                    excerpt: problem
                        .as_ref()
                        .map_or_else(|| excerpt(&body), |_| String::new()),
                    problem,
                    request_id: answer.header(A::REQUEST_ID_HEADER).map(str::to_owned),
                    retry_after: answer.retry_after(),
                    rate_limits: RateLimits::from_headers(&answer.headers),
                    may_have_taken_effect,
                }))
            }
        }
    }
}

/// The beginning of a body as one line of text, with nothing in it that a terminal would obey.
pub(crate) fn excerpt(body: &[u8]) -> String {
    // A character takes at most four bytes.
    let begun = String::from_utf8_lossy(body.get(..EXCERPT * 4).unwrap_or(body));
    let visible: String = begun
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    words.join(" ").chars().take(EXCERPT).collect()
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn an_excerpt_is_one_short_harmless_line() {
        assert_eq!(
            excerpt(b"<html>\n  <h1>502\x1b[31m</h1>"),
            "<html> <h1>502 [31m</h1>"
        );
        assert_eq!(excerpt("ü".repeat(999).as_bytes()).chars().count(), 200);
        assert_eq!(excerpt(&[0xff, 0xfe, b'a']), "\u{fffd}\u{fffd}a");
        assert_eq!(excerpt(b""), "");
    }
}
