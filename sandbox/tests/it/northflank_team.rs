//! Northflank: registry credentials, SSH identities and tags of the team.

use serde_json::json;

use crate::cloud::Cloud;
use crate::team::PROJECT;

#[tokio::test]
async fn registry_credentials_never_show_their_password_and_stay_while_used() {
    let cloud = Cloud::with_project().await;
    let path = "/v1/integrations/registries";
    let body = json!({
        "name": "Our Registry", "provider": "custom", "registryUrl": "https://registry.example.com",
        "credentials": { "username": "u", "password": "hunter2", "scope": { "pull": true } },
    });
    let made = cloud.post(path, body.clone()).await.expect(200);
    assert_eq!(made.data()["id"], "our-registry");
    assert!(
        !cloud
            .sandbox
            .state()
            .unwrap()
            .to_string()
            .contains("hunter2")
    );
    assert!(!made.json.to_string().contains("hunter2"));
    cloud.post(path, body).await.denied(409, "`our-registry`");
    let one = format!("{path}/our-registry");
    assert_eq!(cloud.data(&one).await["credentials"]["username"], "u");
    let private = json!({ "deployment": { "instances": 1, "external": {
        "imagePath": "registry.example.com/app:1", "credentials": "our-registry",
    } } });
    let service = cloud.service(private).await;
    let external = cloud.data(&service).await["deployment"]["external"].clone();
    assert_eq!(external["privateImage"], true);
    cloud
        .delete(&one)
        .await
        .denied(409, "service `web` of project `lab`");
    cloud.delete(&service).await.expect(200);
    cloud.delete(&one).await.expect(200);
    assert_eq!(cloud.data(path).await["credentials"], json!([]));
    cloud.get(&one).await.denied(404, "registry credential");
}

#[tokio::test]
async fn ssh_identities_and_tags_live_until_they_are_deleted() {
    let cloud = Cloud::start().await;
    let path = "/v1/integrations/ssh-identities";
    let body = json!({ "name": "Laptop", "sshPublicKeys": [{ "key": "ssh-ed25519 AAAA" }] });
    cloud.post(path, body).await.expect(200);
    let one = format!("{path}/laptop");
    let keys = json!({ "sshPublicKeys": [{ "key": "ssh-ed25519 BBBB" }] });
    cloud.patch(&one, keys.clone()).await.expect(200);
    assert_eq!(
        cloud.data(&one).await["sshPublicKeys"],
        keys["sshPublicKeys"]
    );
    assert_eq!(cloud.data(path).await["identities"][0]["name"], "Laptop");
    cloud.delete(&one).await.expect(200);
    cloud.get(&one).await.denied(404, "SSH identity");
    cloud
        .put("/v1/tags", json!({ "name": "Blue", "color": "#0000ff" }))
        .await
        .expect(200);
    cloud
        .put("/v1/tags", json!({ "name": "Blue", "color": "#00f" }))
        .await
        .expect(200);
    cloud
        .patch("/v1/tags/blue", json!({ "description": "x" }))
        .await
        .expect(200);
    let tag = cloud.data("/v1/tags/blue").await;
    assert_eq!(
        (&tag["color"], &tag["description"]),
        (&json!("#00f"), &json!("x"))
    );
    cloud.delete("/v1/tags/blue").await.expect(200);
    cloud.get("/v1/tags/blue").await.denied(404, "tag `blue`");
    assert_eq!(cloud.data("/v1/domains").await["domains"], json!([]));
    cloud.get(PROJECT).await.denied(404, "project");
}
