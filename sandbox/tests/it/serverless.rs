//! Endpoints: what they are made of, and what changes them.

use serde_json::{Value, json};

use crate::cloud::{Cloud, with};

const PATH: &str = "/v2/serverless";

pub(crate) fn small() -> Value {
    json!({
        "name": "api",
        "type": "QUEUE",
        "image": "ghcr.io/org/api:1",
        "gpu": { "pools": ["ADA_24"] },
        "scaling": { "type": "QUEUE_DELAY", "queueDelay": 4 },
    })
}

impl Cloud {
    /// Creates an endpoint and gives its path.
    pub(crate) async fn endpoint(&self, more: Value) -> String {
        let created = self.post(PATH, with(small(), &more)).await.expect(201);
        format!("{PATH}/{}", created.text("id"))
    }
}

#[tokio::test]
async fn an_endpoint_lives_until_it_is_deleted() {
    let cloud = Cloud::start().await;
    let created = cloud.post(PATH, small()).await.expect(201);
    let path = format!("{PATH}/{}", created.text("id"));
    let endpoint = &created.json;
    assert_eq!(
        endpoint["workers"],
        json!({ "min": 0, "max": 3, "idleTimeout": 10 })
    );
    assert_eq!(endpoint["timeout"], 300_000);
    assert_eq!(endpoint["flashboot"], "OFF");
    assert_eq!(
        endpoint["gpu"],
        json!({
            "pools": ["ADA_24"], "excludedTypes": [], "count": 1,
            "allowedCudaVersions": [], "minCudaVersion": null,
        })
    );
    assert_eq!(cloud.get(&path).await.expect(200).json, *endpoint);
    assert_eq!(
        cloud.get(PATH).await.expect(200).json["endpoints"],
        json!([endpoint])
    );
    cloud.delete(&path).await.expect(204);
    for rest in ["", "/workers", "/releases", "/workers/w/logs"] {
        cloud
            .get(&format!("{path}{rest}"))
            .await
            .refused(404, "endpoint");
    }
    cloud.delete(&path).await.refused(404, "endpoint");
    cloud
        .patch(&path, json!({ "name": "x" }))
        .await
        .refused(404, "endpoint");
}

#[tokio::test]
async fn requests_go_where_the_kind_of_endpoint_has_them_and_reach_nobody() {
    let cloud = Cloud::start().await;
    let queue = cloud.endpoint(json!({})).await;
    let urls = cloud.get(&queue).await.expect(200).json["requestUrls"].clone();
    assert!(urls["run"].as_str().unwrap().ends_with("/run"), "{urls}");
    assert!(
        urls["status"]
            .as_str()
            .unwrap()
            .ends_with("/status/{job_id}"),
        "{urls}"
    );
    let by_count = json!({ "type": "REQUEST_COUNT", "requestCount": 4 });
    let balanced = cloud
        .endpoint(json!({ "type": "LOAD_BALANCER", "scaling": by_count }))
        .await;
    let urls = cloud.get(&balanced).await.expect(200).json["requestUrls"].clone();
    assert!(urls.get("run").is_none(), "{urls}");
    assert!(
        urls["base"].as_str().unwrap().contains(".invalid/"),
        "{urls}"
    );
}

/// Tries creates that are refused.
async fn refused(cloud: &Cloud, cases: &[(Value, u16, &str)]) {
    for (more, status, expected) in cases {
        let answer = cloud.post(PATH, with(small(), more)).await;
        answer.refused(*status, expected);
    }
    let list = cloud.get(PATH).await.expect(200).json;
    assert_eq!(list["endpoints"], json!([]), "a refusal leaves nothing");
}

fn cpu(id: &str, vcpus: u64) -> Value {
    json!({ "gpu": null, "cpu": [{ "id": id, "vcpuCount": vcpus }] })
}

fn gpu(gpu: &Value) -> Value {
    json!({ "gpu": gpu })
}

#[tokio::test]
async fn an_endpoint_has_gpus_of_pools_or_cpus() {
    let cloud = Cloud::start().await;
    let only_type = json!({ "pools": ["ADA_24"], "excludedTypes": ["NVIDIA GeForce RTX 4090"] });
    let no_type = json!({ "pools": ["ADA_24"], "excludedTypes": ["RTX 4090"] });
    let both_versions = json!({ "allowedCudaVersions": ["12.8"], "minCudaVersion": "12.4" });
    let cases = [
        (gpu(&Value::Null), 400, "one of `gpu` and `cpu` must be set"),
        (
            json!({ "cpu": [{ "id": "cpu3c", "vcpuCount": 2 }] }),
            400,
            "only one of `gpu` and `cpu`",
        ),
        (cpu("cpu3c", 3), 400, "power of two"),
        (cpu("cpu9z", 2), 400, "`cpu9z` is no CPU flavour"),
        (
            gpu(&json!({ "pools": ["ADA_25"] })),
            400,
            "`ADA_25` is no pool",
        ),
        (gpu(&json!({ "pools": [] })), 422, "at least 1 item"),
        (gpu(&json!({ "count": 11 })), 400, "at most 10"),
        (gpu(&only_type), 400, "leaves nothing"),
        (gpu(&no_type), 400, "`RTX 4090` is no GPU type"),
        (gpu(&both_versions), 400, "only one of"),
    ];
    refused(&cloud, &cases).await;
    let flavour = with(small(), &cpu("cpu3c", 2));
    let created = cloud.post(PATH, flavour).await.expect(201);
    assert_eq!(created.json["gpu"], Value::Null);
    assert_eq!(
        created.json["cpu"],
        json!([{ "id": "cpu3c", "vcpuCount": 2, "memory": 4 }])
    );
}

