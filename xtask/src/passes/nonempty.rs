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

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use serde_json::json;

    #[test]
    fn a_document_needs_an_operation() {
        let check = |document: Value, pointer: &str| {
            assert_eq!(
                testing::error(run, &document).pointer,
                pointer,
                "{document}"
            );
        };
        check(json!({}), "");
        check(json!({"webhooks": {"a": {"post": {}}}}), "");
        check(json!({"paths": {}}), "/paths");
        check(json!({"paths": {"/a": {"parameters": []}}}), "/paths");
        let one = json!({"paths": {"/a": {"get": {}}}});
        testing::document(run, &one, &one);
    }
}
