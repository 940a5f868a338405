//! Creates that are refused, and how.

use sandbox::Tier;
use serde_json::{Value, json};

use crate::cloud::Cloud;

#[tokio::test]
async fn hardware_that_does_not_go_together_is_told_with_400() {
    let cloud = Cloud::start().await;
    let cpu = json!({ "id": "cpu3c", "vcpuCount": 2 });
    let persistent = json!({ "persistent": { "size": 10, "path": "/workspace" } });
    let cuda =
        json!({ "id": "NVIDIA L4", "minCudaVersion": "12.1", "allowedCudaVersions": ["12.8"] });
    for (more, expected) in [
        (json!({ "gpu": null }), "one of `gpu` and `cpu` must be set"),
        (json!({ "cpu": cpu }), "only one of `gpu` and `cpu`"),
        (
            json!({ "gpu": null, "cpu": cpu, "mounts": persistent }),
            "no persistent mount",
        ),
        (
            json!({ "gpu": null, "cpu": cpu, "cloud": "COMMUNITY" }),
            "SECURE only",
        ),
        (
            json!({ "gpu": null, "cpu": cpu, "globalNetworking": true }),
            "NVIDIA",
        ),
        (
            json!({ "gpu": { "id": "ADA_24" } }),
            "`ADA_24` is no GPU type",
        ),
        (json!({ "gpu": { "id": "RTX 4090" } }), "is no GPU type"),
        (
            json!({ "gpu": { "id": "NVIDIA L4", "count": 9 } }),
            "at most 8",
        ),
        (json!({ "gpu": cuda }), "only one of `allowedCudaVersions`"),
        (
            json!({ "gpu": null, "cpu": { "id": "cpu9z", "vcpuCount": 2 } }),
            "no CPU flavour",
        ),
        (
            json!({ "gpu": null, "cpu": { "id": "cpu3c", "vcpuCount": 6 } }),
            "power of two",
        ),
        (
            json!({ "gpu": null, "cpu": { "id": "cpu3c", "vcpuCount": 64 } }),
            "from 2 to 32",
        ),
    ] {
        cloud.create(more).await.refused(400, expected);
    }
    assert_eq!(cloud.get("/v2/pods").await.json["pods"], json!([]));
}

#[tokio::test]
async fn other_rules_across_keys_are_told_with_400() {
    let cloud = Cloud::start().await;
    let volume = cloud.volume("US-TX-3").await;
    let network = json!({ "network": [{ "volumeId": volume, "path": "/workspace" }] });
    let mut both = network.clone();
    both["persistent"] = json!({ "size": 10, "path": "/data" });
    for (more, expected) in [
        (json!({ "image": null }), "`image` is required"),
        (json!({ "image": "" }), "`image` is required"),
        (json!({ "mounts": both }), "not both"),
        (
            json!({ "mounts": network, "cloud": "COMMUNITY" }),
            "SECURE only",
        ),
        (
            json!({ "mounts": network, "dataCenterIds": ["EU-RO-1"] }),
            "volume is in US-TX-3",
        ),
        (json!({ "ports": ["53/udp"] }), "port `53/udp`"),
    ] {
        cloud.create(more).await.refused(400, expected);
    }
    assert_eq!(cloud.get("/v2/pods").await.json["pods"], json!([]));
}

#[tokio::test]
async fn shapes_are_told_with_422() {
    let cloud = Cloud::start().await;
    let check = async |more: Value, expected: &str| {
        cloud.create(more).await.refused(422, expected);
    };
    check(json!({ "name": null }), "key `name` is required").await;
    check(json!({ "gpu": {} }), "$.gpu: key `id` is required").await;
    check(
        json!({ "gpu": { "id": "x", "count": 0 } }),
        "$.gpu.count: value must be at least 1",
    )
    .await;
    check(json!({ "disk": 0 }), "$.disk: value must be at least 1").await;
    check(
        json!({ "disk": "30GB" }),
        "$.disk: value must be of type integer",
    )
    .await;
    check(
        json!({ "mounts": { "persistent": { "size": 9, "path": "/w" } } }),
        "size: value must be at least 10",
    )
    .await;
    check(
        json!({ "mounts": { "persistent": { "size": 10 } } }),
        "key `path` is required",
    )
    .await;
    let mount = json!({ "volumeId": "v", "path": "/w" });
    check(
        json!({ "mounts": { "network": [mount, mount] } }),
        "list must have at most 1 item",
    )
    .await;
    check(
        json!({ "cpu": { "id": "cpu3c", "vcpuCount": 1 } }),
        "value must be at least 2",
    )
    .await;
}

#[tokio::test]
async fn unknown_things_are_told_with_404() {
    let cloud = Cloud::start().await;
    let mounts = json!({ "network": [{ "volumeId": "nope", "path": "/w" }] });
    for more in [
        json!({ "templateId": "nope" }),
        json!({ "mounts": mounts }),
        json!({ "registry": "nope" }),
    ] {
        cloud.create(more).await.refused(404, "`nope`");
    }
}

#[tokio::test]
async fn what_cannot_be_had_is_told_with_the_words_for_no_capacity() {
    let cloud = Cloud::start().await;
    cloud
        .sandbox
        .set_gpu_stock("NVIDIA L4", Tier::Secure, "US-TX-3", 0)
        .unwrap();
    let l4 = json!({ "id": "NVIDIA L4", "count": 1 });
    for more in [
        json!({ "gpu": { "id": "NVIDIA B300 SXM6 AC", "count": 1 } }),
        json!({ "gpu": l4, "dataCenterIds": ["US-TX-3"] }),
        json!({ "gpu": l4, "dataCenterIds": ["NO-WHERE-1"] }),
        json!({ "gpu": { "id": "NVIDIA L4", "count": 8 }, "dataCenterIds": ["OC-AU-1"] }),
        json!({ "gpu": { "id": "NVIDIA H200", "count": 1 }, "cloud": "COMMUNITY" }),
        json!({ "gpu": { "id": "NVIDIA L4", "count": 1, "minCudaVersion": "99.0" } }),
        json!({ "gpu": { "id": "AMD Instinct MI300X OAM", "count": 1, "minCudaVersion": "12.0" } }),
        json!({ "gpu": l4, "dataCenterIds": ["OC-AU-1"], "globalNetworking": true }),
    ] {
        cloud.create(more).await.refused(400, "instances available");
    }
    let unknown = cloud
        .sandbox
        .set_gpu_stock("L4", Tier::Secure, "US-TX-3", 1)
        .unwrap_err();
    assert!(unknown.to_string().contains("`L4`"));
}
