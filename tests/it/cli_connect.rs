//! `connect` against a service that answers as a test wants, with a program named `ssh` that only tells how it
//! was called.
#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use crate::cli_context::{PROGRAM, cloud_and_context};
use crate::support::{pod, server_with};
use serde_json::{Value, json};
use std::io::Write as _;
use std::net::TcpListener;
use std::time::Duration;
use tests::{Cloud, Context, Running};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A public key, and the same one as a pod of ours would have it.
const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKey";

/// A server that says it is one for SSH and no more. It serves until the test ends.
fn ssh_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            // Whoever asked may be gone.
            drop(stream.write_all(b"SSH-2.0-test\r\n"));
        }
    });
    port
}

fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// A pod that is up and has direct SSH at this port.
fn reachable(port: u16) -> Value {
    let mut pod = pod("abc");
    pod["name"] = json!("demo");
    pod["ports"] = json!(["22/tcp"]);
    pod["runtime"] = json!({"uptime": 5});
    pod["startedAt"] = json!("2026-11-25T10:00:00Z");
    pod["env"] = json!({"PUBLIC_KEY": KEY});
    pod["ssh"] = json!({
        "direct": {"host": "127.0.0.1", "port": port, "username": "root",
            "command": format!("ssh root@127.0.0.1 -p {port}")},
        "proxy": {"host": "ssh.runpod.io", "port": 22, "username": "abc-0123",
            "command": "ssh abc-0123@ssh.runpod.io"},
    });
    pod
}

/// A service with one pod, and these keys on the account.
async fn service(pod: Value, account_keys: &[&str]) -> (MockServer, Context) {
    let list = json!({"pods": [pod.clone()]});
    let listed = Mock::given(method("GET")).and(path("/v2/pods"));
    let server =
        server_with(listed.respond_with(ResponseTemplate::new(200).set_body_json(list))).await;
    let seen = Mock::given(method("GET")).and(path("/v2/pods/abc"));
    seen.respond_with(ResponseTemplate::new(200).set_body_json(pod))
        .mount(&server)
        .await;
    let keys = Mock::given(method("GET")).and(path("/v2/account/ssh-keys"));
    keys.respond_with(ResponseTemplate::new(200).set_body_json(json!({"keys": account_keys})))
        .mount(&server)
        .await;
    let mut context = Context::at(PROGRAM, &server.uri());
    context.file("home/.ssh/work.pub", &format!("{KEY} me@here\n"));
    context.file("home/.ssh/work", "the private half");
    pretend_ssh(&mut context, "", 0);
    context.run("status").expect(0);
    (server, context)
}

/// Puts a program named `ssh` first in `PATH` that tells how it was called, says this in its log and ends with
/// this code.
fn pretend_ssh(context: &mut Context, log: &str, code: u8) {
    let end = format!("printf '%s' '{log}' > \"$2\"\necho said by ssh\nexit {code}");
    pretend_ssh_that(context, &end);
}

/// Whether there is a process of this id.
fn is_alive(id: &str) -> bool {
    let asked = std::process::Command::new("kill").args(["-0", id]).output();
    asked.expect("kill runs").status.success()
}

/// The same, doing this at its end.
fn pretend_ssh_that(context: &mut Context, end: &str) {
    let folder = context.path("bin").display().to_string();
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$@\" > '{folder}/arguments'\nenv > '{folder}/environment'\n{end}\n"
    );
    context.program("bin/ssh", &script);
    context.set("PATH", &format!("{folder}:/usr/bin:/bin"));
}

