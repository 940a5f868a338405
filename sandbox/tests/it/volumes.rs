//! Network volumes.

use serde_json::{Value, json};

use crate::cloud::{Cloud, with};

const PATH: &str = "/v2/network-volumes";

fn small() -> Value {
    json!({ "name": "data", "size": 10, "dataCenter": "US-TX-3" })
}

#[tokio::test]
async fn a_volume_lives_until_it_is_deleted() {
    let cloud = Cloud::start().await;
    let created = cloud.post(PATH, small()).await.expect(201);
    let path = format!("{PATH}/{}", created.text("id"));
    assert_eq!(created.json["type"], "STANDARD");
    assert_eq!(cloud.get(&path).await.expect(200).json, created.json);
    assert_eq!(
        cloud.get(PATH).await.expect(200).json["networkVolumes"],
        json!([created.json])
    );
    let twin = cloud.post(PATH, small()).await.expect(201);
    assert_ne!(twin.text("id"), created.text("id"), "names need not differ");
    let grown = cloud
        .patch(&path, json!({ "name": "more", "size": 20 }))
        .await
        .expect(200)
        .json;
    assert_eq!(
        (&grown["name"], &grown["size"]),
        (&json!("more"), &json!(20))
    );
    cloud.delete(&path).await.expect(204);
    cloud.get(&path).await.refused(404, "network volume");
    cloud.delete(&path).await.refused(404, "network volume");
    cloud
        .patch(&path, json!({ "size": 30 }))
        .await
        .refused(404, "network volume");
}

#[tokio::test]
async fn creates_are_checked() {
    let cloud = Cloud::start().await;
    for (more, expected) in [
        (json!({ "size": 10.0 }), "STANDARD"),
        (json!({ "size": 4096 }), "STANDARD"),
        (json!({ "type": "HIGH_PERFORMANCE" }), "HIGH_PERFORMANCE"),
        (json!({ "dataCenter": "EUR-IS-4" }), "HIGH_PERFORMANCE"),
    ] {
        let volume = cloud.post(PATH, with(small(), &more)).await.expect(201);
        assert_eq!(volume.json["type"], expected, "{more}");
    }
    for (more, status, expected) in [
        (
            json!({ "size": 9 }),
            422,
            "$.size: value must be at least 10",
        ),
        (
            json!({ "size": 4097 }),
            422,
            "$.size: value must be at most 4096",
        ),
        (
            json!({ "size": 10.5 }),
            422,
            "$.size: value must be of type integer",
        ),
        (
            json!({ "dataCenter": null }),
            422,
            "key `dataCenter` is required",
        ),
        (
            json!({ "dataCenterId": "US-TX-3" }),
            422,
            "unknown key `dataCenterId`",
        ),
        (json!({ "type": "FAST" }), 422, "$.type"),
        (
            json!({ "dataCenter": "EUR-IS-4", "type": "STANDARD" }),
            400,
            "has no STANDARD volumes",
        ),
        (
            json!({ "dataCenter": "OC-AU-1" }),
            400,
            "these have: AP-JP-1, CA-MTL-1",
        ),
        (json!({ "dataCenter": "MOON-1" }), 400, "these have: "),
    ] {
        cloud
            .post(PATH, with(small(), &more))
            .await
            .refused(status, expected);
    }
}

#[tokio::test]
async fn a_volume_only_grows_and_stays_where_it_is() {
    let cloud = Cloud::start().await;
    let id = cloud
        .post(PATH, with(small(), &json!({ "size": 100 })))
        .await
        .expect(201)
        .text("id");
    let path = format!("{PATH}/{id}");
    let check = async |change: Value, status: u16, expected: &str| {
        cloud.patch(&path, change).await.refused(status, expected);
    };
    check(json!({ "size": 99 }), 400, "shrink from 100 to 99 GB").await;
    check(json!({}), 422, "object must have at least 1 key").await;
    check(
        json!({ "dataCenter": "EU-RO-1" }),
        422,
        "unknown key `dataCenter`",
    )
    .await;
    check(json!({ "type": "STANDARD" }), 422, "unknown key `type`").await;
    check(json!({ "size": 5000 }), 422, "at most 4096").await;
    cloud.patch(&path, json!({ "size": 100 })).await.expect(200);
}

#[tokio::test]
async fn a_volume_outlives_its_pods_and_cannot_be_deleted_under_them() {
    let cloud = Cloud::start().await;
    let id = cloud.post(PATH, small()).await.expect(201).text("id");
    let path = format!("{PATH}/{id}");
    let mounts = json!({ "network": [{ "volumeId": id, "path": "/workspace" }] });
    let first = cloud.ready_pod(json!({ "mounts": mounts })).await;
    let cpu = json!({ "gpu": null, "cpu": { "id": "cpu3c", "vcpuCount": 2 }, "mounts": mounts });
    let second = cloud.pod(cpu).await;
    cloud.delete(&path).await.refused(400, "is attached to pod");
    cloud.act(&first, "stop").await.expect(200);
    cloud.act(&second, "terminate").await.expect(204);
    cloud.delete(&path).await.refused(400, &first);
    cloud.delete(&format!("/v2/pods/{first}")).await.expect(204);
    cloud.get(&path).await.expect(200);
    cloud.delete(&path).await.expect(204);
}
