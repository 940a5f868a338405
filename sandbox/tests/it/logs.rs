//! Logs of pods, as streams of server-sent events.
#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use std::time::Duration;

use futures::StreamExt as _;
use serde_json::{Value, json};

use crate::cloud::Cloud;

/// Events that arrive until the stream is silent for a while: ids and data.
pub(crate) async fn events(cloud: &Cloud, path: &str, last: Option<&str>) -> Vec<(String, Value)> {
    let mut request = cloud
        .request(reqwest::Method::GET, path)
        .bearer_auth("any-key");
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.bytes_stream();
    let mut text = String::new();
    while let Ok(Some(chunk)) = tokio::time::timeout(Duration::from_millis(400), body.next()).await
    {
        text.push_str(std::str::from_utf8(&chunk.expect("a chunk")).expect("text"));
    }
    read(&text)
}

/// Events of a pod's log.
async fn of_pod(cloud: &Cloud, id: &str, query: &str, last: Option<&str>) -> Vec<(String, Value)> {
    events(cloud, &format!("/v2/pods/{id}/logs{query}"), last).await
}

fn read(text: &str) -> Vec<(String, Value)> {
    text.split_terminator("\n\n")
        .filter(|frame| !frame.starts_with(':'))
        .map(|frame| {
            let (id, data) = frame.split_once('\n').expect("two lines");
            let id = id.strip_prefix("id: ").expect("an id");
            let data = data.strip_prefix("data: ").expect("data");
            (id.to_owned(), serde_json::from_str(data).expect("JSON"))
        })
        .collect()
}

pub(crate) fn lines(events: &[(String, Value)]) -> Vec<&str> {
    events
        .iter()
        .map(|(_, data)| data["line"].as_str().expect("a line"))
        .collect()
}

#[tokio::test]
async fn a_log_tells_the_life_of_a_pod_and_never_its_environment() {
    let cloud = Cloud::start().await;
    let id = cloud
        .ready_pod(json!({"env": {"TOKEN": "hunter2"}, "ports": ["8888/http"]}))
        .await;
    let booted = of_pod(&cloud, &id, "", None).await;
    assert!(lines(&booted)[0].starts_with("pulling image "));
    assert!(lines(&booted).contains(&"container started"));
    assert!(lines(&booted).contains(&"sandbox: listening on 8888/http"));
    assert!(!format!("{booted:?}").contains("hunter2"));
    cloud.pass(6.0);
    cloud.act(&id, "stop").await.expect(200);
    let stopped = of_pod(&cloud, &id, "", None).await;
    assert_eq!(stopped[..booted.len()], booted, "lines never change");
    assert_eq!(lines(&stopped).last(), Some(&"container stopped"));
}

#[tokio::test]
async fn source_tail_since_and_the_last_id_choose_where_a_log_begins() {
    let cloud = Cloud::start().await;
    let id = cloud.ready_pod(json!({})).await;
    let all = of_pod(&cloud, &id, "", None).await;
    let system = of_pod(&cloud, &id, "?source=system", None).await;
    assert!(system.iter().all(|(_, data)| data["source"] == "system"));
    assert!(!system.is_empty() && system.len() < all.len());
    assert_eq!(
        of_pod(&cloud, &id, "?tail=2", None).await,
        all[all.len() - 2..]
    );
    assert_eq!(of_pod(&cloud, &id, "?tail=0", None).await, []);
    assert_eq!(
        of_pod(&cloud, &id, "?source=system&tail=1", None).await,
        system[system.len() - 1..]
    );
    let since = all[1].1["ts"].as_str().expect("a time");
    let since = format!("?tail=0&since={since}");
    assert_eq!(of_pod(&cloud, &id, &since, None).await, all[1..]);
    let after = of_pod(&cloud, &id, &since, Some(&all[2].0)).await;
    assert_eq!(after, all[3..]);
    let refused = cloud
        .get(&format!("/v2/pods/{id}/logs?source=kernel"))
        .await;
    assert_eq!(refused.status, 422);
    let refused = cloud.get(&format!("/v2/pods/{id}/logs?tail=5001")).await;
    assert_eq!(refused.status, 422);
    assert_eq!(cloud.get("/v2/pods/nope/logs").await.status, 404);
}

#[tokio::test]
async fn a_stream_goes_on_live_and_ends_with_the_pod() {
    let cloud = Cloud::start().await;
    let id = cloud.ready_pod(json!({})).await;
    let request = cloud
        .request(reqwest::Method::GET, &format!("/v2/pods/{id}/logs?tail=0"))
        .bearer_auth("any-key");
    let mut body = request.send().await.expect("an answer").bytes_stream();
    cloud.pass(10.0);
    let chunk = body.next().await.expect("a chunk").expect("bytes");
    let live = read(std::str::from_utf8(&chunk).expect("text"));
    assert_eq!(lines(&live), ["sandbox: alive, beat 1"]);
    cloud.delete(&format!("/v2/pods/{id}")).await.expect(204);
    let rest = tokio::time::timeout(Duration::from_secs(5), body.next()).await;
    assert!(rest.expect("an end").is_none());
}

#[tokio::test]
async fn a_pod_whose_image_does_not_exist_fails_and_its_log_says_why() {
    let cloud = Cloud::start().await;
    let id = cloud
        .ready_pod(json!({"image": "ghcr.io/org/app:does-not-exist"}))
        .await;
    let pod = cloud.read(&id).await;
    assert_eq!(
        (&pod["status"], &pod["runtime"]),
        (&json!("ERROR"), &json!(null))
    );
    let log = of_pod(&cloud, &id, "", None).await;
    let last = lines(&log).last().copied().expect("a line");
    assert!(last.contains("manifest unknown"), "{last}");
}
