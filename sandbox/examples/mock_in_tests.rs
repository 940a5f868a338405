//! A test of one's own against the sandbox: a cloud that fails on order, and what it received.
//!
//! `cargo run -p sandbox --example mock_in_tests`. With one of the typed clients, `.base_url(sandbox.url())`
//! is all that differs from the real cloud.
#![expect(clippy::print_stdout, reason = "an example talks on its terminal")]

use sandbox::Sandbox;
use serde_json::{Value, json};
use std::error::Error;

/// What is to be tested: it knows a base URL and nothing of the sandbox.
async fn launch(
    http: &reqwest::Client,
    base_url: &str,
    name: &str,
) -> Result<Value, Box<dyn Error>> {
    let pod = json!({"name": name, "image": "python:3.13", "cpu": {"id": "cpu3c", "vcpuCount": 2}});
    loop {
        let request = http
            .post(format!("{base_url}/v2/pods"))
            .bearer_auth("any key")
            .header("content-type", "application/json")
            .body(pod.to_string());
        let answer = request.send().await?;
        let status = answer.status();
        let body: Value = serde_json::from_str(&answer.text().await?)?;
        match status.as_u16() {
            200..=299 => return Ok(body),
            // It was not accepted, so it may be sent again.
            429 => {}
            _ => return Err(body["detail"].to_string().into()),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // reqwest stands here without a TLS provider of its own.
    drop(rustls::crypto::ring::default_provider().install_default());
    let http = reqwest::Client::builder().no_proxy().build()?;

    // 100 times as fast as the real one, and the first create is refused.
    let sandbox = Sandbox::builder()
        .time_scale(100.0)
        .fault("create_pod:429:1".parse()?)
        .start()
        .await?;

    let pod = launch(&http, sandbox.url(), "trainer").await?;
    println!("created {}", pod["id"]);

    // What arrived, in order, and how it was answered.
    let received = sandbox.requests();
    let statuses: Vec<u16> = received.iter().map(|request| request.status).collect();
    assert_eq!(statuses, [429, 201]);
    for request in &received {
        assert_eq!(request.operation.as_deref(), Some("create_pod"));
        assert_eq!(
            request.body.as_ref().map(|body| &body["name"]),
            Some(&json!("trainer"))
        );
    }
    println!("received {} creates: {statuses:?}", received.len());

    sandbox.shutdown().await;
    Ok(())
}