#[tokio::test]
async fn creates_of_endpoints_are_checked() {
    let cloud = Cloud::start().await;
    let workers = |workers: Value| json!({ "workers": workers });
    let cases = [
        (json!({ "image": null }), 400, "key `image` is required"),
        (json!({ "name": null }), 422, "key `name` is required"),
        (json!({ "scaling": null }), 422, "key `scaling` is required"),
        (json!({ "type": "LOAD_BALANCER" }), 400, "scaling"),
        (json!({ "cloud": "SECURE" }), 422, "unknown key `cloud`"),
        (json!({ "timeout": -1 }), 400, "`timeout` is below 0"),
        (workers(json!({ "min": 2, "max": 1 })), 400, "is larger"),
        (workers(json!({ "min": 4 })), 400, "is larger"),
        (workers(json!({ "max": 201 })), 400, "at most 200 workers"),
        (workers(json!({ "idleTimeout": 3601 })), 422, "at most 3600"),
        (
            json!({ "dataCenterIds": ["MOON-1"] }),
            400,
            "`MOON-1` is no data center",
        ),
        (json!({ "networkVolumes": ["nope"] }), 404, "network volume"),
        (json!({ "registry": "nope" }), 404, "registry credential"),
        (json!({ "templateId": "nope" }), 404, "template"),
        (
            json!({ "templateId": "tplubuntu0" }),
            422,
            "template is for pods",
        ),
    ];
    refused(&cloud, &cases).await;
}

#[tokio::test]
async fn settings_come_from_a_serverless_template_which_then_cannot_be_deleted() {
    let cloud = Cloud::start().await;
    let template = json!({
        "name": "t", "serverless": true, "image": "ghcr.io/org/api:7", "disk": 20,
        "env": { "A": "template", "B": "template" }, "allowedCudaVersions": ["12.8"],
    });
    let id = cloud
        .post("/v2/templates", template)
        .await
        .expect(201)
        .text("id");
    let more = json!({ "templateId": id, "image": null, "env": { "A": "own" } });
    let created = cloud.post(PATH, with(small(), &more)).await.expect(201);
    assert_eq!(created.json["image"], "ghcr.io/org/api:7");
    assert_eq!(created.json["env"], json!({ "A": "own", "B": "template" }));
    assert_eq!(created.json["gpu"]["allowedCudaVersions"], json!(["12.8"]));
    let path = format!("{PATH}/{}", created.text("id"));
    let template = format!("/v2/templates/{id}");
    cloud
        .delete(&template)
        .await
        .refused(400, "uses the template");
    cloud
        .patch(&path, json!({ "templateId": "" }))
        .await
        .expect(200);
    cloud.delete(&template).await.expect(204);
    // A pod template serves pods only, and the other way round.
    let pod = json!({ "name": "t", "image": "app:1" });
    let id = cloud
        .post("/v2/templates", pod)
        .await
        .expect(201)
        .text("id");
    cloud
        .patch(&path, json!({ "templateId": id }))
        .await
        .refused(422, "for pods");
}

#[tokio::test]
async fn volumes_and_credentials_of_an_endpoint_cannot_be_deleted_and_decide_on_places() {
    let cloud = Cloud::start().await;
    let (here, there) = (cloud.volume("EU-RO-1").await, cloud.volume("US-TX-3").await);
    let twin = cloud.volume("EU-RO-1").await;
    let registry = json!({ "name": "r", "username": "u", "password": "p" });
    let registry = cloud
        .post("/v2/registries", registry)
        .await
        .expect(201)
        .text("id");
    let path = cloud
        .endpoint(json!({ "networkVolumes": [here, there], "registry": registry }))
        .await;
    let both = json!({ "networkVolumes": [here, twin] });
    cloud
        .patch(&path, both)
        .await
        .refused(400, "two of the network volumes are in EU-RO-1");
    let places = json!({ "dataCenterIds": ["US-TX-3"] });
    cloud.patch(&path, places).await.refused(400, "leaves out");
    let volume = format!("/v2/network-volumes/{here}");
    cloud
        .delete(&volume)
        .await
        .refused(400, "belongs to endpoint");
    let credential = format!("/v2/registries/{registry}");
    cloud
        .delete(&credential)
        .await
        .refused(400, "uses the credential");
    let change = json!({ "networkVolumes": [there], "registry": null });
    cloud.patch(&path, change).await.expect(200);
    cloud.delete(&volume).await.expect(204);
    cloud.delete(&credential).await.expect(204);
    cloud.pass(4.0);
    let workers = cloud.get(&format!("{path}/workers")).await.expect(200).json;
    for worker in workers["workers"].as_array().unwrap() {
        assert_eq!(worker["dataCenterId"], "US-TX-3", "{worker}");
    }
}

