//! HTTP around [`Service`]: reads requests, writes answers, knows nothing of their meaning.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use http::header::{
    ALLOW, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, DATE, PROXY_AUTHORIZATION,
    RETRY_AFTER,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use serde_json::Value;

use crate::MAX_BODY_BYTES;
use crate::exchange::{Answer, Found, Incoming, Service};
use crate::fault::{Delivery, Instead};
use crate::northflank;
use crate::problem::Problem;
use crate::reply::LogFeed;
use crate::websocket::Handshake;
use crate::wire::Wire;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Between two looks for new log lines.
const LOG_INTERVAL: Duration = Duration::from_millis(100);

/// The longest silence on a log stream.
const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// A body that is too large is still read to its end, up to this size: a client that is cut off
/// while it sends may never see the answer.
const MAX_DRAINED_BYTES: usize = 16 * 1024 * 1024;

pub(crate) fn router(service: Arc<Service>) -> axum::Router {
    axum::Router::new().fallback(answer).with_state(service)
}

async fn answer(
    State(service): State<Arc<Service>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    mut request: Request,
) -> Response {
    let handshake = Handshake::of(&mut request);
    let (parts, body) = request.into_parts();
    let incoming = Incoming {
        query: query(&parts.uri),
        path: parts.uri.path().to_owned(),
        authorization: text_header(&parts.headers, AUTHORIZATION),
        headers: kept_headers(&parts.headers),
        last_event_id: text_header(&parts.headers, LAST_EVENT_ID),
        upgrade: handshake.is_some(),
        method: parts.method,
        body: read_body(body).await,
        arrived_at: Instant::now(),
    };
    let found = Found::of(&incoming);
    let effect = service.effect(&found, &incoming);
    if !effect.delay.is_zero() {
        tokio::time::sleep(effect.delay).await;
    }
    let instead = match effect.instead {
        Some(Instead::Html) => return page_of_a_proxy(),
        Some(Instead::Problem(problem)) => Some(problem),
        Some(Instead::Nothing) => {
            wire.cut();
            return bare(StatusCode::INTERNAL_SERVER_ERROR);
        }
        None => None,
    };
    let at_work = Arc::clone(&service);
    let distortion = effect.distortion;
    let work = move || at_work.answer(found, incoming, instead, distortion);
    let answer = off_thread(&service, work).await;
    let Some(answer) = answer else {
        // The runtime is shutting down, and with it the connection.
        return bare(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let mut response = response(&answer);
    if let Some(date) = distortion.and_then(|it| it.date(service.clock.now())) {
        set(response.headers_mut(), DATE, &date);
    }
    let mut response = match effect.delivery {
        Delivery::Whole => response,
        Delivery::Dropped => {
            wire.cut();
            response
        }
        other => return damaged(response, other).await,
    };
    let Ok(reply) = answer.result else {
        return response;
    };
    if let Some(feed) = reply.log {
        set(response.headers_mut(), CONTENT_TYPE, "text/event-stream");
        *response.body_mut() = Body::from_stream(log_body(service, feed));
    } else if let (Some(socket), Some(handshake)) = (reply.socket, handshake) {
        handshake.accept(response.headers_mut());
        tokio::spawn(northflank::serve(service, handshake, socket, effect.stream));
    }
    response
}

/// What a proxy in front of a service answers when it does not reach it.
fn page_of_a_proxy() -> Response {
    let mut response = bare(StatusCode::BAD_GATEWAY);
    set(response.headers_mut(), CONTENT_TYPE, "text/html");
    *response.body_mut() = Body::from(
        "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>",
    );
    response
}

/// The same answer, damaged on its way.
async fn damaged(mut response: Response, delivery: Delivery) -> Response {
    match delivery {
        Delivery::Whole | Delivery::Dropped => response,
        Delivery::Cut => halved(response, None).await,
        Delivery::Slow(pause) => halved(response, Some(pause)).await,
        Delivery::Empty => {
            *response.body_mut() = Body::empty();
            response
        }
        Delivery::PlainText => {
            set(response.headers_mut(), CONTENT_TYPE, "text/plain");
            response
        }
    }
}

/// The same answer, which promises all of its body and sends the first half. The second one comes after this
/// time, or never.
async fn halved(response: Response, pause: Option<Duration>) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = axum::body::to_bytes(body, usize::MAX).await;
    let whole = whole.unwrap_or_default();
    set(&mut parts.headers, CONTENT_LENGTH, &whole.len().to_string());
    let first = whole.slice(..whole.len() / 2);
    let second = whole.slice(whole.len() / 2..);
    let rest = async move {
        // Head and half leave before the connection does.
        tokio::time::sleep(pause.unwrap_or(Duration::from_millis(50))).await;
        match pause {
            Some(_) => Ok(second),
            None => Err(std::io::Error::other("a fault on order")),
        }
    };
    let first = futures::stream::iter([Ok(first)]);
    let both = first.chain(futures::stream::once(rest));
    Response::from_parts(parts, Body::from_stream(both))
}

/// Works where waiting for another process harms nobody.
pub(crate) async fn off_thread<T: Send + 'static>(
    service: &Service,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    if service.store.may_block() {
        tokio::task::spawn_blocking(work).await.ok()
    } else {
        Some(work())
    }
}

