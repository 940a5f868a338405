//! A deployment that exists, and a file that says something else now.

use crate::cli_context::{PROGRAM, cloud_and_context};
use serde_json::json;
use tests::{Cloud, Context};

#[test]
fn an_image_is_changed_in_place_and_the_restart_is_said() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    context.edit("app:1", "app:2");
    let (_, plan) = context.json("plan");
    assert_eq!(plan["actions"][0]["class"], "restart");
    assert_eq!(plan["actions"][0]["loses"], json!(["container disk"]));
    context.run("deploy").expect(0);
    assert_eq!(
        cloud.request("update_pod"),
        json!({"image": "ghcr.io/org/app:2"})
    );
    assert_eq!(cloud.pods().len(), 1);
    context.run("plan --detailed-exitcode").expect(0);
}

#[test]
fn a_changed_secret_is_merged_into_what_the_pod_has() {
    let (cloud, mut context) = cloud_and_context();
    context.run("deploy").expect(0);
    let id = cloud.pods()[0].id.clone();
    let mut env = cloud.pods()[0].env.clone().unwrap();
    env.insert("THEIRS".to_owned(), "kept".to_owned());
    cloud.runtime().block_on(async {
        let request = runpod_sdk::types::UpdatePodRequest::new().env(env.clone());
        cloud.client().pods().update(&id, &request).await.unwrap();
    });
    context.run("plan --detailed-exitcode").expect(0);
    context.set("TOKEN", "another-value");
    context.run("deploy").expect(0);
    env.insert("TOKEN".to_owned(), "another-value".to_owned());
    assert_eq!(cloud.pods()[0].env, Some(env));
}

#[test]
fn a_variable_that_leaves_the_file_leaves_the_pod() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    context.edit(
        "secrets:\n  - name: TOKEN\n    source: env\n    required: true\n",
        "",
    );
    context.run("deploy").expect(0);
    let env = cloud.pods()[0].env.clone().unwrap();
    assert!(!env.contains_key("TOKEN"));
    assert!(env.contains_key("SINDRI_DEPLOYMENT_ID"));
}

#[test]
fn another_card_is_refused_without_force_and_nothing_is_sent() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let before = cloud.changes();
    context.edit("NVIDIA L4", "NVIDIA GeForce RTX 4090");
    context.run("plan --detailed-exitcode").expect(6);
    let run = context.run("deploy").expect(2);
    assert!(run.stderr.contains("needs `--force`"), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("1 × NVIDIA L4 -> 1 × NVIDIA GeForce RTX 4090"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("pod volume of 20 GB at /workspace"),
        "{}",
        run.stderr
    );
    assert_eq!(cloud.changes(), before);
}

#[test]
fn a_forced_replacement_makes_the_new_pod_before_it_deletes_the_old() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let old = cloud.pods()[0].id.clone();
    context.edit("NVIDIA L4", "NVIDIA GeForce RTX 4090");
    context.run("deploy --force").expect(0);
    let pods = cloud.pods();
    assert_eq!(pods.len(), 1);
    assert_ne!(pods[0].id, old);
    let changes = cloud.changes();
    let end: Vec<&str> = changes.iter().rev().take(2).map(String::as_str).collect();
    assert_eq!(
        end,
        [format!("DELETE /v2/pods/{old}").as_str(), "POST /v2/pods"]
    );
    assert_eq!(context.state().unwrap()["retiring"], json!([]));
}

#[test]
fn the_least_that_the_host_must_have_is_sent_for_each_card_and_a_higher_floor_needs_force() {
    let (cloud, context) = cloud_and_context();
    context.edit(
        "  image: ghcr.io/org/app:1\n",
        "  image: ghcr.io/org/app:1\n  resources:\n    cpus: 2\n    memory: 65GB\n",
    );
    context.edit("NVIDIA L4", "NVIDIA L4\n    gpuCount: 2\n    vcpuCount: 8");
    context.run("deploy").expect(0);
    assert_eq!(
        cloud.request("create_pod")["gpu"],
        json!({"id": "NVIDIA L4", "count": 2, "minVcpuCountPerGpu": 4, "minRamPerGpu": 33})
    );
    let before = cloud.changes();
    context.run("plan --detailed-exitcode").expect(0);
    context.run("deploy --force").expect(0);
    assert_eq!(cloud.changes(), before, "unchanged");

    context.edit("vcpuCount: 8", "vcpuCount: 6");
    let (code, plan) = context.json("plan --detailed-exitcode");
    assert_eq!(code, 0, "{plan}");
    let notes = plan["notes"].to_string();
    assert!(
        notes.contains("at least 4 vCPU and 33 GB per GPU"),
        "{notes}"
    );

    context.edit("vcpuCount: 6", "vcpuCount: 11");
    let run = context.run("deploy").expect(2);
    let said = "host: at least 4 vCPU and 33 GB per GPU -> at least 6 vCPU and 33 GB per GPU";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert_eq!(cloud.changes(), before, "refused");

    context.run("deploy --force").expect(0);
    let second = cloud.requests("create_pod").remove(1).body.unwrap();
    assert_eq!(second["gpu"]["minVcpuCountPerGpu"], 6);
    assert_eq!(cloud.pods().len(), 1);
    context.run("plan --detailed-exitcode").expect(0);
}

