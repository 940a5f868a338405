//! From nothing to a pod and back, as a user goes.

use crate::cli_context::{PROGRAM, cloud_and_context};
use crate::support::{pod, server_with};
use serde_json::{Value, json};
use tests::{Cloud, Context, Run};
use wiremock::matchers::{method, path};
use wiremock::{Mock, ResponseTemplate};

#[test]
fn a_deployment_lives_and_ends() {
    let (cloud, context) = cloud_and_context();
    let (code, deployed) = context.json("deploy");
    assert_eq!(code, 0, "{deployed}");
    let id = deployed["instance_id"].as_str().unwrap();
    assert_eq!(deployed["ready"], true);
    assert_eq!(deployed["secrets"], 1);
    assert_eq!(deployed["details"]["gpu_type"], "NVIDIA L4");
    assert_eq!(
        deployed["web_terminal"],
        format!("https://www.runpod.io/console/pods/{id}/terminal")
    );
    assert!(
        deployed["ssh_command"]
            .as_str()
            .unwrap()
            .starts_with("ssh root@"),
        "{deployed}"
    );

    let (_, status) = context.json("status");
    assert_eq!(
        (&status["state"], &status["instance_id"]),
        (&json!("running"), &json!(id))
    );
    let urls: Vec<_> = status["addresses"].as_array().unwrap().iter().collect();
    let url = format!("https://{id}-8888.proxy.runpod.net");
    assert!(
        urls.iter().any(|address| address["value"] == url),
        "{urls:?}"
    );

    let (code, stopped) = context.json("stop");
    assert_eq!(
        (code, &stopped["state"], &stopped["changed"]),
        (0, &json!("stopped"), &json!(true))
    );
    let (code, again) = context.json("stop");
    assert_eq!((code, &again["changed"]), (0, &json!(false)));

    let (code, started) = context.json("start");
    assert_eq!((code, &started["changed"]), (0, &json!(true)));
    let (code, again) = context.json("start");
    assert_eq!((code, &again["changed"]), (0, &json!(false)));

    let (code, destroyed) = context.json("destroy --force");
    assert_eq!(
        (code, &destroyed["deleted"]),
        (0, &json!([format!("pod {id}")]))
    );
    assert!(cloud.pods().is_empty());
    assert_eq!(context.state(), None);
    let (code, status) = context.json("status");
    assert_eq!((code, &status["state"]), (0, &json!("notdeployed")));
    context.run("destroy --yes").expect(0);
}

#[test]
fn the_same_life_in_a_sandbox_inside_the_program() {
    let mut context = Context::new(PROGRAM);
    context.set("SINDRI_SANDBOX_TIME_SCALE", "50");
    context.run("deploy --sandbox").expect(0);
    assert!(context.path(".sindri/sandbox.json").is_file());
    assert_eq!(context.state(), None, "a sandbox id is not a real one");
    let (_, status) = context.json("status --sandbox");
    assert_eq!(status["state"], "running");
    context.run("stop --sandbox").expect(0);
    context.run("start --sandbox").expect(0);
    context.run("destroy --force --sandbox").expect(0);
    context.set("SINDRI_SANDBOX", "1");
    let (_, status) = context.json("status");
    assert_eq!(status["state"], "notdeployed");
}

#[test]
fn the_create_request_holds_every_setting_of_the_file() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy --no-wait").expect(0);
    let mut sent = cloud.request("create_pod");
    let marker = sent["env"]["SINDRI_DEPLOYMENT_ID"].take();
    assert_eq!(context.state().unwrap()["deployment_id"], marker);
    insta::assert_json_snapshot!(sent, {".env.SINDRI_VERSION" => "[VERSION]"});
}

#[test]
fn a_second_deploy_of_the_same_file_changes_nothing() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let before = cloud.changes();
    let (code, again) = context.json("deploy");
    assert_eq!(
        (code, &again["applied"], &again["ready"]),
        (0, &json!([]), &json!(true))
    );
    assert_eq!(cloud.changes(), before);
    context.run("plan --detailed-exitcode").expect(0);
}

#[test]
fn no_wait_returns_at_once_and_a_later_deploy_goes_on_waiting() {
    let (cloud, context) = cloud_and_context();
    let (code, accepted) = context.json("deploy --no-wait");
    assert_eq!((code, &accepted["ready"]), (0, &json!(false)));
    let (code, ready) = context.json("deploy");
    assert_eq!((code, &ready["ready"]), (0, &json!(true)));
    assert_eq!(cloud.requests("create_pod").len(), 1);
}

#[test]
fn a_stopped_deployment_is_started_by_deploy() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    context.run("stop").expect(0);
    let (_, plan) = context.json("plan");
    assert_eq!(plan["actions"][0]["class"], "start");
    context.run("deploy").expect(0);
    assert_eq!(cloud.pods()[0].status.as_str(), "RUNNING");
    assert_eq!(cloud.requests("create_pod").len(), 1);
}

