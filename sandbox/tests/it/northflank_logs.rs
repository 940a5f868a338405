//! Northflank: logs that are read and followed, and metrics.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::cloud::Cloud;
use crate::stream::{Next, Stream};
use crate::team::PROJECT;

async fn running() -> Cloud {
    let cloud = Cloud::with_project().await;
    let ports = json!({ "ports": [{ "name": "p01", "internalPort": 8080, "protocol": "HTTP" }] });
    cloud.ready_service(ports).await;
    cloud
}

fn texts(lines: &Value) -> Vec<String> {
    let lines = lines.as_array().unwrap().iter();
    lines
        .map(|line| line["log"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_range_of_lines_is_chosen_by_time_text_and_number() {
    let cloud = running().await;
    cloud.pass(30.0);
    let read = async |query: &str| {
        let path = format!("{PROJECT}/services/web/logs?queryType=range{query}");
        texts(&cloud.data(&path).await)
    };
    let all = read("").await;
    assert_eq!(
        all,
        [
            "sandbox: a container of web is up",
            "sandbox: listening on port 8080",
            "sandbox: alive, beat 1",
            "sandbox: alive, beat 2",
            "sandbox: alive, beat 3",
        ]
    );
    assert_eq!(read("&textIncludes=listening").await, all[1..2]);
    assert_eq!(read("&textNotIncludes=beat").await, all[..2]);
    assert_eq!(read("&regexIncludes=beat%20%5B23%5D").await, all[3..]);
    assert_eq!(read("&lineLimit=2").await, all[3..]);
    assert_eq!(read("&lineLimit=2&direction=forward").await, all[..2]);
    assert_eq!(read("&lineLimit=1&direction=backward").await, all[4..]);
    assert_eq!(read("&duration=5").await, all[4..]);
    assert_eq!(
        read("&startTime=2026-11-01T12:00:10Z&endTime=2026-11-01T12:00:20Z").await,
        all[2..3]
    );
    assert_eq!(read("&type=ingress").await, [""; 0]);
    assert_eq!(read("&containerName=other").await, [""; 0]);
    let path = format!("{PROJECT}/services/web/logs");
    let bad = async |query: &str, words: &str| {
        cloud
            .get(&format!("{path}?{query}"))
            .await
            .denied(400, words);
    };
    bad(
        "textIncludes=a&regexIncludes=b",
        "cannot be asked for at once",
    )
    .await;
    bad("regexIncludes=(", "must be a pattern").await;
    bad("startTime=yesterday", "must be a date-time").await;
    bad("queryType=tail", "query.queryType").await;
}

#[tokio::test]
async fn a_log_is_followed_over_restarts_until_its_service_is_gone() {
    let cloud = running().await;
    let mut stream = Stream::open(&cloud, &Cloud::tail_path("")).await;
    stream.ask(Value::Null).await;
    assert_eq!(stream.expect("init").await, json!({ "auth": "successful" }));
    let first = stream.expect("log-lines").await;
    assert_eq!(texts(&first).len(), 2);
    assert!(
        first[0]["containerId"]
            .as_str()
            .unwrap()
            .starts_with("web-")
    );
    assert_eq!(first[0]["ts"], "2026-11-01T12:00:04Z");
    assert!(stream.is_silent().await, "nothing twice");
    cloud.pass(10.0);
    assert_eq!(
        texts(&stream.expect("log-lines").await),
        ["sandbox: alive, beat 1"]
    );
    let path = format!("{PROJECT}/services/web");
    cloud.act_on(&path, "pause").await.expect(200);
    assert_eq!(
        texts(&stream.expect("log-lines").await),
        ["sandbox: asked to end"]
    );
    cloud.delete(&path).await.expect(200);
    assert_eq!(stream.next().await, Next::Closed(Some(1000)));
}

#[tokio::test]
async fn the_last_ten_lines_come_first_and_lines_since_a_time() {
    let cloud = running().await;
    cloud.pass(300.0);
    let first = async |query: &str| {
        let mut stream = Stream::open(&cloud, &Cloud::tail_path(query)).await;
        stream.ask(Value::Null).await;
        stream.expect("init").await;
        texts(&stream.expect("log-lines").await)
    };
    assert_eq!(first("").await.len(), 10);
    assert_eq!(first("&lineLimit=3").await.len(), 3);
    assert_eq!(first("&startTime=2026-11-01T12:04:50.000Z").await.len(), 2);
    assert_eq!(
        first("&textIncludes=listening").await,
        ["sandbox: listening on port 8080"]
    );
    let path = Cloud::tail_path("&direction=forward");
    let refused = Stream::try_open(&cloud, &path, None).await.err().unwrap();
    assert_eq!(refused.0, 400);
    let mut stream = Stream::open(&cloud, &Cloud::tail_path("")).await.in_bytes();
    stream.ask(Value::Null).await;
    stream.expect("init").await;
    stream.expect("log-lines").await;
    stream.send_raw(Message::Close(None)).await;
    assert_eq!(stream.next().await, Next::Closed(None));
}

#[tokio::test]
async fn metrics_have_a_value_for_each_minute() {
    let cloud = running().await;
    cloud.pass(600.0);
    let path = format!("{PROJECT}/services/web/metrics");
    let usual = cloud.data(&path).await;
    let points = usual["cpu"]["values"][0]["data"].as_array().unwrap();
    assert_eq!(points.len(), 10);
    assert_eq!(usual.get("memory"), None);
    let two = cloud
        .data(&format!(
            "{path}?queryType=single&metricTypes=cpu&metricTypes=memory"
        ))
        .await;
    assert_eq!(two["memory"]["metricInfo"]["metricUnit"], "mb");
    assert_eq!(two["cpu"]["values"][0]["data"].as_array().unwrap().len(), 1);
}
