//! What goes wrong with streams, and how it is told.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::northflank_server::{Peer, Server, TOKEN};
use futures::{StreamExt as _, future::join};
use northflank_sdk::stream::{ExecOutput, Step, StreamError, StreamSettings};
use northflank_sdk::{Client, RetryPolicy};
use std::error::Error as _;
use std::time::Duration;
use tokio::time::Instant;

async fn run(client: &Client) -> Result<ExecOutput, StreamError> {
    client.services().exec("p", "s", ["id"]).run().await
}

/// How a command fails when the server, having accepted it, does this.
async fn failure<F: Future<Output = ()>>(script: impl FnOnce(Peer) -> F) -> StreamError {
    let server = Server::start().await;
    let client = server.client();
    let serve = async {
        let (peer, _) = server.accepted().await;
        script(peer).await;
    };
    let error = join(serve, run(&client)).await.1.unwrap_err();
    assert!(error.may_have_taken_effect(), "{error:?}");
    error
}

#[tokio::test]
async fn a_refusal_before_the_upgrade_tells_status_and_message_in_both_forms_at_once() {
    let cases = [
        (401, r#"{"message":"bad token"}"#, "bad token"),
        (
            403,
            r#"{"error":{"status":403,"message":"no right"}}"#,
            "no right",
        ),
        (
            404,
            r#"{"error":{"status":404,"message":"no such"}}"#,
            "no such",
        ),
        (
            404,
            "<h1>gone\u{1b}[31m</h1>",
            "not of the API's form: <h1>gone [31m</h1>",
        ),
        (500, "", "the answer has no body"),
        (200, "{}", "not of the API's form: {}"),
    ];
    for (status, body, expected) in cases {
        let server = Server::start().await;
        let client = server.client();
        let serve = async { server.asked().await.answer(status, "", body).await };
        let error = join(serve, run(&client)).await.1.unwrap_err();
        let StreamError::Refused { message, .. } = &error else {
            panic!("{error:?}")
        };
        assert!(message.contains(expected), "{message}");
        assert_eq!(error.status().unwrap(), status);
        assert!(error.to_string().contains(server.host()), "{error}");
        assert!(!error.may_have_taken_effect());
        assert!(
            server.is_left_alone_for(30).await,
            "{status} was asked twice"
        );
    }
}

#[tokio::test]
async fn what_may_pass_before_the_upgrade_is_tried_again() {
    let server = Server::start().await;
    let client = server.client();
    let begun = Instant::now();
    let serve = async {
        server.asked().await.answer(503, "", "").await;
        server
            .asked()
            .await
            .answer(429, "retry-after: 1\r\n", "")
            .await;
        server.accepted().await.0.complete(0).await;
    };
    join(serve, run(&client)).await.1.unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(1));
    // A connection that is cut before the answer is such a thing, too.
    let serve = async {
        drop(server.asked().await);
        server.accepted().await.0.complete(0).await;
    };
    join(serve, run(&client)).await.1.unwrap();
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_with_its_cause() {
    let server = Server::start().await;
    let client = server
        .builder()
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    drop(server);
    let error = run(&client).await.unwrap_err();
    assert!(matches!(error, StreamError::Connect { .. }), "{error:?}");
    assert!(error.source().is_some());
    assert!(!error.may_have_taken_effect());
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up_on() {
    let server = Server::start().await;
    let builder = server.builder().read_timeout(Duration::from_millis(100));
    let client = builder.retry(RetryPolicy::never()).build().unwrap();
    let serve = async { server.asked().await.keep_silent().await };
    let error = join(serve, run(&client)).await.1.unwrap_err();
    let StreamError::TimedOut { waited_for, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(*waited_for, Step::Answer);
    assert!(!error.may_have_taken_effect());
}

#[tokio::test]
async fn a_first_message_that_is_never_accepted_is_given_up_on() {
    let server = Server::start().await;
    let client = server.client_with(150, 30_000, 30_000);
    let serve = async {
        let mut peer = server.peer().await;
        // What is of no known type does not count as an answer.
        peer.say(r#"{"type":"hello"}"#).await;
        assert!(peer.leaves().await);
    };
    let error = join(serve, run(&client)).await.1.unwrap_err();
    let StreamError::TimedOut { waited_for, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(*waited_for, Step::Accept);
    assert!(error.may_have_taken_effect());
}

#[tokio::test]
async fn a_refused_token_is_told_in_the_servers_words_without_the_token() {
    let server = Server::start().await;
    let client = server.client();
    let serve = async {
        let mut peer = server.peer().await;
        peer.json().await;
        let message = format!("`{TOKEN}` is unknown");
        peer.say(&format!(
            r#"{{"type":"init","data":{{"auth":"failed","message":"{message}"}}}}"#
        ))
        .await;
        assert!(peer.leaves().await);
    };
    let error = join(serve, run(&client)).await.1.unwrap_err();
    let StreamError::Denied { message, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(message, "`***` is unknown");
    assert!(!error.may_have_taken_effect());
}

#[tokio::test]
async fn an_error_of_the_server_ends_the_command_with_its_words() {
    let error = failure(|mut peer| async move {
        let message = format!("the pod is gone for {TOKEN}");
        peer.say(&format!(
            r#"{{"type":"error","data":{{"message":"{message}"}}}}"#
        ))
        .await;
        assert!(peer.leaves().await);
    })
    .await;
    let StreamError::Server { message, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(message, "the pod is gone for ***");
}

#[tokio::test]
async fn an_orderly_close_before_the_result_is_an_error_of_its_own() {
    for code in [1000, 1001] {
        let error = failure(|peer| peer.close(code, "bye")).await;
        assert!(matches!(error, StreamError::ClosedEarly), "{error:?}");
    }
    let error = failure(|mut peer| async move {
        peer.socket.close(None).await.unwrap();
    })
    .await;
    assert!(matches!(error, StreamError::ClosedEarly), "{error:?}");
}

#[tokio::test]
async fn a_close_for_a_reason_and_a_cut_are_broken_links() {
    let error = failure(|mut peer| async move {
        peer.say(r#"{"type":"stdOut","data":"YQ=="}"#).await;
        peer.close(1011, "overloaded").await;
    })
    .await;
    let StreamError::Broken { reason, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(reason, "it was closed with code 1011: overloaded");
    let error = failure(|peer| async move { drop(peer) }).await;
    assert!(matches!(error, StreamError::Broken { .. }), "{error:?}");
}

#[tokio::test]
async fn what_is_no_message_of_the_protocol_is_told_as_that() {
    for message in [
        "<html>",
        "[]",
        r#"{"type":"stdOut","data":5}"#,
        r#"{"type":"stdOut","data":"?!?!"}"#,
    ] {
        let error = failure(|mut peer| async move {
            peer.say(message).await;
            assert!(peer.leaves().await);
        })
        .await;
        assert!(matches!(error, StreamError::Protocol { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_message_that_is_too_large_is_refused() {
    let server = Server::start().await;
    let mut settings = StreamSettings::default();
    settings.max_message = 1000;
    let client = server.builder().streams(settings).build().unwrap();
    let serve = async {
        let (mut peer, _) = server.accepted().await;
        peer.say(&"x".repeat(1001)).await;
        assert!(peer.leaves().await);
    };
    let error = join(serve, run(&client)).await.1.unwrap_err();
    assert!(
        matches!(error, StreamError::TooLarge { limit: 1000, .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_agreement_to_something_else_is_none() {
    let server = Server::start().await;
    let client = server.client();
    let serve = async { server.asked().await.agree("bm90IHRoaXMgb25l").await };
    let error = join(serve, run(&client)).await.1.unwrap_err();
    assert!(matches!(error, StreamError::Protocol { .. }), "{error:?}");
}

#[tokio::test]
async fn a_link_whose_other_end_answers_no_ping_is_broken() {
    let server = Server::start().await;
    let client = server.client_with(5_000, 50, 150);
    let (leave, gone) = tokio::sync::oneshot::channel();
    let serve = async {
        let (peer, _) = server.accepted().await;
        // Whoever does not read does not answer.
        gone.await.unwrap();
        drop(peer);
    };
    let begun = Instant::now();
    let measured = async {
        let error = run(&client).await.unwrap_err();
        leave.send(()).unwrap();
        (error, begun.elapsed())
    };
    let (error, elapsed) = join(serve, measured).await.1;
    let StreamError::Broken { reason, .. } = &error else {
        panic!("{error:?}")
    };
    assert!(reason.contains("ping"), "{reason}");
    assert!(elapsed >= Duration::from_millis(200), "{elapsed:?}");
}

#[tokio::test]
async fn a_quiet_link_whose_other_end_answers_pings_stays() {
    let server = Server::start().await;
    let client = server.client_with(5_000, 30, 1_000);
    let serve = async {
        let (mut peer, _) = server.accepted().await;
        // Reading answers pings.
        let mut pings = 0;
        let until = Instant::now() + Duration::from_millis(600);
        while let Ok(message) = tokio::time::timeout_at(until, peer.socket.next()).await {
            pings += u32::from(message.unwrap().unwrap().is_ping());
        }
        assert!(pings >= 3, "{pings} pings");
        peer.complete(0).await;
    };
    join(serve, run(&client)).await.1.unwrap();
}

#[tokio::test]
async fn streams_are_opened_over_the_http_settings_of_the_client() {
    let server = Server::start().await;
    let address: std::net::SocketAddr = server.host().parse().unwrap();
    let builder = server.builder();
    let client = builder
        .base_url(format!("http://nowhere.invalid:{}", address.port()))
        .insecure_http()
        .configure_http(move |http| http.no_proxy().resolve("nowhere.invalid", address))
        .build()
        .unwrap();
    let serve = async {
        let (peer, _) = server.accepted().await;
        let host = peer.head.header("host").unwrap();
        assert!(host.starts_with("nowhere.invalid:"), "{host}");
        peer.complete(0).await;
    };
    join(serve, run(&client)).await.1.unwrap();
}
