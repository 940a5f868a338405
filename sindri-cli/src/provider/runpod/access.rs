//! What RunPod says of whoever asks.

use std::time::Duration;

use super::Runpod;
use super::failure::explain;
use crate::error::Result;
use crate::plan::AccountKeys;

/// What was learnt from two lists.
#[derive(Debug)]
pub(crate) struct AccessSeen {
    /// Pods that the key may see.
    pub(crate) pods: usize,
    /// SSH keys of the account.
    pub(crate) account_keys: AccountKeys,
    /// What is left of the account's quotas, as the answer said.
    pub(crate) quotas: Vec<QuotaLeft>,
    /// The time at RunPod, as the answer said.
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

impl Runpod {
    /// Lists pods and SSH keys, and reads what the answers say beside that.
    pub(crate) async fn access(&self) -> Result<AccessSeen> {
        let listed = self.client.pods().list().await;
        let listed = listed.map_err(|error| explain(&error, "list the pods"))?;
        let limits = listed.rate_limits();
        let quotas = limits.windows().iter().map(|window| QuotaLeft {
            name: window.name.clone(),
            remaining: window.remaining,
            quota: window.quota,
            resets_in: window.resets_in,
        });
        let date = listed.headers().get("date");
        Ok(AccessSeen {
            pods: listed.pods.len(),
            quotas: quotas.collect(),
            date: date.and_then(|date| date.to_str().ok()).map(str::to_owned),
            account_keys: self.account_keys().await?,
        })
    }
}
