//! `connect` and `ssh-config` with the real `ssh`, to the SSH servers of the sandbox's pods.
#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use crate::cli_context::cloud_and_context;
use crate::cli_terminal::{at_a_terminal, ends_with};
use serde_json::Value;
use std::process::Command;
use tests::{Cloud, Context, Run};

/// A cloud, and a directory of someone who has `ssh` and no key yet.
pub(crate) fn cloud_and_keyless() -> (Cloud, Context) {
    let (cloud, mut context) = cloud_and_context();
    context.set("PATH", "/usr/local/bin:/usr/bin:/bin");
    (cloud, context)
}

/// The same with a key that the pod gets.
pub(crate) fn cloud_and_deployed() -> (Cloud, Context, String) {
    let (cloud, context) = cloud_and_keyless();
    make_key(&context, "home/.ssh/id_ed25519");
    let id = deploy(&context, "deploy");
    (cloud, context, id)
}

fn deploy(context: &Context, arguments: &str) -> String {
    let (code, deployed) = context.json(arguments);
    assert_eq!(code, 0, "{deployed}");
    deployed["instance_id"].as_str().expect("an id").to_owned()
}

/// Makes a key pair, and gives its public half.
pub(crate) fn make_key(context: &Context, name: &str) -> String {
    let path = context.path(name);
    for old in [name.to_owned(), format!("{name}.pub")] {
        // The first one replaces nothing.
        drop(std::fs::remove_file(context.path(&old)));
    }
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(&path)
        .status();
    assert!(made.expect("ssh-keygen runs").success());
    context.read(&format!("{name}.pub"))
}

fn remote(context: &Context, command: &str) -> Run {
    context.run_with(&["connect", "-c", command], "")
}

fn pin(id: &str) -> String {
    format!(".sindri/known_hosts/{id}")
}

#[test]
fn a_remote_command_has_its_own_streams_and_exit_code() {
    let (_cloud, context, _) = cloud_and_deployed();
    let run = remote(&context, "echo out; echo err >&2; exit 3").expect(3);
    assert_eq!((&*run.stdout, &*run.stderr), ("out\n", "err\n"));
    let run = context.run_with(&["connect", "--command", "cat"], "one\ntwo\n");
    assert_eq!(run.expect(0).stdout, "one\ntwo\n");
    remote(&context, "exit 255").expect(255);
    let quoted = remote(&context, "echo 'a  b' \"$HOME\"").expect(0);
    assert_eq!(quoted.stdout, "a  b /root\n");
}

#[test]
fn a_stopped_deployment_is_started_first_and_its_old_host_key_is_dropped() {
    let (cloud, context, id) = cloud_and_deployed();
    remote(&context, "true").expect(0);
    let again = remote(&context, "true").expect(0);
    assert_eq!(again.stderr, "");
    let key = |text: &str| text.split_whitespace().last().map(str::to_owned);
    let old = key(&context.read(&pin(&id)));
    context.run("stop").expect(0);
    let back = remote(&context, "echo back").expect(0);
    assert_eq!(back.stdout, "back\n");
    for text in [
        "is stopped: starting it, and it bills again",
        "it bills $",
        "its container disk is new, and so is its key",
        "goes on running and bills $",
    ] {
        assert!(back.stderr.contains(text), "not {text}: {}", back.stderr);
    }
    let new = key(&context.read(&pin(&id)));
    assert!(
        new.is_some() && new != old,
        "a fresh container disk has a fresh key"
    );
    let start = format!("POST /v2/pods/{id}/action");
    let starts = cloud
        .changes()
        .iter()
        .filter(|change| **change == start)
        .count();
    assert_eq!(starts, 2, "a stop and a start");
    let after = remote(&context, "true").expect(0);
    assert_eq!(after.stderr, "");
}

#[test]
fn a_deployment_on_its_way_up_is_waited_for() {
    let (_cloud, context) = cloud_and_keyless();
    make_key(&context, "home/.ssh/id_ed25519");
    context.run("deploy --no-wait").expect(0);
    assert_eq!(remote(&context, "echo up").expect(0).stdout, "up\n");
}

