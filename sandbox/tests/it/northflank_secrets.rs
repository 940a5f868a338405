//! Northflank: secret groups, what they do to environments, and secrets of the team.

use serde_json::{Value, json};

use crate::cloud::{Cloud, with};
use crate::team::PROJECT;

fn group(name: &str, priority: u64) -> Value {
    json!({
        "name": name,
        "secretType": "environment",
        "priority": priority,
        "secrets": { "variables": { "WHO": name }, "files": { "/etc/who": { "data": "d2hv", "encoding": "utf-8" } } },
    })
}

#[tokio::test]
async fn a_group_is_written_and_read_back() {
    let cloud = Cloud::with_project().await;
    let path = format!("{PROJECT}/secrets");
    let made = cloud.post(&path, group("Shared", 10)).await.expect(200);
    assert_eq!(made.data()["id"], "shared");
    assert_eq!(made.data()["secrets"]["variables"]["WHO"], "Shared");
    cloud
        .post(&path, group("shared", 10))
        .await
        .denied(409, "`shared`");
    cloud
        .post(&path, group("bad", 101))
        .await
        .denied(400, "from 0 to 100");
    let one = format!("{path}/shared");
    let read = cloud.data(&one).await;
    assert_eq!(
        read["secrets"]["WHO"], "Shared",
        "values come without their parts"
    );
    assert_eq!(read["type"], "secret");
    let change = json!({ "secrets": { "variables": { "NEW": "1" } }, "priority": 20 });
    cloud.patch(&one, change).await.expect(200);
    let read = cloud.data(&format!("{one}/details")).await;
    assert_eq!(
        (&read["secrets"]["NEW"], read["secrets"].get("WHO")),
        (&json!("1"), None)
    );
    assert!(
        read["secrets"].get("/etc/who").is_some(),
        "parts that are not named stay"
    );
    assert_eq!(read["priority"], 20);
    let list = cloud.data(&path).await;
    assert_eq!(list["secrets"][0]["name"], "Shared");
    assert_eq!(list["secrets"][0].get("secrets"), None);
    let answer = cloud
        .post(&one, json!({ "description": "again" }))
        .await
        .expect(200);
    assert_eq!(answer.data(), &json!({}));
    cloud.delete(&one).await.expect(200);
    cloud.get(&one).await.denied(404, "secret group `shared`");
}

#[tokio::test]
async fn the_group_with_the_highest_priority_wins_below_the_service_itself() {
    let cloud = Cloud::with_project().await;
    let own = json!({ "runtimeEnvironment": { "OWN": "1" }, "tags": ["web-tag"] });
    let path = cloud.ready_service(own).await;
    let groups = format!("{PROJECT}/secrets");
    cloud.post(&groups, group("low", 1)).await.expect(200);
    cloud.post(&groups, group("high", 50)).await.expect(200);
    let only = |restrictions: Value| json!({ "restrictions": with(json!({ "restricted": true }), &restrictions) });
    let other = with(group("other", 90), &only(json!({ "nfObjects": [] })));
    cloud.post(&groups, other).await.expect(200);
    let environment = format!("{path}/runtime-environment");
    let read = cloud.data(&environment).await;
    assert_eq!(
        read["runtimeEnvironment"],
        json!({ "OWN": "1", "WHO": "high" })
    );
    assert!(read["runtimeFiles"].get("/etc/who").is_some());
    let own = cloud.data(&format!("{environment}?show=this")).await;
    assert_eq!(own["runtimeEnvironment"], json!({ "OWN": "1" }));
    let inherited = cloud.data(&format!("{environment}?show=inherited")).await;
    assert_eq!(inherited["runtimeEnvironment"], json!({ "WHO": "high" }));
    let details = cloud.data(&format!("{environment}/details")).await;
    let who = &details["runtimeEnvironment"]["WHO"];
    assert_eq!(
        (&who["value"], &who["inheritedFrom"]),
        (&json!("high"), &json!("high"))
    );
    assert_eq!(who["overriding"][0]["inheritedFrom"], "low");
    let tagged = with(
        group("tagged", 95),
        &only(json!({ "tags": ["web-tag"], "tagMatchCondition": "or" })),
    );
    cloud.post(&groups, tagged).await.expect(200);
    assert_eq!(
        cloud.data(&environment).await["runtimeEnvironment"]["WHO"],
        "tagged"
    );
    let set = json!({ "runtimeEnvironment": { "WHO": "me" } });
    let answer = cloud.post(&environment, set).await.expect(200);
    assert_eq!(answer.data()["restartSuccessful"], true);
    let read = cloud.data(&environment).await;
    assert_eq!(
        read["runtimeEnvironment"],
        json!({ "WHO": "me" }),
        "the map is replaced"
    );
    assert_eq!(cloud.rollout(&path).await, "PENDING");
}

#[tokio::test]
async fn secrets_of_the_team_are_kept() {
    let cloud = Cloud::start().await;
    let secret = json!({ "name": "Deploy Key", "type": "secret", "secrets": { "values": { "KEY": "hunter2" } } });
    cloud.post("/v1/secrets", secret.clone()).await.expect(200);
    cloud
        .post("/v1/secrets", secret)
        .await
        .denied(409, "`deploy-key`");
    let read = cloud.data("/v1/secrets/deploy-key").await;
    assert_eq!(read["secrets"]["values"]["KEY"], "hunter2");
    let list = cloud.data("/v1/secrets").await;
    assert_eq!(list["secrets"][0].get("secrets"), None);
    cloud
        .patch("/v1/secrets/deploy-key", json!({ "description": "x" }))
        .await
        .expect(200);
    assert!(!format!("{:?}", cloud.sandbox.requests()).contains("hunter2"));
    cloud.delete("/v1/secrets/deploy-key").await.expect(200);
    cloud
        .get("/v1/secrets/deploy-key")
        .await
        .denied(404, "secret");
}
