//! The caller's quota, shared by all clones of a client: slow down before it is spent.
//!
//! Calls stand in one line, first come, first served. As long as it is not known what is left of the quota,
//! one call at a time leaves; what its answer tells is then given out, one by one, and once that is spent the
//! line waits until the quota is renewed. What is left then is not known again.

use super::rate_limit::{LONGEST_RESET_S, RateLimitWindow, RateLimits};
use http::StatusCode;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{Mutex as Line, MutexGuard, Notify};
use tokio::time::{Instant, sleep, timeout_at};

/// Whether a client slows down by what the API says of the caller's quota.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
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

/// How long the line waits for the answer that tells of the quota. A server that takes longer is not
/// flooded by one more.
const PATIENCE: Duration = Duration::from_secs(5);

/// How much the end of one window may differ between two answers: it is told in whole seconds.
const SAME_END: Duration = Duration::from_secs(2);

/// What the answers said of the caller's quota, and what was sent since.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    /// Held by the call at the head of the line.
    line: Line<()>,
    /// Wakes the head of the line when an answer has told something, or will not.
    told: Notify,
    account: Mutex<Account>,
}

#[derive(Debug, Default)]
struct Account {
    /// What the API last told of each window. Empty: nothing is known, or no longer.
    windows: Vec<Window>,
    /// Calls that left so far.
    sent: u64,
    /// Those of them that are not answered yet.
    under_way: u64,
    /// Whether the API answers without telling of a quota: there is nothing to wait for then.
    silent: bool,
    /// Whether the API ever refused a call for want of quota.
    refuses: bool,
    /// Until when a refusal for want of quota asks to wait.
    held_until: Option<Instant>,
}

/// One quota, counted down as calls leave.
#[derive(Debug)]
struct Window {
    name: String,
    quota: Option<u64>,
    /// Calls that may still leave; none when it is not told.
    left: Option<u64>,
    renewed_at: Option<Instant>,
}

/// What the head of the line does next.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// It leaves after this pause.
    Leave(Duration),
    /// It waits for an answer that tells what is left.
    Answer,
    /// Nothing is left: it waits this long until the quota is renewed.
    Renewal(Duration),
    /// Nothing is left, and the renewal is too far away: it does not leave.
    Never(Duration),
}

/// Why a call does not leave. Nothing was sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoTurn {
    /// The quota is spent, and its renewal too far away to be waited for.
    Spent {
        /// Until the quota is renewed.
        renewed_in: Duration,
    },
    /// Time was up while it stood in line.
    OutOfTime,
}

/// One attempt that left, until its answer begins or it is dropped.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    budget: &'a Budget,
    /// How many had left with it.
    number: u64,
    answered: bool,
}

