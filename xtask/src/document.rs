//! Reading an OpenAPI document.

use serde_json::Value;

use crate::passes::{Outcome, PassError};

/// Reads a document.
pub fn read(bytes: &[u8]) -> Outcome<Value> {
    serde_json::from_slice(bytes).map_err(|error| PassError::new("", error.to_string()))
}
