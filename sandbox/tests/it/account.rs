//! Keys, secrets and pull credentials of the account.

use serde_json::{Value, json};

use crate::cloud::Cloud;

#[tokio::test]
async fn ssh_keys_are_replaced_as_a_whole() {
    let cloud = Cloud::start().await;
    let path = "/v2/account/ssh-keys";
    assert_eq!(
        cloud.get(path).await.expect(200).json,
        json!({ "keys": [] })
    );
    for keys in [
        json!(["ssh-ed25519 AAAA me@here", "ecdsa-sha2-nistp256 BBBB"]),
        json!(["sk-ssh C"]),
        json!([]),
    ] {
        let body = json!({ "keys": keys });
        assert_eq!(cloud.put(path, body.clone()).await.expect(200).json, body);
        assert_eq!(cloud.get(path).await.expect(200).json, body);
    }
    cloud
        .put(path, json!({ "keys": ["AAAA"] }))
        .await
        .refused(422, "$.keys[0]: value must match");
    cloud
        .put(path, json!({ "keys": ["ssh-rsa A\nssh-rsa B"] }))
        .await
        .refused(422, "$.keys[0]");
    cloud
        .put(path, json!({}))
        .await
        .refused(422, "key `keys` is required");
}

#[tokio::test]
async fn a_secret_is_never_read_back() {
    let cloud = Cloud::start().await;
    let path = "/v2/account/secrets";
    let secret = json!({ "name": "db/token", "value": "hunter2", "description": "d" });
    let created = cloud.post(path, secret.clone()).await.expect(201);
    let id = created.text("id");
    let one = format!("{path}/{id}");
    assert_eq!(
        created.json,
        json!({ "id": id, "name": "db/token", "description": "d", "createdAt": "2026-11-01T12:00:00Z" })
    );
    cloud.post(path, secret).await.refused(409, "`db/token`");
    cloud
        .post(path, json!({ "name": "other", "value": "hunter2" }))
        .await
        .expect(201);
    let list = async |query: &str| {
        cloud.get(&format!("{path}{query}")).await.expect(200).json["secrets"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(
        (
            list("").await,
            list("?name=other").await,
            list("?name=none").await
        ),
        (2, 1, 0)
    );
    let changed = cloud
        .patch(&one, json!({ "value": "hunter3", "description": "e" }))
        .await
        .expect(200);
    assert_eq!(changed.json["description"], "e");
    assert_eq!(cloud.get(&one).await.expect(200).json, changed.json);
    assert!(
        !cloud.stored("").to_string().contains("hunter"),
        "nobody needs the value"
    );
    cloud.delete(&one).await.expect(204);
    cloud.delete(&one).await.refused(404, "secret");
}

#[tokio::test]
async fn secret_names_follow_their_pattern() {
    let cloud = Cloud::start().await;
    let long = "x".repeat(192);
    for name in ["RUNPOD_KEY", "1st", "with space", "", long.as_str()] {
        let secret = json!({ "name": name, "value": "v" });
        cloud
            .post("/v2/account/secrets", secret)
            .await
            .refused(422, "$.name: value");
    }
}

#[tokio::test]
async fn a_pull_credential_in_use_cannot_be_deleted() {
    let cloud = Cloud::start().await;
    let path = "/v2/registries";
    let registry = json!({ "name": "ghcr", "username": "me", "password": "hunter2" });
    let created = cloud.post(path, registry).await.expect(201);
    let id = created.text("id");
    let one = format!("{path}/{id}");
    assert_eq!(created.json, json!({ "id": id, "name": "ghcr" }));
    assert_eq!(cloud.get(&one).await.expect(200).json, created.json);
    assert_eq!(
        cloud.get(path).await.expect(200).json["registries"],
        json!([created.json])
    );
    let pod = cloud.create(json!({ "registry": id })).await.expect(201);
    assert_eq!(pod.json["registry"], json!(id));
    cloud.delete(&one).await.refused(400, "uses the credential");
    cloud.act(&pod.text("id"), "terminate").await.expect(204);
    cloud.delete(&one).await.expect(204);
    cloud.get(&one).await.refused(404, "credential");
    let missing: Value = json!({ "name": "ghcr", "username": "me" });
    cloud
        .post(path, missing)
        .await
        .refused(422, "key `password` is required");
}
