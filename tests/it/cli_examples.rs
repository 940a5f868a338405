//! Every example of the documentation, from the file to the end of the deployment.

#![expect(clippy::unwrap_used, reason = "what goes wrong here is a failed test")]

use crate::cli_context::cloud_and_context;
use std::path::Path;

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/examples");

/// Takes one example through its life, keeping its plan and its create request as snapshots.
fn live(example: &str) {
    let (cloud, context) = cloud_and_context();
    let file = Path::new(EXAMPLES).join(example).join("sindri.yaml");
    context.file("sindri.yaml", &std::fs::read_to_string(file).unwrap());
    context.run("config validate").expect(0);
    let (code, plan) = context.json("plan");
    assert_eq!(code, 0, "{plan}");
    insta::assert_json_snapshot!(format!("plan_of_{example}"), plan);

    context.run("deploy").expect(0);
    insta::assert_json_snapshot!(format!("request_of_{example}"), cloud.request("createPod"), {
        ".env.SINDRI_DEPLOYMENT_ID" => "[ID]",
        ".env.SINDRI_VERSION" => "[VERSION]",
        ".mounts.network[].volumeId" => "[VOLUME]",
    });
    context.run("plan --detailed-exitcode").expect(0);
    for command in ["status", "stop", "start", "destroy --force --volumes"] {
        context.run(command).expect(0);
    }
    assert!(cloud.pods().is_empty());
    let volumes = cloud
        .runtime()
        .block_on(async { cloud.client().network_volumes().list().await });
    assert!(volumes.unwrap().network_volumes.is_empty());
}

#[test]
fn the_gpu_pod() {
    live("gpu-pod");
}

#[test]
fn the_cpu_pod() {
    live("cpu-pod");
}

#[test]
fn no_example_is_left_out() {
    let mut names: Vec<_> = std::fs::read_dir(EXAMPLES)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["cpu-pod", "gpu-pod"]);
}
