//! Workers: how they come up, idle, are replaced and are scaled, and what their logs tell.
#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use sandbox::Tier;
use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::logs::{events, lines};

/// Statuses of the workers in the order of their list, current ones before stale ones as they come.
async fn statuses(cloud: &Cloud, path: &str) -> Vec<String> {
    let text = |worker: &Value| worker["status"].as_str().expect("a status").to_owned();
    workers(cloud, path).await.iter().map(text).collect()
}

async fn workers(cloud: &Cloud, path: &str) -> Vec<Value> {
    let list = cloud.get(&format!("{path}/workers")).await.expect(200).json;
    let workers = list["workers"].as_array().expect("workers").clone();
    assert_eq!(list["summary"]["total"], workers.len());
    for (key, status) in [
        ("running", "RUNNING"),
        ("idle", "IDLE"),
        ("initializing", "INITIALIZING"),
        ("throttled", "THROTTLED"),
        ("unhealthy", "UNHEALTHY"),
    ] {
        let count = workers.iter().filter(|one| one["status"] == status).count();
        assert_eq!(list["summary"][key], count, "{key}");
    }
    workers
}

async fn rollout(cloud: &Cloud, path: &str) -> Value {
    let list = cloud
        .get(&format!("{path}/releases"))
        .await
        .expect(200)
        .json;
    list["rollout"].clone()
}

#[tokio::test]
async fn those_that_are_kept_run_and_the_others_idle_after_their_time() {
    let cloud = Cloud::start().await;
    let scale = json!({ "workers": { "min": 1, "max": 3, "idleTimeout": 10 } });
    let path = cloud.endpoint(scale).await;
    assert_eq!(statuses(&cloud, &path).await, ["INITIALIZING"; 3]);
    cloud.pass(2.0);
    assert_eq!(statuses(&cloud, &path).await, ["RUNNING"; 3]);
    cloud.pass(9.9);
    assert_eq!(statuses(&cloud, &path).await, ["RUNNING"; 3]);
    cloud.pass(0.1);
    assert_eq!(statuses(&cloud, &path).await, ["RUNNING", "IDLE", "IDLE"]);
    let workers = workers(&cloud, &path).await;
    assert_eq!(workers[0]["uptimeSeconds"], 10);
    assert_eq!(workers[0]["startedAt"], "2026-11-01T12:00:02Z");
    assert_eq!(workers[0]["gpuTypeId"], "NVIDIA GeForce RTX 4090");
    assert_eq!(workers[0]["gpuCount"], 1);
    assert_eq!(workers[1]["uptimeSeconds"], Value::Null);
    cloud.pass(1_000_000.0);
    assert_eq!(statuses(&cloud, &path).await, ["RUNNING", "IDLE", "IDLE"]);
}

#[tokio::test]
async fn a_release_replaces_workers_once_the_new_ones_are_up() {
    let cloud = Cloud::start().await;
    let path = cloud
        .endpoint(json!({ "workers": { "min": 2, "max": 2 } }))
        .await;
    cloud.pass(4.0);
    let old = workers(&cloud, &path).await;
    cloud
        .patch(&path, json!({ "image": "ghcr.io/org/api:2" }))
        .await
        .expect(200);
    cloud.pass(3.9);
    let during = workers(&cloud, &path).await;
    let stale = |worker: &&Value| worker["isStale"] == true;
    assert_eq!(during.iter().filter(stale).count(), 2);
    assert_eq!(during.len(), 4);
    assert_eq!(
        rollout(&cloud, &path).await,
        json!({ "inProgress": true, "workersOnLatest": 2, "workersTotal": 4, "percentOnLatest": 50 })
    );
    cloud.pass(0.1);
    let after = workers(&cloud, &path).await;
    assert_eq!(after.len(), 2);
    for worker in &after {
        assert_eq!(worker["image"], "ghcr.io/org/api:2");
        assert_eq!(worker["version"], 2);
        assert_eq!(worker["isStale"], false);
        assert!(old.iter().all(|before| before["id"] != worker["id"]));
    }
    assert_eq!(rollout(&cloud, &path).await["percentOnLatest"], 100);
    let list = cloud
        .get(&format!("{path}/releases"))
        .await
        .expect(200)
        .json;
    let counts: Vec<&Value> = list["releases"]
        .as_array()
        .expect("releases")
        .iter()
        .map(|release| &release["workerCount"])
        .collect();
    assert_eq!(counts, [2, 0]);
}

