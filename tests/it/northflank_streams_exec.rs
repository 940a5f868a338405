//! Commands in containers, over WebSocket.

use crate::northflank_server::{Peer, Server};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures::{StreamExt as _, future::join};
use northflank_sdk::stream::{ExecOutput, SessionEvent, SessionOver, StreamError, TtySize};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// Accepts a command and plays this, while the client runs `id`.
async fn play<F: Future<Output = ()>>(
    script: impl FnOnce(Peer) -> F,
) -> Result<ExecOutput, StreamError> {
    let server = Server::start().await;
    let client = server.client();
    let serve = async {
        let (peer, _) = server.accepted().await;
        script(peer).await;
    };
    let run = client.services().exec("p", "s", ["id"]).run();
    join(serve, run).await.1
}

fn out(kind: &str, text: &str) -> String {
    json!({"type": kind, "data": STANDARD.encode(text)}).to_string()
}

#[tokio::test]
async fn a_command_and_its_output_are_on_the_wire_as_described() {
    let server = Server::start().await;
    let client = server.client();
    let serve = async {
        let mut peer = server.peer().await;
        let head = &peer.head;
        assert_eq!(head.target, "/v1/command-exec/projects/my%20p/services/s");
        assert_eq!(head.header("authorization"), None);
        assert_eq!(head.header("origin"), None);
        assert_eq!(head.header("sec-websocket-protocol"), None);
        assert_eq!(head.header("sec-websocket-version"), Some("13"));
        let Message::Binary(first) = peer.next().await else {
            panic!("the official client sends binary frames")
        };
        assert_eq!(
            serde_json::from_slice::<Value>(&first).unwrap(),
            json!({"type": "init", "data": {
                "auth": {"type": "apiToken", "apiToken": crate::northflank_server::TOKEN},
                "context": {
                    "command": ["sh", "-c", "id; id >&2"], "shell": "none",
                    "encoding": "base64", "tty": false
                }
            }})
        );
        // Both kinds of frames, and keys and types that nobody knows.
        peer.send(
            r#"{"type":"init","data":{"auth":"successful","more":1,
                "context":{"instanceName":"s-0","containerName":"main"}}}"#,
        )
        .await;
        assert_eq!(peer.json().await, json!({"type": "stdInEnd"}));
        peer.say(&out("stdOut", "out 1\n")).await;
        peer.send(out("stdErr", "err\n")).await;
        peer.say(r#"{"type":"heartbeat","data":{"n":1}}"#).await;
        peer.send(out("stdOut", "out 2\n")).await;
        peer.complete(3).await;
    };
    let services = client.services();
    let run = services.exec("my p", "s", ["sh", "-c", "id; id >&2"]).run();
    let output = join(serve, run).await.1.unwrap();
    assert_eq!(output.stdout_text(), "out 1\nout 2\n");
    assert_eq!(output.stderr_text(), "err\n");
    assert_eq!(output.exit.code(), Some(3));
    assert!(!output.exit.success());
    assert_eq!(output.instance.as_deref(), Some("s-0"));
    assert_eq!(output.container.as_deref(), Some("main"));
}

#[tokio::test]
async fn what_was_set_is_sent_and_a_team_stands_in_the_path() {
    let server = Server::start().await;
    let client = server.builder().team("t/1").build().unwrap();
    let job = client
        .jobs()
        .exec("p", "j", ["true"])
        .instance("i")
        .container("c")
        .user("root")
        .group("0");
    let serve = async {
        let (peer, context) = server.accepted().await;
        assert_eq!(
            peer.head.target,
            "/v1/command-exec/teams/t%2F1/projects/p/jobs/j"
        );
        assert_eq!(
            context,
            json!({
                "instanceName": "i", "containerName": "c", "user": "root", "group": "0",
                "command": ["true"], "shell": "none", "encoding": "base64", "tty": false
            })
        );
        peer.complete(0).await;
    };
    assert!(join(serve, job.run()).await.1.unwrap().exit.success());
    let serve = async {
        let (peer, context) = server.accepted().await;
        assert_eq!(
            peer.head.target,
            "/v1/command-exec/teams/t%2F1/projects/p/addons/a"
        );
        assert_eq!(context["instanceName"], "a-0");
        peer.complete(0).await;
    };
    let addon = client.addons().exec("p", "a", "a-0", ["true"]).run();
    assert!(join(serve, addon).await.1.unwrap().exit.success());
}

#[tokio::test]
async fn output_is_whole_wherever_its_base64_was_cut() {
    let text = "grüße, 世界 🦀\n".repeat(50);
    let encoded = STANDARD.encode(&text);
    let output = play(|mut peer| async move {
        for (turn, piece) in encoded.as_bytes().chunks(7).enumerate() {
            let piece = std::str::from_utf8(piece).unwrap();
            peer.say(&json!({"type": "stdOut", "data": piece}).to_string())
                .await;
            if turn == 3 {
                peer.say(&out("stdErr", "between")).await;
            }
        }
        peer.complete(0).await;
    })
    .await
    .unwrap();
    assert_eq!(output.stdout_text(), text);
    assert_eq!(output.stderr_text(), "between");
}

