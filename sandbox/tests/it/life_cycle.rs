//! What becomes of a pod as time passes and actions are taken.

use sandbox::Tier;
use serde_json::{Value, json};

use crate::cloud::Cloud;

const SSH: &str = "22/tcp";

#[tokio::test]
async fn a_new_pod_becomes_ready_step_by_step() {
    let cloud = Cloud::start().await;
    let id = cloud.pod(json!({ "ports": [SSH, "8888/http"] })).await;
    let mut at = 0.0;
    for (second, status, proxy, runtime, direct) in [
        (0.0, "PROVISIONING", false, false, false),
        (0.9, "PROVISIONING", false, false, false),
        (1.0, "STARTING", true, false, false),
        (1.9, "STARTING", true, false, false),
        (2.0, "RUNNING", true, false, false),
        (3.0, "RUNNING", true, true, false),
        (4.0, "RUNNING", true, true, true),
        (4000.0, "RUNNING", true, true, true),
    ] {
        cloud.pass(second - at);
        at = second;
        let pod = cloud.read(&id).await;
        assert_eq!(pod["status"], status, "after {second} s");
        assert_eq!(
            !pod["ssh"]["proxy"].is_null(),
            proxy,
            "proxy after {second} s"
        );
        assert_eq!(
            !pod["runtime"].is_null(),
            runtime,
            "runtime after {second} s"
        );
        assert_eq!(
            !pod["ssh"]["direct"].is_null(),
            direct,
            "direct after {second} s"
        );
        assert_eq!(pod["cost"], 0.44, "cost after {second} s");
        let started = if second < 2.0 {
            Value::Null
        } else {
            json!("2026-11-01T12:00:02Z")
        };
        assert_eq!(pod["startedAt"], started, "startedAt after {second} s");
    }
}

#[tokio::test]
async fn the_time_scale_shortens_the_boot() {
    let cloud = Cloud::start_with(|builder| builder.time_scale(10.0)).await;
    let id = cloud.pod(json!({ "ports": [SSH] })).await;
    cloud.pass(0.39);
    assert!(cloud.read(&id).await["ssh"]["direct"].is_null());
    cloud.pass(0.01);
    assert!(cloud.read(&id).await["ssh"]["direct"].is_object());
}

#[tokio::test]
async fn the_runtime_block_tells_ports_and_how_long_the_pod_runs() {
    let cloud = Cloud::start().await;
    let pod = json!({ "ports": [SSH, "8888/http", "70001/tcp"], "gpu": { "id": "NVIDIA L4", "count": 2 } });
    let id = cloud.ready_pod(pod).await;
    cloud.pass(10.0);
    let pod = cloud.read(&id).await;
    let runtime = &pod["runtime"];
    assert_eq!(runtime["uptime"], 12);
    assert_eq!(runtime["gpus"].as_array().unwrap().len(), 2);
    let ports = runtime["ports"].as_array().unwrap();
    let port = |private: u64| {
        ports
            .iter()
            .find(|port| port["private"] == private)
            .unwrap()
    };
    assert_eq!(port(22)["type"], "tcp");
    assert_eq!(port(22)["public"], pod["ssh"]["direct"]["port"]);
    assert_eq!(port(22)["ip"], pod["ssh"]["direct"]["host"]);
    assert!(port(8888)["ip"].as_str().unwrap().starts_with("100."));
    let same_inside_and_outside = ports
        .iter()
        .filter(|port| port["type"] == "tcp" && port["private"] == port["public"]);
    assert_eq!(same_inside_and_outside.count(), 1);
    assert_eq!(
        ports.len(),
        4,
        "the three that were asked for, and one of the host's own"
    );
}

#[tokio::test]
async fn direct_ssh_needs_its_port_and_the_proxy_does_not() {
    let cloud = Cloud::start().await;
    let id = cloud.ready_pod(json!({ "ports": ["22/http"] })).await;
    let ssh = &cloud.read(&id).await["ssh"];
    assert_eq!(ssh["direct"], Value::Null);
    let user = ssh["proxy"]["username"].as_str().unwrap();
    assert!(user.starts_with(&format!("{id}-")), "{user}");
    assert_eq!(ssh["proxy"]["host"], "ssh.runpod.io");
}

#[tokio::test]
async fn only_listed_actions_are_taken() {
    let cloud = Cloud::start().await;
    for (seconds, stop_first, allowed) in [
        (0.0, false, "stop terminate"),
        (1.0, false, "stop terminate"),
        (2.0, false, "stop restart terminate"),
        (2.0, true, "start terminate"),
    ] {
        for action in ["start", "stop", "restart", "terminate"] {
            let id = cloud.pod(json!({})).await;
            cloud.pass(seconds);
            if stop_first {
                cloud.act(&id, "stop").await.expect(200);
            }
            let listed: Vec<String> =
                serde_json::from_value(cloud.read(&id).await["actions"].take()).unwrap();
            assert_eq!(listed.join(" "), allowed);
            let answer = cloud.act(&id, action).await;
            if listed.iter().any(|one| one == action) {
                assert!(answer.status.is_success(), "{action}: {}", answer.json);
            } else {
                answer.refused(409, action);
            }
            cloud.delete(&format!("/v2/pods/{id}")).await;
        }
    }
}

#[tokio::test]
async fn another_word_is_no_action() {
    let cloud = Cloud::start().await;
    let id = cloud.pod(json!({})).await;
    cloud
        .act(&id, "reset")
        .await
        .refused(422, "$.action: value must be one of start, stop");
}

