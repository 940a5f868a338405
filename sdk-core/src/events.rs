//! Server-sent events: frames out of a body, with bounds on their size and on silence.

use super::event_bounds::EventBounds;
use super::stream::ByteStream;
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use sse_stream::SseByteStream;
use std::{io, time::Duration};
use tokio::time::timeout;

/// One event of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Event {
    /// Where a new stream may go on, as it was sent: opaque.
    pub id: Option<String>,
    /// What it tells of, where the server names that.
    pub kind: Option<String>,
    /// What it tells. Empty for an event that only moves the id on.
    pub data: String,
}

/// Bounds of an event stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EventLimits {
    /// The longest silence. A comment that keeps the connection alive breaks it.
    pub(crate) silence: Duration,
    /// The largest event, in bytes.
    pub(crate) event: usize,
}

/// Why a stream of events broke.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EventError {
    /// Not a byte arrived for too long.
    #[error("nothing arrived for {} s", .0.as_secs())]
    Silence(Duration),
    /// An event has no end.
    #[error("an event is larger than {0} bytes")]
    TooLarge(usize),
    /// The connection broke, or what arrived are no events.
    #[error("the stream of events broke")]
    Broken(#[source] sse_stream::Error),
}

/// The events of a body.
///
/// Lines that end in any of the three ways are read, comments are dropped. An event at the end of the
/// body counts if the empty line after it is all that is missing: some servers leave that out. One that
/// is cut off within a line, or before its data, leaves no trace, its id neither: whoever goes on from
/// the last id is sent it again.
pub(crate) fn events(
    body: ByteStream,
    limits: EventLimits,
) -> impl Stream<Item = Result<Event, EventError>> + Send + 'static {
    SseByteStream::new(guarded(body, limits)).map(|event| match event {
        Ok(event) => Ok(Event {
            id: event.id,
            kind: event.event,
            data: event.data.unwrap_or_default(),
        }),
        Err(error) => Err(unwrapped(error)),
    })
}

/// What is left to give of a body.
enum Rest {
    Body(ByteStream, EventBounds),
    Error(EventError),
}

/// The bytes of a body with an end of its last event, as long as they come and events end.
fn guarded(body: ByteStream, limits: EventLimits) -> stream::BoxStream<'static, io::Result<Bytes>> {
    let rest = Some(Rest::Body(body, EventBounds::default()));
    let chunks = stream::unfold(rest, move |rest| async move {
        let (mut body, mut bounds) = match rest? {
            Rest::Body(body, bounds) => (body, bounds),
            Rest::Error(error) => return Some((Err(io::Error::other(error)), None)),
        };
        let chunk = match timeout(limits.silence, body.next()).await {
            Ok(Some(Ok(chunk))) => chunk,
            Ok(Some(Err(error))) => return Some((Err(error), None)),
            Ok(None) if bounds.lacks_only_its_end() => {
                return Some((Ok(Bytes::from_static(b"\n\n")), None));
            }
            Ok(None) => return None,
            Err(_elapsed) => {
                let silence = EventError::Silence(limits.silence);
                return Some((Err(io::Error::other(silence)), None));
            }
        };
        Some(match bounds.read(&chunk, limits.event) {
            Ok(()) => (Ok(chunk), Some(Rest::Body(body, bounds))),
            Err(whole) => {
                let large = EventError::TooLarge(limits.event);
                (Ok(chunk.slice(..whole)), Some(Rest::Error(large)))
            }
        })
    });
    chunks.boxed()
}

