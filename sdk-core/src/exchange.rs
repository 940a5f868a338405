//! What comes of one attempt, and how it is told.

use super::answer_error::{ApiError, RawAnswer};
use super::budget::NoTurn;
use super::error::Error;
use super::operation::{Api, Operation};
use super::problem::Problem;
use super::rate_limit::RateLimits;
use super::reply::Body;
use super::retry::{self, Failure};
use super::transport_error::{TransportError, TransportErrorKind};
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
    /// Whether the request was not even sent.
    unsent: bool,
    /// The status, where one had arrived.
    status: Option<StatusCode>,
    /// Until the quota is renewed, where it was spent.
    renewed_in: Option<Duration>,
    source: Option<reqwest::Error>,
}

/// How an attempt that gave no success ended.
pub(crate) enum Failed {
    Broken(Broken),
    Refused {
        answer: Answer,
        /// Told before anything in the answer was masked.
        no_capacity: bool,
    },
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The longest of what the headers ask for: `Retry-After`, and the time until every exhausted
    /// window starts anew.
    fn retry_after(&self) -> Option<Duration> {
        retry_after(&self.headers).max(RateLimits::from_headers(&self.headers).exhausted_for())
    }
}

impl Broken {
    fn of(kind: TransportErrorKind) -> Self {
        Self {
            kind,
            unsent: false,
            status: None,
            renewed_in: None,
            source: None,
        }
    }

    pub(crate) fn timed_out() -> Self {
        Self::of(TransportErrorKind::Timeout)
    }

    /// There was no request to send.
    pub(crate) fn not_made(error: reqwest::Error) -> Self {
        Self {
            unsent: true,
            ..Self::from(error)
        }
    }

    /// Time was up before anything was sent.
    pub(crate) fn out_of_time() -> Self {
        Self {
            unsent: true,
            ..Self::timed_out()
        }
    }

    pub(crate) fn too_large(status: StatusCode) -> Self {
        Self {
            status: Some(status),
            ..Self::of(TransportErrorKind::BodyTooLarge)
        }
    }

    pub(crate) fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl From<NoTurn> for Broken {
    fn from(reason: NoTurn) -> Self {
        match reason {
            NoTurn::Spent { renewed_in } => Self {
                unsent: true,
                renewed_in: Some(renewed_in),
                ..Self::of(TransportErrorKind::OverQuota)
            },
            NoTurn::OutOfTime => Self::out_of_time(),
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
            source: Some(error.without_url()),
            ..Self::of(kind)
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
            // There is no time for another, or to wait any longer is what was refused.
            Self::Broken(Broken { unsent: true, .. }) => Failure::NotAllowed,
            Self::Broken(_) => Failure::AnswerLost,
            Self::Refused { answer, .. } => Failure::Status {
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
        let retryable = retry::is_retryable(operation.repeat, self.failure());
        match self {
            Self::Broken(broken) => Error::Transport(Box::new(TransportError {
                kind: broken.kind,
                api: A::NAME,
                operation: operation.id,
                host: host.to_owned(),
                attempts,
                may_have_taken_effect,
                retryable,
                unsent: broken.unsent,
                renewed_in: broken.renewed_in,
                source: broken.source.map(Into::into),
            })),
            Self::Refused {
                answer,
                no_capacity,
            } => {
                let body = answer.body.kept();
                let problem = A::Problem::from_body(&body);
                Error::Api(Box::new(ApiError {
                    api: A::NAME,
                    operation: operation.id,
                    status: answer.status,
                    excerpt: problem
                        .as_ref()
                        .map_or_else(|| excerpt(&body), |_| String::new()),
                    problem,
                    no_capacity,
                    request_id: answer.header(A::REQUEST_ID_HEADER).map(str::to_owned),
                    retry_after: answer.retry_after(),
                    rate_limits: RateLimits::from_headers(&answer.headers),
                    may_have_taken_effect,
                    retryable,
                    raw: RawAnswer {
                        headers: answer.headers,
                        body,
                    },
                }))
            }
        }
    }
}

/// What `Retry-After` asks for.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    read_retry_after(text, jiff::Timestamp::now())
}

/// The value of a `Retry-After` header: seconds, or a date.
fn read_retry_after(text: &str, now: jiff::Timestamp) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = jiff::fmt::rfc2822::parse(text.trim()).ok()?.timestamp();
    // A date that has passed asks for no wait.
    Some(Duration::try_from(until.duration_since(now)).unwrap_or_default())
}

/// The beginning of a body as one line of text, with nothing in it that a terminal would obey.
pub fn excerpt(body: &[u8]) -> String {
    // A character takes at most four bytes.
    let begun = String::from_utf8_lossy(body.get(..EXCERPT * 4).unwrap_or(body));
    let visible = visible(&begun);
    let words: Vec<&str> = visible.split_whitespace().collect();
    words.join(" ").chars().take(EXCERPT).collect()
}

/// A text without anything a terminal would obey.
pub fn visible(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{excerpt, read_retry_after};
    use std::time::Duration;

    #[test]
    fn a_server_asks_for_a_wait_in_seconds_or_by_a_date() {
        let now = "1994-11-06T08:49:07Z".parse().unwrap();
        let check = |text: &str, expected: Option<u64>| {
            assert_eq!(
                read_retry_after(text, now),
                expected.map(Duration::from_secs),
                "{text}"
            );
        };
        check("120", Some(120));
        check(" 0 ", Some(0));
        check("Sun, 06 Nov 1994 08:49:37 GMT", Some(30));
        check("Sun, 06 Nov 1994 08:48:37 GMT", Some(0));
        check("soon", None);
        check("-5", None);
        check("", None);
    }

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
