//! The log of a pod.

use std::time::Duration;

use futures::{Stream, StreamExt as _};
use runpod_sdk::types::LogSource;

use super::Runpod;
use super::failure::explain;
use crate::error::{Error, Result};

/// Which lines of a log are wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct LogWish {
    /// `container` or `system`; none for both.
    pub(crate) source: Option<&'static str>,
    /// Stored lines to begin with.
    pub(crate) tail: u32,
    /// RFC 3339; beats `tail`.
    pub(crate) since: Option<String>,
    /// Ends the stream once no new line came for this long.
    pub(crate) until_idle: Option<Duration>,
}

/// One line of a log, without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogLineSeen {
    pub(crate) ts: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) line: String,
}

/// How long the end of a log is read for the message of a failure.
const TAIL_TIME: Duration = Duration::from_secs(5);

/// How long no new line must come for the stored ones to be read to their end.
pub(crate) const IDLE: Duration = Duration::from_secs(2);

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
                line: visible(&line.line),
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

/// Text of a pod, without what could move the cursor or change colours: tabs stay.
fn visible(text: &str) -> String {
    text.chars()
        .filter(|c| *c == '\t' || !c.is_control())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn a_line_cannot_talk_to_the_terminal() {
        assert_eq!(visible("a\tb\u{1b}[31mc\u{7}\r\u{9b}d"), "a\tb[31mcd");
        assert_eq!(visible("Grüße 日本 🚀"), "Grüße 日本 🚀");
    }
}