#[test]
fn a_session_keeps_no_other_command_out_and_tells_when_its_pod_is_stopped() {
    let (_cloud, context, id) = cloud_and_deployed();
    context.run("stop").expect(0);
    let mut session = context.start_with(&["connect", "-c", "echo in; sleep 30"]);
    assert_eq!(session.first_line(), "in");
    context.run("stop").expect(0);
    let run = session.finish().expect(4);
    assert!(
        run.stderr.contains("the connection is lost"),
        "{}",
        run.stderr
    );
    let state = format!("pod {id} is EXITED now");
    assert!(run.stderr.contains(&state), "{}", run.stderr);
}

#[test]
fn another_host_key_for_the_same_start_is_an_error_that_says_what_to_do() {
    let (_cloud, context, id) = cloud_and_deployed();
    remote(&context, "true").expect(0);
    let other = make_key(&context, "other");
    let text = context.read(&pin(&id));
    let heading = text.lines().next().expect("a heading");
    assert!(heading.starts_with("# of the start at "), "{text}");
    context.file(&pin(&id), &format!("{heading}\nsindri-{id} {other}"));
    let run = remote(&context, "echo reached").expect(3);
    assert_eq!(run.stdout, "");
    for text in [
        "shows another host key than before",
        "was not started since",
        &pin(&id),
    ] {
        assert!(run.stderr.contains(text), "not {text}: {}", run.stderr);
    }
    std::fs::remove_file(context.path(&pin(&id))).expect("the file goes");
    remote(&context, "true").expect(0);
}

#[test]
fn a_pod_without_a_key_gets_one_in_the_way_that_is_told() {
    let (_cloud, mut context) = cloud_and_keyless();
    deploy(&context, "deploy");
    let refused = context.run("connect --timeout 1 -c true").expect(3);
    assert!(
        refused.stderr.contains("the pod has no key"),
        "{}",
        refused.stderr
    );
    assert!(
        refused.stderr.contains("`ssh-keygen -t ed25519`"),
        "{}",
        refused.stderr
    );
    assert!(
        refused.stderr.contains("name PUBLIC_KEY under `secrets`"),
        "{}",
        refused.stderr
    );
    let public = make_key(&context, "home/.ssh/id_ed25519");
    context.edit(
        "secrets:\n",
        "secrets:\n  - name: PUBLIC_KEY\n    source: env\n",
    );
    context.set("PUBLIC_KEY", public.trim());
    deploy(&context, "deploy");
    remote(&context, "true").expect(0);
}

#[test]
fn a_wrong_or_a_missing_private_key_is_told_apart() {
    let (_cloud, context, _) = cloud_and_deployed();
    let public = context.read("home/.ssh/id_ed25519.pub");
    make_key(&context, "home/.ssh/id_ed25519");
    let wrong = remote(&context, "true").expect(5);
    assert!(
        wrong.stderr.contains("none of the keys in ~/.ssh"),
        "{}",
        wrong.stderr
    );
    assert!(
        wrong.stderr.contains("Permission denied"),
        "{}",
        wrong.stderr
    );
    std::fs::remove_file(context.path("home/.ssh/id_ed25519")).expect("the file goes");
    context.file("home/.ssh/id_ed25519.pub", &public);
    let missing = remote(&context, "true").expect(5);
    assert!(
        missing.stderr.contains("private half"),
        "{}",
        missing.stderr
    );
}

#[test]
fn a_key_of_the_account_is_found_among_the_users() {
    let (cloud, context) = cloud_and_keyless();
    make_key(&context, "home/.ssh/other");
    let public = make_key(&context, "home/.ssh/work");
    let keys = runpod_sdk::types::UpdateSshKeysRequest::new([public.trim()]);
    let client = cloud.client();
    let set = async { client.account().replace_ssh_keys(&keys).await };
    let set = cloud.runtime().block_on(set);
    set.expect("the account takes it");
    deploy(&context, "deploy");
    remote(&context, "true").expect(0);
    let (_, shown) = context.json("connect");
    let file = shown["identity_file"].as_str().expect("a file");
    assert!(file.ends_with("home/.ssh/work"), "{file}");
}

