//! What goes wrong: read, written, and done to a request.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use super::{ACTION, Delivery, Distortion, Effect, Instead, StreamFault};
use crate::problem::Problem;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    LostAnswer,
    Truncate,
    Html,
    NoCapacity {
        data_center: Option<String>,
    },
    Slow(Duration),
    SlowBody(Duration),
    /// Closed before the work.
    Reset,
    Status(StatusCode),
    /// 429 without `Retry-After`.
    Silent429,
    Empty,
    PlainText,
    /// The answer is there and says something else.
    Distorted(Distortion),
    /// On a WebSocket only.
    Stream(StreamFault),
}

impl Kind {
    pub(super) fn apply(&self, operation: &str, effect: &mut Effect) {
        match self {
            Self::LostAnswer => effect.delivery = Delivery::Dropped,
            Self::Truncate => effect.delivery = Delivery::Cut,
            Self::Html => effect.instead = Some(Instead::Html),
            Self::Slow(delay) => effect.delay += *delay,
            Self::SlowBody(pause) => effect.delivery = Delivery::Slow(*pause),
            Self::Empty => effect.delivery = Delivery::Empty,
            Self::PlainText => effect.delivery = Delivery::PlainText,
            Self::Reset => effect.instead = Some(Instead::Nothing),
            Self::Distorted(distortion) => effect.distortion = Some(*distortion),
            Self::Stream(fault) => effect.stream = Some(*fault),
            Self::NoCapacity { .. } => {
                let problem = match operation {
                    ACTION => Problem::host_full(),
                    _ => Problem::no_capacity(),
                };
                effect.instead = Some(Instead::Problem(problem));
            }
            Self::Status(status) => {
                let problem = Problem {
                    retry_after: (*status == StatusCode::TOO_MANY_REQUESTS).then_some(1),
                    ..Problem::new(*status, "a fault on order")
                };
                effect.instead = Some(Instead::Problem(problem));
            }
            Self::Silent429 => {
                let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "a fault on order");
                effect.instead = Some(Instead::Problem(problem));
            }
        }
    }

    /// A kind and how many of the words after it belong to it.
    pub(super) fn parse(word: &str, argument: Option<&str>) -> Result<(Self, usize), String> {
        Ok(match word {
            "lost-answer" => (Self::LostAnswer, 0),
            "truncate" => (Self::Truncate, 0),
            "html" => (Self::Html, 0),
            "slow" => {
                let text = argument.ok_or("`slow` needs a duration, such as `slow:5s`")?;
                (Self::Slow(duration(text)?), 1)
            }
            "slow-body" => {
                let text =
                    argument.ok_or("`slow-body` needs a duration, such as `slow-body:5s`")?;
                (Self::SlowBody(duration(text)?), 1)
            }
            "reset" => (Self::Reset, 0),
            "empty" => (Self::Empty, 0),
            "plain-text" => (Self::PlainText, 0),
            "429-silent" => (Self::Silent429, 0),
            "no-capacity" => match argument.filter(|text| text.parse::<u32>().is_err()) {
                Some(place) => (
                    Self::NoCapacity {
                        data_center: Some(place.to_owned()),
                    },
                    1,
                ),
                None => (Self::NoCapacity { data_center: None }, 0),
            },
            other => {
                if let Some(fault) = StreamFault::parse(other) {
                    return Ok((Self::Stream(fault), 0));
                }
                if let Some(distortion) = Distortion::parse(other) {
                    return Ok((Self::Distorted(distortion), 0));
                }
                let status = other.parse().ok();
                let status = status.and_then(|code: u16| StatusCode::from_u16(code).ok());
                let failure =
                    status.filter(|status| status.is_client_error() || status.is_server_error());
                let status = failure.ok_or_else(|| {
                    let streams = StreamFault::ALL.map(StreamFault::as_str).join(", ");
                    let distortions = Distortion::ALL.map(Distortion::as_str).join(", ");
                    format!(
                        "`{other}` is none of lost-answer, reset, truncate, html, no-capacity, slow, \
                         slow-body, empty, plain-text, {distortions}, 429-silent, a status from 400 to 599 \
                         or, on streams, {streams}"
                    )
                })?;
                (Self::Status(status), 0)
            }
        })
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let bad = || format!("`{text}` is no duration: write `5s` or `200ms`");
    let (digits, unit) = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(digits), _) => (digits, 1),
        (None, Some(digits)) => (digits, 1000),
        (None, None) => return Err(bad()),
    };
    let number: u64 = digits.parse().ok().ok_or_else(bad)?;
    Ok(Duration::from_millis(number.saturating_mul(unit)))
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Self::LostAnswer => "lost-answer",
            Self::Truncate => "truncate",
            Self::Html => "html",
            Self::Reset => "reset",
            Self::Silent429 => "429-silent",
            Self::Empty => "empty",
            Self::PlainText => "plain-text",
            Self::NoCapacity { data_center: None } => "no-capacity",
            Self::NoCapacity {
                data_center: Some(place),
            } => return write!(f, "no-capacity:{place}"),
            Self::Slow(delay) => return write!(f, "slow:{}ms", delay.as_millis()),
            Self::SlowBody(pause) => return write!(f, "slow-body:{}ms", pause.as_millis()),
            Self::Status(status) => return write!(f, "{}", status.as_u16()),
            Self::Distorted(distortion) => distortion.as_str(),
            Self::Stream(fault) => fault.as_str(),
        };
        f.write_str(word)
    }
}
