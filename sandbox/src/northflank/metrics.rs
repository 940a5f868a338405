//! Metrics of services and jobs: values that look like those of an idle program, the same for the same
//! container and minute.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::northflank::call::Call;
use crate::northflank::logs::span_of;
use crate::northflank::model::Container;
use crate::northflank::page::data;
use crate::problem::Problem;
use crate::reply::Reply;

/// Between two values.
const STEP_SECONDS: i64 = 60;

/// How far back values reach where the request says nothing.
const USUAL: SignedDuration = SignedDuration::from_mins(20);

/// The most values of one container.
const MOST: usize = 1000;

/// Type, unit, and about what an idle container uses of it.
const TYPES: [(&str, &str, f64); 11] = [
    ("cpu", "vCPU", 0.02),
    ("memory", "mb", 64.0),
    ("networkIngress", "kbps", 0.5),
    ("networkEgress", "kbps", 0.5),
    ("tcpConnectionsOpen", "count", 1.0),
    ("diskUsage", "mb", 12.0),
    ("requests", "rps", 0.0),
    ("http4xxResponses", "rps", 0.0),
    ("http5xxResponses", "rps", 0.0),
    ("bandwidth", "kbps", 0.0),
    ("bandwidthVolume", "mb", 0.0),
];

/// `GET /v1/projects/{projectId}/services/{serviceId}/metrics`
pub(crate) fn service_metrics(call: &Call<'_>) -> Result<Reply, Problem> {
    let service = call.project()?.service(call.id("serviceId"))?;
    metrics(call, service.containers.iter().collect())
}

/// `GET /v1/projects/{projectId}/jobs/{jobId}/metrics`
pub(crate) fn job_metrics(call: &Call<'_>) -> Result<Reply, Problem> {
    let job = call.project()?.job(call.id("jobId"))?;
    let wanted = call.parameters().text("runId");
    let runs = job.runs.iter();
    let runs = runs.filter(|run| wanted.is_none_or(|id| run.id == id));
    metrics(call, runs.map(|run| &run.container).collect())
}

fn metrics(call: &Call<'_>, mut containers: Vec<&Container>) -> Result<Reply, Problem> {
    let parameters = call.parameters();
    if let Some(name) = parameters.text("containerName") {
        containers.retain(|container| container.name == name);
    }
    let instants = if parameters.text("queryType") == Some("single") {
        let at = match parameters.text("time") {
            Some(text) => {
                let at = text.parse().ok();
                at.ok_or_else(|| Problem::rule("query.time: value must be a date-time"))?
            }
            None => call.now,
        };
        vec![at]
    } else {
        let (start, end) = span_of(call, USUAL)?;
        instants(start, end)
    };
    let wanted = parameters.texts("metricTypes").unwrap_or(vec!["cpu"]);
    let mut all = Map::new();
    for (id, unit, usual) in TYPES.into_iter().filter(|(id, ..)| wanted.contains(id)) {
        let series = containers.iter().filter_map(|container| {
            let points: Vec<Value> = instants
                .iter()
                .filter(|at| lived(container, **at, call.now))
                .map(|at| json!({ "value": value(container, id, usual, *at), "ts": at }))
                .collect();
            let metadata = json!({ "containerId": container.name });
            (!points.is_empty()).then(|| json!({ "metadata": metadata, "data": points }))
        });
        let values: Vec<Value> = series.collect();
        let info = json!({ "metricId": id, "metricUnit": unit, "metricResolution": STEP_SECONDS });
        all.insert(
            id.to_owned(),
            json!({ "metricInfo": info, "values": values }),
        );
    }
    Ok(data(Value::Object(all)))
}

/// The full minutes of a span, the newest ones if there are too many.
fn instants(start: Timestamp, end: Timestamp) -> Vec<Timestamp> {
    let newest = end.as_second().div_euclid(STEP_SECONDS);
    let oldest = start.as_second().div_euclid(STEP_SECONDS) + 1;
    let mut minutes: Vec<i64> = (oldest..=newest).rev().take(MOST).collect();
    minutes.reverse();
    minutes
        .into_iter()
        .filter_map(|minute| Timestamp::from_second(minute * STEP_SECONDS).ok())
        .collect()
}

fn lived(container: &Container, at: Timestamp, now: Timestamp) -> bool {
    !container.fails
        && container.running <= at
        && at <= now
        && container.ended.is_none_or(|ended| at < ended)
}

/// Within a tenth of the usual value.
fn value(container: &Container, id: &str, usual: f64, at: Timestamp) -> f64 {
    let minute = u64::try_from(at.as_second().div_euclid(STEP_SECONDS)).unwrap_or_default();
    let bytes = container.name.bytes().chain(id.bytes());
    let seed = bytes.fold(minute, |seed, byte| {
        seed.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte)
    });
    let step = u32::try_from(seed % 21).unwrap_or_default();
    let factor = 0.9 + f64::from(step) / 100.0;
    (usual * factor * 10_000.0).round() / 10_000.0
}
