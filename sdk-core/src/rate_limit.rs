//! The structured `RateLimit` and `RateLimit-Policy` headers, and the older `X-RateLimit-*`.

use http::HeaderMap;
use std::time::Duration;

/// What an answer said about the caller's quota, one entry per window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RateLimits {
    windows: Vec<RateLimitWindow>,
}

/// One quota window, e.g. per minute. What the answer did not say is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimitWindow {
    /// The name the API gives the window; empty where it gives none.
    pub name: String,
    /// Calls allowed per window.
    pub quota: Option<u64>,
    /// Length of the window.
    pub length: Option<Duration>,
    /// Calls left in this window.
    pub remaining: Option<u64>,
    /// Time until the window starts anew.
    pub resets_in: Option<Duration>,
}

impl RateLimits {
    /// Reads the headers of an answer. Items that cannot be read are left out.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let mut limits = Self::default();
        for item in items(headers, "ratelimit-policy") {
            let window = limits.window(item.name);
            window.quota = item.number("q");
            window.length = item.number("w").map(Duration::from_secs);
        }
        for item in items(headers, "ratelimit") {
            let window = limits.window(item.name);
            window.remaining = item.number("r");
            window.resets_in = item
                .number("t")
                .filter(|seconds| *seconds <= LONGEST_RESET_S)
                .map(Duration::from_secs);
        }
        if let Some(remaining) = plain(headers, "x-ratelimit-remaining") {
            let window = limits.window("");
            window.remaining = Some(remaining);
            window.quota = plain(headers, "x-ratelimit-limit");
            window.resets_in = plain(headers, "x-ratelimit-reset")
                .filter(|seconds| *seconds <= LONGEST_RESET_S)
                .map(Duration::from_secs);
        }
        limits
    }

    /// The windows, in the order the API names them. Empty when the answer carried no such header.
    #[must_use]
    pub fn windows(&self) -> &[RateLimitWindow] {
        &self.windows
    }

    /// How long to wait until every exhausted window starts anew; `None` when none is exhausted.
    #[must_use]
    pub fn exhausted_for(&self) -> Option<Duration> {
        self.windows
            .iter()
            .filter(|window| window.remaining == Some(0))
            .filter_map(|window| window.resets_in)
            .max()
    }

    fn window(&mut self, name: &str) -> &mut RateLimitWindow {
        let found = self.windows.iter().position(|window| window.name == name);
        let index = found.unwrap_or_else(|| {
            self.windows.push(RateLimitWindow {
                name: name.to_owned(),
                ..RateLimitWindow::default()
            });
            self.windows.len() - 1
        });
        &mut self.windows[index]
    }
}

/// A larger number is no time left but a point in time, which some APIs send by the same name.
pub(crate) const LONGEST_RESET_S: u64 = 31 * 86_400;

/// One item of a structured list header.
struct Item<'h> {
    name: &'h str,
    /// The rest of it: `r=0;t=12`.
    params: &'h str,
}

/// The items of a structured list header: `"minute";r=0;t=12, "hour";r=2800`.
fn items<'h>(headers: &'h HeaderMap, name: &str) -> impl Iterator<Item = Item<'h>> {
    let values = headers.get_all(name).iter();
    let values = values.filter_map(|value| value.to_str().ok());
    let items = values.flat_map(|value| value.split(','));
    items.map(Item::of).filter(|item| !item.name.is_empty())
}

impl<'h> Item<'h> {
    fn of(text: &'h str) -> Self {
        let (name, params) = text.split_once(';').unwrap_or((text, ""));
        Self {
            name: name.trim().trim_matches('"'),
            params,
        }
    }

    fn number(&self, key: &str) -> Option<u64> {
        let mut params = self.params.split(';').filter_map(|it| it.split_once('='));
        let (_, value) = params.find(|(name, _)| name.trim() == key)?;
        value.trim().parse().ok()
    }
}

fn plain(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::RateLimits;
    use http::{HeaderMap, HeaderName, HeaderValue};
    use std::time::Duration;

    fn read(headers: &[(&'static str, &'static str)]) -> RateLimits {
        let pairs = headers.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        RateLimits::from_headers(&pairs.collect::<HeaderMap>())
    }

    #[test]
    fn policy_and_state_of_a_window_are_joined_by_name() {
        let limits = read(&[
            (
                "ratelimit-policy",
                r#""minute";q=60;w=60, "hour";q=3000;w=3600"#,
            ),
            ("ratelimit", r#""minute";r=0;t=12, "hour";r=2800;t=1812"#),
        ]);
        let minute = &limits.windows()[0];
        assert_eq!((minute.quota, minute.remaining), (Some(60), Some(0)));
        assert_eq!(limits.windows()[1].length, Some(Duration::from_secs(3600)));
        assert_eq!(limits.exhausted_for(), Some(Duration::from_secs(12)));
    }

    #[test]
    fn the_longest_exhausted_window_counts() {
        let limits = read(&[("ratelimit", r#""minute";r=0;t=12, "hour";r=0;t=1812"#)]);
        assert_eq!(limits.exhausted_for(), Some(Duration::from_secs(1812)));
    }

    #[test]
    fn odd_headers_give_nothing_and_do_not_fail() {
        for text in ["", ",", ";;", "\"a", "\"minute\";r=-1;t=x", "=;=,"] {
            assert_eq!(read(&[("ratelimit", text)]).exhausted_for(), None, "{text}");
        }
        assert!(read(&[]).windows().is_empty());
        let old = read(&[
            ("x-ratelimit-limit", "1000"),
            ("x-ratelimit-remaining", "7"),
            ("x-ratelimit-reset", "90"),
        ]);
        assert_eq!(old.windows()[0].resets_in, Some(Duration::from_secs(90)));
        assert_eq!(
            (old.windows()[0].quota, old.windows()[0].remaining),
            (Some(1000), Some(7))
        );
    }
}
