//! What was received, for tests to look at.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use serde_json::Value;

/// Requests kept. A sandbox that serves for days must not grow without end.
const CAPACITY: usize = 4096;

/// One request and how it was answered. `Debug` leaves headers and body out: they may hold secrets.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Received {
    /// Such as `POST`.
    pub method: String,
    /// The path as it was sent, with its escapes and without the query.
    pub path: String,
    /// Names and values of the query, decoded, in the order sent.
    pub query: Vec<(String, String)>,
    /// Names in lower case and values of the headers; one that was sent twice is here twice. What holds a key
    /// is left out: `authorization`, `proxy-authorization` and `cookie`.
    pub headers: Vec<(String, String)>,
    /// The body, if it was JSON.
    pub body: Option<Value>,
    /// The operation in snake case, such as `create_pod`: as a [`Fault`](crate::Fault) and the errors and spans of
    /// the typed clients name it. `None` where there is none for method and path.
    pub operation: Option<String>,
    /// The same as the description spells it: `createPod` of RunPod, `create_project` of Northflank.
    pub operation_id: Option<String>,
    /// Status of the answer.
    pub status: u16,
    /// What the sandbox names the request. An answer of RunPod tells it in the header `x-request-id`; of
    /// Northflank's answers a refusal does, in `error.id`.
    pub request_id: String,
    /// When all of it was there.
    pub arrived_at: Instant,
    /// When its answer was ready to be sent.
    pub answered_at: Instant,
}

impl Received {
    /// The first header of this name, in whatever case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("operation", &self.operation)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// The newest requests, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Record {
    requests: Mutex<VecDeque<Received>>,
}

impl Record {
    pub(crate) fn push(&self, received: Received) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.len() == CAPACITY {
            requests.pop_front();
        }
        requests.push_back(received);
    }

    pub(crate) fn all(&self) -> Vec<Received> {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.iter().cloned().collect()
    }
}
