//! A log as it is written, over any number of connections.

use super::connect::{Proof, open};
use super::error::StreamError;
use super::frame::{self, ServerFrame};
use super::log_line::LogLine;
use super::log_request::LogRequest;
use super::seen::Seen;
use super::session::{begin, next_frame, skipped};
use super::socket::{MessageKind, Socket};
use futures::{Stream, StreamExt as _, stream::BoxStream};
use sdk_core::{RetryPolicy, Timestamp};
use std::{
    collections::VecDeque,
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, sleep, timeout_at};

/// The lines of a log: stored ones first, then new ones as they are written.
///
/// It connects anew after a break, from the time of the last line on, and gives each line once. It ends
/// with an error when the server refuses or ends it with one, or when connections break time after time;
/// without one when the server closes them time after time, or when nothing new comes for
/// [`until_idle`](LogRequest::until_idle). Dropping it ends the connection.
#[must_use = "nothing is asked for until the stream is polled"]
pub struct LogStream(BoxStream<'static, Result<LogLine, StreamError>>);

struct State {
    request: LogRequest,
    live: Option<Socket>,
    waiting: VecDeque<LogLine>,
    last: Option<Timestamp>,
    seen: Seen,
    /// Connections in a row that brought nothing new.
    fruitless: u32,
    connected_before: bool,
    idle_at: Option<Instant>,
    done: bool,
}

/// What happened in one turn.
enum Turn {
    /// There may be lines waiting.
    Again,
    /// The server closed the connection.
    Closed,
    Failed(StreamError),
    Idle,
}

impl LogStream {
    pub(crate) fn new(request: LogRequest) -> Self {
        let state = State {
            request,
            live: None,
            waiting: VecDeque::new(),
            last: None,
            seen: Seen::default(),
            fruitless: 0,
            connected_before: false,
            idle_at: None,
            done: false,
        };
        Self(futures::stream::unfold(state, State::next).boxed())
    }
}

impl State {
    async fn next(mut self) -> Option<(Result<LogLine, StreamError>, Self)> {
        loop {
            if let Some(line) = self.waiting.pop_front() {
                return Some((Ok(line), self));
            }
            if self.done {
                return None;
            }
            let error = match self.turn().await {
                Turn::Again => continue,
                Turn::Idle => return None,
                Turn::Closed => None,
                Turn::Failed(error) if self.connected_before && error.may_pass() => Some(error),
                Turn::Failed(error) => {
                    self.done = true;
                    self.hang_up().await;
                    return Some((Err(error), self));
                }
            };
            self.live = None;
            self.fruitless += 1;
            if error.is_some() {
                // What is stored may not have been read to its end.
                self.idle_at = None;
            }
            let asked = error.as_ref().and_then(StreamError::retry_after);
            let Some(pause) = pause(&self.request.follow.reconnect, self.fruitless, asked) else {
                self.done = true;
                return error.map(|error| (Err(error), self));
            };
            if self.idle_at.is_some_and(|at| Instant::now() + pause >= at) {
                return None;
            }
            tracing::debug!(
                delay_ms = pause.as_millis(),
                "the log stream ended, connecting anew"
            );
            sleep(pause).await;
        }
    }

    async fn turn(&mut self) -> Turn {
        let Some(live) = &mut self.live else {
            return self.connect().await;
        };
        match before(self.idle_at, next_frame(live)).await {
            None => Turn::Idle,
            Some(Ok(Some(frame))) => self.take(frame),
            Some(Ok(None)) => Turn::Closed,
            Some(Err(error)) => Turn::Failed(error),
        }
    }

    async fn connect(&mut self) -> Turn {
        let opening = open_tail(&self.request, self.last.as_ref());
        match before(self.idle_at, opening).await {
            None => Turn::Idle,
            Some(Ok(socket)) => {
                self.live = Some(socket);
                self.connected_before = true;
                self.seen.next_connection();
                if self.idle_at.is_none() {
                    self.restart_idle();
                }
                Turn::Again
            }
            Some(Err(error)) => Turn::Failed(error),
        }
    }

    fn take(&mut self, frame: ServerFrame) -> Turn {
        match frame {
            ServerFrame::LogLines(lines) => {
                for line in lines {
                    // What is no time is nothing to go on from.
                    let time = line.ts.as_ref();
                    if let Some(time) = time.filter(|time| time.to_system_time().is_ok()) {
                        self.last = Some(time.clone());
                    }
                    if self.seen.is_new(&line) {
                        self.waiting.push_back(line);
                    }
                }
                if !self.waiting.is_empty() {
                    self.fruitless = 0;
                    self.restart_idle();
                }
                Turn::Again
            }
            ServerFrame::Error(message) => {
                let error = StreamError::Server { message };
                Turn::Failed(error.without_token(&self.request.streams))
            }
            ServerFrame::Unknown(name) => {
                skipped(&name);
                Turn::Again
            }
            // Told once already, or of another kind of stream.
            ServerFrame::Accepted { .. }
            | ServerFrame::Denied(_)
            | ServerFrame::StdOut(_)
            | ServerFrame::StdErr(_)
            | ServerFrame::Completion(_) => Turn::Again,
        }
    }

    async fn hang_up(&mut self) {
        if let Some(socket) = self.live.take() {
            socket.close().await;
        }
    }

    fn restart_idle(&mut self) {
        let idle = self.request.follow.until_idle;
        self.idle_at = idle.map(|idle| Instant::now() + idle);
    }
}

async fn open_tail(request: &LogRequest, from: Option<&Timestamp>) -> Result<Socket, StreamError> {
    let streams = &request.streams;
    let mut socket = open(streams, &request.url(from)?, Proof::FirstMessage).await?;
    let first = frame::init(streams.token(), None)
        .map_err(|error| StreamError::protocol(error.to_string()))?;
    begin(streams, &mut socket, MessageKind::Text, first).await?;
    Ok(socket)
}

/// What comes of `work`; `None` when there is an end and it comes first.
async fn before<T>(end: Option<Instant>, work: impl Future<Output = T>) -> Option<T> {
    match end {
        Some(end) => timeout_at(end, work).await.ok(),
        None => Some(work.await),
    }
}

/// How long to wait before connecting anew: at least for as long as the server asked. None when it was
/// tried often enough, or when the server asks for more time than it is given.
fn pause(policy: &RetryPolicy, fruitless: u32, asked: Option<Duration>) -> Option<Duration> {
    let asked = asked.unwrap_or_default();
    let goes_on = fruitless < policy.max_attempts && asked <= policy.max_server_delay;
    goes_on.then(|| asked.max(policy.delay(fruitless, fastrand::f64())))
}

impl Stream for LogStream {
    type Item = Result<LogLine, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(cx)
    }
}

impl fmt::Debug for LogStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LogStream")
    }
}
