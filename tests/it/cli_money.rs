//! What may bill is never made twice, never forgotten, and always told.

use crate::cli_context::{PROGRAM, cloud_and_context};
use std::time::{Duration, Instant};
use tests::{Cloud, Context, Fault, Proxy};

/// A context whose create answers meet a fault.
fn behind(cloud: &Cloud, fault: Fault) -> (Proxy, Context) {
    let proxy = Proxy::start(cloud, fault, "POST /v2/pods ", 1);
    let context = Context::at(PROGRAM, &proxy.url());
    (proxy, context)
}

#[test]
fn a_create_whose_answer_was_lost_is_looked_up_and_not_sent_again() {
    for fault in [Fault::Lost, Fault::Failed500] {
        let cloud = Cloud::start();
        let (_proxy, context) = behind(&cloud, fault);
        let run = context.run("deploy").expect(0);
        assert!(
            run.stderr.contains("the answer to the create was lost"),
            "{}",
            run.stderr
        );
        assert_eq!(cloud.requests("create_pod").len(), 1);
        assert_eq!(cloud.pods().len(), 1);
        assert_eq!(context.state().unwrap()["pod_id"], cloud.pods()[0].id);
    }
}

#[test]
fn a_create_that_left_no_pod_is_not_sent_again_by_the_same_run() {
    let cloud = Cloud::start();
    let (_proxy, context) = behind(&cloud, Fault::Unsent);
    let (code, failed) = context.json("deploy");
    assert_eq!(code, 4, "{failed}");
    assert_eq!(failed["error"]["left"][0]["certainty"], "may_exist");
    assert!(cloud.requests("create_pod").is_empty());
    assert_eq!(context.state().unwrap()["intent"]["name"], "demo");

    let run = context.run("deploy").expect(0);
    assert!(
        run.stderr.contains("there is no such pod"),
        "{}",
        run.stderr
    );
    assert_eq!(cloud.requests("create_pod").len(), 1);
    assert!(context.state().unwrap()["intent"].is_null());
}

#[test]
fn a_lost_answer_for_a_volume_is_looked_up_too() {
    let cloud = Cloud::start();
    let proxy = Proxy::start(&cloud, Fault::Lost, "POST /v2/network-volumes ", 1);
    let context = Context::at(PROGRAM, &proxy.url());
    context.edit(
        "    gpuType: NVIDIA L4\n",
        "    cpuOnly: true\n    cpuInstanceId: cpu3c-2-4\n",
    );
    context.run("deploy").expect(0);
    assert_eq!(cloud.requests("create_network_volume").len(), 1);
    let sent = cloud.request("create_pod");
    assert_eq!(
        sent["mounts"]["network"][0]["volumeId"],
        context.state().unwrap()["volume"]["id"]
    );
}

#[test]
fn a_create_whose_answer_never_comes_is_looked_up_too() {
    let cloud = Cloud::start();
    let (_proxy, mut context) = behind(&cloud, Fault::Held);
    context.set("SINDRI_READ_TIMEOUT_MS", "300");
    context.run("deploy").expect(0);
    assert_eq!(cloud.requests("create_pod").len(), 1);
}

#[test]
fn a_deploy_killed_after_its_create_is_adopted_by_the_next_run() {
    let cloud = Cloud::start();
    let (_proxy, context) = behind(&cloud, Fault::Held);
    let running = context.start("deploy");
    wait_until(|| cloud.requests("create_pod").len() == 1);
    running.kill();
    let state = context.state().unwrap();
    assert_eq!(
        state["intent"]["creates"], "pod",
        "the intent was on disk before the create"
    );
    assert!(state["pod_id"].is_null());

    let run = context.run("deploy").expect(0);
    assert!(
        run.stderr.contains("adopted, not made again"),
        "{}",
        run.stderr
    );
    assert_eq!(cloud.requests("create_pod").len(), 1);
    let state = context.state().unwrap();
    assert_eq!(state["pod_id"], cloud.pods()[0].id);
    assert!(state["intent"].is_null());
}

