//! The one place through which every call is sent and read.

use super::answer_error::{DecodeError, RawAnswer};
use super::budget::{Budget, Quota, Turn};
use super::call::Parts;
use super::config::{Auth, Limits, TransportBuilder};
use super::echo;
use super::error::{ConfigError, Error};
use super::exchange::{Answer, Broken, Failed, retry_after};
use super::observe::{Attempt, Observer, Which, next_call};
use super::operation::{Api, Operation};
use super::pieces::Pieces;
use super::problem::Problem as _;
use super::rate_limit::RateLimits;
use super::reply::{Body, Reply, check_media_type};
use super::response::Response;
use super::retry::{RetryPolicy, delay_within};
use super::stream::ByteStream;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use std::{fmt, marker::PhantomData, sync::Arc};
use tokio::time::{Instant, sleep, timeout_at};
use tracing::Instrument as _;

/// Sends calls to one API. Cheap to clone; clones share connections.
pub struct Transport<A> {
    shared: Arc<Shared>,
    api: PhantomData<fn() -> A>,
}

struct Shared {
    http: reqwest::Client,
    base_url: String,
    host: Host,
    /// `User-Agent` and, where credentials go into a header, those.
    headers: HeaderMap,
    auth: Auth,
    limits: Limits,
    retry: RetryPolicy,
    team: Option<String>,
    budget: Budget,
    observer: Option<Observer>,
}

/// Where calls go.
struct Host {
    /// With the port where it is not the usual one, for messages.
    name: String,
    /// Without it, and without the brackets of an IPv6 address.
    address: String,
    port: Option<u16>,
}

impl Host {
    fn of(base_url: &str) -> Result<Self, ConfigError> {
        let url = url::Url::parse(base_url)
            .map_err(|error| ConfigError::caused_by("the base URL is not a URL", error))?;
        let host = url.host_str().unwrap_or_default();
        let port = url.port().map(|port| format!(":{port}"));
        Ok(Self {
            name: format!("{host}{}", port.unwrap_or_default()),
            address: host.trim_matches(['[', ']']).to_owned(),
            port: url.port_or_known_default(),
        })
    }
}

impl<A: Api> Transport<A> {
    pub(crate) fn new(
        settings: TransportBuilder,
        http: reqwest::Client,
    ) -> Result<Self, ConfigError> {
        let TransportBuilder {
            base_url,
            auth,
            user_agent,
            limits,
            retry,
            team,
            observer,
            ..
        } = settings;
        let host = Host::of(&base_url)?;
        let headers = default_headers(&auth, &user_agent)?;
        let shared = Shared {
            http,
            base_url,
            host,
            headers,
            auth,
            limits,
            retry,
            team,
            budget: Budget::default(),
            observer,
        };
        Ok(Self {
            shared: Arc::new(shared),
            api: PhantomData,
        })
    }

    /// The URL all operations sit under, without a final slash.
    pub fn base_url(&self) -> &str {
        &self.shared.base_url
    }

    /// The team whose paths calls go to.
    pub fn team(&self) -> Option<&str> {
        self.shared.team.as_deref()
    }

    pub(crate) async fn send<R: Reply>(
        &self,
        mut parts: Parts,
    ) -> Result<Response<R::Output>, Error<A::Problem>> {
        if let Some(mistake) = parts.mistake.take() {
            return Err(Error::Config(mistake));
        }
        let operation = parts.operation;
        let span = tracing::debug_span!(
            "sdk_call",
            api = A::NAME,
            operation_id = operation.id,
            http.request.method = %operation.method,
            url.path = parts.path,
            server.address = self.shared.host.address,
            server.port = self.shared.host.port,
            http.response.status_code = tracing::field::Empty,
            "error.type" = tracing::field::Empty,
        );
        let answered = self
            .attempts(&parts, R::STREAMED, R::gone().is_some())
            .instrument(span.clone())
            .await;
        let read = answered.and_then(|answer| Self::read_as::<R>(answer, operation));
        let status = read
            .as_ref()
            .map_or_else(Error::status, |response| Some(response.status));
        span.record(
            "http.response.status_code",
            status.map(|status| status.as_u16()),
        );
        if let Err(error) = &read {
            span.record("error.type", error.error_type());
        }
        read
    }

    /// The answer as what the call gives.
    fn read_as<R: Reply>(
        answer: Answer,
        operation: &'static Operation,
    ) -> Result<Response<R::Output>, Error<A::Problem>> {
        let request_id = answer.header(A::REQUEST_ID_HEADER).map(str::to_owned);
        let Answer {
            status,
            headers,
            body,
        } = answer;
        if let (StatusCode::NOT_FOUND, Some(body)) = (status, R::gone()) {
            return Ok(Response {
                body,
                status,
                headers,
                request_id,
            });
        }
        let media_type = headers.get(header::CONTENT_TYPE);
        let media_type = media_type.and_then(|value| value.to_str().ok());
        let kept = body.kept();
        match check_media_type::<R>(media_type).and_then(|()| R::read(body, operation)) {
            Ok(body) => Ok(Response {
                body,
                status,
                headers,
                request_id,
            }),
            Err(unreadable) => Err(Error::Decode(Box::new(DecodeError {
                operation: operation.id,
                status,
                path: unreadable.path,
                raw: RawAnswer {
                    headers,
                    body: kept,
                },
                request_id,
                may_have_taken_effect: !operation.is_read_only(),
                source: unreadable.source,
            }))),
        }
    }

