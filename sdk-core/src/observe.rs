//! Watching calls from outside: for metrics, an audit log, a test that counts.

use super::transport_error::TransportErrorKind;
use http::StatusCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{fmt, sync::Arc, time::Duration};
use tokio::time::Instant;

/// One attempt of a call, as an observer sees it.
///
/// A call that is repeated has several attempts, and each that is `Sending` is `Ended` once, also when the call
/// is dropped. Bodies and headers are not shown: they hold secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Observed {
    /// It is about to be sent.
    #[non_exhaustive]
    Sending {
        /// The number of the call in this process. Its attempts share it.
        call: u64,
        /// The id of the operation in snake case, e.g. `create_pod`.
        operation: &'static str,
        /// 1 for the first attempt of a call.
        attempt: u32,
    },
    /// It ended, and of its answer all is read that is going to be; of a stream, the head.
    #[non_exhaustive]
    Ended {
        /// The number of the call in this process. Its attempts share it.
        call: u64,
        /// The id of the operation in snake case, e.g. `create_pod`.
        operation: &'static str,
        /// 1 for the first attempt of a call.
        attempt: u32,
        /// Since it was about to be sent.
        elapsed: Duration,
        /// The status of the answer; none when there was no answer, or a part of one.
        status: Option<StatusCode>,
        /// Why there was none; neither a status nor this where the call was dropped.
        failure: Option<TransportErrorKind>,
    },
}

/// Who is told of every attempt.
#[derive(Clone)]
pub(crate) struct Observer(Arc<dyn Fn(&Observed) + Send + Sync>);

impl Observer {
    pub(crate) fn new(tell: impl Fn(&Observed) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    fn tell(&self, observed: &Observed) {
        (self.0)(observed);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// The number of a new call.
pub(crate) fn next_call() -> u64 {
    static CALLS: AtomicU64 = AtomicU64::new(1);
    CALLS.fetch_add(1, Ordering::Relaxed)
}

/// Which attempt it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Which {
    pub(crate) call: u64,
    pub(crate) operation: &'static str,
    pub(crate) attempt: u32,
}

/// An attempt under way. Whoever observes is told when it begins, and when it ends or is dropped.
#[derive(Debug)]
pub(crate) struct Attempt<'o> {
    observer: Option<&'o Observer>,
    which: Which,
    begun: Instant,
    status: Option<StatusCode>,
    failure: Option<TransportErrorKind>,
}

impl<'o> Attempt<'o> {
    pub(crate) fn begin(observer: Option<&'o Observer>, which: Which) -> Self {
        let Which {
            call,
            operation,
            attempt,
        } = which;
        if let Some(observer) = observer {
            observer.tell(&Observed::Sending {
                call,
                operation,
                attempt,
            });
        }
        Self {
            observer,
            which,
            begun: Instant::now(),
            status: None,
            failure: None,
        }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// It ended by itself.
    pub(crate) fn end(mut self, status: Option<StatusCode>, failure: Option<TransportErrorKind>) {
        self.status = status;
        self.failure = failure;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let Which {
            call,
            operation,
            attempt,
        } = self.which;
        if let Some(observer) = self.observer {
            observer.tell(&Observed::Ended {
                call,
                operation,
                attempt,
                elapsed: self.begun.elapsed(),
                status: self.status,
                failure: self.failure,
            });
        }
    }
}
