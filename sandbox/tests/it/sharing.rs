//! One state file, used again and used by many.

use std::path::Path;

use sandbox::{Error, ManualClock, Sandbox};
use serde_json::json;

use crate::cloud::Cloud;

async fn on(path: &Path) -> Cloud {
    Cloud::start_with(|builder| builder.state_file(path)).await
}

#[tokio::test]
async fn a_pod_goes_on_booting_between_processes() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(".sindri/sandbox.json");
    let first = on(&path).await;
    let id = first
        .pod(json!({ "ports": ["22/tcp"], "env": { "A": "1" } }))
        .await;
    let created = first.read(&id).await;
    assert_eq!(created["status"], "PROVISIONING");
    first.sandbox.shutdown().await;

    let second = on(&path).await;
    second.pass(4.0);
    let pod = second.read(&id).await;
    assert_eq!(pod["status"], "RUNNING");
    assert!(pod["ssh"]["direct"].is_object());
    assert_eq!(pod["env"], created["env"]);
    assert_eq!(pod["ssh"]["proxy"]["host"], "ssh.runpod.io");
}

#[tokio::test]
async fn clusters_and_workers_go_on_between_processes_too() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sandbox.json");
    let first = on(&path).await;
    let compute = json!({ "gpuTypeId": "NVIDIA L4", "gpuCountPerPod": 1, "podCount": 2 });
    let cluster = json!({ "name": "c", "type": "RAY", "image": "ray:1", "compute": compute });
    let cluster = first
        .post("/v2/clusters", cluster)
        .await
        .expect(201)
        .text("id");
    let endpoint = first
        .endpoint(json!({ "workers": { "min": 1, "max": 2 } }))
        .await;
    let workers = |json: serde_json::Value| json["workers"].as_array().cloned().unwrap();
    let list = format!("{endpoint}/workers");
    let before = workers(first.get(&list).await.expect(200).json);
    first.sandbox.shutdown().await;

    let second = on(&path).await;
    second.pass(60.0);
    let read = second
        .get(&format!("/v2/clusters/{cluster}"))
        .await
        .expect(200);
    assert_eq!(read.json["pods"]["byStatus"], json!({ "RUNNING": 2 }));
    let after = workers(second.get(&list).await.expect(200).json);
    for (place, status) in [(0, "RUNNING"), (1, "IDLE")] {
        assert_eq!(after[place]["id"], before[place]["id"]);
        assert_eq!(after[place]["status"], status);
    }
    let bill = second
        .get("/v2/billing?bucketSize=year")
        .await
        .expect(200)
        .json;
    assert_eq!(bill["metadata"]["recordCount"], 1);
    assert_eq!(
        bill["metadata"]["totals"]["clusterGpuAmount"],
        0.012_666_666
    );
}

#[tokio::test]
async fn another_time_scale_does_not_move_a_boot_that_is_under_way() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sandbox.json");
    let slow = on(&path).await;
    let id = slow.pod(json!({})).await;
    let fast = Cloud::start_with(|builder| builder.state_file(&path).time_scale(1000.0)).await;
    assert_eq!(fast.read(&id).await["status"], "PROVISIONING");
    fast.pass(1.0);
    assert_eq!(fast.read(&id).await["status"], "STARTING");
}

#[tokio::test]
async fn sandboxes_that_run_side_by_side_see_one_cloud() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sandbox.json");
    let (one, two) = (on(&path).await, on(&path).await);
    let id = one.pod(json!({})).await;
    assert_eq!(two.read(&id).await["id"], json!(id));
    two.act(&id, "terminate").await.expect(204);
    one.get(&format!("/v2/pods/{id}")).await.refused(404, &id);
}

#[tokio::test(flavor = "multi_thread")]
async fn creates_from_all_sides_lose_nothing_and_never_share_a_card() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sandbox.json");
    let clouds = [on(&path).await, on(&path).await, on(&path).await];
    clouds[0]
        .sandbox
        .set_gpu_stock("NVIDIA A30", sandbox::Tier::Community, "US-WA-1", 20)
        .unwrap();
    let pod = json!({
        "gpu": { "id": "NVIDIA A30", "count": 1 },
        "cloud": "COMMUNITY",
        "dataCenterIds": ["US-WA-1"],
    });
    let calls = (0..30).map(|turn| clouds[turn % clouds.len()].create(pod.clone()));
    let answers = futures::future::join_all(calls).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 20);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.refused(400, "instances available");
    }
    let pods = clouds[2].get("/v2/pods").await.expect(200).json["pods"].take();
    assert_eq!(pods.as_array().unwrap().len(), 20);
    let left = clouds[1].get("/v2/pods").await;
    let left = left.header("RateLimit").unwrap();
    assert!(
        left.starts_with(r#""minute";r=568;"#),
        "all 32 requests count on one account: {left}"
    );
}

#[tokio::test]
async fn a_damaged_file_is_told_at_the_start_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sandbox.json");
    std::fs::write(&path, "{\"version\":1,").unwrap();
    let error = Sandbox::builder()
        .state_file(&path)
        .start()
        .await
        .unwrap_err();
    assert!(matches!(error, Error::DamagedState { .. }), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"version\":1,");
}

#[tokio::test]
async fn a_file_damaged_later_is_told_with_500() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sandbox.json");
    let cloud = on(&path).await;
    std::fs::write(&path, "nonsense").unwrap();
    cloud
        .get("/v2/pods")
        .await
        .refused(500, "is not a sandbox state");
    std::fs::remove_file(&path).unwrap();
    cloud.get("/v2/pods").await.expect(200);
}

#[tokio::test]
async fn clones_of_a_clock_share_one_time() {
    let clock = ManualClock::starting_now();
    let sandbox = Sandbox::builder()
        .clock(clock.clone())
        .start()
        .await
        .unwrap();
    assert!(sandbox.url().ends_with(&sandbox.port().to_string()));
    clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(
        sandbox::Clock::now(&clock),
        sandbox::Clock::now(&clock.clone())
    );
}
