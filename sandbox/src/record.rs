//! What was received, for tests to look at.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use serde_json::Value;

use crate::fault::snake_case;

/// Requests kept. A sandbox that serves for days must not grow without end.
const CAPACITY: usize = 4096;

/// One request and how it was answered. `Debug` leaves the body out: it may hold secrets.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Received {
    /// Such as `POST`.
    pub method: String,
    /// The path as it was sent, with its escapes and without the query.
    pub path: String,
    /// Names and values of the query, decoded, in the order sent.
    pub query: Vec<(String, String)>,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
    /// The body, if it was JSON.
    pub body: Option<Value>,
    /// Id of the operation in the description; `None` where there is none for method and path.
    pub operation: Option<String>,
    /// Status of the answer.
    pub status: u16,
    /// The `x-request-id` of the answer.
    pub request_id: String,
    /// When all of it was there.
    pub arrived_at: Instant,
    /// When its answer was ready to be sent.
    pub answered_at: Instant,
}

impl Received {
    /// The id by which a [`Fault`](crate::Fault) knows the operation: `create_pod` for `createPod`.
    pub fn fault_id(&self) -> Option<String> {
        self.operation.as_deref().map(snake_case)
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
