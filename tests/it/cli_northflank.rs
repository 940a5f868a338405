//! A service of Northflank from nothing and back, as a user goes.

use crate::cli_context::PROGRAM;
use serde_json::{Value, json};
use tests::{Cloud, Context};

/// A service with ports, a volume and a secret.
pub(crate) const WEB: &str = "version: \"3.0\"
name: web
deployment:
  provider: northflank
  image: ghcr.io/org/app:1
extensions:
  profile: minimal
secrets:
  - name: TOKEN
    source: env
    required: true
providers:
  northflank:
    projectName: lab
    computePlan: nf-compute-200
    volumeSizeGb: 10
    volumeMountPath: /data
    ports:
      - {name: http, internalPort: 8080, public: true}
      - {name: db, internalPort: 5432, protocol: TCP}
    healthCheck: {type: http, path: /health, port: 8080}
";

/// A directory with this file, talking to a cloud of its own.
pub(crate) fn service(file: &str) -> (Cloud, Context) {
    service_of(Cloud::start(), file)
}

pub(crate) fn service_of(cloud: Cloud, file: &str) -> (Cloud, Context) {
    let context = service_at(cloud.url(), file);
    (cloud, context)
}

/// A directory with this file, talking to this address.
pub(crate) fn service_at(url: &str, file: &str) -> Context {
    let mut context = Context::new(PROGRAM);
    context
        .set("NORTHFLANK_API_BASE_URL", url)
        .set("NORTHFLANK_API_TOKEN", "marker-of-the-key");
    context.file("sindri.yaml", file);
    context
}

fn state(context: &Context) -> Option<Value> {
    let text = std::fs::read(context.path(".sindri/state/northflank-web.json")).ok()?;
    serde_json::from_slice(&text).ok()
}

#[test]
fn a_service_with_a_volume_lives_and_ends() {
    let (cloud, context) = service(WEB);
    let (code, deployed) = context.json("deploy");
    assert_eq!(code, 0, "{deployed}");
    assert_eq!(
        (&deployed["state"], &deployed["ready"]),
        (&json!("running"), &json!(true))
    );
    assert_eq!(deployed["instance_id"], "web");
    assert_eq!(deployed["details"]["project"], "lab");
    let applied = deployed["applied"].as_array().unwrap().len();
    assert_eq!(applied, 3, "{deployed}");
    assert_eq!(state(&context).unwrap()["service_id"], "web");

    let (code, again) = context.json("deploy");
    assert_eq!((code, &again["applied"]), (0, &json!([])));

    let (_, status) = context.json("status");
    let addresses = status["addresses"].as_array().unwrap();
    let public = addresses.iter().find(|address| address["type"] == "https");
    assert!(public.is_some(), "{status}");

    let (code, stopped) = context.json("stop");
    assert_eq!(
        (code, &stopped["state"], &stopped["changed"]),
        (0, &json!("paused"), &json!(true))
    );
    let (code, again) = context.json("stop");
    assert_eq!((code, &again["changed"]), (0, &json!(false)));
    let (code, started) = context.json("start");
    assert_eq!((code, &started["changed"]), (0, &json!(true)));

    let (code, destroyed) = context.json("destroy --force");
    assert_eq!((code, &destroyed["deleted"]), (0, &json!(["service web"])));
    assert!(
        destroyed["kept"][1]["resource"]
            .as_str()
            .unwrap()
            .contains("volume web-data"),
        "{destroyed}"
    );
    let (code, rest) = context.json("destroy --force --volumes --project");
    assert_eq!(
        (code, &rest["deleted"]),
        (0, &json!(["volume web-data", "project lab"]))
    );
    assert_eq!(state(&context), None);
    assert_eq!(
        context.json("status"),
        context.json("status"),
        "a look changes nothing"
    );
    let tags = cloud.requests("delete_tag");
    assert_eq!(tags.len(), 1, "the tag goes with what carried it");
}

