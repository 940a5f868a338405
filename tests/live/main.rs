//! One short life of a deployment, in the sandbox by default and on the real clouds on demand:
//!
//! ```sh
//! RUNPOD_API_KEY=… cargo test -p tests --test live -- --ignored runpod
//! NORTHFLANK_API_TOKEN=… cargo test -p tests --test live -- --ignored northflank
//! ```
//!
//! The ignored ones bill: the smallest that each cloud has, without a GPU, for some minutes. What they make is
//! destroyed at the end, and when they fail on the way.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot be set up fails"
)]

use serde_json::Value;
use std::process::Output;
use tests::Context;

const PROGRAM: &str = env!("CARGO_BIN_EXE_sindri-under-test");

/// No offer above this is taken, in USD an hour.
const MAX_PRICE: &str = "0.30";

const RUNPOD: &str = "version: \"3.0\"
name: NAME
deployment:
  provider: runpod
  image: nginx:1.29-alpine
extensions:
  profile: minimal
providers:
  runpod:
    cpuOnly: true
    vcpuCount: 2
    containerDiskGb: 5
    ports: [80/http]
";

const NORTHFLANK: &str = "version: \"3.0\"
name: NAME
deployment:
  provider: northflank
  image: nginx:1.29-alpine
extensions:
  profile: minimal
providers:
  northflank:
    projectName: NAME
    computePlan: nf-compute-20
    ports:
      - {name: http, internalPort: 80, public: false}
";

const END_OF_POD: &[&str] = &["destroy", "--yes", "--volumes"];
const END_OF_SERVICE: &[&str] = &["destroy", "--yes", "--volumes", "--project"];

/// A deployment that is destroyed whatever happens.
struct Life {
    context: Context,
    /// How all of it is destroyed.
    end: &'static [&'static str],
    over: bool,
}

impl Life {
    fn new(file: &str, environment: &[(&str, &str)], end: &'static [&'static str]) -> Self {
        let mut context = Context::new(PROGRAM);
        for (name, value) in environment {
            context.set(name, value);
        }
        // Two runs at once do not meet.
        let name = format!("live-{}", std::process::id());
        context.file("sindri.yaml", &file.replace("NAME", &name));
        Self {
            context,
            end,
            over: false,
        }
    }

    /// Runs the program for as long as it takes. It has limits of its own.
    fn run(&self, arguments: &[&str]) -> Output {
        self.context.command(arguments).output().unwrap()
    }

    /// Runs a command that must succeed, and gives what it says.
    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {told}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn destroy(&mut self) -> Output {
        self.over = true;
        self.run(self.end)
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        if !self.over {
            let output = self.destroy();
            // Shown when the test fails: what is left is for the reader to delete.
            #[expect(
                clippy::print_stderr,
                reason = "what may still be billing is always said"
            )]
            {
                eprintln!("{}", String::from_utf8_lossy(&output.stderr));
            }
        }
    }
}

/// Makes it, looks at it, changes nothing, destroys it, and looks again.
fn lives_and_ends(file: &str, environment: &[(&str, &str)], end: &'static [&'static str]) {
    let mut life = Life::new(file, environment, end);
    let made = life.json(&["deploy", "--max-price", MAX_PRICE]);
    assert_eq!(made["state"], "running", "{made}");
    let again = life.json(&["deploy", "--max-price", MAX_PRICE]);
    assert_eq!(again["instance_id"], made["instance_id"]);
    let seen = life.json(&["status"]);
    assert_eq!(
        (&seen["state"], &seen["instance_id"]),
        (&"running".into(), &made["instance_id"])
    );
    let ended = life.destroy();
    assert!(
        ended.status.success(),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    let gone = life.run(&["status", "--json"]);
    let gone: Value = serde_json::from_slice(&gone.stdout).unwrap();
    assert_ne!(gone["state"], "running", "{gone}");
}

/// The variable with a key for a cloud.
#[expect(
    clippy::disallowed_methods,
    reason = "the key of a real account is nowhere else"
)]
fn key(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn a_pod_lives_and_ends_in_the_sandbox() {
    let sandbox = [("SINDRI_SANDBOX", "1"), ("SINDRI_SANDBOX_TIME_SCALE", "50")];
    lives_and_ends(RUNPOD, &sandbox, END_OF_POD);
}

#[test]
fn a_service_lives_and_ends_in_the_sandbox() {
    let sandbox = [("SINDRI_SANDBOX", "1"), ("SINDRI_SANDBOX_TIME_SCALE", "50")];
    lives_and_ends(NORTHFLANK, &sandbox, END_OF_SERVICE);
}

#[test]
#[ignore = "needs a key and bills"]
fn a_pod_lives_and_ends_on_runpod() {
    let key = key("RUNPOD_API_KEY");
    let environment = [
        ("RUNPOD_API_KEY", key.as_str()),
        ("SINDRI_POLL_INTERVAL_MS", "5000"),
    ];
    lives_and_ends(RUNPOD, &environment, END_OF_POD);
}

#[test]
#[ignore = "needs a token and bills"]
fn a_service_lives_and_ends_on_northflank() {
    let token = key("NORTHFLANK_API_TOKEN");
    let environment = [
        ("NORTHFLANK_API_TOKEN", token.as_str()),
        ("SINDRI_POLL_INTERVAL_MS", "5000"),
    ];
    lives_and_ends(NORTHFLANK, &environment, END_OF_SERVICE);
}
