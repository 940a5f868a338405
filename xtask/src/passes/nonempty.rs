//! `nonempty`: refuses a document without operations.

use serde_json::Value;

use super::context::{Context, Outcome, PassError};
use super::walk;

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    let mut count = 0_usize;
    walk::operations(document, &mut |_, _| {
        count += 1;
        Ok(())
    })?;
    if count > 0 {
        return Ok(());
    }
    if document.get("paths").is_some() {
        Err(PassError::new(
            "/paths",
            "the document describes no operation",
        ))
    } else {
        Err(PassError::new("", "the document has no `paths`")
            .with_help("webhooks alone cannot be turned into a client"))
    }
}