/// Our own reasons travel through the decoder as errors of the body.
fn unwrapped(error: sse_stream::Error) -> EventError {
    let sse_stream::Error::Body(body) = error else {
        return EventError::Broken(error);
    };
    match body.downcast::<io::Error>() {
        Ok(io_error) => match io_error.downcast::<EventError>() {
            Ok(ours) => ours,
            Err(io_error) => EventError::Broken(sse_stream::Error::Body(Box::new(io_error))),
        },
        Err(body) => EventError::Broken(sse_stream::Error::Body(body)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::stream::ByteStream;
    use super::{Event, EventError, EventLimits, events};
    use futures::{StreamExt as _, stream};
    use std::{io, time::Duration};

    const LIMITS: EventLimits = EventLimits {
        silence: Duration::from_secs(60),
        event: 64,
    };

    fn body(chunks: &[&'static str]) -> ByteStream {
        let chunks: Vec<_> = chunks.iter().map(|text| Ok((*text).into())).collect();
        ByteStream::of(stream::iter(chunks))
    }

    async fn read(chunks: &[&'static str]) -> Vec<Result<Event, EventError>> {
        events(body(chunks), LIMITS).collect().await
    }

    /// Events as `id|data`.
    async fn check(chunks: &[&'static str], expected: &[&str]) {
        let events = read(chunks).await.into_iter().map(|event| {
            let event = event.unwrap();
            format!("{}|{}", event.id.unwrap_or_default(), event.data)
        });
        assert_eq!(events.collect::<Vec<_>>(), expected, "{chunks:?}");
    }

    #[tokio::test]
    async fn events_are_read_however_they_are_cut_and_lines_end() {
        check(&["id: 1\ndata: a\n\nid: 2\ndata: b\n\n"], &["1|a", "2|b"]).await;
        check(&["id: 1\r\nda", "ta: a\r", "\n\r\n"], &["1|a"]).await;
        check(&["data: a\ndata: b\n\n"], &["|a\nb"]).await;
        check(&["data:a\r\rdata:b\r\r"], &["|a", "|b"]).await;
        check(&[": keep-alive\n\n", "data: a\n\n", ":\n\n"], &["|a"]).await;
        check(&["id: 7\n\n"], &["7|"]).await;
        check(&["x: y\nretry: 5\nevent: log\ndata: a\n\n"], &["|a"]).await;
        check(&[], &[]).await;
    }

    #[tokio::test]
    async fn an_event_at_the_end_counts_if_its_last_line_is_whole_and_else_leaves_no_trace() {
        check(&["id: 1\ndata: a\n"], &["1|a"]).await;
        check(&["id: 1\r\ndata: a\r\n"], &["1|a"]).await;
        check(&["data: a\n\n", "id: 2\ndat", "a: b\r"], &["|a", "2|b"]).await;
        check(&["id: 1\ndata: {\"line\":\"cut o"], &[]).await;
        check(&["data: a\n\nid: 2\n"], &["|a"]).await;
        check(&["data: a\n\nid: 2\n: comment\n"], &["|a"]).await;
    }

    #[tokio::test]
    async fn comments_are_no_part_of_an_event_and_what_came_before_a_large_one_is_given() {
        let comment = ": a comment, sent again and again\n";
        check(&[comment, comment, comment, "data: a\n\n"], &["|a"]).await;
        // Many events of one chunk are not one large one.
        let three = "data: 01234567890123456789\n\ndata: 01234567890123456789\n\ndata: 01234567890123456789\n\n";
        assert_eq!(read(&[three]).await.len(), 3);
        let large = "id: 1\ndata: a\n\nid: 2\ndata: 0123456789012345678901234567890123456789012345678901234567890123456789\n\n";
        let events = read(&[large]).await;
        assert_eq!(events[0].as_ref().unwrap().data, "a");
        assert!(matches!(events[1], Err(EventError::TooLarge(64))));
    }

    #[tokio::test]
    async fn an_event_without_end_is_refused_and_many_small_ones_are_not() {
        let chunk = "data: 0123456789012345678901234567890123456789\n";
        let events = read(&[chunk, chunk]).await;
        assert!(matches!(events[..], [Err(EventError::TooLarge(64))]));
        let chunk = "data: 0123456789012345678901234567890123456789\n\n";
        assert_eq!(read(&[chunk, chunk, chunk]).await.len(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn silence_breaks_a_stream_and_a_comment_breaks_silence() {
        let talk = stream::unfold(0, |turn| async move {
            let wait = if turn < 3 { 50 } else { 61 };
            tokio::time::sleep(Duration::from_secs(wait)).await;
            Some((Ok(": ping\n\n".into()), turn + 1))
        });
        let begun = tokio::time::Instant::now();
        let events: Vec<_> = events(ByteStream::of(talk), LIMITS).collect().await;
        assert!(matches!(events[..], [Err(EventError::Silence(_))]));
        assert_eq!(begun.elapsed(), Duration::from_secs(3 * 50 + 60));
    }

    #[tokio::test]
    async fn a_broken_connection_is_told_after_what_arrived() {
        let chunks = [
            Ok("data: a\n\ndata: b".into()),
            Err(io::Error::other("reset")),
        ];
        let events: Vec<_> = events(ByteStream::of(stream::iter(chunks)), LIMITS)
            .collect()
            .await;
        assert_eq!(events.len(), 2);
        assert_eq!(events[0].as_ref().unwrap().data, "a");
        assert!(matches!(events[1], Err(EventError::Broken(_))));
    }
}
