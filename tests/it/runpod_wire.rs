//! What the RunPod client puts on the wire: exactly what was set, as the description says it.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::support::{client, server_with};
use runpod_sdk::params::ListGpuTypesParams;
use runpod_sdk::types::{
    CatalogInclude, CreateGpuConfig, CreatePodRequest, EndpointScaling, PodAction,
    PodActionRequest, Product, QueueDelayScaling, UpdatePodRequest,
};
use runpod_sdk::{Nullable, types};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use wiremock::matchers::{body_json, header, method, path};
use wiremock::{Mock, ResponseTemplate};

/// The body a request type becomes.
fn wire(request: &impl serde::Serialize) -> Value {
    serde_json::to_value(request).unwrap()
}

#[tokio::test]
async fn a_create_with_only_the_required_keys_sends_only_those() {
    let server = server_with(
        Mock::given(method("POST"))
            .and(path("/v2/pods"))
            .and(header("authorization", "Bearer test-key"))
            .and(header("content-type", "application/json"))
            .and(body_json(json!({"name": "only"})))
            .respond_with(ResponseTemplate::new(201).set_body_json(crate::support::pod("p1")))
            .expect(1)
            .named("create"),
    )
    .await;
    let pod = client(&server)
        .pods()
        .create(&CreatePodRequest::new("only"))
        .await
        .unwrap();
    assert_eq!(pod.id, "p1");
    assert_eq!(pod.status(), 201);
}

#[test]
fn a_patch_tells_absent_null_and_empty_apart() {
    let check = |request: UpdatePodRequest, expected: Value| assert_eq!(wire(&request), expected);
    let none: [&str; 0] = [];
    check(UpdatePodRequest::new(), json!({}));
    check(UpdatePodRequest::new().ports(none), json!({"ports": []}));
    check(
        UpdatePodRequest::new().env(BTreeMap::<String, String>::new()),
        json!({"env": {}}),
    );
    check(
        UpdatePodRequest::new().registry(Nullable::Null),
        json!({"registry": null}),
    );
    check(
        UpdatePodRequest::new().registry("r1"),
        json!({"registry": "r1"}),
    );
    check(UpdatePodRequest::new().args(""), json!({"args": ""}));
    check(
        UpdatePodRequest::new().locked(false),
        json!({"locked": false}),
    );
}

#[test]
fn requests_read_like_what_they_ask_for() {
    let request = CreatePodRequest::new("trainer")
        .image("img:1")
        .gpu(CreateGpuConfig::new("NVIDIA L4").count(2))
        .ports(["22/tcp", "8888/http"])
        .env([("A", "1")])
        .cloud("SECURE")
        .start_ssh(false);
    assert_eq!(
        wire(&request),
        json!({
            "name": "trainer", "image": "img:1", "gpu": {"id": "NVIDIA L4", "count": 2},
            "ports": ["22/tcp", "8888/http"], "env": {"A": "1"}, "cloud": "SECURE", "startSsh": false
        })
    );
    // The tag of a union's variant is not the caller's to write.
    let scaling = EndpointScaling::from(QueueDelayScaling::new(4.0));
    assert_eq!(
        wire(&scaling),
        json!({"type": "QUEUE_DELAY", "queueDelay": 4.0})
    );
}

#[tokio::test]
async fn list_parameters_go_comma_joined_and_ids_percent_encoded() {
    let server = server_with(
        Mock::given(method("GET"))
            .respond_with(ResponseTemplate::new(200).set_body_json(json!({"gpus": []}))),
    )
    .await;
    let client = client(&server);
    let params = ListGpuTypesParams::new()
        .include([CatalogInclude::Availability])
        .product([Product::Pod, Product::Cluster])
        .count(2);
    client.catalog().list_gpu_types_with(params).await.unwrap();
    // The answer is no GPU type; what counts here is the request.
    client
        .catalog()
        .get_gpu_type("NVIDIA L4/x")
        .await
        .unwrap_err();
    let sent: Vec<String> = server
        .received_requests()
        .await
        .unwrap()
        .iter()
        .map(|r| r.url.to_string())
        .collect();
    let expected = "/v2/catalog/gpus?count=2&include=AVAILABILITY&product=POD,CLUSTER";
    let pairs = |url: &str| {
        let (path, query) = url.split_once('?').unwrap();
        let mut query: Vec<_> = query.split('&').map(str::to_owned).collect();
        query.sort();
        (path.rsplit('/').next().unwrap().to_owned(), query)
    };
    assert_eq!(pairs(&sent[0]), pairs(expected));
    assert!(
        sent[1].ends_with("/v2/catalog/gpus/NVIDIA%20L4%2Fx"),
        "{}",
        sent[1]
    );
}

