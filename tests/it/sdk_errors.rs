//! What a failed call can be asked, whatever way it failed.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::support::{client, pod, server_with};
use runpod_sdk::types::{CreateGpuConfig, CreatePodRequest};
use runpod_sdk::{Client, Error, RetryPolicy, TransportErrorKind};
use sandbox::Sandbox;
use serde_json::json;
use std::time::Duration;
use wiremock::matchers::any;
use wiremock::{Mock, ResponseTemplate};

/// A cloud with this fault on order, and a client of it that sends every call once.
async fn cloud_with(fault: &str) -> (Sandbox, Client) {
    let cloud = Sandbox::builder().fault(fault.parse().unwrap());
    let cloud = cloud.start().await.unwrap();
    let client = Client::builder().api_key("test").base_url(cloud.url());
    let client = client.retry(RetryPolicy::never()).build().unwrap();
    (cloud, client)
}

fn request() -> CreatePodRequest {
    CreatePodRequest::new("my-test-pod")
        .image("docker.io/library/python:3.13")
        .gpu(CreateGpuConfig::new("NVIDIA L4"))
}

#[tokio::test]
async fn want_of_capacity_is_told_even_where_a_secret_has_its_words() {
    let (_cloud, client) = cloud_with("create_pod:no-capacity").await;
    let request = request().env([("SCALE_UNIT", "available")]);
    let error = client.pods().create(&request).await.unwrap_err();
    assert!(error.is_no_capacity(), "{error}");
    assert!(!error.message().contains("available"), "{error}");
    let Error::Api(refused) = &error else {
        panic!("{error}")
    };
    assert!(refused.is_no_capacity() && !refused.may_have_taken_effect());
}

#[tokio::test]
async fn a_wrong_request_is_no_want_of_capacity() {
    let (_cloud, client) = cloud_with("get_pod:500").await;
    let wrong = request().gpu(CreateGpuConfig::new("no such card"));
    let error = client.pods().create(&wrong).await.unwrap_err();
    assert_eq!(error.status().map(|it| it.as_u16()), Some(400), "{error}");
    assert!(!error.is_no_capacity() && !error.is_rate_limited() && !error.is_timeout());
    let error = client.pods().get("nothing").await.unwrap_err();
    assert_eq!(
        (error.error_type(), error.operation()),
        ("500", Some("get_pod"))
    );
    assert!(!error.is_retryable(), "it is not sent again either");
    let error = client.pods().delete("nothing").await.unwrap_err();
    assert!(
        error.is_not_found() && error.error_type() == "404",
        "{error}"
    );
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_kept_as_it_is_all_that_names_the_pod() {
    let mut answer = pod("p123");
    answer["cost"] = json!("cheap");
    let answer = ResponseTemplate::new(201).set_body_json(answer);
    let server = server_with(Mock::given(any()).respond_with(answer)).await;
    let error = client(&server).pods().create(&request()).await.unwrap_err();
    let Error::Decode(unread) = &error else {
        panic!("{error}")
    };
    let answer: serde_json::Value = serde_json::from_slice(unread.body()).unwrap();
    assert_eq!((unread.path(), &answer["id"]), ("cost", &json!("p123")));
    assert!(unread.may_have_taken_effect() && unread.headers().contains_key("content-type"));
    assert_eq!(
        (unread.operation(), error.error_type()),
        ("create_pod", "decode")
    );
    let shown = format!("{error:?}");
    assert!(!shown.contains("p123"), "a body may hold secrets: {shown}");
}

#[tokio::test]
async fn a_call_without_time_is_not_sent_and_says_so() {
    let (cloud, client) = cloud_with("get_pod:500").await;
    let call = client.pods().create(&request()).timeout(Duration::ZERO);
    let error = call.await.unwrap_err();
    assert!(
        error.is_timeout() && !error.may_have_taken_effect(),
        "{error}"
    );
    assert!(error.to_string().contains("was not sent"), "{error}");
    assert!(cloud.requests().is_empty());
}

#[tokio::test]
async fn a_spent_quota_is_told_in_the_same_way_whether_the_api_says_so_or_the_client() {
    let builder = Sandbox::builder().limit("hour", 1).enforce_limits();
    let cloud = builder.start().await.unwrap();
    // Not even if the hour ends in a moment.
    let policy = RetryPolicy {
        max_server_delay: Duration::ZERO,
        ..RetryPolicy::never()
    };
    let client = Client::builder().api_key("test").base_url(cloud.url());
    let client = client.retry(policy).build().unwrap();
    client.pods().list().await.unwrap();
    let refused = client.pods().list().await.unwrap_err();
    assert!(
        refused.is_rate_limited() && refused.error_type() == "429",
        "{refused}"
    );
    let unsent = client.pods().list().await.unwrap_err();
    assert!(
        unsent.is_rate_limited() && unsent.error_type() == "over_quota",
        "{unsent}"
    );
    assert!(unsent.retry_after().is_some() && unsent.is_retryable());
    let Error::Transport(unsent) = unsent else {
        panic!("{unsent}")
    };
    assert_eq!(unsent.kind(), TransportErrorKind::OverQuota);
    assert_eq!(unsent.operation(), "list_pods");
    assert_eq!(cloud.requests().len(), 2);
}

#[tokio::test]
async fn a_line_names_the_first_finding_and_how_many_there_are() {
    let (_cloud, client) = cloud_with("get_pod:500").await;
    let card = CreateGpuConfig::new("NVIDIA L4").count(0);
    let request = request().disk(-1).gpu(card);
    let error = client.pods().create(&request).await.unwrap_err();
    let [first, ..] = error.details() else {
        panic!("{error}")
    };
    let more = error.details().len() - 1;
    assert!(more > 0, "{error}");
    let end = format!(": {first} (and {more} more) (request id ");
    assert!(error.to_string().contains(&end), "{error}");
}

#[tokio::test]
async fn the_short_key_of_a_test_is_not_taken_for_a_part_of_words() {
    let (_cloud, client) = cloud_with("get_pod:500").await;
    client.pods().create(&request()).await.unwrap();
    let error = client.pods().get("my-test-pod").await.unwrap_err();
    assert!(!error.message().contains("***"), "{error}");
    let error = client.pods().delete("my-test-pod").await.unwrap_err();
    assert!(error.message().contains("my-test-pod"), "{error}");
    let error = client.pods().delete("test").await.unwrap_err();
    assert!(
        !error.message().contains("test"),
        "standing alone it may be the key: {error}"
    );
}
