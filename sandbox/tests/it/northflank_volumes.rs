//! Northflank: volumes and what may mount them.

use serde_json::{Value, json};

use crate::cloud::{Cloud, with};
use crate::team::{PROJECT, small_volume};

#[tokio::test]
async fn a_volume_lives_until_it_is_deleted() {
    let cloud = Cloud::with_project().await;
    let path = cloud.one_pod_volume("My Data").await;
    assert_eq!(path, format!("{PROJECT}/volumes/my-data"));
    let read = cloud.data(&path).await;
    assert_eq!(read["status"], "PENDING");
    assert_eq!(read["spec"]["storageSize"], 4096);
    assert_eq!(read["attachedObjects"], json!([]));
    cloud.pass(1.0);
    assert_eq!(cloud.data(&path).await["status"], "BOUND");
    let list = cloud.get(&format!("{PROJECT}/volumes")).await.expect(200);
    assert_eq!(list.data()[0]["name"], "My Data", "rows are the data");
    let volumes = format!("{PROJECT}/volumes");
    cloud
        .post(&volumes, small_volume("my-data"))
        .await
        .denied(409, "identifier `my-data`");
    cloud.delete(&path).await.expect(200);
    cloud.get(&path).await.denied(404, "volume `my-data`");
}

#[tokio::test]
async fn wishes_are_checked_and_a_volume_only_grows() {
    let cloud = Cloud::with_project().await;
    let volumes = format!("{PROJECT}/volumes");
    let check = async |more: Value, words: &str| {
        let body = with(small_volume("data"), &more);
        cloud.post(&volumes, body).await.denied(400, words);
    };
    check(json!({ "mounts": [] }), "at least one path").await;
    check(
        json!({ "mounts": [{ "containerMountPath": "data" }] }),
        "must begin with `/`",
    )
    .await;
    check(
        json!({ "spec": { "storageSize": 1 } }),
        "must be ReadWriteOnce or ReadWriteMany",
    )
    .await;
    let path = cloud.one_pod_volume("data").await;
    let size = |size: u64| json!({ "spec": { "storageSize": size } });
    cloud
        .post(&path, size(1024))
        .await
        .denied(400, "cannot shrink from 4096 to 1024 MB");
    cloud.post(&path, size(8192)).await.expect(200);
    assert_eq!(cloud.data(&path).await["spec"]["storageSize"], 8192);
    let copy = json!({ "source": { "type": "volume", "sourceId": "data" } });
    check(
        with(copy.clone(), &json!({ "name": "copy" })),
        "needs 8192 MB",
    )
    .await;
}

#[tokio::test]
async fn a_volume_of_one_pod_limits_its_service_to_one() {
    let cloud = Cloud::with_project().await;
    let volume = cloud.one_pod_volume("data").await;
    let two =
        json!({ "deployment": { "instances": 2, "external": { "imagePath": "nginx:1.27" } } });
    cloud
        .ready_service(with(two, &json!({ "name": "many" })))
        .await;
    let to = |id: &str| json!({ "nfObject": { "id": id, "type": "service" } });
    let attach = format!("{volume}/attach");
    cloud
        .post(&attach, to("many"))
        .await
        .denied(400, "limited to 1 instance");
    cloud
        .post(&attach, to("none"))
        .await
        .denied(404, "service `none`");
    let path = cloud.ready_service(json!({})).await;
    cloud.post(&attach, to("web")).await.expect(200);
    assert_eq!(
        cloud.containers(&path).await,
        ["TASK_KILLING", "TASK_STAGING"],
        "one after the other"
    );
    assert_eq!(
        cloud.data(&volume).await["attachedObjects"],
        json!([{ "id": "web", "type": "service" }])
    );
    cloud.post(&attach, to("web")).await.denied(409, "already");
    cloud.pass(4.0);
    let scale = format!("{path}/scale");
    cloud
        .post(&scale, json!({ "instances": 2 }))
        .await
        .denied(400, "limited to 1 instance");
    let kind = path.replace("/services/", "/services/deployment/");
    let scaling = json!({ "autoscaling": { "horizontal": { "enabled": true, "minReplicas": 1, "maxReplicas": 2 } } });
    cloud
        .patch(&kind, scaling)
        .await
        .denied(400, "cannot scale");
    cloud
        .delete(&volume)
        .await
        .denied(409, "attached to service `web`");
    cloud
        .post(&format!("{volume}/detach"), to("web"))
        .await
        .expect(200);
    cloud
        .post(&format!("{volume}/detach"), to("web"))
        .await
        .denied(409, "not attached");
    cloud
        .post(&scale, json!({ "instances": 2 }))
        .await
        .expect(200);
    cloud.delete(&volume).await.expect(200);
}

#[tokio::test]
async fn volumes_are_attached_at_birth_and_stay_unless_they_are_to_go() {
    let cloud = Cloud::with_project().await;
    let volume = cloud.one_pod_volume("data").await;
    let with_volume = json!({ "createOptions": { "volumesToAttach": ["data"] } });
    let path = cloud.ready_service(with_volume.clone()).await;
    assert_eq!(cloud.data(&volume).await["attachedObjects"][0]["id"], "web");
    let second = with(with_volume.clone(), &json!({ "name": "other" }));
    cloud
        .ask_service(second)
        .await
        .denied(409, "attached to service `web`");
    cloud.delete(&path).await.expect(200);
    assert_eq!(cloud.data(&volume).await["attachedObjects"], json!([]));
    let path = cloud.ready_service(with_volume).await;
    cloud
        .delete(&format!("{path}?delete_child_objects=true"))
        .await
        .expect(200);
    cloud.get(&volume).await.denied(404, "volume");
    let missing = json!({ "createOptions": { "volumesToAttach": ["gone"] } });
    cloud
        .ask_service(missing)
        .await
        .denied(404, "volume `gone`");
    assert_eq!(
        cloud.data(PROJECT).await["services"],
        json!([]),
        "a refusal leaves nothing"
    );
}
