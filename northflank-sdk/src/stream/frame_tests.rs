use super::{
    ExecContext, INPUT_END, INPUT_PIECE, ServerFrame, init, payload, pieces, read, resize,
};
use crate::stream::exec::{Exit, TtySize};
use bytes::Bytes;
use serde_json::{Value, json};

fn parsed(text: &[u8]) -> Value {
    serde_json::from_slice(text).unwrap()
}

#[test]
fn what_is_sent_is_what_the_sheet_says() {
    let context = ExecContext {
        instance_name: Some("i-0".to_owned()),
        command: Some(vec!["sh".to_owned(), "-c".to_owned(), "id".to_owned()]),
        shell: Some("none"),
        encoding: "base64",
        ..ExecContext::default()
    };
    assert_eq!(
        parsed(&init("T\"", Some(&context)).unwrap()),
        json!({"type": "init", "data": {
            "auth": {"type": "apiToken", "apiToken": "T\""},
            "context": {
                "instanceName": "i-0", "command": ["sh", "-c", "id"], "shell": "none",
                "encoding": "base64", "tty": false
            }
        }})
    );
    let all = ExecContext {
        container_name: Some("c".to_owned()),
        user: Some("root".to_owned()),
        group: Some("0".to_owned()),
        encoding: "base64",
        tty: true,
        tty_columns: Some(80),
        tty_rows: Some(24),
        ..ExecContext::default()
    };
    assert_eq!(
        parsed(&init("T", Some(&all)).unwrap())["data"]["context"],
        json!({
            "containerName": "c", "user": "root", "group": "0", "encoding": "base64",
            "tty": true, "ttyColumns": 80, "ttyRows": 24
        })
    );
    assert_eq!(
        parsed(&init("T", None).unwrap()),
        json!({"type": "init", "data": {"auth": {"type": "apiToken", "apiToken": "T"}}})
    );
    assert_eq!(
        parsed(payload(b"\xff\"\n").as_bytes()),
        json!({"type": "payload", "data": "/yIK"})
    );
    let size = TtySize {
        rows: 50,
        columns: 132,
    };
    assert_eq!(
        parsed(resize(size).as_bytes()),
        json!({"type": "resize", "data": {"ttyRows": 50, "ttyColumns": 132}})
    );
    assert_eq!(parsed(INPUT_END.as_bytes()), json!({"type": "stdInEnd"}));
}

#[test]
fn input_is_cut_so_that_each_message_decodes_by_itself() {
    let sizes = |length: usize| {
        let all: Vec<_> = pieces(Bytes::from(vec![7; length])).collect();
        all.iter().map(Bytes::len).collect::<Vec<_>>()
    };
    assert_eq!(sizes(0), Vec::<usize>::new());
    assert_eq!(sizes(INPUT_PIECE), [INPUT_PIECE]);
    assert_eq!(sizes(INPUT_PIECE + 1), [INPUT_PIECE, 1]);
    assert_eq!(INPUT_PIECE % 3, 0);
}

#[test]
fn what_a_server_sends_is_read_leniently() {
    let check = |message: Value, expected: ServerFrame| {
        let read = read(message.to_string().as_bytes());
        assert_eq!(read, Ok(expected), "{message}");
    };
    let accepted = |instance: Option<&str>, container: Option<&str>| ServerFrame::Accepted {
        instance: instance.map(str::to_owned),
        container: container.map(str::to_owned),
    };
    let ok = json!({"auth": "successful", "context": {"instanceName": "i", "containerName": null}});
    check(
        json!({"type": "init", "data": ok}),
        accepted(Some("i"), None),
    );
    check(
        json!({"type": "init", "data": {"auth": "successful"}, "more": 1}),
        accepted(None, None),
    );
    check(
        json!({"type": "init", "data": {"auth": "failed", "message": "bad\u{1b}token"}}),
        ServerFrame::Denied("bad token".to_owned()),
    );
    check(
        json!({"type": "init"}),
        ServerFrame::Denied("no reason was given".to_owned()),
    );
    check(
        json!({"type": "stdOut", "data": "YQ=="}),
        ServerFrame::StdOut("YQ==".to_owned()),
    );
    check(
        json!({"type": "stdErr", "data": null}),
        ServerFrame::StdErr(String::new()),
    );
    check(
        json!({"type": "error", "data": "gone"}),
        ServerFrame::Error("gone".to_owned()),
    );
    check(
        json!({"type": "error", "data": {"message": "gone"}}),
        ServerFrame::Error("gone".to_owned()),
    );
    check(
        json!({"type": "heartbeat", "data": {"n": 1}}),
        ServerFrame::Unknown("heartbeat".to_owned()),
    );
    check(
        json!({"type": "log-lines", "data": null}),
        ServerFrame::LogLines(Vec::new()),
    );
}

#[test]
fn an_exit_code_is_a_number_or_a_text_and_else_follows_from_what_there_is() {
    let check = |data: Value, code: Option<i32>, status: &str| {
        let read = read(
            json!({"type": "completion", "data": data})
                .to_string()
                .as_bytes(),
        );
        let expected = Exit {
            code,
            status: status.to_owned(),
            message: None,
        };
        assert_eq!(read, Ok(ServerFrame::Completion(expected)), "{data}");
    };
    check(
        json!({"exitCode": 0, "status": "Success"}),
        Some(0),
        "Success",
    );
    check(
        json!({"exitCode": 42, "status": "Unknown"}),
        Some(42),
        "Unknown",
    );
    check(
        json!({"exitCode": "42", "status": "Failure"}),
        Some(42),
        "Failure",
    );
    check(
        json!({"exitCode": 3, "status": "Success"}),
        Some(3),
        "Success",
    );
    check(json!({"exitCode": -1}), Some(-1), "Unknown");
    check(json!({"code": 7}), Some(7), "Unknown");
    check(json!({"exitCode": null, "code": "7"}), Some(7), "Unknown");
    check(json!({"status": "Success"}), Some(0), "Success");
    check(json!({"status": "Failure"}), None, "Failure");
    check(json!({"exitCode": "?"}), None, "Unknown");
    check(json!({}), None, "Unknown");
    check(Value::Null, None, "Unknown");
}

#[test]
fn what_is_no_message_is_an_error_that_shows_it() {
    let check = |message: &[u8], expected: &str| {
        let error = read(message).unwrap_err();
        assert!(error.contains(expected), "{error}");
    };
    check(b"<html>", "<html>");
    check(b"[1]", "[1]");
    check(br#"{"data":1}"#, "type");
    check(br#"{"type":"stdOut","data":{"a":1}}"#, "`stdOut`");
    check(br#"{"type":"log-lines","data":"x"}"#, "no list");
}
