//! What is written in one form and read back in another.

use crate::types::{CronConcurrency, CronConcurrencyDetail};

/// A policy is written in small letters and read back with a large first one. What this version does not
/// know stays as it was read.
impl From<CronConcurrencyDetail> for CronConcurrency {
    fn from(read: CronConcurrencyDetail) -> Self {
        match read {
            CronConcurrencyDetail::Allow => Self::Allow,
            CronConcurrencyDetail::Forbid => Self::Forbid,
            CronConcurrencyDetail::Replace => Self::Replace,
            CronConcurrencyDetail::Unknown(text) => Self::Unknown(text),
        }
    }
}