#[test]
fn a_host_that_is_not_to_be_had_is_blamed_on_what_it_must_have() {
    let (cloud, context) = cloud_and_context();
    context.edit("NVIDIA L4", "NVIDIA L4\n    vcpuCount: 512");
    let run = context.run("deploy").expect(3);
    assert!(
        run.stderr
            .contains("a host with at least 512 vCPU per GPU is asked for: lower `vcpuCount`"),
        "{}",
        run.stderr
    );
    assert!(cloud.pods().is_empty());
}

#[test]
fn a_state_that_knows_no_floors_replaces_nothing() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let before = cloud.changes();
    let mut state = context.state().unwrap();
    let once = state["create_only"].as_object_mut().unwrap();
    assert!(once.remove("host").is_some());
    context.file(".sindri/state/runpod-demo.json", &state.to_string());
    context.edit("NVIDIA L4", "NVIDIA L4\n    vcpuCount: 4");
    let (_, again) = context.json("deploy");
    assert_eq!(again["applied"], json!([]), "{again}");
    let (code, plan) = context.json("plan --detailed-exitcode");
    assert_eq!(code, 0, "{plan}");
    assert!(plan["notes"].to_string().contains("not compared"), "{plan}");
    assert_eq!(cloud.changes(), before);
}

#[test]
fn force_alone_changes_nothing() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let before = cloud.changes();
    context.run("deploy --force").expect(0);
    assert_eq!(cloud.changes(), before);
}

#[test]
fn a_replacement_that_cannot_be_had_leaves_the_old_pod() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let before = cloud.changes();
    cloud
        .sandbox()
        .set_gpu_stock("NVIDIA L4", sandbox::Tier::Secure, "CA-MTL-1", 0)
        .unwrap();
    context.edit("NVIDIA L4", "NVIDIA L4\n    region: CA-MTL-1");
    let run = context.run("deploy --force").expect(3);
    assert!(
        run.stderr.contains("no stock in CA-MTL-1"),
        "{}",
        run.stderr
    );
    assert_eq!(cloud.changes(), before);
}

#[test]
fn a_replacement_that_does_not_get_ready_keeps_and_names_both_pods() {
    let cloud = Cloud::with_time_scale(0.01);
    let context = Context::at(PROGRAM, cloud.url());
    context.run("deploy --no-wait").expect(0);
    let old = cloud.pods()[0].id.clone();
    context.edit("NVIDIA L4", "NVIDIA GeForce RTX 4090");
    let (code, failed) = context.json("deploy --force --timeout 1");
    assert_eq!(code, 7, "{failed}");
    assert_eq!(cloud.pods().len(), 2);
    assert_eq!(
        failed["error"]["left"].as_array().unwrap().len(),
        2,
        "{failed}"
    );
    assert_eq!(context.state().unwrap()["retiring"], json!([old]));
    let (_, plan) = context.json("plan");
    assert_eq!(
        plan["actions"][0]["class"], "delete",
        "the next deploy deletes the old one"
    );
    let (_, gone) = context.json("destroy --force");
    assert_eq!(gone["deleted"].as_array().unwrap().len(), 2, "{gone}");
    assert!(cloud.pods().is_empty());
}

