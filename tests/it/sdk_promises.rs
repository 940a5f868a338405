//! What the SDKs promise of every call: it can be sent between tasks, dropped, and read as it came.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::support::{client, client_at, server_with};
use futures::FutureExt as _;
use northflank_sdk::stream::{Forward, LogStream, Session};
use northflank_sdk::wait::{ServiceCondition, VolumeCondition};
use runpod_sdk::types::CreatePodRequest;
use runpod_sdk::wait::PodCondition;
use runpod_sdk::{Error, RetryPolicy, StatusCode};
use serde_json::json;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use wiremock::matchers::{any, method};
use wiremock::{Mock, ResponseTemplate};

/// Long enough for anything that is going to happen on loopback.
const SOON: Duration = Duration::from_millis(300);

fn client_for<T: Clone + Send + Sync + 'static>(_: &T) {}
fn between_tasks<T: Send>(value: T) {
    drop(value);
}
fn an_error<T: std::error::Error + Send + Sync + 'static>() {}

#[test]
fn clients_are_cloned_and_shared_and_futures_go_between_tasks() {
    fn outlives_what_made_it<T: Send + 'static>() {}
    let runpod = runpod_sdk::Client::builder().api_key("k").build().unwrap();
    client_for(&runpod);
    let pods = runpod.pods();
    between_tasks(pods.list().send());
    between_tasks(pods.list().raw().send());
    between_tasks(pods.create(&CreatePodRequest::new("n")).into_future());
    between_tasks(pods.list_all());
    between_tasks(pods.list_all().collect_all());
    between_tasks(pods.logs("p").stream());
    between_tasks(pods.wait("p", PodCondition::Ready).into_future());
    let northflank = northflank_sdk::Client::builder().token("t").build();
    let northflank = northflank.unwrap();
    client_for(&northflank);
    let services = northflank.services();
    between_tasks(services.list("p").items().collect_all());
    between_tasks(services.exec("p", "s", ["id"]).run());
    between_tasks(services.exec("p", "s", ["id"]).start());
    between_tasks(services.logs("p", "s").stream());
    between_tasks(services.forward("p", "s", 80).start());
    between_tasks(services.copy("p", "s").upload("a", "b"));
    between_tasks(services.copy("p", "s").download("a", "b"));
    between_tasks(
        services
            .wait("p", "s", ServiceCondition::Running)
            .into_future(),
    );
    let volume = northflank.volumes();
    between_tasks(volume.wait("p", "v", VolumeCondition::Bound).into_future());
    outlives_what_made_it::<Session>();
    outlives_what_made_it::<LogStream>();
    outlives_what_made_it::<Forward>();
    an_error::<Error>();
    an_error::<northflank_sdk::Error>();
    an_error::<northflank_sdk::stream::StreamError>();
    an_error::<runpod_sdk::wait::WaitError>();
    an_error::<sandbox::Error>();
}

/// The next connection, and the request on it.
async fn received(listener: &TcpListener) -> TcpStream {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut buffer = [0; 4096];
    assert_ne!(stream.read(&mut buffer).await.unwrap(), 0);
    stream
}

#[tokio::test]
async fn a_call_that_is_dropped_hangs_up_and_is_not_sent_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client_at(&format!("http://{}", listener.local_addr().unwrap()));
    let call = tokio::spawn(client.pods().list().send());
    let mut stream = received(&listener).await;
    call.abort();
    let mut buffer = [0; 16];
    let closed = timeout(SOON, stream.read(&mut buffer)).await.unwrap();
    assert_eq!(closed.unwrap_or(0), 0, "the connection is closed");
    assert!(timeout(SOON, listener.accept()).await.is_err());
    // The client is as good as before.
    let serve = async {
        let mut stream = received(&listener).await;
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{\"pods\":[]}";
        stream.write_all(answer.as_bytes()).await.unwrap();
    };
    let (listed, ()) = futures::future::join(client.pods().list().send(), serve).await;
    assert!(listed.unwrap().pods.is_empty());
}