#[tokio::test]
async fn scaling_adds_wakes_and_ends_workers_and_leaves_the_others_alone() {
    let cloud = Cloud::start().await;
    let path = cloud
        .endpoint(json!({ "workers": { "min": 0, "max": 2, "idleTimeout": 1 } }))
        .await;
    let scale = async |change: Value| {
        cloud
            .patch(&path, json!({ "workers": change }))
            .await
            .expect(200);
        statuses(&cloud, &path).await
    };
    cloud.pass(10.0);
    assert_eq!(statuses(&cloud, &path).await, ["IDLE", "IDLE"]);
    assert_eq!(scale(json!({ "min": 1 })).await, ["INITIALIZING", "IDLE"]);
    cloud.pass(2.0);
    assert_eq!(statuses(&cloud, &path).await, ["RUNNING", "IDLE"]);
    assert_eq!(
        scale(json!({ "max": 3 })).await,
        ["RUNNING", "IDLE", "INITIALIZING"]
    );
    cloud.pass(4.0);
    assert_eq!(
        scale(json!({ "min": 0 })).await,
        ["RUNNING", "IDLE", "IDLE"]
    );
    cloud.pass(1.0);
    assert_eq!(statuses(&cloud, &path).await, ["IDLE", "IDLE", "IDLE"]);
    assert_eq!(scale(json!({ "max": 1 })).await, ["IDLE"]);
    assert_eq!(scale(json!({ "max": 0 })).await, Vec::<String>::new());
    assert_eq!(
        rollout(&cloud, &path).await,
        json!({ "inProgress": false, "workersOnLatest": 0, "workersTotal": 0, "percentOnLatest": 100 })
    );
}

#[tokio::test]
async fn workers_hold_stock_while_they_run_and_are_throttled_without() {
    let cloud = Cloud::start().await;
    let (gpu, place) = ("NVIDIA GeForce RTX 4090", "US-NC-1");
    let stock = |count| cloud.sandbox.set_gpu_stock(gpu, Tier::Secure, place, count);
    stock(2).expect("a known type");
    let more =
        json!({ "dataCenterIds": [place], "workers": { "min": 1, "max": 3, "idleTimeout": 5 } });
    let path = cloud.endpoint(more).await;
    assert_eq!(
        statuses(&cloud, &path).await,
        ["INITIALIZING", "INITIALIZING", "THROTTLED"]
    );
    let pod = json!({ "dataCenterIds": [place] });
    cloud
        .create(pod.clone())
        .await
        .refused(400, "instances available");
    cloud.pass(7.0);
    // The second one idles, so that there is room for the third, which looks again.
    assert_eq!(
        statuses(&cloud, &path).await,
        ["RUNNING", "IDLE", "INITIALIZING"]
    );
    cloud.pass(7.0);
    assert_eq!(statuses(&cloud, &path).await, ["RUNNING", "IDLE", "IDLE"]);
    cloud.pod(pod.clone()).await;
    cloud
        .create(pod.clone())
        .await
        .refused(400, "instances available");
    cloud.delete(&path).await.expect(204);
    cloud.pod(pod).await;
}

