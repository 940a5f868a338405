//! Files by `scp` and `sftp`.

use std::fs;

use serde_json::json;

use super::client::Client;
use crate::cloud::Cloud;

#[tokio::test]
async fn a_file_goes_up_and_comes_down() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    fs::write(client.path("notes.txt"), "some notes\n").unwrap();
    client
        .copy("scp", &pod, &["notes.txt", "pod:"], "")
        .await
        .expect(0);
    assert_eq!(
        client.exec(&pod, "cat /root/notes.txt").await.expect(0),
        "some notes\n"
    );
    client.exec(&pod, "echo more >> notes.txt").await.expect(0);
    client
        .copy("scp", &pod, &["pod:notes.txt", "back.txt"], "")
        .await
        .expect(0);
    assert_eq!(
        fs::read_to_string(client.path("back.txt")).unwrap(),
        "some notes\nmore\n"
    );
    let run = client.copy("scp", &pod, &["pod:/no", "back.txt"], "").await;
    run.fails(1, "No such file or directory");
}

#[tokio::test]
async fn a_big_file_arrives_byte_for_byte() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    let bytes: Vec<u8> = (0..5_000_000_u32)
        .map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()[3])
        .collect();
    fs::write(client.path("big"), &bytes).unwrap();
    client
        .copy("scp", &pod, &["big", "pod:/tmp/big"], "")
        .await
        .expect(0);
    client
        .copy("scp", &pod, &["pod:/tmp/big", "back"], "")
        .await
        .expect(0);
    assert!(fs::read(client.path("back")).unwrap() == bytes);
    let run = client.exec(&pod, "cat /tmp/big").await;
    assert!(run.code == 0 && run.out == bytes, "{}", run.err);
}

#[tokio::test]
async fn directories_go_up_and_down_with_modes_and_times() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    fs::create_dir_all(client.path("project/src/empty")).unwrap();
    fs::write(client.path("project/run.sh"), "echo hi\n").unwrap();
    fs::write(client.path("project/src/main.rs"), "fn main() {}\n").unwrap();
    client
        .copy("scp", &pod, &["-rp", "project", "pod:/tmp/"], "")
        .await
        .expect(0);
    let out = client
        .exec(&pod, "ls /tmp/project /tmp/project/src")
        .await
        .expect(0);
    assert_eq!(
        out,
        "/tmp/project:\nrun.sh\nsrc\n/tmp/project/src:\nempty\nmain.rs\n"
    );
    client
        .copy("scp", &pod, &["-rp", "pod:/tmp/project", "back"], "")
        .await
        .expect(0);
    for name in ["run.sh", "src/main.rs"] {
        let read = |place: &str| {
            let path = client.path(place).join(name);
            let modified = fs::metadata(&path).unwrap().modified().unwrap();
            let seconds = modified
                .duration_since(std::time::UNIX_EPOCH)
                .unwrap()
                .as_secs();
            (fs::read_to_string(path).unwrap(), seconds)
        };
        assert_eq!(read("project"), read("back"));
    }
    assert!(client.path("back/src/empty").is_dir());
}

#[tokio::test]
async fn sftp_does_what_its_batch_says() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    fs::write(client.path("a"), "content of a\n").unwrap();
    let batch = "pwd\nmkdir d\nput a d/a\nput a d/b\nchmod 600 d/b\nls -l d\nrename d/a d/c\n\
                 get d/c fetched\nrm d/b\nls d\ncd d\npwd\n";
    let run = client.copy("sftp", &pod, &["-b", "-", "pod:"], batch).await;
    let out = run.expect(0);
    assert!(out.contains("Remote working directory: /root\n"), "{out}");
    assert!(out.contains("Remote working directory: /root/d\n"), "{out}");
    assert!(out.contains("-rw------- "), "{out}");
    assert!(out.contains("> ls d\nd/c"), "{out}");
    assert_eq!(
        fs::read_to_string(client.path("fetched")).unwrap(),
        "content of a\n"
    );
    for (wrong, words) in [
        ("rmdir d\n", "remote rmdir"),
        ("rm no\n", "No such file"),
        ("mkdir /tmp\n", "remote mkdir"),
        ("ln -s d e\n", "nsupported"),
    ] {
        let run = client.copy("sftp", &pod, &["-b", "-", "pod:"], wrong).await;
        run.fails(1, words);
    }
    let tidy = "rm d/c\nrmdir d\nls\n";
    let run = client.copy("sftp", &pod, &["-b", "-", "pod:"], tidy).await;
    assert!(run.expect(0).ends_with("> ls\n"));
}

#[tokio::test]
async fn more_than_a_pod_keeps_is_refused_with_the_limit() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let pod = client.pod(&cloud, json!({})).await;
    fs::write(client.path("large"), vec![1; 17 * 1024 * 1024]).unwrap();
    let run = client
        .copy("scp", &pod, &["large", "pod:/tmp/large"], "")
        .await;
    run.fails(1, "the sandbox keeps 16 MiB of files for each pod");
    let run = client
        .ssh_with(&pod, &[], &["cat > /tmp/large"], vec![1; 17 * 1024 * 1024])
        .await;
    run.fails(1, "the sandbox keeps 16 MiB of files for each pod");
}

#[tokio::test]
async fn a_stop_wipes_the_container_and_keeps_the_mount() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let mounts = json!({ "persistent": { "size": 10, "path": "/workspace" } });
    let pod = client.pod(&cloud, json!({ "mounts": mounts })).await;
    let write = "echo gone > /root/f && echo kept > /workspace/f && mkdir /workspace/d";
    client.exec(&pod, write).await.expect(0);
    let look = "cat /workspace/f; ls /workspace; ls /root";
    let mut keys = vec![cloud.sandbox.ssh_host_key(&pod.pod).unwrap()];
    for how in ["stop", "restart"] {
        cloud.act(&pod.pod, how).await.expect(200);
        if how == "stop" {
            cloud.act(&pod.pod, "start").await.expect(200);
        }
        cloud.pass(4.0);
        let pod = client.meet(&cloud, &pod.pod).await;
        let key = cloud.sandbox.ssh_host_key(&pod.pod).unwrap();
        assert!(!keys.contains(&key), "{how}: the host key was on the disk");
        keys.push(key);
        assert_eq!(
            client.exec(&pod, look).await.expect(0),
            "kept\nd\nf\n",
            "{how}"
        );
        client.exec(&pod, "echo again > /root/f").await.expect(0);
    }
}

#[tokio::test]
async fn pods_share_a_network_volume_which_outlives_them() {
    let (cloud, client) = (Cloud::start().await, Client::new());
    let volume = cloud.volume("EU-RO-1").await;
    let mounts = json!({ "mounts": { "network": [{ "volumeId": volume, "path": "/data" }] } });
    let one = client.pod(&cloud, mounts.clone()).await;
    client.exec(&one, "echo shared > /data/f").await.expect(0);
    cloud
        .delete(&format!("/v2/pods/{}", one.pod))
        .await
        .expect(204);
    let two = client.pod(&cloud, mounts).await;
    assert_eq!(
        client.exec(&two, "cat /data/f; ls").await.expect(0),
        "shared\n"
    );
}
