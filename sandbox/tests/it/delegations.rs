//! Delegations of repositories on AWS.

use serde_json::{Value, json};

use crate::cloud::Cloud;

const PATH: &str = "/v2/registries/delegations";
const ARN: &str = "arn:aws:ecr:us-east-1:123456789012:repository/team/app";

#[tokio::test]
async fn a_delegation_lasts_until_it_is_revoked() {
    let cloud = Cloud::start().await;
    let created = cloud
        .post(PATH, json!({ "resource": ARN, "name": "app" }))
        .await
        .expect(201);
    assert_eq!(created.json["repository"], "team/app");
    assert_eq!(created.json["awsRegion"], "us-east-1");
    assert_eq!(
        created.json["dockerRegistryUri"],
        "123456789012.dkr.ecr.us-east-1.amazonaws.com"
    );
    let list = cloud.get(PATH).await.expect(200).json;
    assert_eq!(list["delegations"], json!([created.json]));
    let path = format!("{PATH}/{}", created.text("id"));
    cloud.delete(&path).await.expect(204);
    cloud.delete(&path).await.refused(404, "delegation");
    let list = cloud.get(PATH).await.expect(200).json;
    assert_eq!(list["delegations"], json!([]));
}

#[tokio::test]
async fn a_name_may_be_left_out_and_the_resource_is_the_arn_of_a_repository() {
    let cloud = Cloud::start().await;
    for body in [
        json!({ "resource": ARN }),
        json!({ "resource": ARN, "name": null }),
    ] {
        let created = cloud.post(PATH, body).await.expect(201);
        assert_eq!(created.json["name"], Value::Null);
    }
    for (body, expected) in [
        (json!({}), "key `resource` is required"),
        (
            json!({ "resource": "team/app" }),
            "$.resource: value must be of the form",
        ),
        (json!({ "resource": ARN, "tag": "1" }), "unknown key `tag`"),
    ] {
        cloud.post(PATH, body).await.refused(422, expected);
    }
}