#[tokio::test]
async fn updates_change_what_they_name_and_are_checked() {
    let cloud = Cloud::start().await;
    let path = cloud.endpoint(json!({ "env": { "A": "1" } })).await;
    let before = cloud.get(&path).await.expect(200).json;
    for (change, status, expected) in [
        (
            json!({ "type": "LOAD_BALANCER" }),
            422,
            "unknown key `type`",
        ),
        (
            json!({ "workers": { "min": 4 } }),
            400,
            "`workers.min` is larger",
        ),
        (
            json!({ "gpu": { "excludedTypes": ["NVIDIA L4"] } }),
            400,
            "pools",
        ),
        (json!({ "image": "" }), 400, "`image` cannot be cleared"),
        (
            json!({ "gpu": {}, "cpu": [{ "id": "cpu3c", "vcpuCount": 2 }] }),
            400,
            "only one of",
        ),
    ] {
        cloud.patch(&path, change).await.refused(status, expected);
    }
    assert_eq!(cloud.get(&path).await.expect(200).json, before);
    let change = json!({ "name": "new", "gpu": { "count": 2, "minCudaVersion": "12.4" }, "workers": { "max": 5 } });
    let after = cloud.patch(&path, change).await.expect(200).json;
    assert_eq!(after["name"], "new");
    assert_eq!(after["env"], before["env"]);
    assert_eq!(after["gpu"]["pools"], json!(["ADA_24"]));
    assert_eq!(after["gpu"]["count"], 2);
    assert_eq!(after["gpu"]["minCudaVersion"], "12.4");
    assert_eq!(
        after["workers"],
        json!({ "min": 0, "max": 5, "idleTimeout": 10 })
    );
    let cleared = json!({ "gpu": { "minCudaVersion": "" } });
    let after = cloud.patch(&path, cleared).await.expect(200).json;
    assert_eq!(after["gpu"]["minCudaVersion"], Value::Null);
    let by_count = json!({ "type": "REQUEST_COUNT", "requestCount": 4 });
    let balanced = json!({ "type": "LOAD_BALANCER", "scaling": by_count });
    let balanced = cloud.endpoint(balanced).await;
    let delay = json!({ "scaling": { "type": "QUEUE_DELAY", "queueDelay": 4 } });
    cloud
        .patch(&balanced, delay)
        .await
        .refused(400, "REQUEST_COUNT only");
}

#[tokio::test]
async fn what_changes_what_runs_is_a_release_and_nothing_else_is() {
    let cloud = Cloud::start().await;
    let path = cloud.endpoint(json!({ "env": { "TOKEN": "one" } })).await;
    let releases = async || {
        cloud
            .get(&format!("{path}/releases"))
            .await
            .expect(200)
            .json
    };
    assert_eq!(releases().await["releases"].as_array().unwrap().len(), 1);
    for same in [
        json!({ "name": "other" }),
        json!({ "workers": { "min": 1 } }),
        json!({ "timeout": 1000 }),
        json!({ "image": "ghcr.io/org/api:1", "env": { "TOKEN": "one" } }),
    ] {
        cloud.patch(&path, same).await.expect(200);
    }
    assert_eq!(releases().await["endpointVersion"], 1);
    cloud.pass(1.0);
    let change = json!({ "image": "ghcr.io/org/api:2", "env": { "TOKEN": "two" } });
    cloud.patch(&path, change).await.expect(200);
    let list = releases().await;
    assert_eq!(list["endpointVersion"], 2);
    let latest = &list["releases"][0];
    assert_eq!(latest["version"], 2);
    assert_eq!(latest["source"], "MANUAL");
    assert_eq!(latest["createdAt"], "2026-11-01T12:00:01Z");
    assert_eq!(
        latest["diff"],
        json!([
            { "field": "image", "old": "ghcr.io/org/api:1", "new": "ghcr.io/org/api:2" },
            { "field": "env", "old": { "TOKEN": "one" }, "new": { "TOKEN": "two" } },
        ])
    );
    assert_eq!(list["releases"][1]["diff"], json!([]));
}
