//! A typed answer with what came around it.

use super::rate_limit::RateLimits;
use http::{HeaderMap, StatusCode};
use std::ops::Deref;

/// A typed answer, its status and its headers. Dereferences to the body.
#[derive(Debug, Clone)]
pub struct Response<T> {
    pub(crate) body: T,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) request_id: Option<String>,
}

impl<T> Response<T> {
    /// The body alone.
    pub fn into_inner(self) -> T {
        self.body
    }

    /// The status code.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The id the API gave the request; quote it to the vendor's support.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// What the answer said about the caller's quota.
    pub fn rate_limits(&self) -> RateLimits {
        RateLimits::from_headers(&self.headers)
    }

    /// The same answer with its body changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        let Self {
            body,
            status,
            headers,
            request_id,
        } = self;
        Response {
            body: change(body),
            status,
            headers,
            request_id,
        }
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.body
    }
}
