//! Secrets that do not print.

use secrecy::{ExposeSecret, SecretString};
use std::{collections::BTreeMap, fmt};

/// An API key or token. Its `Debug` shows no part of it.
#[derive(Clone)]
pub struct ApiToken(SecretString);

impl ApiToken {
    /// The token as a header value, marked sensitive; `None` if it holds bytes no header can carry.
    pub(crate) fn header_value(&self, scheme: Option<&str>) -> Option<http::HeaderValue> {
        let token = self.0.expose_secret();
        let text = scheme.map_or_else(|| token.to_owned(), |scheme| format!("{scheme} {token}"));
        let mut value = http::HeaderValue::try_from(text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<SecretString> for ApiToken {
    fn from(secret: SecretString) -> Self {
        Self(secret)
    }
}

impl From<String> for ApiToken {
    fn from(secret: String) -> Self {
        Self(secret.into())
    }
}

impl From<&str> for ApiToken {
    fn from(secret: &str) -> Self {
        Self(secret.into())
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiToken(***)")
    }
}

/// Shows that a secret is there, and for a map its keys, but never a value.
///
/// Used by the `Debug` of generated types.
pub struct Masked<'a, T>(pub &'a T);

impl fmt::Debug for Masked<'_, String> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<V> fmt::Debug for Masked<'_, BTreeMap<String, V>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.0.keys().map(|key| (key, format_args!("***"))))
            .finish()
    }
}

impl<T> fmt::Debug for Masked<'_, Vec<T>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[*** × {}]", self.0.len())
    }
}

impl fmt::Debug for Masked<'_, serde_json::Value> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<T> fmt::Debug for Masked<'_, Option<T>>
where
    for<'b> Masked<'b, T>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(value) => write!(f, "Some({:?})", Masked(value)),
            None => f.write_str("None"),
        }
    }
}

impl<T> fmt::Debug for Masked<'_, super::Nullable<T>>
where
    for<'b> Masked<'b, T>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            super::Nullable::Absent => f.write_str("Absent"),
            super::Nullable::Null => f.write_str("Null"),
            super::Nullable::Value(value) => write!(f, "Value({:?})", Masked(value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ApiToken, Masked};
    use std::collections::BTreeMap;

    #[test]
    fn debug_shows_keys_and_no_value() {
        let env = BTreeMap::from([("TOKEN".to_owned(), "hunter2".to_owned())]);
        let shown = format!("{:?} {:?}", Masked(&Some(env)), ApiToken::from("hunter2"));
        assert_eq!(shown, r#"Some({"TOKEN": ***}) ApiToken(***)"#);
    }

    #[test]
    fn a_token_becomes_a_sensitive_header() {
        let value = ApiToken::from("abc").header_value(Some("Bearer")).unwrap();
        assert_eq!(value, "Bearer abc");
        assert!(value.is_sensitive());
        assert!(ApiToken::from("a\nb").header_value(None).is_none());
    }
}
