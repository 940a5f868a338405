//! Faults and limits on order.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::time::{Duration, Instant};

use reqwest::Method;
use sandbox::{Error, Fault, Sandbox};
use serde_json::json;

use crate::cloud::Cloud;

async fn with(faults: &[&str]) -> Cloud {
    let faults: Vec<Fault> = faults.iter().map(|text| text.parse().unwrap()).collect();
    Cloud::start_with(|builder| faults.into_iter().fold(builder, sandbox::Builder::fault)).await
}

async fn pods(cloud: &Cloud) -> usize {
    let list = cloud.get("/v2/pods").await.expect(200).json;
    list["pods"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn a_lost_answer_does_the_work_and_sends_nothing() {
    let cloud = with(&["create_pod:lost-answer:1"]).await;
    let body = json!({"name": "a", "image": "i:1", "cpu": {"id": "cpu3c", "vcpuCount": 2}, "cloud": "SECURE"});
    let request = cloud
        .request(Method::POST, "/v2/pods")
        .bearer_auth("any-key")
        .body(body.to_string());
    let error = request.send().await.expect_err("no answer");
    assert!(error.status().is_none() && error.is_request(), "{error:?}");
    assert_eq!(pods(&cloud).await, 1);
    cloud.create(json!({})).await.expect(201);
}

#[tokio::test]
async fn a_cut_answer_does_the_work_and_breaks_off() {
    let cloud = with(&["create_pod:truncate:1"]).await;
    let request = cloud
        .request(Method::POST, "/v2/pods")
        .bearer_auth("any-key")
        .body(
            json!({"name": "a", "image": "i:1", "cpu": {"id": "cpu3c", "vcpuCount": 2}})
                .to_string(),
        );
    let response = request.send().await.expect("a head");
    assert_eq!(response.status(), 201);
    assert!(response.text().await.is_err());
    assert_eq!(pods(&cloud).await, 1);
}

#[tokio::test]
async fn other_faults_do_no_work_and_run_out() {
    let cloud = with(&["create_pod:500:1", "create_pod:429:1", "create_pod:html:1"]).await;
    cloud.create(json!({})).await.expect(500);
    let limited = cloud.create(json!({})).await.expect(429);
    assert_eq!(limited.headers["retry-after"], "1");
    let request = cloud.request(Method::POST, "/v2/pods").bearer_auth("k");
    let page = request.body("{}").send().await.expect("an answer");
    assert_eq!(page.headers()["content-type"], "text/html");
    assert!(page.text().await.expect("a page").starts_with("<html>"));
    assert_eq!(pods(&cloud).await, 0);
    cloud.create(json!({})).await.expect(201);
}

#[tokio::test]
async fn a_full_data_center_leaves_the_others() {
    let cloud = with(&["create_pod:no-capacity:US-TX-3"]).await;
    let at = |place: &str| json!({"dataCenterIds": [place]});
    let refused = cloud.create(at("US-TX-3")).await.expect(400);
    let detail = refused.json["detail"].as_str().expect("words");
    assert!(detail.contains("instances available"), "{detail}");
    cloud.create(at("EU-RO-1")).await.expect(201);
}

#[tokio::test]
async fn requests_wait_when_that_is_on_order() {
    let cloud = with(&["get_pod:slow:300ms"]).await;
    let begun = Instant::now();
    assert_eq!(cloud.get("/v2/pods/nope").await.status, 404);
    assert!(begun.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn a_spent_quota_is_refused_only_where_that_is_asked_for() {
    let told = Cloud::start_with(|builder| builder.limit("minute", 2)).await;
    for _ in 0..4 {
        told.get("/v2/pods").await.expect(200);
    }
    let held = Cloud::start_with(|builder| builder.limit("minute", 2).enforce_limits()).await;
    held.get("/v2/pods").await.expect(200);
    let last = held.get("/v2/pods").await.expect(200);
    assert!(
        last.headers["ratelimit"]
            .to_str()
            .unwrap()
            .starts_with("\"minute\";r=0;t=60")
    );
    assert!(
        last.headers["ratelimit-policy"]
            .to_str()
            .unwrap()
            .starts_with("\"minute\";q=2;w=60")
    );
    let refused = held.get("/v2/pods").await.expect(429);
    assert_eq!(refused.headers["retry-after"], "60");
    held.pass(60.0);
    held.get("/v2/pods").await.expect(200);
}

#[tokio::test]
async fn what_can_never_happen_is_refused_at_the_start() {
    let fault = "create_pods:html".parse().unwrap();
    let started = Sandbox::builder().fault(fault).start().await;
    assert!(matches!(started, Err(Error::UnknownOperation { .. })));
    let started = Sandbox::builder().limit("week", 1).start().await;
    assert!(matches!(started, Err(Error::UnknownWindow { .. })));
}

#[tokio::test]
async fn a_full_host_refuses_a_start_and_nothing_else() {
    let cloud = with(&["pod_action:no-capacity:1"]).await;
    let id = cloud.create(json!({})).await.expect(201).text("id");
    let path = format!("/v2/pods/{id}/action");
    cloud
        .post(&path, json!({"action": "stop"}))
        .await
        .expect(200);
    let refused = cloud
        .post(&path, json!({"action": "start"}))
        .await
        .expect(400);
    let detail = refused.json["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("not enough free GPUs"), "{detail}");
    cloud
        .post(&path, json!({"action": "start"}))
        .await
        .expect(200);
}
