//! Log lines of pods and serverless workers, as they are written.

use crate::generated::{endpoints::Endpoints, pods::Pods};
use crate::generated::{params::GetPodLogsParams, params::GetWorkerLogsParams, types::LogSource};
use crate::{Client, Error, RunPod};
use futures::{FutureExt, Stream, StreamExt};
use sdk_core::{Api, Event, Follow, RetryPolicy, Timestamp};
use serde::Deserialize;
use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

/// One line of a log.
///
/// Source: `data` of an event of `GET /v2/pods/{id}/logs`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LogLine {
    /// Where a new stream may go on, for [`LogRequest::last_event_id`]: opaque.
    pub id: Option<String>,
    /// When it was written. None where the server did not say it as described.
    pub ts: Option<Timestamp>,
    /// Whether the container or the system around it wrote it. None as for `ts`.
    pub source: Option<LogSource>,
    /// The text, without a line break at its end. It comes from the pod as it is: control characters
    /// in it reach a terminal unless they are taken out.
    pub line: String,
}

/// Whose log.
#[derive(Clone, Debug)]
enum Of {
    Pod(String),
    Worker { endpoint: String, worker: String },
}

/// Which lines of a log are wanted: set options, then [`stream`](Self::stream).
#[derive(Clone, Debug)]
#[must_use = "nothing is asked for until `stream` is called and polled"]
pub struct LogRequest {
    client: Client,
    of: Of,
    source: Option<LogSource>,
    tail: Option<u32>,
    since: Option<Timestamp>,
    last_event_id: Option<String>,
    follow: Follow,
}

/// The lines of a log: stored ones first, then new ones as they are written.
///
/// It connects anew after a break and gives each line once, see [`Follow`]. Dropping it ends the
/// connection.
#[derive(Debug)]
#[must_use = "nothing is asked for until the stream is polled"]
pub struct LogStream(sdk_core::Events<<RunPod as Api>::Problem>);

impl Pods<'_> {
    /// The log of a pod, as a stream of lines: the last 100, then new ones for as long as it is polled.
    ///
    /// ```no_run
    /// # async fn example(client: &runpod_sdk::Client) -> Result<(), runpod_sdk::Error> {
    /// use futures::StreamExt;
    ///
    /// let mut lines = client.pods().logs("abc123").tail(20).stream();
    /// while let Some(line) = lines.next().await {
    ///     println!("{}", line?.line);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn logs(&self, id: &str) -> LogRequest {
        LogRequest::new(self.client, Of::Pod(id.to_owned()))
    }
}

impl Endpoints<'_> {
    /// The log of a serverless worker, as [`Pods::logs`] gives that of a pod.
    pub fn worker_logs(&self, id: &str, worker_id: &str) -> LogRequest {
        let of = Of::Worker {
            endpoint: id.to_owned(),
            worker: worker_id.to_owned(),
        };
        LogRequest::new(self.client, of)
    }
}

impl LogRequest {
    fn new(client: &Client, of: Of) -> Self {
        Self {
            client: client.clone(),
            of,
            source: None,
            tail: None,
            since: None,
            last_event_id: None,
            follow: Follow::default(),
        }
    }

    /// Lines of one source only. Default: both.
    pub fn source(mut self, source: impl Into<LogSource>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Begins with this many stored lines, from 0 (new lines only) to 5000. Default: 100.
    pub fn tail(mut self, lines: u32) -> Self {
        self.tail = Some(lines);
        self
    }

    /// Begins with the stored lines from this time on. Beats [`tail`](Self::tail).
    pub fn since(mut self, since: impl Into<Timestamp>) -> Self {
        self.since = Some(since.into());
        self
    }

    /// Goes on after the line with this [`id`](LogLine::id). Beats [`since`](Self::since).
    pub fn last_event_id(mut self, id: impl Into<String>) -> Self {
        self.last_event_id = Some(id.into());
        self
    }

    /// Ends the stream once no new line has come for this long. Default: it stays open.
    ///
    /// RunPod does not say where the stored lines end, so this is how to read those only.
    pub fn until_idle(mut self, idle: Duration) -> Self {
        self.follow.until_idle = Some(idle);
        self
    }

    /// Takes a connection on which nothing arrives for this long, not even a comment, for dead.
    /// Default: 90 s.
    pub fn max_silence(mut self, silence: Duration) -> Self {
        self.follow.silence = silence;
        self
    }

    /// How often in a row, and how soon, a stream that brought no new line is opened again.
    pub fn reconnect(mut self, policy: RetryPolicy) -> Self {
        self.follow.reconnect = policy;
        self
    }

    /// The stream. Its first item may be an error: 404 for a pod that is not there, 422 for an option
    /// that is none. With a 404 it also ends where the pod is deleted meanwhile.
    pub fn stream(self) -> LogStream {
        let follow = self.follow.clone();
        let last_id = self.last_event_id.clone();
        let operation = match self.of {
            Of::Pod(_) => "get_pod_logs",
            Of::Worker { .. } => "get_worker_logs",
        };
        LogStream(sdk_core::Events::new(
            operation,
            follow,
            last_id,
            move |last_id| self.clone().connect(last_id).boxed(),
        ))
    }

    async fn connect(self, last_id: Option<String>) -> Result<sdk_core::ByteStream, Error> {
        let call = match &self.of {
            Of::Pod(id) => {
                let params = GetPodLogsParams {
                    source: self.source,
                    tail: self.tail.map(i64::from),
                    since: self.since,
                    last_event_id: last_id,
                };
                self.client.pods().log_events_with(id, params)
            }
            Of::Worker { endpoint, worker } => {
                let params = GetWorkerLogsParams {
                    source: self.source,
                    tail: self.tail.map(i64::from),
                    since: self.since,
                    last_event_id: last_id,
                };
                self.client
                    .endpoints()
                    .worker_log_events_with(endpoint, worker, params)
            }
        };
        Ok(call.await?.into_inner())
    }
}

impl LogLine {
    /// A line of another form than described is given as it came, rather than dropped.
    fn of(event: Event) -> Self {
        #[derive(Deserialize)]
        struct Data {
            ts: Option<Timestamp>,
            source: Option<LogSource>,
            line: String,
        }
        match serde_json::from_str::<Data>(&event.data) {
            Ok(data) => Self {
                id: event.id,
                ts: data.ts,
                source: data.source,
                line: data.line,
            },
            Err(_) => Self {
                id: event.id,
                ts: None,
                source: None,
                line: event.data,
            },
        }
    }
}

impl Stream for LogStream {
    type Item = Result<LogLine, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0
            .poll_next_unpin(cx)
            .map(|event| event.map(|event| event.map(LogLine::of)))
    }
}
