//! Files and folders to and from containers, over WebSocket.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::northflank_container::{
    Context, copy, end, folder, noise, run, run_until, take, text, tree, words,
};
use crate::northflank_server::Server;
use futures::future::join;
use northflank_sdk::stream::StreamError;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

#[cfg(unix)]
fn fill(root: &Path) {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    fs::create_dir_all(root.join("deep/er/empty")).unwrap();
    fs::write(root.join("big.bin"), noise(3_000_000)).unwrap();
    fs::write(root.join("-rf"), "a name like an option").unwrap();
    fs::write(root.join("deep/with space ü.txt"), "text").unwrap();
    let long = "long".repeat(40);
    fs::write(root.join("deep/er").join(long), "").unwrap();
    fs::write(root.join("run.sh"), "#!/bin/sh\n").unwrap();
    fs::set_permissions(root.join("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("../run.sh", root.join("deep/link")).unwrap();
    symlink("/etc/hostname", root.join("absolute")).unwrap();
    fs::set_permissions(root.join("deep/er"), fs::Permissions::from_mode(0o555)).unwrap();
}

fn instances(contexts: &[Context]) -> Vec<Option<&str>> {
    let names = contexts
        .iter()
        .map(|context| context["instanceName"].as_str());
    names.collect()
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_goes_up_and_comes_back_byte_for_byte_through_one_instance() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = Server::start().await;
    let (here, there, back) = (folder(), folder(), folder());
    fill(here.path());
    let remote = there.path().join("made/on the way");
    let serve = run_until(&server, "tar");
    let (contexts, report) = join(serve, copy(&server).upload(here.path(), text(&remote))).await;
    let report = report.unwrap();
    assert_eq!((report.files, report.folders, report.links), (5, 3, 2));
    assert!(report.bytes > 3_000_000 && report.skipped.is_empty());
    assert_eq!(tree(&remote), tree(here.path()));
    let commands: Vec<_> = contexts.iter().map(words).collect();
    assert_eq!(commands[0], ["tar", "--version"]);
    assert_eq!(commands[1], ["mkdir", "-p", text(&remote)]);
    let unpack = ["tar", "-xzvf", "-", "--no-same-owner", "-C", text(&remote)];
    assert_eq!(commands[2], unpack);
    assert_eq!(instances(&contexts), [None, Some("s-0"), Some("s-0")]);
    for context in &contexts {
        assert_eq!(context["shell"], "none");
        assert_eq!(context["encoding"], "base64");
        assert_eq!(context["tty"], false);
    }
    let local = back.path().join("new");
    let serve = run_until(&server, "tar");
    let (contexts, report) = join(serve, copy(&server).download(text(&remote), &local)).await;
    let report = report.unwrap();
    assert_eq!((report.files, report.links), (5, 2));
    assert_eq!(tree(&local), tree(here.path()));
    let mode = |name: &str| fs::metadata(local.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("run.sh"), mode("deep/er")), (0o755, 0o555));
    let commands: Vec<_> = contexts.iter().map(words).collect();
    assert_eq!(commands[0], ["test", "-e", text(&remote)]);
    assert_eq!(commands[1], ["test", "-d", text(&remote)]);
    let pack = [
        "tar",
        "-zcf",
        "-",
        "--no-same-owner",
        "-C",
        text(&remote),
        ".",
    ];
    assert_eq!(commands[2], pack);
    assert_eq!(instances(&contexts), [None, Some("s-0"), Some("s-0")]);
    for root in [here.path(), &remote, &local] {
        // So that they can be removed.
        fs::set_permissions(root.join("deep/er"), fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[tokio::test]
async fn a_file_gets_exactly_the_name_that_was_asked_for() {
    let server = Server::start().await;
    let (here, there) = (folder(), folder());
    let file = here.path().join("a.bin");
    fs::write(&file, noise(100_000)).unwrap();
    let remote = |name: &str| format!("{}/{name}", there.path().display());
    for (target, expected) in [("x/b.bin", "x/b.bin"), ("y/", "y/a.bin"), ("-c", "-c")] {
        let target = remote(target);
        let upload = copy(&server).upload(&file, &target);
        join(run_until(&server, "tar"), upload).await.1.unwrap();
        assert!(
            fs::read(remote(expected)).unwrap() == noise(100_000),
            "{target}"
        );
    }
    let local = here.path().join("back/");
    fs::create_dir(&local).unwrap();
    fs::write(local.join("c.bin"), "older").unwrap();
    let cases = [
        ("x/b.bin", "c.bin", "c.bin"),
        ("x/b.bin", "", "b.bin"),
        ("-c", "./", "-c"),
    ];
    for (source, target, expected) in cases {
        let source = remote(source);
        let download = copy(&server).download(&source, local.join(target));
        let report = join(run_until(&server, "tar"), download).await.1.unwrap();
        assert_eq!((report.files, report.bytes), (1, 100_000));
        assert!(
            fs::read(local.join(expected)).unwrap() == noise(100_000),
            "{expected}"
        );
    }
    assert_eq!(
        tree(&local).len(),
        3,
        "{:?}",
        fs::read_dir(&local).unwrap().collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_named_instance_and_user_are_in_every_command() {
    let server = Server::start().await;
    let here = folder();
    let request = copy(&server).instance("s-1").container("side").user("app");
    let remote = text(here.path()).to_owned();
    let serve = async {
        let mut contexts = Vec::new();
        for _ in 0..3 {
            let mut peer = server.peer().await;
            let init = peer.json().await;
            peer.say(r#"{"type":"init","data":{"auth":"successful"}}"#)
                .await;
            contexts.push(init["data"]["context"].clone());
            run(peer, contexts.last().unwrap()).await;
        }
        contexts
    };
    let (contexts, report) = join(serve, request.upload(here.path(), &remote)).await;
    report.unwrap();
    for context in contexts {
        assert_eq!(context["instanceName"], "s-1");
        assert_eq!(context["containerName"], "side");
        assert_eq!(context["user"], "app");
    }
}

#[tokio::test]
async fn progress_is_told_for_each_file_and_within_large_ones() {
    let server = Server::start().await;
    let (here, there) = (folder(), folder());
    fs::write(here.path().join("a"), noise(2_500_000)).unwrap();
    fs::write(here.path().join("b"), "b").unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&told);
    let request = copy(&server).on_progress(move |progress| {
        let name = progress.path.display().to_string();
        log.lock()
            .unwrap()
            .push((name, progress.files, progress.bytes >> 20));
    });
    let upload = request.upload(here.path(), text(there.path()));
    join(run_until(&server, "tar"), upload).await.1.unwrap();
    let entry = |name: &str, files, mib| (name.to_owned(), files, mib);
    let expected = [
        entry("a", 0, 0),
        entry("a", 0, 1),
        entry("a", 0, 2),
        entry("b", 1, 2),
    ];
    assert_eq!(*told.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_container_without_tar_says_so() {
    let here = folder();
    let server = Server::start().await;
    let message = "exec: tar: not found";
    let serve = async { end(take(&server).await.0, 127, b"", message).await };
    let error = join(serve, copy(&server).upload(here.path(), "/x"))
        .await
        .1
        .unwrap_err();
    let expected = "the container has no usable `tar`, which copying needs: exec: tar: not found";
    assert_eq!(error.to_string(), expected);
    let serve = async {
        let (mut peer, _) = take(&server).await;
        let message = "OCI runtime exec failed: exec: tar: executable file not found in $PATH";
        peer.say(&format!(
            r#"{{"type":"error","data":{{"message":"{message}"}}}}"#
        ))
        .await;
        assert!(peer.leaves().await);
    };
    let error = join(serve, copy(&server).upload(here.path(), "/x"))
        .await
        .1
        .unwrap_err();
    assert!(
        matches!(error, StreamError::MissingTool { tool: "tar", .. }),
        "{error:?}"
    );
    let serve = async {
        for _ in 0..2 {
            end(take(&server).await.0, 0, b"", "").await;
        }
        end(take(&server).await.0, 127, b"", message).await;
    };
    let local = here.path().join("d");
    let error = join(serve, copy(&server).download("/x", local))
        .await
        .1
        .unwrap_err();
    assert!(
        matches!(error, StreamError::MissingTool { tool: "tar", .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn what_is_not_there_is_told_on_either_side() {
    let server = Server::start().await;
    let serve = async { end(take(&server).await.0, 1, b"", "").await };
    let here = folder();
    let error = join(serve, copy(&server).download("/nowhere", here.path()))
        .await
        .1
        .unwrap_err();
    assert_eq!(error.to_string(), "there is no `/nowhere` in the container");
    let missing = here.path().join("missing");
    let error = copy(&server).upload(&missing, "/x").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("could not read `{}`", missing.display())
    );
    assert!(server.is_left_alone_for(30).await);
}

#[tokio::test]
async fn a_tar_that_fails_in_the_middle_is_told_with_what_it_said() {
    let here = folder();
    fs::write(here.path().join("big"), noise(20_000_000)).unwrap();
    let server = Server::start().await;
    let serve = async {
        for _ in 0..2 {
            end(take(&server).await.0, 0, b"", "").await;
        }
        let (mut peer, _) = take(&server).await;
        peer.json().await;
        end(peer, 2, b"big\n", "tar: big: No space left on device\n").await;
    };
    let error = join(serve, copy(&server).upload(here.path(), "/x"))
        .await
        .1
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "`tar` failed in the container (exit code 2): tar: big: No space left on device"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn what_cannot_be_read_here_is_never_taken_for_the_end_and_what_is_no_file_is_reported() {
    let here = folder();
    let socket = std::os::unix::net::UnixListener::bind(here.path().join("socket")).unwrap();
    let server = Server::start().await;
    let there = folder();
    let upload = copy(&server).upload(here.path(), text(there.path()));
    let report = join(run_until(&server, "tar"), upload).await.1.unwrap();
    assert_eq!(report.skipped, [here.path().join("socket")]);
    drop(socket);
    // A file that no one can open, root included: it goes away between the listing and the reading.
    let vanishing = here.path().join("vanishing");
    fs::write(&vanishing, noise(10)).unwrap();
    let path = vanishing.clone();
    let request = copy(&server).on_progress(move |_progress| {
        let _gone = fs::remove_file(&path);
    });
    let serve = async {
        for _ in 0..2 {
            end(take(&server).await.0, 0, b"", "").await;
        }
        let (mut peer, _) = take(&server).await;
        loop {
            match peer.next().await {
                tokio_tungstenite::tungstenite::Message::Close(_) => return,
                message => assert!(!message.to_string().contains("stdInEnd"), "{message}"),
            }
        }
    };
    let error = join(serve, request.upload(here.path(), "/x"))
        .await
        .1
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("could not read `{}`", vanishing.display())
    );
}
