//! What the tests of the passes share.

use serde_json::{Value, json};

use super::context::{Context, Outcome, PassError};

/// A pass.
pub(super) type Run = fn(&mut Value, &mut Context) -> Outcome;

/// Runs a pass on a document and compares what comes out.
pub(super) fn document(run: Run, before: &Value, after: &Value) {
    let mut document = before.clone();
    run(&mut document, &mut Context::new()).unwrap();
    assert_eq!(document, *after, "\nfrom {before}\ncame {document:#}");
}

/// Runs a pass on named schemas and compares what comes out.
pub(super) fn schemas(run: Run, before: &Value, after: &Value) {
    let mut document = json!({"paths": {}, "components": {"schemas": before}});
    run(&mut document, &mut Context::new()).unwrap();
    let found = &document["components"]["schemas"];
    assert_eq!(found, after, "\nfrom {before}\ncame {found:#}");
}

/// Runs a pass on a single schema, called `A`.
pub(super) fn schema(run: Run, before: &Value, after: &Value) {
    schemas(run, &json!({"A": before}), &json!({"A": after}));
}

/// Runs a pass on a single operation, `get /a`.
pub(super) fn operation(run: Run, before: &Value, after: &Value) {
    let mut document = json!({"paths": {"/a": {"get": before}}});
    run(&mut document, &mut Context::new()).unwrap();
    let found = &document["paths"]["/a"]["get"];
    assert_eq!(found, after, "\nfrom {before}\ncame {found:#}");
}

/// What a pass has to say about a document.
pub(super) fn warnings(run: Run, document: &Value) -> Vec<String> {
    let mut document = document.clone();
    let mut context = Context::new();
    run(&mut document, &mut context).unwrap();
    context.warnings.iter().map(ToString::to_string).collect()
}

/// Why a pass refuses a document.
pub(super) fn error(run: Run, document: &Value) -> PassError {
    run(&mut document.clone(), &mut Context::new()).unwrap_err()
}
