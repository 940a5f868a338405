//! What must hold for any document, checked by `fuzz/` and by a test over its corpus.

use crate::document;
use crate::passes::{Context, lower, mend};

/// Reads a text as an OpenAPI document and brings it into the normal form, or says what is wrong with it:
/// no pass fails by itself.
///
/// # Panics
///
/// When one does.
pub fn document(data: &[u8]) {
    let Ok(mut document) = document::parse(data) else {
        return;
    };
    let mut context = Context::new();
    let mended = mend(&mut document, &mut context);
    let ended = mended.and_then(|()| lower(&mut document, &mut context));
    if let Err(error) = ended {
        let text = error.to_string();
        assert!(!text.contains("the pass `"), "{text}");
    }
}