#[test]
fn a_replaced_pod_is_deleted_only_once_the_new_one_is_ready() {
    let cloud = Cloud::with_time_scale(0.01);
    let context = Context::at(PROGRAM, cloud.url());
    context.run("deploy --no-wait").expect(0);
    let (old, price) = (cloud.pods()[0].id.clone(), cloud.pods()[0].cost);
    context.edit("NVIDIA L4", "NVIDIA GeForce RTX 4090");
    let (code, begun) = context.json("deploy --no-wait --force");
    assert_eq!((code, &begun["ready"]), (0, &json!(false)), "{begun}");
    assert_eq!(cloud.pods().len(), 2);
    let kept = &begun["kept"][0];
    assert_eq!(kept["resource"], format!("pod {old}, which was replaced"));
    assert_eq!(kept["usd_per_hour"].as_f64(), Some(price));
    let removal = kept["remove"].as_str().unwrap();
    assert!(removal.contains("once the new pod is ready"), "{kept}");
    assert_eq!(context.state().unwrap()["retiring"], json!([old]));

    let again = context.run("deploy --no-wait").expect(0);
    assert!(
        again.stdout.contains(&format!("kept: pod {old}")),
        "{}",
        again.stdout
    );
    assert_eq!(cloud.pods().len(), 2, "still not ready");
}

#[test]
fn a_replaced_pod_is_deleted_by_no_wait_too_when_the_new_one_is_ready() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let old = cloud.pods()[0].id.clone();
    context.edit("NVIDIA L4", "NVIDIA GeForce RTX 4090");
    context.run("deploy --no-wait --force").expect(0);
    let new = context.state().unwrap()["pod_id"].clone();
    assert_ne!(new, old);
    while context.json("status").1["notes"]
        .to_string()
        .contains("not ready")
        || context.json("status").1["state"] != "running"
    {}
    let (_, done) = context.json("deploy --no-wait");
    assert_eq!(done["kept"], json!([]), "{done}");
    assert_eq!(cloud.pods().len(), 1);
    assert_eq!(cloud.pods()[0].id, new);
}

#[test]
fn what_runpod_can_change_is_sent_alone_and_the_plan_says_what_it_does() {
    for (from, to, class, patch) in [
        (
            "containerDiskGb: 30",
            "containerDiskGb: 35",
            "restart",
            json!({"disk": 35}),
        ),
        (
            "volumeSizeGb: 20",
            "volumeSizeGb: 25",
            "restart",
            json!({"mounts": {"persistent": {"path": "/workspace", "size": 25}}}),
        ),
        (
            "volumeSizeGb: 20",
            "volumeSizeGb: 20\n    ports: [8080/http, 22/tcp]",
            "restart",
            json!({"ports": ["8080/http", "22/tcp"]}),
        ),
    ] {
        let (cloud, context) = cloud_and_context();
        context.run("deploy").expect(0);
        context.edit(from, to);
        let (_, plan) = context.json("plan");
        assert_eq!(plan["actions"][0]["class"], class, "{to}: {plan}");
        assert_eq!(plan["actions"][0]["destroys_data"], false, "{to}");
        context.run("deploy").expect(0);
        assert_eq!(cloud.request("update_pod"), patch, "{to}");
        context.run("plan --detailed-exitcode").expect(0);
    }
}

#[test]
fn what_needs_a_new_pod_is_refused_with_what_it_would_lose() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let before = cloud.changes();
    let original = context.read("sindri.yaml");
    for (from, to, words) in [
        (
            "volumeSizeGb: 20",
            "volumeSizeGb: 12",
            "pod volume of 20 GB",
        ),
        (
            "volumeSizeGb: 20",
            "volumeSizeGb: 20\n    cloudType: COMMUNITY",
            "cloud: SECURE -> COMMUNITY",
        ),
        (
            "volumeSizeGb: 20",
            "volumeSizeGb: 20\n    gpuCount: 2",
            "1 × NVIDIA L4 -> 2 × NVIDIA L4",
        ),
        (
            "volumeSizeGb: 20",
            "volumeSizeGb: 20\n    startSsh: false",
            "startSsh: true -> false",
        ),
    ] {
        context.file("sindri.yaml", &original);
        context.edit(from, to);
        let (_, plan) = context.json("plan");
        assert_eq!(plan["actions"][0]["class"], "replace", "{to}: {plan}");
        assert_eq!(plan["actions"][1]["destroys_data"], true, "{to}");
        let run = context.run("deploy").expect(2);
        for words in [words, "needs `--force`"] {
            assert!(run.stderr.contains(words), "{to}: {words}\n{}", run.stderr);
        }
        assert_eq!(cloud.changes(), before, "{to}");
    }
}
