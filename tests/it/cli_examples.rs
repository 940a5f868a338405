//! Every example of the documentation, from the file to the end of the deployment.

#![expect(clippy::unwrap_used, reason = "what goes wrong here is a failed test")]

use crate::cli_context::cloud_and_context;
use crate::cli_northflank::service_of;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use tests::{Cloud, Context};

/// A test for each of them.
const EXAMPLES: [&str; 13] = [
    "cpu-pod",
    "cpu-with-volume",
    "gpu-by-name",
    "gpu-by-tier",
    "gpu-from-pool",
    "inference-ports",
    "multi-gpu",
    "network-volume",
    "secrets",
    "service-scaled",
    "service-with-gpu",
    "service-with-volume",
    "template",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples")
}

/// A cloud, and a context with the files of an example.
fn example(name: &str) -> (Cloud, Context) {
    let (cloud, context) = cloud_and_context();
    files_of(name, &context);
    (cloud, context)
}

fn files_of(name: &str, context: &Context) {
    for entry in fs::read_dir(folder().join(name)).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap();
        context.file(file, &fs::read_to_string(&path).unwrap());
    }
}

/// Takes an example through its life, keeping its plan and its create request as snapshots.
fn live(name: &str) {
    let (cloud, context) = example(name);
    live_in(name, &cloud, &context, "no id was made");
}

/// The same where an id of this run stands in the file.
fn live_in(name: &str, cloud: &Cloud, context: &Context, made: &str) {
    let masked = |value: &Value| -> Value {
        serde_json::from_str(&value.to_string().replace(made, "[MADE]")).unwrap()
    };
    let volumes_before = volumes(cloud);
    context.run("config validate").expect(0);
    let (code, plan) = context.json("plan");
    assert_eq!(code, 0, "{plan}");
    insta::assert_json_snapshot!(format!("plan_of_{name}"), masked(&plan));

    context.run("deploy").expect(0);
    let request = masked(&cloud.request("create_pod"));
    insta::assert_json_snapshot!(format!("request_of_{name}"), request, {
        ".env.SINDRI_DEPLOYMENT_ID" => "[ID]",
        ".env.SINDRI_VERSION" => "[VERSION]",
        ".mounts.network[].volumeId" => "[VOLUME]",
    });
    context.run("plan --detailed-exitcode").expect(0);
    for (command, state) in [("status", "running"), ("stop", "stopped"), ("start", "")] {
        let (code, report) = context.json(command);
        assert_eq!(code, 0, "{report}");
        assert!(
            report["state"].as_str().unwrap().contains(state),
            "{report}"
        );
    }
    context.run("destroy --force --volumes").expect(0);
    assert!(cloud.pods().is_empty());
    assert_eq!(volumes(cloud), volumes_before);
}

/// Takes an example of Northflank through its life, keeping its plan and what it makes as snapshots.
fn live_service(name: &str) {
    let (cloud, context) = service_of(Cloud::start(), "");
    files_of(name, &context);
    context.run("config validate").expect(0);
    let (code, plan) = context.json("plan");
    assert_eq!(code, 0, "{plan}");
    insta::assert_json_snapshot!(format!("plan_of_{name}"), plan);

    context.run("deploy").expect(0);
    let mut made = json!({
        "project": cloud.request("create_project"),
        "service": cloud.request("create_deployment_service"),
    });
    if plan["config"]["volume"].is_object() {
        made["volume"] = cloud.request("create_volume");
    }
    insta::assert_json_snapshot!(format!("requests_of_{name}"), made, {
        ".service.runtimeEnvironment.SINDRI_VERSION" => "[VERSION]",
        ".*.tags[]" => "[TAG]",
    });
    context.run("plan --detailed-exitcode").expect(0);
    for (command, state) in [
        ("status", "running"),
        ("stop", "paused"),
        ("status", "paused"),
        ("start", ""),
    ] {
        let (code, report) = context.json(command);
        assert_eq!(code, 0, "{report}");
        assert!(
            report["state"].as_str().unwrap().contains(state),
            "{command}: {report}"
        );
    }
    context.run("destroy --force --volumes --project").expect(0);
    assert_eq!(cloud.requests("delete_project").len(), 1);
    let (_, gone) = context.json("status");
    assert_eq!(gone["state"], "notdeployed", "{gone}");
}

fn volumes(cloud: &Cloud) -> Vec<String> {
    let client = cloud.client();
    let listed = cloud
        .runtime()
        .block_on(async { client.network_volumes().list().await });
    let volumes = listed.unwrap().into_inner().network_volumes;
    volumes.into_iter().map(|volume| volume.id).collect()
}

#[test]
fn a_card_by_name() {
    live("gpu-by-name");
}

#[test]
fn a_card_by_tier() {
    live("gpu-by-tier");
}

#[test]
fn a_card_of_a_pool() {
    live("gpu-from-pool");
}

#[test]
fn several_cards() {
    live("multi-gpu");
}

#[test]
fn a_cpu_pod() {
    live("cpu-pod");
}

#[test]
fn a_cpu_pod_with_a_volume() {
    live("cpu-with-volume");
}

#[test]
fn ports_of_a_server() {
    live("inference-ports");
}

#[test]
fn secrets_in_a_file_beside_it() {
    let (cloud, context) = example("secrets");
    let missing = context.run("deploy").expect(2);
    assert!(missing.stderr.contains("HF_TOKEN"), "{}", missing.stderr);
    context.file(".env", &context.read(".env.example"));
    live_in("secrets", &cloud, &context, "no id was made");
}

#[test]
fn a_network_volume_of_yours_outlives_the_pod() {
    let (cloud, context) = example("network-volume");
    let text = context.read("sindri.yaml");
    let command = text
        .lines()
        .find_map(|line| line.strip_prefix("#   sindri "));
    let (code, created) = context.json(command.unwrap());
    assert_eq!(code, 0, "{created}");
    let id = created["volume"]["id"].as_str().unwrap();
    context.edit("your-volume-id", id);
    live_in("network-volume", &cloud, &context, id);
}

#[test]
fn a_template_brings_the_image() {
    let (cloud, context) = example("template");
    let client = cloud.client();
    let request = runpod_sdk::types::CreateTemplateRequest::new("workbench").image("debian:13");
    let made = cloud
        .runtime()
        .block_on(async { client.templates().create(&request).await });
    let id = made.unwrap().id.clone();
    context.edit("your-template-id", &id);
    live_in("template", &cloud, &context, &id);
}

#[test]
fn a_service_with_a_volume() {
    live_service("service-with-volume");
}

#[test]
fn a_service_with_a_card() {
    live_service("service-with-gpu");
}

#[test]
fn a_service_that_follows_its_load() {
    live_service("service-scaled");
}

#[test]
fn no_example_is_left_out() {
    let mut names: Vec<_> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, EXAMPLES);
    let tests = include_str!("cli_examples.rs");
    for name in EXAMPLES {
        assert!(
            tests.matches(&format!("\"{name}\"")).count() > 1,
            "{name} has no test"
        );
    }
}