#[test]
fn any_command_settles_what_a_killed_deploy_left_open() {
    for command in ["status", "stop", "start", "destroy --force"] {
        let cloud = Cloud::start();
        let (_proxy, context) = behind(&cloud, Fault::Held);
        let running = context.start("deploy");
        wait_until(|| cloud.requests("create_pod").len() == 1);
        running.kill();
        let run = context.run(command).expect(0);
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(
            said.contains("adopted, not made again"),
            "{command}: {said}"
        );
        match context.state() {
            Some(state) => assert_eq!(state["pod_id"], cloud.pods()[0].id, "{command}"),
            None => assert!(cloud.pods().is_empty(), "{command}"),
        }
    }
}

#[test]
fn plan_settles_nothing_on_disk() {
    let cloud = Cloud::start();
    let (_proxy, context) = behind(&cloud, Fault::Held);
    let running = context.start("deploy");
    wait_until(|| cloud.requests("create_pod").len() == 1);
    running.kill();
    let before = context.state();
    let (code, plan) = context.json("plan");
    assert_eq!(
        (code, plan["actions"].as_array().unwrap().len()),
        (0, 0),
        "{plan}"
    );
    assert_eq!(context.state(), before);
}

#[test]
fn giving_up_lists_what_bills_with_its_price_and_keeps_the_pod() {
    let cloud = Cloud::with_time_scale(0.01);
    let context = Context::at(PROGRAM, cloud.url());
    let (code, failed) = context.json("deploy --timeout 1");
    assert_eq!(code, 7, "{failed}");
    let pod = &cloud.pods()[0];
    let left = &failed["error"]["left"][0];
    assert_eq!(left["resource"], format!("pod {}", pod.id));
    assert_eq!(left["certainty"], "exists");
    assert_eq!(left["usd_per_hour"].as_f64(), Some(pod.cost));
    assert_eq!(context.state().unwrap()["pod_id"], pod.id);
}

#[test]
fn ctrl_c_tells_what_is_left_and_ends_with_130() {
    an_interrupted_deploy_tells_what_is_left("-INT");
}

#[test]
fn sigterm_tells_what_is_left_and_ends_with_130() {
    an_interrupted_deploy_tells_what_is_left("-TERM");
}

fn an_interrupted_deploy_tells_what_is_left(signal: &str) {
    let cloud = Cloud::with_time_scale(0.01);
    let context = Context::at(PROGRAM, cloud.url());
    let running = context.start("deploy");
    wait_until(|| {
        context
            .state()
            .is_some_and(|state| state["pod_id"].is_string())
    });
    let sent = std::process::Command::new("kill")
        .args([signal, &running.id().to_string()])
        .status();
    assert!(sent.is_ok_and(|status| status.success()));
    let run = running.finish().expect(130);
    let id = &cloud.pods()[0].id;
    assert!(run.stderr.contains("\ninterrupted\n"), "{}", run.stderr);
    assert!(
        run.stderr.contains(&format!("pod {id}, $")),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("sindri destroy"), "{}", run.stderr);
}

#[test]
fn a_pod_that_fails_while_it_is_waited_for_ends_the_deploy_at_once() {
    let cloud = Cloud::with_time_scale(0.01);
    let context = Context::at(PROGRAM, cloud.url());
    let running = context.start("deploy --json");
    wait_until(|| {
        context
            .state()
            .is_some_and(|state| state["pod_id"].is_string())
    });
    cloud.sandbox().fail_pod(&cloud.pods()[0].id).unwrap();
    let run = running.finish().expect(3);
    let document = run.document();
    assert!(
        document["error"]["message"]
            .as_str()
            .unwrap()
            .contains("went to ERROR"),
        "{document}"
    );
    assert_eq!(document["error"]["left"].as_array().unwrap().len(), 1);
}

#[test]
fn a_renamed_deployment_is_not_forgotten_silently() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy --no-wait").expect(0);
    context.edit("name: demo\n", "name: renamed\n");
    let run = context.run("plan").expect(0);
    let id = &cloud.pods()[0].id;
    assert!(run.stderr.contains(&format!(
        "`demo` was deployed from this directory, too (pod {id})"
    )));
}

#[test]
fn a_lost_state_file_is_made_again_from_the_marker() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let before = context.state().unwrap();
    context.lose_state();
    let run = context.run("deploy").expect(0);
    assert!(run.stderr.contains("found by its name"), "{}", run.stderr);
    let after = context.state().unwrap();
    assert_eq!(after["deployment_id"], before["deployment_id"]);
    assert_eq!(cloud.requests("create_pod").len(), 1);
}

