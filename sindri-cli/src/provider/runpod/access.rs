//! What RunPod says of whoever asks.

use super::Runpod;
use super::failure::explain;
use crate::error::Result;
use crate::plan::AccountKeys;
use crate::provider::answer::AnswerSeen;

/// What was learnt from two lists.
#[derive(Debug)]
pub(crate) struct AccessSeen {
    /// Pods that the key may see.
    pub(crate) pods: usize,
    /// SSH keys of the account.
    pub(crate) account_keys: AccountKeys,
    pub(crate) answer: AnswerSeen,
}

impl Runpod {
    /// Lists pods and SSH keys, and reads what the answer says beside that.
    pub(crate) async fn access(&self) -> Result<AccessSeen> {
        let listed = self.client.pods().list().await;
        let listed = listed.map_err(|error| explain(&error, "list the pods"))?;
        Ok(AccessSeen {
            pods: listed.pods.len(),
            answer: AnswerSeen::of(&listed),
            account_keys: self.account_keys().await?,
        })
    }
}
