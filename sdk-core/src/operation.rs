//! An operation as data: what generated code says of a call, and nothing more.

use super::problem::Problem;

/// Whether sending an operation twice has the same effect as sending it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It may be repeated after any lost answer.
    Safe,
    /// It may be repeated only when the first request cannot have been accepted.
    Unsafe,
}

/// One operation of an API, as its description gives it.
#[derive(Debug)]
pub struct Operation {
    /// The operation id of the description in snake case, e.g. `create_pod` for `createPod`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: http::Method,
    /// The path template, e.g. `/v2/pods/{id}`.
    pub path: &'static str,
    /// Whether the operation may be repeated.
    pub repeat: Repeat,
}

impl Operation {
    /// Whether the operation only reads, so that no call of it can leave anything behind.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.method.is_safe()
    }
}

/// One API: its name in messages and how its errors look.
pub trait Api: Send + Sync + 'static {
    /// The name used in error messages, e.g. `RunPod`.
    const NAME: &'static str;
    /// The response header that names a request for the vendor's support desk.
    const REQUEST_ID_HEADER: &'static str = "x-request-id";
    /// The body of an error answer.
    type Problem: Problem;
}
