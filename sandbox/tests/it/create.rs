//! What a create may ask for, and what it gets.

use sandbox::Tier;
use serde_json::{Value, json};

use crate::cloud::{Cloud, small_pod};

#[tokio::test]
async fn a_pod_reads_back_what_was_set() {
    let cloud = Cloud::start().await;
    let answer = cloud
        .create(json!({
            "args": "sleep infinity",
            "disk": 30,
            "ports": ["22/tcp", "8888/http"],
            "env": { "A": "1", "B": "{{ RUNPOD_SECRET_token }}" },
            "mounts": { "persistent": { "size": 20, "path": "/data" } },
            "startSsh": true,
            "startJupyter": false,
        }))
        .await
        .expect(201);
    let pod = &answer.json;
    for (key, expected) in [
        ("name", json!("box")),
        ("image", json!("ubuntu:24.04")),
        ("args", json!("sleep infinity")),
        ("disk", json!(30)),
        ("ports", json!(["22/tcp", "8888/http"])),
        ("env", json!({ "A": "1", "B": "{{ RUNPOD_SECRET_token }}" })),
        (
            "mounts",
            json!({ "persistent": { "size": 20, "path": "/data" } }),
        ),
        ("registry", Value::Null),
        ("cloud", json!("SECURE")),
        ("status", json!("PROVISIONING")),
        ("template", Value::Null),
        ("runtime", Value::Null),
        ("locked", json!(false)),
        ("globalNetworking", json!({ "enabled": false })),
        ("createdAt", json!("2026-11-01T12:00:00Z")),
        ("startedAt", Value::Null),
        ("cudaVersion", Value::Null),
    ] {
        assert_eq!(pod[key], expected, "{key}");
    }
    assert!(pod.get("startSsh").is_none() && pod.get("startJupyter").is_none());
    assert!(pod.get("cpu").is_none());
    assert_eq!(pod["gpu"]["id"], "NVIDIA GeForce RTX 4090");
    assert!(!answer.text("id").contains("box"));
}

#[tokio::test]
async fn a_name_serves_more_than_once_and_lists_come_in_order_of_creation() {
    let cloud = Cloud::start().await;
    let (first, second) = (cloud.pod(json!({})).await, cloud.pod(json!({})).await);
    assert_ne!(first, second);
    let pods = cloud.get("/v2/pods?name=other").await.expect(200).json["pods"].take();
    let ids: Vec<&str> = pods
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|pod| pod["id"].as_str())
        .collect();
    assert_eq!(
        ids,
        [first, second],
        "an unknown query parameter filters nothing"
    );
}

#[tokio::test]
async fn the_price_is_that_of_the_catalog_times_the_count() {
    let cloud = Cloud::start().await;
    let check = async |more: Value, expected: f64| {
        let pod = cloud.create(more.clone()).await.expect(201).json;
        assert_eq!(pod["cost"], expected, "{more}");
    };
    check(json!({}), 0.44).await;
    check(json!({ "gpu": { "id": "NVIDIA GeForce RTX 4090" } }), 0.44).await;
    check(
        json!({ "gpu": { "id": "NVIDIA GeForce RTX 4090", "count": 3 } }),
        1.32,
    )
    .await;
    check(json!({ "cloud": "COMMUNITY" }), 0.34).await;
    check(
        json!({ "gpu": null, "cpu": { "id": "cpu3c", "vcpuCount": 2 } }),
        0.06,
    )
    .await;
}

#[tokio::test]
async fn a_cpu_pod_gets_its_memory_from_the_flavour() {
    let cloud = Cloud::start().await;
    let pod = json!({ "gpu": null, "cpu": { "id": "cpu3g", "vcpuCount": 4 } });
    let pod = cloud.create(pod).await.expect(201).json;
    assert_eq!(
        pod["cpu"],
        json!({ "id": "cpu3g", "vcpuCount": 4, "memory": 16 })
    );
    assert!(pod.get("gpu").is_none());
}

#[tokio::test]
async fn the_place_follows_wishes_stock_volumes_and_hosts() {
    let cloud = Cloud::start().await;
    let volume = cloud.volume("US-KS-2").await;
    let network = json!({ "network": [{ "volumeId": volume, "path": "/workspace" }] });
    let l4 = |more: Value| crate::cloud::with(json!({ "id": "NVIDIA L4", "count": 1 }), &more);
    let check = async |more: Value, expected: &str| {
        let pod = cloud.create(more.clone()).await.expect(201).json;
        assert_eq!(pod["dataCenterId"], expected, "{more}");
    };
    check(json!({ "gpu": l4(json!({})) }), "EU-RO-1").await;
    check(
        json!({ "gpu": l4(json!({})), "dataCenterIds": [] }),
        "EU-RO-1",
    )
    .await;
    check(
        json!({ "gpu": l4(json!({})), "dataCenterIds": ["OC-AU-1", "EU-RO-1"] }),
        "OC-AU-1",
    )
    .await;
    check(
        json!({ "gpu": l4(json!({})), "dataCenterIds": ["US-WA-1", "US-TX-3"] }),
        "US-TX-3",
    )
    .await;
    check(
        json!({ "gpu": l4(json!({})), "mounts": network }),
        "US-KS-2",
    )
    .await;
    check(
        json!({ "gpu": l4(json!({})), "mounts": network, "dataCenterIds": ["US-TX-3", "US-KS-2"] }),
        "US-KS-2",
    )
    .await;
    check(
        json!({ "gpu": l4(json!({ "minCudaVersion": "13.0" })) }),
        "EU-NL-1",
    )
    .await;
    check(
        json!({ "gpu": l4(json!({ "allowedCudaVersions": ["13.0"] })) }),
        "EU-NL-1",
    )
    .await;
    check(
        json!({ "gpu": l4(json!({})), "cloud": "COMMUNITY" }),
        "US-NC-2",
    )
    .await;
    let cpu = json!({ "id": "cpu3c", "vcpuCount": 2 });
    check(
        json!({ "gpu": null, "cpu": cpu, "mounts": network }),
        "US-KS-2",
    )
    .await;
}

