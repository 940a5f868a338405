//! Watching calls from outside: for metrics, an audit log, a test that counts.

use http::StatusCode;
use std::{fmt, sync::Arc};

/// One attempt of a call, as an observer sees it.
///
/// A call that is repeated has several attempts. Bodies and headers are not shown: they hold secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Observed {
    /// It is about to be sent.
    Sending {
        /// The operation's id in the API's description.
        operation: &'static str,
        /// 1 for the first attempt of a call.
        attempt: u32,
    },
    /// It ended, and of its answer all is read that is going to be; of a stream, the head.
    Ended {
        /// The operation's id in the API's description.
        operation: &'static str,
        /// 1 for the first attempt of a call.
        attempt: u32,
        /// The status of the answer; none when there was no answer, or a part of one.
        status: Option<StatusCode>,
    },
}

/// Who is told of every attempt.
#[derive(Clone)]
pub(crate) struct Observer(Arc<dyn Fn(&Observed) + Send + Sync>);

impl Observer {
    pub(crate) fn new(tell: impl Fn(&Observed) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    pub(crate) fn tell(&self, observed: &Observed) {
        (self.0)(observed);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}
