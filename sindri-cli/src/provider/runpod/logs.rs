//! The log of a pod.

use std::time::Duration;

use futures::{Stream, StreamExt as _};
use runpod_sdk::types::LogSource;

use super::Runpod;
use super::failure::explain;
use crate::error::{Error, Result};
use crate::provider::logs::{LogLineSeen, LogWish, visible};

/// How long the end of a log is read for the message of a failure.
const TAIL_TIME: Duration = Duration::from_secs(5);

impl Runpod {
    /// The log of a pod as it is written.
    pub(crate) fn logs(
        &self,
        id: &str,
        wish: &LogWish,
    ) -> impl Stream<Item = Result<LogLineSeen>> + Unpin + use<> {
        let mut request = self.client.pods().logs(id).tail(wish.tail);
        if let Some(source) = wish.source {
            request = request.source(LogSource::from(source));
        }
        if let Some(since) = &wish.since {
            request = request.since(since.as_str());
        }
        if let Some(idle) = wish.until_idle {
            request = request.until_idle(idle);
        }
        request.stream().map(|line| match line {
            Ok(line) => Ok(LogLineSeen {
                ts: line.ts.map(|ts| ts.as_str().to_owned()),
                source: line.source.map(|source| visible(source.as_str())),
                line: line.line,
            }),
            Err(error) => Err(explain(&error, "show the log")),
        })
    }

    /// Adds what the provider last wrote about a pod to a failure. A log that cannot be had adds nothing:
    /// the failure is what counts.
    pub(crate) async fn with_log_tail(&self, id: &str, error: Error) -> Error {
        let wish = LogWish {
            source: Some("system"),
            tail: 10,
            since: None,
            until_idle: Some(Duration::from_millis(500)),
        };
        let mut lines = Vec::new();
        let mut stream = self.logs(id, &wish);
        let read = async {
            while let Some(Ok(line)) = stream.next().await {
                lines.push(line.line);
            }
        };
        // What came within the time is what there is.
        let _in_time = tokio::time::timeout(TAIL_TIME, read).await;
        let lines = lines.into_iter().map(|line| format!("system log: {line}"));
        lines.fold(error, Error::with_detail)
    }
}
