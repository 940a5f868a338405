//! What the wire tests share.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use runpod_sdk::{Client, RetryPolicy};
use serde_json::{Value, json};
use std::time::Duration;
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::any};

/// A server with this mock, and a last one that names whatever nobody expected.
pub(crate) async fn server_with(mock: Mock) -> MockServer {
    let server = MockServer::start().await;
    mock.mount(&server).await;
    let unexpected = |request: &Request| {
        let text = format!("no mock for {} {}", request.method, request.url);
        ResponseTemplate::new(501).set_body_string(text)
    };
    Mock::given(any())
        .respond_with(unexpected)
        .with_priority(255)
        .mount(&server)
        .await;
    server
}

/// A client of the server that does not wait between attempts.
pub(crate) fn client(server: &MockServer) -> Client {
    client_at(&server.uri())
}

/// The same for any origin.
pub(crate) fn client_at(origin: &str) -> Client {
    let policy = RetryPolicy {
        base_delay: Duration::from_millis(1),
        max_delay: Duration::from_millis(2),
        ..RetryPolicy::default()
    };
    Client::builder()
        .api_key("test-key")
        .base_url(origin)
        .read_timeout(Duration::from_millis(400))
        .retry(policy)
        .build()
        .unwrap()
}

/// A pod with every required key. Composed from the facts of `runpod.json#/components/schemas/Pod`.
pub(crate) fn pod(id: &str) -> Value {
    json!({
        "id": id, "name": "n", "status": "RUNNING", "actions": ["stop", "restart", "terminate"],
        "mounts": {}, "cloud": "SECURE", "dataCenterId": "US-TX-3", "cudaVersion": null,
        "ssh": {"proxy": null, "direct": null}, "template": null, "cost": 0.44, "locked": false,
        "globalNetworking": {"enabled": false}, "runtime": null,
        "createdAt": "2026-11-22T10:00:00Z", "startedAt": null
    })
}