impl Budget {
    /// Leaves at once, whatever is left.
    pub(crate) fn leave(&self) -> Turn<'_> {
        Turn {
            budget: self,
            number: self.lock().leave(),
            answered: false,
        }
    }

    /// Stands in line and leaves when it is this call's turn; until `deadline`, and never waiting
    /// longer than `longest` for a renewal.
    ///
    /// A pause that spreads the last calls is no longer than `longest` either, nor than half of the time until
    /// `deadline`: what is left of it is for the call itself.
    ///
    /// Where the API may not mean what it tells, because it never refused a call, it is asked all the same
    /// rather than waited for too long: by one call at a time.
    pub(crate) async fn turn(
        &self,
        longest: Duration,
        deadline: Instant,
    ) -> Result<Turn<'_>, NoTurn> {
        let _head = self.head_of_line(deadline).await?;
        let patience = Instant::now() + PATIENCE;
        loop {
            let now = Instant::now();
            let too_long = |wait: Duration| wait > longest || now + wait >= deadline;
            let next = self.lock().next(now, too_long);
            match next {
                Next::Leave(pause) => {
                    let rest = deadline.saturating_duration_since(now);
                    let pause = pause.min(longest).min(rest / 2);
                    if !pause.is_zero() {
                        tracing::debug!(
                            delay_ms = pause.as_millis(),
                            "the quota is nearly spent, waiting"
                        );
                        sleep(pause).await;
                    }
                    return Ok(self.leave());
                }
                Next::Answer => {
                    let until = patience.min(deadline);
                    if timeout_at(until, self.told.notified()).await.is_err() {
                        return if until < deadline {
                            Ok(self.leave())
                        } else {
                            Err(NoTurn::OutOfTime)
                        };
                    }
                }
                Next::Renewal(wait) => {
                    tracing::debug!(delay_ms = wait.as_millis(), "the quota is spent, waiting");
                    sleep(wait).await;
                }
                Next::Never(renewed_in) => return Err(NoTurn::Spent { renewed_in }),
            }
        }
    }

    /// Waits for the head of the line. Nearly always nobody else is there, and no timer is needed.
    async fn head_of_line(&self, deadline: Instant) -> Result<MutexGuard<'_, ()>, NoTurn> {
        if let Ok(head) = self.line.try_lock() {
            return Ok(head);
        }
        let head = timeout_at(deadline, self.line.lock()).await;
        head.map_err(|_elapsed| {
            let renewed_in = self.lock().renewed_in(Instant::now());
            let spent = renewed_in.map(|renewed_in| NoTurn::Spent { renewed_in });
            spent.unwrap_or(NoTurn::OutOfTime)
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One call less is under way; the head of the line may want to know.
    fn arrived(&self, learn: impl FnOnce(&mut Account)) {
        let mut account = self.lock();
        account.under_way = account.under_way.saturating_sub(1);
        learn(&mut account);
        drop(account);
        self.told.notify_one();
    }
}

impl Turn<'_> {
    /// The API refused this attempt for want of quota and asks to wait so long: that is for all who share it.
    pub(crate) fn hold(&self, wait: Duration) {
        let wait = Some(wait).filter(|wait| wait.as_secs() <= LONGEST_RESET_S);
        let until = wait.and_then(|wait| Instant::now().checked_add(wait));
        let mut account = self.budget.lock();
        account.held_until = account.held_until.max(until);
    }

    /// Takes down what the head of the answer to this attempt says.
    pub(crate) fn answered(mut self, status: StatusCode, limits: &RateLimits) {
        self.answered = true;
        let number = self.number;
        self.budget
            .arrived(|account| account.learn(status, limits, number, Instant::now()));
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if !self.answered {
            self.budget.arrived(|_| {});
        }
    }
}

impl Account {
    /// Counts one call, and says how many left with it.
    fn leave(&mut self) -> u64 {
        self.sent += 1;
        self.under_way += 1;
        for left in self
            .windows
            .iter_mut()
            .filter_map(|window| window.left.as_mut())
        {
            *left = left.saturating_sub(1);
        }
        self.sent
    }

    /// What the head of the line does. A window that was renewed makes all of them unknown: what is left
    /// of it now, only the next answer tells.
    fn next(&mut self, now: Instant, too_long: impl Fn(Duration) -> bool) -> Next {
        let ended = |window: &Window| window.renewed_at.is_some_and(|at| at <= now);
        if self.windows.iter().any(ended) {
            self.windows.clear();
        }
        self.held_until = self.held_until.filter(|until| *until > now);
        let alone = if self.under_way == 0 {
            Next::Leave(Duration::ZERO)
        } else {
            Next::Answer
        };
        match self.renewed_in(now) {
            Some(wait) if !too_long(wait) => Next::Renewal(wait),
            Some(wait) if self.refuses => Next::Never(wait),
            Some(_) => alone,
            None if self.is_unknown() => alone,
            None => Next::Leave(self.pause(now)),
        }
    }

    /// Whether only the next answer tells if anything is left: none has told, or one told of an empty window
    /// and not of its renewal.
    fn is_unknown(&self) -> bool {
        let is_spent = |window: &Window| window.left == Some(0) && window.renewed_at.is_none();
        (self.windows.is_empty() && !self.silent) || self.windows.iter().any(is_spent)
    }

