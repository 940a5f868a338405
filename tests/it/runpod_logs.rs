//! Log streams, over HTTP.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::support::{client, client_at, server_with};
use futures::StreamExt as _;
use runpod_sdk::types::LogSource;
use runpod_sdk::{Error, LogLine, LogStream, RetryPolicy};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use wiremock::matchers::{header, headers, method, path, query_param};
use wiremock::{Match, Mock, Request, ResponseTemplate};

fn frame(id: &str, source: &str, line: &str) -> String {
    format!(
        "id: {id}\ndata: {{\"ts\":\"2026-06-01T12:02:03Z\",\"source\":\"{source}\",\"line\":\"{line}\"}}\n\n"
    )
}

fn events(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body.to_owned(), "text/event-stream")
}

/// A request that does not go on from an earlier line.
struct FromTheStart;

impl Match for FromTheStart {
    fn matches(&self, request: &Request) -> bool {
        !request.headers.contains_key("last-event-id")
    }
}

fn quick(attempts: u32) -> RetryPolicy {
    RetryPolicy {
        max_attempts: attempts,
        base_delay: Duration::from_millis(1),
        max_delay: Duration::from_millis(2),
        ..RetryPolicy::default()
    }
}

async fn texts(stream: LogStream) -> Vec<String> {
    let lines: Vec<Result<LogLine, Error>> = stream.collect().await;
    lines.into_iter().map(|line| line.unwrap().line).collect()
}

#[tokio::test]
async fn a_log_goes_on_from_the_last_id_after_a_break_and_repeats_nothing() {
    let first = [
        ": keep-alive\n\n".to_owned(),
        frame("2026-06-01T12:02:03Z/000000000001", "system", "pulled"),
        frame("2026-06-01T12:02:03Z/000000000002", "container", "hello"),
        "id: 2026-06-01T12:02:03Z/000000000003\n\n".to_owned(),
    ];
    let server = server_with(
        Mock::given(method("GET"))
            .and(path("/v2/pods/p1/logs"))
            .and(header("accept", "text/event-stream"))
            .and(query_param("tail", "7"))
            .and(FromTheStart)
            .respond_with(events(&first.concat()))
            .expect(1)
            .named("the first connection"),
    )
    .await;
    let again = [
        frame("2026-06-01T12:02:03Z/000000000002", "container", "hello"),
        frame("2026-06-01T12:02:03Z/000000000004", "new-source", "bye"),
    ];
    Mock::given(header("last-event-id", "2026-06-01T12:02:03Z/000000000003"))
        .respond_with(events(&again.concat()))
        .expect(1)
        .named("the second connection")
        .mount(&server)
        .await;
    Mock::given(headers(
        "last-event-id",
        vec!["2026-06-01T12:02:03Z/000000000004"],
    ))
    .respond_with(ResponseTemplate::new(404))
    .expect(1)
    .named("the pod is gone")
    .mount(&server)
    .await;
    let request = client(&server)
        .pods()
        .logs("p1")
        .tail(7)
        .reconnect(quick(3));
    let lines: Vec<_> = request.stream().collect().await;
    let [Ok(pulled), Ok(hello), Ok(bye), Err(gone)] = &lines[..] else {
        panic!("{lines:?}")
    };
    assert_eq!(
        (pulled.line.as_str(), pulled.source.as_ref().unwrap()),
        ("pulled", &LogSource::System)
    );
    assert_eq!(hello.source, Some(LogSource::Container));
    assert_eq!(
        bye.source,
        Some(LogSource::Unknown("new-source".to_owned()))
    );
    assert_eq!(pulled.ts.as_ref().unwrap().as_str(), "2026-06-01T12:02:03Z");
    assert_eq!(gone.status().unwrap(), 404);
}

#[tokio::test]
async fn a_log_that_cannot_be_had_says_why_at_once() {
    for status in [401, 403, 404, 422] {
        let server = server_with(
            Mock::given(path("/v2/pods/p1/logs"))
                .respond_with(ResponseTemplate::new(status))
                .expect(1)
                .named("the refusal"),
        )
        .await;
        let lines: Vec<_> = client(&server).pods().logs("p1").stream().collect().await;
        let [Err(error)] = &lines[..] else {
            panic!("{lines:?}")
        };
        assert_eq!(error.status().unwrap(), status);
    }
}

#[tokio::test]
async fn a_line_of_another_form_is_given_as_it_came() {
    let body = format!(
        "data: not json\n\n{}",
        frame("1", "container", "a\\u001b[31m")
    );
    let server = server_with(
        Mock::given(path("/v2/serverless/e1/workers/w%201/logs"))
            .and(query_param("source", "system"))
            .respond_with(events(&body))
            .expect(1)
            .named("the log"),
    )
    .await;
    let request = client(&server).endpoints().worker_logs("e1", "w 1");
    let stream = request.source("system").reconnect(quick(1)).stream();
    assert_eq!(texts(stream).await, ["not json", "a\u{1b}[31m"]);
}

#[tokio::test]
async fn a_log_ends_when_nothing_new_comes_if_that_was_asked_for_and_dropping_it_hangs_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut peer, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        assert!(peer.read(&mut request).await.unwrap() > 0);
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
        let text = format!("{head}{}", frame("1", "container", "stored"));
        peer.write_all(text.as_bytes()).await.unwrap();
        // Comments are no lines: they keep the connection alive and not the wait for new lines.
        while peer.write_all(b": ping\n\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let request = client_at(&origin).pods().logs("p1");
    let stream = request.until_idle(Duration::from_millis(200)).stream();
    assert_eq!(texts(stream).await, ["stored"]);
    tokio::time::timeout(Duration::from_secs(5), server)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_page_of_a_proxy_is_no_empty_log() {
    let page = ResponseTemplate::new(200).set_body_raw("<html>down</html>", "text/html");
    let server = server_with(
        Mock::given(path("/v2/pods/p1/logs"))
            .respond_with(page)
            .expect(1)
            .named("the page"),
    )
    .await;
    let lines: Vec<_> = client(&server).pods().logs("p1").stream().collect().await;
    let [Err(error)] = &lines[..] else {
        panic!("{lines:?}")
    };
    assert!(matches!(error, Error::Decode(_)), "{error:?}");
    let cause = std::error::Error::source(error).unwrap().to_string();
    assert!(cause.contains("text/html"), "{cause}");
}

#[tokio::test]
async fn too_many_requests_is_waited_out_before_a_log_begins() {
    let server = server_with(
        Mock::given(path("/v2/pods/p1/logs"))
            .respond_with(ResponseTemplate::new(429).insert_header("Retry-After", "1"))
            .up_to_n_times(1)
            .expect(1)
            .named("the refusal"),
    )
    .await;
    Mock::given(path("/v2/pods/p1/logs"))
        .respond_with(events(&frame("1", "container", "late")))
        .with_priority(9)
        .expect(1)
        .named("the log")
        .mount(&server)
        .await;
    let begun = tokio::time::Instant::now();
    let request = client(&server).pods().logs("p1").reconnect(quick(1));
    assert_eq!(texts(request.stream()).await, ["late"]);
    assert!(begun.elapsed() >= Duration::from_secs(1));
}