    /// The attempt loop: one deadline over all attempts and waits.
    ///
    /// A successful answer comes out of it; also a 404, where `missing_is_done` and an earlier,
    /// unanswered attempt of ours was the DELETE that made it so.
    async fn attempts(
        &self,
        parts: &Parts,
        streamed: bool,
        missing_is_done: bool,
    ) -> Result<Answer, Error<A::Problem>> {
        let operation = parts.operation;
        let policy = parts.retry.as_ref().unwrap_or(&self.shared.retry);
        let deadline = Instant::now() + parts.timeout.unwrap_or(self.shared.limits.call);
        let deletes = missing_is_done && operation.method == http::Method::DELETE;
        // Whether an earlier attempt may have been carried out without our knowing.
        let mut unanswered = false;
        let call = next_call();
        let mut attempt = 1;
        loop {
            let attempted = self
                .traced_attempt(parts, streamed, deadline, (call, attempt))
                .await;
            let failed = match attempted {
                Ok(answer) => return Ok(answer),
                Err(Failed::Refused { answer, .. })
                    if deletes && unanswered && answer.status == StatusCode::NOT_FOUND =>
                {
                    return Ok(answer);
                }
                Err(failed) => failed,
            };
            let failure = failed.failure();
            unanswered |= failure.may_have_taken_effect();
            let left = deadline.saturating_duration_since(Instant::now());
            let dice = fastrand::f64();
            let delay = delay_within(left, policy, operation.repeat, failure, attempt, dice);
            let Some(delay) = delay else {
                let changed = unanswered && !operation.is_read_only();
                return Err(failed.into_error::<A>(
                    operation,
                    &self.shared.host.name,
                    attempt,
                    changed,
                ));
            };
            tracing::debug!(
                attempt,
                delay_ms = delay.as_millis(),
                "attempt failed, trying again"
            );
            sleep(delay).await;
            attempt += 1;
        }
    }

    async fn traced_attempt(
        &self,
        parts: &Parts,
        streamed: bool,
        deadline: Instant,
        (call, attempt): (u64, u32),
    ) -> Result<Answer, Failed> {
        let turn = self.turn(parts, deadline).await?;
        if Instant::now() >= deadline {
            return Err(Failed::Broken(Broken::out_of_time()));
        }
        let request = self.request(parts);
        let request = request.map_err(|error| Failed::Broken(Broken::not_made(error)))?;
        let which = Which {
            call,
            operation: parts.operation.id,
            attempt,
        };
        let under_way = Attempt::begin(self.shared.observer.as_ref(), which);
        let result = self.attempt(request, parts, streamed, deadline, turn).await;
        let (answer, failure) = match &result {
            Ok(answer) | Err(Failed::Refused { answer, .. }) => (Some(answer), None),
            Err(Failed::Broken(broken)) => (None, Some(broken.kind())),
        };
        let status = answer.map(|answer| answer.status);
        let refusal = status.as_ref().filter(|_| result.is_err());
        tracing::debug!(
            attempt,
            http.response.status_code = status.map(|status| status.as_u16()),
            "error.type" = failure.map_or(refusal.map(StatusCode::as_str), |it| Some(it.as_str())),
            request_id = answer.and_then(|answer| answer.header(A::REQUEST_ID_HEADER)),
            duration_ms = under_way.elapsed().as_millis(),
            "attempt ended"
        );
        under_way.end(status, failure);
        result
    }

