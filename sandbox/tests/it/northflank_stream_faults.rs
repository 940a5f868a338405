//! Northflank: faults of streams on order.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use sandbox::{Error, Fault, Sandbox};
use serde_json::json;

use crate::cloud::Cloud;
use crate::stream::{EXEC, Next, Stream};

async fn with(fault: &str) -> Cloud {
    let fault: Fault = fault.parse().unwrap();
    let cloud = Cloud::start_with(|builder| builder.fault(fault)).await;
    cloud.lab().await;
    cloud.ready_service(json!({})).await;
    cloud
}

/// A stream on which a command was asked for.
async fn asked(cloud: &Cloud) -> Stream {
    let mut stream = Stream::open(cloud, EXEC).await;
    let context = json!({ "command": ["sh", "-c", "echo hello; exit 3"], "shell": "none", "encoding": "base64" });
    stream.ask(context).await;
    stream
}

#[tokio::test]
async fn no_init_comes() {
    let cloud = with("exec:no-init:1").await;
    assert!(asked(&cloud).await.is_silent().await);
    assert_eq!(
        asked(&cloud).await.expect("init").await["auth"],
        "successful"
    );
}

#[tokio::test]
async fn init_refuses() {
    let cloud = with("exec:refuse").await;
    let mut stream = asked(&cloud).await;
    assert_eq!(stream.expect("init").await["auth"], "failed");
    assert_eq!(stream.next().await, Next::Closed(Some(1000)));
}

#[tokio::test]
async fn an_error_or_an_unknown_message_comes_after_init() {
    let cloud = with("exec:error").await;
    let mut stream = asked(&cloud).await;
    stream.expect("init").await;
    assert_eq!(stream.expect("error").await["message"], "a fault on order");
    let cloud = with("exec:unknown-type").await;
    let mut stream = asked(&cloud).await;
    stream.expect("init").await;
    stream.expect("surprise").await;
    assert_eq!(stream.outcome(true).await.completion["exitCode"], 3);
}

#[tokio::test]
async fn the_stream_closes_without_a_result() {
    let cloud = with("exec:close-1011").await;
    let mut stream = asked(&cloud).await;
    stream.expect("init").await;
    stream.expect("stdOut").await;
    assert_eq!(stream.next().await, Next::Closed(Some(1011)));
    let cloud = with("exec:no-completion").await;
    let mut stream = asked(&cloud).await;
    stream.expect("init").await;
    stream.expect("stdOut").await;
    assert_eq!(stream.next().await, Next::Closed(Some(1000)));
}

#[tokio::test]
async fn the_result_has_its_code_as_text_or_not_at_all() {
    let outcome = async |fault: &str| {
        let cloud = with(fault).await;
        let mut stream = asked(&cloud).await;
        stream.expect("init").await;
        stream.outcome(true).await.completion
    };
    let text = json!({ "exitCode": "3", "status": "Failure" });
    assert_eq!(outcome("exec:text-exit-code").await, text);
    assert_eq!(
        outcome("exec:no-exit-code").await,
        json!({ "status": "Failure" })
    );
}

#[tokio::test]
async fn output_comes_in_small_pieces() {
    let cloud = with("exec:split").await;
    let mut stream = asked(&cloud).await;
    stream.expect("init").await;
    assert_eq!(stream.expect("stdOut").await, "aGVs");
    assert_eq!(stream.outcome(true).await.out, "lo\n");
}

#[tokio::test]
async fn a_status_comes_before_the_upgrade() {
    for status in [401, 403, 404] {
        let cloud = with(&format!("exec:{status}")).await;
        let refused = Stream::try_open(&cloud, EXEC, None).await.err().unwrap();
        assert_eq!(refused.0, status);
        assert_eq!(refused.1["error"]["message"], "a fault on order");
    }
}

#[tokio::test]
async fn lines_of_a_log_are_objects_and_a_log_breaks() {
    let cloud = with("tail_service_logs:log-object").await;
    let mut stream = Stream::open(&cloud, &Cloud::tail_path("")).await;
    stream.ask(json!({})).await;
    stream.expect("init").await;
    let lines = stream.expect("log-lines").await;
    assert_eq!(lines[0]["log"]["level"], "info");
    let cloud = with("tail_service_logs:close-1011").await;
    let mut stream = Stream::open(&cloud, &Cloud::tail_path("")).await;
    stream.ask(json!({})).await;
    stream.expect("init").await;
    stream.expect("log-lines").await;
    assert_eq!(stream.next().await, Next::Closed(Some(1011)));
}

#[tokio::test]
async fn a_fault_of_streams_where_there_is_none_is_refused_at_the_start() {
    let fault = "create_project:no-init".parse().unwrap();
    let started = Sandbox::builder().fault(fault).start().await;
    assert!(matches!(started, Err(Error::NoStream { .. })));
}
