//! Northflank: commands and shells in containers.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::cloud::Cloud;
use crate::stream::{EXEC, Next, Stream};
use crate::team::PROJECT;

async fn running() -> Cloud {
    let cloud = Cloud::with_project().await;
    cloud
        .ready_service(json!({ "runtimeEnvironment": { "GREETING": "hello" } }))
        .await;
    cloud
}

#[tokio::test]
async fn a_command_gives_output_errors_and_an_exit_code() {
    let cloud = running().await;
    let check = async |context: Value, out: &str, error: &str, code: u8| {
        let outcome = cloud.exec(context.clone()).await;
        assert_eq!(
            (outcome.out.as_str(), outcome.error.as_str()),
            (out, error),
            "{context}"
        );
        let status = if code == 0 { "Success" } else { "Failure" };
        let expected = json!({ "exitCode": code, "status": status });
        assert_eq!(outcome.completion, expected, "{context}");
    };
    let plain = |command: Value| json!({ "command": command, "shell": "none" });
    check(plain(json!(["echo", "a  b"])), "a  b\n", "", 0).await;
    check(
        plain(json!(["sh", "-c", "echo out; echo err >&2; exit 3"])),
        "out\n",
        "err\n",
        3,
    )
    .await;
    check(plain(json!("echo 'in words' too")), "in words too\n", "", 0).await;
    check(
        json!({ "command": "echo $GREETING", "shell": "sh -c" }),
        "hello\n",
        "",
        0,
    )
    .await;
    check(plain(json!(["false"])), "", "", 1).await;
    let missing = cloud.exec(plain(json!(["no-such-command"]))).await;
    assert_eq!(missing.completion["exitCode"], 127);
    assert!(missing.error.contains("no-such-command"), "{missing:?}");
    let encoded = json!({ "command": ["sh", "-c", "echo ü; echo e >&2"], "encoding": "base64" });
    check(encoded, "ü\n", "e\n", 0).await;
}

#[tokio::test]
async fn both_kinds_of_frames_are_answered_in_kind() {
    let cloud = running().await;
    let mut stream = Stream::open(&cloud, EXEC).await.in_bytes();
    stream
        .ask(json!({ "command": ["cat"], "shell": "none", "encoding": "base64" }))
        .await;
    let init = stream.expect("init").await;
    let name = init["context"]["instanceName"].as_str().unwrap();
    assert!(name.starts_with("web-"), "{name}");
    stream.payload("aGVsbG8g").await;
    stream.payload("d29ybGQ=").await;
    stream.end_input().await;
    assert_eq!(stream.outcome(true).await.out, "hello world");
}

#[tokio::test]
async fn the_client_closes_after_the_result() {
    let cloud = running().await;
    let mut stream = Stream::open(&cloud, EXEC).await;
    stream
        .ask(json!({ "command": ["true"], "shell": "none" }))
        .await;
    stream.expect("init").await;
    stream.outcome(false).await;
    assert!(stream.is_silent().await);
    stream.send_raw(Message::Close(None)).await;
    assert_eq!(stream.next().await, Next::Closed(None));
}

#[tokio::test]
async fn a_terminal_prompts_edits_and_interrupts() {
    let cloud = running().await;
    let mut stream = Stream::open(&cloud, EXEC).await;
    let context = json!({ "shell": "none", "tty": true, "encoding": "utf-8", "ttyRows": 24, "ttyColumns": 80 });
    stream.ask(context).await;
    stream.expect("init").await;
    stream.read_until("# ").await;
    stream
        .send(json!({ "type": "resize", "data": { "ttyRows": 30, "ttyColumns": 100 } }))
        .await;
    stream.payload("echo $GREETINGX\x7f\r").await;
    let shown = stream.read_until("# ").await;
    assert!(shown.contains("\r\nhello\r\n"), "{shown:?}");
    stream.payload("sleep 60\r").await;
    stream.read_until("sleep 60\r\n").await;
    stream.payload("\x03").await;
    stream.read_until("# ").await;
    stream.payload("echo $?; exit 7\r").await;
    let outcome = stream.outcome(false).await;
    assert!(outcome.out.contains("130\r\n"), "{outcome:?}");
    assert_eq!(outcome.completion["exitCode"], 7);
}

#[tokio::test]
async fn a_shell_without_a_terminal_runs_what_it_reads() {
    let cloud = running().await;
    let mut stream = Stream::open(&cloud, EXEC).await;
    stream.ask(json!({})).await;
    stream.expect("init").await;
    stream.payload("echo one\nfalse\n").await;
    stream.payload("echo two").await;
    stream.end_input().await;
    let outcome = stream.outcome(false).await;
    assert_eq!(
        (outcome.out.as_str(), &outcome.completion["exitCode"]),
        ("one\ntwo\n", &json!(0))
    );
}

#[tokio::test]
async fn files_last_as_long_as_their_container_and_those_on_a_volume_longer() {
    let cloud = Cloud::with_project().await;
    cloud.one_pod_volume("data").await;
    let volume = json!({ "createOptions": { "volumesToAttach": ["data"] } });
    let path = cloud.ready_service(volume).await;
    let run = async |script: &str| {
        cloud
            .exec(json!({ "command": script, "shell": "sh -c" }))
            .await
    };
    run("echo kept > /data/a; echo lost > /root/b").await;
    assert_eq!(run("cat /data/a /root/b").await.out, "kept\nlost\n");
    cloud.act_on(&path, "restart").await.expect(200);
    cloud.pass(4.0);
    let after = run("cat /data/a; cat /root/b").await;
    assert_eq!(after.out, "kept\n");
    assert!(after.error.contains("No such file"), "{after:?}");
}