#[tokio::test]
async fn stock_goes_down_with_each_pod_until_none_is_left() {
    let cloud = Cloud::start().await;
    cloud
        .sandbox
        .set_gpu_stock("NVIDIA A40", Tier::Secure, "US-WA-1", 5)
        .unwrap();
    let two = json!({ "gpu": { "id": "NVIDIA A40", "count": 2 }, "dataCenterIds": ["US-WA-1"] });
    let first = cloud.pod(two.clone()).await;
    cloud.pod(two.clone()).await;
    cloud
        .create(two.clone())
        .await
        .refused(400, "instances available");
    cloud.delete(&format!("/v2/pods/{first}")).await.expect(204);
    cloud.pod(two).await;
}

#[tokio::test]
async fn ssh_keys_of_the_account_go_into_new_pods_only() {
    let cloud = Cloud::start().await;
    let env = async |more: Value| cloud.create(more).await.expect(201).json["env"].take();
    assert_eq!(
        env(json!({ "startSsh": true })).await,
        json!({}),
        "there is no key to give"
    );
    let keys = json!({ "keys": ["ssh-ed25519 AAAA me", "ssh-rsa BBBB"] });
    cloud.put("/v2/account/ssh-keys", keys).await.expect(200);
    let both = "ssh-ed25519 AAAA me\nssh-rsa BBBB";
    assert_eq!(
        env(json!({ "startSsh": true })).await,
        json!({ "PUBLIC_KEY": both })
    );
    assert_eq!(env(json!({ "startSsh": false })).await, json!({}));
    assert_eq!(env(json!({})).await, json!({}));
    let own = json!({ "PUBLIC_KEY": "mine" });
    assert_eq!(env(json!({ "startSsh": true, "env": own })).await, own);
    let jupyter = env(json!({ "startJupyter": true })).await;
    assert!(
        jupyter["JUPYTER_PASSWORD"]
            .as_str()
            .is_some_and(|password| password.len() > 8)
    );
}

#[tokio::test]
async fn pods_can_join_the_private_network_where_there_is_one() {
    let cloud = Cloud::start().await;
    let pod = cloud
        .create(json!({ "globalNetworking": true }))
        .await
        .expect(201);
    let network = &pod.json["globalNetworking"];
    assert_eq!(network["enabled"], true);
    assert_eq!(
        network["internalDns"],
        format!("{}.runpod.internal", pod.text("id"))
    );
}

#[tokio::test]
async fn a_long_list_comes_in_pages() {
    let cloud = Cloud::start().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(
            cloud
                .pod(json!({ "gpu": { "id": "NVIDIA L4", "count": 1 } }))
                .await,
        );
    }
    let mut seen = Vec::new();
    let mut path = "/v2/pods?limit=2".to_owned();
    loop {
        let page = cloud.get(&path).await.expect(200).json;
        for pod in page["pods"].as_array().unwrap() {
            seen.push(pod["id"].as_str().unwrap().to_owned());
        }
        let Some(cursor) = page["pagination"]["nextCursor"].as_str() else {
            assert_eq!(page["pagination"]["hasNextPage"], false);
            break;
        };
        // The pod a cursor came from may be gone when it is used.
        cloud
            .delete(&format!("/v2/pods/{}", seen.last().unwrap()))
            .await
            .expect(204);
        path = format!("/v2/pods?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ids);
    cloud
        .get("/v2/pods?cursor=nonsense")
        .await
        .refused(400, "cursor");
    cloud
        .get("/v2/pods?limit=0")
        .await
        .refused(422, "query.limit");
}

#[tokio::test]
async fn command_lists_are_kept_in_args() {
    let cloud = Cloud::start().await;
    let pod = cloud
        .create(json!({ "cmd": ["sleep", "1"] }))
        .await
        .expect(201)
        .json;
    assert_eq!(pod["args"], r#"{"cmd":["sleep","1"]}"#);
    cloud
        .create(json!({ "cmd": ["sleep"], "args": "wake" }))
        .await
        .refused(400, "`args`");
    assert_eq!(small_pod().get("args"), None);
}

#[tokio::test]
async fn floors_for_hosts_filter_and_size_nothing() {
    let cloud = Cloud::start().await;
    let gpu = |floor: u64| json!({ "gpu": { "id": "NVIDIA L4", "count": 1, "minVcpuCountPerGpu": floor } });
    let low = cloud.create(gpu(1)).await.expect(201).json;
    let high = cloud.create(gpu(6)).await.expect(201).json;
    assert_eq!(low["gpu"], high["gpu"]);
    assert!(low["gpu"]["memory"].as_u64().unwrap() > 0);
    cloud
        .create(gpu(1000))
        .await
        .refused(400, "instances available");
}