    /// The right to send one request: at once, or when the quota allows it.
    async fn turn(&self, parts: &Parts, deadline: Instant) -> Result<Turn<'_>, Failed> {
        let policy = parts.retry.as_ref().unwrap_or(&self.shared.retry);
        let budget = &self.shared.budget;
        match policy.quota {
            Quota::Ignore => Ok(budget.leave()),
            Quota::Obey => {
                let turn = budget.turn(policy.max_server_delay, deadline).await;
                turn.map_err(|spent| Failed::Broken(Broken::from(spent)))
            }
        }
    }

    async fn attempt(
        &self,
        request: reqwest::Request,
        parts: &Parts,
        streamed: bool,
        deadline: Instant,
        turn: Turn<'_>,
    ) -> Result<Answer, Failed> {
        let request = self.shared.http.execute(request);
        let limit = self.next_part_by(deadline);
        let mut response = match timeout_at(limit, request).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(Failed::Broken(Broken::from(error))),
            Err(_elapsed) => return Err(Failed::Broken(Broken::timed_out())),
        };
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        if status == StatusCode::TOO_MANY_REQUESTS
            && let Some(wait) = retry_after(&headers)
        {
            turn.hold(wait);
        }
        turn.answered(status, &RateLimits::from_headers(&headers));
        if status.is_success() && streamed {
            let body = Body::Streamed(ByteStream::new(response));
            return Ok(Answer {
                status,
                headers,
                body,
            });
        }
        let body = self.read(response, status, deadline).await;
        if status.is_success() {
            let body = body.map_err(|(broken, _)| Failed::Broken(broken))?;
            return Ok(Answer {
                status,
                headers,
                body: Body::Whole(body),
            });
        }
        // The status is what counts; of the body, as much as arrived.
        let body = body.unwrap_or_else(|(_, begun)| begun);
        // Read as it is: a mask may stand where the words that count stood.
        let problem = A::Problem::from_body(&body);
        let no_capacity = problem.is_some_and(|problem| A::is_no_capacity(status, &problem));
        let mut body = self.shared.auth.without_token(body);
        if let Some(request) = parts.body.as_ref().filter(|_| !A::SECRETS.is_empty()) {
            body = echo::without(body, &echo::secrets(request, A::SECRETS));
        }
        let body = Body::Whole(body);
        let answer = Answer {
            status,
            headers,
            body,
        };
        Err(Failed::Refused {
            answer,
            no_capacity,
        })
    }

    fn request(&self, parts: &Parts) -> reqwest::Result<reqwest::Request> {
        let shared = &self.shared;
        let mut url = format!("{}{}", shared.base_url, parts.path);
        let mut query = parts.query.clone();
        if let Auth::Query(name, token) = &shared.auth {
            query.push(name, &token.expose());
        }
        if !query.as_str().is_empty() {
            url.push('?');
            url.push_str(query.as_str());
        }
        let method = parts.operation.method.clone();
        let mut request = shared.http.request(method, url).build()?;
        let headers = request.headers_mut();
        headers.clone_from(&shared.headers);
        headers.insert(header::ACCEPT, HeaderValue::from_static(parts.accept));
        for (name, value) in &parts.headers {
            headers.insert(name, value.clone());
        }
        *request.body_mut() = parts.body.clone().map(reqwest::Body::from);
        Ok(request)
    }

    /// Reads a whole body within its bounds; what had arrived comes with a failure.
    async fn read(
        &self,
        mut response: reqwest::Response,
        status: StatusCode,
        deadline: Instant,
    ) -> Result<Bytes, (Broken, Bytes)> {
        let success = status.is_success();
        let most = if success {
            self.shared.limits.body
        } else {
            Limits::ERROR_BODY
        };
        let announced = response.content_length();
        let announced = announced.and_then(|bytes| usize::try_from(bytes).ok());
        let mut body = Pieces::announced(announced.unwrap_or_default().min(most));
        loop {
            let piece = match timeout_at(self.next_part_by(deadline), response.chunk()).await {
                Ok(Ok(Some(piece))) => piece,
                Ok(Ok(None)) => return Ok(body.whole()),
                Ok(Err(error)) => return Err((Broken::from(error), body.whole())),
                Err(_elapsed) => return Err((Broken::timed_out(), body.whole())),
            };
            if body.len() + piece.len() > most {
                return Err((Broken::too_large(status), body.whole()));
            }
            body.push(piece);
        }
    }

    fn next_part_by(&self, deadline: Instant) -> Instant {
        deadline.min(Instant::now() + self.shared.limits.read)
    }
}

fn default_headers(auth: &Auth, user_agent: &str) -> Result<HeaderMap, ConfigError> {
    let mut headers = HeaderMap::new();
    let agent = HeaderValue::try_from(user_agent)
        .map_err(|error| ConfigError::caused_by("the user agent cannot be sent", error))?;
    headers.insert(header::USER_AGENT, agent);
    let (name, value) = match auth {
        Auth::None | Auth::Query(..) => return Ok(headers),
        Auth::Bearer(token) => (header::AUTHORIZATION, token.header_value(Some("Bearer"))),
        Auth::Basic(token) => (header::AUTHORIZATION, token.header_value(Some("Basic"))),
        Auth::Header(name, token) => (name.clone(), token.header_value(None)),
    };
    let value = value.ok_or_else(|| {
        ConfigError::new("the API key holds characters no header can carry, e.g. a line break")
    })?;
    headers.insert(name, value);
    Ok(headers)
}

impl<A> Clone for Transport<A> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            api: PhantomData,
        }
    }
}

impl<A: Api> fmt::Debug for Transport<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("api", &A::NAME)
            .field("base_url", &self.shared.base_url)
            .finish_non_exhaustive()
    }
}
