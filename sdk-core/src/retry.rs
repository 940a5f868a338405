//! Whether a failed attempt may be repeated, and when: pure, without clock or IO.

use super::budget::Quota;
use super::operation::Repeat;
use std::time::Duration;

/// How often and how soon failed calls are repeated.
///
/// | failure | sent again | [`is_retryable`](super::error::Error::is_retryable) |
/// |---|---|---|
/// | no connection | yes: nothing was sent | yes |
/// | 429 | after the time that the API asks for, up to `max_server_delay` | yes |
/// | no answer in time, a broken connection, 502, 503, 504 | if sending it twice does nothing twice: reads, and what sets or deletes | the same |
/// | every other status, 408 and 500 among them; an answer that cannot be read or is too large | no | no |
/// | the quota is spent for too long, or no time was left: not sent at all | no | yes: later |
///
/// A wait for a resource is another thing: it looks again after 408 and every 5xx, too.
#[derive(Clone, Debug, PartialEq)]
pub struct RetryPolicy {
    /// Attempts in all; 1 never repeats, and 0 is taken for 1.
    pub max_attempts: u32,
    /// The first wait is between zero and this; each next one up to twice as long.
    pub base_delay: Duration,
    /// The longest wait of our own choosing.
    pub max_delay: Duration,
    /// The longest wait the server may ask for; beyond it the call fails and says so.
    pub max_server_delay: Duration,
    /// Whether calls wait by themselves when a quota is nearly spent: up to `max_server_delay`, and
    /// within the time of the call. Where the renewal is farther away, the API is asked all the same, and once it
    /// has refused a call that was too many, no more of them are sent.
    pub quota: Quota,
}

impl Default for RetryPolicy {
    /// Three attempts, waits from 0.5 s up to 8 s, a server may ask for up to 60 s.
    fn default() -> Self {
        Self {
            max_attempts: 3,
            base_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(8),
            max_server_delay: Duration::from_secs(60),
            quota: Quota::Obey,
        }
    }
}

impl RetryPolicy {
    /// Every call is sent once at most. Whether it waits for its quota first is up to `quota`.
    #[must_use]
    pub fn never() -> Self {
        Self {
            max_attempts: 1,
            ..Self::default()
        }
    }

    /// The wait after a failed attempt, counted from 1: anywhere between zero and its bound, which
    /// doubles each time, by a random number from 0 to 1.
    #[must_use]
    pub fn delay(&self, attempt: u32, jitter: f64) -> Duration {
        let doubled = self
            .base_delay
            .saturating_mul(1 << attempt.saturating_sub(1).min(16));
        doubled.min(self.max_delay).mul_f64(jitter.clamp(0.0, 1.0))
    }
}

/// How an attempt failed, as far as repeating it is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The request cannot have reached the server.
    NotSent,
    /// The request was not sent, because no time was left or the quota is spent for longer than may be waited.
    NotAllowed,
    /// The request may have been carried out; its answer was lost.
    AnswerLost,
    /// The server answered with this error.
    Status {
        /// The status code.
        code: u16,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
}

impl Failure {
    /// Whether the request may have been carried out although it failed.
    ///
    /// A 4xx is a refusal. 408 is none: the server gave up waiting, for whatever it had by then. A
    /// success whose body is of no use is a success all the same.
    #[must_use]
    pub fn may_have_taken_effect(self) -> bool {
        match self {
            Self::NotSent | Self::NotAllowed => false,
            Self::AnswerLost => true,
            Self::Status { code, .. } => code >= 500 || code == 408 || (200..300).contains(&code),
        }
    }

    fn is_transient(self) -> bool {
        match self {
            Self::NotSent | Self::AnswerLost => true,
            Self::NotAllowed => false,
            Self::Status { code, .. } => matches!(code, 429 | 502..=504),
        }
    }
}

/// Whether the call may succeed later, and sending it again does nothing twice.
pub(crate) fn is_retryable(repeat: Repeat, failure: Failure) -> bool {
    let may_pass = failure.is_transient() || failure == Failure::NotAllowed;
    may_pass && may_be_repeated(repeat, failure)
}

fn may_be_repeated(repeat: Repeat, failure: Failure) -> bool {
    repeat == Repeat::Safe || !failure.may_have_taken_effect()
}

/// How long to wait before the next attempt; `None`: do not try again.
///
/// `attempt` counts from 1 and is the one that just failed. `jitter` is a random number from 0 to 1:
/// the wait is anywhere between zero and its bound, so that many clients do not return at once.
#[must_use]
pub fn next_delay(
    policy: &RetryPolicy,
    repeat: Repeat,
    failure: Failure,
    attempt: u32,
    jitter: f64,
) -> Option<Duration> {
    if !may_be_repeated(repeat, failure)
        || !failure.is_transient()
        || attempt >= policy.max_attempts
    {
        return None;
    }
    if let Failure::Status {
        retry_after: Some(wait),
        ..
    } = failure
    {
        return (wait <= policy.max_server_delay).then_some(wait);
    }
    Some(policy.delay(attempt, jitter))
}

