//! What has the name after a create whose answer was lost: taken where it is ours, and only there.

#![expect(clippy::unwrap_used, reason = "what goes wrong here is a failed test")]

use serde_json::{Value, json};
use tests::kill::KILL_AT;
use tests::{Cloud, Context, Fault, Proxy};

use crate::cli_northflank::{service, service_at};
use crate::cli_northflank_changes::call;

const WEB: &str = service_yaml!(
    "    volumeSizeGb: 10
"
);

const STATE: &str = ".sindri/state/northflank-web.json";
const SERVICE: &str = "GET /v1/projects/lab/services/web ";

/// A cloud with faults, and a proxy before it that changes answers to such requests once so many have passed.
fn behind(faults: &[&str], fault: Fault, request: &str, passing: u32) -> (Cloud, Proxy, Context) {
    let cloud = Cloud::with_faults(faults);
    let proxy = Proxy::start_after(&cloud, fault, request, 1, passing);
    let context = service_at(&proxy.url(), WEB);
    (cloud, proxy, context)
}

fn state(context: &Context) -> Value {
    serde_json::from_str(&context.read(STATE)).unwrap()
}

fn untagged(answer: &mut Value) {
    answer["data"]["tags"] = json!([]);
}

#[test]
fn what_has_the_name_without_our_tag_after_a_lost_answer_is_not_taken() {
    let volume = "GET /v1/projects/lab/volumes/web-data ";
    for (operation, request, what, key) in [
        ("create_volume", volume, "volume web-data", "volume_id"),
        (
            "create_deployment_service",
            SERVICE,
            "service web",
            "service_id",
        ),
    ] {
        let fault = format!("{operation}:lost-answer:1");
        let (cloud, proxy, context) = behind(&[&fault], Fault::Rewritten(untagged), request, 0);
        let run = context.run("deploy").expect(2);
        assert!(proxy.is_spent(), "{operation}");
        let words = format!("project lab has a {what} without the tag of this deployment");
        for words in [&words, "was not taken", "earlier failure"] {
            assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
        }
        assert_eq!(cloud.requests(operation).len(), 1);
        let state = state(&context);
        assert_eq!(
            (&state[key], &state["intent"]),
            (&Value::Null, &Value::Null),
            "{state}"
        );
    }
}

#[test]
fn what_carries_our_tag_after_a_lost_answer_is_gone_on_with() {
    let cloud = Cloud::with_faults(&[
        "create_project:lost-answer:1",
        "create_volume:lost-answer:1",
        "create_deployment_service:lost-answer:1",
    ]);
    let context = service_at(cloud.url(), WEB);
    context.run("deploy").expect(0);
    let state = state(&context);
    assert_eq!(
        (
            &state["project_made"],
            &state["volume_id"],
            &state["service_id"]
        ),
        (&json!(true), &json!("web-data"), &json!("web")),
        "{state}"
    );
    for operation in [
        "create_project",
        "create_volume",
        "create_deployment_service",
    ] {
        assert_eq!(cloud.requests(operation).len(), 1, "{operation}");
    }
}

#[test]
fn a_project_that_is_older_or_not_empty_after_a_lost_answer_was_made_by_somebody_else() {
    let older =
        |answer: &mut Value| answer["data"]["createdAt"] = json!("2020-01-01T00:00:00.000Z");
    let used = |answer: &mut Value| {
        answer["data"]["services"] = json!([{
            "id": "theirs", "name": "theirs", "appId": "/t/lab/theirs", "uid": "u", "serviceType": "deployment",
        }]);
    };
    for change in [older as fn(&mut Value), used] {
        let project = "GET /v1/projects/lab ";
        let faults = ["create_project:lost-answer:1"];
        let (cloud, proxy, context) = behind(&faults, Fault::Rewritten(change), project, 1);
        let run = context.run("deploy").expect(0);
        assert!(proxy.is_spent());
        let words = "nothing says that this run made it: `sindri destroy` keeps it";
        assert!(run.stderr.contains(words), "{}", run.stderr);
        assert_eq!(state(&context)["project_made"], false);
        context.run("destroy --force --volumes --project").expect(0);
        call(&cloud, "GET", "projects/lab", &Value::Null);
    }
}

