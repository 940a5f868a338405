//! Counts requests in windows of a minute, an hour and a day, and tells the rest in headers.
//!
//! Nothing is refused: a sandbox tells what a client would see, and a client that obeys the
//! headers slows down by itself.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Name, quota and length in seconds. The service names its quotas in headers and nowhere else;
/// ours are larger than those seen, because pods boot in seconds here and are polled accordingly.
const WINDOWS: [(&str, u64, i64); 3] = [
    ("minute", 600, 60),
    ("hour", 30_000, 3600),
    ("day", 500_000, 86_400),
];

/// Requests made in the present windows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Usage {
    /// In the order of [`WINDOWS`].
    windows: [Window; WINDOWS.len()],
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Window {
    /// Number of the window since 1970. A count that belongs to another one is void.
    number: i64,
    used: u64,
}

impl Usage {
    /// Counts one request.
    pub(crate) fn count(&mut self, now: Timestamp) {
        for (window, (_, _, seconds)) in self.windows.iter_mut().zip(WINDOWS) {
            let number = now.as_second().div_euclid(seconds);
            if window.number != number {
                *window = Window { number, used: 0 };
            }
            window.used = window.used.saturating_add(1);
        }
    }

    /// The `RateLimit` header: what is left of each quota, and seconds until it is whole again.
    pub(crate) fn remaining(&self, now: Timestamp) -> String {
        let rows = self
            .windows
            .iter()
            .zip(WINDOWS)
            .map(|(window, (name, quota, seconds))| {
                let current = now.as_second().div_euclid(seconds) == window.number;
                let left = quota.saturating_sub(if current { window.used } else { 0 });
                let reset = seconds - now.as_second().rem_euclid(seconds);
                (name, format!("r={left};t={reset}"))
            });
        structured(rows)
    }

    /// The `RateLimit-Policy` header: each quota, and its length in seconds.
    pub(crate) fn policy() -> String {
        structured(
            WINDOWS
                .into_iter()
                .map(|(name, q, w)| (name, format!("q={q};w={w}"))),
        )
    }
}

fn structured<'a>(rows: impl Iterator<Item = (&'a str, String)>) -> String {
    let mut out = String::new();
    for (name, parameters) in rows {
        let separator = if out.is_empty() { "" } else { ", " };
        // Writing to a `String` cannot fail.
        let _infallible = write!(out, "{separator}\"{name}\";{parameters}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_count_down_and_start_anew_by_themselves() {
        let mut usage = Usage::default();
        let mut check = |second: i64, expected: &str| {
            let now = Timestamp::from_second(second).unwrap();
            usage.count(now);
            assert_eq!(usage.remaining(now), expected, "at {second}");
        };
        let day = 86_400 * 20_000;
        check(
            day,
            r#""minute";r=599;t=60, "hour";r=29999;t=3600, "day";r=499999;t=86400"#,
        );
        check(
            day + 12,
            r#""minute";r=598;t=48, "hour";r=29998;t=3588, "day";r=499998;t=86388"#,
        );
        check(
            day + 60,
            r#""minute";r=599;t=60, "hour";r=29997;t=3540, "day";r=499997;t=86340"#,
        );
        check(
            day + 3600,
            r#""minute";r=599;t=60, "hour";r=29999;t=3600, "day";r=499996;t=82800"#,
        );
    }

    #[test]
    fn a_spent_quota_stays_at_zero() {
        let mut usage = Usage::default();
        let now = Timestamp::UNIX_EPOCH;
        for _ in 0..700 {
            usage.count(now);
        }
        assert!(usage.remaining(now).starts_with(r#""minute";r=0;t=60, "#));
    }

    #[test]
    fn the_policy_names_each_quota() {
        assert_eq!(
            Usage::policy(),
            r#""minute";q=600;w=60, "hour";q=30000;w=3600, "day";q=500000;w=86400"#
        );
    }
}
