//! Values that are sent to a provider and shown to nobody.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

/// The value of an environment variable. Neither `Debug` nor JSON show any part of it.
#[derive(Clone)]
pub(crate) struct Masked(SecretString);

/// Environment variables by name.
pub(crate) type Variables = BTreeMap<String, Masked>;

impl Masked {
    /// The value itself, for the request that carries it.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<&str> for Masked {
    fn from(value: &str) -> Self {
        Self(value.into())
    }
}

impl From<String> for Masked {
    fn from(value: String) -> Self {
        Self(value.into())
    }
}

impl PartialEq for Masked {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Masked {}

impl fmt::Debug for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl serde::Serialize for Masked {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_debug_nor_json_show_the_value() {
        let variables = Variables::from([("TOKEN".to_owned(), Masked::from("marker"))]);
        assert_eq!(format!("{variables:?}"), r#"{"TOKEN": ***}"#);
        assert_eq!(
            serde_json::to_string(&variables).unwrap(),
            r#"{"TOKEN":"***"}"#
        );
    }
}
