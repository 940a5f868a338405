//! The body of an error answer, read tolerantly.

use serde_json::Value;
use std::fmt;

/// The body of an API's error answers.
///
/// Proxies in front of an API answer for it in their own words, so a body that does not fit is no
/// failure: [`Problem::from_body`] returns `None` and the error keeps the first bytes instead.
pub trait Problem: fmt::Debug + Send + Sync + Sized + 'static {
    /// Reads an error body; `None` when it is not of this API's form.
    fn from_body(body: &[u8]) -> Option<Self>;
    /// What went wrong, in the API's words.
    fn message(&self) -> &str;
    /// Single findings, e.g. one per rejected key.
    fn details(&self) -> &[String];
}

/// An error body of an API whose form is not known: the usual places are searched for a message.
#[derive(Clone, Debug, PartialEq)]
pub struct AnyProblem {
    message: String,
    details: Vec<String>,
    body: Value,
}

impl AnyProblem {
    /// The whole body.
    #[must_use]
    pub fn body(&self) -> &Value {
        &self.body
    }
}

impl Problem for AnyProblem {
    fn from_body(body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let inner = body
            .get("error")
            .filter(|error| error.is_object())
            .unwrap_or(&body);
        let message = ["detail", "message", "error_description", "error", "title"]
            .iter()
            .find_map(|key| inner.get(key).and_then(Value::as_str))?
            .to_owned();
        let details = ["errors", "details"]
            .iter()
            .find_map(|key| inner.get(key).and_then(Value::as_array))
            .map(|items| items.iter().map(detail).collect())
            .unwrap_or_default();
        Some(Self {
            message,
            details,
            body,
        })
    }

    fn message(&self) -> &str {
        &self.message
    }

    fn details(&self) -> &[String] {
        &self.details
    }
}

fn detail(item: &Value) -> String {
    item.as_str()
        .or_else(|| item.get("message").and_then(Value::as_str))
        .map_or_else(|| item.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{AnyProblem, Problem};

    #[test]
    fn a_message_is_found_in_the_usual_places() {
        let check = |body: &str, expected: Option<&str>| {
            let problem = AnyProblem::from_body(body.as_bytes());
            assert_eq!(problem.as_ref().map(Problem::message), expected, "{body}");
        };
        check(
            r#"{"title":"Not Found","detail":"no such pod"}"#,
            Some("no such pod"),
        );
        check(
            r#"{"error":{"message":"bad token","status":401}}"#,
            Some("bad token"),
        );
        check(r#"{"error":"no"}"#, Some("no"));
        check(r#"{"message":"slow down"}"#, Some("slow down"));
        check("<html>502</html>", None);
        check("[]", None);
    }

    #[test]
    fn details_may_be_text_or_objects() {
        let body = r#"{"detail":"x","errors":["a",{"message":"b"},3]}"#;
        let problem = AnyProblem::from_body(body.as_bytes()).unwrap();
        assert_eq!(problem.details(), ["a", "b", "3"]);
    }
}