/// A CPU pod, whose volume is a network volume.
fn ask_for_a_network_volume(context: &Context) {
    context.edit(
        "    gpuType: NVIDIA L4\n",
        "    cpuOnly: true\n    cpuInstanceId: cpu3c-2-4\n",
    );
}

#[test]
fn destroy_keeps_in_mind_a_volume_that_the_lost_state_file_named() {
    let (cloud, context) = cloud_and_context();
    ask_for_a_network_volume(&context);
    context.run("deploy").expect(0);
    context.lose_state();
    context.run("status").expect(0);
    let (_, kept) = context.json("destroy --force");
    let removal = kept["kept"][0]["remove"].as_str().unwrap();
    assert!(removal.contains("destroy --volumes"), "{kept}");
    context.run("deploy").expect(0);
    assert_eq!(cloud.requests("create_network_volume").len(), 1);
    let (_, gone) = context.json("destroy --force --volumes");
    assert_eq!(gone["deleted"].as_array().unwrap().len(), 2, "{gone}");
    assert_eq!(context.state(), None);
}

#[test]
fn destroy_keeps_in_mind_a_volume_whose_create_was_killed() {
    let cloud = Cloud::start();
    let proxy = Proxy::start(&cloud, Fault::Held, "POST /v2/network-volumes ", 1);
    let context = Context::at(PROGRAM, &proxy.url());
    ask_for_a_network_volume(&context);
    let running = context.start("deploy");
    wait_until(|| cloud.requests("create_network_volume").len() == 1);
    running.kill();
    let (_, kept) = context.json("destroy --force");
    assert_eq!(kept["kept"].as_array().unwrap().len(), 1, "{kept}");
    let (_, gone) = context.json("destroy --force --volumes");
    assert_eq!(gone["deleted"].as_array().unwrap().len(), 1, "{gone}");
    assert_eq!(context.state(), None);
}

#[test]
fn a_damaged_state_file_is_kept_aside_and_the_cloud_is_asked() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    context.file(".sindri/state/runpod-demo.json", "{\"schema");
    let run = context.run("deploy").expect(0);
    assert!(run.stderr.contains("cannot be used"), "{}", run.stderr);
    assert_eq!(cloud.requests("create_pod").len(), 1);
    assert_eq!(
        context.read(".sindri/state/runpod-demo.json.damaged"),
        "{\"schema"
    );
    assert_eq!(context.state().unwrap()["pod_id"], cloud.pods()[0].id);
}

#[test]
fn several_pods_of_the_name_and_no_state_are_an_error_that_lists_them() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let other = Context::at(PROGRAM, cloud.url());
    // Made behind the back of the first: the same name, another directory.
    cloud.runtime().block_on(async {
        let pods = cloud.client();
        let gpu = runpod_sdk::types::CreateGpuConfig::new("NVIDIA L4").count(1);
        let request = runpod_sdk::types::CreatePodRequest::new("demo")
            .image("app:1")
            .gpu(gpu);
        pods.pods().create(&request).await.unwrap();
    });
    let run = other.run("deploy").expect(2);
    for pod in cloud.pods() {
        assert!(run.stderr.contains(&pod.id), "{}", run.stderr);
    }
    assert_eq!(cloud.pods().len(), 2);
    context.run("deploy").expect(0);
}

#[test]
fn a_second_command_on_the_same_deployment_is_refused() {
    let cloud = Cloud::with_time_scale(0.01);
    let context = Context::at(PROGRAM, cloud.url());
    let running = context.start("deploy");
    wait_until(|| {
        context
            .state()
            .is_some_and(|state| state["pod_id"].is_string())
    });
    let run = context.run("stop").expect(2);
    assert!(
        run.stderr.contains(&format!("process {}", running.id())),
        "{}",
        run.stderr
    );
    context.run("status").expect(0);
    context.run("plan").expect(0);
    running.kill();
    context.run("stop").expect(0);
}

