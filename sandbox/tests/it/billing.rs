//! Charges: what existed, for how long, at which price.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use serde_json::{Value, json};

use crate::cloud::{Cloud, with};

/// Records of a list, with amounts that are 0 left out.
async fn records(cloud: &Cloud, path: &str) -> Vec<Value> {
    let list = cloud.get(path).await.expect(200).json;
    assert_eq!(
        list["metadata"]["recordCount"],
        list["records"].as_array().unwrap().len()
    );
    let mut records = list["records"].as_array().unwrap().clone();
    for record in &mut records {
        record
            .as_object_mut()
            .unwrap()
            .retain(|_, value| *value != 0.0);
    }
    records
}

async fn totals(cloud: &Cloud, path: &str) -> Value {
    let mut totals = cloud.get(path).await.expect(200).json["metadata"]["totals"].clone();
    totals
        .as_object_mut()
        .unwrap()
        .retain(|_, value| *value != 0.0);
    totals
}

const HOUR: f64 = 3600.0;

#[tokio::test]
async fn a_pod_is_charged_while_it_is_on_and_its_disk_while_it_is_stopped() {
    let cloud = Cloud::start().await;
    let mounts = json!({ "persistent": { "size": 73, "path": "/data" } });
    let id = cloud.pod(json!({ "mounts": mounts, "disk": 73 })).await;
    cloud.pass(HOUR);
    assert_eq!(
        records(&cloud, "/v2/billing/pods?bucketSize=hour").await,
        [json!({
            "podId": id, "gpuAmount": 0.44, "diskAmount": 0.02, "totalAmount": 0.46,
            "startTime": "2026-11-01T12:00:00Z", "endTime": "2026-11-01T13:00:00Z",
        })]
    );
    cloud.act(&id, "stop").await.expect(200);
    cloud.pass(HOUR);
    cloud.act(&id, "start").await.expect(200);
    cloud.pass(HOUR / 2.0);
    cloud.delete(&format!("/v2/pods/{id}")).await.expect(204);
    cloud.pass(HOUR);
    // An hour on, an hour stopped at the price of stopped disks, half an hour on; nothing after its end.
    let found = records(&cloud, "/v2/billing/pods?bucketSize=hour").await;
    let amounts: Vec<_> = found
        .iter()
        .map(|record| (&record["gpuAmount"], &record["diskAmount"]))
        .collect();
    assert_eq!(
        amounts,
        [
            (&json!(0.44), &json!(0.02)),
            (&Value::Null, &json!(0.02)),
            (&json!(0.22), &json!(0.01)),
        ]
    );
    assert_eq!(
        totals(&cloud, "/v2/billing/pods").await,
        json!({ "gpuAmount": 0.66, "diskAmount": 0.05, "totalAmount": 0.71 })
    );
}

#[tokio::test]
async fn a_pod_that_fails_is_charged_until_then() {
    let cloud = Cloud::start().await;
    cloud.pod(json!({ "image": "app:does-not-exist" })).await;
    let failing = cloud.pod(json!({})).await;
    cloud.pass(HOUR);
    cloud.sandbox.fail_pod(&failing).unwrap();
    cloud.pass(HOUR);
    let sum = totals(&cloud, "/v2/billing/pods").await;
    assert_eq!(sum["gpuAmount"], 0.440_244_444, "an hour, and two seconds");
    let one = totals(&cloud, &format!("/v2/billing/pods?podId={failing}")).await;
    assert_eq!(one["gpuAmount"], 0.44);
}

