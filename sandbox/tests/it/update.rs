//! Changes to pods.

use serde_json::{Value, json};

use crate::cloud::Cloud;

async fn changed(cloud: &Cloud, id: &str, change: Value) -> Value {
    cloud
        .patch(&format!("/v2/pods/{id}"), change)
        .await
        .expect(200)
        .json
}

fn full_pod() -> Value {
    json!({
        "args": "sleep 1",
        "disk": 20,
        "ports": ["22/tcp"],
        "env": { "A": "1", "B": "2" },
        "mounts": { "persistent": { "size": 20, "path": "/workspace" } },
    })
}

#[tokio::test]
async fn absent_keys_stay_and_empty_ones_clear() {
    let cloud = Cloud::start().await;
    let registry = json!({ "name": "r", "username": "u", "password": "p" });
    let registry = cloud
        .post("/v2/registries", registry)
        .await
        .expect(201)
        .text("id");
    let id = cloud.ready_pod(full_pod()).await;
    let check = async |change: Value, key: &str, expected: Value| {
        let before = cloud.read(&id).await;
        let pod = changed(&cloud, &id, change.clone()).await;
        assert_eq!(pod[key], expected, "{change}");
        for other in [
            "name", "image", "args", "disk", "ports", "env", "registry", "mounts",
        ] {
            if other != key {
                assert_eq!(pod[other], before[other], "{change} changed {other}");
            }
        }
    };
    check(json!({}), "name", json!("box")).await;
    check(json!({ "name": "other" }), "name", json!("other")).await;
    check(json!({ "image": "debian:13" }), "image", json!("debian:13")).await;
    check(json!({ "args": "" }), "args", json!("")).await;
    check(json!({ "disk": 40 }), "disk", json!(40)).await;
    check(json!({ "env": { "C": "3" } }), "env", json!({ "C": "3" })).await;
    check(json!({ "env": {} }), "env", json!({})).await;
    check(json!({ "ports": [] }), "ports", json!([])).await;
    check(json!({ "registry": registry }), "registry", json!(registry)).await;
    check(json!({ "registry": null }), "registry", Value::Null).await;
    let mounts = json!({ "persistent": { "size": 30, "path": "/data" } });
    check(json!({ "mounts": mounts }), "mounts", mounts).await;
    check(
        json!({ "mounts": {} }),
        "mounts",
        cloud.read(&id).await["mounts"].clone(),
    )
    .await;
}

#[tokio::test]
async fn only_name_and_lock_leave_a_running_pod_running() {
    let cloud = Cloud::start().await;
    for (change, status, wipes) in [
        (json!({}), "RUNNING", 0),
        (json!({ "name": "n", "locked": false }), "RUNNING", 0),
        (json!({ "env": { "A": "1", "B": "2" } }), "STARTING", 1),
        (json!({ "disk": 50 }), "STARTING", 1),
        (json!({ "globalNetworking": true }), "STARTING", 1),
        (
            json!({ "mounts": { "persistent": { "size": 20, "path": "/w" } } }),
            "STARTING",
            1,
        ),
    ] {
        let id = cloud.ready_pod(full_pod()).await;
        assert_eq!(
            changed(&cloud, &id, change.clone()).await["status"],
            status,
            "{change}"
        );
        assert_eq!(cloud.stored("/runpod/pods/0/disk_wipes"), wipes, "{change}");
        cloud.pass(4.0);
        let pod = cloud.read(&id).await;
        assert_eq!(pod["status"], "RUNNING");
        assert!(pod["ssh"]["direct"].is_object());
        cloud.delete(&format!("/v2/pods/{id}")).await.expect(204);
    }
}

#[tokio::test]
async fn a_stopped_pod_stays_stopped() {
    let cloud = Cloud::start().await;
    let id = cloud.ready_pod(full_pod()).await;
    cloud.act(&id, "stop").await.expect(200);
    assert_eq!(
        changed(&cloud, &id, json!({ "image": "debian:13" })).await["status"],
        "EXITED"
    );
    cloud.act(&id, "start").await.expect(200);
    assert_eq!(cloud.read(&id).await["image"], "debian:13");
}

#[tokio::test]
async fn rules_across_keys_are_told_with_400() {
    let cloud = Cloud::start().await;
    let volume = json!({ "name": "v", "size": 10, "dataCenter": "US-TX-3" });
    let volume = cloud
        .post("/v2/network-volumes", volume)
        .await
        .expect(201)
        .text("id");
    let network = |path: &str| json!({ "network": [{ "volumeId": volume, "path": path }] });
    let kept = cloud.pod(full_pod()).await;
    let bare = cloud.pod(json!({})).await;
    let shared = cloud.pod(json!({ "mounts": network("/workspace") })).await;
    let check = async |id: &str, change: Value, expected: &str| {
        cloud
            .patch(&format!("/v2/pods/{id}"), change)
            .await
            .refused(400, expected);
    };
    let persistent =
        |size: u64| json!({ "mounts": { "persistent": { "size": size, "path": "/w" } } });
    check(&kept, persistent(19), "shrink from 20 to 19 GB").await;
    check(&kept, json!({ "mounts": network("/w") }), "kind of a mount").await;
    check(&kept, json!({ "mounts": { "network": [] } }), "detached").await;
    check(&bare, persistent(10), "cannot be added").await;
    check(&bare, json!({ "mounts": network("/w") }), "cannot be added").await;
    check(&shared, persistent(10), "kind of a mount").await;
    check(
        &shared,
        json!({ "mounts": { "network": [{ "volumeId": "x", "path": "/w" }] } }),
        "fixed",
    )
    .await;
    check(&bare, json!({ "image": "" }), "cannot be cleared").await;
    check(&bare, json!({ "ports": ["22/udp"] }), "22/udp").await;
    let moved = changed(&cloud, &shared, json!({ "mounts": network("/data") })).await;
    assert_eq!(moved["mounts"], network("/data"));
}

#[tokio::test]
async fn hardware_and_place_cannot_change() {
    let cloud = Cloud::start().await;
    let id = cloud.pod(json!({})).await;
    for key in ["gpu", "cpu", "cloud", "dataCenterIds", "startSsh"] {
        let answer = cloud
            .patch(&format!("/v2/pods/{id}"), json!({ key: "x" }))
            .await;
        answer.refused(422, &format!("unknown key `{key}`"));
    }
    cloud
        .patch("/v2/pods/none", json!({}))
        .await
        .refused(404, "`none`");
}

#[tokio::test]
async fn a_template_can_be_taken_over_later() {
    let cloud = Cloud::start().await;
    let template = json!({ "name": "t", "image": "debian:13", "env": { "A": "t", "T": "t" } });
    let template = cloud
        .post("/v2/templates", template)
        .await
        .expect(201)
        .text("id");
    let id = cloud.pod(full_pod()).await;
    let pod = changed(&cloud, &id, json!({ "templateId": template, "disk": 7 })).await;
    assert_eq!(pod["image"], "debian:13");
    assert_eq!(pod["disk"], 7);
    assert_eq!(pod["env"], json!({ "A": "1", "B": "2", "T": "t" }));
    assert_eq!(pod["template"], Value::Null);
    let path = format!("/v2/pods/{id}");
    cloud
        .patch(&path, json!({ "templateId": "nope" }))
        .await
        .refused(404, "`nope`");
}
