//! Templates, and pods made from them.

use serde_json::{Value, json};

use crate::cloud::{Cloud, with};

const PATH: &str = "/v2/templates";

async fn template(cloud: &Cloud, more: Value) -> String {
    cloud
        .post(
            PATH,
            with(json!({ "name": "t", "image": "debian:13" }), &more),
        )
        .await
        .expect(201)
        .text("id")
}

#[tokio::test]
async fn a_template_reads_back_with_its_defaults() {
    let cloud = Cloud::start().await;
    let created = cloud
        .post(PATH, json!({ "name": "t" }))
        .await
        .expect(201)
        .json;
    for (key, expected) in [
        ("category", json!("NVIDIA")),
        ("public", json!(false)),
        ("serverless", json!(false)),
        ("startSsh", json!(true)),
        ("startJupyter", json!(true)),
        ("allowedCudaVersions", json!([])),
        ("mounts", json!({})),
    ] {
        assert_eq!(created[key], expected, "{key}");
    }
    let path = format!("{PATH}/{}", created["id"].as_str().unwrap());
    let changed = cloud
        .patch(&path, json!({ "startJupyter": false, "category": "CPU" }))
        .await
        .expect(200);
    assert_eq!(
        (&changed.json["startJupyter"], &changed.json["category"]),
        (&json!(false), &json!("CPU"))
    );
    assert_eq!(cloud.get(&path).await.expect(200).json, changed.json);
    assert_eq!(
        cloud.get(PATH).await.expect(200).json["templates"],
        json!([changed.json])
    );
    cloud.delete(&path).await.expect(204);
    cloud.get(&path).await.refused(404, "template");
}

#[tokio::test]
async fn a_pod_copies_its_template_once_and_the_request_wins() {
    let cloud = Cloud::start().await;
    let id = template(
        &cloud,
        json!({
            "args": "from template",
            "disk": 15,
            "ports": ["80/http"],
            "env": { "A": "template", "B": "template" },
            "mounts": { "persistent": { "size": 10, "path": "/t" } },
            "startSsh": true,
            "startJupyter": false,
        }),
    )
    .await;
    let pod = json!({ "image": null, "templateId": id, "env": { "B": "pod" }, "ports": [] });
    let pod = cloud.create(pod).await.expect(201).json;
    assert_eq!(pod["image"], "debian:13");
    assert_eq!(pod["args"], "from template");
    assert_eq!(pod["ports"], json!([]));
    assert_eq!(pod["env"], json!({ "A": "template", "B": "pod" }));
    assert_eq!(
        pod["mounts"],
        json!({ "persistent": { "size": 10, "path": "/t" } })
    );
    assert_eq!(pod["template"], Value::Null);
    cloud
        .patch(&format!("{PATH}/{id}"), json!({ "image": "later" }))
        .await
        .expect(200);
    let pod = cloud.read(pod["id"].as_str().unwrap()).await;
    assert_eq!(pod["image"], "debian:13", "no link is kept");
}

#[tokio::test]
async fn a_sent_false_beats_the_true_of_a_template() {
    let cloud = Cloud::start().await;
    cloud
        .put("/v2/account/ssh-keys", json!({ "keys": ["ssh-rsa A"] }))
        .await
        .expect(200);
    let id = template(&cloud, json!({ "startJupyter": false })).await;
    let env = async |more: Value| {
        let pod = with(json!({ "templateId": id }), &more);
        cloud.create(pod).await.expect(201).json["env"].take()
    };
    assert_eq!(env(json!({})).await, json!({ "PUBLIC_KEY": "ssh-rsa A" }));
    assert_eq!(env(json!({ "startSsh": false })).await, json!({}));
}

#[tokio::test]
async fn cpu_pods_leave_the_mount_and_the_cuda_list_of_a_template() {
    let cloud = Cloud::start().await;
    let mounts = json!({ "persistent": { "size": 10, "path": "/t" } });
    let id = template(
        &cloud,
        json!({ "mounts": mounts, "allowedCudaVersions": ["12.4"] }),
    )
    .await;
    let cpu = json!({ "gpu": null, "cpu": { "id": "cpu3c", "vcpuCount": 2 }, "templateId": id });
    assert_eq!(
        cloud.create(cpu).await.expect(201).json["mounts"],
        json!({})
    );
    let l4 = json!({ "gpu": { "id": "NVIDIA L4", "count": 1 }, "templateId": id });
    cloud.create(l4).await.refused(400, "instances available");
    let own = json!({ "gpu": { "id": "NVIDIA L4", "minCudaVersion": "12.0" }, "templateId": id });
    cloud.create(own).await.expect(201);
}

#[tokio::test]
async fn public_templates_serve_pods_and_serverless_ones_do_not() {
    let cloud = Cloud::start().await;
    for source in ["official", "verified", "community"] {
        let path = format!("/v2/catalog/templates?source={source}");
        let rows = cloud.get(&path).await.expect(200).json["templates"].take();
        let id = rows[0]["id"].as_str().unwrap();
        let pod = cloud
            .create(json!({ "image": null, "templateId": id }))
            .await
            .expect(201)
            .json;
        assert_eq!(pod["image"], rows[0]["image"]);
        cloud.delete(&format!("{PATH}/{id}")).await.refused(404, id);
    }
    cloud
        .get("/v2/catalog/templates?source=other")
        .await
        .refused(422, "query.source");
    let id = template(&cloud, json!({ "serverless": true })).await;
    cloud
        .create(json!({ "templateId": id }))
        .await
        .refused(422, "$.templateId");
}
