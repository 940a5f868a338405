//! Running progenitor on the normal form.

use proc_macro2::TokenStream;
use progenitor_impl::{GenerationSettings, Generator};
use serde_json::Value;

use crate::passes::{Outcome, PassError};

/// Runs progenitor.
pub fn generate(document: &Value) -> Outcome<TokenStream> {
    let spec: openapiv3::OpenAPI = serde_json::from_value(document.clone())
        .map_err(|error| PassError::new("", error.to_string()))?;
    let mut settings = GenerationSettings::new();
    settings.with_map_type("::std::collections::BTreeMap");
    Generator::new(&settings)
        .generate_tokens(&spec)
        .map_err(|error| PassError::new("", error.to_string()))
}
