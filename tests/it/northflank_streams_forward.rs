//! Forwarded ports, over WebSocket.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::northflank_server::{Peer, Server, TOKEN};
use futures::{SinkExt as _, StreamExt as _, future::join};
use northflank_sdk::stream::{Forward, ForwardEvent, ForwardRequest, StreamError};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

fn info(server: &Server, pods: &[&str]) -> Value {
    let instances: Vec<Value> = pods.iter().map(|pod| json!({"podName": pod})).collect();
    json!({
        "namespace": "ns", "targetDomain": server.host(), "instances": instances,
        "ports": [
            {"name": "web", "internalPort": 8080, "protocol": "HTTP"},
            {"name": "dns", "internalPort": 53, "protocol": "UDP"}
        ]
    })
}

/// Starts it, with the server answering what can be forwarded.
async fn start(server: &Server, request: ForwardRequest, info: &Value) -> Forward {
    let serve = async { server.asked().await.json(info).await };
    let (head, forward) = join(serve, request.start()).await;
    assert_eq!(
        head.header("authorization"),
        Some(&*format!("Bearer {TOKEN}"))
    );
    forward.unwrap()
}

/// A local connection, and the tunnel it leads through.
async fn connect(server: &Server, forward: &Forward) -> (TcpStream, Peer) {
    let local = TcpStream::connect(forward.local_addr()).await.unwrap();
    let peer = server.peer().await;
    let bearer = format!("Bearer {TOKEN}");
    assert_eq!(peer.head.header("authorization"), Some(&*bearer));
    (local, peer)
}

/// Sends what happens to a channel.
fn told(request: ForwardRequest) -> (ForwardRequest, mpsc::Receiver<ForwardEvent>) {
    let (sender, receiver) = mpsc::channel(100);
    let request = request.on_event(move |event| sender.try_send(event).unwrap());
    (request, receiver)
}

async fn next(events: &mut mpsc::Receiver<ForwardEvent>) -> ForwardEvent {
    timeout(Duration::from_secs(10), events.recv())
        .await
        .unwrap()
        .unwrap()
}

async fn all_of(mut local: TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    let read = local.read_to_end(&mut all);
    // A cut is an end as well.
    let _end = timeout(Duration::from_secs(10), read).await.unwrap();
    all
}

