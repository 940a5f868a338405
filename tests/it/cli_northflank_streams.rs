//! Shells, commands, logs, ports and files of a service, as a user goes.

use crate::cli_northflank::{service, service_of};
#[cfg(unix)]
use crate::cli_terminal::{at_a_terminal, ends_with};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use tests::Cloud;

const APP: &str = service_yaml!(
    "    ports:
      - {name: http, internalPort: 8080, public: true}
"
);

#[test]
fn a_command_ends_with_its_own_code_and_its_outputs_stay_apart() {
    let (_cloud, context) = service(APP);
    context.run("deploy").expect(0);
    let run = context
        .start_with(&["connect", "--command", "exit 3"])
        .finish()
        .expect(3);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    let run = context
        .start_with(&["connect", "-c", "echo out; echo err >&2"])
        .finish()
        .expect(0);
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str()),
        ("out\n", "err\n")
    );
}

#[test]
fn a_paused_service_is_resumed_first_and_that_is_said() {
    let (cloud, context) = service(APP);
    context.run("deploy").expect(0);
    context.run("stop").expect(0);
    let run = context
        .start_with(&["connect", "-c", "echo hi"])
        .finish()
        .expect(0);
    assert_eq!(run.stdout, "hi\n");
    assert!(run.stderr.contains("it bills again"), "{}", run.stderr);
    assert_eq!(cloud.requests("resume_service").len(), 1);
}