#[test]
fn the_requests_of_a_deploy_hold_every_setting_of_the_file() {
    let (cloud, context) = service(WEB);
    context.run("deploy --no-wait").expect(0);
    let mut sent = cloud.request("create_deployment_service");
    for name in ["SINDRI_VERSION", "TOKEN"] {
        assert!(sent["runtimeEnvironment"][name].take().is_string());
    }
    let tag = sent["tags"][0].take();
    assert!(tag.as_str().unwrap().starts_with("sindri-"), "{tag}");
    let mut volume = cloud.request("create_volume");
    assert_eq!(volume["tags"][0].take(), tag);
    insta::assert_json_snapshot!(json!({
        "project": cloud.request("create_project"),
        "volume": volume,
        "service": sent,
    }));
}

#[test]
fn what_differs_is_changed_in_place_and_what_restarts_is_said_before() {
    let (cloud, context) = service(WEB);
    context.run("deploy").expect(0);
    context
        .edit("app:1", "app:2")
        .edit("volumeSizeGb: 10", "volumeSizeGb: 20")
        .edit("path: /health", "path: /ready");
    let (code, plan) = context.json("plan --detailed-exitcode");
    assert_eq!(code, 6, "{plan}");
    assert_eq!(plan["actions"][0]["class"], "restart");
    assert_eq!(plan["actions"][1]["class"], "update_in_place");
    let run = context.run("deploy").expect(0);
    assert!(
        run.stderr
            .contains("with a volume the old container stops before the new one starts"),
        "{}",
        run.stderr
    );
    let patch = cloud.request("patch_deployment_service");
    assert_eq!(
        patch["deployment"]["external"]["imagePath"],
        "ghcr.io/org/app:2"
    );
    assert_eq!(patch["healthChecks"][0]["path"], "/ready");
    assert_eq!(patch["ports"], Value::Null, "what is the same is not sent");
    let (code, again) = context.json("deploy");
    assert_eq!((code, &again["applied"]), (0, &json!([])));
}

#[test]
fn variables_are_merged_into_what_the_service_has() {
    let (cloud, mut context) = service(WEB);
    context.run("deploy").expect(0);
    context.set("TOKEN", "another-marker");
    let run = context.run("deploy").expect(0);
    assert!(
        run.stderr.contains("env TOKEN: *** -> ***"),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("marker"), "{}", run.stderr);
    let patch = cloud.request("patch_deployment_service");
    let sent = patch["runtimeEnvironment"].as_object().unwrap();
    assert_eq!(sent["TOKEN"], "another-marker");
    assert!(sent.contains_key("SINDRI_NAME"), "{sent:?}");
    assert_eq!(patch["deployment"], Value::Null);
}

#[test]
fn a_lost_answer_to_any_create_ends_with_exactly_one_of_each() {
    for operation in [
        "create_project",
        "create_volume",
        "create_deployment_service",
    ] {
        let fault = format!("{operation}:lost-answer:1");
        let (cloud, context) = service_of(Cloud::with_faults(&[&fault]), WEB);
        let run = context.run("deploy").expect(0);
        assert!(
            run.stderr.contains("the answer to the create was lost"),
            "{operation}: {}",
            run.stderr
        );
        assert_eq!(cloud.requests(operation).len(), 1, "{operation}");
        let (_, status) = context.json("status");
        assert_eq!(status["state"], "running", "{operation}");
        let (code, gone) = context.json("destroy --force --volumes --project");
        assert_eq!(code, 0, "{gone}");
        assert_eq!(gone["deleted"].as_array().unwrap().len(), 3, "{gone}");
    }
}

#[test]
fn a_half_finished_deploy_is_completed_by_the_next_run() {
    let cloud = Cloud::with_faults(&["create_deployment_service:500:1"]);
    let (cloud, context) = service_of(cloud, WEB);
    let (code, failed) = context.json("deploy");
    assert_eq!(code, 3, "{failed}");
    let left = failed["error"]["left"].to_string();
    assert!(left.contains("volume web-data"), "{left}");
    let (code, deployed) = context.json("deploy");
    assert_eq!(code, 0, "{deployed}");
    assert_eq!(cloud.requests("create_project").len(), 1);
    assert_eq!(cloud.requests("create_volume").len(), 1);
    assert_eq!(deployed["state"], "running");
}

