//! Northflank's error body, and the error type it makes.

use sdk_core::Problem;
use serde_json::Value;

/// Why a call to Northflank failed.
///
/// [`status`](sdk_core::Error::status), [`message`](sdk_core::Error::message),
/// [`details`](sdk_core::Error::details) and
/// [`may_have_taken_effect`](sdk_core::Error::may_have_taken_effect) read all variants alike.
/// [`request_id`](sdk_core::Error::request_id) reads the header `x-request-id`, which no source promises: expect
/// `None`, and see [`ApiProblem::id`].
///
/// ```
/// use northflank_sdk::{Error, StatusCode};
///
/// /// Whether a create failed because the name is taken: names become ids, and ids are unique.
/// fn name_is_taken(error: &Error) -> bool {
///     error.status() == Some(StatusCode::CONFLICT)
/// }
/// ```
pub type Error = sdk_core::Error<ApiProblem>;

/// What Northflank says of a call that failed: the object under `error`.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiProblem {
    message: String,
    id: Option<String>,
    details: Vec<String>,
    raw_details: Option<Value>,
}

impl ApiProblem {
    /// The `id` beside the message, where the API gives one. No source tells what it names, a kind of error or the
    /// request, so do not match on it; tell it when you ask the vendor.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The details as they were sent, in whatever form.
    #[must_use]
    pub fn raw_details(&self) -> Option<&Value> {
        self.raw_details.as_ref()
    }
}

impl Problem for ApiProblem {
    /// Only `message` must be there. The status in the body says nothing that the answer's own does
    /// not, and may differ from it.
    fn from_body(body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let error = body.get("error")?;
        let text = |key: &str| error.get(key).and_then(Value::as_str).map(str::to_owned);
        let raw_details = error.get("details").filter(|details| !details.is_null());
        Some(Self {
            message: text("message")?,
            id: text("id"),
            details: raw_details.map(findings).unwrap_or_default(),
            raw_details: raw_details.cloned(),
        })
    }

    fn message(&self) -> &str {
        &self.message
    }

    fn details(&self) -> &[String] {
        &self.details
    }
}

/// Details as lines: the form is not published, so lists and objects are taken apart once.
fn findings(details: &Value) -> Vec<String> {
    let line = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other
            .get("message")
            .and_then(Value::as_str)
            .map_or_else(|| other.to_string(), str::to_owned),
    };
    match details {
        Value::Array(items) => items.iter().map(line).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(field, value)| format!("{field}: {}", line(value)))
            .collect(),
        single => vec![line(single)],
    }
}

#[cfg(test)]
mod tests {
    use super::ApiProblem;
    use sdk_core::Problem;

    #[test]
    fn the_envelope_is_read_in_every_form() {
        let check = |body: &str, message: Option<&str>, details: &[&str]| {
            let problem = ApiProblem::from_body(body.as_bytes());
            assert_eq!(problem.as_ref().map(Problem::message), message, "{body}");
            let found = problem.as_ref().map_or(&[][..], Problem::details);
            assert_eq!(found, details, "{body}");
        };
        check(
            r#"{"error":{"status":409,"message":"taken","id":"conflict"}}"#,
            Some("taken"),
            &[],
        );
        check(
            r#"{"error":{"message":"no","details":["a",{"message":"b"},3]}}"#,
            Some("no"),
            &["a", "b", "3"],
        );
        check(
            r#"{"error":{"message":"no","details":{"name":"too short"}}}"#,
            Some("no"),
            &["name: too short"],
        );
        check(
            r#"{"error":{"message":"no","details":"why"}}"#,
            Some("no"),
            &["why"],
        );
        check(
            r#"{"error":{"message":"no","details":null,"id":7}}"#,
            Some("no"),
            &[],
        );
        check(r#"{"error":"no"}"#, None, &[]);
        check(r#"{"message":"no"}"#, None, &[]);
        check("<html>502</html>", None, &[]);
    }
}
