//! Counts requests in an hour that begins with the first of them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::limits::{Counted, Quotas};

const WINDOW: Duration = Duration::from_secs(3600);

/// Requests made in the present hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Usage {
    /// When the hour is over.
    ends: Option<Timestamp>,
    used: u64,
}

impl Usage {
    /// Counts one request and tells what it leaves.
    pub(crate) fn counted(&mut self, quotas: Quotas, now: Timestamp) -> Counted {
        let ends = match self.ends {
            Some(ends) if now < ends => ends,
            Some(_) | None => {
                self.used = 0;
                SignedDuration::try_from(WINDOW)
                    .ok()
                    .and_then(|window| now.checked_add(window).ok())
                    .unwrap_or(Timestamp::MAX)
            }
        };
        self.ends = Some(ends);
        let quota = quotas.northflank_hour();
        let reset = seconds_until(ends, now);
        let spent = (self.used >= quota).then_some(reset);
        self.used = self.used.saturating_add(1);
        Counted {
            spent,
            headers: vec![
                ("x-ratelimit-limit", quota.to_string()),
                (
                    "x-ratelimit-remaining",
                    quota.saturating_sub(self.used).to_string(),
                ),
                ("x-ratelimit-reset", reset.to_string()),
            ],
        }
    }
}

/// Whole seconds, rounded up: after them the hour is over.
fn seconds_until(ends: Timestamp, now: Timestamp) -> u64 {
    let millis = ends.as_millisecond().saturating_sub(now.as_millisecond());
    u64::try_from(millis).unwrap_or_default().div_ceil(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_begins_with_the_first_request() {
        let mut quotas = Quotas::default();
        assert!(quotas.set("hour", 2));
        let mut usage = Usage::default();
        let mut check = |second: i64, remaining: &str, reset: &str, spent: Option<u64>| {
            let now = Timestamp::from_second(second).unwrap();
            let counted = usage.counted(quotas, now);
            let values: Vec<&str> = counted.headers.iter().map(|(_, v)| v.as_str()).collect();
            assert_eq!(values, ["2", remaining, reset], "at {second}");
            assert_eq!(counted.spent, spent, "at {second}");
        };
        check(100, "1", "3600", None);
        check(1100, "0", "2600", None);
        check(1200, "0", "2500", Some(2500));
        check(3700, "1", "3600", None);
    }
}
