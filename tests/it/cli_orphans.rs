//! What earlier deployments left at the provider: listed, adopted, deleted.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::cli_context::{PROGRAM, cloud_and_context};
use crate::cli_northflank::service;
use serde_json::{Value, json};
use tests::{Cloud, Context};

const SERVICE: &str = service_yaml!(
    "    computePlan: nf-compute-200
    volumeSizeGb: 10
    volumeMountPath: /data
"
);

fn orphans(context: &Context) -> Vec<Value> {
    let (code, document) = context.json("orphans");
    assert_eq!(code, 0, "{document}");
    document["orphans"].as_array().unwrap().clone()
}

fn kinds(context: &Context) -> Vec<String> {
    let kind = |one: &Value| one["kind"].as_str().unwrap().to_owned();
    orphans(context).iter().map(kind).collect()
}

/// A CPU pod with a network volume.
fn with_a_volume(context: &Context) {
    context.edit("    gpuType: NVIDIA L4\n", "    cpuOnly: true\n");
}

#[test]
fn what_is_deployed_is_no_orphan_and_what_nothing_knows_of_is_one_with_age_and_price() {
    let (_cloud, context) = cloud_and_context();
    with_a_volume(&context);
    context.run("deploy").expect(0);
    assert_eq!(orphans(&context), Vec::<Value>::new());
    let marker = context.state().unwrap()["deployment_id"].clone();

    context.lose_state();
    let found = orphans(&context);
    assert_eq!(kinds(&context), ["pod", "volume"]);
    let (pod, volume) = (&found[0], &found[1]);
    assert_eq!(
        (&pod["name"], &pod["deployment_id"]),
        (&json!("demo"), &marker)
    );
    assert!(pod["usd_per_hour"].as_f64().unwrap() > 0.0, "{pod}");
    assert!(pod["age_seconds"].as_i64().unwrap() >= 0, "{pod}");
    assert_eq!(pod["state"], "RUNNING");
    assert!(volume["usd_per_hour"].as_f64().unwrap() > 0.0, "{volume}");

    let text = context.run("orphans").expect(0).stdout;
    assert!(
        text.contains("AGE") && text.contains("--adopt ID"),
        "{text}"
    );
}

#[test]
fn the_deployment_of_another_directory_of_this_machine_is_no_orphan() {
    let (cloud, mut context) = cloud_and_context();
    let elsewhere = Context::at(PROGRAM, cloud.url());
    context.set("HOME", &elsewhere.path("home").display().to_string());
    context.run("deploy").expect(0);
    let (_, document) = elsewhere.json("orphans");
    assert_eq!(document["orphans"], json!([]));
    assert_eq!(document["searched"].as_array().unwrap().len(), 2);
    // On another machine nothing is known of it.
    let machine = Context::at(PROGRAM, cloud.url());
    assert_eq!(kinds(&machine), ["pod"]);
    drop(context);
    assert_eq!(kinds(&elsewhere), ["pod"], "its directory is gone");
    let told = elsewhere.run("orphans").expect(0).stderr;
    assert!(told.contains("is not there now"), "{told}");
}

#[test]
fn an_orphan_is_adopted_and_destroyed_with_its_volume() {
    let (cloud, context) = cloud_and_context();
    with_a_volume(&context);
    context.run("deploy").expect(0);
    let before = context.state().unwrap();
    context.lose_state();
    let found = orphans(&context);
    for orphan in &found {
        let (code, adopted) = context.json(&format!(
            "orphans --adopt {}",
            orphan["id"].as_str().unwrap()
        ));
        assert_eq!((code, &adopted["changed"]), (0, &json!(true)), "{adopted}");
    }
    let after = context.state().unwrap();
    for key in ["pod_id", "deployment_id", "volume"] {
        assert_eq!(after[key], before[key], "{key}");
    }
    assert_eq!(orphans(&context), Vec::<Value>::new());
    context.run("destroy --force --volumes").expect(0);
    assert!(cloud.pods().is_empty());
}

