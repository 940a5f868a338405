//! How an endpoint and its workers read at one moment.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::model::{Endpoint, GpuChoice, Hardware, Kind, Scaling, Worker};
use super::worker::Status;
use crate::runpod::model::Compute;
use crate::runpod::view;

/// A host that leads nowhere: nothing runs in a worker that could take a request, and none must reach
/// anybody else.
const HOST: &str = "https://api.runpod.invalid/v2";

/// The endpoint as the API shows it, `env` in clear.
pub(super) fn endpoint(endpoint: &Endpoint) -> Value {
    let mut map = endpoint.container.to_json();
    let mut set = |key: &str, value: Value| {
        map.insert(key.to_owned(), value);
    };
    set("id", json!(endpoint.id));
    set("name", json!(endpoint.name));
    set("type", json!(endpoint.kind));
    set("requestUrls", request_urls(endpoint));
    match &endpoint.hardware {
        Hardware::Gpu(choice) => set("gpu", gpu(choice)),
        Hardware::Cpu(flavours) => {
            let rows = flavours.iter().map(|(id, vcpus)| {
                let (id, vcpus) = (id.clone(), *vcpus);
                view::compute(&Compute::Cpu { id, vcpus }).1
            });
            set("gpu", Value::Null);
            set("cpu", rows.collect());
        }
    }
    let scale = &endpoint.scale;
    set(
        "workers",
        json!({ "min": scale.min, "max": scale.max, "idleTimeout": scale.idle_timeout }),
    );
    set("scaling", scaling(endpoint.scaling));
    set("dataCenterIds", json!(endpoint.data_centers));
    set("networkVolumes", json!(endpoint.volumes));
    set("timeout", json!(endpoint.timeout));
    set("flashboot", json!(endpoint.flashboot));
    set("createdAt", json!(endpoint.created_at));
    Value::Object(map)
}

fn request_urls(endpoint: &Endpoint) -> Value {
    let base = format!("{HOST}/{}", endpoint.id);
    let at = |path: &str| json!(format!("{base}/{path}"));
    match endpoint.kind {
        Kind::LoadBalancer => json!({ "base": base, "health": at("ping") }),
        Kind::Queue => json!({
            "run": at("run"),
            "runSync": at("runsync"),
            "status": at("status/{job_id}"),
            "stream": at("stream/{job_id}"),
            "cancel": at("cancel/{job_id}"),
            "retry": at("retry/{job_id}"),
            "purgeQueue": at("purge-queue"),
            "health": at("health"),
        }),
    }
}

fn gpu(choice: &GpuChoice) -> Value {
    let mut row = json!({
        "excludedTypes": choice.excluded,
        "count": choice.count,
        "allowedCudaVersions": choice.cuda_versions,
        "minCudaVersion": choice.min_cuda,
    });
    if !choice.pools.is_empty() {
        row["pools"] = json!(choice.pools);
    }
    row
}

fn scaling(scaling: Scaling) -> Value {
    match scaling {
        Scaling::QueueDelay(delay) => json!({ "type": "QUEUE_DELAY", "queueDelay": delay }),
        Scaling::RequestCount(count) => json!({ "type": "REQUEST_COUNT", "requestCount": count }),
    }
}

/// The workers that are there, and how many of them do what.
pub(super) fn workers(endpoint: &Endpoint, now: Timestamp) -> Value {
    let present: Vec<&Worker> = endpoint.present(now).collect();
    let mut summary = Map::new();
    for (key, status) in [
        ("running", Status::Running),
        ("idle", Status::Idle),
        ("initializing", Status::Initializing),
        ("throttled", Status::Throttled),
        ("unhealthy", Status::Unhealthy),
    ] {
        let count = present
            .iter()
            .filter(|one| one.status(now) == status)
            .count();
        summary.insert(key.into(), json!(count));
    }
    summary.insert("total".into(), json!(present.len()));
    let rows = present.iter().map(|one| worker(endpoint, one, now));
    json!({
        "workers": rows.collect::<Vec<Value>>(),
        "summary": summary,
        "endpointVersion": endpoint.version(),
    })
}

fn worker(endpoint: &Endpoint, worker: &Worker, now: Timestamp) -> Value {
    let machine = worker.machine.as_ref();
    let (gpu, gpus) = match (machine.map(|machine| &machine.compute), &endpoint.hardware) {
        (Some(Compute::Gpu { id, count }), _) => (Some(id), *count),
        (None, Hardware::Gpu(choice)) => (None, choice.count),
        (Some(Compute::Cpu { .. }), _) | (None, Hardware::Cpu(_)) => (None, 0),
    };
    let since = worker.running_since(now);
    json!({
        "id": worker.id,
        "status": worker.status(now).as_str(),
        "isStale": worker.version != endpoint.version(),
        "version": worker.version,
        "gpuCount": gpus,
        "image": worker.image,
        "uptimeSeconds": since.map(|since| now.duration_since(since).as_secs()),
        "gpuTypeId": gpu,
        "dataCenterId": machine.map(|machine| &machine.data_center),
        "startedAt": since,
    })
}