#[test]
fn a_price_keeps_its_digits() {
    let price: types::GpuTypePrice =
        serde_json::from_str(r#"{"secure":0.44,"community":0.1,"serverless":1.9000000001}"#)
            .unwrap();
    assert_eq!(
        serde_json::to_string(&price).unwrap(),
        r#"{"community":0.1,"secure":0.44,"serverless":1.9000000001}"#
    );
}

#[tokio::test]
async fn unknown_values_fields_and_forms_survive() {
    let mut pod = crate::support::pod("p1");
    pod["status"] = json!("HIBERNATING");
    pod["brandNew"] = json!({"a": 1});
    let server = server_with(
        Mock::given(method("GET")).respond_with(ResponseTemplate::new(200).set_body_json(&pod)),
    )
    .await;
    let read = client(&server).pods().get("p1").await.unwrap();
    assert_eq!(
        read.status,
        types::PodStatus::Unknown("HIBERNATING".to_owned())
    );
    assert_eq!(wire(&read.status), json!("HIBERNATING"));

    let unknown = json!({"type": "MOON_PHASE", "moons": 2});
    let scaling: EndpointScaling = serde_json::from_value(unknown.clone()).unwrap();
    assert!(matches!(scaling, EndpointScaling::Unknown(_)));
    assert_eq!(wire(&scaling), unknown);
}

#[tokio::test]
async fn an_action_answers_with_a_pod_or_with_nothing() {
    let server = server_with(
        Mock::given(body_json(json!({"action": "terminate"})))
            .respond_with(ResponseTemplate::new(204)),
    )
    .await;
    Mock::given(body_json(json!({"action": "stop"})))
        .respond_with(ResponseTemplate::new(200).set_body_json(crate::support::pod("p1")))
        .mount(&server)
        .await;
    let pods = client(&server);
    let act = |action| PodActionRequest::new(action);
    let gone = pods
        .pods()
        .action("p1", &act(PodAction::Terminate))
        .await
        .unwrap();
    assert!(gone.is_none());
    let pod = pods
        .pods()
        .action("p1", &act(PodAction::Stop))
        .await
        .unwrap();
    assert_eq!(pod.into_inner().unwrap().id, "p1");
}

#[test]
fn arguments_stand_as_one_would_say_them_and_a_user_before_the_password() {
    let registry = types::CreateRegistryRequest::new("hub", "me", "hunter2");
    assert_eq!(
        wire(&registry),
        json!({"name": "hub", "username": "me", "password": "hunter2"})
    );
    let volume = types::CreateNetworkVolumeRequest::new("data", "EU-RO-1", 20);
    assert_eq!(
        wire(&volume),
        json!({"name": "data", "dataCenter": "EU-RO-1", "size": 20})
    );
    let port = northflank_sdk::types::PortCredentials::new("me", "hunter2");
    assert_eq!(
        wire(&port),
        json!({"type": "basic-auth", "username": "me", "password": "hunter2"})
    );
}

#[test]
fn secrets_do_not_show_in_debug() {
    let request = CreatePodRequest::new("n").env([("TOKEN", "hunter2")]);
    let shown = format!("{request:?}");
    assert!(
        shown.contains("TOKEN") && !shown.contains("hunter2"),
        "{shown}"
    );
    let registry = types::CreateRegistryRequest::new("n", "user", "hunter2");
    assert!(!format!("{registry:?}").contains("hunter2"), "{registry:?}");
    let client = runpod_sdk::Client::builder()
        .api_key("hunter2")
        .build()
        .unwrap();
    assert!(!format!("{client:?}").contains("hunter2"));
}

#[test]
fn calls_are_send_and_borrow_nothing() {
    fn is_send<T: Send + 'static>(_: &T) {}
    let client = runpod_sdk::Client::builder().api_key("k").build().unwrap();
    let call = client.pods().get("p1");
    is_send(&call);
    let future = call.into_future();
    drop(client);
    is_send(&future);
}

#[tokio::test]
async fn options_of_one_call_reach_it_alone() {
    let server = server_with(
        Mock::given(header("x-trace", "7"))
            .respond_with(ResponseTemplate::new(200).set_body_json(json!({"pods": []})))
            .expect(1),
    )
    .await;
    client(&server)
        .pods()
        .list()
        .header("x-trace", "7")
        .await
        .unwrap();
}

#[tokio::test]
async fn an_answer_knows_its_request_id_and_quota() {
    let answer = ResponseTemplate::new(200)
        .insert_header("x-request-id", "req-1")
        .insert_header("RateLimit-Policy", r#""minute";q=60;w=60"#)
        .insert_header("RateLimit", r#""minute";r=59;t=12"#)
        .set_body_json(json!({"pods": []}));
    let server = server_with(Mock::given(method("GET")).respond_with(answer)).await;
    let list = client(&server).pods().list().await.unwrap();
    assert_eq!(list.request_id(), Some("req-1"));
    let limits = list.rate_limits();
    assert_eq!(
        (limits.windows()[0].remaining, limits.windows()[0].quota),
        (Some(59), Some(60))
    );
}
