//! Date-times that never fail to decode.

use serde::{Deserialize, Serialize};
use std::{fmt, time::SystemTime};

/// A date-time as the API sent it; parsed when asked for.
///
/// A date in an unexpected form must not make a whole answer unreadable, so the text is kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(String);

/// A date-time text that is not RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an RFC 3339 date-time")]
pub struct InvalidTimestamp(String);

impl Timestamp {
    /// The text as sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The instant.
    ///
    /// # Errors
    ///
    /// [`InvalidTimestamp`] when the text is not RFC 3339.
    pub fn to_system_time(&self) -> Result<SystemTime, InvalidTimestamp> {
        match self.0.parse::<jiff::Timestamp>() {
            Ok(instant) => Ok(SystemTime::from(instant)),
            Err(_) => Err(InvalidTimestamp(self.0.clone())),
        }
    }
}

impl From<SystemTime> for Timestamp {
    /// An instant outside jiff's range (year -9999 to 9999) becomes the nearest end of it.
    fn from(time: SystemTime) -> Self {
        let instant = jiff::Timestamp::try_from(time).unwrap_or_else(|_| {
            if time < SystemTime::UNIX_EPOCH {
                jiff::Timestamp::MIN
            } else {
                jiff::Timestamp::MAX
            }
        });
        Self(instant.to_string())
    }
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Timestamp {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;
    use std::time::{Duration, SystemTime};

    #[test]
    fn text_is_kept_and_parsed_on_demand() {
        let at = |seconds| Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        let check = |text: &str, expected: Option<SystemTime>| {
            let stamp: Timestamp = serde_json::from_value(text.into()).unwrap();
            assert_eq!(stamp.as_str(), text);
            assert_eq!(stamp.to_system_time().ok(), expected, "{text}");
        };
        check("1970-01-01T00:00:10Z", at(10));
        check("1970-01-01T01:00:10+01:00", at(10));
        check("yesterday", None);
        check("", None);
    }
}