#[tokio::test]
async fn bytes_go_both_ways_through_one_tunnel_for_each_connection() {
    let server = Server::start().await;
    let client = server.client();
    let (request, mut events) = told(client.services().forward("p", "s", 8080));
    let forward = start(&server, request, &info(&server, &["s-0", "s-1"])).await;
    assert!(forward.local_addr().ip().is_loopback());
    let (mut one, mut first) = connect(&server, &forward).await;
    let (mut two, mut second) = connect(&server, &forward).await;
    for peer in [&first, &second] {
        assert_eq!(
            peer.head.target,
            "/tunnel/projects/p/services/s/instance/s-0/port/8080"
        );
    }
    one.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    assert_eq!(
        first.next().await,
        Message::binary("GET / HTTP/1.1\r\n\r\n")
    );
    two.write_all(&[0, 255, 10]).await.unwrap();
    assert_eq!(second.next().await, Message::binary(vec![0, 255, 10]));
    first.send("HTTP/1.1 ").await;
    first.say("200 OK").await;
    first.close(1000, "").await;
    assert_eq!(all_of(one).await, b"HTTP/1.1 200 OK");
    // Whoever closes locally closes the tunnel, and that only.
    drop(two);
    second.must_be_closed().await;
    let mut closed = Vec::new();
    for _ in 0..4 {
        match next(&mut events).await {
            ForwardEvent::Opened { peer, .. } => assert!(peer.ip().is_loopback()),
            ForwardEvent::Closed { sent, received, .. } => closed.push((sent, received)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(closed, [(18, 15), (3, 0)]);
    forward.stop().await;
}

#[tokio::test]
async fn only_a_named_instance_of_a_service_is_connected_to_directly() {
    let server = Server::start().await;
    let client = server.builder().team("t").build().unwrap();
    let pods = info(&server, &["s-0", "s-1"]);
    let request = client.services().forward("p", "s", 8080).instance("s-1");
    let forward = start(&server, request, &pods).await;
    let (_local, peer) = connect(&server, &forward).await;
    assert_eq!(
        peer.head.target,
        "/tunnel/teams/t/projects/p/services/s/instance/s-1/port/8080?directConnect=true"
    );
    drop((forward, peer));
    let addon = json!({
        "targetDomain": server.host(),
        "instances": [{
            "podName": "a-0", "internalHostname": "h",
            "ports": [{"internalPort": 5432, "protocol": "TCP"}]
        }]
    });
    let request = client.addons().forward("p", "a", 5432).instance("a-0");
    let serve = async { server.asked().await.json(&addon).await };
    let (head, forward) = join(serve, request.start()).await;
    assert_eq!(
        head.target,
        "/v1/port-forwarding/info/teams/t/projects/p/addons/a"
    );
    let forward = forward.unwrap();
    let (_local, peer) = connect(&server, &forward).await;
    assert_eq!(
        peer.head.target,
        "/tunnel/teams/t/projects/p/addons/a/instance/a-0/port/5432"
    );
}

#[tokio::test]
async fn megabytes_arrive_as_they_were_sent_at_once_in_both_directions() {
    let server = Server::start().await;
    let client = server.client();
    let request = client.services().forward("p", "s", 8080);
    let forward = start(&server, request, &info(&server, &["s-0"])).await;
    let (local, peer) = connect(&server, &forward).await;
    let bytes: Vec<u8> = (0..8_000_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let (mut reader, mut writer) = local.into_split();
    let (mut sink, mut stream) = peer.socket.split();
    // An echo service, but for the order of things.
    let echo = async {
        let (sender, mut receiver) = mpsc::channel(4);
        let back = async {
            while let Some(piece) = receiver.recv().await {
                sink.send(Message::Binary(piece)).await.unwrap();
            }
        };
        let forth = async move {
            let mut left = 8_000_000;
            while left > 0 {
                if let Message::Binary(piece) = stream.next().await.unwrap().unwrap() {
                    left -= piece.len();
                    sender.send(piece).await.unwrap();
                }
            }
        };
        join(back, forth).await;
    };
    let write = async { writer.write_all(&bytes).await.unwrap() };
    let read = async {
        let mut back = vec![0; bytes.len()];
        reader.read_exact(&mut back).await.unwrap();
        back
    };
    let (_, back) = join(join(echo, write), read).await;
    assert!(back == bytes, "the bytes came back changed");
}

#[tokio::test]
async fn what_is_under_way_when_the_local_side_stops_sending_arrives() {
    let server = Server::start().await;
    let client = server.client();
    let request = client.services().forward("p", "s", 8080);
    let forward = start(&server, request, &info(&server, &["s-0"])).await;
    let (mut local, mut peer) = connect(&server, &forward).await;
    local.write_all(b"question").await.unwrap();
    local.shutdown().await.unwrap();
    assert_eq!(peer.next().await, Message::binary("question"));
    // It is sent before the close is answered.
    peer.send(vec![7; 300_000]).await;
    peer.must_be_closed().await;
    assert_eq!(all_of(local).await.len(), 300_000);
}

#[tokio::test]
async fn a_connection_that_fails_is_told_and_the_others_go_on() {
    let server = Server::start().await;
    let client = server.client();
    let (request, mut events) = told(client.services().forward("p", "s", 8080));
    let forward = start(&server, request, &info(&server, &["s-0"])).await;
    let local = TcpStream::connect(forward.local_addr()).await.unwrap();
    let asked = server.asked().await;
    asked
        .answer(403, "", r#"{"message":"no right to this port"}"#)
        .await;
    let ForwardEvent::Failed { peer, error, .. } = next(&mut events).await else {
        panic!("a failure")
    };
    assert_eq!(peer, Some(local.local_addr().unwrap()));
    assert_eq!(error.status().unwrap(), 403);
    assert!(
        error.to_string().contains("no right to this port"),
        "{error}"
    );
    assert_eq!(all_of(local).await, b"");
    let (local, mut tunnel) = connect(&server, &forward).await;
    tunnel.send("half").await;
    tunnel.close(1011, "crashed").await;
    assert_eq!(all_of(local).await, b"half");
    assert!(matches!(
        next(&mut events).await,
        ForwardEvent::Opened { .. }
    ));
    let ForwardEvent::Failed { error, .. } = next(&mut events).await else {
        panic!("a failure")
    };
    assert!(error.to_string().contains("1011: crashed"), "{error}");
    let (mut local, mut tunnel) = connect(&server, &forward).await;
    local.write_all(b"still there").await.unwrap();
    assert_eq!(tunnel.next().await, Message::binary("still there"));
}

#[tokio::test]
async fn an_instance_that_was_replaced_is_looked_up_anew() {
    let server = Server::start().await;
    let client = server.client();
    let request = client.services().forward("p", "s", 8080);
    let forward = start(&server, request, &info(&server, &["s-old"])).await;
    let mut local = TcpStream::connect(forward.local_addr()).await.unwrap();
    let head = server.asked().await.answer(404, "", "{}").await;
    assert!(head.target.contains("/s-old/"));
    server.asked().await.json(&info(&server, &["s-new"])).await;
    let mut peer = server.peer().await;
    assert!(peer.head.target.contains("/s-new/"), "{}", peer.head.target);
    local.write_all(b"x").await.unwrap();
    assert_eq!(peer.next().await, Message::binary("x"));
}

#[tokio::test]
async fn what_cannot_be_forwarded_is_refused_before_anything_listens() {
    let server = Server::start().await;
    let client = server.client();
    let services = client.services();
    let strange = json!({
        "targetDomain": "127.0.0.1@evil.example.com", "instances": [{"podName": "s-0"}],
        "ports": [{"internalPort": 8080, "protocol": "TCP"}]
    });
    let cases = [
        (
            services.forward("p", "s", 81),
            info(&server, &["s-0"]),
            "port 81 is not declared; declared: 8080 (web), 53 (dns)",
        ),
        (
            services.forward("p", "s", 53),
            info(&server, &["s-0"]),
            "port 53 is a UDP port; only TCP and HTTP ports are forwarded",
        ),
        (
            services.forward("p", "s", 8080),
            info(&server, &[]),
            "nothing is running that a port could be forwarded to",
        ),
        (
            services.forward("p", "s", 8080).instance("x"),
            info(&server, &["s-0"]),
            "there is no instance `x`; there is: s-0",
        ),
        (
            services.forward("p", "s", 8080),
            strange,
            "the server sent what cannot be read: `127.0.0.1@evil.example.com` for a domain",
        ),
    ];
    for (request, info, expected) in cases {
        let serve = async { server.asked().await.json(&info).await };
        let error = join(serve, request.start()).await.1.unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let serve = async {
        server
            .asked()
            .await
            .answer(404, "", r#"{"message":"no such service"}"#)
            .await
    };
    let error = join(serve, services.forward("p", "s", 8080).start())
        .await
        .1
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 404);
    assert!(matches!(error, StreamError::Call(_)), "{error:?}");
}

#[tokio::test]
async fn a_local_port_that_is_taken_is_told_with_its_cause() {
    let server = Server::start().await;
    let client = server.client();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let request = client.services().forward("p", "s", 8080).local_port(port);
    let serve = async { server.asked().await.json(&info(&server, &["s-0"])).await };
    let error = join(serve, request.start()).await.1.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("could not listen on `127.0.0.1:{port}`")
    );
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn stopping_or_dropping_closes_every_connection_and_the_port() {
    for by_dropping in [true, false] {
        let server = Server::start().await;
        let client = server.client();
        let request = client.services().forward("p", "s", 8080);
        let forward = start(&server, request, &info(&server, &["s-0"])).await;
        let address = forward.local_addr();
        let (mut local, mut peer) = connect(&server, &forward).await;
        local.write_all(b"open").await.unwrap();
        assert_eq!(peer.next().await, Message::binary("open"));
        let stop = async {
            if by_dropping {
                drop(forward);
            } else {
                forward.stop().await;
            }
        };
        join(stop, peer.must_be_closed()).await;
        assert_eq!(all_of(local).await, b"");
        let gone = async {
            while TcpStream::connect(address).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(5), gone).await.unwrap();
    }
}

#[tokio::test]
async fn more_connections_than_allowed_wait() {
    let server = Server::start().await;
    let client = server.client();
    let request = client.services().forward("p", "s", 8080).max_connections(1);
    let forward = start(&server, request, &info(&server, &["s-0"])).await;
    let (first, peer) = connect(&server, &forward).await;
    let mut second = TcpStream::connect(forward.local_addr()).await.unwrap();
    second.write_all(b"2").await.unwrap();
    assert!(server.is_left_alone_for(100).await);
    drop(first);
    peer.must_be_closed().await;
    let mut peer = server.peer().await;
    assert_eq!(peer.next().await, Message::binary("2"));
}
