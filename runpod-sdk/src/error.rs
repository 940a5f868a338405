//! RunPod's error body, and the error type it makes.

use crate::types::ErrorResponse;
use sdk_core::Problem;

/// Why a call to RunPod failed.
///
/// [`status`](sdk_core::Error::status), [`message`](sdk_core::Error::message),
/// [`details`](sdk_core::Error::details), [`request_id`](sdk_core::Error::request_id) and
/// [`may_have_taken_effect`](sdk_core::Error::may_have_taken_effect) read all variants alike.
///
/// ```
/// use runpod_sdk::{Error, StatusCode, TransportErrorKind};
///
/// /// Whether to try another GPU type or data center.
/// fn try_elsewhere(error: &Error) -> bool {
///     match error {
///         Error::Api(_) => error.status() == Some(StatusCode::BAD_REQUEST),
///         Error::Transport(error) => error.kind() == TransportErrorKind::Connect,
///         _ => false,
///     }
/// }
/// ```
pub type Error = sdk_core::Error<ErrorResponse>;

impl Problem for ErrorResponse {
    fn from_body(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    fn message(&self) -> &str {
        if self.detail.is_empty() {
            &self.title
        } else {
            &self.detail
        }
    }

    fn details(&self) -> &[String] {
        self.errors.as_deref().unwrap_or_default()
    }
}