/// The same within the time that is left of a call: a wait that leaves no time for another attempt is none.
pub(crate) fn delay_within(
    left: Duration,
    policy: &RetryPolicy,
    repeat: Repeat,
    failure: Failure,
    attempt: u32,
    jitter: f64,
) -> Option<Duration> {
    next_delay(policy, repeat, failure, attempt, jitter).filter(|delay| *delay < left)
}

#[cfg(test)]
mod tests {
    use super::super::operation::Repeat::{self, Safe, Unsafe};
    use super::{Failure, RetryPolicy, delay_within, is_retryable, next_delay};
    use proptest::prelude::*;
    use std::time::Duration;

    fn millis(most: u64) -> impl Strategy<Value = Duration> {
        (0..most).prop_map(Duration::from_millis)
    }

    /// How an attempt failed, how long it took, and the dice.
    fn attempt() -> impl Strategy<Value = (Failure, Duration, f64)> {
        let wait = prop::option::of(millis(200_000));
        let failure = prop_oneof![
            Just(Failure::NotSent),
            Just(Failure::NotAllowed),
            Just(Failure::AnswerLost),
            (200..600_u16, wait)
                .prop_map(|(code, retry_after)| Failure::Status { code, retry_after }),
            Just(status(503)),
        ];
        (failure, millis(40_000), any::<f64>())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_schedule_never_exceeds_its_deadline(
            delays in (millis(5_000), millis(20_000), millis(90_000)),
            max_attempts in 0..50_u32,
            deadline in millis(200_000),
            attempts in prop::collection::vec(attempt(), 0..60),
            safe in any::<bool>(),
        ) {
            let policy = RetryPolicy {
                max_attempts,
                base_delay: delays.0,
                max_delay: delays.1,
                max_server_delay: delays.2,
                ..RetryPolicy::default()
            };
            let repeat = if safe { Safe } else { Unsafe };
            let mut passed = Duration::ZERO;
            for (number, (failure, took, jitter)) in (1..).zip(attempts) {
                // An attempt is cut short by the deadline.
                passed += took.min(deadline.saturating_sub(passed));
                let left = deadline.saturating_sub(passed);
                let Some(wait) = delay_within(left, &policy, repeat, failure, number, jitter) else {
                    break;
                };
                prop_assert!(number < max_attempts);
                prop_assert!(wait <= policy.max_delay.max(policy.max_server_delay));
                prop_assert!(safe || !failure.may_have_taken_effect());
                passed += wait;
                prop_assert!(passed < deadline, "{passed:?} of {deadline:?}");
            }
        }
    }

    const fn status(code: u16) -> Failure {
        Failure::Status {
            code,
            retry_after: None,
        }
    }

    #[test]
    fn what_may_be_repeated() {
        let check = |repeat: Repeat, failure: Failure, expected: bool| {
            let delay = next_delay(&RetryPolicy::default(), repeat, failure, 1, 1.0);
            assert_eq!(delay.is_some(), expected, "{repeat:?} {failure:?}");
            // Later is another matter for what was not sent at all.
            let later = expected || failure == Failure::NotAllowed;
            assert_eq!(
                is_retryable(repeat, failure),
                later,
                "{repeat:?} {failure:?}"
            );
        };
        for code in [400, 401, 402, 403, 404, 409, 413, 422, 500, 501] {
            check(Safe, status(code), false);
            check(Unsafe, status(code), false);
        }
        for code in [502, 503, 504] {
            check(Safe, status(code), true);
            check(Unsafe, status(code), false);
        }
        check(Unsafe, status(429), true);
        check(Safe, status(429), true);
        check(Unsafe, Failure::NotSent, true);
        check(Safe, Failure::NotAllowed, false);
        check(Unsafe, Failure::AnswerLost, false);
        check(Safe, Failure::AnswerLost, true);
    }

    #[test]
    fn waits_double_up_to_a_cap_and_are_jittered() {
        let policy = RetryPolicy {
            max_attempts: 99,
            ..RetryPolicy::default()
        };
        let check = |attempt, jitter, millis| {
            let delay = next_delay(&policy, Safe, status(503), attempt, jitter);
            assert_eq!(
                delay,
                Some(Duration::from_millis(millis)),
                "{attempt} {jitter}"
            );
        };
        check(1, 1.0, 500);
        check(2, 1.0, 1000);
        check(2, 0.5, 500);
        check(5, 1.0, 8000);
        check(80, 1.0, 8000);
        check(3, 0.0, 0);
    }

    #[test]
    fn a_server_delay_is_obeyed_up_to_the_cap() {
        let check = |seconds, expected: Option<u64>| {
            let wait = Some(Duration::from_secs(seconds));
            let failure = Failure::Status {
                code: 429,
                retry_after: wait,
            };
            let delay = next_delay(&RetryPolicy::default(), Unsafe, failure, 1, 0.0);
            assert_eq!(delay, expected.map(Duration::from_secs));
        };
        check(2, Some(2));
        check(60, Some(60));
        check(61, None);
    }

    #[test]
    fn the_last_attempt_is_the_last() {
        let policy = RetryPolicy::default();
        assert!(next_delay(&policy, Safe, status(503), policy.max_attempts, 1.0).is_none());
        assert!(next_delay(&RetryPolicy::never(), Safe, status(503), 1, 1.0).is_none());
    }
}
