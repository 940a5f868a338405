//! Live logs, over WebSocket.

use crate::northflank_server::{Peer, Server, TOKEN};
use futures::{StreamExt as _, future::join};
use northflank_sdk::RetryPolicy;
use northflank_sdk::stream::{LogFilter, LogLine, LogOutput, LogStream, StreamError};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

fn quick(attempts: u32) -> RetryPolicy {
    RetryPolicy {
        max_attempts: attempts,
        base_delay: Duration::from_millis(1),
        max_delay: Duration::from_millis(2),
        ..RetryPolicy::default()
    }
}

fn line(container: &str, ts: &str, log: &str) -> Value {
    json!({"containerId": container, "ts": ts, "log": log})
}

fn batch(lines: &[Value]) -> String {
    json!({"type": "log-lines", "data": lines}).to_string()
}

/// Accepts a log stream whose target must be this.
async fn accept(server: &Server, target: &str) -> Peer {
    let (peer, context) = server.accepted().await;
    assert_eq!(peer.head.target, target);
    assert_eq!(context, Value::Null, "a log has no context");
    peer
}

async fn read(stream: LogStream) -> (Vec<String>, Option<StreamError>) {
    let all: Vec<Result<LogLine, StreamError>> = stream.collect().await;
    let (mut lines, mut error) = (Vec::new(), None);
    for item in all {
        match item {
            Ok(line) => lines.push(line.line),
            Err(failed) => error = Some(failed),
        }
    }
    (lines, error)
}

