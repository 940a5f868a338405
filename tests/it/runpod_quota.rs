//! A client keeps within the quota that the API tells of.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::support::{client, pod, server_with};
use runpod_sdk::{Quota, RetryPolicy};
use std::time::{Duration, Instant};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A server that tells of a quota of 60 a minute with this much left.
async fn server(state: &str, calls: u64) -> MockServer {
    let answer = ResponseTemplate::new(200)
        .set_body_json(pod("p1"))
        .insert_header("ratelimit-policy", r#""minute";q=60;w=60"#)
        .insert_header("ratelimit", state);
    server_with(
        Mock::given(path("/v2/pods/p1"))
            .respond_with(answer)
            .expect(calls)
            .named("the pod"),
    )
    .await
}

async fn took(calls: usize, server: &MockServer, policy: Option<RetryPolicy>) -> Duration {
    let client = client(server);
    let begun = Instant::now();
    for _ in 0..calls {
        // A clone shares what is known of the quota.
        let client = client.clone();
        let call = client.pods().get("p1");
        match &policy {
            Some(policy) => call.retry(policy.clone()).await.unwrap(),
            None => call.await.unwrap(),
        };
    }
    begun.elapsed()
}

#[tokio::test]
async fn a_nearly_spent_quota_slows_the_next_call_of_any_clone_down() {
    let server = server(r#""minute";r=1;t=1"#, 2).await;
    assert!(took(2, &server, None).await >= Duration::from_millis(500));
}

#[tokio::test]
async fn a_quota_with_enough_left_slows_nothing_down() {
    let server = server(r#""minute";r=30;t=30"#, 3).await;
    assert!(took(3, &server, None).await < Duration::from_secs(5));
}

#[tokio::test]
async fn a_quota_is_ignored_where_that_is_asked_for_or_where_waiting_would_take_too_long() {
    let server = server(r#""minute";r=0;t=50"#, 4).await;
    let ignore = RetryPolicy {
        quota: Quota::Ignore,
        ..RetryPolicy::default()
    };
    assert!(took(2, &server, Some(ignore)).await < Duration::from_secs(20));
    let impatient = RetryPolicy {
        max_server_delay: Duration::from_secs(1),
        ..RetryPolicy::default()
    };
    assert!(took(2, &server, Some(impatient)).await < Duration::from_secs(20));
}

#[tokio::test]
async fn what_a_refusal_asks_to_wait_holds_the_other_calls_of_the_client_back_too() {
    let server = MockServer::start().await;
    let refusal = ResponseTemplate::new(429).insert_header("retry-after", "1");
    let refusing = Mock::given(path("/v2/pods/p1")).respond_with(refusal);
    refusing.up_to_n_times(1).mount(&server).await;
    let answer = ResponseTemplate::new(200).set_body_json(pod("p1"));
    let answering = Mock::given(path("/v2/pods/p1")).respond_with(answer);
    answering.expect(1).mount(&server).await;
    let client = client(&server);
    let once = RetryPolicy::never();
    let first = client.pods().get("p1").retry(once.clone()).await;
    assert_eq!(first.unwrap_err().status().unwrap().as_u16(), 429);
    let begun = Instant::now();
    client.clone().pods().get("p1").retry(once).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(900));
}
