//! Looking again and again until something is so, with an end.
//!
//! Time is tokio's: under `tokio::time::pause` a wait takes none.

use super::error::Error;
use super::problem::Problem;
use super::transport_error::TransportErrorKind;
use std::future::Future;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout_at};

/// How often to look, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pace {
    /// Between the beginnings of two looks; 10 ms at least.
    pub interval: Duration,
    /// Until giving up. The last look is made when it is over.
    pub max_wait: Duration,
    /// When to look for the first time.
    pub first_look: FirstLook,
}

/// When to look for the first time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FirstLook {
    /// At once.
    #[default]
    Now,
    /// After one interval: what is seen earlier may be from before the change that is waited for.
    AfterInterval,
}

/// What one look says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is so.
    Ready,
    /// Not yet; this is the phase, in words.
    Pending(String),
    /// It will not be so, for this reason.
    Failed(String),
}

/// What a failed look means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It may pass: look again.
    Passing,
    /// It will not: stop.
    Lasting,
}

/// What a failed call means for whoever would make it again: no connection, no answer in time, 408, 429
/// and 5xx may pass, all else is lasting: an answer larger than the client accepts, too.
#[must_use]
pub fn trouble_of<P: Problem>(error: &Error<P>) -> Trouble {
    match error {
        Error::Config(_) | Error::Page(_) => Trouble::Lasting,
        Error::Stream(_) => Trouble::Passing,
        Error::Transport(error) => match error.kind() {
            TransportErrorKind::Connect
            | TransportErrorKind::Timeout
            | TransportErrorKind::Interrupted
            | TransportErrorKind::OverQuota => Trouble::Passing,
            TransportErrorKind::BodyTooLarge => Trouble::Lasting,
        },
        Error::Api(_) | Error::Decode(_) => match error.status().map(|status| status.as_u16()) {
            None | Some(408 | 429 | 500..=599) => Trouble::Passing,
            Some(_) => Trouble::Lasting,
        },
    }
}

/// One look that was not the last.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The phase, or the trouble that may pass, in words.
    pub phase: String,
    /// Since the wait began.
    pub elapsed: Duration,
    /// Looks so far.
    pub polls: u32,
}

/// Why a wait ended without success.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError<E> {
    /// It will not be so.
    #[error("it failed: {reason}")]
    Failed {
        /// Why, in words.
        reason: String,
    },
    /// Time is up. What is waited for may still come.
    #[error("gave up after {} s and {polls} looks; last seen: {last}", elapsed.as_secs())]
    GaveUp {
        /// Since the wait began.
        elapsed: Duration,
        /// Looks made.
        polls: u32,
        /// The last phase, in words.
        last: String,
    },
    /// Looking failed in a way that looking again does not mend.
    #[error(transparent)]
    Call(E),
}

/// No look begins sooner after the one before: an interval of nothing would ask without end.
const LEAST_INTERVAL: Duration = Duration::from_millis(10);

/// The last look is made when time is up and has this much of its own.
const LAST_LOOK: Duration = Duration::from_secs(30);

impl Pace {
    /// A look every `interval`, the first one now, until `max_wait` is over.
    #[must_use]
    pub const fn new(interval: Duration, max_wait: Duration) -> Self {
        Self {
            interval,
            max_wait,
            first_look: FirstLook::Now,
        }
    }

    /// The same with another first look.
    #[must_use]
    pub const fn first_look(mut self, first_look: FirstLook) -> Self {
        self.first_look = first_look;
        self
    }
}

/// Polls until `judge` is satisfied, time is up, or looking fails for good.
///
/// The last look is made when time is up. A failed look that may pass counts as a phase of its own.
///
/// # Errors
///
/// [`WaitError::Failed`] as soon as `judge` says so, [`WaitError::GaveUp`] when time is up,
/// [`WaitError::Call`] when a look fails and `trouble` calls that lasting.
pub async fn until<T, E, Poll, Answer>(
    pace: Pace,
    mut poll: Poll,
    mut judge: impl FnMut(&T) -> Verdict,
    trouble: impl Fn(&E) -> Trouble,
    mut progress: impl FnMut(&Progress),
) -> Result<T, WaitError<E>>
where
    E: std::fmt::Display,
    Poll: FnMut() -> Answer,
    Answer: Future<Output = Result<T, E>>,
{
    let start = Instant::now();
    let deadline = start + pace.max_wait;
    let mut last = "no answer yet".to_owned();
    let mut polls = 0;
    match pace.first_look {
        FirstLook::Now => {}
        FirstLook::AfterInterval => sleep_until(deadline.min(start + pace.interval)).await,
    }
    loop {
        let now = Instant::now();
        let next = now + pace.interval.max(LEAST_INTERVAL);
        let time_is_up = now >= deadline;
        let limit = if time_is_up {
            now + LAST_LOOK
        } else {
            deadline
        };
        polls += 1;
        match timeout_at(limit, poll()).await {
            Ok(Ok(seen)) => match judge(&seen) {
                Verdict::Ready => return Ok(seen),
                Verdict::Failed(reason) => return Err(WaitError::Failed { reason }),
                Verdict::Pending(phase) => last = phase,
            },
            Ok(Err(error)) if trouble(&error) == Trouble::Lasting => {
                return Err(WaitError::Call(error));
            }
            Ok(Err(error)) => last = format!("looking again after: {error}"),
            // The limit cut the look short.
            Err(_) => return Err(gave_up(start, polls, last)),
        }
        progress(&Progress {
            phase: last.clone(),
            elapsed: start.elapsed(),
            polls,
        });
        if time_is_up {
            return Err(gave_up(start, polls, last));
        }
        sleep_until(next.min(deadline)).await;
    }
}

