//! A request field with three states.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field that can be left out, sent as `null`, or sent with a value.
///
/// In a PATCH the three mean different things: leave as it is, clear, set.
///
/// ```
/// # use sdk_core::Nullable;
/// let unchanged: Nullable<String> = Nullable::Absent;
/// let cleared: Nullable<String> = Nullable::Null;
/// let set: Nullable<String> = "registry-id".into();
/// assert!(unchanged.is_absent() && cleared.is_null());
/// assert_eq!(set.as_ref().map(String::as_str), Some("registry-id"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Nullable<T> {
    /// The key is not sent.
    #[default]
    Absent,
    /// The key is sent as `null`.
    Null,
    /// The key is sent with this value.
    Value(T),
}

impl<T> Nullable<T> {
    /// Whether the key is left out. Used by generated code to skip it.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Whether the key is sent as `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The value, if there is one.
    pub fn as_ref(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The value, if there is one.
    pub fn into_option(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl From<&str> for Nullable<String> {
    fn from(value: &str) -> Self {
        Self::Value(value.to_owned())
    }
}

impl<T> From<Option<T>> for Nullable<T> {
    /// `None` is sent as `null`.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // `Absent` is skipped by the field's attribute; alone it has no other JSON form.
        self.as_ref().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Nullable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A missing key never reaches this: the field's `default` gives `Absent`.
        Option::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::Nullable;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Patch {
        #[serde(default, skip_serializing_if = "Nullable::is_absent")]
        registry: Nullable<String>,
    }

    #[test]
    fn absent_null_and_empty_are_three_things_on_the_wire() {
        let check = |registry: Nullable<String>, expected: &str| {
            let patch = Patch { registry };
            let text = serde_json::to_string(&patch).unwrap();
            assert_eq!(text, expected);
            assert_eq!(serde_json::from_str::<Patch>(&text).unwrap(), patch);
        };
        check(Nullable::Absent, "{}");
        check(Nullable::Null, r#"{"registry":null}"#);
        check("".into(), r#"{"registry":""}"#);
        check("reg".into(), r#"{"registry":"reg"}"#);
    }
}