#[tokio::test]
async fn pools_are_tried_in_their_order_and_types_can_be_left_out() {
    let cloud = Cloud::start().await;
    let kind = async |gpu: Value| {
        let more = json!({ "gpu": gpu, "workers": { "max": 1 } });
        let path = cloud.endpoint(more).await;
        let worker = workers(&cloud, &path).await.remove(0);
        worker["gpuTypeId"].as_str().map(str::to_owned)
    };
    let found = kind(json!({ "pools": ["HOPPER_141", "ADA_24"] })).await;
    assert_eq!(found.as_deref(), Some("NVIDIA H200"));
    let found = kind(json!({ "pools": ["AMPERE_24"], "excludedTypes": ["NVIDIA L4"] })).await;
    assert_eq!(found.as_deref(), Some("NVIDIA RTX A5000"));
    // No place has 8 of the first type and this version of CUDA.
    let found =
        kind(json!({ "pools": ["HOPPER_141"], "count": 1, "minCudaVersion": "99.0" })).await;
    assert_eq!(found, None, "it waits for a machine");
}

#[tokio::test]
async fn an_image_that_does_not_exist_makes_workers_unhealthy() {
    let cloud = Cloud::start().await;
    let more = json!({ "image": "ghcr.io/org/api:does-not-exist", "workers": { "max": 1 } });
    let path = cloud.endpoint(more).await;
    cloud.pass(2.0);
    assert_eq!(statuses(&cloud, &path).await, ["UNHEALTHY"]);
    let id = workers(&cloud, &path).await[0]["id"].clone();
    let log = format!("{path}/workers/{}/logs", id.as_str().expect("an id"));
    let log = events(&cloud, &log, None).await;
    let last = lines(&log).last().copied().expect("a line");
    assert!(last.contains("manifest unknown"), "{last}");
}

#[tokio::test]
async fn the_log_of_a_worker_tells_its_life_and_streams_like_that_of_a_pod() {
    let cloud = Cloud::start().await;
    let more = json!({ "env": { "TOKEN": "hunter2" }, "workers": { "max": 1, "idleTimeout": 30 } });
    let path = cloud.endpoint(more).await;
    cloud.pass(20.0);
    let id = workers(&cloud, &path).await[0]["id"].clone();
    let id = id.as_str().expect("an id");
    let log = format!("{path}/workers/{id}/logs");
    let all = events(&cloud, &log, None).await;
    assert_eq!(lines(&all)[0], "pulling image ghcr.io/org/api:1");
    assert_eq!(lines(&all).last(), Some(&"sandbox: alive, beat 1"));
    assert!(!format!("{all:?}").contains("hunter2"));
    let system = events(&cloud, &format!("{log}?source=system"), None).await;
    assert!(!system.is_empty() && system.len() < all.len());
    let tail = events(&cloud, &format!("{log}?tail=2"), None).await;
    assert_eq!(tail, all[all.len() - 2..]);
    let after = events(&cloud, &log, Some(&all[2].0)).await;
    assert_eq!(after, all[3..]);
    // Idle, it has stopped; woken, it boots once more; no line changes by that.
    cloud.pass(20.0);
    let idle = events(&cloud, &log, None).await;
    assert_eq!(idle[..all.len()], all);
    assert_eq!(lines(&idle).last(), Some(&"container stopped"));
    cloud
        .patch(&path, json!({ "workers": { "min": 1 } }))
        .await
        .expect(200);
    cloud.pass(2.0);
    let woken = events(&cloud, &log, None).await;
    assert_eq!(woken[..idle.len()], idle);
    assert_eq!(lines(&woken)[idle.len()], "pulling image ghcr.io/org/api:1");
    let nobody = cloud.get(&format!("{path}/workers/nope/logs")).await;
    nobody.refused(404, "worker");
    let elsewhere = cloud.endpoint(json!({ "name": "other" })).await;
    let stranger = cloud.get(&format!("{elsewhere}/workers/{id}/logs")).await;
    stranger.refused(404, "worker");
    cloud
        .patch(&path, json!({ "workers": { "min": 0, "max": 0 } }))
        .await
        .expect(200);
    cloud.get(&log).await.refused(404, "worker");
}