#[test]
fn a_failed_second_look_tells_of_the_first_failure_too() {
    let (_cloud, _proxy, context) = behind(
        &["add_tag:409:1", "get_tag:500:1"],
        Fault::Lost,
        "GET /v1/nothing ",
        0,
    );
    let run = context.run("deploy").expect(3);
    for words in ["show the tag of this deployment", "earlier failure", "409"] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }

    let (_cloud, proxy, context) = behind(&["pause_service:500:1"], Fault::Failed500, SERVICE, 0);
    proxy.arm(0, 0);
    context.run("deploy").expect(0);
    proxy.arm(1, 1);
    let run = context.run("stop").expect(3);
    assert!(proxy.is_spent());
    for words in ["show the service", "earlier failure"] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
}

#[test]
fn a_service_gets_the_volume_by_the_id_that_its_create_answered() {
    let other = |answer: &mut Value| answer["data"]["id"] = json!("web-data-7");
    let (cloud, _proxy, context) = behind(
        &[],
        Fault::Rewritten(other),
        "POST /v1/projects/lab/volumes ",
        0,
    );
    context.run("deploy");
    let sent = cloud.request("create_deployment_service");
    assert_eq!(
        sent["createOptions"]["volumesToAttach"],
        json!(["web-data-7"])
    );
}

#[test]
fn a_service_of_another_kind_is_not_started() {
    let (cloud, context) = service(&WEB.replace("    volumeSizeGb: 10\n", ""));
    context.run("deploy").expect(0);
    let tags = cloud.request("create_deployment_service")["tags"].take();
    call(&cloud, "DELETE", "projects/lab/services/web", &Value::Null);
    let theirs = json!({
        "name": "web", "tags": tags, "billing": {"deploymentPlan": "nf-compute-20"},
        "vcsData": {
            "projectUrl": "https://github.com/org/repo", "projectType": "github", "projectBranch": "main",
        },
        "buildSettings": {"dockerfile": {"dockerFilePath": "/Dockerfile", "dockerWorkDir": "/"}},
    });
    call(&cloud, "POST", "projects/lab/services/build", &theirs);
    let before = cloud.changes();
    let run = context.run("start").expect(2);
    assert!(run.stderr.contains("is of kind `build`"), "{}", run.stderr);
    assert_eq!(cloud.changes(), before);
}

/// What was begun, in order: act, resource.
fn begun(context: &Context) -> Vec<(String, String)> {
    let text = context.read(".sindri/state/northflank-web.journal");
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let deeds = lines.filter_map(|line: Value| line.get("begun").cloned());
    deeds
        .map(|deed| {
            let word = |key: &str| deed[key].as_str().unwrap_or_default().to_owned();
            (word("act"), word("resource"))
        })
        .collect()
}

#[test]
fn another_mount_path_is_written_down_as_an_update_and_more_space_as_growth() {
    let (_cloud, context) = service(WEB);
    context.run("deploy").expect(0);
    for (from, to, act) in [
        (
            "Gb: 10\n",
            "Gb: 10\n    volumeMountPath: /other\n",
            "update",
        ),
        ("Gb: 10\n", "Gb: 20\n", "grow"),
    ] {
        context.edit(from, to);
        context.run("deploy").expect(0);
        let expected = (act.to_owned(), "volume".to_owned());
        let begun = begun(&context);
        assert!(begun.contains(&expected), "{act}: {begun:?}");
        assert_eq!(begun.iter().any(|(act, _)| act == "grow"), act == "grow");
    }
}

#[test]
fn a_volume_is_detached_only_once_its_deletion_is_written_down() {
    let attached = |answer: &mut Value| {
        answer["data"]["attachedObjects"] = json!([{"id": "web", "type": "service"}]);
    };
    let volume = "GET /v1/projects/lab/volumes/web-data ";
    let (cloud, proxy, mut context) = behind(&[], Fault::Rewritten(attached), volume, 0);
    proxy.arm(0, 0);
    context.run("deploy").expect(0);
    context.run("destroy --force").expect(0);
    // It is shown as held by a service that is gone.
    proxy.arm(1, 0);
    context.set(KILL_AT, "before attempt 1 of detach_volume");
    let run = context.run("destroy --force --volumes");
    assert_eq!((run.code, proxy.is_spent()), (-1, true), "{}", run.stderr);
    let last = begun(&context).pop();
    assert_eq!(last, Some(("delete".to_owned(), "volume".to_owned())));
    context.unset(KILL_AT);
    context.run("destroy --force --volumes").expect(0);
    assert_eq!(cloud.requests("delete_volume").len(), 1);
}