#[tokio::test]
async fn a_stopped_pod_costs_nothing_and_keeps_its_volume() {
    let cloud = Cloud::start().await;
    let mounts = json!({ "persistent": { "size": 20, "path": "/workspace" } });
    let id = cloud
        .ready_pod(json!({ "ports": [SSH], "mounts": mounts }))
        .await;
    let stopped = cloud.act(&id, "stop").await.expect(200).json;
    assert_eq!(stopped["status"], "EXITED");
    assert_eq!(stopped["cost"], 0.0);
    assert_eq!(stopped["runtime"], Value::Null);
    assert_eq!(stopped["ssh"]["direct"], Value::Null);
    assert_eq!(stopped["mounts"], mounts);
    assert_eq!(stopped["startedAt"], "2026-11-01T12:00:02Z");
    assert_eq!(cloud.stored("/runpod/pods/0/disk_wipes"), 1);

    cloud.pass(60.0);
    let starting = cloud.act(&id, "start").await.expect(200).json;
    assert_eq!(starting["status"], "STARTING", "it has its machine already");
    assert_eq!(starting["cost"], 0.44);
    cloud.pass(4.0);
    let ready = cloud.read(&id).await;
    assert_eq!(ready["status"], "RUNNING");
    assert_eq!(ready["mounts"], mounts);
    assert_eq!(ready["startedAt"], "2026-11-01T12:01:06Z");
    assert_eq!(
        cloud.stored("/runpod/pods/0/disk_wipes"),
        1,
        "it was wiped by the stop"
    );
}

#[tokio::test]
async fn a_restart_wipes_the_disk_bills_on_and_moves_the_external_ports() {
    let cloud = Cloud::start().await;
    let id = cloud.ready_pod(json!({ "ports": [SSH] })).await;
    let before = cloud.read(&id).await;
    let restarting = cloud.act(&id, "restart").await.expect(200).json;
    assert_eq!(restarting["status"], "STARTING");
    assert_eq!(restarting["cost"], 0.44);
    assert_eq!(restarting["ssh"]["direct"], Value::Null);
    assert_eq!(cloud.stored("/runpod/pods/0/disk_wipes"), 1);
    cloud.pass(4.0);
    let after = cloud.read(&id).await;
    assert_ne!(
        after["ssh"]["direct"]["port"],
        before["ssh"]["direct"]["port"]
    );
}

#[tokio::test]
async fn a_stopped_pod_may_lose_its_card_to_another() {
    let cloud = Cloud::start().await;
    let card = "NVIDIA L4";
    cloud
        .sandbox
        .set_gpu_stock(card, Tier::Secure, "US-TX-3", 1)
        .unwrap();
    let here = json!({ "gpu": { "id": card, "count": 1 }, "dataCenterIds": ["US-TX-3"] });
    let first = cloud.ready_pod(here.clone()).await;
    cloud
        .create(here.clone())
        .await
        .refused(400, "instances available");
    cloud.act(&first, "stop").await.expect(200);
    let second = cloud.pod(here).await;
    cloud
        .act(&first, "start")
        .await
        .refused(400, "not enough free GPUs");
    assert_eq!(cloud.read(&first).await["status"], "EXITED");
    cloud.act(&second, "terminate").await.expect(204);
    cloud.act(&first, "start").await.expect(200);
}

#[tokio::test]
async fn a_terminated_pod_is_gone() {
    let cloud = Cloud::start().await;
    for how in ["action", "delete"] {
        let id = cloud.ready_pod(json!({})).await;
        let path = format!("/v2/pods/{id}");
        let answer = match how {
            "action" => cloud.act(&id, "terminate").await,
            _ => cloud.delete(&path).await,
        };
        assert_eq!(answer.expect(204).json, Value::Null);
        cloud.get(&path).await.refused(404, &id);
        cloud.delete(&path).await.refused(404, &id);
        cloud.act(&id, "start").await.refused(404, &id);
        assert_eq!(
            cloud.get("/v2/pods").await.expect(200).json["pods"],
            json!([])
        );
    }
}

#[tokio::test]
async fn a_lock_forbids_stop_and_restart() {
    let cloud = Cloud::start().await;
    let id = cloud.ready_pod(json!({})).await;
    let path = format!("/v2/pods/{id}");
    let locked = cloud
        .patch(&path, json!({ "locked": true }))
        .await
        .expect(200)
        .json;
    assert_eq!(locked["locked"], true);
    assert_eq!(
        locked["status"], "RUNNING",
        "the lock itself resets nothing"
    );
    assert_eq!(locked["actions"], json!(["terminate"]));
    cloud.act(&id, "stop").await.refused(409, "locked");
    cloud
        .patch(&path, json!({ "env": {} }))
        .await
        .refused(409, "locked");
    cloud
        .patch(&path, json!({ "locked": false, "env": {} }))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_failed_pod_reads_error_and_can_be_started_again() {
    let cloud = Cloud::start().await;
    let id = cloud.ready_pod(json!({})).await;
    cloud.sandbox.fail_pod(&id).unwrap();
    let failed = cloud.read(&id).await;
    assert_eq!(failed["status"], "ERROR");
    assert_eq!(failed["cost"], 0.0);
    assert_eq!(failed["actions"], json!(["start", "terminate"]));
    cloud.act(&id, "start").await.expect(200);
    assert!(
        cloud
            .sandbox
            .fail_pod("none")
            .unwrap_err()
            .to_string()
            .contains("`none`")
    );
}
