//! RunPod's error body, and the error type it makes.

use crate::types::ErrorResponse;
use sdk_core::{Problem, StatusCode};

/// Why a call to RunPod failed.
///
/// [`status`](sdk_core::Error::status), [`message`](sdk_core::Error::message),
/// [`details`](sdk_core::Error::details), [`request_id`](sdk_core::Error::request_id) and
/// [`may_have_taken_effect`](sdk_core::Error::may_have_taken_effect) read all variants alike.
///
/// [`is_no_capacity`](sdk_core::Error::is_no_capacity) tells a refusal for want of a free machine from one of a
/// wrong request: both are a 400, and RunPod tells them apart in words only.
///
/// ```
/// use runpod_sdk::{Error, TransportErrorKind};
///
/// /// What to do about a create that failed.
/// fn advice(error: &Error) -> &'static str {
///     match error {
///         _ if error.may_have_taken_effect() => "look whether it is there",
///         _ if error.is_no_capacity() => "try another GPU type or data center",
///         _ if error.is_rate_limited() => "wait, then try again",
///         Error::Api(_) => "mend the request",
///         Error::Transport(error) if error.kind() == TransportErrorKind::Connect => "try again",
///         _ => "give up",
///     }
/// }
/// ```
pub type Error = sdk_core::Error<ErrorResponse>;

/// Texts that stand for "no capacity" in a 400: there is no code for it. The first two are the answers of a
/// create and of a start, as they were seen; the others are words of the same API elsewhere.
const NO_CAPACITY: [&str; 4] = [
    "instances available",
    "not enough free gpus",
    "insufficient",
    "out of stock",
];

/// Whether a refusal is for want of a free machine.
pub(crate) fn is_no_capacity(status: StatusCode, problem: &ErrorResponse) -> bool {
    let text = problem.message().to_lowercase();
    status == StatusCode::BAD_REQUEST && NO_CAPACITY.iter().any(|words| text.contains(words))
}

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

#[cfg(test)]
mod tests {
    use super::{ErrorResponse, Problem as _, StatusCode, is_no_capacity};
    use serde_json::json;

    #[test]
    fn no_capacity_is_a_400_that_is_told_by_its_text_alone() {
        let check = |status: u16, detail: &str, expected: bool| {
            let body = json!({"title": "No", "status": status, "detail": detail}).to_string();
            let problem = ErrorResponse::from_body(body.as_bytes()).unwrap();
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(
                is_no_capacity(status, &problem),
                expected,
                "{status} {detail}"
            );
        };
        check(
            400,
            "There are no longer any instances available with the requested specifications.",
            true,
        );
        check(
            400,
            "There are not enough free GPUs on the host machine to start this pod.",
            true,
        );
        check(400, "image is required", false);
        check(402, "insufficient balance", false);
        check(403, "insufficient permissions", false);
    }
}
