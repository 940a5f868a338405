//! What the RunPod client does when an exchange fails: what is sent again, what never is, and what
//! the error says.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::support::{client, client_at, pod, server_with};
use runpod_sdk::types::{CreatePodRequest, PodAction, PodActionRequest};
use runpod_sdk::{Error, RetryPolicy};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

fn problem(status: u16, detail: &str) -> ResponseTemplate {
    let body = json!({"title": "Problem", "status": status, "detail": detail}).to_string();
    ResponseTemplate::new(status)
        .insert_header("x-request-id", "req-9")
        .set_body_raw(body, "application/problem+json")
}

async fn failing(verb: &str, answer: ResponseTemplate, times: u64) -> MockServer {
    server_with(Mock::given(method(verb)).respond_with(answer).expect(times)).await
}

async fn create(server: &MockServer) -> Error {
    client(server)
        .pods()
        .create(&CreatePodRequest::new("n"))
        .await
        .unwrap_err()
}

#[tokio::test]
async fn refusals_are_typed_and_not_repeated() {
    for status in [400, 401, 402, 403, 404, 409, 413, 422] {
        let server = failing("POST", problem(status, "because"), 1).await;
        let error = create(&server).await;
        assert_eq!(error.status().map(|s| s.as_u16()), Some(status));
        assert_eq!(error.message(), "because");
        assert_eq!(error.request_id(), Some("req-9"));
        assert!(
            !error.may_have_taken_effect() && !error.is_retryable(),
            "{status}"
        );
        let text = error.to_string();
        assert!(
            text.contains("create_pod") && text.contains("req-9"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_wrong_key_is_a_401_without_a_quota_and_is_sent_once() {
    let server = failing("GET", problem(401, "no such key"), 1).await;
    let error = client(&server).pods().list().await.unwrap_err();
    let Error::Api(refused) = &error else {
        panic!("{error:?}")
    };
    assert!(refused.rate_limits().windows().is_empty());
    assert_eq!(error.status().map(|s| s.as_u16()), Some(401));
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn a_pod_that_is_not_there_is_a_404_in_words_of_the_api() {
    let server = failing("GET", problem(404, "pod not found"), 1).await;
    let error = client(&server).pods().get("p1").await.unwrap_err();
    assert_eq!(error.status().map(|s| s.as_u16()), Some(404));
    assert_eq!(error.message(), "pod not found");
}

#[tokio::test]
async fn an_action_that_is_not_allowed_now_is_a_409_and_is_sent_once() {
    let server = failing("POST", problem(409, "the pod is stopped"), 1).await;
    let stop = PodActionRequest::new(PodAction::Stop);
    let error = client(&server).pods().action("p1", &stop).await;
    let error = error.unwrap_err();
    assert_eq!(error.status().map(|s| s.as_u16()), Some(409));
    assert!(!error.may_have_taken_effect() && !error.is_retryable());
}

#[tokio::test]
async fn a_500_with_a_page_of_html_is_readable_and_is_not_repeated() {
    let page = "<!doctype html>\n<title>Internal Server Error</title>";
    let answer = || ResponseTemplate::new(500).set_body_raw(page, "text/html");
    let server = failing("GET", answer(), 1).await;
    let error = client(&server).pods().list().await.unwrap_err();
    let Error::Api(refused) = &error else {
        panic!("{error:?}")
    };
    assert!(refused.problem().is_none());
    assert!(error.to_string().contains("Internal Server Error"));
    assert!(!error.to_string().contains('\n'));
    let error = create(&failing("POST", answer(), 1).await).await;
    assert!(error.may_have_taken_effect(), "a proxy's 500 says nothing");
}

#[tokio::test]
async fn too_many_requests_without_a_time_is_tried_again_by_the_policy_alone() {
    let server = failing("POST", problem(429, "slow down"), 3).await;
    let error = create(&server).await;
    assert_eq!(error.retry_after(), None);
    assert!(!error.may_have_taken_effect() && error.is_retryable());
}

#[tokio::test]
async fn a_create_that_times_out_is_not_sent_again_and_may_have_taken_effect() {
    let slow = ResponseTemplate::new(201)
        .set_body_json(pod("p1"))
        .set_delay(Duration::from_secs(30));
    let error = create(&failing("POST", slow, 1).await).await;
    assert!(error.to_string().contains("in time"), "{error}");
    assert!(error.may_have_taken_effect() && !error.is_retryable());
}

#[tokio::test]
async fn a_cut_off_answer_to_a_create_is_not_asked_for_again() {
    let (origin, count) = raw_server(|_| Some(CUT_OFF)).await;
    let request = CreatePodRequest::new("n");
    let error = client_at(&origin).pods().create(&request).await;
    let error = error.unwrap_err();
    assert_eq!(count.load(Ordering::SeqCst), 1);
    assert!(error.may_have_taken_effect(), "{error:?}");
}

#[tokio::test]
async fn a_rejected_body_names_each_finding() {
    let body =
        json!({"title": "t", "status": 422, "detail": "d", "errors": ["$.action: a", "$.b: c"]});
    let answer = ResponseTemplate::new(422).set_body_json(body);
    let error = create(&failing("POST", answer, 1).await).await;
    assert_eq!(error.details(), ["$.action: a", "$.b: c"]);
}

#[tokio::test]
async fn a_key_that_a_server_echoes_and_what_a_terminal_would_obey_are_not_repeated() {
    let server = failing(
        "POST",
        problem(400, "key test-key is \u{1b}[31mbad\u{7}"),
        1,
    )
    .await;
    let error = create(&server).await;
    assert_eq!(error.message(), "key *** is  [31mbad ");
    assert!(!format!("{error:?}").contains("test-key"));
}

#[tokio::test]
async fn a_create_that_answers_500_is_not_repeated_and_may_have_taken_effect() {
    for status in [500, 502, 503, 504] {
        let error = create(&failing("POST", problem(status, "oops"), 1).await).await;
        assert!(
            error.may_have_taken_effect() && !error.is_retryable(),
            "{status}"
        );
    }
}

#[tokio::test]
async fn a_page_of_a_proxy_becomes_a_readable_error() {
    let page = "<html>\n<head><title>502 Bad Gateway</title></head>\n</html>";
    let answer = ResponseTemplate::new(502).set_body_raw(page, "text/html");
    let error = client(&failing("GET", answer, 3).await)
        .pods()
        .list()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("502 Bad Gateway"), "{error}");
    assert!(!error.to_string().contains('\n'));
    assert!(!error.may_have_taken_effect() && error.is_retryable());

    let answer = ResponseTemplate::new(200).set_body_raw(page, "text/html");
    let error = client(&failing("GET", answer, 1).await)
        .pods()
        .list()
        .await
        .unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("502 Bad Gateway"), "{cause}");
    assert_eq!(error.status().map(|s| s.as_u16()), Some(200));
}

#[tokio::test]
async fn too_many_requests_is_waited_out_for_a_create_too() {
    let server = server_with(
        Mock::given(method("POST"))
            .respond_with(problem(429, "slow down").insert_header("Retry-After", "0"))
            .up_to_n_times(2)
            .expect(2),
    )
    .await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(201).set_body_json(pod("p1")))
        .with_priority(9)
        .expect(1)
        .mount(&server)
        .await;
    let made = client(&server)
        .pods()
        .create(&CreatePodRequest::new("n"))
        .await
        .unwrap();
    assert_eq!(made.id, "p1");
}

#[tokio::test]
async fn a_long_server_delay_is_reported_instead_of_waited_for() {
    let answer = problem(429, "slow down").insert_header("Retry-After", "3600");
    let error = create(&failing("POST", answer, 1).await).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    // The window that is empty longest decides.
    let answer = problem(429, "slow down")
        .insert_header("Retry-After", "1")
        .insert_header("RateLimit", r#""minute";r=0;t=1, "hour";r=0;t=1812"#);
    let error = create(&failing("POST", answer, 1).await).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(1812)));
}

#[tokio::test]
async fn reads_are_repeated_up_to_the_last_attempt_and_not_when_told_so() {
    let server = failing("GET", problem(503, "later"), 3).await;
    let error = client(&server).pods().list().await.unwrap_err();
    assert_eq!(error.status().map(|s| s.as_u16()), Some(503));
    let server = failing("GET", problem(503, "later"), 1).await;
    client(&server).pods().list().no_retry().await.unwrap_err();
    let server = failing("GET", problem(503, "later"), 5).await;
    let policy = RetryPolicy {
        max_attempts: 5,
        base_delay: Duration::from_millis(1),
        ..RetryPolicy::default()
    };
    client(&server)
        .pods()
        .list()
        .retry(policy)
        .await
        .unwrap_err();
}

#[tokio::test]
async fn a_slow_answer_times_out_within_the_time_of_the_call() {
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(30));
    let server = server_with(Mock::given(method("GET")).respond_with(slow)).await;
    let begun = tokio::time::Instant::now();
    let call = client(&server)
        .pods()
        .list()
        .timeout(Duration::from_millis(200));
    let error = call.await.unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert!(error.to_string().contains("in time"), "{error}");
    assert!(error.status().is_none() && error.is_retryable());
}

