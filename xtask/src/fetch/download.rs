//! One document over HTTP: conditional, bounded, tried again where that can help.

use super::{Pause, Result};
use std::time::Duration;
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};

/// The most a document may have. The largest known has a twentieth of it.
pub const MAX_BYTES: usize = 64 << 20;

/// The waits before a request is sent again.
const WAITS: [Duration; 3] = [
    Duration::from_secs(1),
    Duration::from_secs(4),
    Duration::from_secs(15),
];

/// What the last answer said of its document, to be asked only for another one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Its `ETag`.
    pub etag: Option<String>,
    /// Its `Last-Modified`.
    pub last_modified: Option<String>,
}

/// What the vendor answers.
#[derive(Debug)]
pub enum Answer {
    /// Nothing has changed.
    NotModified,
    /// The document.
    Document {
        /// As served.
        bytes: Vec<u8>,
        /// `ETag`.
        etag: Option<String>,
        /// `Last-Modified`.
        last_modified: Option<String>,
    },
}

/// Asks for a document, up to four times.
///
/// # Errors
///
/// What the network or the server says the last time, and an answer that is too large.
pub fn get(url: &str, known: &Known, pause: Pause) -> Result<Answer> {
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .timeout_connect(Some(Duration::from_secs(10)))
        .timeout_global(Some(Duration::from_secs(120)))
        .user_agent(concat!("sindri-xtask/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    let mut waits = WAITS.iter();
    loop {
        match (attempt(&agent, url, known), waits.next()) {
            (Ok(answer), _) => return Ok(answer),
            (Err(failure), Some(wait)) if failure.may_pass => pause(*wait),
            (Err(failure), _) => return Err(format!("{url}: {}", failure.message).into()),
        }
    }
}

/// Why an attempt brought nothing.
struct Failure {
    message: String,
    may_pass: bool,
}

impl Failure {
    fn of(error: &ureq::Error) -> Self {
        let message = match error {
            ureq::Error::BodyExceedsLimit(_) => {
                format!("the document has more than {MAX_BYTES} bytes")
            }
            other => other.to_string(),
        };
        let may_pass = matches!(
            error,
            ureq::Error::Io(_)
                | ureq::Error::Timeout(_)
                | ureq::Error::ConnectionFailed
                | ureq::Error::HostNotFound
                | ureq::Error::Protocol(_)
        );
        Self { message, may_pass }
    }
}

fn attempt(agent: &Agent, url: &str, known: &Known) -> std::result::Result<Answer, Failure> {
    let mut request = agent
        .get(url)
        .header("accept", "application/json, application/yaml;q=0.9");
    for (name, value) in [
        ("if-none-match", &known.etag),
        ("if-modified-since", &known.last_modified),
    ] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    let mut response = request.call().map_err(|error| Failure::of(&error))?;
    match response.status() {
        StatusCode::NOT_MODIFIED => Ok(Answer::NotModified),
        StatusCode::OK => {
            let limit = MAX_BYTES as u64;
            let body = response.body_mut().with_config().limit(limit).read_to_vec();
            Ok(Answer::Document {
                bytes: body.map_err(|error| Failure::of(&error))?,
                etag: header(&response, "etag"),
                last_modified: header(&response, "last-modified"),
            })
        }
        status => Err(Failure {
            message: format!("the server answers {status}"),
            may_pass: status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS,
        }),
    }
}

fn header(response: &Response<Body>, name: &str) -> Option<String> {
    let value = response.headers().get(name)?;
    value.to_str().ok().map(str::to_owned)
}