    /// How long until every window of which nothing is left is renewed, and no refusal asks to wait.
    fn renewed_in(&self, now: Instant) -> Option<Duration> {
        let spent = self.windows.iter().filter(|window| window.left == Some(0));
        let renewals = spent.filter_map(|window| window.renewed_at);
        let ends = renewals.chain(self.held_until);
        ends.map(|at| at.saturating_duration_since(now)).max()
    }

    /// The last tenth of a quota (the last 5 calls of one of unknown size) is spread evenly over the
    /// time until it is renewed. The longest wait of all windows counts.
    fn pause(&self, now: Instant) -> Duration {
        let waits = self.windows.iter().filter_map(|window| {
            let left = window.left?;
            let few = window.quota.map_or(LAST_CALLS, |quota| quota / LAST_PART);
            let spread = u32::try_from(left).ok().filter(|_| left <= few)?;
            let renewed_in = window.renewed_at?.saturating_duration_since(now);
            Some(renewed_in / spread.saturating_add(1))
        });
        waits.max().unwrap_or_default()
    }

    /// Takes down the answer to the call of this number.
    fn learn(&mut self, status: StatusCode, limits: &RateLimits, number: u64, now: Instant) {
        if status == StatusCode::TOO_MANY_REQUESTS {
            self.refuses = true;
            // It has a quota after all, and has not told of it.
            self.silent = false;
        }
        if limits.windows().is_empty() {
            // A proxy that fails in front of an API tells nothing either.
            self.silent |= status.is_success() && self.windows.is_empty();
            return;
        }
        self.silent = false;
        let since = self.sent.saturating_sub(number);
        for told in limits.windows() {
            let mut known = self.windows.iter_mut();
            match known.find(|known| known.name == told.name) {
                Some(known) => known.update(told, since, now),
                None => self.windows.push(Window::told(told, since, now)),
            }
        }
    }
}

impl Window {
    /// A window of which nothing was known. The answer counts its own call and those before; calls that
    /// left `since` are taken off.
    fn told(window: &RateLimitWindow, since: u64, now: Instant) -> Self {
        Self {
            name: window.name.clone(),
            quota: window.quota,
            left: window
                .remaining
                .map(|remaining| remaining.saturating_sub(since)),
            renewed_at: window.resets_in.and_then(|wait| now.checked_add(wait)),
        }
    }

    /// Our own count holds, unless the answer leaves less: others spend the same quota, too. It is not
    /// known which of our calls it counts: answers overtake each other, and those of an earlier window are over.
    ///
    /// The end stays as it was first told, so that one that moves with each answer is seen to.
    fn update(&mut self, told: &RateLimitWindow, since: u64, now: Instant) {
        let new = Self::told(told, since, now);
        if let (Some(known_end), Some(new_end)) = (self.renewed_at, new.renewed_at) {
            if new_end + SAME_END < known_end {
                return;
            }
            if new_end <= known_end + SAME_END {
                self.left = [self.left, told.remaining].into_iter().flatten().min();
                return;
            }
        }
        *self = new;
    }
}

/// How long a client waits that was told this, twice and in the middle of other calls.
pub(super) fn judged(limits: &RateLimits) -> Duration {
    let mut account = Account {
        sent: 7,
        under_way: 3,
        ..Account::default()
    };
    let now = Instant::now();
    account.learn(StatusCode::OK, limits, 5, now);
    account.leave();
    account.learn(StatusCode::TOO_MANY_REQUESTS, limits, 6, now);
    match account.next(now, |_| false) {
        Next::Leave(wait) | Next::Renewal(wait) | Next::Never(wait) => wait,
        Next::Answer => Duration::ZERO,
    }
}

#[cfg(test)]
#[path = "budget_tests.rs"]
mod tests;
