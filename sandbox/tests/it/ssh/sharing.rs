//! Pods of a sandbox that others share, or go on with later.

use std::path::Path;

use serde_json::{Value, json};

use super::client::Client;
use super::session::Session;
use crate::cloud::Cloud;

/// A sandbox on a state file, at a time at which pods made at its beginning are ready.
async fn on(path: &Path) -> Cloud {
    let cloud = Cloud::start_with(|builder| builder.state_file(path)).await;
    cloud.pass(10.0);
    cloud
}

#[tokio::test]
async fn the_next_process_has_the_same_port_host_key_and_files() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sandbox.json");
    let client = Client::new();
    let first = on(&path).await;
    let pod = client.pod(&first, json!({})).await;
    let known = std::fs::read_to_string(client.path("known_hosts")).unwrap();
    client.exec(&pod, "echo kept > /root/f").await.expect(0);
    first.sandbox.shutdown().await;
    client
        .exec(&pod, "true")
        .await
        .fails(255, "Connection refused");

    let second = on(&path).await;
    second.pass(10.0);
    let again = client.meet(&second, &pod.pod).await;
    assert_eq!(again.port, pod.port);
    let found = std::fs::read_to_string(client.path("known_hosts")).unwrap();
    assert_eq!(found, known);
    assert_eq!(client.exec(&again, "cat f").await.expect(0), "kept\n");
    second
        .delete(&format!("/v2/pods/{}", pod.pod))
        .await
        .expect(204);
    let new = client.pod(&second, json!({})).await;
    let key = second.sandbox.ssh_host_key(&new.pod).unwrap().unwrap();
    assert!(!known.contains(&key), "a new pod has a key of its own");
    // Contents that no file has any more go with the next change.
    client.exec(&new, "echo new > f").await.expect(0);
    let contents = directory.path().join("sandbox.json.files");
    assert_eq!(std::fs::read_dir(contents).unwrap().count(), 1);
}

#[tokio::test]
async fn a_pod_that_is_ready_takes_ssh_before_anyone_asks_the_api() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sandbox.json");
    let client = Client::new();
    let first = on(&path).await;
    let pod = client.pod(&first, json!({})).await;
    first.sandbox.shutdown().await;
    let late = "2026-11-02T00:00:00Z".parse().unwrap();
    let second = sandbox::Sandbox::builder().state_file(&path);
    let second = second
        .clock(sandbox::ManualClock::at(late))
        .start()
        .await
        .unwrap();
    assert_eq!(client.exec(&pod, "echo in").await.expect(0), "in\n");
    second.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_serve_a_pod_on_two_ports_and_one_can_stop_it_for_both() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sandbox.json");
    let (client, other) = (Client::new(), Client::new());
    let one = on(&path).await;
    let pod = client.pod(&one, json!({})).await;
    let two = on(&path).await;
    two.pass(10.0);
    let there = other.meet(&two, &pod.pod).await;
    assert_ne!(there.port, pod.port);
    client.exec(&pod, "echo seen by both > f").await.expect(0);
    client.meet(&two, &pod.pod).await;
    assert_eq!(
        client.exec(&there, "cat f").await.expect(0),
        "seen by both\n"
    );

    client.meet(&one, &pod.pod).await;
    let mut session = Session::start(&client, &pod, &[], &["echo begun; sleep 100"]);
    session.wait_for("begun");
    two.act(&pod.pod, "stop").await.expect(200);
    let run = session.finish();
    assert_eq!(run.code, 255, "{run:?}");
    // The first process has not been asked anything yet: its door is there, and nothing behind it.
    client.exec(&pod, "true").await.fails(255, "Connection");
    assert_eq!(one.read(&pod.pod).await["ssh"]["direct"], Value::Null);
    client
        .exec(&pod, "true")
        .await
        .fails(255, "Connection refused");
}

#[tokio::test]
async fn a_state_of_a_version_without_ssh_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sandbox.json");
    let client = Client::new();
    let first = on(&path).await;
    let pod = client.pod(&first, json!({})).await;
    first.sandbox.shutdown().await;
    let mut state: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let stored = state["runpod"]["pods"][0].as_object_mut().unwrap();
    assert!(stored.remove("interior").is_some());
    std::fs::write(&path, state.to_string()).unwrap();
    let second = on(&path).await;
    second.pass(10.0);
    let pod = client.meet(&second, &pod.pod).await;
    assert_eq!(client.exec(&pod, "echo in").await.expect(0), "in\n");
}
