//! One request from its arrival to its answer, without any network: size, key, route, check,
//! operation, in the order in which the service looks at them.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use crate::Error;
use crate::check::{self, Checked};
use crate::clock::{Clock, Pace};
use crate::description::{Description, Operation, Target};
use crate::fault::{Effect, Faults, snake_case};
use crate::limits::Quotas;
use crate::problem::Problem;
use crate::record::{Received, Record};
use crate::reply::{LogFeed, Reply};
use crate::runpod::{self, Account, Call};
#[cfg(feature = "ssh")]
use crate::ssh::Doors;
use crate::state::{Cloud, Store};

/// Read once for all sandboxes of a process.
static RUNPOD: LazyLock<Result<Description, String>> =
    LazyLock::new(|| Description::parse(runpod::DESCRIPTION));

/// The description of RunPod's API.
///
/// # Errors
/// [`Error::Description`] if what is built in cannot be used.
pub(crate) fn description() -> Result<&'static Description, Error> {
    RUNPOD.as_ref().map_err(|reason| Error::Description {
        reason: reason.clone(),
    })
}

/// All that answering takes.
pub(crate) struct Service {
    pub(crate) description: &'static Description,
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) pace: Pace,
    pub(crate) record: Record,
    pub(crate) check_answers: bool,
    pub(crate) faults: Faults,
    /// How long every request waits first.
    pub(crate) latency: Duration,
    pub(crate) quotas: Quotas,
    /// Whether what exceeds a quota is refused.
    pub(crate) enforce_limits: bool,
    #[cfg(feature = "ssh")]
    pub(crate) doors: Doors,
}

/// A request as it arrived.
pub(crate) struct Incoming {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) authorization: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) last_event_id: Option<String>,
    /// The whole body, or why it was not taken.
    pub(crate) body: Result<Bytes, Problem>,
}

/// An answer that can be sent.
pub(crate) struct Answer {
    pub(crate) request_id: String,
    pub(crate) result: Result<Reply, Problem>,
    /// Present on every answer to a request with a key.
    pub(crate) limits: Option<Limits>,
}

/// Values of the rate-limit headers.
pub(crate) struct Limits {
    pub(crate) remaining: String,
    pub(crate) policy: String,
}

/// A request that may reach its operation.
struct Routed<'a> {
    operation: &'a Operation,
    checked: Checked,
}

impl Answer {
    pub(crate) fn status(&self) -> StatusCode {
        match &self.result {
            Ok(reply) => reply.status,
            Err(problem) => problem.status,
        }
    }
}