/// The frames of a log for as long as the client listens and the pod is there.
fn log_body(
    service: Arc<Service>,
    feed: LogFeed,
) -> impl futures::Stream<Item = Result<Bytes, Infallible>> {
    let begin = (feed, Instant::now(), false);
    futures::stream::unfold(begin, move |(mut feed, mut last_sent, mut waits)| {
        let service = Arc::clone(&service);
        async move {
            loop {
                if waits {
                    tokio::time::sleep(LOG_INTERVAL).await;
                }
                waits = true;
                let at_work = Arc::clone(&service);
                let text;
                (text, feed) = off_thread(&service, move || at_work.log_frames(feed)).await??;
                let text = if !text.is_empty() {
                    text
                } else if last_sent.elapsed() >= KEEP_ALIVE {
                    ": keep-alive\n\n".to_owned()
                } else {
                    continue;
                };
                last_sent = Instant::now();
                return Some((Ok(Bytes::from(text)), (feed, last_sent, waits)));
            }
        }
    })
}

async fn read_body(body: Body) -> Result<Bytes, Problem> {
    let mut chunks = body.into_data_stream();
    let mut kept = BytesMut::new();
    let mut size = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                format!("the body broke off: {error}"),
            )
        })?;
        size += chunk.len();
        if size <= MAX_BODY_BYTES {
            kept.extend_from_slice(&chunk);
        } else if size > MAX_DRAINED_BYTES {
            break;
        }
    }
    if size > MAX_BODY_BYTES {
        return Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the body is larger than {MAX_BODY_BYTES} bytes"),
        ));
    }
    Ok(kept.freeze())
}

fn query(uri: &Uri) -> Vec<(String, String)> {
    // Any text reads as pairs; there is no error to hide.
    Query::try_from_uri(uri)
        .map(|Query(pairs)| pairs)
        .unwrap_or_default()
}

fn text_header(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// Headers for tests to look at. Those that hold a key are left out, so that no failing test prints one.
fn kept_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let kept = headers
        .iter()
        .filter(|(name, _)| ![AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE].contains(name));
    kept.map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.as_str().to_owned(), value.into_owned())
    })
    .collect()
}

fn response(answer: &Answer) -> Response {
    let (body, content_type) = match &answer.result {
        Ok(reply) => (reply.body.clone(), "application/json"),
        Err(problem) => {
            let (body, content_type) = answer.api.refusal(problem, &answer.request_id);
            (Some(body), content_type)
        }
    };
    let mut response = bare(answer.status());
    let headers = response.headers_mut();
    if answer.api.names_requests() {
        set(headers, X_REQUEST_ID, &answer.request_id);
    }
    for (name, value) in &answer.limits {
        set(headers, HeaderName::from_static(name), value);
    }
    if let Err(problem) = &answer.result {
        if let Some(allowed) = &problem.allow {
            set(headers, ALLOW, allowed);
        }
        if let Some(seconds) = problem.retry_after {
            set(headers, RETRY_AFTER, &seconds.to_string());
        }
    }
    if let Some(body) = body {
        set(headers, CONTENT_TYPE, content_type);
        *response.body_mut() = Body::from(Value::to_string(&body));
    }
    response
}

fn bare(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Sets a header whose text is ours and holds visible ASCII only.
fn set(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name, value);
    }
}