#[tokio::test(flavor = "multi_thread")]
async fn host_key_checks_are_never_off_and_the_key_that_fits_is_offered() {
    let (_server, mut context) = service(reachable(ssh_server()), &[]).await;
    pretend_ssh(&mut context, "", 7);
    let run = context.run("connect -c -v").expect(7);
    assert_eq!(run.stdout, "said by ssh\n");
    let arguments = context.read("bin/arguments");
    let directory = context.path("").display().to_string();
    for option in [
        "StrictHostKeyChecking=accept-new",
        "HostKeyAlias=sindri-abc",
        &format!("UserKnownHostsFile=\"{directory}.sindri/known_hosts/abc\""),
        &format!("IdentityFile=\"{directory}home/.ssh/work\""),
        "IdentitiesOnly=yes",
        "ForwardAgent=no",
        "ControlPath=none",
    ] {
        assert!(
            arguments.contains(&format!("-o\n{option}\n")),
            "{option}: {arguments}"
        );
    }
    assert!(arguments.ends_with("--\n127.0.0.1\n-v\n"), "{arguments}");
    assert!(arguments.starts_with("-E\n"), "{arguments}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_side_gets_none_of_our_tokens() {
    let (_server, mut context) = service(reachable(ssh_server()), &[]).await;
    context.set("NF_API_TOKEN", "marker-of-the-token");
    context.set("VAULT_TOKEN", "marker-of-the-token");
    let run = context.run("connect -vvv -c ls").expect(0);
    let environment = context.read("bin/environment");
    assert!(environment.contains("HOME="), "{environment}");
    for text in [&environment, &context.read("bin/arguments"), &run.stderr] {
        assert!(!text.contains("marker-of-the-key"), "{text}");
        assert!(!text.contains("AAAAC3Nz"), "{text}");
    }
    assert!(
        !environment.contains("marker-of-the-token"),
        "{environment}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn why_ssh_failed_is_told_and_255_of_the_command_is_passed_on() {
    let (_server, mut context) = service(reachable(ssh_server()), &[]).await;
    let mut check = |log: &str, code: i32, expected: &[&str]| {
        pretend_ssh(&mut context, log, 255);
        let run = context.run("connect -c ls").expect(code);
        for text in expected {
            assert!(run.stderr.contains(text), "not {text}: {}", run.stderr);
        }
        assert_eq!(run.stderr.contains("error:"), code != 255, "{}", run.stderr);
    };
    check("", 255, &[]);
    check("Warning: Permanently added x.", 255, &[]);
    check(
        "root@127.0.0.1: Permission denied (publickey).",
        5,
        &[
            "Permission denied",
            "PUBLIC_KEY has the key of",
            "start script",
        ],
    );
    check(
        "Host key verification failed.",
        3,
        &[
            "another host key",
            "was not started since",
            ".sindri/known_hosts/abc",
        ],
    );
    check(
        "ssh: connect to host 127.0.0.1 port 1: Connection refused",
        4,
        &["no connection"],
    );
    check(
        "Connection to 127.0.0.1 closed by remote host.",
        4,
        &["is lost"],
    );
    check("Bad configuration option: x", 3, &["connect --json"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_missing_is_told_by_where_it_is_missing() {
    let denied = "root@127.0.0.1: Permission denied (publickey).";
    let check = async |env: Value, account: &[&str], expected: &str| {
        let mut pod = reachable(ssh_server());
        pod["env"] = env;
        let (_server, mut context) = service(pod, account).await;
        pretend_ssh(&mut context, denied, 255);
        let run = context.run("connect -c ls").expect(5);
        assert!(
            run.stderr.contains(expected),
            "not {expected}: {}",
            run.stderr
        );
        assert!(!run.stderr.contains("AAAA"), "{}", run.stderr);
    };
    let other = "ssh-ed25519 AAAAother";
    check(json!({}), &[], "the pod has no key").await;
    check(
        json!({"PUBLIC_KEY": other}),
        &[KEY],
        "none of the keys in ~/.ssh",
    )
    .await;
    check(json!({}), &[KEY], "when it is made").await;
    check(json!({}), &[other], "the account has one key").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_answer_is_told_before_ssh_runs() {
    let mut pod = reachable(closed_port());
    pod["args"] = json!("sleep infinity");
    let (_server, context) = service(pod, &[]).await;
    let run = context.run("connect --timeout 1 -c ls").expect(3);
    for text in [
        "no SSH server answers for pod abc after 1 s",
        "nothing listens there",
        "a command of its own",
        "ssh abc-0123@ssh.runpod.io",
    ] {
        assert!(run.stderr.contains(text), "not {text}: {}", run.stderr);
    }
    assert!(!run.stderr.contains("sleep infinity"), "{}", run.stderr);
    assert!(!context.path("bin/arguments").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_service_gives_as_an_address_never_becomes_an_option() {
    let mut pod = reachable(ssh_server());
    pod["ssh"]["direct"]["host"] = json!("-oProxyCommand=touch x");
    let (_server, context) = service(pod, &[]).await;
    for command in ["connect -c ls", "ssh-config"] {
        let run = context.run(command).expect(3);
        assert!(run.stderr.contains("is none"), "{}", run.stderr);
    }
    assert!(!context.path("bin/arguments").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_is_for_a_person_at_a_terminal() {
    let mut pod = reachable(1);
    pod["ssh"]["direct"] = Value::Null;
    pod["ports"] = json!(["8888/http"]);
    let (_server, context) = service(pod, &[KEY]).await;
    for command in ["connect -c ls", "connect", "ssh-config"] {
        let run = context.run(command).expect(2);
        for text in [
            "needs direct SSH",
            "`22/tcp` is not among the pod's ports (8888/http)",
            "`providers.runpod.ports`",
            "abc-0123@ssh.runpod.io",
        ] {
            assert!(run.stderr.contains(text), "not {text}: {}", run.stderr);
        }
    }
    assert!(!context.path("bin/arguments").exists());
    let (code, shown) = context.json("connect");
    assert_eq!((code, &shown["kind"]), (0, &json!("proxy")));
    assert_eq!(shown["user"], "abc-0123");
    assert_eq!(shown["host_key_alias"], Value::Null);
    let file = shown["known_hosts_file"].as_str().expect("a file");
    assert!(
        file.ends_with(".sindri/known_hosts/ssh.runpod.io"),
        "{file}"
    );
    assert!(
        shown["notes"][0]
            .as_str()
            .expect("a note")
            .contains("a shell at a terminal only")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn at_a_terminal_the_proxy_opens_a_shell_and_is_known_by_its_own_name() {
    let mut pod = reachable(1);
    pod["ssh"]["direct"] = Value::Null;
    pod["ports"] = json!([]);
    let (_server, context) = service(pod, &[KEY]).await;
    let command = context.command(&["connect"]);
    let mut terminal = rexpect::session::spawn_command(command, Some(20_000)).expect("a terminal");
    terminal
        .exp_string("a shell at a terminal only")
        .expect("a warning");
    terminal.exp_string("said by ssh").expect("a session");
    terminal.exp_eof().expect("the end");
    let arguments = context.read("bin/arguments");
    let directory = context.path("").display().to_string();
    for option in [
        "User=abc-0123",
        &format!("UserKnownHostsFile=\"{directory}.sindri/known_hosts/ssh.runpod.io\""),
        "StrictHostKeyChecking=accept-new",
    ] {
        assert!(
            arguments.contains(&format!("-o\n{option}\n")),
            "{option}: {arguments}"
        );
    }
    assert!(arguments.ends_with("--\nssh.runpod.io\n"), "{arguments}");
    assert!(!arguments.contains("HostKeyAlias"), "{arguments}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_never_gets_into_the_file_for_editors() {
    let (_server, mut context) = service(reachable(10022), &[]).await;
    context.run("ssh-config").expect(0);
    let file = context.read(".sindri/ssh_config");
    let mut pod = reachable(1);
    pod["ssh"]["direct"] = Value::Null;
    let (later, _) = service(pod, &[]).await;
    context.set("RUNPOD_API_BASE_URL", &later.uri());
    let (code, shown) = context.json("connect");
    assert_eq!((code, &shown["kind"]), (0, &json!("proxy")));
    let why = shown["notes"][1].as_str().expect("a reason");
    assert!(why.contains("no public address for it yet"), "{why}");
    assert_eq!(context.read(".sindri/ssh_config"), file);
}

#[tokio::test(flavor = "multi_thread")]
async fn json_prints_the_way_in_and_connects_to_nothing() {
    let port = closed_port();
    let (_server, context) = service(reachable(port), &[]).await;
    let (code, shown) = context.json("connect");
    assert_eq!(code, 0, "{shown}");
    assert_eq!(
        (
            &shown["kind"],
            &shown["host"],
            &shown["port"],
            &shown["user"]
        ),
        (
            &json!("direct"),
            &json!("127.0.0.1"),
            &json!(port),
            &json!("root")
        )
    );
    assert_eq!(shown["host_key_alias"], "sindri-abc");
    let command = shown["ssh_command"].as_str().expect("a command");
    assert!(command.starts_with("ssh -o "), "{command}");
    assert!(command.ends_with(" -- 127.0.0.1"), "{command}");
    assert!(!context.path("bin/arguments").exists());
    let (code, refused) = context.json("connect -c ls");
    assert_eq!((code, &refused["error"]["kind"]), (2, &json!("usage")));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_ends_sindri_ends_its_ssh() {
    let (_server, mut context) = service(reachable(ssh_server()), &[]).await;
    // It says its process id, and one of them does as if it heard nothing.
    let deaf = "trap '' INT TERM\necho $$\nexec sleep 60";
    let ends = [
        ("echo $$\nexec sleep 60", Running::interrupt as fn(&Running)),
        ("echo $$\nexec sleep 60", Running::terminate),
        (deaf, Running::interrupt),
    ];
    for (script, end) in ends {
        pretend_ssh_that(&mut context, script);
        let mut running = context.start("connect -c ls");
        let id = running.first_line();
        end(&running);
        let run = running.finish().expect(130);
        assert!(run.stderr.contains("interrupted"), "{}", run.stderr);
        assert!(!is_alive(&id), "{script}");
    }
    pretend_ssh_that(&mut context, "kill -KILL $$");
    context.run("connect -c ls").expect(137);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pod_that_failed_is_no_place_to_connect_to() {
    let mut pod = reachable(1);
    pod["status"] = json!("ERROR");
    let (_server, context) = service(pod, &[]).await;
    for command in ["connect", "connect --json", "ssh-config"] {
        let run = context.run(command).expect(3);
        assert!(run.stderr.contains("pod abc is ERROR"), "{}", run.stderr);
    }
}

#[test]
fn what_is_not_deployed_is_not_connected_to() {
    let (_cloud, mut context) = cloud_and_context();
    pretend_ssh(&mut context, "", 0);
    for command in ["connect", "connect --json", "ssh-config"] {
        let run = context.run(command).expect(2);
        assert!(
            run.stderr.contains("`sindri deploy` creates it"),
            "{}",
            run.stderr
        );
    }
    let empty = context.run("connect --command=").expect(2);
    assert!(
        empty.stderr.contains("leave it out for a shell"),
        "{}",
        empty.stderr
    );
}

#[test]
fn without_an_ssh_program_nothing_is_started_and_the_way_in_is_told() {
    let (cloud, mut context) = cloud_and_context();
    context.run("deploy").expect(0);
    context.set("PATH", &context.path("home").display().to_string());
    let running = context.run("connect").expect(2);
    for text in [
        "no `ssh` program",
        "run `ssh root@",
        "/console/pods/",
        "openssh-client",
    ] {
        assert!(
            running.stderr.contains(text),
            "not {text}: {}",
            running.stderr
        );
    }
    context.run("stop").expect(0);
    let before = cloud.changes();
    let stopped = context.run("connect").expect(2);
    assert!(stopped.stderr.contains("is stopped"), "{}", stopped.stderr);
    assert_eq!(cloud.changes(), before);
}

#[test]
fn a_wait_that_ends_early_lists_what_bills() {
    let cloud = Cloud::with_time_scale(0.05);
    let mut context = Context::at(PROGRAM, cloud.url());
    pretend_ssh(&mut context, "", 0);
    context.run("deploy --no-wait").expect(0);
    let gave_up = context.run("connect --timeout 1").expect(7);
    let running = context.start("connect");
    // Until then, nobody listens for Ctrl-C.
    std::thread::sleep(Duration::from_millis(1500));
    running.interrupt();
    let interrupted = running.finish().expect(130);
    for text in [&gave_up.stderr, &interrupted.stderr] {
        assert!(text.contains("what is left, and may be billing"), "{text}");
        assert!(text.contains("/h; remove it with `sindri stop`"), "{text}");
    }
    assert!(!context.path("bin/arguments").exists());
}

#[test]
fn only_a_connection_starts_what_is_stopped() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    context.run("stop").expect(0);
    let before = cloud.changes();
    for command in ["connect --json", "ssh-config"] {
        let run = context.run(command).expect(3);
        assert!(run.stderr.contains("bills again"), "{}", run.stderr);
    }
    assert_eq!(cloud.changes(), before);
}
