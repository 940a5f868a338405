//! Where the time comes from, so that tests can drive it by hand.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// A source of the current time.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that moves only when told to. Clones share one time.
#[derive(Debug, Clone)]
pub struct ManualClock {
    now: Arc<Mutex<Timestamp>>,
}

impl ManualClock {
    /// A clock that stands at the given time.
    pub fn at(now: Timestamp) -> Self {
        Self {
            now: Arc::new(Mutex::new(now)),
        }
    }

    /// A clock that stands at the machine's current time.
    pub fn starting_now() -> Self {
        Self::at(Timestamp::now())
    }

    /// Moves the time on.
    pub fn advance(&self, by: Duration) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        *now = later(*now, by);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long the steps of a boot take: their usual length divided by the time scale.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    scale: f64,
}

impl Pace {
    /// `None` unless the scale is a finite number above 0.
    pub(crate) fn new(scale: f64) -> Option<Self> {
        (scale.is_finite() && scale > 0.0).then_some(Self { scale })
    }

    /// The instant at which a step that usually takes `usual` is over.
    pub(crate) fn after(self, from: Timestamp, usual: Duration) -> Timestamp {
        let scaled = Duration::try_from_secs_f64(usual.as_secs_f64() / self.scale);
        later(from, scaled.unwrap_or(Duration::MAX))
    }
}

/// `from + by`, or the end of time where that cannot be written down.
fn later(from: Timestamp, by: Duration) -> Timestamp {
    SignedDuration::try_from(by)
        .ok()
        .and_then(|by| from.checked_add(by).ok())
        .unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_takes_its_usual_time_divided_by_the_scale() {
        let start = Timestamp::UNIX_EPOCH;
        let check = |scale: f64, expected_millis: i64| {
            let end = Pace::new(scale)
                .unwrap()
                .after(start, Duration::from_secs(2));
            assert_eq!(end.as_millisecond(), expected_millis, "scale {scale}");
        };
        check(1.0, 2000);
        check(10.0, 200);
        check(0.5, 4000);
        check(1e12, 0);
        check(1e-300, Timestamp::MAX.as_millisecond());
    }

    #[test]
    fn a_scale_is_a_finite_number_above_zero() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Pace::new(bad).is_none(), "{bad}");
        }
    }
}
