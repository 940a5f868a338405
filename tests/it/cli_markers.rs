//! No key, token or secret is anywhere but in the requests that carry it: whatever the command, its form, its
//! verbosity and how it fails.
#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::json;
use tests::{Cloud, Context, VAULT_TOKEN, Vault};
use tokio::runtime::{Builder, Runtime};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::cli_connect_ssh::make_key;
use crate::cli_context::PROGRAM;

/// What all keys, tokens and secrets of these tests hold.
const MARKER: &str = "marker-of-";

const SECRETS: &str = "secrets:
  - {name: TOKEN, source: env, required: true}
  - {name: FROM_FILE, source: env}
  - {name: FROM_VAULT, source: vault, vaultPath: app, vaultKey: password}
";

const RUNPOD: &str = "version: \"3.0\"
name: demo
deployment:
  provider: runpod
  image: ghcr.io/org/app:1
extensions:
  profile: minimal
providers:
  runpod:
    gpuType: NVIDIA L4
    volumeSizeGb: 20
    startSsh: true
    ports: [22/tcp]
";

const NORTHFLANK: &str = "version: \"3.0\"
name: demo
deployment:
  provider: northflank
  image: ghcr.io/org/app:1
extensions:
  profile: minimal
providers:
  northflank:
    projectName: lab
    volumeSizeGb: 10
    volumeMountPath: /data
    ports:
      - {name: http, internalPort: 8080}
";

/// Commands that end by themselves, in an order in which a deployment lives and dies.
const COMMANDS: [&str; 31] = [
    "config validate",
    "config show",
    "config schema",
    "config providers",
    "secrets list",
    "secrets validate",
    "secrets test-vault",
    "doctor",
    "doctor --check-auth",
    "gpu list",
    "volume list",
    "plan",
    "plan --offline",
    "deploy --dry-run",
    "deploy",
    "deploy",
    "status",
    "logs",
    "connect",
    "connect --command true",
    "ssh-config",
    "cp sindri.yaml demo:/tmp/x",
    "cp demo:/tmp/x copied",
    "volume create --name v --size 10 --data-center EU-RO-1",
    "stop",
    "connect",
    "start",
    "destroy --force --volumes",
    "status",
    "version",
    "completions bash",
];

/// A directory with secrets of every source, and a Vault that has one of them.
fn marked(file: &str, address: &str) -> (Vault, Context) {
    let vault = Vault::start();
    vault.keeps("app", &json!({"password": "marker-of-the-vault"}));
    let mut context = Context::new(PROGRAM);
    let keys = ["RUNPOD_API_KEY", "NORTHFLANK_API_TOKEN"];
    for key in keys {
        context.set(key, "marker-of-the-key");
    }
    fs::create_dir(context.path("tmp")).expect("a directory");
    let temporary = context.path("tmp").display().to_string();
    context
        .set("RUNPOD_API_BASE_URL", address)
        .set("NORTHFLANK_API_BASE_URL", address)
        .set("VAULT_ADDR", &vault.url())
        .set("VAULT_TOKEN", VAULT_TOKEN)
        .set("RUST_LOG", "trace")
        .set("SINDRI_DEPLOY_TIMEOUT_SECS", "3")
        .set("TMPDIR", &temporary)
        .set("PATH", "/usr/bin:/bin");
    context.file("sindri.yaml", &format!("{file}{SECRETS}"));
    make_key(&context, "home/.ssh/id_ed25519");
    context.file(
        ".env",
        "FROM_FILE=\"marker-of-the-file\\nand its second line\"\n",
    );
    (vault, context)
}

/// Every file below a directory.
fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("a directory");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// Neither what was said nor what was written holds a marker. Files that hold one were written by the test.
#[track_caller]
fn check(context: &Context, command: &str) {
    let run = context.run(command);
    for text in [&run.stdout, &run.stderr] {
        assert!(!text.contains(MARKER), "{command}:\n{text}");
    }
    for path in files(&context.path(".")) {
        let bytes = fs::read(&path).unwrap_or_default();
        let found = String::from_utf8_lossy(&bytes).contains(MARKER);
        let shown = path.display();
        assert!(!found || path.ends_with(".env"), "{shown} after {command}");
        if path.components().any(|part| part.as_os_str() == "state") {
            let mode = fs::metadata(&path).map(|data| data.permissions().mode() & 0o777);
            assert_eq!(mode.unwrap_or(0o600), 0o600, "{shown} after {command}");
        }
    }
}

fn each_command(context: &Context) {
    for command in COMMANDS {
        check(context, &format!("{command} -vvv"));
        check(context, &format!("{command} --json -vvv"));
    }
    // Past the harness, which hides what passes.
    let runs = 2 * COMMANDS.len();
    let told = writeln!(std::io::stderr(), "{runs} runs searched, leaks found: 0");
    told.expect("standard error");
}

#[test]
fn no_command_of_runpod_leaves_a_secret_anywhere() {
    let cloud = Cloud::start();
    let (_vault, context) = marked(RUNPOD, cloud.url());
    each_command(&context);
    let sent = cloud.requests("create_pod")[0]
        .body
        .clone()
        .expect("a body");
    assert_eq!(sent["env"]["FROM_VAULT"], "marker-of-the-vault");
    assert_eq!(sent["env"]["TOKEN"], "marker-of-the-secret");
}

#[test]
fn no_command_of_northflank_leaves_a_secret_anywhere() {
    let cloud = Cloud::start();
    let (_vault, context) = marked(NORTHFLANK, cloud.url());
    each_command(&context);
    let sent = cloud.requests("create_deployment_service");
    let sent = serde_json::to_string(&sent[0].body).expect("JSON");
    assert!(sent.contains("marker-of-the-vault"), "{sent}");
}

