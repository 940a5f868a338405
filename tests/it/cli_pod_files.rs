//! `forward` and `cp` on RunPod with the real `ssh` and `scp`, to the SSH servers of the sandbox's pods.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use serde_json::{Value, json};

use crate::cli_connect_ssh::{cloud_and_deployed, cloud_and_keyless};

#[test]
fn files_and_folders_go_up_and_come_back_as_they_were() {
    let (_cloud, context, _) = cloud_and_deployed();
    let bytes: Vec<u8> = (0..200_000_u32).map(|n| (n % 251) as u8).collect();
    fs::create_dir_all(context.path("folder/deep")).unwrap();
    fs::write(context.path("folder/data.bin"), &bytes).unwrap();
    fs::write(context.path("folder/deep/note.txt"), "one\n").unwrap();
    let up = context.run("cp folder :/workspace/").expect(0);
    assert!(
        up.stdout.contains("copied folder to :/workspace/"),
        "{}",
        up.stdout
    );
    let seen = context.run_with(
        &["connect", "-c", "cat /workspace/folder/deep/note.txt"],
        "",
    );
    assert_eq!(seen.expect(0).stdout, "one\n");
    context.run("cp demo:/workspace/folder back").expect(0);
    assert!(fs::read(context.path("back/data.bin")).unwrap() == bytes);
    let (code, report) = context.json("cp folder/deep/note.txt :/tmp/note.txt");
    assert_eq!((code, &report["files"]), (0, &json!(null)), "{report}");
}

#[test]
fn what_cannot_be_copied_is_a_failure() {
    let (_cloud, context, _) = cloud_and_deployed();
    for path in ["/workspace/none", "none", "~/none", "/workspace/it's none"] {
        let none = context.start_with(&["cp", &format!(":{path}"), "here"]);
        let none = none.finish().expect(2);
        let words = format!("there is no `{path}` in the container");
        assert!(none.stderr.contains(&words), "{}", none.stderr);
        assert!(!context.path("here").exists());
    }
    let (code, failed) = context.json("cp :/workspace/none here");
    assert_eq!((code, &failed["error"]["kind"]), (2, &json!("usage")));
    context.run("cp sindri.yaml :/workspace/there").expect(0);
    let nowhere = context.run("cp :/workspace/there no/such/folder").expect(3);
    assert!(
        nowhere.stderr.contains("scp did not copy everything"),
        "{}",
        nowhere.stderr
    );
    let both = context.run("cp a b").expect(2);
    assert!(
        both.stderr.contains("put a colon before"),
        "{}",
        both.stderr
    );
}

#[test]
fn a_stopped_pod_is_started_to_copy_and_that_is_said() {
    let (_cloud, context, _) = cloud_and_deployed();
    context.run("stop").expect(0);
    fs::write(context.path("note.txt"), "one\n").unwrap();
    let up = context.run("cp note.txt :/workspace/note.txt").expect(0);
    for words in ["it bills again", "goes on running and bills $"] {
        assert!(up.stderr.contains(words), "{words}: {}", up.stderr);
    }
}

#[test]
fn a_forwarded_port_is_told_once_it_is_open_and_carries_bytes_until_it_is_ended() {
    let (_cloud, context, _) = cloud_and_deployed();
    let mut running = context.start("forward 0:8888");
    let line = running.first_line();
    let address = line.split(' ').next().unwrap().to_owned();
    // At once: what is told is there.
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.write_all(b"hello").unwrap();
    let mut echoed = [0; 5];
    stream.read_exact(&mut echoed).unwrap();
    assert_eq!(&echoed, b"hello");
    drop(stream);
    // Not what a terminal does, which sends it to `ssh` as well.
    running.interrupt();
    let run = running.finish().expect(130);
    assert!(run.stderr.contains("interrupted"), "{}", run.stderr);
    assert!(TcpStream::connect(&address).is_err());
}

#[cfg(target_os = "linux")]
#[test]
fn a_forwarding_ends_with_sindri_even_when_that_is_killed() {
    use std::time::{Duration, Instant};
    let (_cloud, context, _) = cloud_and_deployed();
    let mut running = context.start("forward 0:8888");
    let line = running.first_line();
    let address = line.split(' ').next().unwrap().to_owned();
    assert!(TcpStream::connect(&address).is_ok());
    running.kill();
    let killed = Instant::now();
    while TcpStream::connect(&address).is_ok() {
        assert!(killed.elapsed() < Duration::from_secs(10), "ssh lives on");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn an_order_to_end_closes_a_forwarded_port_and_both_are_documents_of_one_line() {
    let (_cloud, context, id) = cloud_and_deployed();
    context.run("stop").expect(0);
    let mut running = context.start("forward 0:8888 --json");
    let told: Value = serde_json::from_str(&running.first_line()).unwrap();
    let address = told["ports"][0]["local"].as_str().unwrap().to_owned();
    assert!(TcpStream::connect(&address).is_ok());
    running.terminate();
    let run = running.finish().expect(130);
    assert!(TcpStream::connect(&address).is_err());
    // The rest of standard output is one more.
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    let ended = run.document();
    assert_eq!(ended["error"]["kind"], "interrupted", "{ended}");
    // It was started for this and goes on.
    let left = &ended["error"]["left"][0];
    assert_eq!(left["resource"], format!("pod {id}"), "{ended}");
}

#[test]
fn nothing_is_told_of_a_forwarding_that_does_not_come_up() {
    let (_cloud, context) = cloud_and_keyless();
    // Without a key nobody is let in.
    context.run("deploy").expect(0);
    let run = context.run("forward 0:8888 --timeout 1");
    assert_ne!(run.code, 0);
    assert_eq!(run.stdout, "", "{}", run.stderr);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let run = context.run(&format!("forward {port}:8888")).expect(2);
    assert!(
        run.stderr.contains(&format!("port {port} of this machine")),
        "{}",
        run.stderr
    );
}
