//! Failed calls without a usable answer.

use std::{error::Error as StdError, time::Duration};

/// How the exchange failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection could be made; nothing was sent.
    Connect,
    /// No answer, or no next part of one, within the time allowed.
    Timeout,
    /// The connection broke after the request may have been sent.
    Interrupted,
    /// The answer is larger than the client accepts.
    BodyTooLarge,
    /// The caller's quota is spent, and waiting for its renewal would take too long; nothing was sent.
    OverQuota,
}

impl TransportErrorKind {
    /// A word for it that stays the same: `connect`, `timeout`, `interrupted`, `body_too_large`, `over_quota`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::BodyTooLarge => "body_too_large",
            Self::OverQuota => "over_quota",
        }
    }
}

/// No usable answer arrived.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.describe())]
pub struct TransportError {
    pub(crate) kind: TransportErrorKind,
    pub(crate) api: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) host: String,
    pub(crate) attempts: u32,
    pub(crate) may_have_taken_effect: bool,
    pub(crate) retryable: bool,
    /// Whether the request was not even sent.
    pub(crate) unsent: bool,
    pub(crate) renewed_in: Option<Duration>,
    #[source]
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// How the exchange failed.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// The id of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Whether the request may have changed something all the same.
    pub fn may_have_taken_effect(&self) -> bool {
        self.may_have_taken_effect
    }

    /// Until the quota is renewed, where it was spent and that is known.
    pub fn retry_after(&self) -> Option<Duration> {
        self.renewed_in
    }

    /// How often the request was tried.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The host, with the port where it is not the usual one.
    pub fn host(&self) -> &str {
        &self.host
    }

    fn describe(&self) -> String {
        let Self {
            api,
            operation,
            host,
            ..
        } = self;
        let tried = if self.attempts > 1 {
            format!(" (tried {} times)", self.attempts)
        } else {
            String::new()
        };
        match self.kind {
            TransportErrorKind::Timeout if self.unsent => {
                format!("`{operation}` was not sent to {host}: no time was left for it")
            }
            TransportErrorKind::Connect => format!("could not connect to {host} for {api}{tried}"),
            TransportErrorKind::Timeout => {
                format!("no answer from {host} to `{operation}` in time{tried}")
            }
            TransportErrorKind::Interrupted => {
                format!("the connection to {host} broke during `{operation}`{tried}")
            }
            TransportErrorKind::BodyTooLarge => {
                format!("the answer of {host} to `{operation}` is larger than allowed")
            }
            TransportErrorKind::OverQuota => {
                let renewed = self.renewed_in.map(|wait| {
                    // Rounded up: after so many seconds it is renewed.
                    let seconds = wait.as_millis().div_ceil(1000);
                    format!(", and renewed in {seconds} s")
                });
                let renewed = renewed.unwrap_or_default();
                format!("`{operation}` was not sent to {host}: the quota is spent{renewed}")
            }
        }
    }
}
