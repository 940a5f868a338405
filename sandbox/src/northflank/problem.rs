//! Refusals as Northflank writes them.

use serde_json::{Value, json};

use crate::problem::Problem;

/// The body of a refusal. No source tells what `id` names. Here it is the request, so that a test finds what it was
/// refused for in [`Received`](crate::Received).
pub(crate) fn refusal(problem: &Problem, request_id: &str) -> Value {
    let mut error = json!({
        "status": problem.status.as_u16(),
        "message": problem.detail,
        "id": request_id,
    });
    if !problem.errors.is_empty() {
        error["details"] = json!(problem.errors);
    }
    json!({ "error": error })
}
