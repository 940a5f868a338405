//! What must hold for any bytes from a network, checked by `fuzz/` and by a test over its corpus. Not part
//! of the public interface.

use super::budget::judged;
use super::events::{EventLimits, events};
use super::rate_limit::RateLimits;
use super::stream::ByteStream;
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::time::Duration;

const LIMITS: EventLimits = EventLimits {
    silence: Duration::from_secs(60),
    event: 1024,
};

/// Reads server-sent events: those of a body are the same however it is cut, and none is larger than
/// allowed. The first byte says where it is cut. Needs a runtime of tokio with its time.
///
/// # Panics
///
/// When that does not hold.
pub async fn event_stream(data: &[u8]) {
    let Some((cut, body)) = data.split_first() else {
        return;
    };
    let pieces = body
        .chunks(usize::from(*cut).max(1))
        .map(Bytes::copy_from_slice);
    let whole = read(vec![Bytes::copy_from_slice(body)]).await;
    let cut = read(pieces.collect()).await;
    assert_eq!(whole, cut, "events depend on how the body is cut");
    for event in whole.into_iter().flatten() {
        assert!(
            event.len() <= LIMITS.event,
            "an event of {} bytes",
            event.len()
        );
    }
}

/// What each event holds; nothing for the error that ends them.
async fn read(pieces: Vec<Bytes>) -> Vec<Option<String>> {
    let body = ByteStream::of(stream::iter(pieces.into_iter().map(Ok)));
    let read = events(body, LIMITS).map(|event| Some(event.ok()?.data));
    read.collect().await
}

/// Reads the headers that tell of a quota, and what a client makes of them. Each line is the value of one of
/// them, in turn.
///
/// # Panics
///
/// When a wait comes out that is longer than any quota lasts.
pub fn rate_limit_headers(data: &[u8]) {
    const NAMES: [&str; 5] = [
        "ratelimit",
        "ratelimit-policy",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
    ];
    let mut headers = HeaderMap::new();
    for (line, name) in data.split(|byte| *byte == b'\n').zip(NAMES.iter().cycle()) {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(HeaderName::from_static(name), value);
        }
    }
    let limits = RateLimits::from_headers(&headers);
    for window in limits.windows() {
        assert!(window.remaining.is_some() || window.quota.is_some() || !window.name.is_empty());
    }
    let longest = Duration::from_secs(32 * 86_400);
    assert!(judged(&limits) <= longest, "{limits:?}");
}
