//! Log lines of a pod or a worker, as a function of its stored life and the present time: processes that
//! share a state see the same lines with the same ids.

use std::time::Duration;

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::problem::Problem;
use crate::reply::{LogFeed, Logged, Reply};
use crate::runpod::call::Call;
use crate::runpod::log_life::Life;
use crate::runpod::model::{Account, Boot, PastBoot, is_missing};

/// How many stored lines come first where the request says nothing.
const USUAL_TAIL: u64 = 100;

/// Between two signs of life that a container writes.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// The most signs of life of one boot that are kept.
const HEARTBEATS: u32 = 5000;

/// Who wrote a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Container,
    System,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    ts: Timestamp,
    /// Counts the lines of the log.
    number: usize,
    source: Source,
    text: String,
}

impl Source {
    fn as_str(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::System => "system",
        }
    }
}

impl Line {
    /// Whether this source wrote it; none is any.
    fn is_of(&self, source: Option<&str>) -> bool {
        source.is_none_or(|source| self.source.as_str() == source)
    }

    /// Opaque to clients: where a stream may go on.
    fn id(&self) -> String {
        format!("{}/{:012}", self.ts, self.number)
    }

    /// The line as a server-sent event.
    fn frame(&self) -> String {
        let data = json!({
            "ts": self.ts.to_string(),
            "source": self.source.as_str(),
            "line": self.text,
        });
        format!("id: {}\ndata: {data}\n\n", self.id())
    }
}

/// `GET /v2/pods/{id}/logs`: the backfill is chosen here, the rest is read while it streams.
pub(crate) fn pod_logs(call: &Call<'_>) -> Result<Reply, Problem> {
    begin(call, Logged::Pod(call.id().to_owned()))
}

/// `GET /v2/serverless/{id}/workers/{workerId}/logs`: as that of a pod.
pub(crate) fn worker_logs(call: &Call<'_>) -> Result<Reply, Problem> {
    let worker = call.parameters().text("workerId").unwrap_or_default();
    let of = Logged::Worker {
        endpoint: call.id().to_owned(),
        worker: worker.to_owned(),
    };
    begin(call, of)
}

fn begin(call: &Call<'_>, of: Logged) -> Result<Reply, Problem> {
    let life = Life::of(call.account, &of, call.now)?;
    let lines = lines(&life, call.now);
    let fields = call.parameters();
    let source = fields.text("source");
    let wanted = |line: &&Line| line.is_of(source);
    let next = if let Some(last) = call.last_event_id() {
        // An id that is not known is as if there were none: nothing is lost.
        lines
            .iter()
            .position(|line| line.id() == last)
            .map_or(0, |index| index + 1)
    } else if let Some(since) = fields.text("since") {
        let since: Timestamp = since.parse().ok().ok_or_else(|| not_a_time(since))?;
        lines.partition_point(|line| line.ts < since)
    } else {
        let tail = fields.integer("tail").unwrap_or(USUAL_TAIL);
        match usize::try_from(tail).unwrap_or(usize::MAX) {
            0 => lines.len(),
            tail => {
                let first = lines.iter().filter(wanted).rev().nth(tail - 1);
                first.map_or(0, |line| line.number - 1)
            }
        }
    };
    Ok(Reply::log(LogFeed {
        of,
        source: source.map(str::to_owned),
        next,
    }))
}

fn not_a_time(text: &str) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        format!("query.since: `{text}` is no RFC 3339 time"),
    )
}

/// What a stream is sent now, and where it goes on. None when the pod or the worker is gone.
pub(crate) fn frames(
    account: &Account,
    feed: LogFeed,
    now: Timestamp,
) -> Option<(String, LogFeed)> {
    let life = Life::of(account, &feed.of, now).ok()?;
    let lines = lines(&life, now);
    let fresh = lines.get(feed.next..).unwrap_or_default().iter();
    let wanted = fresh.filter(|line| line.is_of(feed.source.as_deref()));
    let text = wanted.map(Line::frame).collect();
    let next = lines.len().max(feed.next);
    Some((text, LogFeed { next, ..feed }))
}

/// All lines until now.
fn lines(life: &Life<'_>, now: Timestamp) -> Vec<Line> {
    let mut writer = Writer {
        life,
        lines: Vec::new(),
    };
    for past in &life.past_boots {
        writer.boot(past.boot, past.ended);
        writer.end(past);
    }
    if let Some(boot) = life.boot {
        writer.boot(boot, now);
    }
    writer.lines
}

struct Writer<'a> {
    life: &'a Life<'a>,
    lines: Vec<Line>,
}

impl Writer<'_> {
    fn add(&mut self, ts: Timestamp, source: Source, text: String) {
        let number = self.lines.len() + 1;
        self.lines.push(Line {
            ts,
            number,
            source,
            text,
        });
    }

    /// What one boot writes until an instant. Nothing of the environment is ever written.
    fn boot(&mut self, boot: Boot, until: Timestamp) {
        use Source::{Container, System};
        let life = self.life;
        let image = life.image;
        let place = life.place.map(|place| format!(" in {place}"));
        let pulling = format!("pulling image {image}{}", place.unwrap_or_default());
        let mut steps = vec![(boot.assigned, System, pulling)];
        if is_missing(image) {
            steps.push((
                boot.running,
                System,
                format!("error pulling image {image}: manifest unknown"),
            ));
        } else {
            steps.push((boot.running, System, format!("pulled image {image}")));
            steps.push((boot.running, System, "container created".to_owned()));
            steps.push((boot.running, System, "container started".to_owned()));
            let hello = format!("sandbox: the container of {} is up", life.name);
            steps.push((boot.running, Container, hello));
            for port in life.ports {
                let text = format!("sandbox: listening on {port}");
                steps.push((boot.reachable, Container, text));
            }
            steps.extend(heartbeats(boot, until));
        }
        steps.retain(|(at, ..)| *at <= until);
        steps.sort_by_key(|(at, ..)| *at);
        for (at, source, text) in steps {
            self.add(at, source, text);
        }
    }

    fn end(&mut self, past: &PastBoot) {
        let text = if past.failed {
            "container exited with code 1"
        } else {
            "container stopped"
        };
        self.add(past.ended, Source::System, text.to_owned());
    }
}

fn heartbeats(boot: Boot, until: Timestamp) -> Vec<(Timestamp, Source, String)> {
    let mut beats = Vec::new();
    let Ok(step) = SignedDuration::try_from(HEARTBEAT) else {
        return beats;
    };
    let mut at = boot.reachable;
    for beat in 1..=HEARTBEATS {
        let Ok(next) = at.checked_add(step) else {
            break;
        };
        if next > until {
            break;
        }
        at = next;
        beats.push((
            at,
            Source::Container,
            format!("sandbox: alive, beat {beat}"),
        ));
    }
    beats
}
