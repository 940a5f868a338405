//! What changes on a service that is there, and what somebody else set on it.

#![expect(clippy::unwrap_used, reason = "what goes wrong here is a failed test")]

use crate::cli_northflank::{service, service_of};
use serde_json::{Value, json};
use tests::{Cloud, Context};

const API: &str = "version: \"3.0\"
name: api
deployment:
  provider: northflank
  image: ghcr.io/org/app:1
extensions:
  profile: minimal
providers:
  northflank:
    projectName: lab
";

/// Deploys what changed, after which nothing is left to do.
fn deploys(context: &Context) {
    context.run("deploy").expect(0);
    context.run("plan --detailed-exitcode").expect(0);
}

/// A call past the program, as the console makes one.
pub(crate) fn call(cloud: &Cloud, method: &str, path: &str, body: &Value) -> Value {
    let url = format!("{}/v1/{path}", cloud.url());
    let method = method.parse().unwrap();
    // Whoever comes first chooses for the process.
    drop(tokio_rustls::rustls::crypto::ring::default_provider().install_default());
    cloud.runtime().block_on(async {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client.request(method, url).bearer_auth("any");
        let request = match body {
            Value::Null => request,
            body => request
                .header("content-type", "application/json")
                .body(body.to_string()),
        };
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{status}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    })
}

#[test]
fn scaling_that_leaves_the_file_is_switched_off() {
    let (_cloud, context) = service(API);
    let scaling = "    autoScaling: {enabled: true, minInstances: 2, maxInstances: 4}\n";
    context.file("sindri.yaml", &format!("{API}{scaling}"));
    deploys(&context);
    context.file("sindri.yaml", API);
    deploys(&context);
    let (_, status) = context.json("status");
    assert_eq!(status["state"], "running", "{status}");
}

#[test]
fn a_service_of_0_instances_gets_some_again() {
    let (cloud, context) = service(&format!("{API}    instances: 0\n"));
    context.run("deploy").expect(0);
    context.file("sindri.yaml", &format!("{API}    instances: 2\n"));
    deploys(&context);
    assert!(cloud.requests("resume_service").is_empty());
    let (_, status) = context.json("status");
    assert_eq!(status["state"], "running", "{status}");
}

#[test]
fn a_service_that_was_never_paused_and_has_0_instances_is_started_by_each_command() {
    for command in ["start", "connect -c true", "deploy"] {
        let (cloud, context) = service(API);
        deploys(&context);
        let mut change = cloud.request("create_deployment_service")["deployment"].take();
        change["instances"] = json!(0);
        let path = "projects/lab/services/deployment/api";
        call(&cloud, "PATCH", path, &json!({ "deployment": change }));
        // What the file says beside that is not for `start`.
        if command == "start" {
            context.edit("app:1", "app:2");
        }
        let (_, stopped) = context.json("status");
        assert_eq!(stopped["state"], "paused", "{command}: {stopped}");
        context.run(command).expect(0);
        assert!(cloud.requests("resume_service").is_empty(), "{command}");
        let now = call(&cloud, "GET", "projects/lab/services/api", &Value::Null);
        let deployment = &now["data"]["deployment"];
        assert_eq!(deployment["instances"], 1, "{command}: {now}");
        assert_eq!(
            deployment["external"]["imagePath"], "ghcr.io/org/app:1",
            "{command}: {now}"
        );
    }
}

#[test]
fn a_service_of_0_instances_is_not_called_ready_and_is_not_started_by_itself() {
    let (cloud, context) = service(&format!("{API}    instances: 0\n"));
    let run = context.run("deploy").expect(0);
    for words in [
        "is there with 0 instances",
        "compute bills nothing",
        "instances: 1",
    ] {
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
    }
    let (_, again) = context.json("deploy");
    assert_eq!(
        (&again["ready"], &again["state"], &again["applied"]),
        (&json!(false), &json!("paused"), &json!([]))
    );
    assert!(
        again["notes"].to_string().contains("0 instances"),
        "{again}"
    );
    for command in ["start", "connect -c true"] {
        let before = cloud.changes().len();
        let run = context.run(command).expect(2);
        assert!(run.stderr.contains("with 0 instances"), "{}", run.stderr);
        assert_eq!(cloud.changes().len(), before, "{command}");
    }
}

#[test]
fn a_stopped_service_that_scales_shows_no_instance_and_starts_to_scale_again() {
    let scaling = "    autoScaling: {enabled: true, minInstances: 2, maxInstances: 4}\n";
    let (cloud, context) = service(&format!("{API}{scaling}"));
    deploys(&context);
    context.run("stop").expect(0);
    let (_, status) = context.json("status");
    assert_eq!(
        (&status["state"], &status["details"]["instances"]),
        (&json!("paused"), &json!("0")),
        "{status}"
    );
    let scaling = status["details"]["scaling"].as_str().unwrap();
    assert!(scaling.starts_with("2 to 4"), "{status}");
    context.run("start").expect(0);
    assert_eq!(
        cloud.request("resume_service"),
        json!({"enableAutoscaling": true})
    );
    context.run("deploy").expect(0);
    let (_, status) = context.json("status");
    assert_eq!(status["details"]["instances"], "2", "{status}");
}