#[test]
fn a_pod_that_replaced_another_is_connected_to_as_a_new_one() {
    let (_cloud, context, old) = cloud_and_deployed();
    remote(&context, "true").expect(0);
    context.edit("gpuType: NVIDIA L4", "gpuType: NVIDIA A40");
    let new = deploy(&context, "deploy --force");
    assert_ne!(old, new);
    assert_eq!(remote(&context, "true").expect(0).stderr, "");
    assert!(!context.path(&pin(&old)).exists() && context.path(&pin(&new)).exists());
}

#[test]
fn what_ssh_config_writes_lets_ssh_and_scp_in_by_name() {
    let (_cloud, context, id) = cloud_and_deployed();
    let (code, written) = context.json("ssh-config");
    assert_eq!(code, 0, "{written}");
    let by_name = |program: &str, arguments: &[&str]| {
        let ran = Command::new(program)
            .arg("-F")
            .arg(context.path(".sindri/ssh_config"))
            .args(arguments)
            .output()
            .expect("it runs");
        assert!(
            ran.status.success(),
            "{}",
            String::from_utf8_lossy(&ran.stderr)
        );
        String::from_utf8_lossy(&ran.stdout).into_owned()
    };
    assert_eq!(
        by_name("ssh", &["sindri-demo", "echo by name"]),
        "by name\n"
    );
    context.file("here.txt", "from here");
    let here = context.path("here.txt").display().to_string();
    by_name("scp", &["-q", &here, "sindri-demo:/workspace/there.txt"]);
    assert_eq!(
        by_name("ssh", &["sindri-demo", "cat /workspace/there.txt"]),
        "from here"
    );
    let kept = context.read(&pin(&id));
    assert!(
        kept.lines().count() == 2 && kept.contains("ssh-ed25519"),
        "{kept}"
    );
    context.run("stop").expect(0);
    let back = remote(&context, "true").expect(0);
    assert!(
        back.stderr.contains("has the new address"),
        "{}",
        back.stderr
    );
    assert_eq!(by_name("ssh", &["sindri-demo", "echo again"]), "again\n");
}

#[test]
fn the_printed_command_connects_as_it_stands() {
    let (_cloud, context, _) = cloud_and_deployed();
    let (_, shown): (i32, Value) = context.json("connect");
    let line = format!(
        "{} 'echo printed'",
        shown["ssh_command"].as_str().expect("a command")
    );
    let ran = Command::new("sh")
        .args(["-c", &line])
        .output()
        .expect("it runs");
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "printed\n", "{line}");
}

#[test]
fn a_session_at_a_terminal_takes_ctrl_c_and_ends_with_the_code_of_its_shell() {
    let (_cloud, context, _) = cloud_and_deployed();
    let mut terminal = at_a_terminal(&context);
    terminal.send_line("sleep 30").expect("it is typed");
    terminal.exp_string("sleep 30").expect("an echo");
    std::thread::sleep(std::time::Duration::from_millis(300));
    terminal.send_control('c').expect("it is typed");
    terminal.exp_string("# ").expect("the shell goes on");
    terminal
        .send_line("echo still $((40)) here")
        .expect("it is typed");
    terminal.exp_string("# ").expect("a prompt");
    terminal.send_line("exit 6").expect("it is typed");
    ends_with(terminal, 6);
}

#[test]
fn a_shell_reads_its_commands_from_standard_input_where_that_is_no_terminal() {
    let (_cloud, context, _) = cloud_and_deployed();
    let run = context
        .run_with(&["connect"], "echo from a script\nexit 4\n")
        .expect(4);
    assert!(run.stdout.contains("from a script\n"), "{}", run.stdout);
}