#[tokio::test]
async fn a_volume_is_charged_by_its_size_until_it_is_deleted() {
    let cloud = Cloud::start().await;
    let volume = async |kind: &str| {
        let body = json!({ "name": "v", "size": 73, "dataCenter": "CA-MTL-3", "type": kind });
        let answer = cloud.post("/v2/network-volumes", body).await;
        answer.expect(201).text("id")
    };
    let (slow, _fast) = (volume("STANDARD").await, volume("HIGH_PERFORMANCE").await);
    cloud.pass(100.0 * HOUR);
    let path = format!("/v2/network-volumes/{slow}");
    cloud.patch(&path, json!({ "size": 146 })).await.expect(200);
    cloud.pass(100.0 * HOUR);
    cloud.delete(&path).await.expect(204);
    cloud.pass(100.0 * HOUR);
    assert_eq!(
        totals(&cloud, "/v2/billing/network-volumes").await,
        json!({ "standardAmount": 2.1, "highPerformanceAmount": 4.2, "totalAmount": 6.3 })
    );
    let one = totals(
        &cloud,
        &format!("/v2/billing/network-volumes?networkVolumeId={slow}"),
    )
    .await;
    assert_eq!(one, json!({ "standardAmount": 2.1, "totalAmount": 2.1 }));
}

#[tokio::test]
async fn members_stand_on_the_bill_of_their_cluster() {
    let cloud = Cloud::start().await;
    let body = json!({
        "name": "c", "type": "TRAINING", "image": "app:1", "disk": 73,
        "compute": { "gpuTypeId": "NVIDIA L4", "gpuCountPerPod": 2, "podCount": 3 },
    });
    let id = cloud
        .post("/v2/clusters", body)
        .await
        .expect(201)
        .text("id");
    cloud.pass(HOUR);
    cloud
        .delete(&format!("/v2/clusters/{id}"))
        .await
        .expect(204);
    cloud.pass(HOUR);
    assert_eq!(
        records(&cloud, "/v2/billing/clusters?lastN=1").await,
        [json!({
            "clusterId": id, "gpuAmount": 2.28, "diskAmount": 0.03, "totalAmount": 2.31,
            "startTime": "2026-11-01T00:00:00Z", "endTime": "2026-11-01T14:00:00Z",
        })]
    );
    assert_eq!(
        records(&cloud, "/v2/billing/pods").await,
        Vec::<Value>::new()
    );
}

#[tokio::test]
async fn workers_are_charged_while_they_run_on_the_bill_of_their_endpoint() {
    let cloud = Cloud::start().await;
    let scale = json!({ "min": 1, "max": 2, "idleTimeout": 1798 });
    let path = cloud.endpoint(json!({ "workers": scale })).await;
    cloud.pass(HOUR);
    // One ran for an hour, the other for 2 s of boot and its time without a request.
    let sum = totals(&cloud, "/v2/billing/serverless").await;
    assert_eq!(sum, json!({ "gpuAmount": 1.68, "totalAmount": 1.68 }));
    let id = path.rsplit('/').next().unwrap();
    cloud.delete(&path).await.expect(204);
    cloud.pass(HOUR);
    let one = records(&cloud, &format!("/v2/billing/serverless?serverlessId={id}")).await;
    assert_eq!(one[0]["gpuAmount"], 1.68);
    assert_eq!(one[0]["serverlessId"], id);
    assert_eq!(
        records(&cloud, "/v2/billing/serverless?serverlessId=x").await,
        Vec::<Value>::new()
    );
    // What others' endpoints would cost: none can be called here.
    assert_eq!(
        records(&cloud, "/v2/billing/endpoints").await,
        Vec::<Value>::new()
    );
}