fn gave_up<E>(start: Instant, polls: u32, last: String) -> WaitError<E> {
    WaitError::GaveUp {
        elapsed: start.elapsed(),
        polls,
        last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::future::ready;

    fn pace(interval_s: u64, timeout_s: u64) -> Pace {
        Pace::new(
            Duration::from_secs(interval_s),
            Duration::from_secs(timeout_s),
        )
    }

    /// Runs a wait over scripted looks; the last one repeats.
    async fn run(
        pace: Pace,
        script: &[Result<&'static str, &'static str>],
    ) -> (
        Result<&'static str, WaitError<&'static str>>,
        Vec<String>,
        Duration,
    ) {
        let start = Instant::now();
        let looks = RefCell::new(script.iter());
        let phases = RefCell::new(Vec::new());
        let last = *script.last().unwrap();
        let result = until(
            pace,
            || ready(looks.borrow_mut().next().copied().unwrap_or(last)),
            |seen: &&str| match *seen {
                "ready" => Verdict::Ready,
                "broken" => Verdict::Failed("it broke".to_owned()),
                other => Verdict::Pending(other.to_owned()),
            },
            |error| {
                if *error == "401" {
                    Trouble::Lasting
                } else {
                    Trouble::Passing
                }
            },
            |progress| phases.borrow_mut().push(progress.phase.clone()),
        )
        .await;
        (result, phases.into_inner(), start.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn it_looks_until_it_is_ready() {
        let script = [Ok("provisioning"), Ok("starting"), Ok("ready")];
        let (result, phases, elapsed) = run(pace(5, 600), &script).await;
        assert_eq!(result.unwrap(), "ready");
        assert_eq!(phases, ["provisioning", "starting"]);
        assert_eq!(elapsed, Duration::from_secs(10));
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_changed_is_looked_at_only_after_a_pause() {
        let start = Instant::now();
        let looks = RefCell::new(Vec::new());
        let result: Result<(), WaitError<String>> = until(
            pace(5, 600).first_look(FirstLook::AfterInterval),
            || {
                looks.borrow_mut().push(start.elapsed().as_secs());
                ready(Ok(()))
            },
            |()| Verdict::Ready,
            |_| Trouble::Passing,
            |_| {},
        )
        .await;
        assert!(result.is_ok());
        assert_eq!(looks.into_inner(), [5]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_ends_the_wait_at_once() {
        let (result, _, elapsed) = run(pace(5, 600), &[Ok("starting"), Ok("broken")]).await;
        assert!(matches!(result, Err(WaitError::Failed { reason }) if reason == "it broke"));
        assert_eq!(elapsed, Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn it_gives_up_in_time_and_not_before_and_says_what_it_saw_last() {
        for (timeout_s, looks) in [(12, 4), (10, 3), (4, 2), (0, 1)] {
            let (result, _, took) = run(pace(5, timeout_s), &[Ok("starting")]).await;
            let Err(WaitError::GaveUp {
                elapsed,
                polls,
                last,
            }) = result
            else {
                panic!("{result:?}")
            };
            assert_eq!((polls, last.as_str()), (looks, "starting"), "{timeout_s}");
            assert_eq!(
                (elapsed, took),
                (
                    Duration::from_secs(timeout_s),
                    Duration::from_secs(timeout_s)
                )
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_ready_when_the_time_is_up_is_ready() {
        let (result, _, elapsed) = run(pace(5, 4), &[Ok("starting"), Ok("ready")]).await;
        assert_eq!(result.unwrap(), "ready");
        assert_eq!(elapsed, Duration::from_secs(4));
    }

    #[tokio::test(start_paused = true)]
    async fn a_look_that_fails_for_now_is_made_again_and_one_that_fails_for_good_is_not() {
        let (result, phases, _) = run(pace(5, 600), &[Err("503"), Ok("ready")]).await;
        assert_eq!(result.unwrap(), "ready");
        assert_eq!(phases, ["looking again after: 503"]);
        let (result, _, _) = run(pace(5, 600), &[Err("401")]).await;
        assert!(matches!(result, Err(WaitError::Call("401"))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_look_that_never_ends_is_cut_short_by_the_deadline() {
        let start = Instant::now();
        let result: Result<(), WaitError<String>> = until(
            pace(5, 30),
            std::future::pending::<Result<(), String>>,
            |()| Verdict::Ready,
            |_| Trouble::Passing,
            |_| {},
        )
        .await;
        assert!(matches!(result, Err(WaitError::GaveUp { polls: 1, .. })));
        assert_eq!(start.elapsed(), Duration::from_secs(30));
    }
}
