//! Who gets in, when and where.

use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::Client;
use super::session::Session;
use crate::cloud::Cloud;

#[tokio::test]
async fn a_key_that_the_pod_does_not_know_is_refused() {
    let (cloud, client, stranger) = (Cloud::start().await, Client::new(), Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    stranger.meet(&cloud, &pod.pod).await;
    let run = stranger.exec(&pod, "echo in").await;
    run.fails(255, "Permission denied (publickey)");
    assert!(run.out.is_empty());
    assert_eq!(client.exec(&pod, "echo in").await.expect(0), "in\n");
}

#[tokio::test]
async fn only_root_is_there() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let mut pod = client.pod(&cloud, json!({})).await;
    pod.user = "someone";
    let run = client.exec(&pod, "echo in").await;
    run.fails(255, "Permission denied (publickey)");
}

#[tokio::test]
async fn any_line_of_the_list_opens_and_other_lines_are_no_harm() {
    let (cloud, first, second) = (Cloud::start().await, Client::new(), Client::with_key("rsa"));
    let lines = format!(
        "no key\n\n{}\n{}\n",
        first.public_key(),
        second.public_key()
    );
    let pod = first
        .pod(&cloud, json!({ "env": { "PUBLIC_KEY": lines } }))
        .await;
    first.exec(&pod, "true").await.expect(0);
    second.meet(&cloud, &pod.pod).await;
    second.exec(&pod, "true").await.expect(0);
}

#[tokio::test]
async fn the_keys_of_the_account_open_pods_made_with_start_ssh() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let keys = json!({ "keys": [client.public_key()] });
    cloud.put("/v2/account/ssh-keys", keys).await.expect(200);
    let pod = client
        .pod(&cloud, json!({ "env": {}, "startSsh": true }))
        .await;
    assert_eq!(client.exec(&pod, "echo in").await.expect(0), "in\n");
    cloud
        .put("/v2/account/ssh-keys", json!({ "keys": [] }))
        .await
        .expect(200);
    client.exec(&pod, "true").await.expect(0);
}

#[tokio::test]
async fn a_pod_without_a_key_starts_no_server() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({ "env": {} })).await;
    client.exec(&pod, "true").await.fails(255, "Connection");
}

#[tokio::test]
async fn ssh_is_there_from_the_moment_it_is_reported_until_the_stop() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let request = json!({ "ports": ["22/tcp"], "env": { "PUBLIC_KEY": client.public_key() } });
    let id = cloud.pod(request).await;
    cloud.pass(3.9);
    assert_eq!(cloud.read(&id).await["ssh"]["direct"], Value::Null);
    assert_eq!(cloud.sandbox.ssh_host_key(&id).unwrap(), None);
    cloud.pass(0.1);
    let pod = client.meet(&cloud, &id).await;
    client.exec(&pod, "true").await.expect(0);
    cloud.act(&id, "stop").await.expect(200);
    client
        .exec(&pod, "true")
        .await
        .fails(255, "Connection refused");
    assert_eq!(cloud.read(&id).await["ssh"]["direct"], Value::Null);
    cloud.act(&id, "start").await.expect(200);
    client
        .exec(&pod, "true")
        .await
        .fails(255, "Connection refused");
    cloud.pass(4.0);
    let again = client.meet(&cloud, &id).await;
    assert_ne!(again.port, pod.port, "ports differ from boot to boot");
    client.exec(&again, "true").await.expect(0);
    cloud.delete(&format!("/v2/pods/{id}")).await.expect(204);
    client
        .exec(&again, "true")
        .await
        .fails(255, "Connection refused");
}

#[tokio::test]
async fn a_pod_that_did_not_ask_for_the_port_has_no_ssh() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let env = json!({ "PUBLIC_KEY": client.public_key() });
    let id = cloud
        .ready_pod(json!({ "ports": ["8888/http"], "env": env }))
        .await;
    assert_eq!(cloud.read(&id).await["ssh"]["direct"], Value::Null);
    assert_eq!(cloud.sandbox.ssh_host_key(&id).unwrap(), None);
}

#[tokio::test]
async fn two_pods_have_a_port_and_a_host_key_each() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let one = client.pod(&cloud, json!({})).await;
    let two = client.pod(&cloud, json!({})).await;
    assert_ne!(one.port, two.port);
    assert_eq!(
        client.exec(&two, "hostname").await.expect(0),
        format!("{}\n", two.pod)
    );
    // The list of known hosts now has the second one's key only.
    let known = std::fs::read_to_string(client.path("known_hosts")).unwrap();
    let mistaken = known.replace(&two.port.to_string(), &one.port.to_string());
    std::fs::write(client.path("known_hosts"), mistaken).unwrap();
    let run = client.exec(&one, "hostname").await;
    run.fails(255, "Host key verification failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stop_of_a_pod_ends_what_is_going_on_in_it() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    for end in ["stop", "restart", "terminate"] {
        let pod = client.pod(&cloud, json!({})).await;
        let mut session = Session::start(&client, &pod, &[], &["echo begun; sleep 100"]);
        session.wait_for("begun");
        let begun = Instant::now();
        cloud.act(&pod.pod, end).await;
        let run = session.finish();
        assert_eq!(run.code, 255, "{end}: {run:?}");
        assert!(run.err.contains("the pod was stopped"), "{end}: {run:?}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{end}");
    }
}

#[tokio::test]
async fn connections_to_a_pod_are_bounded() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    let port = u16::try_from(pod.port).unwrap();
    let connect = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let silent: Vec<TcpStream> = (0..32).map(|_| connect()).collect();
    client.exec(&pod, "true").await.fails(255, "Connection");
    drop(silent);
    let until = Instant::now() + Duration::from_secs(10);
    while client.exec(&pod, "true").await.code != 0 {
        assert!(Instant::now() < until, "places are not free again");
    }
}

#[tokio::test]
async fn each_member_of_a_cluster_is_entered_by_its_own_address() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let request = json!({
        "name": "train",
        "type": "TRAINING",
        "image": "ghcr.io/org/train:1",
        "ports": ["22/tcp"],
        "env": { "PUBLIC_KEY": client.public_key() },
        "compute": { "gpuTypeId": "NVIDIA H100 80GB HBM3", "gpuCountPerPod": 8, "podCount": 2 },
    });
    let cluster = cloud.post("/v2/clusters", request).await.expect(201);
    cloud.pass(4.0);
    let path = format!("/v2/clusters/{}/pods", cluster.text("id"));
    let members = cloud.get(&path).await.expect(200).json;
    for member in members["pods"].as_array().unwrap() {
        let id = member["id"].as_str().unwrap();
        let pod = client.meet(&cloud, id).await;
        let out = client.exec(&pod, "hostname").await.expect(0);
        assert_eq!(out, format!("{id}\n"));
    }
}
