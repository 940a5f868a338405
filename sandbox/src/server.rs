//! HTTP around [`Service`]: reads requests, writes answers, knows nothing of their meaning.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Query, Request, State};
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use serde_json::Value;

use crate::MAX_BODY_BYTES;
use crate::exchange::{Answer, Incoming, Service};
use crate::problem::Problem;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// A body that is too large is still read to its end, up to this size: a client that is cut off
/// while it sends may never see the answer.
const MAX_DRAINED_BYTES: usize = 16 * 1024 * 1024;

pub(crate) fn router(service: Arc<Service>) -> axum::Router {
    axum::Router::new().fallback(answer).with_state(service)
}

async fn answer(State(service): State<Arc<Service>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let incoming = Incoming {
        query: query(&parts.uri),
        path: parts.uri.path().to_owned(),
        authorization: text_header(&parts.headers, AUTHORIZATION),
        user_agent: text_header(&parts.headers, USER_AGENT),
        method: parts.method,
        body: read_body(body).await,
    };
    if !service.store.may_block() {
        return response(&service.answer(incoming));
    }
    let answer = tokio::task::spawn_blocking(move || service.answer(incoming)).await;
    match answer {
        Ok(answer) => response(&answer),
        // The runtime is shutting down, and with it the connection.
        Err(_) => bare(StatusCode::INTERNAL_SERVER_ERROR),
    }
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

fn response(answer: &Answer) -> Response {
    let (body, content_type) = match &answer.result {
        Ok(reply) => (reply.body.clone(), "application/json"),
        Err(problem) => (Some(problem.to_json()), "application/problem+json"),
    };
    let mut response = bare(answer.status());
    let headers = response.headers_mut();
    set(headers, X_REQUEST_ID, &answer.request_id);
    if let Some(limits) = &answer.limits {
        set(headers, RATE_LIMIT, &limits.remaining);
        set(headers, RATE_LIMIT_POLICY, &limits.policy);
    }
    if let Err(problem) = &answer.result
        && let Some(allowed) = &problem.allow
    {
        set(headers, ALLOW, allowed);
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
