//! Counts requests in windows of a minute, an hour and a day, and tells the rest in headers.
//!
//! Nothing is refused unless that is asked for: a client that obeys the headers slows down by itself.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Name, quota and length in seconds, as RunPod has them. The service names its quotas in headers and nowhere
/// else; ours are larger than those seen, because pods boot in seconds here and are polled accordingly.
const WINDOWS: [(&str, u64, i64); 3] = [
    ("minute", 600, 60),
    ("hour", 30_000, 3600),
    ("day", 500_000, 86_400),
];

/// Requests that Northflank allows in an hour, its only window.
const NORTHFLANK_HOUR: u64 = 1_000;

/// What one request leaves of a quota.
pub(crate) struct Counted {
    /// Seconds until the next request is allowed, if the quota was spent before this one.
    pub(crate) spent: Option<u64>,
    /// Names and values of the headers that tell of it.
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// How many requests each window allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quotas {
    /// Those of RunPod, in the order of [`WINDOWS`].
    runpod: [u64; WINDOWS.len()],
    northflank_hour: u64,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            runpod: WINDOWS.map(|(_, quota, _)| quota),
            northflank_hour: NORTHFLANK_HOUR,
        }
    }
}

impl Quotas {
    /// Sets the quota of a window for each API that has it; false if there is no window of this name.
    pub(crate) fn set(&mut self, name: &str, quota: u64) -> bool {
        let index = WINDOWS.iter().position(|(window, ..)| *window == name);
        if let Some(index) = index {
            self.runpod[index] = quota;
        }
        if name == "hour" {
            self.northflank_hour = quota;
        }
        index.is_some()
    }

    /// Requests that Northflank allows in an hour.
    pub(crate) fn northflank_hour(self) -> u64 {
        self.northflank_hour
    }

    /// The `RateLimit-Policy` header: each quota, and its length in seconds.
    fn policy(self) -> String {
        let rows = WINDOWS.into_iter().zip(self.runpod);
        structured(rows.map(|((name, _, w), q)| (name, format!("q={q};w={w}"))))
    }
}

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
    /// Counts one request and tells what it leaves.
    pub(crate) fn counted(&mut self, quotas: Quotas, now: Timestamp) -> Counted {
        let spent = self.spent_for(quotas, now);
        self.count(now);
        Counted {
            spent,
            headers: vec![
                ("ratelimit", self.remaining(quotas, now)),
                ("ratelimit-policy", quotas.policy()),
            ],
        }
    }

    /// Counts one request.
    fn count(&mut self, now: Timestamp) {
        for (window, (_, _, seconds)) in self.windows.iter_mut().zip(WINDOWS) {
            let number = now.as_second().div_euclid(seconds);
            if window.number != number {
                *window = Window { number, used: 0 };
            }
            window.used = window.used.saturating_add(1);
        }
    }

    /// The `RateLimit` header: what is left of each quota, and seconds until it is whole again.
    fn remaining(&self, quotas: Quotas, now: Timestamp) -> String {
        let rows = self.rows(quotas, now);
        structured(rows.map(|(name, left, reset)| (name, format!("r={left};t={reset}"))))
    }

    /// Seconds until the next request is allowed, if a quota is spent: of the window that is renewed last.
    fn spent_for(&self, quotas: Quotas, now: Timestamp) -> Option<u64> {
        let rows = self.rows(quotas, now);
        let waits = rows.filter(|(_, left, _)| *left == 0);
        waits.map(|(.., reset)| reset.unsigned_abs()).max()
    }

    /// Name, calls left and seconds until it is whole again, of each window.
    fn rows(
        &self,
        quotas: Quotas,
        now: Timestamp,
    ) -> impl Iterator<Item = (&'static str, u64, i64)> {
        let windows = self.windows.into_iter().zip(WINDOWS).zip(quotas.runpod);
        windows.map(move |((window, (name, _, seconds)), quota)| {
            let current = now.as_second().div_euclid(seconds) == window.number;
            let left = quota.saturating_sub(if current { window.used } else { 0 });
            let reset = seconds - now.as_second().rem_euclid(seconds);
            (name, left, reset)
        })
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
            assert_eq!(
                usage.remaining(Quotas::default(), now),
                expected,
                "at {second}"
            );
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
        assert!(
            usage
                .remaining(Quotas::default(), now)
                .starts_with(r#""minute";r=0;t=60, "#)
        );
    }

    #[test]
    fn the_policy_names_each_quota() {
        assert_eq!(
            Quotas::default().policy(),
            r#""minute";q=600;w=60, "hour";q=30000;w=3600, "day";q=500000;w=86400"#
        );
    }

    #[test]
    fn a_spent_quota_tells_when_the_next_request_is_allowed() {
        let mut quotas = Quotas::default();
        assert!(quotas.set("minute", 2) && !quotas.set("week", 1));
        let mut usage = Usage::default();
        let now = Timestamp::from_second(86_400 * 20_000 + 10).unwrap();
        assert_eq!(usage.spent_for(quotas, now), None);
        usage.count(now);
        usage.count(now);
        assert_eq!(usage.spent_for(quotas, now), Some(50));
    }
}