#[tokio::test]
async fn a_field_of_the_wrong_type_is_named_by_its_path() {
    let mut wrong = pod("p1");
    wrong["cost"] = json!("free");
    let answer = ResponseTemplate::new(200).set_body_json(json!({"pods": [pod("p0"), wrong]}));
    let error = client(&failing("GET", answer, 1).await)
        .pods()
        .list()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("`pods[1].cost`"), "{error}");
    assert!(!error.may_have_taken_effect());
    let answer = ResponseTemplate::new(201).set_body_json(json!({"id": "p1"}));
    let error = create(&failing("POST", answer, 1).await).await;
    assert!(error.may_have_taken_effect(), "the pod is there and bills");
}

#[tokio::test]
async fn an_answer_larger_than_allowed_is_refused() {
    let answer = ResponseTemplate::new(200).set_body_string("x".repeat(5000));
    let server = failing("GET", answer, 1).await;
    let client = runpod_sdk::Client::builder()
        .api_key("k")
        .base_url(server.uri())
        .max_body(4096)
        .build()
        .unwrap();
    let error = client.pods().list().await.unwrap_err();
    assert!(error.to_string().contains("larger than allowed"), "{error}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let answer = ResponseTemplate::new(307).insert_header("location", "http://127.0.0.1:9/");
    let error = client(&failing("GET", answer, 1).await)
        .pods()
        .list()
        .await
        .unwrap_err();
    assert_eq!(error.status().map(|s| s.as_u16()), Some(307));
}

#[tokio::test]
async fn an_empty_id_is_refused_before_anything_is_sent() {
    let server = failing("DELETE", ResponseTemplate::new(204), 0).await;
    let error = client(&server).pods().delete("").await.unwrap_err();
    assert!(matches!(error, Error::Config(_)), "{error:?}");
}

/// A server that reads each request and then does what `answer` says for its number: `None` drops
/// the connection.
async fn raw_server(answer: fn(usize) -> Option<&'static str>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = [0; 4096];
            if stream.read(&mut buffer).await.unwrap_or(0) == 0 {
                continue;
            }
            let number = counted.fetch_add(1, Ordering::SeqCst);
            if let Some(text) = answer(number) {
                stream.write_all(text.as_bytes()).await.ok();
            }
        }
    });
    (origin, count)
}

