//! One request from its arrival to its answer, without any network: size, key, route, check,
//! operation, in the order in which the service looks at them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::watch;

use crate::Error;
use crate::api::{Api, Moment};
use crate::check::{self, Checked};
use crate::clock::{Clock, Pace};
use crate::description::{AnswerBody, Operation, Target};
use crate::disk::Contents;
use crate::fault::{Distortion, Effect, Faults, Struck};
use crate::limits::Quotas;
use crate::problem::Problem;
use crate::record::{Received, Record};
use crate::reply::{LogFeed, Reply};
use crate::runpod;
#[cfg(feature = "ssh")]
use crate::ssh::Doors;
use crate::state::{Cloud, Store};

/// All that answering takes.
pub(crate) struct Service {
    pub(crate) store: Arc<Store>,
    /// What the files of pods and containers hold.
    pub(crate) contents: Arc<Contents>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) pace: Pace,
    pub(crate) record: Record,
    pub(crate) check_answers: bool,
    /// The port that the sandbox listens on.
    pub(crate) port: u16,
    /// Closes when the sandbox ends.
    pub(crate) stopped: watch::Receiver<()>,
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
    /// Names and values of the headers that may be kept: without what tells who asks.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) last_event_id: Option<String>,
    /// Whether a WebSocket is asked for.
    pub(crate) upgrade: bool,
    pub(crate) arrived_at: Instant,
    /// The whole body, or why it was not taken.
    pub(crate) body: Result<Bytes, Problem>,
}

/// What a request is for.
pub(crate) struct Found {
    pub(crate) api: Api,
    target: Result<Target<'static>, Problem>,
}

/// An answer that can be sent.
pub(crate) struct Answer {
    pub(crate) api: Api,
    pub(crate) request_id: String,
    pub(crate) result: Result<Reply, Problem>,
    /// Headers that tell of limits, on every answer to a request with a key.
    pub(crate) limits: Vec<(&'static str, String)>,
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

    /// Distorts what it says. Whether that changed anything.
    fn distort(&mut self, distortion: Distortion, operation: &Operation) -> bool {
        let Ok(reply) = &mut self.result else {
            return false;
        };
        let schema = operation.answer(reply.status.as_u16());
        let (Some(AnswerBody::Json(schema)), Some(body)) = (schema, &mut reply.body) else {
            return false;
        };
        let before = body.clone();
        distortion.apply(body, schema);
        *body != before
    }
}

impl Found {
    pub(crate) fn of(incoming: &Incoming) -> Self {
        let api = Api::of(&incoming.path);
        let target = api.find(&incoming.method, &incoming.path, incoming.upgrade);
        Self {
            api,
            target: target.map_err(|error| broken(&error)),
        }
    }

