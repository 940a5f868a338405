//! Where credentials go and how much an answer may cost: TLS, redirects, bounds, for both clients.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::support::{client, client_at, server_with};
use runpod_sdk::{Error, TransportErrorKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

#[test]
fn plain_http_goes_to_this_machine_only_unless_it_is_allowed() {
    let runpod = |url: &str| runpod_sdk::Client::builder().api_key("key").base_url(url);
    let northflank = |url: &str| northflank_sdk::Client::builder().token("key").base_url(url);
    for elsewhere in [
        "http://192.0.2.1:4100",
        "http://api.example.com",
        "http://0.0.0.0:1",
    ] {
        let refused = [
            runpod(elsewhere).build().unwrap_err().to_string(),
            northflank(elsewhere).build().unwrap_err().to_string(),
        ];
        for words in refused {
            assert!(
                words.contains("is plain http to another machine"),
                "{words}"
            );
            assert!(words.contains("use https"), "{words}");
        }
        assert!(runpod(elsewhere).insecure_http().build().is_ok());
        assert!(northflank(elsewhere).insecure_http().build().is_ok());
    }
    for here in ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"] {
        assert!(runpod(here).build().is_ok() && northflank(here).build().is_ok());
    }
}

#[test]
fn a_base_url_with_credentials_is_refused_and_not_repeated() {
    let url = "https://someone:hunter2@api.example.com";
    let runpod = runpod_sdk::Client::builder().api_key("key").base_url(url);
    let northflank = northflank_sdk::Client::builder().token("key").base_url(url);
    for words in [
        format!("{:?}", runpod.build().unwrap_err()),
        format!("{:?}", northflank.build().unwrap_err()),
    ] {
        assert!(words.contains("holds credentials"), "{words}");
        assert!(!words.contains("hunter2"), "{words}");
    }
}

/// A server that takes whatever comes, and another that sends everything on to it.
async fn redirecting(status: u16) -> (MockServer, MockServer) {
    let other = server_with(Mock::given(any()).respond_with(ResponseTemplate::new(404))).await;
    // Another name of this machine, and so another host.
    let elsewhere = other.uri().replace("127.0.0.1", "localhost");
    let answer = ResponseTemplate::new(status).insert_header("location", format!("{elsewhere}/x"));
    (
        server_with(Mock::given(any()).respond_with(answer)).await,
        other,
    )
}

#[tokio::test]
async fn no_redirect_is_followed() {
    for status in [301, 302, 303, 307, 308] {
        let (server, other) = redirecting(status).await;
        let error = client(&server).pods().list().await.unwrap_err();
        assert_eq!(error.status().map(|s| s.as_u16()), Some(status));
        let northflank = crate::northflank_support::client(&server, None);
        let error = northflank.projects().list().await.unwrap_err();
        assert_eq!(error.status().map(|s| s.as_u16()), Some(status));
        assert!(other.received_requests().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_client_told_to_follow_takes_no_key_to_another_host() {
    let (server, other) = redirecting(307).await;
    let follow =
        |http: reqwest::ClientBuilder| http.redirect(reqwest::redirect::Policy::limited(5));
    let runpod = runpod_sdk::Client::builder().api_key("marker-of-the-key");
    let runpod = runpod.base_url(server.uri()).configure_http(follow);
    runpod.build().unwrap().pods().list().await.unwrap_err();
    let northflank = northflank_sdk::Client::builder().token("marker-of-the-key");
    let northflank = northflank.base_url(server.uri()).configure_http(follow);
    let listed = northflank.build().unwrap().projects().list().await;
    listed.unwrap_err();
    let requests = other.received_requests().await.unwrap();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert!(!format!("{request:?}").contains("marker-of-the-key"));
    }
}

/// An answer of this status whose body is one value nested this deep, in a place nobody reads and as a
/// whole.
async fn nested(status: u16, depth: usize) -> [MockServer; 2] {
    let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let unread = format!(r#"{{"pods":[],"pagination":null,"unread":{deep}}}"#);
    let answer =
        |body: String| ResponseTemplate::new(status).set_body_raw(body, "application/json");
    [
        server_with(Mock::given(any()).respond_with(answer(deep))).await,
        server_with(Mock::given(any()).respond_with(answer(unread))).await,
    ]
}

#[tokio::test]
async fn an_answer_nested_without_end_is_an_error_and_no_stack_runs_out() {
    for depth in [200, 200_000] {
        for server in nested(200, depth).await {
            let listed = client(&server).pods().list().await;
            // What is skipped takes no stack, however deep it is.
            if let Err(error) = listed {
                assert!(matches!(error, Error::Decode(_)), "{error:?}");
            }
        }
        for server in nested(400, depth).await {
            let error = client(&server).pods().list().await.unwrap_err();
            assert_eq!(error.status().map(|s| s.as_u16()), Some(400));
            assert!(error.to_string().len() < 1000);
        }
    }
}

/// A server that sends an answer of this many bytes, or as many as are taken.
async fn endless(mebibytes: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        assert!(stream.read(&mut request).await.unwrap() > 0);
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        let piece = vec![b' '; 1 << 20];
        for _ in 0..mebibytes {
            if stream.write_all(&piece).await.is_err() {
                break;
            }
        }
    });
    origin
}

#[tokio::test]
async fn an_answer_larger_than_64_mib_is_refused_unless_more_is_allowed() {
    let error = client_at(&endless(65).await).pods().list().await;
    let Err(Error::Transport(error)) = error else {
        panic!("{error:?}")
    };
    assert_eq!(error.kind(), TransportErrorKind::BodyTooLarge);
}