const EMPTY_LIST: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{\"pods\":[]}";
const CUT_OFF: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 400\r\n\r\n{\"pods\":[";
const NOT_FOUND: &str = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";

#[tokio::test]
async fn a_lost_answer_to_a_create_is_not_sent_again() {
    let (origin, count) = raw_server(|_| None).await;
    let error = client_at(&origin)
        .pods()
        .create(&CreatePodRequest::new("n"))
        .await
        .unwrap_err();
    assert_eq!(count.load(Ordering::SeqCst), 1);
    assert!(
        error.may_have_taken_effect() && !error.is_retryable(),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_lost_or_cut_off_answer_to_a_read_is_asked_for_again() {
    let (origin, count) =
        raw_server(|number| [None, Some(CUT_OFF), Some(EMPTY_LIST)][number]).await;
    let list = client_at(&origin).pods().list().await.unwrap();
    assert!(list.pods.is_empty());
    assert_eq!(count.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_missing_resource_after_our_own_unanswered_delete_is_success() {
    let (origin, count) = raw_server(|number| (number > 0).then_some(NOT_FOUND)).await;
    client_at(&origin).pods().delete("p1").await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 2);
    // Missing from the start is an error: the id may be wrong.
    let (origin, _) = raw_server(|_| Some(NOT_FOUND)).await;
    let error = client_at(&origin).pods().delete("p1").await.unwrap_err();
    assert_eq!(error.status().map(|s| s.as_u16()), Some(404));
}

#[tokio::test]
async fn a_refused_connection_may_be_tried_again_even_for_a_create() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = client_at(&origin)
        .pods()
        .create(&CreatePodRequest::new("n"))
        .await
        .unwrap_err();
    let Error::Transport(transport) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(transport.attempts(), 3);
    assert!(!error.may_have_taken_effect() && error.is_retryable());
    assert!(
        error.to_string().contains("could not connect to 127.0.0.1"),
        "{error}"
    );
}
