//! What an operation is given to work with.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::api::Moment;
use crate::check::Checked;
use crate::clock::Pace;
use crate::northflank::model::{Account, Project};
use crate::params::Fields;
use crate::problem::Problem;

/// One checked request on one account. An operation works on a draft of the account that is kept
/// only if it succeeds, so it may fail at any point.
pub(crate) struct Call<'a> {
    pub(crate) account: &'a mut Account,
    pub(crate) now: Timestamp,
    pub(crate) pace: Pace,
    /// The port that the sandbox listens on.
    pub(crate) port: u16,
    /// Whether the request asks for a WebSocket.
    pub(crate) upgrade: bool,
    parameters: &'a Map<String, Value>,
    body: &'a Map<String, Value>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(account: &'a mut Account, checked: &'a Checked, moment: Moment) -> Self {
        account.settle(moment.now, moment.pace);
        Self {
            account,
            now: moment.now,
            pace: moment.pace,
            port: moment.port,
            upgrade: checked.upgrade,
            parameters: &checked.parameters,
            body: &checked.body,
        }
    }

    /// Path and query parameters.
    pub(crate) fn parameters(&self) -> Fields<'a> {
        Fields::new(self.parameters)
    }

    pub(crate) fn body(&self) -> Fields<'a> {
        Fields::new(self.body)
    }

    /// The body as it came.
    pub(crate) fn whole_body(&self) -> &'a Map<String, Value> {
        self.body
    }

    /// A parameter of the path.
    pub(crate) fn id(&self, parameter: &str) -> &'a str {
        self.parameters().text(parameter).unwrap_or_default()
    }

    /// The project of the path.
    ///
    /// # Errors
    /// 404 if there is none.
    pub(crate) fn project(&self) -> Result<&Project, Problem> {
        self.account.project(self.id("projectId"))
    }

    /// The project of the path, to be changed.
    ///
    /// # Errors
    /// 404 if there is none.
    pub(crate) fn project_mut(&mut self) -> Result<&mut Project, Problem> {
        let id = self.id("projectId");
        self.account.project_mut(id)
    }
}
