//! Secrets of source `file` on Northflank: from this machine into the container.

use serde_json::{Value, json};
use tests::{Cloud, Context, Fault, Proxy};

use crate::cli_northflank::{service, service_at};
use crate::cli_northflank_changes::call;

const APP: &str = "version: \"3.0\"
name: web
deployment:
  provider: northflank
  image: ghcr.io/org/app:1
extensions:
  profile: minimal
secrets:
  - {name: CERT, source: file, path: cert.pem, mountPath: /etc/app/cert.pem, required: true}
providers:
  northflank:
    projectName: lab
";

/// What the container finds.
fn seen(context: &Context) -> (i32, String) {
    let run = context.run_with(&["connect", "-c", "cat /etc/app/cert.pem"], "");
    (run.code, run.stdout)
}

fn deployed() -> (Cloud, Context) {
    let (cloud, context) = service(APP);
    context.file("cert.pem", "marker-of-cert\n");
    context.run("deploy").expect(0);
    (cloud, context)
}

#[test]
fn a_file_arrives_in_the_container_as_it_is_and_is_shown_nowhere() {
    let (cloud, context) = deployed();
    assert_eq!(seen(&context), (0, "marker-of-cert\n".to_owned()));
    let sent = cloud.request("create_deployment_service");
    assert_eq!(
        sent["runtimeFiles"],
        json!({"/etc/app/cert.pem": {"data": "bWFya2VyLW9mLWNlcnQK", "encoding": "utf-8"}})
    );
    assert_eq!(sent["runtimeEnvironment"]["CERT"], Value::Null);
    let (_, again) = context.json("deploy");
    assert_eq!(
        (&again["applied"], &again["secrets"]),
        (&json!([]), &json!(1))
    );
    for command in [
        "plan",
        "deploy",
        "status",
        "secrets validate",
        "secrets list",
    ] {
        let run = context.run(&format!("{command} -vvv")).expect(0);
        for text in [&run.stdout, &run.stderr] {
            for secret in ["marker-of", "bWFya2Vy"] {
                assert!(!text.contains(secret), "{command}: {text}");
            }
        }
    }
    let state = context.read(".sindri/state/northflank-web.json");
    assert!(
        !state.contains("marker") && state.contains("/etc/app/cert.pem"),
        "{state}"
    );
}

#[test]
fn a_changed_file_restarts_and_those_of_somebody_else_stay() {
    let (cloud, context) = deployed();
    let theirs = json!({"data": "dGhlaXJz", "encoding": "utf-8"});
    let mut files = cloud.request("create_deployment_service")["runtimeFiles"].take();
    files["/etc/theirs"] = theirs.clone();
    let path = "projects/lab/services/deployment/web";
    call(&cloud, "PATCH", path, &json!({ "runtimeFiles": files }));
    context.file("cert.pem", "marker-of-another\n");
    let plan = context.run("plan").expect(0);
    let words = "file /etc/app/cert.pem: *** -> ***";
    assert!(plan.stdout.contains(words), "{}", plan.stdout);
    context.run("deploy").expect(0);
    assert_eq!(seen(&context), (0, "marker-of-another\n".to_owned()));
    let now = || call(&cloud, "GET", "projects/lab/services/web", &Value::Null);
    assert_eq!(now()["data"]["runtimeFiles"]["/etc/theirs"], theirs);

    // What leaves sindri.yaml leaves the container.
    let entry = "  - {name: CERT, source: file, path: cert.pem, mountPath: /etc/app/cert.pem, required: true}\n";
    context.edit(entry, "").edit("secrets:\n", "");
    context.run("deploy").expect(0);
    assert_eq!(
        now()["data"]["runtimeFiles"],
        json!({ "/etc/theirs": theirs })
    );
    assert_eq!(seen(&context).0, 1);
}