#[test]
fn stop_and_start_of_what_is_not_deployed_are_errors_that_say_what_to_do() {
    let (_cloud, context) = cloud_and_context();
    for command in ["stop", "start"] {
        let run = context.run(command).expect(2);
        assert!(
            run.stderr.contains("`demo` is not deployed"),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains("sindri deploy"), "{}", run.stderr);
    }
}

#[test]
fn destroy_without_a_terminal_needs_force_and_changes_nothing() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let run = context.run("destroy").expect(2);
    assert!(run.stderr.contains("--force"), "{}", run.stderr);
    assert_eq!(cloud.pods().len(), 1);
}

#[test]
fn a_cpu_pod_gets_a_network_volume_that_destroy_keeps_unless_told() {
    let (cloud, context) = cloud_and_context();
    context.edit(
        "    gpuType: NVIDIA L4\n",
        "    cpuOnly: true\n    cpuInstanceId: cpu3c-2-4\n",
    );
    context.run("deploy").expect(0);
    let volume = cloud.request("create_network_volume");
    let id = context.state().unwrap()["deployment_id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        volume["name"],
        format!("demo-data-{}", id.get(..6).unwrap())
    );
    assert_eq!(volume["size"], 20);
    let pod = cloud.request("create_pod");
    assert_eq!(pod["dataCenterIds"], json!([volume["dataCenter"]]));
    assert_eq!(pod["mounts"]["network"][0]["path"], "/workspace");

    let (_, kept) = context.json("destroy --force");
    assert!(
        kept["kept"][0]["resource"]
            .as_str()
            .unwrap()
            .contains("demo-data-"),
        "{kept}"
    );
    assert!(kept["kept"][0]["usd_per_hour"].as_f64().unwrap() > 0.0);
    context.run("deploy").expect(0);
    assert_eq!(
        cloud.requests("create_network_volume").len(),
        1,
        "the kept volume is used again"
    );

    let (code, gone) = context.json("destroy --force --volumes");
    assert_eq!((code, gone["deleted"].as_array().unwrap().len()), (0, 2));
    assert_eq!(context.state(), None);
}

/// Stops a pod at a service that answers the stop and the look after it like this.
async fn stop_of(answer: ResponseTemplate, look: ResponseTemplate) -> Run {
    let list = json!({"pods": [running("RUNNING")]});
    let listed = Mock::given(method("GET")).and(path("/v2/pods"));
    let server =
        server_with(listed.respond_with(ResponseTemplate::new(200).set_body_json(list))).await;
    let stop = Mock::given(method("POST")).and(path("/v2/pods/abc/action"));
    stop.respond_with(answer).mount(&server).await;
    let seen = Mock::given(method("GET")).and(path("/v2/pods/abc"));
    seen.respond_with(look).mount(&server).await;
    let context = Context::at(PROGRAM, &server.uri());
    context.run("status").expect(0);
    context.run("stop")
}

fn running(status: &str) -> Value {
    let mut pod = pod("abc");
    pod["name"] = json!("demo");
    pod["status"] = json!(status);
    pod
}

fn shows(status: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(running(status))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pod_counts_as_stopped_only_when_it_says_so() {
    let stopped = stop_of(shows("RUNNING"), shows("EXITED")).await.expect(0);
    assert!(
        stopped.stdout.starts_with("stopped pod abc\n"),
        "{}",
        stopped.stdout
    );
    let accepted = stop_of(shows("RUNNING"), shows("RUNNING")).await.expect(0);
    let said = "the stop of pod abc was accepted and is not confirmed yet: it is RUNNING and bills $0.44/h";
    assert!(accepted.stdout.starts_with(said), "{}", accepted.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_look_that_fails_does_not_hide_why_there_was_one() {
    let conflict = json!({"title": "Conflict", "status": 409, "detail": "the pod is busy moving"});
    let answer = ResponseTemplate::new(409).set_body_json(conflict);
    let run = stop_of(answer, ResponseTemplate::new(403)).await.expect(5);
    assert!(
        run.stderr.contains("may not read the pod"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("asked after an earlier failure"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("the pod is busy moving"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_start_on_a_full_host_says_the_ways_out_and_what_each_costs() {
    let cloud = Cloud::with_faults(&["pod_action:no-capacity"]);
    let context = Context::at(PROGRAM, cloud.url());
    context.run("deploy").expect(0);
    context.run("stop").expect(0);
    for command in ["start", "deploy"] {
        let (code, failed) = context.json(command);
        assert_eq!(code, 3, "{failed}");
        let help = failed["error"]["help"].to_string();
        assert!(help.contains("that is full now: try again later"), "{help}");
        assert!(
            help.contains("a pod volume is lost, a network volume is kept"),
            "{help}"
        );
        assert!(
            !help.contains("name another card"),
            "it cannot leave its host: {help}"
        );
        assert!(
            failed["error"]["left"].to_string().contains("pod "),
            "{failed}"
        );
    }
    assert_eq!(context.json("status").1["state"], "stopped");
}