#[tokio::test]
async fn an_exit_code_is_found_in_every_form_and_not_made_up() {
    let forms = [
        (r#"{"exitCode":"42","status":"Failure"}"#, Some(42)),
        (r#"{"exitCode":42,"status":"Success"}"#, Some(42)),
        (r#"{"code":7}"#, Some(7)),
        (r#"{"status":"Success"}"#, Some(0)),
        (r#"{"status":"Failure","message":"killed"}"#, None),
    ];
    for (data, code) in forms {
        let output = play(|mut peer| async move {
            peer.say(&format!(r#"{{"type":"completion","data":{data}}}"#))
                .await;
            peer.must_be_closed().await;
        })
        .await
        .unwrap();
        assert_eq!(output.exit.code(), code, "{data}");
        assert_eq!(output.exit.success(), code == Some(0), "{data}");
    }
}

#[tokio::test]
async fn input_arrives_whole_in_pieces_that_decode_by_themselves() {
    let input: Vec<u8> = (0..100_000_u32).map(|n| (n % 251) as u8).collect();
    let server = Server::start().await;
    let client = server.client();
    let run = client
        .services()
        .exec("p", "s", ["cat"])
        .stdin(input.clone())
        .run();
    let serve = async {
        let (mut peer, _) = server.accepted().await;
        let mut arrived = Vec::new();
        loop {
            let message = peer.json().await;
            if message == json!({"type": "stdInEnd"}) {
                break;
            }
            assert_eq!(message["type"], "payload");
            let piece = message["data"].as_str().unwrap();
            assert!(piece.len() <= 16 << 10 && piece.len() % 4 == 0);
            arrived.extend(STANDARD.decode(piece).unwrap());
        }
        peer.complete(0).await;
        arrived
    };
    let (arrived, output) = join(serve, run).await;
    output.unwrap();
    assert_eq!(arrived, input);
}

#[tokio::test]
async fn a_command_that_ends_without_reading_its_input_ends_all_the_same() {
    let server = Server::start().await;
    let client = server.client();
    let run = client
        .services()
        .exec("p", "s", ["false"])
        .stdin(vec![0; 64 << 20])
        .run();
    let serve = async {
        let (mut peer, _) = server.accepted().await;
        peer.say(r#"{"type":"completion","data":{"exitCode":1}}"#)
            .await;
        // Nothing more is read: what is under way stays so.
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    assert_eq!(join(serve, run).await.1.unwrap().exit.code(), Some(1));
}

#[tokio::test]
async fn more_output_than_allowed_ends_the_command() {
    let server = Server::start().await;
    let client = server.client();
    let exec = client.services().exec("p", "s", ["yes"]);
    let run = exec.stdin(vec![0; 1 << 20]).max_output(10).run();
    let serve = async {
        let (mut peer, _) = server.accepted().await;
        peer.say(&out("stdOut", "0123456789")).await;
        peer.say(&out("stdErr", "01234567890")).await;
        assert!(peer.leaves().await);
    };
    let error = join(serve, run).await.1.unwrap_err();
    assert!(
        matches!(error, StreamError::TooLarge { limit: 10, .. }),
        "{error:?}"
    );
    assert!(error.may_have_taken_effect());
}

#[tokio::test]
async fn an_empty_command_or_id_is_refused_before_anything_is_sent() {
    let server = Server::start().await;
    let client = server.client();
    let services = client.services();
    let none: [&str; 0] = [];
    for request in [
        services.exec("p", "s", none),
        services.exec("p", "s", [""]),
        services.exec("p", "", ["id"]),
        services.exec("..", "s", ["id"]),
    ] {
        let error = request.run().await.unwrap_err();
        assert!(matches!(error, StreamError::Config(_)), "{error:?}");
    }
    assert!(server.is_left_alone_for(50).await);
}

#[tokio::test]
async fn a_session_has_a_terminal_a_size_and_an_end_of_input() {
    let server = Server::start().await;
    let client = server.client();
    let size = TtySize {
        rows: 24,
        columns: 80,
    };
    let serve = async {
        let (mut peer, context) = server.accepted().await;
        assert_eq!(
            context,
            json!({
                "command": [
                    "/bin/sh", "-c",
                    "command -v bash >/dev/null && exec bash -l || exec sh"
                ],
                "shell": "none", "encoding": "base64",
                "tty": true, "ttyColumns": 80, "ttyRows": 24
            })
        );
        peer.say(&out("stdOut", "$ ")).await;
        let typed = json!({"type": "payload", "data": STANDARD.encode("ls\n")});
        assert_eq!(peer.json().await, typed);
        let resized = json!({"type": "resize", "data": {"ttyRows": 50, "ttyColumns": 132}});
        assert_eq!(peer.json().await, resized);
        assert_eq!(peer.json().await, json!({"type": "stdInEnd"}));
        peer.complete(0).await;
    };
    let talk = async {
        let request = client.services().shell("p", "s", size);
        let mut session = request.start().await.unwrap();
        let input = session.input();
        let prompt = session.next().await.unwrap().unwrap();
        assert_eq!(prompt, SessionEvent::Stdout("$ ".into()));
        input.write("ls\n").await.unwrap();
        let larger = TtySize {
            rows: 50,
            columns: 132,
        };
        input.resize(larger).await.unwrap();
        input.end().await.unwrap();
        // After the end there is no input.
        input.write("dropped").await.unwrap();
        let Some(Ok(SessionEvent::Exit(exit))) = session.next().await else {
            panic!("an exit")
        };
        assert!(exit.success());
        assert!(session.next().await.is_none());
        assert_eq!(input.write("x").await, Err(SessionOver));
    };
    join(serve, talk).await;
}

#[tokio::test]
async fn the_servers_choice_of_a_shell_is_asked_for_by_naming_none() {
    let server = Server::start().await;
    let client = server.client();
    let size = TtySize {
        rows: 1,
        columns: 2,
    };
    let request = client
        .services()
        .shell("p", "s", size)
        .server_chosen_shell();
    let serve = async {
        let (peer, context) = server.accepted().await;
        let expected = json!({"encoding": "base64", "tty": true, "ttyColumns": 2, "ttyRows": 1});
        assert_eq!(context, expected);
        peer.complete(0).await;
    };
    join(serve, request.run()).await.1.unwrap();
}

#[tokio::test]
async fn dropping_a_session_or_a_run_hangs_up() {
    let server = Server::start().await;
    let client = server.client();
    let serve = async { server.accepted().await.0 };
    let (peer, session) = join(serve, client.services().exec("p", "s", ["cat"]).start()).await;
    let session = session.unwrap();
    // A clone of the input does not keep it.
    let input = session.input();
    drop(session);
    peer.must_be_closed().await;
    timeout(Duration::from_secs(5), async {
        while input.write("x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap();
    let run = client.services().exec("p", "s", ["sleep", "99"]).run();
    let run = tokio::spawn(run);
    let (peer, _) = server.accepted().await;
    run.abort();
    assert!(peer.leaves().await);
}

#[tokio::test]
async fn streams_can_be_used_from_any_task() {
    fn check<T: Send + 'static>(_what: T) {}
    let server = Server::start().await;
    let client = server.client();
    let services = client.services();
    check(services.exec("p", "s", ["id"]).run());
    check(services.exec("p", "s", ["id"]).start());
    check(services.logs("p", "s").stream());
    check(services.forward("p", "s", 80).start());
    let upload = services.copy("p", "s");
    check(async move { upload.upload("x", "y").await });
    let download = services.copy("p", "s");
    check(async move { download.download("x", "y").await });
}

#[tokio::test]
async fn output_that_nobody_reads_is_held_back_and_then_given_whole() {
    let server = Server::start().await;
    let client = server.client();
    let piece = out("stdOut", &"x".repeat(30_000));
    let serve = async {
        let (mut peer, _) = server.accepted().await;
        let mut sent = 0_usize;
        // 40 MB are more than all buffers in between hold.
        let stuck = timeout(Duration::from_millis(500), async {
            while sent < 1000 {
                peer.say(&piece).await;
                sent += 1;
            }
        })
        .await;
        assert!(stuck.is_err(), "{sent} messages were taken");
        peer
    };
    let start = client.services().exec("p", "s", ["yes"]).start();
    let (mut peer, session) = join(serve, start).await;
    let mut session = session.unwrap();
    let finish = async {
        // The message that was stuck is gone on with: flushing is all it needs.
        futures::SinkExt::flush(&mut peer.socket).await.unwrap();
        peer.complete(0).await;
    };
    let read = async {
        let mut bytes = 0;
        while let Some(event) = session.next().await {
            match event.unwrap() {
                SessionEvent::Stdout(piece) => bytes += piece.len(),
                SessionEvent::Stderr(_) => panic!("nothing was written there"),
                SessionEvent::Exit(_) => break,
            }
        }
        bytes
    };
    let ((), bytes) = join(finish, read).await;
    assert!(bytes > 0 && bytes % 30_000 == 0, "{bytes}");
}

#[tokio::test]
async fn input_that_the_server_does_not_read_is_held_back() {
    let server = Server::start().await;
    let client = server.client();
    let serve = async { server.accepted().await.0 };
    let start = client.services().exec("p", "s", ["sleep", "9"]).start();
    let (peer, session) = join(serve, start).await;
    let session = session.unwrap();
    let write = session.input();
    let write = write.write(vec![0; 64 << 20]);
    let stuck = timeout(Duration::from_millis(500), write).await;
    assert!(stuck.is_err(), "64 MiB were taken");
    drop((peer, session));
}
