//! Refusals, written as `application/problem+json`.

use http::StatusCode;
use serde_json::{Value, json};

/// One refusal. `detail` and `errors` are ours to word and never hold values of a request, since
/// those may be secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) detail: String,
    pub(crate) errors: Vec<String>,
    /// Methods for the `Allow` header, with 405 only.
    pub(crate) allow: Option<String>,
    /// Seconds for the `Retry-After` header, with 429 only.
    pub(crate) retry_after: Option<u64>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            errors: Vec::new(),
            allow: None,
            retry_after: None,
        }
    }

    /// 400: a rule that spans fields is broken, or the request cannot be met now.
    pub(crate) fn rule(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 400: nothing is free. Clients tell this from other refusals by the words `instances available`:
    /// the service gives no code.
    pub(crate) fn no_capacity() -> Self {
        Self::rule("No more instances available for this hardware in this cloud and place.")
    }

    /// 400: a stopped pod has its host and no other, and nothing is free there.
    pub(crate) fn host_full() -> Self {
        Self::rule("There are not enough free GPUs on this pod's host to start it.")
    }

    /// 404: there is no such thing.
    pub(crate) fn not_found(kind: &str, id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("there is no {kind} `{id}`"))
    }

    /// 409: not possible in the present state.
    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }

    /// 422: the request does not have the described shape.
    pub(crate) fn shape(errors: Vec<String>) -> Self {
        Self {
            errors,
            ..Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "the request does not match the description",
            )
        }
    }

    /// This refusal with another status, if it is one of the shape.
    pub(crate) fn of_shape(self, status: StatusCode) -> Self {
        if self.errors.is_empty() {
            self
        } else {
            Self { status, ..self }
        }
    }

    /// The body of the answer.
    pub(crate) fn to_json(&self) -> Value {
        let mut body = json!({
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        if !self.errors.is_empty() {
            body["errors"] = json!(self.errors);
        }
        body
    }
}