#[test]
fn a_state_of_another_cloud_is_not_overwritten() {
    let (cloud, mut context) = cloud_and_context();
    context.run("deploy --no-wait").expect(0);
    let text = context.read(".sindri/state/runpod-demo.json");
    context.file(
        ".sindri/state/runpod-demo.json",
        &text.replace(cloud.url(), "https://api.runpod.io"),
    );
    let run = context.run("deploy").expect(2);
    assert!(
        run.stderr.contains("belongs to https://api.runpod.io"),
        "{}",
        run.stderr
    );
    context.set("SINDRI_SANDBOX_TIME_SCALE", "50");
    context.run("deploy --sandbox").expect(0);
}

fn wait_until(condition: impl Fn() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "it never came to that"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_pod_of_another_checkout_is_not_changed_by_the_run_that_finds_it() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let id = cloud.pods()[0].id.clone();
    let before = cloud.changes();
    let marker = context.state().unwrap()["deployment_id"].clone();
    let other = Context::at(PROGRAM, cloud.url());
    other.edit("app:1", "app:2");
    for command in [
        "destroy --force",
        "destroy",
        "stop",
        "start",
        "deploy --force",
    ] {
        let run = other.run(command).expect(2);
        let named = format!("pod {id} (made ");
        assert!(run.stderr.contains(&named), "{command}: {}", run.stderr);
        assert!(run.stderr.contains(marker.as_str().unwrap()), "{command}");
        assert!(run.stderr.contains("sindri status"), "{command}");
        assert_eq!(other.state(), None, "{command}");
    }
    let (_, plan) = other.json("plan");
    assert_eq!(plan["blockers"].as_array().unwrap().len(), 1, "{plan}");
    assert_eq!(cloud.changes(), before);
}

#[test]
fn whoever_lost_the_state_file_destroys_in_two_commands() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    context.lose_state();
    context.run("status").expect(0);
    context.run("destroy --force").expect(0);
    assert!(cloud.pods().is_empty());
    assert_eq!(context.state(), None);
}

#[test]
fn a_network_volume_that_no_pod_shows_is_told_with_its_price() {
    let (cloud, context) = cloud_and_context();
    let gpu_pod = context.read("sindri.yaml");
    ask_for_a_network_volume(&context);
    context.run("deploy").expect(0);
    let name = cloud.request("create_network_volume")["name"].clone();
    let told = |command: &str| {
        let (_, document) = context.json(command);
        document["notes"].as_array().unwrap().iter().any(|note| {
            let note = note.as_str().unwrap();
            note.starts_with(&format!(
                "network volume {} of 20 GB",
                name.as_str().unwrap()
            )) && note.contains("/h; `sindri destroy --volumes` deletes it")
        })
    };
    assert!(
        !told("status") && !told("plan") && !told("deploy"),
        "mounted"
    );
    context.run("destroy --force").expect(0);
    assert!(told("status"));
    context.file("sindri.yaml", &gpu_pod);
    assert!(told("plan") && told("deploy") && told("status"));
    context.run("destroy --force --volumes").expect(0);
    assert!(!told("status"));
}

#[test]
fn what_is_to_be_said_about_the_bill_is_in_the_report_and_not_hidden_by_quiet() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    // A second pod with the marker of the deployment: a create that was sent twice, say.
    let marker = context.state().unwrap()["deployment_id"].clone();
    let env = [(
        "SINDRI_DEPLOYMENT_ID".to_owned(),
        marker.as_str().unwrap().to_owned(),
    )];
    let stray = cloud.runtime().block_on(async {
        let gpu = runpod_sdk::types::CreateGpuConfig::new("NVIDIA L4").count(1);
        let request = runpod_sdk::types::CreatePodRequest::new("another")
            .image("app:1")
            .gpu(gpu)
            .env(std::collections::BTreeMap::from(env));
        cloud
            .client()
            .pods()
            .create(&request)
            .await
            .unwrap()
            .id
            .clone()
    });
    for command in ["plan", "deploy", "status", "stop", "start"] {
        let (code, document) = context.json(command);
        let notes = document["notes"].to_string();
        let said = format!("pod {stray} carries this deployment's marker");
        assert!(code == 0 && notes.contains(&said), "{command}: {document}");
    }
    let run = context.run("deploy -q").expect(0);
    assert!(
        run.stderr.contains(&format!("warning: pod {stray}")),
        "{}",
        run.stderr
    );
}