#[test]
fn no_fault_of_a_cloud_makes_a_secret_show() {
    for fault in ["lost-answer", "truncate", "html", "500", "422"] {
        let on_order: Vec<String> = ["create_pod", "update_pod", "get_pod", "list_pods"]
            .map(|operation| format!("{operation}:{fault}:2"))
            .into();
        let on_order: Vec<&str> = on_order.iter().map(String::as_str).collect();
        let cloud = Cloud::with_faults(&on_order);
        let (_vault, mut context) = marked(RUNPOD, cloud.url());
        for command in ["deploy", "deploy", "status", "deploy", "destroy --force"] {
            check(&context, &format!("{command} -vvv"));
            context.set("TOKEN", &format!("marker-of-{command}"));
        }
    }
}

/// A server that refuses, and quotes all of the request.
struct Echo {
    server: MockServer,
    runtime: Runtime,
}

impl Echo {
    /// Reads are passed on to a cloud, where there is one; the rest is refused.
    fn start(status: u16, upstream: Option<&str>) -> Self {
        let upstream = upstream.map(|url| url.trim_start_matches("http://").to_owned());
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let server = runtime.block_on(MockServer::start());
        let answer = move |request: &Request| match &upstream {
            Some(upstream) if request.method == "GET" => passed_on(request, upstream),
            Some(_) | None => quoted(request, status),
        };
        runtime.block_on(Mock::given(any()).respond_with(answer).mount(&server));
        Self { server, runtime }
    }

    /// How many requests were refused that hold a secret.
    fn refused_with_a_secret(&self) -> usize {
        let requests = self.runtime.block_on(self.server.received_requests());
        let requests = requests.expect("requests are kept");
        let holds = |request: &&Request| String::from_utf8_lossy(&request.body).contains(MARKER);
        requests.iter().filter(holds).count()
    }
}

/// The whole request in every place of an answer where an API tells what is wrong.
fn quoted(request: &Request, status: u16) -> ResponseTemplate {
    let body = String::from_utf8_lossy(&request.body);
    let headers: Vec<String> = request
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or_default()))
        .collect();
    let text = format!("{} {} {headers:?} {body}", request.method, request.url);
    ResponseTemplate::new(status).set_body_json(json!({
        "title": text, "status": status, "detail": text, "errors": [text],
        "error": {"message": text, "id": "x", "details": {"x": [text]}},
    }))
}

fn passed_on(request: &Request, upstream: &str) -> ResponseTemplate {
    let mut stream = TcpStream::connect(upstream).expect("the cloud");
    let path = request.url.path();
    let query = request.url.query().unwrap_or_default();
    let head = format!(
        "GET {path}?{query} HTTP/1.1\r\nhost: cloud\r\nauthorization: Bearer test\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse::<u16>().ok());
    ResponseTemplate::new(status.expect("a status")).set_body_raw(body, "application/json")
}

#[test]
fn a_cloud_that_quotes_the_request_back_makes_nothing_show() {
    let cloud = Cloud::start();
    for (file, name) in [(RUNPOD, "runpod"), (NORTHFLANK, "northflank")] {
        let mut refused = 0;
        for status in [400, 401, 403, 409, 422, 500] {
            for upstream in [None, Some(cloud.url())] {
                let echo = Echo::start(status, upstream);
                let (_vault, context) = marked(file, &echo.server.uri());
                for command in ["deploy", "status", "destroy --force", "doctor --check-auth"] {
                    check(&context, &format!("{command} -vvv"));
                    check(&context, &format!("{command} --json"));
                }
                refused += echo.refused_with_a_secret();
            }
        }
        // Northflank is asked for the project first, which holds no secret.
        assert!(refused > 0 || name == "northflank", "{name}");
    }
}

#[test]
fn a_vault_that_quotes_the_token_back_makes_nothing_show() {
    let cloud = Cloud::start();
    for status in [400, 403, 404, 500, 503] {
        let echo = Echo::start(status, None);
        let (_vault, mut context) = marked(RUNPOD, cloud.url());
        context.set("VAULT_ADDR", &echo.server.uri());
        for command in ["deploy", "secrets validate", "secrets test-vault"] {
            check(&context, &format!("{command} -vvv"));
            check(&context, &format!("{command} --json"));
        }
    }
}

#[test]
fn what_is_kept_of_a_deployment_is_readable_by_its_owner_only() {
    let cloud = Cloud::start();
    let (_vault, context) = marked(RUNPOD, cloud.url());
    context.run("deploy").expect(0);
    // Whether or not a command can be run there: the host key is pinned on the way.
    context.run("connect --command true");
    context.run("ssh-config");
    let mut seen = Vec::new();
    for path in files(&context.path(".sindri")) {
        let name = path.display().to_string();
        let mode = fs::metadata(&path).expect("a file").permissions().mode() & 0o777;
        if !name.ends_with(".gitignore") {
            assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", path.display());
            seen.push(name);
        }
    }
    for wanted in ["runpod-demo.json", "known_hosts"] {
        let found = seen.iter().any(|name| name.contains(wanted));
        assert!(found, "no {wanted} among {seen:?}");
    }
}

#[test]
fn an_env_file_that_its_group_may_read_is_warned_about() {
    let cloud = Cloud::start();
    let (_vault, context) = marked(RUNPOD, cloud.url());
    let warned = |mode: u32| {
        let permissions = fs::Permissions::from_mode(mode);
        fs::set_permissions(context.path(".env"), permissions).expect("permissions");
        let run = context.run("deploy --dry-run").expect(0);
        run.stderr.contains(".env can be read by other users")
    };
    assert!(warned(0o640) && warned(0o604));
    assert!(!warned(0o600));
}