    fn operation(&self) -> Option<&'static Operation> {
        match &self.target {
            Ok(Target::Operation { operation, .. }) => Some(*operation),
            Ok(Target::WrongMethod { .. } | Target::Unknown) | Err(_) => None,
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

    /// What is on order for a request.
    pub(crate) fn effect(&self, found: &Found, incoming: &Incoming) -> Effect {
        let mut effect = match found.operation() {
            Some(operation) => self.faults.strike(&Struck {
                operation: &operation.name,
                body: incoming.body.as_deref().unwrap_or_default(),
                upgrade: incoming.upgrade,
            }),
            None => Effect::default(),
        };
        effect.delay += self.latency;
        effect
    }

    pub(crate) fn answer(
        &self,
        found: Found,
        incoming: Incoming,
        instead: Option<Problem>,
        distortion: Option<Distortion>,
    ) -> Answer {
        let api = found.api;
        let operation = found.operation();
        let (result, limits) = match admit(api, operation, &incoming) {
            Ok(body) => {
                let routed = match instead {
                    Some(problem) => Err(problem),
                    None => route(found, &incoming, body),
                };
                self.counted(api, routed)
            }
            Err(problem) => (Err(problem), Vec::new()),
        };
        let mut answer = Answer {
            api,
            request_id: request_id(),
            result,
            limits,
        };
        if let (Some(distortion), Some(operation)) = (distortion, operation)
            && answer.distort(distortion, operation)
        {
            self.faults.count();
        }
        self.note(incoming, operation, &answer);
        answer
    }

    /// Counts the request and runs its operation, alone on the state.
    fn counted(
        &self,
        api: Api,
        routed: Result<Routed<'_>, Problem>,
    ) -> (Result<Reply, Problem>, Vec<(&'static str, String)>) {
        let done = self.store.transaction(|cloud| {
            // Read under the lock: in the order of their turns, requests never see time go back.
            let now = self.clock.now();
            let counted = api.count(cloud, self.quotas, now);
            let result = match counted.spent.filter(|_| self.enforce_limits) {
                Some(seconds) => Err(too_many(api, seconds)),
                None => routed.and_then(|routed| self.operate(api, cloud, &routed, now)),
            };
            (result, counted.headers)
        });
        done.unwrap_or_else(|error| (Err(broken(&error)), Vec::new()))
    }

    fn operate(
        &self,
        api: Api,
        cloud: &mut Cloud,
        routed: &Routed<'_>,
        now: Timestamp,
    ) -> Result<Reply, Problem> {
        let operation = routed.operation;
        let moment = Moment {
            now,
            pace: self.pace,
            port: self.port,
        };
        let check = |reply: &Reply| {
            if !self.check_answers || reply.socket.is_some() {
                return Ok(());
            }
            check::answer(operation, reply.status.as_u16(), reply.body.as_ref())
                .map_err(|reason| broken_answer(operation, &reason))
        };
        // What the answer says of SSH holds when it is read: doors are opened before, closed after.
        #[cfg(feature = "ssh")]
        self.doors.sync(&mut cloud.runpod, now);
        let answer = api
            .operate(cloud, operation, &routed.checked, moment, check)
            .unwrap_or_else(|| Err(not_modelled(operation)));
        #[cfg(feature = "ssh")]
        self.doors.sync(&mut cloud.runpod, now);
        answer
    }

    /// What a log stream is sent now, and where it goes on. None when there is nothing more to come.
    pub(crate) fn log_frames(&self, feed: LogFeed) -> Option<(String, LogFeed)> {
        let read = self.store.transaction(|cloud| {
            let now = self.clock.now();
            runpod::log_frames(&cloud.runpod, feed, now)
        });
        read.unwrap_or_default()
    }

    fn note(&self, incoming: Incoming, operation: Option<&Operation>, answer: &Answer) {
        let status = answer.status().as_u16();
        tracing::debug!(
            method = %incoming.method,
            path = incoming.path,
            status,
            operation_id = operation.map(|it| &it.name),
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
            headers: incoming.headers,
            body,
            operation: operation.map(|it| it.name.clone()),
            operation_id: operation.map(|it| it.id.clone()),
            status,
            request_id: answer.request_id.clone(),
            arrived_at: incoming.arrived_at,
            answered_at: Instant::now(),
        });
    }
}

/// Size first, then the key: a body that is too large is refused whoever sends it.
fn admit<'a>(
    api: Api,
    operation: Option<&Operation>,
    incoming: &'a Incoming,
) -> Result<&'a [u8], Problem> {
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
        Some(_) | None if operation.is_some_and(|operation| api.is_open(&operation.id)) => Ok(body),
        Some(_) | None => Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "the header `Authorization: Bearer KEY` is missing",
        )),
    }
}

fn route(found: Found, incoming: &Incoming, body: &[u8]) -> Result<Routed<'static>, Problem> {
    match found.target? {
        Target::Operation {
            operation,
            path_values,
        } => {
            let checked = check::request(operation, &path_values, &incoming.query, body)
                .map_err(|problem| problem.of_shape(found.api.misshapen()))?;
            let checked = Checked {
                last_event_id: incoming.last_event_id.clone(),
                upgrade: incoming.upgrade,
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

/// Northflank does not say how it tells of the time to wait, but in its own headers.
fn too_many(api: Api, seconds: u64) -> Problem {
    let retry_after = match api {
        Api::RunPod => Some(seconds),
        Api::Northflank => None,
    };
    Problem {
        retry_after,
        ..Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "the quota of this account is spent",
        )
    }
}

fn not_modelled(operation: &Operation) -> Problem {
    let id = &operation.name;
    Problem::new(
        StatusCode::NOT_IMPLEMENTED,
        format!("the sandbox does not model the operation `{id}`"),
    )
}

fn broken(error: &Error) -> Problem {
    tracing::error!(%error, "the sandbox failed");
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        format!("the sandbox failed: {error}"),
    )
}

fn broken_answer(operation: &Operation, reason: &str) -> Problem {
    let id = &operation.name;
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        format!("the sandbox's own answer to `{id}` does not match the description: {reason}"),
    )
}

fn request_id() -> String {
    format!("{:032x}", fastrand::u128(..))
}
