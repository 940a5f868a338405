//! Log lines of services and jobs, as a function of their stored life and the present time: processes
//! that share a state see the same lines.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use regex::Regex;
use serde_json::{Value, json};

use crate::northflank::call::Call;
use crate::northflank::model::{Account, Container};
use crate::northflank::page::data;
use crate::northflank::streams::Socket;
use crate::params::Fields;
use crate::problem::Problem;
use crate::reply::Reply;

/// Between two signs of life that a container writes.
const HEARTBEAT: SignedDuration = SignedDuration::from_secs(10);

/// The most signs of life of one container that are kept.
const HEARTBEATS: u32 = 5000;

/// Lines that come first where the request says nothing, and how old they may be.
const USUAL_TAIL: usize = 10;
const TAIL_AGE: SignedDuration = SignedDuration::from_mins(30);

/// How far back a range reaches where the request says nothing, and how many lines it has at most.
const RANGE: SignedDuration = SignedDuration::from_hours(1);
const RANGE_LINES: u64 = 100;

/// What writes a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Writer {
    Service { project: String, id: String },
    Job { project: String, id: String },
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) container: String,
    pub(crate) ts: Timestamp,
    pub(crate) text: String,
}

/// Which lines are wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    containers: Vec<String>,
    /// A run of a job.
    run: Option<String>,
    text: Option<Text>,
    /// Whether nothing that a container writes is wanted, but what surrounds it: there is none of that.
    others_only: bool,
}

#[derive(Debug, Clone)]
enum Text {
    Includes(String),
    NotIncludes(String),
    Matches(Regex),
    NotMatches(Regex),
}

/// `GET /v1/projects/{projectId}/services/{serviceId}/logs`
pub(crate) fn service_logs(call: &Call<'_>) -> Result<Reply, Problem> {
    range(call, &service(call)?)
}

/// `GET /v1/projects/{projectId}/jobs/{jobId}/logs`
pub(crate) fn job_logs(call: &Call<'_>) -> Result<Reply, Problem> {
    range(call, &job(call)?)
}

/// The same path as a WebSocket.
pub(crate) fn tail_service_logs(call: &Call<'_>) -> Result<Reply, Problem> {
    tail(call, service(call)?)
}

/// The same path as a WebSocket.
pub(crate) fn tail_job_logs(call: &Call<'_>) -> Result<Reply, Problem> {
    tail(call, job(call)?)
}

fn service(call: &Call<'_>) -> Result<Writer, Problem> {
    let id = call.id("serviceId");
    let project = call.project()?;
    project.service(id)?;
    Ok(Writer::Service {
        project: project.item.id.clone(),
        id: id.to_owned(),
    })
}

fn job(call: &Call<'_>) -> Result<Writer, Problem> {
    let id = call.id("jobId");
    let project = call.project()?;
    project.job(id)?;
    Ok(Writer::Job {
        project: project.item.id.clone(),
        id: id.to_owned(),
    })
}

fn range(call: &Call<'_>, writer: &Writer) -> Result<Reply, Problem> {
    let parameters = call.parameters();
    let filter = Filter::of(parameters)?;
    let (start, end) = span(call)?;
    let limit = parameters.integer("lineLimit").unwrap_or(RANGE_LINES);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut lines = lines(call.account, writer, &filter, call.now).unwrap_or_default();
    lines.retain(|line| start <= line.ts && line.ts <= end);
    // The newest ones are kept, and come last unless they are wanted first.
    let surplus = lines.len().saturating_sub(limit);
    if parameters.text("direction") == Some("forward") {
        lines.truncate(limit);
    } else {
        lines.drain(..surplus);
        if parameters.text("direction") == Some("backward") {
            lines.reverse();
        }
    }
    let rows: Vec<Value> = lines.iter().map(Line::to_json).collect();
    Ok(data(json!(rows)))
}

/// From when to when lines or values are wanted. A duration stands for one of the ends.
fn span(call: &Call<'_>) -> Result<(Timestamp, Timestamp), Problem> {
    span_of(call, RANGE)
}

/// From when to when; `usual` is how far back without a word of it.
///
/// # Errors
/// 400 for what is no time, and for a duration beside both ends.
pub(crate) fn span_of(
    call: &Call<'_>,
    usual: SignedDuration,
) -> Result<(Timestamp, Timestamp), Problem> {
    let parameters = call.parameters();
    let start = instant(parameters, "startTime")?;
    let end = instant(parameters, "endTime")?;
    let duration = parameters
        .integer("duration")
        .map(|seconds| SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX)));
    let back = |from: Timestamp, by| from.checked_sub(by).unwrap_or(Timestamp::MIN);
    Ok(match (start, end, duration) {
        (Some(_), Some(_), Some(_)) => {
            return Err(Problem::rule(
                "`duration` goes with one of `startTime` and `endTime`",
            ));
        }
        (Some(start), Some(end), None) => (start, end),
        (Some(start), None, Some(by)) => (start, start.checked_add(by).unwrap_or(Timestamp::MAX)),
        (Some(start), None, None) => (start, call.now),
        (None, end, by) => {
            let end = end.unwrap_or(call.now);
            (back(end, by.unwrap_or(usual)), end)
        }
    })
}

fn instant(parameters: Fields<'_>, key: &str) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = parameters.text(key) else {
        return Ok(None);
    };
    let instant = text.parse().ok();
    let bad = || Problem::rule(format!("query.{key}: value must be a date-time"));
    Ok(Some(instant.ok_or_else(bad)?))
}

