//! Northflank: projects.

use serde_json::json;

use crate::cloud::Cloud;
use crate::team::{PROJECT, small_volume};

#[tokio::test]
async fn a_project_lives_until_it_is_deleted() {
    let cloud = Cloud::start().await;
    let body = json!({ "name": "My Lab", "description": "Tests", "region": "us-west" });
    let created = cloud.post("/v1/projects", body.clone()).await.expect(200);
    assert_eq!(created.data()["id"], "my-lab");
    assert_eq!(created.data()["lifecycleStatus"], "creating");
    cloud.pass(1.0);
    let read = cloud.data("/v1/projects/my-lab").await;
    assert_eq!(read["lifecycleStatus"], "created");
    assert_eq!(read["deployment"]["region"], "us-west");
    assert_eq!(read["services"], json!([]));
    let list = cloud.data("/v1/projects").await;
    assert_eq!(list["projects"][0]["name"], "My Lab");
    cloud
        .post("/v1/projects", json!({ "name": "my lab" }))
        .await
        .denied(409, "identifier `my-lab`");
    let patch = json!({ "description": "More tests" });
    cloud.patch("/v1/projects/my-lab", patch).await.expect(200);
    let read = cloud.data("/v1/projects/my-lab").await;
    assert_eq!(read["description"], "More tests");
    let done = cloud.delete("/v1/projects/my-lab").await.expect(200);
    assert_eq!(done.json, json!({ "data": {} }));
    cloud
        .get("/v1/projects/my-lab")
        .await
        .denied(404, "project `my-lab`");
    cloud
        .delete("/v1/projects/my-lab")
        .await
        .denied(404, "project");
}

#[tokio::test]
async fn a_region_must_be_one_of_the_list() {
    let cloud = Cloud::start().await;
    cloud
        .post(
            "/v1/projects",
            json!({ "name": "lab", "region": "us-east-1" }),
        )
        .await
        .denied(400, "there is no region `us-east-1`");
    cloud
        .put("/v1/projects", json!({ "name": "lab" }))
        .await
        .expect(200);
    let read = cloud.data(PROJECT).await;
    assert_eq!(read["deployment"]["region"], "us-east");
    let put = json!({ "name": "Lab", "description": "Again" });
    cloud.put("/v1/projects", put).await.expect(200);
    let read = cloud.data(PROJECT).await;
    assert_eq!(
        (&read["name"], &read["description"]),
        (&json!("lab"), &json!("Again"))
    );
}

#[tokio::test]
async fn a_project_that_is_not_empty_stays_unless_all_is_to_go() {
    let cloud = Cloud::with_project().await;
    cloud.service(json!({})).await;
    let volumes = format!("{PROJECT}/volumes");
    cloud.post(&volumes, small_volume("data")).await.expect(200);
    cloud.delete(PROJECT).await.denied(
        409,
        "still has services and volumes; `delete_child_objects=true`",
    );
    let read = cloud.data(PROJECT).await;
    assert_eq!(read["services"][0]["id"], "web");
    cloud
        .delete(&format!("{PROJECT}?delete_child_objects=true"))
        .await
        .expect(200);
    assert_eq!(cloud.data("/v1/projects").await["projects"], json!([]));
}