#[test]
fn what_cannot_be_placed_is_said_before_any_call() {
    let (cloud, context) = service(APP);
    let check = |code: i32, words: &str| {
        let run = context.run("deploy").expect(code);
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
        assert!(cloud.changes().is_empty());
    };
    check(2, "cert.pem cannot be read");
    std::fs::write(context.path("cert.pem"), [0xff, 0xfe]).unwrap();
    check(2, "`cert.pem` is not UTF-8 text");
    context.file("cert.pem", "x");
    let second =
        "  - {name: B, source: file, path: cert.pem, mountPath: /etc/app/cert.pem}\nproviders:\n";
    context.edit("providers:\n", second);
    check(2, "two files are to be placed at `/etc/app/cert.pem`");
    context.edit(second, "providers:\n");
    context.edit("required: true", "permissions: \"0600\"");
    let run = context.run("deploy --no-wait").expect(0);
    assert!(
        run.stderr.contains("takes no permissions"),
        "{}",
        run.stderr
    );
}

const SERVICE: &str = "GET /v1/projects/lab/services/web ";

/// A deployment whose answers can be changed.
fn deployed_behind(change: fn(&mut Value)) -> (Cloud, Proxy, Context) {
    let cloud = Cloud::start();
    let proxy = Proxy::start(&cloud, Fault::Rewritten(change), SERVICE, 0);
    let context = service_at(&proxy.url(), APP);
    context.file("cert.pem", "marker-of-cert\n");
    context.run("deploy").expect(0);
    (cloud, proxy, context)
}

#[test]
fn files_that_the_second_look_does_not_show_are_not_replaced() {
    let hidden = |answer: &mut Value| answer["data"]["runtimeFiles"] = Value::Null;
    let (cloud, proxy, context) = deployed_behind(hidden);
    context.file("cert.pem", "marker-of-another\n");
    proxy.arm(1, 1);
    let run = context.run("deploy").expect(3);
    assert!(proxy.is_spent());
    let words = "does not show the service's secret files: nothing is changed";
    assert!(run.stderr.contains(words), "{}", run.stderr);
    assert!(cloud.requests("patch_deployment_service").is_empty());
    context.run("deploy").expect(0);
    assert_eq!(cloud.requests("patch_deployment_service").len(), 1);
}

#[test]
fn a_file_that_is_shown_without_its_text_is_no_difference_and_that_is_said() {
    let without_text = |answer: &mut Value| {
        let file = &mut answer["data"]["runtimeFiles"]["/etc/app/cert.pem"];
        file.as_object_mut().map(|file| file.remove("data"));
    };
    let (cloud, proxy, context) = deployed_behind(without_text);
    proxy.arm(u32::MAX, 0);
    let plan = context.run("plan --detailed-exitcode").expect(0);
    let words = "not compared: the text of file /etc/app/cert.pem";
    assert!(plan.stdout.contains(words), "{}", plan.stdout);
    let (_, again) = context.json("deploy");
    assert_eq!(again["applied"], json!([]), "{again}");
    // Another file is placed by a call that holds all of them: that one would lose its text.
    let second =
        "  - {name: KEY, source: file, path: cert.pem, mountPath: /etc/app/key.pem}\nproviders:\n";
    context.edit("providers:\n", second);
    let run = context.run("deploy").expect(3);
    assert!(run.stderr.contains("nothing is changed"), "{}", run.stderr);
    assert!(cloud.requests("patch_deployment_service").is_empty());
}

#[test]
fn of_a_deleted_service_no_file_is_remembered() {
    let (_cloud, context) = service(&format!("{APP}    volumeSizeGb: 10\n"));
    context.file("cert.pem", "marker-of-cert\n");
    context.run("deploy").expect(0);
    let state = || context.read(".sindri/state/northflank-web.json");
    assert!(state().contains("/etc/app/cert.pem"), "{}", state());
    context.run("destroy --force").expect(0);
    let state: Value = serde_json::from_str(&state()).unwrap();
    assert_eq!(
        (&state["volume_id"], &state["file_paths"]),
        (&json!("web-data"), &json!([])),
        "{state}"
    );
}