#[test]
fn a_service_that_only_its_name_speaks_for_is_not_changed_in_that_run() {
    let (cloud, context) = service(WEB);
    context.run("deploy").expect(0);
    context.lose_state();
    context.edit("app:1", "app:2");
    for command in ["deploy", "stop", "destroy --force"] {
        let before = cloud.changes().len();
        let run = context.run(command).expect(2);
        assert!(
            run.stderr.contains("was found by its name only"),
            "{command}: {}",
            run.stderr
        );
        assert_eq!(cloud.changes().len(), before, "{command}");
    }
    context.run("status").expect(0);
    context.run("destroy --force").expect(0);
}

#[test]
fn a_renamed_service_is_not_made_beside_the_old_one() {
    let (cloud, context) = service(WEB);
    context.run("deploy").expect(0);
    context.edit("projectName: lab", "projectName: other");
    let run = context.run("deploy").expect(2);
    assert!(
        run.stderr
            .contains("this deployment is service web in project lab"),
        "{}",
        run.stderr
    );
    assert_eq!(cloud.requests("create_deployment_service").len(), 1);
    context.run("destroy --force").expect(0);
}

#[test]
fn an_autoscaled_service_with_cards_takes_what_the_region_has() {
    let file = WEB
        .replace("    volumeSizeGb: 10\n    volumeMountPath: /data\n", "")
        .replace(
            "    computePlan: nf-compute-200\n",
            "    gpuType: nvidia-h100\n    autoScaling: {enabled: true, minInstances: 1, maxInstances: 3}\n",
        );
    let (cloud, context) = service(&file);
    let (code, refused) = context.json("deploy --max-price 3");
    assert_eq!(code, 3, "{refused}");
    assert!(cloud.changes().is_empty(), "{:?}", cloud.changes());
    context.run("deploy").expect(0);
    let sent = cloud.request("create_deployment_service");
    assert_eq!(
        sent["deployment"]["gpu"]["configuration"]["gpuType"],
        "h100-80"
    );
    assert_eq!(sent["billing"]["gpu"], sent["deployment"]["gpu"]);
    assert_eq!(sent["autoscaling"]["horizontal"]["maxReplicas"], 3.0);
}

#[test]
fn an_image_that_does_not_start_fails_the_deploy_and_is_kept_for_a_look() {
    let (_cloud, context) = service(&WEB.replace("app:1", "app:does-not-exist"));
    let (code, failed) = context.json("deploy");
    assert_eq!(code, 3, "{failed}");
    assert!(
        failed["error"]["message"]
            .as_str()
            .unwrap()
            .contains("the rollout failed"),
        "{failed}"
    );
    let left = failed["error"]["left"].to_string();
    assert!(left.contains("service web"), "{left}");
    let (_, status) = context.json("status");
    assert_eq!(status["state"], "error");
    context.run("destroy --force --volumes --project").expect(0);
}

#[test]
fn a_missing_or_wrong_token_is_a_matter_of_credentials() {
    let (_cloud, mut context) = service(WEB);
    context.unset("NORTHFLANK_API_TOKEN");
    let run = context.run("status").expect(5);
    assert!(
        run.stderr.contains("NORTHFLANK_API_TOKEN is not set"),
        "{}",
        run.stderr
    );
    let (_cloud, context) = service_of(Cloud::with_faults(&["get_project:401"]), WEB);
    let run = context.run("status").expect(5);
    assert!(
        run.stderr.contains("does not accept the API token"),
        "{}",
        run.stderr
    );
}

#[test]
fn no_command_shows_the_token_or_a_secret_at_any_verbosity() {
    let (_cloud, mut context) = service(WEB);
    context.set("RUST_LOG", "trace");
    for command in [
        "plan",
        "deploy",
        "status",
        "connect --command env",
        "logs",
        "stop",
        "destroy --force --volumes --project",
    ] {
        let run = context.run(&format!("{command} -vvv"));
        let shown = if command.starts_with("connect") {
            // The command's own output is the user's business.
            run.stderr.clone()
        } else {
            format!("{}{}", run.stdout, run.stderr)
        };
        assert!(!shown.contains("marker-of-the"), "{command}: {shown}");
    }
}
