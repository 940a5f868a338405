//! A key of its own, a list of known hosts of its own, and the programs run with them.

use std::io::{Read, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cloud::Cloud;

/// After this a program is ended and its test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// Someone with a key.
pub(crate) struct Client {
    directory: TempDir,
}

/// A pod as it is reached.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    pub(crate) user: &'static str,
    pub(crate) pod: String,
    pub(crate) port: u64,
}

/// What a program came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: Vec<u8>,
    pub(crate) err: String,
}

impl Client {
    pub(crate) fn new() -> Self {
        Self::with_key("ed25519")
    }

    pub(crate) fn with_key(kind: &str) -> Self {
        let client = Self {
            directory: tempfile::tempdir().expect("a directory"),
        };
        let made = Command::new("ssh-keygen")
            .args(["-q", "-t", kind, "-N", "", "-C", "test", "-f"])
            .arg(client.path("key"))
            .status()
            .expect("ssh-keygen is installed (package openssh-client)");
        assert!(made.success());
        client
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The public half of the key.
    pub(crate) fn public_key(&self) -> String {
        let text = std::fs::read_to_string(self.path("key.pub")).expect("a public key");
        text.trim().to_owned()
    }

    /// A pod that is ready and takes this client's key; `more` is put over the request.
    pub(crate) async fn pod(&self, cloud: &Cloud, more: Value) -> Address {
        let mut request = json!({
            "ports": ["22/tcp", "8888/http"],
            "env": { "PUBLIC_KEY": self.public_key(), "COLOUR": "dark blue" },
        });
        for (key, value) in more.as_object().expect("an object") {
            request[key] = value.clone();
        }
        let id = cloud.ready_pod(request).await;
        self.meet(cloud, &id).await
    }

    /// Reads where a pod is, and trusts the host key that the sandbox tells of it.
    pub(crate) async fn meet(&self, cloud: &Cloud, id: &str) -> Address {
        let pod = cloud.read(id).await;
        let direct = &pod["ssh"]["direct"];
        assert_eq!(direct["host"], "127.0.0.1", "{pod}");
        assert_eq!(direct["username"], "root");
        let port = direct["port"].as_u64().expect("a port");
        assert_eq!(direct["command"], format!("ssh root@127.0.0.1 -p {port}"));
        let key = cloud.sandbox.ssh_host_key(id).expect("a state");
        let key = key.expect("a host key");
        let known = format!("[127.0.0.1]:{port} {key}\n");
        std::fs::write(self.path("known_hosts"), known).expect("known hosts");
        Address {
            user: "root",
            pod: id.to_owned(),
            port,
        }
    }

    /// `ssh` with these arguments before and after the host.
    pub(crate) async fn ssh(&self, to: &Address, before: &[&str], after: &[&str]) -> Run {
        self.ssh_with(to, before, after, "").await
    }

    /// The same, with text on standard input.
    pub(crate) async fn ssh_with(
        &self,
        to: &Address,
        before: &[&str],
        after: &[&str],
        input: impl AsRef<[u8]>,
    ) -> Run {
        run(self.ssh_command(to, before, after), input.as_ref().to_vec()).await
    }

    /// Runs one command in the pod.
    pub(crate) async fn exec(&self, to: &Address, command: &str) -> Run {
        self.ssh(to, &[], &[command]).await
    }

    pub(crate) fn ssh_command(&self, to: &Address, before: &[&str], after: &[&str]) -> Command {
        let mut command = self.program("ssh");
        command.args(["-p", &to.port.to_string()]).args(before);
        command.arg(format!("{}@127.0.0.1", to.user)).args(after);
        command
    }

    /// `scp` or `sftp` with these arguments; `pod:` in one is the pod.
    pub(crate) async fn copy(
        &self,
        program: &str,
        to: &Address,
        arguments: &[&str],
        input: &str,
    ) -> Run {
        let mut command = self.program(program);
        command.args(["-P", &to.port.to_string()]);
        for argument in arguments {
            command.arg(argument.replace("pod:", "root@127.0.0.1:"));
        }
        command.current_dir(self.directory.path());
        run(command, input.as_bytes().to_vec()).await
    }

    /// A program that reads no configuration, asks nobody and trusts only what this client knows.
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        command
            .args(["-F", "/dev/null", "-i"])
            .arg(self.path("key"));
        let known = format!("UserKnownHostsFile={}", self.path("known_hosts").display());
        for option in [
            known.as_str(),
            "GlobalKnownHostsFile=/dev/null",
            "StrictHostKeyChecking=yes",
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "BatchMode=yes",
            "ConnectTimeout=10",
        ] {
            command.args(["-o", option]);
        }
        command
    }
}

impl Run {
    /// The output, if the program ended with this code.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> String {
        let out = String::from_utf8_lossy(&self.out).into_owned();
        assert_eq!(self.code, code, "stdout:\n{out}\nstderr:\n{}", self.err);
        out
    }

    /// Checks that the program ended with this code and said this on standard error.
    #[track_caller]
    pub(crate) fn fails(&self, code: i32, words: &str) {
        assert_eq!(self.code, code, "{self:?}");
        assert!(self.err.contains(words), "no `{words}` in {}", self.err);
    }
}

/// Runs a program to its end, beside the runtime on which the sandbox serves it.
pub(crate) async fn run(mut command: Command, input: Vec<u8>) -> Run {
    let work = move || finish(start(&mut command), input);
    tokio::task::spawn_blocking(work).await.expect("a run")
}

pub(crate) fn start(command: &mut Command) -> Child {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} (package openssh-client): {error}"))
}

pub(crate) fn finish(mut child: Child, input: Vec<u8>) -> Run {
    let mut pipe = child.stdin.take().expect("standard input");
    let writing = std::thread::spawn(move || {
        // A program that ends early reads no input.
        drop(pipe.write_all(&input));
    });
    let out = child.stdout.take().map(read_all).expect("standard output");
    let err = child.stderr.take().map(read_all).expect("standard error");
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("a status") {
            break status;
        }
        if begun.elapsed() > PATIENCE {
            drop(child.kill());
            panic!(
                "it does not end: {:?}",
                String::from_utf8_lossy(&err.join().expect("a reader"))
            );
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    writing.join().expect("a writer");
    Run {
        code: status.code().unwrap_or(-1),
        out: out.join().expect("a reader"),
        err: String::from_utf8_lossy(&err.join().expect("a reader")).into_owned(),
    }
}

/// A port on which nobody listens now.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("its number").port()
}

fn read_all(mut pipe: impl Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("the pipe can be read");
        bytes
    })
}
