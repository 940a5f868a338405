//! What an answer of any provider says beside its content.

use std::time::Duration;

use sdk_core::Response;

/// What an answer says beside its content.
#[derive(Debug)]
pub(crate) struct AnswerSeen {
    /// What is left of the account's quotas.
    pub(crate) quotas: Vec<QuotaLeft>,
    /// The provider's time.
    pub(crate) date: Option<String>,
}

/// What is left of one quota.
#[derive(Debug)]
pub(crate) struct QuotaLeft {
    /// `minute`, `hour`, `day`; empty where it has no name.
    pub(crate) name: String,
    pub(crate) remaining: Option<u64>,
    pub(crate) quota: Option<u64>,
    pub(crate) resets_in: Option<Duration>,
}

impl AnswerSeen {
    pub(super) fn of<T>(response: &Response<T>) -> Self {
        let limits = response.rate_limits();
        let quotas = limits.windows().iter().map(|window| QuotaLeft {
            name: window.name.clone(),
            remaining: window.remaining,
            quota: window.quota,
            resets_in: window.resets_in,
        });
        let date = response.headers().get("date");
        Self {
            quotas: quotas.collect(),
            date: date.and_then(|date| date.to_str().ok()).map(str::to_owned),
        }
    }
}
