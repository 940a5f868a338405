//! Which lines of a log are wanted.

use super::address::Subject;
use super::log_tail::LogStream;
use super::settings::Streams;
use sdk_core::{ConfigError, Follow, RetryPolicy, Timestamp};
use std::fmt::Display;
use std::time::{Duration, SystemTime};

/// Which lines of a log are wanted: set options, then [`stream`](Self::stream).
#[derive(Clone, Debug)]
#[must_use = "nothing is asked for until `stream` is called and polled"]
pub struct LogRequest {
    pub(crate) streams: Streams,
    subject: Subject,
    /// The path below the subject, with the values of its braces.
    suffix: &'static str,
    values: Vec<String>,
    pub(crate) since: Option<Timestamp>,
    tail: Option<u32>,
    container: Option<String>,
    /// Which deployment, run or build: the name of the parameter, and its value.
    part: Option<(&'static str, String)>,
    filter: Option<LogFilter>,
    sources: Vec<String>,
    pub(crate) follow: Follow,
}

/// Which lines are given, by their text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogFilter {
    /// Those with this text in them.
    Includes(String),
    /// Those without this text in them.
    Excludes(String),
    /// Those that this regular expression matches.
    Matches(String),
    /// Those that this regular expression does not match.
    MatchesNot(String),
}

impl LogFilter {
    fn parameter(&self) -> (&'static str, &str) {
        match self {
            Self::Includes(text) => ("textIncludes", text),
            Self::Excludes(text) => ("textNotIncludes", text),
            Self::Matches(regex) => ("regexIncludes", regex),
            Self::MatchesNot(regex) => ("regexNotIncludes", regex),
        }
    }
}

impl LogRequest {
    pub(crate) fn new(
        streams: &Streams,
        subject: Subject,
        suffix: &'static str,
        values: &[&str],
    ) -> Self {
        Self {
            streams: streams.clone(),
            subject,
            suffix,
            values: values.iter().map(ToString::to_string).collect(),
            since: None,
            tail: None,
            container: None,
            part: None,
            filter: None,
            sources: Vec::new(),
            follow: Follow::default(),
        }
    }

    /// Begins with the stored lines from this time on. Default: the last ten of the past half hour.
    pub fn since(mut self, since: impl Into<Timestamp>) -> Self {
        self.since = Some(since.into());
        self
    }

    /// Begins with at most this many stored lines.
    pub fn tail(mut self, lines: u32) -> Self {
        self.tail = Some(lines);
        self
    }

    /// Lines of one container only. Default: of all.
    pub fn container(mut self, name: impl Into<String>) -> Self {
        self.container = Some(name.into());
        self
    }

    /// Lines of one deployment of a service only. Takes the place of [`run`](Self::run) and
    /// [`build`](Self::build).
    pub fn deployment(mut self, id: impl Into<String>) -> Self {
        self.part = Some(("deploymentId", id.into()));
        self
    }

    /// Lines of one run of a job only.
    pub fn run(mut self, id: impl Into<String>) -> Self {
        self.part = Some(("runId", id.into()));
        self
    }

    /// Lines of one build only.
    pub fn build(mut self, id: impl Into<String>) -> Self {
        self.part = Some(("buildId", id.into()));
        self
    }

    /// Lines of this text only. The API takes one filter: a second takes the place of the first.
    pub fn filter(mut self, filter: LogFilter) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Lines of this source, too: `runtime`, `ingress`, `mesh`, `cdn`, `build`, `backup`, `restore`.
    /// Default: as the server chooses.
    pub fn source(mut self, source: impl Into<String>) -> Self {
        self.sources.push(source.into());
        self
    }

    /// Ends the stream once no new line has come for this long. Default: it stays open.
    pub fn until_idle(mut self, idle: Duration) -> Self {
        self.follow.until_idle = Some(idle);
        self
    }

    /// How often in a row, and how soon, a stream that brought no new line is opened again.
    pub fn reconnect(mut self, policy: RetryPolicy) -> Self {
        self.follow.reconnect = policy;
        self
    }

    /// The stream. Its first item may be an error, e.g. a refusal with 404 for what is not there.
    pub fn stream(self) -> LogStream {
        LogStream::new(self)
    }

    /// Where the stream begins: at `from`, or where the request says.
    pub(crate) fn url(&self, from: Option<&Timestamp>) -> Result<String, ConfigError> {
        let start = from.or(self.since.as_ref()).map(start_time);
        // A stream that goes on must not be cut to a number of lines.
        let limit = self.tail.filter(|_| from.is_none());
        let limit = limit.map(|limit| limit.to_string());
        let part = self.part.as_ref();
        let filter = self.filter.as_ref().map(LogFilter::parameter);
        let set = [
            ("startTime", start.as_deref()),
            ("lineLimit", limit.as_deref()),
            ("containerName", self.container.as_deref()),
        ];
        let set = set
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        let sources = self.sources.iter().map(|source| ("type", source.as_str()));
        let query: Vec<_> = std::iter::once(("queryType", "tail"))
            .chain(set)
            .chain(part.map(|(name, id)| (*name, id.as_str())))
            .chain(filter)
            .chain(sources)
            .collect();
        let values: Vec<&dyn Display> = self.values.iter().map(|value| value as _).collect();
        let base = self.streams.upgrades().base_url();
        self.subject
            .url(&self.streams, base, "/v1/", self.suffix, &values, &query)
    }
}

/// A time as the API takes it, in UTC with milliseconds: rounded down, so that nothing is left out. What
/// is no time is sent as it is, for the server to judge.
fn start_time(time: &Timestamp) -> String {
    let Ok(instant) = time.to_system_time() else {
        return time.as_str().to_owned();
    };
    let Ok(since_epoch) = instant.duration_since(SystemTime::UNIX_EPOCH) else {
        return time.as_str().to_owned();
    };
    let seconds = Duration::from_secs(since_epoch.as_secs());
    let whole = Timestamp::from(SystemTime::UNIX_EPOCH + seconds);
    let whole = whole.as_str().trim_end_matches('Z');
    format!("{whole}.{:03}Z", since_epoch.subsec_millis())
}

#[cfg(test)]
mod tests {
    use super::start_time;

    #[test]
    fn a_start_is_written_with_milliseconds_in_utc() {
        let check = |time: &str, expected: &str| assert_eq!(start_time(&time.into()), expected);
        check("2026-06-01T12:02:03Z", "2026-06-01T12:02:03.000Z");
        check("2026-06-01T12:02:03.123999999Z", "2026-06-01T12:02:03.123Z");
        check("2026-06-01T14:02:03.1+02:00", "2026-06-01T12:02:03.100Z");
        check("yesterday", "yesterday");
    }
}