#[test]
fn what_is_not_deployed_cannot_be_connected_to() {
    let (_cloud, context) = service(APP);
    let run = context.run("connect").expect(2);
    assert!(
        run.stderr.contains("`web` is not deployed"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_log_is_shown_and_ends() {
    let (_cloud, context) = service(APP);
    context.run("deploy").expect(0);
    let run = context.run("logs").expect(0);
    assert!(
        run.stdout.contains("listening on port 8080"),
        "{}",
        run.stdout
    );
    let run = context.run("logs --source system").expect(2);
    assert!(
        run.stderr.contains("nothing of the system's"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_log_without_lines_says_why_there_are_none() {
    let (_cloud, context) = service(APP);
    context.run("deploy").expect(0);
    let none = context.run("logs -n 0").expect(0);
    assert!(
        none.stderr.contains("no stored line was asked for"),
        "{}",
        none.stderr
    );
    let later = context.run("logs --since 2100-01-01T00:00:00Z").expect(0);
    let words = "has written nothing since 2100-01-01T00:00:00Z";
    assert!(later.stderr.contains(words), "{}", later.stderr);
}

#[test]
fn a_session_that_is_not_accepted_tells_that_it_waits() {
    let cloud = Cloud::with_faults(&["exec:no-init:1"]);
    let (_cloud, context) = service_of(cloud, APP);
    context.run("deploy").expect(0);
    let session = context.start_with(&["connect", "-c", "true"]);
    std::thread::sleep(std::time::Duration::from_secs(5));
    session.interrupt();
    let run = session.finish().expect(130);
    let words = "has not accepted the session yet";
    assert!(run.stderr.contains(words), "{}", run.stderr);
}

#[test]
fn files_go_up_and_come_back_as_they_were() {
    let (_cloud, context) = service(APP);
    context.run("deploy").expect(0);
    let bytes: Vec<u8> = (0..200_000_u32).map(|n| (n % 251) as u8).collect();
    fs::write(context.path("data.bin"), &bytes).unwrap();
    let run = context.run("cp data.bin :/tmp/data.bin").expect(0);
    let words = "1 file, 200000 bytes";
    assert!(run.stdout.contains(words), "{}", run.stdout);
    context.run("cp :/tmp/data.bin back.bin").expect(0);
    assert!(fs::read(context.path("back.bin")).unwrap() == bytes);
    let run = context.run("cp a b").expect(2);
    assert!(run.stderr.contains("put a colon before"), "{}", run.stderr);
    for (arguments, words) in [
        ("cp :/tmp/none here", "there is no `/tmp/none`"),
        ("cp none :/tmp/none", "none"),
    ] {
        let run = context.run(arguments).expect(2);
        assert!(run.stderr.contains(words), "{}", run.stderr);
        // What is wrong here is nobody else's fault.
        assert!(!run.stderr.contains("Northflank did not"), "{}", run.stderr);
    }
}

#[test]
fn a_forwarded_port_carries_bytes_until_it_is_ended() {
    let (_cloud, context) = service(APP);
    context.run("deploy").expect(0);
    let mut running = context.start("forward 0:8080");
    let line = running.first_line();
    let address = line.split(' ').next().unwrap().to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.write_all(b"hello").unwrap();
    let mut echoed = [0; 5];
    stream.read_exact(&mut echoed).unwrap();
    assert_eq!(&echoed, b"hello");
    drop(stream);
    running.interrupt();
    running.finish().expect(130);
    let mut running = context.start("forward 0:8080 --json");
    assert!(running.first_line().ends_with('}'));
    running.terminate();
    let run = running.finish().expect(130);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    assert_eq!(run.document()["error"]["kind"], "interrupted");
    let run = context.run("forward 9000:8080 9000:8080").expect(2);
    assert!(run.stderr.contains("forward 0:8080"), "{}", run.stderr);
}

#[test]
fn a_stopped_service_is_not_started_for_a_port_that_it_does_not_declare() {
    let (cloud, context) = service(APP);
    context.edit(
        "      - {name: http, internalPort: 8080, public: true}\n",
        "      - {name: http, internalPort: 8080, public: true}\n      - {name: dns, internalPort: 53, protocol: UDP}\n",
    );
    context.run("deploy").expect(0);
    context.run("stop").expect(0);
    for (port, words) in [
        ("9", "service web declares no port 9"),
        ("0:53", "port 53 is a UDP port"),
    ] {
        let run = context.run(&format!("forward 0:8080 {port}")).expect(2);
        assert!(run.stderr.contains(words), "{}", run.stderr);
        assert!(
            run.stderr.contains("those that can be are 8080"),
            "{}",
            run.stderr
        );
    }
    assert!(cloud.requests("resume_service").is_empty());
    let mut running = context.start("forward 0:8080");
    assert!(!running.first_line().is_empty());
    running.interrupt();
    let run = running.finish().expect(130);
    // It was started for this and goes on.
    assert!(
        run.stderr.contains("service web, price unknown"),
        "{}",
        run.stderr
    );
}

#[cfg(unix)]
#[test]
fn a_copy_goes_into_a_pipe_or_a_device_and_replaces_neither() {
    use std::os::unix::fs::{FileTypeExt as _, symlink};
    let (_cloud, context) = service(APP);
    context.run("deploy").expect(0);
    context.file("note.txt", "one\n");
    context.run("cp note.txt :/tmp/note.txt").expect(0);
    let pipe = context.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let reading = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe).unwrap()
    });
    context.run("cp :/tmp/note.txt pipe").expect(0);
    assert_eq!(reading.join().unwrap(), "one\n");
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
    // A device behind a link: were one replaced, it would be the link.
    symlink("/dev/null", context.path("null")).unwrap();
    symlink("/dev/full", context.path("full")).unwrap();
    symlink("note.txt", context.path("link")).unwrap();
    symlink("nowhere", context.path("dangling")).unwrap();
    context.run("cp :/tmp/note.txt null").expect(0);
    let full = context.run("cp :/tmp/note.txt full").expect(2);
    assert!(full.stderr.contains("No space left"), "{}", full.stderr);
    context.file("note.txt", "two\n");
    context.run("cp :/tmp/note.txt link").expect(0);
    assert_eq!(context.read("note.txt"), "one\n");
    context.run("cp :/tmp/note.txt dangling").expect(2);
    for link in ["null", "full", "link", "dangling"] {
        let metadata = fs::symlink_metadata(context.path(link)).unwrap();
        assert!(metadata.is_symlink(), "{link}");
    }
}

#[cfg(unix)]
#[test]
fn a_shell_takes_ctrl_c_and_ends_with_its_own_code() {
    let (_cloud, context) = service(APP);
    context.run("deploy").expect(0);
    let mut terminal = at_a_terminal(&context);
    terminal.send_line("sleep 30").unwrap();
    terminal.exp_string("sleep 30").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    terminal.send_control('c').unwrap();
    terminal.exp_string("# ").unwrap();
    terminal.send_line("exit 6").unwrap();
    ends_with(terminal, 6);
}

#[test]
fn a_followed_log_goes_on_until_it_is_ended() {
    let (_cloud, context) = service(APP);
    context.run("deploy").expect(0);
    let mut following = context.start("logs --follow");
    assert!(!following.first_line().is_empty());
    following.interrupt();
    following.finish().expect(130);
}
