//! References to container images.

use std::fmt;

use serde::{Serialize, Serializer};

/// A reference to a container image, kept as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageRef {
    text: String,
}

/// As written.
impl fmt::Display for ImageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for ImageRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}