#[test]
fn a_name_that_another_deploy_took_meanwhile_says_what_exists_and_what_to_do() {
    let with_volume = format!("{API}    volumeSizeGb: 10\n");
    for (operation, what) in [
        ("create_volume", "volume api-data"),
        ("create_deployment_service", "service api"),
    ] {
        let cloud = Cloud::with_faults(&[&format!("{operation}:409:1")]);
        let (_cloud, context) = service_of(cloud, &with_volume);
        let run = context.run("deploy").expect(2);
        let taken = format!("project lab has a {what} since this run looked: nothing was made");
        for words in [&taken, "another deploy", "`serviceName`"] {
            assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
        }
        // Nothing stays open: the next run goes on.
        context.run("deploy").expect(0);
    }
}

#[test]
fn where_a_volume_is_mounted_is_not_compared_once_the_state_is_lost() {
    let (cloud, context) = service(&format!("{API}    volumeSizeGb: 10\n"));
    deploys(&context);
    context.lose_state();
    let found = context.run("status").expect(0);
    let words = "such as `sindri status`, takes it as this deployment";
    assert!(found.stderr.contains(words), "{}", found.stderr);
    context.file(
        "sindri.yaml",
        &format!("{API}    volumeSizeGb: 10\n    volumeMountPath: /other\n"),
    );
    let plan = context.run("plan --detailed-exitcode").expect(0);
    let words = "not compared: where volume api-data is mounted";
    assert!(plan.stdout.contains(words), "{}", plan.stdout);
    assert!(cloud.requests("update_volume").is_empty());
}

#[test]
fn a_card_that_leaves_the_file_leaves_the_service() {
    let (_cloud, context) = service(&format!("{API}    gpuType: nvidia-h100\n"));
    deploys(&context);
    context.file("sindri.yaml", API);
    deploys(&context);
    let (_, status) = context.json("status");
    assert!(!status.to_string().contains("h100"), "{status}");
}

#[test]
fn an_entry_point_of_the_console_survives_another_image() {
    let (cloud, context) = service(API);
    deploys(&context);
    let docker = json!({"configType": "customCommand", "customCommand": "serve"});
    let mut change = cloud.request("create_deployment_service")["deployment"].take();
    change["docker"] = docker.clone();
    let path = "projects/lab/services/deployment/api";
    call(&cloud, "PATCH", path, &json!({ "deployment": change }));
    context.edit("app:1", "app:2");
    deploys(&context);
    let now = call(&cloud, "GET", "projects/lab/services/api", &Value::Null);
    assert_eq!(now["data"]["deployment"]["docker"], docker, "{now}");
}

#[test]
fn a_volume_of_somebody_else_is_neither_grown_nor_attached() {
    let (cloud, context) = service(API);
    deploys(&context);
    let volume = json!({
        "name": "api-data",
        "mounts": [{"containerMountPath": "/theirs"}],
        "spec": {
            "accessMode": "ReadWriteOnce", "storageClassName": "ssd", "storageSize": 6144,
        },
    });
    call(&cloud, "POST", "projects/lab/volumes", &volume);
    context.file("sindri.yaml", &format!("{API}    volumeSizeGb: 10\n"));
    for command in ["plan", "deploy"] {
        let run = context.run(command).expect(2);
        let words = "volume api-data is there already";
        assert!(run.stderr.contains(words), "{}", run.stderr);
    }
    assert!(cloud.requests("update_volume").is_empty());
}

#[test]
fn a_service_that_was_made_again_elsewhere_is_not_destroyed_for_ours() {
    let (cloud, context) = service(API);
    deploys(&context);
    let sent = cloud.request("create_deployment_service");
    call(&cloud, "DELETE", "projects/lab/services/api", &Value::Null);
    let mut theirs = sent;
    theirs["tags"] = json!([]);
    call(&cloud, "POST", "projects/lab/services/deployment", &theirs);
    let run = context.run("destroy --force").expect(2);
    assert!(run.stderr.contains("by its name"), "{}", run.stderr);
    let now = call(&cloud, "GET", "projects/lab/services/api", &Value::Null);
    assert_eq!(now["data"]["id"], "api");
}

#[test]
fn names_of_the_file_count_once_nothing_is_left_under_the_old_ones() {
    let (cloud, context) = service(API);
    deploys(&context);
    call(&cloud, "DELETE", "projects/lab/services/api", &Value::Null);
    call(&cloud, "DELETE", "projects/lab", &Value::Null);
    context.edit("projectName: lab", "projectName: other");
    deploys(&context);
    assert_eq!(cloud.requests("create_project").len(), 2);
}