fn tail(call: &Call<'_>, writer: Writer) -> Result<Reply, Problem> {
    let parameters = call.parameters();
    let filter = Filter::of(parameters)?;
    for key in ["endTime", "duration", "direction"] {
        if parameters.has(key) {
            return Err(Problem::rule(format!(
                "`{key}` is not for a log that is followed"
            )));
        }
    }
    let lines = lines(call.account, &writer, &filter, call.now).unwrap_or_default();
    let first = if let Some(start) = instant(parameters, "startTime")? {
        lines.partition_point(|line| line.ts < start)
    } else {
        let oldest = call.now.checked_sub(TAIL_AGE).unwrap_or(Timestamp::MIN);
        let recent = lines.partition_point(|line| line.ts < oldest);
        let limit = parameters.integer("lineLimit");
        let limit = limit.map_or(USUAL_TAIL, |limit| {
            usize::try_from(limit).unwrap_or(usize::MAX)
        });
        recent.max(lines.len().saturating_sub(limit))
    };
    Ok(Reply::socket(Socket::Tail {
        writer,
        filter,
        next: first,
    }))
}

impl Filter {
    fn of(parameters: Fields<'_>) -> Result<Self, Problem> {
        let texts = [
            "textIncludes",
            "textNotIncludes",
            "regexIncludes",
            "regexNotIncludes",
        ];
        let given: Vec<&str> = texts
            .into_iter()
            .filter(|key| parameters.has(key))
            .collect();
        if let [first, second, ..] = given.as_slice() {
            return Err(Problem::rule(format!(
                "`{first}` and `{second}` cannot be asked for at once"
            )));
        }
        let text = match given.first() {
            Some(key) => Some(Text::parse(key, parameters.text(key).unwrap_or_default())?),
            None => None,
        };
        let types = parameters.texts("type").unwrap_or_default();
        let containers = parameters.texts("containerName").unwrap_or_default();
        Ok(Self {
            containers: containers.into_iter().map(str::to_owned).collect(),
            run: parameters.text("runId").map(str::to_owned),
            text,
            others_only: !types.is_empty() && !types.contains(&"runtime"),
        })
    }

    fn wants(&self, line: &Line) -> bool {
        if self.others_only {
            return false;
        }
        if !self.containers.is_empty() && !self.containers.contains(&line.container) {
            return false;
        }
        match &self.text {
            None => true,
            Some(Text::Includes(part)) => line.text.contains(part),
            Some(Text::NotIncludes(part)) => !line.text.contains(part),
            Some(Text::Matches(pattern)) => pattern.is_match(&line.text),
            Some(Text::NotMatches(pattern)) => !pattern.is_match(&line.text),
        }
    }
}

impl Text {
    fn parse(key: &str, value: &str) -> Result<Self, Problem> {
        let text = value.to_owned();
        let pattern = || {
            let compiled = Regex::new(value).ok();
            compiled.ok_or_else(|| Problem::rule(format!("query.{key}: value must be a pattern")))
        };
        Ok(match key {
            "textIncludes" => Self::Includes(text),
            "textNotIncludes" => Self::NotIncludes(text),
            "regexIncludes" => Self::Matches(pattern()?),
            _the_last_of_four => Self::NotMatches(pattern()?),
        })
    }
}

impl Line {
    /// The line as the API writes it.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "containerId": self.container, "log": self.text, "ts": self.ts })
    }
}

/// All wanted lines until now, oldest first. None once the writer is gone.
pub(crate) fn lines(
    account: &Account,
    writer: &Writer,
    filter: &Filter,
    now: Timestamp,
) -> Option<Vec<Line>> {
    let mut lines = Vec::new();
    match writer {
        Writer::Service { project, id } => {
            let service = account.project(project).ok()?.service(id).ok()?;
            let ports = service.item.fields().objects("ports").unwrap_or_default();
            let ports: Vec<u64> = ports
                .into_iter()
                .filter_map(|port| port.integer("internalPort"))
                .collect();
            for container in &service.containers {
                write(&mut lines, container, &service.item.id, &ports, now);
            }
        }
        Writer::Job { project, id } => {
            let job = account.project(project).ok()?.job(id).ok()?;
            let wanted = |run: &str| filter.run.as_deref().is_none_or(|id| id == run);
            for run in job.runs.iter().filter(|run| wanted(&run.id)) {
                write(&mut lines, &run.container, &job.item.id, &[], now);
            }
        }
    }
    lines.sort_by_key(|line| line.ts);
    lines.retain(|line| filter.wants(line));
    Some(lines)
}

/// What one container writes until an instant. Nothing of the environment is ever written.
fn write(lines: &mut Vec<Line>, container: &Container, owner: &str, ports: &[u64], now: Timestamp) {
    if container.fails {
        return;
    }
    let until = [container.killed, container.ended]
        .into_iter()
        .flatten()
        .min();
    let stopped = until.filter(|until| *until <= now);
    let until = stopped.unwrap_or(now);
    let mut add = |ts: Timestamp, text: String| {
        if ts <= until {
            let container = container.name.clone();
            lines.push(Line {
                container,
                ts,
                text,
            });
        }
    };
    add(
        container.running,
        format!("sandbox: a container of {owner} is up"),
    );
    for port in ports {
        add(
            container.running,
            format!("sandbox: listening on port {port}"),
        );
    }
    let mut at = container.running;
    for beat in 1..=HEARTBEATS {
        match at.checked_add(HEARTBEAT) {
            Ok(next) if next <= until => at = next,
            Ok(_) | Err(_) => break,
        }
        add(at, format!("sandbox: alive, beat {beat}"));
    }
    if let Some(stopped) = stopped.filter(|stopped| container.running <= *stopped) {
        add(stopped, "sandbox: asked to end".to_owned());
    }
}

/// How often a log is looked at for new lines.
pub(crate) const INTERVAL: Duration = Duration::from_millis(100);
