//! Northflank: forwarding of ports.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::cloud::{Answer, Cloud};
use crate::stream::{Next, Stream};

const INFO: &str = "/v1/port-forwarding/info/projects/lab/services/web";

async fn running() -> (Cloud, String) {
    let cloud = Cloud::with_project().await;
    let ports = json!({ "ports": [
        { "name": "p01", "internalPort": 8080, "protocol": "HTTP/2" },
        { "name": "ssh", "internalPort": 22, "protocol": "TCP" },
    ] });
    cloud.ready_service(ports).await;
    let info = cloud.get(INFO).await.expect(200).json;
    let pod = info["instances"][0]["podName"].as_str().unwrap().to_owned();
    (cloud, pod)
}

#[tokio::test]
async fn what_can_be_forwarded_is_told_without_an_envelope() {
    let (cloud, pod) = running().await;
    let info = cloud.get(INFO).await.expect(200).json;
    assert_eq!(
        info["targetDomain"],
        format!("127.0.0.1:{}", cloud.sandbox.port())
    );
    assert_eq!(info["instances"], json!([{ "podName": pod }]));
    assert_eq!(
        info["ports"],
        json!([
            { "name": "p01", "internalPort": 8080, "protocol": "HTTP" },
            { "name": "ssh", "internalPort": 22, "protocol": "TCP" },
        ])
    );
    let keyless = Answer::read(cloud.request(reqwest::Method::GET, INFO)).await;
    keyless.denied(401, "Authorization");
    cloud
        .act_on("/v1/projects/lab/services/web", "pause")
        .await
        .expect(200);
    assert_eq!(
        cloud.get(INFO).await.expect(200).json["instances"],
        json!([])
    );
}

#[tokio::test]
async fn a_tunnel_carries_bytes_both_ways() {
    let (cloud, pod) = running().await;
    let path = |pod: &str, port: u16| {
        format!("/tunnel/projects/lab/services/web/instance/{pod}/port/{port}")
    };
    let mut tunnel = Stream::try_open(&cloud, &path(&pod, 8080), Some("t"))
        .await
        .unwrap();
    let bytes: Vec<u8> = (0..=255).collect();
    tunnel.send_raw(Message::binary(bytes.clone())).await;
    assert_eq!(tunnel.next().await, Next::Bytes(bytes));
    tunnel.send_raw(Message::Close(None)).await;
    assert_eq!(tunnel.next().await, Next::Closed(None));
    let check = async |path: &str, token: Option<&str>, status: u16| {
        let refused = Stream::try_open(&cloud, path, token).await.err().unwrap();
        assert_eq!(refused.0, status, "{path}");
        assert!(refused.1["error"]["message"].is_string());
    };
    check(&path(&pod, 8080), None, 401).await;
    check(&path(&pod, 9999), Some("t"), 404).await;
    check(&path("web-nope", 8080), Some("t"), 404).await;
}
