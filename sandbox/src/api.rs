//! The APIs that one server answers for, and where they differ before an operation is reached.

use std::sync::LazyLock;

use http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use crate::Error;
use crate::check::Checked;
use crate::clock::Pace;
use crate::description::{Description, Operation, Target};
use crate::limits::{Counted, Quotas};
use crate::northflank;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::runpod;
use crate::state::Cloud;

/// An API that the sandbox stands in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Api {
    /// RunPod's REST API v2, below `/v2`.
    RunPod,
    /// Northflank's API v1 with its streams, below `/v1` and `/tunnel`.
    Northflank,
}

/// Each read once for all sandboxes of a process, and not before it is needed.
static RUNPOD: LazyLock<Result<Description, String>> =
    LazyLock::new(|| Description::parse(runpod::DESCRIPTION));
static NORTHFLANK: LazyLock<Result<Description, String>> =
    LazyLock::new(|| Description::parse(northflank::DESCRIPTION));
static NORTHFLANK_STREAMS: LazyLock<Result<Description, String>> =
    LazyLock::new(|| Description::parse(northflank::STREAMS));

/// What a request is answered with, beside its own input.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) now: Timestamp,
    pub(crate) pace: Pace,
    /// The port that the sandbox listens on.
    pub(crate) port: u16,
}

impl Api {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::RunPod, Self::Northflank];

    /// Its provider, as it is written in `sindri.yaml`.
    pub fn name(self) -> &'static str {
        match self {
            Self::RunPod => "runpod",
            Self::Northflank => "northflank",
        }
    }

    /// The API that a path belongs to. What belongs to none is RunPod's to refuse.
    pub(crate) fn of(path: &str) -> Self {
        match path.split('/').nth(1) {
            Some("v1" | "tunnel") => Self::Northflank,
            Some(_) | None => Self::RunPod,
        }
    }

    /// All that is described of it.
    ///
    /// # Errors
    /// [`Error::Description`] if what is built in cannot be used.
    pub(crate) fn operations(self) -> Result<impl Iterator<Item = &'static Operation>, Error> {
        let (main, streams) = match self {
            Self::RunPod => (read(&RUNPOD)?, None),
            Self::Northflank => (read(&NORTHFLANK)?, Some(read(&NORTHFLANK_STREAMS)?)),
        };
        let streams = streams.into_iter().flat_map(Description::operations);
        Ok(main.operations().chain(streams))
    }

    /// What a method and a path lead to. `upgrade`: whether a WebSocket is asked for.
    ///
    /// # Errors
    /// As [`Api::operations`].
    pub(crate) fn find(
        self,
        method: &Method,
        path: &str,
        upgrade: bool,
    ) -> Result<Target<'static>, Error> {
        match self {
            Self::RunPod => Ok(read(&RUNPOD)?.find(method, path)),
            Self::Northflank => {
                let (main, streams) = (read(&NORTHFLANK)?, read(&NORTHFLANK_STREAMS)?);
                // The path of a log is read by REST and followed by a WebSocket.
                let order = if upgrade {
                    [streams, main]
                } else {
                    [main, streams]
                };
                Ok(northflank::find(order, method, path))
            }
        }
    }

    /// Whether an operation is answered from state; others answer 501.
    pub(crate) fn models(self, operation_id: &str) -> bool {
        match self {
            Self::RunPod => runpod::handler(operation_id).is_some(),
            Self::Northflank => northflank::handler(operation_id).is_some(),
        }
    }

    /// Whether an operation is answered without the header `Authorization`.
    pub(crate) fn is_open(self, operation_id: &str) -> bool {
        match self {
            Self::RunPod => false,
            Self::Northflank => northflank::is_open(operation_id),
        }
    }

    /// Status of what has not the described shape.
    pub(crate) fn misshapen(self) -> StatusCode {
        match self {
            Self::RunPod => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Northflank => StatusCode::BAD_REQUEST,
        }
    }

    /// A refusal as the API writes it, and its content type.
    pub(crate) fn refusal(self, problem: &Problem, request_id: &str) -> (Value, &'static str) {
        match self {
            Self::RunPod => (problem.to_json(), "application/problem+json"),
            Self::Northflank => (northflank::refusal(problem, request_id), "application/json"),
        }
    }

    /// Whether answers name the request in the header `x-request-id`.
    pub(crate) fn names_requests(self) -> bool {
        match self {
            Self::RunPod => true,
            Self::Northflank => false,
        }
    }

    /// Counts one request.
    pub(crate) fn count(self, cloud: &mut Cloud, quotas: Quotas, now: Timestamp) -> Counted {
        match self {
            Self::RunPod => cloud.runpod.usage.counted(quotas, now),
            Self::Northflank => cloud.northflank.usage.counted(quotas, now),
        }
    }

    /// Does the work of an operation: of one that changes something on a draft, so that a refusal leaves
    /// nothing half done. `check` looks at the answer before anything is kept. None: the operation is not modelled.
    pub(crate) fn operate(
        self,
        cloud: &mut Cloud,
        operation: &Operation,
        checked: &Checked,
        moment: Moment,
        check: impl FnOnce(&Reply) -> Result<(), Problem>,
    ) -> Option<Result<Reply, Problem>> {
        Some(match self {
            Self::RunPod => {
                let handler = runpod::handler(&operation.id)?;
                drafted(operation, &mut cloud.runpod, check, |draft| {
                    handler(&mut runpod::Call::new(
                        draft,
                        checked,
                        moment.now,
                        moment.pace,
                    ))
                })
            }
            Self::Northflank => {
                let handler = northflank::handler(&operation.id)?;
                drafted(operation, &mut cloud.northflank, check, |draft| {
                    handler(&mut northflank::Call::new(draft, checked, moment))
                })
            }
        })
    }
}

fn read(
    description: &'static LazyLock<Result<Description, String>>,
) -> Result<&'static Description, Error> {
    description.as_ref().map_err(|reason| Error::Description {
        reason: reason.clone(),
    })
}

fn drafted<Account: Clone>(
    operation: &Operation,
    account: &mut Account,
    check: impl FnOnce(&Reply) -> Result<(), Problem>,
    work: impl FnOnce(&mut Account) -> Result<Reply, Problem>,
) -> Result<Reply, Problem> {
    // A read has nothing to take back, and a copy of a large account takes its time.
    if operation.method == Method::GET {
        let reply = work(account)?;
        check(&reply)?;
        return Ok(reply);
    }
    let mut draft = account.clone();
    let reply = work(&mut draft)?;
    check(&reply)?;
    *account = draft;
    Ok(reply)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_belongs_to_one_api() {
        let check = |path: &str, api: Api| assert_eq!(Api::of(path), api, "{path}");
        check("/v2/pods", Api::RunPod);
        check("/", Api::RunPod);
        check("/v10/pods", Api::RunPod);
        check("/v1/projects", Api::Northflank);
        check("/tunnel/projects/p", Api::Northflank);
    }
}
