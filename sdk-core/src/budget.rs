//! The caller's quota, shared by all clones of a client: slow down before it is spent.

use super::rate_limit::RateLimits;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Whether a client slows down by what the API says of the caller's quota.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quota {
    /// Before a quota is spent, calls are spread over the time until it is renewed.
    #[default]
    Obey,
    /// Calls are sent at once; the API refuses those that are too many.
    Ignore,
}

/// The part of a quota that is spread over the time until it is renewed.
const LAST_PART: u64 = 10;

/// Calls that are spread where the API does not say how large the quota is.
const LAST_CALLS: u64 = 5;

/// What the answers said of the caller's quota, and what was sent since.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    account: Mutex<Account>,
}

#[derive(Debug, Default)]
struct Account {
    known: Option<Known>,
    /// Attempts that wait in line, or for their answer.
    under_way: u64,
}

#[derive(Debug)]
struct Known {
    limits: RateLimits,
    at: Instant,
    /// Calls sent since that the answer did not count.
    sent: u64,
}

/// One attempt, until it is answered or dropped.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    budget: &'a Budget,
    /// How long the attempt should wait before it is sent.
    pub(crate) pause: Duration,
}

impl Budget {
    /// Counts one attempt, and says how long it should wait first.
    pub(crate) fn turn(&self) -> Turn<'_> {
        let mut account = self.lock();
        account.under_way += 1;
        let pause = account.known.as_mut().map(|known| {
            let pause = pause(&known.limits, known.at.elapsed(), known.sent);
            known.sent += 1;
            pause
        });
        Turn {
            budget: self,
            pause: pause.unwrap_or_default(),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// Takes down what the answer to this attempt said. One that says nothing changes nothing.
    pub(crate) fn learn(&self, limits: RateLimits) {
        if limits.windows().is_empty() {
            return;
        }
        let mut account = self.budget.lock();
        // The answer counts its own call. Whether it counts the others is not known.
        let sent = account.under_way.saturating_sub(1);
        account.known = Some(Known {
            limits,
            at: Instant::now(),
            sent,
        });
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut account = self.budget.lock();
        account.under_way = account.under_way.saturating_sub(1);
    }
}

/// How long a call should wait: `age` after the API told of the quota, and after `sent` further calls.
///
/// An exhausted window makes it wait until the window is renewed. The last tenth of a quota (the last 5
/// calls of one of unknown size) is spread evenly over the time until then. The longest wait counts.
fn pause(limits: &RateLimits, age: Duration, sent: u64) -> Duration {
    let waits = limits.windows().iter().filter_map(|window| {
        let remaining = window.remaining?.saturating_sub(sent);
        let renewed_in = window.resets_in?.checked_sub(age)?;
        let few = window.quota.map_or(LAST_CALLS, |quota| quota / LAST_PART);
        let spread = u32::try_from(remaining).ok().filter(|_| remaining <= few)?;
        // What went out since the answer stands in line before this call.
        let turn = u32::try_from(sent).unwrap_or(u32::MAX).saturating_add(1);
        let share = renewed_in / (spread + turn);
        Some(match remaining {
            0 => renewed_in,
            _ => share.saturating_mul(turn).min(renewed_in),
        })
    });
    waits.max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::rate_limit::RateLimits;
    use super::{Budget, pause};
    use http::{HeaderMap, HeaderValue};
    use std::time::Duration;

    fn limits(policy: &str, state: &str) -> RateLimits {
        let mut headers = HeaderMap::new();
        headers.insert("ratelimit-policy", HeaderValue::from_str(policy).unwrap());
        headers.insert("ratelimit", HeaderValue::from_str(state).unwrap());
        RateLimits::from_headers(&headers)
    }

    #[test]
    fn a_call_waits_by_what_is_left_and_when_it_is_renewed() {
        let policy = r#""minute";q=60;w=60, "hour";q=3000;w=3600"#;
        let check = |state: &str, age_s: u64, sent: u64, expected_ms: u64| {
            let wait = pause(&limits(policy, state), Duration::from_secs(age_s), sent);
            assert_eq!(
                wait,
                Duration::from_millis(expected_ms),
                "{state} age {age_s} sent {sent}"
            );
        };
        // Plenty is left.
        check(r#""minute";r=60;t=60, "hour";r=2999;t=3600"#, 0, 0, 0);
        check(r#""minute";r=7;t=60"#, 0, 0, 0);
        // The last tenth is spread.
        check(r#""minute";r=5;t=60"#, 0, 0, 10_000);
        check(r#""minute";r=1;t=10"#, 0, 0, 5_000);
        // Nothing is left.
        check(r#""minute";r=0;t=12"#, 0, 0, 12_000);
        check(r#""minute";r=0;t=12"#, 5, 0, 7_000);
        // Renewed in the meantime.
        check(r#""minute";r=0;t=12"#, 13, 0, 0);
        // Calls under way count, and stand in line.
        check(r#""minute";r=7;t=60"#, 0, 2, 22_500);
        check(r#""minute";r=3;t=12"#, 0, 3, 12_000);
        // The longest wait of all windows.
        check(r#""minute";r=1;t=10, "hour";r=0;t=30"#, 0, 0, 30_000);
        // What cannot be judged is no reason to wait.
        check(r#""minute";r=0"#, 0, 0, 0);
        check(r#""minute";t=50"#, 0, 0, 0);
    }

    #[test]
    fn a_quota_of_unknown_size_is_spread_over_its_last_calls() {
        let check = |remaining: u64, expected_s: u64| {
            let state = format!(r#""";r={remaining};t=60, "x";r={remaining};t=60"#);
            let wait = pause(&limits("", &state), Duration::ZERO, 0);
            assert_eq!(wait, Duration::from_secs(expected_s), "{remaining}");
        };
        check(6, 0);
        check(5, 10);
        check(0, 60);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_at_once_do_not_all_leave_at_once() {
        let budget = Budget::default();
        let first = budget.turn();
        assert_eq!(first.pause, Duration::ZERO);
        first.learn(limits(r#""minute";q=60;w=60"#, r#""minute";r=5;t=60"#));
        first.learn(RateLimits::default());
        drop(first);
        let turns: Vec<_> = (0..7).map(|_| budget.turn()).collect();
        let waits: Vec<_> = turns.iter().map(|turn| turn.pause.as_secs()).collect();
        assert_eq!(waits, [10, 20, 30, 40, 50, 60, 60]);
        tokio::time::advance(Duration::from_secs(61)).await;
        assert_eq!(budget.turn().pause, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_does_not_make_the_calls_under_way_forgotten_and_a_dropped_call_is() {
        let policy = r#""minute";q=60;w=60"#;
        let budget = Budget::default();
        let mut turns: Vec<_> = (0..3).map(|_| budget.turn()).collect();
        turns[0].learn(limits(policy, r#""minute";r=5;t=60"#));
        // Two are under way: three of five are left, and this one is third in line.
        let fourth = budget.turn();
        assert_eq!(fourth.pause, Duration::from_secs(30));
        drop(fourth);
        // Two of three are given up, so none is under way beside the one that is answered.
        turns.truncate(1);
        turns[0].learn(limits(policy, r#""minute";r=5;t=60"#));
        assert_eq!(budget.turn().pause, Duration::from_secs(10));
    }
}
