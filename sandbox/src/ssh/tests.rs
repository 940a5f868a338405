//! What `ssh` does not send by itself: signals, and a window that changes its size.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Method;
use russh::client::{self, Config, Handle, Msg};
use russh::keys::key::safe_rng;
use russh::keys::{Algorithm, PrivateKey, PrivateKeyWithHashAlg, PublicKeyOrCertificate};
use russh::{Channel, ChannelMsg, Error, Sig};
use serde_json::{Value, json};

use crate::clock::ManualClock;
use crate::exchange::{Found, Incoming, Service};
use crate::sandbox::Sandbox;

/// Trusts whom it meets: these tests are about something else.
struct Trusting;

impl client::Handler for Trusting {
    type Error = Error;

    async fn check_server_key(&mut self, _key: &PublicKeyOrCertificate) -> Result<bool, Error> {
        Ok(true)
    }
}

fn ask(service: &Service, method: Method, path: &str, body: &Value) -> Value {
    let body = if method == Method::GET {
        Bytes::new()
    } else {
        body.to_string().into()
    };
    let incoming = Incoming {
        method,
        path: path.to_owned(),
        query: Vec::new(),
        authorization: Some("Bearer any-key".to_owned()),
        headers: Vec::new(),
        last_event_id: None,
        upgrade: false,
        body: Ok(body),
        arrived_at: Instant::now(),
    };
    let found = Found::of(&incoming);
    let reply = service.answer(found, incoming, None, None).result;
    reply.unwrap().body.unwrap()
}

/// A pod that is ready, and a connection into it. Both live as long as what is given.
async fn connected() -> (Sandbox, Handle<Trusting>) {
    let key = PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).unwrap();
    let clock = ManualClock::starting_now();
    let sandbox = Sandbox::builder().clock(clock.clone()).start();
    let sandbox = sandbox.await.unwrap();
    let request = json!({
        "name": "box",
        "image": "ubuntu:24.04",
        "gpu": { "id": "NVIDIA L4", "count": 1 },
        "ports": ["22/tcp"],
        "env": { "PUBLIC_KEY": key.public_key().to_openssh().unwrap() },
    });
    let pod = ask(&sandbox.service, Method::POST, "/v2/pods", &request);
    clock.advance(Duration::from_secs(4));
    let path = format!("/v2/pods/{}", pod["id"].as_str().unwrap());
    let pod = ask(&sandbox.service, Method::GET, &path, &Value::Null);
    let port = u16::try_from(pod["ssh"]["direct"]["port"].as_u64().unwrap()).unwrap();
    let config = Arc::new(Config::default());
    let connecting = client::connect(config, ("127.0.0.1", port), Trusting);
    let mut session = connecting.await.unwrap();
    let key = PrivateKeyWithHashAlg::new(Arc::new(key), None);
    let entered = session.authenticate_publickey("root", key).await.unwrap();
    assert!(entered.success());
    (sandbox, session)
}

/// Waits for the first message of a kind.
async fn wait_for<T>(channel: &mut Channel<Msg>, wanted: impl Fn(&ChannelMsg) -> Option<T>) -> T {
    loop {
        let message = channel.wait().await.expect("the message before the end");
        if let Some(found) = wanted(&message) {
            return found;
        }
    }
}

#[tokio::test]
async fn a_signal_ends_a_command_and_is_told_as_its_end() {
    let (_sandbox, session) = connected().await;
    let mut channel = session.channel_open_session().await.unwrap();
    channel.exec(true, "echo begun; sleep 100").await.unwrap();
    let begun = |message: &ChannelMsg| matches!(message, ChannelMsg::Data { .. }).then_some(());
    wait_for(&mut channel, begun).await;
    channel.signal(Sig::TERM).await.unwrap();
    let signal = wait_for(&mut channel, |message| match message {
        ChannelMsg::ExitSignal { signal_name, .. } => Some(signal_name.clone()),
        ChannelMsg::ExitStatus { exit_status } => panic!("it ended with {exit_status}"),
        _other => None,
    });
    assert!(matches!(signal.await, Sig::TERM));
}

#[tokio::test]
async fn a_window_may_change_its_size() {
    let (_sandbox, session) = connected().await;
    let mut channel = session.channel_open_session().await.unwrap();
    let size = channel.request_pty(true, "xterm", 80, 24, 0, 0, &[]);
    size.await.unwrap();
    channel.request_shell(true).await.unwrap();
    channel.window_change(132, 50, 0, 0).await.unwrap();
    channel.data_bytes("echo $TERM; exit 4\r").await.unwrap();
    let mut shown = String::new();
    let code = loop {
        match channel.wait().await.expect("an exit status") {
            ChannelMsg::Data { data } => shown.push_str(&String::from_utf8_lossy(&data)),
            ChannelMsg::ExitStatus { exit_status } => break exit_status,
            ChannelMsg::Failure => panic!("a request was refused"),
            _other => {}
        }
    };
    assert_eq!(code, 4);
    assert!(shown.ends_with("xterm\r\n"), "{shown}");
}

#[tokio::test]
async fn a_connection_has_so_many_channels_and_no_more() {
    let (_sandbox, session) = connected().await;
    let mut open = Vec::new();
    for _ in 0..super::MAX_CHANNELS {
        open.push(session.channel_open_session().await.unwrap());
    }
    let refused = session.channel_open_session().await;
    assert!(matches!(refused, Err(Error::ChannelOpenFailure(_))));
    let last = open.pop().unwrap();
    last.close().await.unwrap();
    drop(last);
    // The end of a channel is told by each side to the other, so its place is free a little later.
    for _ in 0..100 {
        if session.channel_open_session().await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the place is not free again");
}
