//! Clusters and their pods.
#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use serde_json::{Value, json};

use crate::cloud::{Cloud, with};

const PATH: &str = "/v2/clusters";

fn small() -> Value {
    json!({
        "name": "train",
        "type": "TRAINING",
        "image": "ghcr.io/org/train:1",
        "ports": ["22/tcp"],
        "compute": { "gpuTypeId": "NVIDIA H100 80GB HBM3", "gpuCountPerPod": 8, "podCount": 2 },
    })
}

async fn ids(cloud: &Cloud, path: &str) -> Vec<String> {
    let list = cloud.get(path).await.expect(200).json;
    let pods = list["pods"].as_array().expect("pods");
    pods.iter()
        .map(|pod| pod["id"].as_str().expect("an id").to_owned())
        .collect()
}

#[tokio::test]
async fn the_pods_of_a_cluster_come_and_go_with_it() {
    let cloud = Cloud::start().await;
    let alone = cloud.pod(json!({})).await;
    let created = cloud.post(PATH, small()).await.expect(201);
    let id = created.text("id");
    let path = format!("{PATH}/{id}");
    assert_eq!(
        created.json["pods"],
        json!({ "total": 2, "byStatus": { "PROVISIONING": 2 } })
    );
    let members = ids(&cloud, &format!("{path}/pods")).await;
    assert_eq!(members.len(), 2);
    assert_eq!(ids(&cloud, "/v2/pods").await, std::slice::from_ref(&alone));
    let all = ids(&cloud, "/v2/pods?includeClusterPods=true").await;
    assert_eq!(all, [vec![alone.clone()], members.clone()].concat());

    cloud.pass(4.0);
    let cluster = cloud.get(&path).await.expect(200).json;
    assert_eq!(cluster["pods"]["byStatus"], json!({ "RUNNING": 2 }));
    let primary = cloud.read(&members[0]).await;
    let direct = &primary["ssh"]["direct"];
    let address = format!("{}:{}", direct["host"].as_str().unwrap(), direct["port"]);
    assert_eq!(
        cluster["primary"],
        json!({ "podId": members[0], "status": "RUNNING", "sshEndpoint": address })
    );
    assert_eq!(primary["cluster"]["rank"], 0);
    assert_eq!(primary["cluster"]["id"], json!(id));
    assert_eq!(primary["dataCenterId"], cluster["dataCenterId"]);
    assert_eq!(primary["cost"], 22.32);
    assert_eq!(
        cloud.get(PATH).await.expect(200).json["clusters"],
        json!([cluster])
    );

    cloud.delete(&path).await.expect(204);
    cloud.get(&path).await.refused(404, "cluster");
    cloud.delete(&path).await.refused(404, "cluster");
    assert_eq!(
        ids(&cloud, "/v2/pods?includeClusterPods=true").await,
        [alone]
    );
}

#[tokio::test]
async fn a_member_changes_and_ends_with_its_cluster_only() {
    let cloud = Cloud::start().await;
    let id = cloud.post(PATH, small()).await.expect(201).text("id");
    cloud.pass(4.0);
    let member = ids(&cloud, &format!("{PATH}/{id}/pods")).await.remove(1);
    let path = format!("/v2/pods/{member}");
    let refusal = format!("member of cluster `{id}`");
    cloud
        .patch(&path, json!({ "name": "x" }))
        .await
        .refused(409, &refusal);
    cloud.delete(&path).await.refused(409, &refusal);
    cloud.act(&member, "terminate").await.refused(409, &refusal);
    assert_eq!(
        cloud.read(&member).await["actions"],
        json!(["stop", "restart"])
    );
    cloud.act(&member, "stop").await.expect(200);
    let cluster = cloud.get(&format!("{PATH}/{id}")).await.expect(200).json;
    assert_eq!(
        cluster["pods"]["byStatus"],
        json!({ "EXITED": 1, "RUNNING": 1 })
    );
    cloud.act(&member, "start").await.expect(200);
}

#[tokio::test]
async fn a_cluster_is_renamed_and_nothing_else() {
    let cloud = Cloud::start().await;
    let id = cloud.post(PATH, small()).await.expect(201).text("id");
    let path = format!("{PATH}/{id}");
    let renamed = cloud
        .patch(&path, json!({ "name": "other" }))
        .await
        .expect(200);
    assert_eq!(renamed.text("name"), "other");
    cloud
        .patch(&path, json!({}))
        .await
        .refused(422, "at least 1 key");
    let more = json!({ "compute": small()["compute"] });
    cloud
        .patch(&path, more)
        .await
        .refused(422, "unknown key `compute`");
    let nobody = cloud
        .patch("/v2/clusters/nope", json!({ "name": "x" }))
        .await;
    nobody.refused(404, "cluster");
    cloud
        .get("/v2/clusters/nope/pods")
        .await
        .refused(404, "cluster");
}

