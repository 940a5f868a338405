//! Shells at a terminal. `ssh -tt` asks for one wherever its own input comes from.

use std::time::Duration;

use serde_json::json;

use super::client::Client;
use super::session::Session;
use crate::cloud::Cloud;

#[tokio::test(flavor = "multi_thread")]
async fn a_shell_prompts_echoes_edits_and_exits() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    let prompt = format!("root@{}:~# ", pod.pod);
    let mut session = Session::start(&client, &pod, &["-tt"], &[]);
    session.wait_for(&prompt);
    session.send("echo onne\x7f\x7fe two\r");
    session.wait_for("one two\r\n");
    session.wait_for(&prompt);
    session.send("cd /tmp\r");
    session.wait_for(&format!("root@{}:/tmp# ", pod.pod));
    session.send("nope\r");
    session.wait_for("sh: nope: not found\r\n");
    session.send("echo status $?, terminal ${TERM}.\r");
    session.wait_for("status 127, terminal ");
    session.send("exit 9\r");
    let run = session.finish();
    assert_eq!(run.code, 9, "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_a_command_and_drops_a_line() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    let mut session = Session::start(&client, &pod, &["-tt"], &[]);
    session.wait_for("# ");
    session.send("echo begun; sleep 100; echo over\r");
    session.wait_for("begun\r\n");
    session.send("\x03");
    session.wait_for("^C\r\n");
    session.wait_for("# ");
    session.send("echo got $?\r");
    session.wait_for("got 130\r\n");
    session.send("exit 1\x03");
    session.wait_for("^C\r\n");
    session.wait_for("# ");
    session.send("echo still here\r");
    session.wait_for("still here\r\n");
    session.send("\x04");
    session.wait_for("exit\r\n");
    let run = session.finish();
    assert_eq!(run.code, 0, "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_reads_lines_of_the_terminal_until_ctrl_d() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    let mut session = Session::start(&client, &pod, &["-tt"], &[]);
    session.wait_for("# ");
    session.send("cat\r");
    session.wait_for("cat\r\n");
    session.send("a line\r");
    session.wait_for("a line\r\na line\r\n");
    session.send("\x04");
    session.wait_for("# ");
    session.send("false\r\x04");
    let run = session.finish();
    assert_eq!(run.code, 1, "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_command_at_a_terminal_can_be_interrupted() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    let mut session = Session::start(&client, &pod, &["-tt"], &["echo begun; sleep 100"]);
    session.wait_for("begun\r\n");
    session.send("\x03");
    let run = session.finish();
    assert_eq!(run.code, 130, "{run:?}");
}

#[tokio::test]
async fn a_script_is_run_at_a_terminal_until_its_end() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    let run = client
        .ssh_with(&pod, &["-tt"], &[], "echo one\nsh -c 'exit 5'\n")
        .await;
    // Once as it was typed, which may be before or after the prompt, and once as it was written.
    let out = run.expect(5);
    assert_eq!(out.matches("one\r\n").count(), 2, "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_gone_ends_its_command() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    let command = "echo begun; sleep 2; echo late > /tmp/late";
    for terminal in ["-T", "-tt"] {
        let mut session = Session::start(&client, &pod, &[terminal], &[command]);
        session.wait_for("begun");
        session.kill();
        tokio::time::sleep(Duration::from_secs(3)).await;
        let run = client.exec(&pod, "cat /tmp/late").await;
        run.fails(1, "cat: /tmp/late: No such file or directory");
    }
    // Left alone, it does write.
    client.exec(&pod, command).await.expect(0);
    assert_eq!(client.exec(&pod, "cat /tmp/late").await.expect(0), "late\n");
}