#[test]
fn an_orphan_of_another_name_is_not_adopted_and_the_error_says_what_to_write() {
    let (_cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    context.lose_state();
    context.edit("name: demo", "name: other");
    let run = context.run("orphans --adopt demo").expect(2);
    assert!(run.stderr.contains("`name: demo`"), "{}", run.stderr);
    let run = context.run("orphans --adopt nothing").expect(2);
    assert!(
        run.stderr.contains("there is no orphan `nothing`"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_pod_beside_the_deployments_own_is_told_so_and_deleted() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let first = context.state().unwrap();
    context.lose_state();
    context.edit("name: demo", "name: other");
    context.run("deploy").expect(0);
    context.edit("name: other", "name: demo");
    let mut state = first;
    let marker = state["deployment_id"].clone();
    state["pod_id"] = cloud.pods()[1].id.clone().into();
    context.file(".sindri/state/runpod-demo.json", &state.to_string());
    let found = orphans(&context);
    let stray = found
        .iter()
        .find(|one| one["deployment_id"] == marker)
        .unwrap();
    assert_eq!(stray["beside"], "demo");
    let command = format!("orphans --delete {}", stray["id"].as_str().unwrap());
    let run = context.run(&command).expect(2);
    assert!(run.stderr.contains("`--force` goes on"), "{}", run.stderr);
    assert_eq!(cloud.pods().len(), 2);
    context.run(&format!("{command} --force")).expect(0);
    assert_eq!(cloud.pods().len(), 1);
}

#[test]
fn without_a_file_the_provider_must_be_named() {
    let (_cloud, context) = cloud_and_context();
    std::fs::remove_file(context.path("sindri.yaml")).unwrap();
    let run = context.run("orphans").expect(2);
    assert!(
        run.stderr.contains("--provider northflank"),
        "{}",
        run.stderr
    );
    context.run("orphans --provider runpod").expect(0);
}

#[test]
fn orphans_of_northflank_are_found_in_all_projects_adopted_and_deleted_with_their_tag() {
    let (cloud, context) = service(SERVICE);
    context.run("deploy").expect(0);
    assert_eq!(orphans(&context), Vec::<Value>::new());
    context.lose_state();
    let found = orphans(&context);
    assert_eq!(kinds(&context), ["service", "volume"]);
    assert_eq!(found[0]["project"], "lab");
    assert!(
        found[0]["usd_per_hour"].as_f64().unwrap() > 0.0,
        "{found:?}"
    );
    assert!(found[0]["age_seconds"].is_i64(), "{found:?}");

    context.run("orphans --adopt lab/web").expect(0);
    assert_eq!(
        orphans(&context),
        Vec::<Value>::new(),
        "its volume has its tag"
    );
    let (code, _) = context.json("stop");
    assert_eq!(code, 0, "it is proven ours");
    context.lose_state();
    let deleted = context.run("orphans --delete web --force").expect(0).stdout;
    assert!(
        deleted.contains("web-data") && deleted.contains("is kept, and bills"),
        "{deleted}"
    );
    assert_eq!(kinds(&context), ["volume"]);
    assert_eq!(
        cloud.requests("delete_tag").len(),
        0,
        "the volume carries it"
    );
    context.run("orphans --delete web-data --force").expect(0);
    assert_eq!(orphans(&context), Vec::<Value>::new());
    assert_eq!(cloud.requests("delete_tag").len(), 1);
}

#[test]
fn a_tag_that_nothing_carries_is_an_orphan_that_bills_nothing() {
    let cloud = Cloud::with_faults(&["create_volume:500"]);
    let (_cloud, context) = crate::cli_northflank::service_of(cloud, SERVICE);
    context.run("deploy").expect(3);
    context.lose_state();
    let found = orphans(&context);
    assert_eq!(
        (&found[0]["kind"], &found[0]["usd_per_hour"]),
        (&json!("tag"), &json!(0.0))
    );
    let id = found[0]["id"].as_str().unwrap();
    context.run(&format!("orphans --adopt {id}")).expect(2);
    context
        .run(&format!("orphans --delete {id} --force"))
        .expect(0);
    assert_eq!(orphans(&context), Vec::<Value>::new());
}

#[test]
fn what_another_deployment_left_is_not_adopted_beside_a_live_one() {
    let (cloud, context) = service(SERVICE);
    context.run("deploy").expect(0);
    let path = ".sindri/state/northflank-web.json";
    let mut state: Value = serde_json::from_str(&context.read(path)).unwrap();
    context.lose_state();
    // The service is this deployment's, the volume another's.
    state["deployment_id"] = json!("fedcba9876543210");
    state["volume_id"] = Value::Null;
    state["tag"] = Value::Null;
    context.file(path, &state.to_string());
    let found = orphans(&context);
    assert_eq!(kinds(&context), ["volume"]);
    let run = context.run("orphans --adopt web-data").expect(2);
    assert!(
        run.stderr.contains("is of another deployment"),
        "{}",
        run.stderr
    );
    assert_eq!(orphans(&context), found, "the live service is none still");
    assert_eq!(cloud.requests("delete_service").len(), 0);
}

#[test]
fn nothing_is_deleted_while_a_state_cannot_be_read() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    context.lose_state();
    context.file(".sindri/state/runpod-other.json", "damaged");
    let (code, document) = context.json("orphans");
    assert_eq!(
        (code, document["unreadable"].as_array().unwrap().len()),
        (0, 1)
    );
    let id = document["orphans"][0]["id"].as_str().unwrap().to_owned();
    for command in [
        format!("orphans --delete {id} --force"),
        format!("orphans --adopt {id}"),
    ] {
        let run = context.run(&command).expect(2);
        assert!(run.stderr.contains("runpod-other"), "{}", run.stderr);
    }
    assert_eq!(cloud.pods().len(), 1);
}

#[test]
fn a_volume_that_a_pod_uses_is_not_deleted_for_an_orphan() {
    let (_cloud, context) = cloud_and_context();
    with_a_volume(&context);
    context.run("deploy").expect(0);
    context.lose_state();
    let found = orphans(&context);
    let volume = found[1]["id"].as_str().unwrap();
    let run = context
        .run(&format!("orphans --delete {volume} --force"))
        .expect(2);
    assert!(run.stderr.contains("is in use"), "{}", run.stderr);
}

#[test]
fn a_file_with_a_mistake_is_not_taken_for_no_file() {
    let (cloud, context) = service(SERVICE);
    context.edit("projectName: lab", "projectNam: lab");
    for command in ["orphans", "volume list", "gpu list"] {
        context.run(command).expect(2);
    }
    assert!(cloud.sandbox().requests().is_empty());
}