impl Service {
    /// Goes on from a state that was read.
    #[cfg_attr(
        not(feature = "ssh"),
        expect(clippy::unused_self, reason = "only doors go on from a state")
    )]
    pub(crate) fn resume(&self, cloud: &mut Cloud) {
        #[cfg(feature = "ssh")]
        self.doors.resume(cloud, self.clock.now());
        #[cfg(not(feature = "ssh"))]
        let _ = cloud;
    }

    /// What a request is for.
    pub(crate) fn target(&self, incoming: &Incoming) -> Target<'static> {
        self.description.find(&incoming.method, &incoming.path)
    }

    /// What is on order for a request.
    pub(crate) fn effect(&self, target: &Target<'_>, incoming: &Incoming) -> Effect {
        let mut effect = match target {
            Target::Operation { operation, .. } => {
                let body = incoming.body.as_deref().unwrap_or_default();
                self.faults.strike(&snake_case(&operation.id), body)
            }
            Target::WrongMethod { .. } | Target::Unknown => Effect::default(),
        };
        effect.delay += self.latency;
        effect
    }

    pub(crate) fn answer(
        &self,
        target: Target<'_>,
        incoming: Incoming,
        instead: Option<Problem>,
    ) -> Answer {
        let operation = match &target {
            Target::Operation { operation, .. } => Some(operation.id.clone()),
            Target::WrongMethod { .. } | Target::Unknown => None,
        };
        let (result, limits) = match admit(&incoming) {
            Ok(body) => {
                let routed = match instead {
                    Some(problem) => Err(problem),
                    None => route(target, &incoming, body),
                };
                self.authenticated(routed)
            }
            Err(problem) => (Err(problem), None),
        };
        let answer = Answer {
            request_id: request_id(),
            result,
            limits,
        };
        self.note(incoming, operation, &answer);
        answer
    }

    /// Counts the request and runs its operation, alone on the state.
    fn authenticated(
        &self,
        routed: Result<Routed<'_>, Problem>,
    ) -> (Result<Reply, Problem>, Option<Limits>) {
        let done = self.store.transaction(|cloud| {
            // Read under the lock: in the order of their turns, requests never see time go back.
            let now = self.clock.now();
            let usage = &mut cloud.runpod.usage;
            let spent = usage.spent_for(self.quotas, now);
            usage.count(now);
            let limits = Limits {
                remaining: usage.remaining(self.quotas, now),
                policy: self.quotas.policy(),
            };
            if let Some(seconds) = spent.filter(|_| self.enforce_limits) {
                return (Err(too_many(seconds)), limits);
            }
            (
                routed.and_then(|routed| self.operate(cloud, &routed, now)),
                limits,
            )
        });
        match done {
            Ok((result, limits)) => (result, Some(limits)),
            Err(error) => (Err(broken_state(&error)), None),
        }
    }

    /// Works on a draft, so that a refusal leaves nothing half done.
    fn operate(
        &self,
        cloud: &mut Cloud,
        routed: &Routed<'_>,
        now: Timestamp,
    ) -> Result<Reply, Problem> {
        let operation = routed.operation;
        // What the answer says of SSH holds when it is read: doors are opened before, closed after.
        #[cfg(feature = "ssh")]
        self.doors.sync(&mut cloud.runpod, now);
        let handler = runpod::handler(&operation.id).ok_or_else(|| not_modelled(operation))?;
        let mut draft: Account = cloud.runpod.clone();
        let reply = handler(&mut Call::new(&mut draft, &routed.checked, now, self.pace))?;
        if self.check_answers {
            check::answer(operation, reply.status.as_u16(), reply.body.as_ref())
                .map_err(|reason| broken_answer(operation, &reason))?;
        }
        cloud.runpod = draft;
        #[cfg(feature = "ssh")]
        self.doors.sync(&mut cloud.runpod, now);
        Ok(reply)
    }

    /// What a log stream is sent now, and where it goes on. None when there is nothing more to come.
    pub(crate) fn log_frames(&self, feed: LogFeed) -> Option<(String, LogFeed)> {
        let read = self.store.transaction(|cloud| {
            let now = self.clock.now();
            runpod::log_frames(&cloud.runpod, feed, now)
        });
        read.unwrap_or_default()
    }

    fn note(&self, incoming: Incoming, operation: Option<String>, answer: &Answer) {
        let status = answer.status().as_u16();
        tracing::debug!(
            method = %incoming.method,
            path = incoming.path,
            status,
            operation_id = operation,
            request_id = answer.request_id,
            "answered"
        );
        let body = incoming
            .body
            .ok()
            .and_then(|body| serde_json::from_slice::<Value>(&body).ok());
        self.record.push(Received {
            method: incoming.method.to_string(),
            path: incoming.path,
            query: incoming.query,
            user_agent: incoming.user_agent,
            body,
            operation,
            status,
            request_id: answer.request_id.clone(),
        });
    }
}

/// Size first, then the key: a body that is too large is refused whoever sends it.
fn admit(incoming: &Incoming) -> Result<&[u8], Problem> {
    let body = incoming.body.as_ref().map_err(Problem::clone)?;
    let token = incoming
        .authorization
        .as_deref()
        .and_then(|value| value.split_once(' '));
    match token {
        Some((scheme, token))
            if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() =>
        {
            Ok(body)
        }
        Some(_) | None => Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "the header `Authorization: Bearer KEY` is missing",
        )),
    }
}

fn route<'a>(target: Target<'a>, incoming: &Incoming, body: &[u8]) -> Result<Routed<'a>, Problem> {
    match target {
        Target::Operation {
            operation,
            path_values,
        } => {
            let checked = check::request(operation, &path_values, &incoming.query, body)?;
            let checked = Checked {
                last_event_id: incoming.last_event_id.clone(),
                ..checked
            };
            Ok(Routed { operation, checked })
        }
        Target::WrongMethod { allowed } => Err(Problem {
            allow: Some(allowed),
            ..Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                format!("{} is not possible here", incoming.method),
            )
        }),
        Target::Unknown => Err(Problem::not_found("path", &incoming.path)),
    }
}

fn too_many(seconds: u64) -> Problem {
    Problem {
        retry_after: Some(seconds),
        ..Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "the quota of this account is spent",
        )
    }
}

fn not_modelled(operation: &Operation) -> Problem {
    let id = &operation.id;
    Problem::new(
        StatusCode::NOT_IMPLEMENTED,
        format!("the sandbox does not model the operation `{id}`"),
    )
}

fn broken_state(error: &Error) -> Problem {
    tracing::error!(%error, "the state cannot be used");
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        format!("the sandbox failed: {error}"),
    )
}

fn broken_answer(operation: &Operation, reason: &str) -> Problem {
    let id = &operation.id;
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        format!("the sandbox's own answer to `{id}` does not match the description: {reason}"),
    )
}

fn request_id() -> String {
    format!("{:032x}", fastrand::u128(..))
}