#[tokio::test]
async fn secret_groups_reach_the_environment() {
    let cloud = running().await;
    let group = json!({
        "name": "shared", "secretType": "environment", "priority": 10,
        "secrets": { "variables": { "GREETING": "over", "KEY": "k" } },
    });
    cloud
        .post(&format!("{PROJECT}/secrets"), group)
        .await
        .expect(200);
    let outcome = cloud
        .exec(json!({ "command": "echo $GREETING $KEY", "shell": "sh -c" }))
        .await;
    assert_eq!(outcome.out, "hello k\n", "a service's own value wins");
}

#[tokio::test]
async fn what_comes_before_init_or_without_a_token_is_refused() {
    let cloud = running().await;
    let mut stream = Stream::open(&cloud, EXEC).await;
    stream.payload("early").await;
    let error = stream.expect("error").await;
    assert_eq!(error["message"], "the first message must be `init`");
    assert_eq!(stream.next().await, Next::Closed(Some(1000)));
    let mut stream = Stream::open(&cloud, EXEC).await;
    let auth = json!({ "type": "apiToken", "apiToken": "" });
    stream
        .send(json!({ "type": "init", "data": { "auth": auth } }))
        .await;
    let refused = stream.expect("init").await;
    assert_eq!(refused["auth"], "failed");
    assert!(refused["message"].as_str().unwrap().contains("apiToken"));
    assert_eq!(stream.next().await, Next::Closed(Some(1000)));
    let mut stream = Stream::open(&cloud, EXEC).await;
    stream
        .ask(json!({ "command": ["cat"], "encoding": "base64" }))
        .await;
    stream.expect("init").await;
    stream.payload("no base64!").await;
    assert_eq!(
        stream.expect("error").await["message"],
        "a `payload` is not base64"
    );
    let mut stream = Stream::open(&cloud, EXEC).await;
    stream.ask(json!({ "command": ["cat"] })).await;
    stream.expect("init").await;
    stream.send(json!({ "type": "hello" })).await;
    assert!(
        stream.expect("error").await["message"]
            .as_str()
            .unwrap()
            .contains("no type")
    );
}

#[tokio::test]
async fn a_command_needs_a_running_container_and_ends_with_it() {
    let cloud = running().await;
    let path = format!("{PROJECT}/services/web");
    let mut stream = Stream::open(&cloud, EXEC).await;
    stream
        .ask(json!({ "command": ["true"], "instanceName": "web-nope" }))
        .await;
    let error = stream.expect("error").await;
    assert_eq!(
        error["message"],
        "the service has no running instance `web-nope`"
    );
    let mut stream = Stream::open(&cloud, EXEC).await;
    stream
        .ask(json!({ "command": ["sleep", "60"], "shell": "none" }))
        .await;
    stream.expect("init").await;
    cloud.act_on(&path, "pause").await.expect(200);
    assert_eq!(stream.outcome(false).await.completion["exitCode"], 137);
    let mut stream = Stream::open(&cloud, EXEC).await;
    stream.ask(json!({ "command": ["true"] })).await;
    assert!(
        stream.expect("error").await["message"]
            .as_str()
            .unwrap()
            .contains("no running instance")
    );
}

#[tokio::test]
async fn a_wrong_path_is_refused_before_the_upgrade() {
    let cloud = running().await;
    let check = async |path: &str, status: u16| {
        let refused = Stream::try_open(&cloud, path, None).await.err().unwrap();
        assert_eq!(refused.0, status, "{path}");
        assert_eq!(refused.1["error"]["status"], status, "{path}");
    };
    check("/v1/command-exec/projects/lab/services/nope", 404).await;
    check("/v1/command-exec/projects/nope/services/web", 404).await;
    check("/v1/command-exec/projects/lab/jobs/nope", 404).await;
    cloud.get(EXEC).await.denied(426, "WebSockets");
    let team = "/v1/command-exec/teams/any/projects/lab/services/web";
    let mut stream = Stream::open(&cloud, team).await;
    stream.ask(json!({ "command": ["true"] })).await;
    assert_eq!(stream.expect("init").await["auth"], "successful");
    let refused =
        Stream::try_open(&cloud, "/v1/command-exec/projects/lab/addons/db", Some("t")).await;
    assert_eq!(refused.err().unwrap().0, 501);
}

#[tokio::test]
async fn processes_that_share_a_state_see_the_same_services_and_files() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sandbox.json");
    let first = Cloud::start_with(|builder| builder.state_file(&path)).await;
    first.lab().await;
    first.ready_service(json!({})).await;
    let write = json!({ "command": "echo shared > /root/a", "shell": "sh -c" });
    assert_eq!(first.exec(write).await.completion["exitCode"], 0);
    let second = Cloud::start_with(|builder| builder.state_file(&path)).await;
    second.pass(5.0);
    let read = json!({ "command": ["cat", "/root/a"], "shell": "none" });
    assert_eq!(second.exec(read).await.out, "shared\n");
    let service = format!("{PROJECT}/services/web");
    second.delete(&service).await.expect(200);
    first.get(&service).await.denied(404, "service `web`");
}
