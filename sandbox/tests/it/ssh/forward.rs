//! Forwarded ports.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::time::{Duration, Instant};

use serde_json::json;

use super::client::{Client, free_port};
use super::session::Session;
use crate::cloud::Cloud;

/// Connects as soon as somebody listens.
fn connect(port: u16) -> TcpStream {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        match TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
            Ok(stream) => return stream,
            Err(error) => assert!(Instant::now() < until, "{error}"),
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forwarded_port_reaches_a_service_that_sends_all_back() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    let port = free_port();
    let forward = format!("127.0.0.1:{port}:localhost:8888");
    let session = Session::start(&client, &pod, &["-N", "-L", &forward], &[]);
    for size in [5, 2_000_000] {
        let mut stream = connect(port);
        let sent: Vec<u8> = (0..size)
            .map(|number: u32| number.to_le_bytes()[0])
            .collect();
        let (mut writer, bytes) = (stream.try_clone().unwrap(), sent.clone());
        let writing = std::thread::spawn(move || {
            writer.write_all(&bytes).unwrap();
            writer.shutdown(Shutdown::Write).unwrap();
        });
        let mut back = Vec::new();
        stream.read_to_end(&mut back).unwrap();
        writing.join().unwrap();
        assert!(back == sent, "{} of {size} bytes", back.len());
    }
    session.kill();
}

#[tokio::test]
async fn nothing_else_is_reached_through_a_pod() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    let check = async |target: &str, code: i32, words: &str| {
        let run = client.ssh_with(&pod, &["-W", target], &[], "hello").await;
        assert_eq!(run.code, code, "{target}: {run:?}");
        assert!(run.err.contains(words), "{target}: {}", run.err);
        String::from_utf8(run.out).unwrap()
    };
    assert_eq!(check("localhost:8888", 0, "").await, "hello");
    assert_eq!(check(&format!("{}:8888", pod.pod), 0, "").await, "hello");
    let api = cloud.sandbox.port();
    for port in [9999, 22, api] {
        check(&format!("127.0.0.1:{port}"), 255, "connect failed").await;
    }
    check("example.com:8888", 255, "administratively prohibited").await;
    let reverse = client.ssh(
        &pod,
        &[
            "-o",
            "ExitOnForwardFailure=yes",
            "-N",
            "-R",
            "0:localhost:1",
        ],
        &[],
    );
    reverse.await.fails(255, "remote port forwarding failed");
}
