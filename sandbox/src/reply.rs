//! Answers of operations that did their work.

use http::StatusCode;
use serde_json::Value;

use crate::northflank::Socket;

/// One answer: a status, and JSON, a log or nothing.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: Option<Value>,
    /// The log to stream instead of a body.
    pub(crate) log: Option<LogFeed>,
    /// What to serve on the WebSocket that the connection becomes.
    pub(crate) socket: Option<Socket>,
}

/// A log that is streamed: which lines, and where it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogFeed {
    pub(crate) of: Logged,
    /// Only lines of this source.
    pub(crate) source: Option<String>,
    /// Number of lines that are not sent any more.
    pub(crate) next: usize,
}

/// Whose log it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Logged {
    Pod(String),
    Worker { endpoint: String, worker: String },
}

impl Reply {
    pub(crate) fn ok(body: Value) -> Self {
        Self {
            status: StatusCode::OK,
            body: Some(body),
            log: None,
            socket: None,
        }
    }

    pub(crate) fn created(body: Value) -> Self {
        Self {
            status: StatusCode::CREATED,
            body: Some(body),
            log: None,
            socket: None,
        }
    }

    pub(crate) fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: None,
            log: None,
            socket: None,
        }
    }

    pub(crate) fn socket(socket: Socket) -> Self {
        Self {
            status: StatusCode::SWITCHING_PROTOCOLS,
            body: None,
            log: None,
            socket: Some(socket),
        }
    }

    pub(crate) fn log(feed: LogFeed) -> Self {
        Self {
            status: StatusCode::OK,
            body: None,
            log: Some(feed),
            socket: None,
        }
    }
}
