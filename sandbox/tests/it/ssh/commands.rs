//! Single commands.

use serde_json::json;

use super::client::Client;
use super::session::Session;
use crate::cloud::Cloud;

#[tokio::test]
async fn a_command_writes_and_ends_with_its_code() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    let run = client.exec(&pod, "echo hello pod").await;
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_eq!(run.expect(0), "hello pod\n");
    client.exec(&pod, "exit 7").await.expect(7);
    client.exec(&pod, "false").await.expect(1);
    let run = client.exec(&pod, "nvidia-smi").await;
    run.fails(127, "sh: nvidia-smi: not found");
    assert!(run.out.is_empty());
}

#[tokio::test]
async fn the_streams_are_kept_apart() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    let run = client
        .exec(&pod, "sh -c 'echo out; echo err >&2; exit 3'")
        .await;
    assert_eq!(run.err, "err\n");
    assert_eq!(run.expect(3), "out\n");
}

#[tokio::test]
async fn standard_input_reaches_a_command_whole() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    let input: Vec<u8> = (0..5_000_000_u32)
        .map(|number| number.to_le_bytes()[1])
        .collect();
    let run = client.ssh_with(&pod, &[], &["cat"], &input).await;
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.out == input,
        "{} bytes of {}",
        run.out.len(),
        input.len()
    );
}

#[tokio::test]
async fn a_command_sees_the_environment_of_its_pod() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    let out = client.exec(&pod, "env").await.expect(0);
    let key = format!("PUBLIC_KEY={}", client.public_key());
    for line in ["COLOUR=dark blue", "HOME=/root", "USER=root", &key] {
        assert!(
            out.lines().any(|found| found == line),
            "{line} is not in\n{out}"
        );
    }
    let out = client
        .exec(&pod, "echo \"$COLOUR\" && whoami && hostname && pwd")
        .await;
    assert_eq!(
        out.expect(0),
        format!("dark blue\nroot\n{}\n/root\n", pod.pod)
    );
}

#[tokio::test]
async fn a_script_on_standard_input_is_run_line_by_line() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    let script = "cd /tmp\npwd\ncat\nthis is read by cat\n";
    let run = client.ssh_with(&pod, &["-T"], &[], script).await;
    assert_eq!(run.expect(0), "/tmp\nthis is read by cat\n");
    let run = client
        .ssh_with(&pod, &["-T"], &[], "echo a\nexit 9\necho b\n")
        .await;
    assert_eq!(run.expect(9), "a\n");
}

#[tokio::test]
async fn input_that_no_command_reads_is_bounded() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    let input = vec![0; 40 * 1024 * 1024];
    let run = client.ssh_with(&pod, &[], &["sleep 100"], input).await;
    run.fails(1, "more than 32 MiB of input were not read");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_carries_many_commands() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    let socket = client.path("socket").display().to_string();
    let mut master = Session::start(&client, &pod, &["-M", "-S", &socket], &["echo up; cat"]);
    master.wait_for("up");
    for number in 0..40 {
        let command = format!("echo {number}");
        let run = client.ssh(&pod, &["-S", &socket], &[&command]).await;
        assert_eq!(run.expect(0), format!("{number}\n"));
    }
    master.finish();
}