#[tokio::test]
async fn a_call_that_is_dropped_between_two_attempts_sends_nothing_more() {
    let busy = ResponseTemplate::new(503);
    let server = server_with(Mock::given(any()).respond_with(busy).expect(1)).await;
    let policy = RetryPolicy {
        // The wait is anything up to this, so it is longer than the test but for once in a million.
        base_delay: SOON * 4_000_000,
        max_delay: SOON * 4_000_000,
        ..RetryPolicy::default()
    };
    let call = client(&server).pods().list().retry(policy);
    let dropped = timeout(SOON, call.timeout(SOON * 8_000_000).send()).await;
    assert!(dropped.is_err());
    assert!(timeout(SOON, std::future::pending::<()>()).await.is_err());
}

#[tokio::test]
async fn a_raw_answer_is_the_body_as_it_came_with_status_and_headers() {
    let body = r#"{"pods": "of another form",  "new": 1.10}"#;
    let answer = ResponseTemplate::new(200)
        .insert_header("x-new", "1")
        .set_body_raw(body, "application/json");
    let mock = Mock::given(wiremock::matchers::header("accept", "application/json"));
    let server = server_with(mock.respond_with(answer).expect(2)).await;
    let client = client(&server);
    let raw = client.pods().list().raw().await.unwrap();
    assert_eq!(&raw[..], body.as_bytes());
    assert_eq!(raw.status(), StatusCode::OK);
    assert_eq!(raw.headers()["x-new"], "1");
    let typed = client.pods().list().await.unwrap_err();
    assert!(matches!(typed, Error::Decode(_)), "{typed:?}");
}

#[tokio::test]
async fn a_raw_answer_of_northflank_keeps_what_its_body_stands_in() {
    let body = r#"{"data": {"plans": []}, "pagination": {"hasNextPage": false}}"#;
    let answer = ResponseTemplate::new(200).set_body_raw(body, "application/json");
    let server = server_with(Mock::given(any()).respond_with(answer)).await;
    let client = crate::northflank_support::client(&server, None);
    assert!(client.plans().list().await.unwrap().items.is_empty());
    let raw = client.plans().list().raw().await.unwrap();
    assert_eq!(&raw[..], body.as_bytes());
}

#[tokio::test]
async fn a_raw_delete_after_our_own_unanswered_one_is_success_all_the_same() {
    let server = server_with(
        Mock::given(method("DELETE"))
            .respond_with(ResponseTemplate::new(503))
            .up_to_n_times(1),
    )
    .await;
    let gone = ResponseTemplate::new(404);
    let missing = Mock::given(method("DELETE")).respond_with(gone);
    missing.with_priority(6).mount(&server).await;
    let deleted = client(&server).pods().delete("p1").raw().await.unwrap();
    assert!(deleted.is_empty());
    assert_eq!(deleted.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_refusal_keeps_its_headers_and_its_body_without_the_key() {
    let body = json!({"title": "t", "status": 409, "detail": "d", "more": ["test-key", 1]});
    let answer = ResponseTemplate::new(409)
        .insert_header("x-why", "busy")
        .set_body_raw(body.to_string(), "application/problem+json");
    let server = server_with(Mock::given(any()).respond_with(answer)).await;
    let error = client(&server).pods().list().await.unwrap_err();
    let Error::Api(refused) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(refused.headers()["x-why"], "busy");
    let kept = std::str::from_utf8(refused.body()).unwrap();
    assert_eq!(kept, body.to_string().replace("test-key", "***"));
    assert!(!format!("{error:?}").contains("more"), "bodies do not show");
}

#[tokio::test]
async fn a_header_of_one_call_replaces_the_usual_one_and_is_not_kept() {
    let answer = ResponseTemplate::new(200).set_body_json(json!({"pods": []}));
    let server = server_with(Mock::given(any()).respond_with(answer)).await;
    let client = client(&server);
    let call = client.pods().list().header("user-agent", "mine/1");
    call.header("x-trace", "7").await.unwrap();
    client.pods().list().await.unwrap();
    let requests = server.received_requests().await.unwrap();
    let [first, second] = requests.as_slice() else {
        panic!("{} requests", requests.len())
    };
    let agents = |request: &wiremock::Request| {
        let all = request.headers.get_all("user-agent").iter();
        all.map(|value| value.to_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(agents(first), ["mine/1"]);
    assert_eq!(first.headers["x-trace"], "7");
    assert!(agents(second)[0].starts_with("runpod-sdk/"));
    assert!(!second.headers.contains_key("x-trace"));
    let bad = client.pods().list().header("no name", "1").send();
    let refused = bad.now_or_never().unwrap().unwrap_err();
    assert!(matches!(refused, Error::Config(_)), "nothing is sent");
}