#[tokio::test]
async fn a_log_is_on_the_wire_as_described_and_its_lines_are_typed() {
    let server = Server::start().await;
    let client = server.builder().team("t").build().unwrap();
    let stream = client
        .services()
        .logs("p", "s")
        .since("2026-06-01T12:02:03Z")
        .tail(7)
        .container("main")
        .deployment("d")
        .filter(LogFilter::Includes("a b".to_owned()))
        .source("runtime")
        .source("ingress")
        .reconnect(quick(1))
        .stream();
    let serve = async {
        let mut peer = server.peer().await;
        assert_eq!(
            peer.head.target,
            "/v1/teams/t/projects/p/services/s/logs?queryType=tail\
             &startTime=2026-06-01T12%3A02%3A03.000Z&lineLimit=7&containerName=main\
             &deploymentId=d&textIncludes=a%20b&type=runtime&type=ingress"
        );
        assert_eq!(peer.head.header("authorization"), None);
        let Message::Text(first) = peer.next().await else {
            panic!("the official client sends text here")
        };
        assert_eq!(
            serde_json::from_str::<Value>(&first).unwrap(),
            json!({"type": "init", "data": {"auth": {"type": "apiToken", "apiToken": TOKEN}}})
        );
        peer.send(r#"{"type":"init","data":{"auth":"successful"}}"#)
            .await;
        let structured = json!({"containerId": "c", "ts": "t2", "log": {"level": "info"}});
        let plain = line(
            "c",
            "2026-06-01T12:02:03Z",
            "2026-06-01T12:02:03.1Z stderr F oh",
        );
        peer.say(r#"{"type":"novelty"}"#).await;
        peer.send(batch(&[plain, structured, json!({"log": "bare"})]))
            .await;
        peer.close(1000, "").await;
    };
    let lines = join(serve, stream.collect::<Vec<_>>()).await.1;
    let lines: Vec<LogLine> = lines.into_iter().map(Result::unwrap).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0].line, "oh");
    assert_eq!(lines[0].output, Some(LogOutput::Stderr));
    assert_eq!(lines[0].container.as_deref(), Some("c"));
    assert_eq!(
        lines[0].ts.as_ref().unwrap().as_str(),
        "2026-06-01T12:02:03Z"
    );
    assert_eq!(lines[1].line, r#"{"level":"info"}"#);
    assert_eq!(lines[1].structured, Some(json!({"level": "info"})));
    assert_eq!((lines[2].line.as_str(), &lines[2].ts), ("bare", &None));
}

#[tokio::test]
async fn every_log_has_its_path() {
    let server = Server::start().await;
    let client = server.client();
    let (services, jobs, addons) = (client.services(), client.jobs(), client.addons());
    let cases = [
        (
            services.build_logs("p", "s").build("b"),
            "services/s/build-logs?queryType=tail&buildId=b",
        ),
        (
            jobs.logs("p", "j").run("r"),
            "jobs/j/logs?queryType=tail&runId=r",
        ),
        (
            jobs.build_logs("p", "j"),
            "jobs/j/build-logs?queryType=tail",
        ),
        (addons.logs("p", "a"), "addons/a/logs?queryType=tail"),
        (
            addons.backup_logs("p", "a", "b"),
            "addons/a/backups/b/logs?queryType=tail",
        ),
        (
            addons.restore_logs("p", "a", "b", "r"),
            "addons/a/backups/b/restores/r/logs?queryType=tail",
        ),
    ];
    for (request, path) in cases {
        let target = format!("/v1/projects/p/{path}");
        let serve = async { accept(&server, &target).await.close(1000, "").await };
        let (lines, error) = join(serve, read(request.reconnect(quick(1)).stream()))
            .await
            .1;
        assert!(lines.is_empty() && error.is_none(), "{error:?}");
    }
}

#[tokio::test]
async fn a_log_goes_on_after_a_break_without_loss_or_repetition() {
    let server = Server::start().await;
    let client = server.client();
    let request = client.services().logs("p", "s").tail(5).reconnect(quick(3));
    let (t1, t2) = (
        "2026-06-01T12:00:01.000000001Z",
        "2026-06-01T12:00:02.987654321Z",
    );
    let path = "/v1/projects/p/services/s/logs?queryType=tail";
    let serve = async {
        let mut peer = accept(&server, &format!("{path}&lineLimit=5")).await;
        peer.say(&batch(&[
            line("a", t1, "one"),
            line("a", t2, "two"),
            line("a", t2, "two"),
        ]))
        .await;
        drop(peer);
        let mut peer = accept(
            &server,
            &format!("{path}&startTime=2026-06-01T12%3A00%3A02.987Z"),
        )
        .await;
        peer.say(&batch(&[line("a", t2, "two"), line("b", t2, "two")]))
            .await;
        peer.say(&batch(&[
            line("a", t2, "two"),
            line("a", "2026-06-01T12:00:03Z", "three"),
        ]))
        .await;
        peer.close(1012, "restart").await;
        // What cannot be had for a while is asked for again.
        server.asked().await.answer(502, "", "").await;
        server.asked().await.answer(502, "", "").await;
        server.asked().await.answer(502, "", "").await;
        let target = format!("{path}&startTime=2026-06-01T12%3A00%3A03.000Z");
        let mut peer = accept(&server, &target).await;
        peer.say(&batch(&[
            line("a", "2026-06-01T12:00:03Z", "three"),
            line("a", "x", "four"),
        ]))
        .await;
        drop(peer);
        // What is gone for good ends it.
        server
            .asked()
            .await
            .answer(404, "", r#"{"message":"gone"}"#)
            .await;
    };
    let (lines, error) = join(serve, read(request.stream())).await.1;
    assert_eq!(lines, ["one", "two", "two", "two", "three", "four"]);
    assert_eq!(error.unwrap().status().unwrap(), 404);
}

#[tokio::test]
async fn a_log_that_is_refused_says_why_at_once() {
    for status in [401, 403, 404] {
        let server = Server::start().await;
        let stream = server.client().services().logs("p", "s").stream();
        let serve = async { server.asked().await.answer(status, "", "{}").await };
        let (lines, error) = join(serve, read(stream)).await.1;
        assert_eq!(error.unwrap().status().unwrap(), status);
        assert!(lines.is_empty() && server.is_left_alone_for(30).await);
    }
    let server = Server::start().await;
    let stream = server.client().services().logs("p", "s").stream();
    let serve = async {
        let mut peer = server.peer().await;
        peer.say(r#"{"type":"init","data":{"auth":"failed","message":"no"}}"#)
            .await;
        assert!(peer.leaves().await);
    };
    let (_, error) = join(serve, read(stream)).await.1;
    assert!(
        matches!(error, Some(StreamError::Denied { .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_error_ends_a_log_and_the_connection_is_closed() {
    let server = Server::start().await;
    let stream = server.client().services().logs("p", "s").stream();
    let serve = async {
        let (mut peer, _) = server.accepted().await;
        peer.say(&batch(&[line("a", "t", "one")])).await;
        peer.say(r#"{"type":"error","data":{"message":"too many streams"}}"#)
            .await;
        peer.must_be_closed().await;
    };
    let (lines, error) = join(serve, read(stream)).await.1;
    assert_eq!(lines, ["one"]);
    assert_eq!(
        error.unwrap().to_string(),
        "the server ended the stream: too many streams"
    );
}

#[tokio::test]
async fn connections_that_end_time_after_time_end_a_log_and_breaks_with_an_error() {
    let server = Server::start().await;
    let request = server
        .client()
        .services()
        .logs("p", "s")
        .reconnect(quick(3));
    let serve = async {
        for _ in 0..3 {
            server.accepted().await.0.close(1000, "").await;
        }
    };
    let (lines, error) = join(serve, read(request.clone().stream())).await.1;
    assert!(lines.is_empty() && error.is_none(), "{error:?}");
    let serve = async {
        for _ in 0..3 {
            drop(server.accepted().await);
        }
    };
    let (_, error) = join(serve, read(request.stream())).await.1;
    assert!(
        matches!(error, Some(StreamError::Broken { .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_log_on_a_dead_link_is_asked_for_anew() {
    let server = Server::start().await;
    let client = server.client_with(5_000, 50, 100);
    let request = client.services().logs("p", "s").reconnect(quick(2));
    let serve = async {
        let (mut peer, _) = server.accepted().await;
        peer.say(&batch(&[line("a", "2026-06-01T12:00:00Z", "one")]))
            .await;
        // It is not read from any more, so pings stay unanswered.
        let (mut second, _) = server.accepted().await;
        assert!(
            second
                .head
                .target
                .contains("startTime=2026-06-01T12%3A00%3A00.000Z")
        );
        second
            .say(&batch(&[line("a", "2026-06-01T12:00:01Z", "two")]))
            .await;
        drop((peer, second));
        server.asked().await.answer(404, "", "").await;
    };
    let (lines, error) = join(serve, read(request.stream())).await.1;
    assert_eq!(lines, ["one", "two"]);
    assert_eq!(error.unwrap().status().unwrap(), 404);
}

#[tokio::test]
async fn a_log_ends_when_nothing_new_comes_if_that_was_asked_for_and_dropping_it_hangs_up() {
    let server = Server::start().await;
    let request = server.client().services().logs("p", "s");
    let serve = async {
        let (mut peer, _) = server.accepted().await;
        peer.say(&batch(&[line("a", "t", "stored")])).await;
        assert!(peer.leaves().await);
    };
    let begun = Instant::now();
    let stream = request.until_idle(Duration::from_millis(200)).stream();
    let (lines, error) = join(serve, read(stream)).await.1;
    assert_eq!((lines, error.is_none()), (vec!["stored".to_owned()], true));
    assert!(begun.elapsed() >= Duration::from_millis(200));
}