#[tokio::test]
async fn all_pods_of_a_cluster_find_room_in_one_data_center_or_none_does() {
    let cloud = Cloud::start().await;
    // US-CA-2 has 32 cards, and no other place more than 16.
    let four = json!({ "compute": { "gpuTypeId": "NVIDIA H100 80GB HBM3", "gpuCountPerPod": 8, "podCount": 4 } });
    let first = cloud.post(PATH, with(small(), &four)).await.expect(201);
    assert_eq!(first.json["dataCenterId"], "US-CA-2");
    let second = cloud.post(PATH, with(small(), &four)).await;
    second.refused(400, "instances available");
    assert_eq!(
        ids(&cloud, "/v2/pods?includeClusterPods=true").await.len(),
        4
    );
    let elsewhere = cloud.post(PATH, small()).await.expect(201);
    assert_eq!(elsewhere.json["dataCenterId"], "EUR-IS-1");
    cloud
        .delete(&format!("{PATH}/{}", first.text("id")))
        .await
        .expect(204);
    cloud.post(PATH, with(small(), &four)).await.expect(201);
}

#[tokio::test]
async fn ranks_roles_and_addresses_tell_the_members_apart() {
    let cloud = Cloud::start().await;
    for (kind, roles) in [
        ("SLURM", ["SLURM_CONTROLLER", "SLURM_COMPUTE"]),
        ("RAY", ["RAY_HEAD", "RAY_WORKER"]),
    ] {
        let more = json!({ "type": kind, "compute": { "gpuTypeId": "NVIDIA L4", "gpuCountPerPod": 1, "podCount": 2 } });
        let cluster = cloud.post(PATH, with(small(), &more)).await.expect(201);
        let path = format!("{PATH}/{}/pods", cluster.text("id"));
        let pods = cloud.get(&path).await.expect(200).json["pods"].clone();
        let cidr = cluster.json["network"]["cidr"].as_str().unwrap();
        let network = cidr.strip_suffix("0/24").expect("a network");
        for (rank, role) in roles.iter().enumerate() {
            let place = &pods[rank]["cluster"];
            assert_eq!(place["rank"], rank, "{kind}");
            assert_eq!(place["role"], *role, "{kind}");
            assert_eq!(place["ip"], format!("{network}{}", rank + 2), "{kind}");
        }
    }
    let other = cloud.post(PATH, small()).await.expect(201).text("id");
    let pods = cloud
        .get(&format!("{PATH}/{other}/pods"))
        .await
        .expect(200)
        .json;
    assert!(pods["pods"][0]["cluster"].get("role").is_none());
}

#[tokio::test]
async fn creates_of_clusters_are_checked() {
    let cloud = Cloud::start().await;
    let volume = cloud.volume("EU-RO-1").await;
    let compute = |gpu: &str, count: u64, pods: u64| json!({ "compute": { "gpuTypeId": gpu, "gpuCountPerPod": count, "podCount": pods } });
    let mounts = json!({ "mounts": { "network": [{ "volumeId": volume, "path": "/data" }] } });
    for (more, status, expected) in [
        (compute("NVIDIA L4", 1, 1), 422, "must be at least 2"),
        (compute("NVIDIA L4", 1, 251), 422, "must be at most 250"),
        (compute("NVIDIA L4", 9, 2), 400, "at most 8"),
        (compute("ADA_24", 1, 2), 400, "`ADA_24` is no GPU type"),
        (json!({ "image": null }), 400, "`image` is required"),
        (json!({ "type": "KUBERNETES" }), 422, "$.type"),
        (json!({ "cloud": "SECURE" }), 422, "unknown key `cloud`"),
        (
            json!({ "mounts": { "network": [{ "volumeId": "nope", "path": "/data" }] } }),
            400,
            "network volume",
        ),
        (
            with(mounts.clone(), &json!({ "dataCenterIds": ["US-CA-2"] })),
            400,
            "leaves out",
        ),
        (with(mounts.clone(), &json!({})), 400, "instances available"),
    ] {
        let answer = cloud.post(PATH, with(small(), &more)).await;
        answer.refused(status, expected);
    }
    let fitting = with(mounts, &compute("NVIDIA L4", 1, 2));
    let cluster = cloud.post(PATH, with(small(), &fitting)).await.expect(201);
    assert_eq!(cluster.json["dataCenterId"], "EU-RO-1");
    let in_use = cloud.delete(&format!("/v2/network-volumes/{volume}")).await;
    in_use.refused(400, "is attached");
}

#[tokio::test]
async fn a_cluster_of_250_pods_is_listed_in_pages() {
    let cloud = Cloud::start().await;
    let stock = cloud
        .sandbox
        .set_gpu_stock("NVIDIA L4", sandbox::Tier::Secure, "EU-RO-1", 250);
    stock.unwrap();
    let more =
        json!({ "compute": { "gpuTypeId": "NVIDIA L4", "gpuCountPerPod": 1, "podCount": 250 } });
    let cluster = cloud.post(PATH, with(small(), &more)).await.expect(201);
    assert_eq!(cluster.json["pods"]["total"], 250);
    let mut path = "/v2/pods?includeClusterPods=true".to_owned();
    let mut seen = std::collections::BTreeSet::new();
    loop {
        let page = cloud.get(&path).await.expect(200).json;
        let pods = page["pods"].as_array().unwrap();
        seen.extend(pods.iter().map(|pod| pod["cluster"]["ip"].to_string()));
        let Some(next) = page["pagination"]["nextCursor"].as_str() else {
            break;
        };
        path = format!("/v2/pods?includeClusterPods=true&cursor={next}");
    }
    assert_eq!(seen.len(), 250, "each has an address of its own");
}
