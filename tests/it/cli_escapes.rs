//! What a cloud says never steers the terminal that shows it.
#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use rexpect::session::spawn_command;
use serde_json::{Value, json};
use tests::Context;
use tokio::runtime::{Builder, Runtime};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::cli_context::PROGRAM;
use crate::support::pod;

/// A title, a cleared screen, a colour, a hidden text, a C1 introducer, a bell, text that reads backwards.
const HOSTILE: &str =
    "\u{1b}]0;pwned\u{7}\u{1b}[2J\u{1b}[31mred\u{1b}[8mhidden\u{1b}[0m\u{9b}5n\u{202e}end";

/// How it is shown: colours gone, the rest as pictures.
const SHOWN: &str = "␛]0;pwned␇␛[2Jredhidden\u{fffd}5n\u{fffd}end";

/// A cloud with one pod, in which whatever is free text is hostile.
fn hostile_cloud() -> (Runtime, MockServer) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let server = runtime.block_on(MockServer::start());
    let mut pod = pod("p1");
    pod["name"] = json!("demo");
    pod["image"] = json!(format!("a/b:1{HOSTILE}"));
    pod["dataCenterId"] = json!(HOSTILE);
    pod["status"] = json!(HOSTILE);
    pod["gpu"] = json!({"id": HOSTILE, "count": 1});
    pod["env"] = json!({HOSTILE: HOSTILE});
    let list = json!({"pods": [pod], "pagination": {"hasNextPage": false, "nextCursor": null}});
    let line = json!({"ts": "2026-06-01T12:02:03Z", "source": "container", "line": HOSTILE});
    let log = format!("id: 1\ndata: {line}\n\n");
    let refusal = json!({"title": HOSTILE, "status": 422, "detail": HOSTILE, "errors": [HOSTILE]});
    let get = |at: &str, answer: ResponseTemplate| {
        Mock::given(method("GET"))
            .and(path(at.to_owned()))
            .respond_with(answer)
    };
    let ok = |body: &Value| ResponseTemplate::new(200).set_body_json(body);
    let mocks = [
        get("/v2/pods", ok(&list)),
        get("/v2/pods/p1", ok(&pod)),
        get(
            "/v2/pods/p1/logs",
            ResponseTemplate::new(200).set_body_raw(log, "text/event-stream"),
        ),
        Mock::given(wiremock::matchers::any())
            .respond_with(ResponseTemplate::new(422).set_body_json(refusal))
            .with_priority(200),
    ];
    for mock in mocks {
        runtime.block_on(mock.mount(&server));
    }
    (runtime, server)
}

/// What a terminal gets to see of a command.
fn at_a_terminal(context: &Context, arguments: &[&str]) -> String {
    let command = context.command(arguments);
    let mut terminal = spawn_command(command, Some(20_000)).expect("a terminal");
    let shown = terminal.exp_eof().expect("the end");
    // It gives every byte as a character.
    let bytes: Vec<u8> = shown
        .chars()
        .filter_map(|c| u8::try_from(u32::from(c)).ok())
        .collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Nothing that steers is in it, but colours of the program's own.
#[track_caller]
fn check(shown: &str) {
    let own = ["1;31", "1;33", "1;36", "32", "1", "2", "0"].map(|code| format!("\u{1b}[{code}m"));
    let rest = own
        .iter()
        .fold(shown.to_owned(), |text, code| text.replace(code, ""));
    let steers = |c: char| c.is_control() && !matches!(c, '\r' | '\n' | '\t');
    assert!(
        !rest.contains(steers) && !rest.contains('\u{202e}'),
        "{rest:?}"
    );
}

#[test]
fn names_logs_and_errors_of_a_cloud_do_not_steer_a_terminal() {
    let (_runtime, server) = hostile_cloud();
    let mut context = Context::at(PROGRAM, &server.uri());
    for no_colour in [false, true] {
        for arguments in [
            &["status"][..],
            &["status", "--json"],
            &["logs"],
            &["logs", "--json"],
            &["deploy"],
            &["destroy", "--force"],
            &["volume", "list"],
            &["gpu", "list"],
            &["stop"],
        ] {
            check(&at_a_terminal(&context, arguments));
        }
        if no_colour {
            check(&at_a_terminal(&context, &["deploy", "-vvv"]));
        }
        let shown = at_a_terminal(&context, &["status"]);
        assert!(shown.contains(SHOWN), "{shown:?}");
        let shown = at_a_terminal(&context, &["logs"]);
        assert!(shown.contains(SHOWN), "{shown:?}");
        assert!(!no_colour || !shown.contains('\u{1b}'), "{shown:?}");
        context.set("NO_COLOR", "1");
    }
}

#[test]
fn a_program_that_reads_the_log_gets_it_as_it_was_written() {
    let (_runtime, server) = hostile_cloud();
    let context = Context::at(PROGRAM, &server.uri());
    assert_eq!(context.run("logs").expect(0).stdout, format!("{HOSTILE}\n"));
    let (code, line) = context.json("logs");
    assert_eq!((code, &line["line"]), (0, &json!(HOSTILE)));
}

#[test]
fn a_file_of_somebody_else_does_not_steer_a_terminal() {
    let context = Context::new(PROGRAM);
    for text in [
        "name: \"a\" # \u{1b}]0;pwned\u{7}\n\tx: 1\n".to_owned(),
        format!("{HOSTILE}: 1\n"),
        "name: \"\\e]0;pwned\\a\"\nversion: \"\\e[2J\"\n\"\\e[2J\": 1\n".to_owned(),
        "name: a\rb: c\r\n: d\n".to_owned(),
    ] {
        context.file("sindri.yaml", &text);
        let shown = at_a_terminal(&context, &["config", "validate"]);
        // Findings are drawn in colours of a library.
        for steering in [
            "\u{1b}]",
            "\u{7}",
            "\u{1b}[2J",
            "\u{9b}",
            "\u{202e}",
            "\u{1b}[8m",
        ] {
            assert!(!shown.contains(steering), "{steering:?} in {shown:?}");
        }
        assert!(shown.contains("error") || shown.contains("×"), "{shown:?}");
    }
}
