//! What an operation is given to work with.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::check::Checked;
use crate::clock::Pace;
use crate::params::Fields;
use crate::runpod::model::Account;

/// One checked request on one account. An operation works on a draft of the account that is kept
/// only if it succeeds, so it may fail at any point.
pub(crate) struct Call<'a> {
    pub(crate) account: &'a mut Account,
    pub(crate) now: Timestamp,
    pub(crate) pace: Pace,
    parameters: &'a Map<String, Value>,
    body: &'a Map<String, Value>,
    last_event_id: Option<&'a str>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(
        account: &'a mut Account,
        checked: &'a Checked,
        now: Timestamp,
        pace: Pace,
    ) -> Self {
        Self {
            account,
            now,
            pace,
            parameters: &checked.parameters,
            body: &checked.body,
            last_event_id: checked.last_event_id.as_deref(),
        }
    }

    /// Path and query parameters.
    pub(crate) fn parameters(&self) -> Fields<'a> {
        Fields::new(self.parameters)
    }

    pub(crate) fn body(&self) -> Fields<'a> {
        Fields::new(self.body)
    }

    /// The header `Last-Event-ID`.
    pub(crate) fn last_event_id(&self) -> Option<&'a str> {
        self.last_event_id
    }

    /// The `{id}` of the path.
    pub(crate) fn id(&self) -> &'a str {
        self.parameters().text("id").unwrap_or_default()
    }
}
