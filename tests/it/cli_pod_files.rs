//! `forward` and `cp` on RunPod with the real `ssh` and `scp`, to the SSH servers of the sandbox's pods.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use serde_json::json;

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
    let none = context.run("cp :/workspace/none here").expect(3);
    assert!(
        none.stderr.contains("scp did not copy everything"),
        "{}",
        none.stderr
    );
    assert!(!context.path("here").exists());
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
    // Not Ctrl-C, which a terminal sends to `ssh` as well.
    running.terminate();
    running.finish().expect(130);
    assert!(TcpStream::connect(&address).is_err());
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