#[tokio::test]
async fn the_sum_of_all_lists_is_the_list_of_all() {
    let cloud = Cloud::start().await;
    cloud.pod(json!({})).await;
    let cpu = json!({ "gpu": null, "cpu": { "id": "cpu3c", "vcpuCount": 2 } });
    cloud.pod(cpu).await;
    cloud.volume("EU-RO-1").await;
    cloud
        .endpoint(json!({ "workers": { "min": 1, "max": 1 } }))
        .await;
    let body = json!({
        "name": "c", "type": "RAY", "image": "ray:1",
        "compute": { "gpuTypeId": "NVIDIA L4", "gpuCountPerPod": 1, "podCount": 2 },
    });
    cloud.post("/v2/clusters", body).await.expect(201);
    cloud.pass(30.0 * HOUR);
    let all = totals(&cloud, "/v2/billing").await;
    for (path, keys) in [
        (
            "pods",
            vec![("podGpuAmount", "gpuAmount"), ("podCpuAmount", "cpuAmount")],
        ),
        ("serverless", vec![("serverlessGpuAmount", "gpuAmount")]),
        (
            "network-volumes",
            vec![("storageStandardAmount", "standardAmount")],
        ),
        ("clusters", vec![("clusterGpuAmount", "gpuAmount")]),
    ] {
        let own = totals(&cloud, &format!("/v2/billing/{path}")).await;
        for (all_key, own_key) in keys {
            assert!(own[own_key].as_f64().unwrap() > 0.0, "{path} {own_key}");
            assert_eq!(all[all_key], own[own_key], "{path}");
        }
    }
    let days = records(&cloud, "/v2/billing").await;
    let times: Vec<_> = days
        .iter()
        .map(|day| (&day["startTime"], &day["endTime"]))
        .collect();
    assert_eq!(
        times,
        [
            (
                &json!("2026-11-01T00:00:00Z"),
                &json!("2026-11-02T00:00:00Z")
            ),
            (
                &json!("2026-11-02T00:00:00Z"),
                &json!("2026-11-02T18:00:00Z")
            ),
        ]
    );
}

#[tokio::test]
async fn queries_of_charges_are_told_back_and_checked() {
    let cloud = Cloud::start().await;
    let id = cloud.pod(json!({})).await;
    cloud.pass(HOUR);
    let path = format!("/v2/billing/pods?podId={id}&lastN=2&bucketSize=week");
    let list = cloud.get(&path).await.expect(200).json;
    assert_eq!(
        list["metadata"]["query"],
        json!({
            "podId": id, "bucketSize": "week",
            "startTime": "2026-10-19T00:00:00Z", "endTime": "2026-11-01T13:00:00Z",
        })
    );
    assert_eq!(list["metadata"]["uniquePodCount"], 1);
    let all = cloud.get("/v2/billing/pods").await.expect(200).json;
    assert_eq!(all["metadata"]["query"]["podId"], Value::Null);
    assert_eq!(all["metadata"]["query"]["bucketSize"], "day");
    for (query, status, expected) in [
        ("bucketSize=decade", 422, "query.bucketSize"),
        ("lastN=0", 422, "query.lastN"),
        ("startTime=yesterday", 422, "query.startTime"),
        (
            "startTime=2026-11-01T12:00:00Z&endTime=2026-11-01T12:00:00Z",
            400,
            "before `endTime`",
        ),
    ] {
        for list in [
            "",
            "/pods",
            "/serverless",
            "/endpoints",
            "/network-volumes",
            "/clusters",
        ] {
            let answer = cloud.get(&format!("/v2/billing{list}?{query}")).await;
            answer.refused(status, expected);
        }
    }
}

#[tokio::test]
async fn a_state_of_an_earlier_version_still_loads_and_tells_what_its_pods_were_charged() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sandbox.json");
    let first = Cloud::start_with(|builder| builder.state_file(&path)).await;
    let id = first.pod(json!({})).await;
    first.volume("EU-RO-1").await;
    first.pass(HOUR);
    first.act(&id, "stop").await.expect(200);
    let mut state = first.sandbox.state().unwrap();
    first.sandbox.shutdown().await;
    let account = state["runpod"].as_object_mut().unwrap();
    for new in [
        "ledger",
        "clusters",
        "clusters_created",
        "endpoints",
        "delegations",
    ] {
        assert!(account.remove(new).is_some(), "{new}");
    }
    std::fs::write(&path, state.to_string()).unwrap();

    let second = Cloud::start_with(|builder| builder.state_file(&path)).await;
    second.pass(2.0 * HOUR);
    for list in ["clusters", "serverless", "registries/delegations"] {
        second.get(&format!("/v2/{list}")).await.expect(200);
    }
    second.delete(&format!("/v2/pods/{id}")).await.expect(204);
    second.pass(HOUR);
    let sum = totals(&second, "/v2/billing").await;
    assert_eq!(sum["podGpuAmount"], 0.44);
    assert!(sum["storageStandardAmount"].as_f64().unwrap() > 0.0);
    assert_eq!(
        with(sum, &json!({ "totalAmount": null }))["podCpuAmount"],
        Value::Null
    );
}
