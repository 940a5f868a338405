//! Northflank: plans, regions and types of addons.

use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::team::PROJECT;

#[tokio::test]
async fn plans_have_sizes_and_prices() {
    let cloud = Cloud::start().await;
    let data = cloud.data("/v1/plans").await;
    let plans = data["plans"].as_array().unwrap();
    assert_eq!(plans.len(), 19);
    let plan = plans.iter().find(|plan| plan["id"] == "nf-compute-400-16");
    assert_eq!(
        plan.unwrap(),
        &json!({
            "id": "nf-compute-400-16",
            "name": "nf-compute-400-16",
            "currency": "USD",
            "amountPerMonth": 144.0,
            "amountPerHour": 0.2,
            "cpuResource": 4.0,
            "ramResource": 16384,
        })
    );
}

#[tokio::test]
async fn regions_tell_their_gpus_with_prices_in_cents() {
    let cloud = Cloud::start().await;
    let data = cloud.data("/v1/regions").await;
    let regions = data["regions"].as_array().unwrap();
    assert_eq!(regions.len(), 16);
    let region = |id: &str| regions.iter().find(|region| region["id"] == id).unwrap();
    assert_eq!(region("europe-west")["gpuDevices"], json!([]));
    let devices = region("us-central")["gpuDevices"].as_array().unwrap();
    let h100 = devices
        .iter()
        .find(|device| device["id"] == "h100-80")
        .unwrap();
    assert_eq!(h100["pricing"]["onDemand"], 274);
    assert_eq!(h100["memoryInfo"]["sizeInMiB"], 81_920);
    assert!(h100["countOptions"].as_array().unwrap().contains(&json!(1)));
}

#[tokio::test]
async fn a_gpu_must_be_in_the_region_of_the_project_in_that_number() {
    let cloud = Cloud::with_project().await;
    let gpu = |id: &str, count: u64| {
        json!({
            "billing": { "deploymentPlan": format!("nf-gpu-{id}-{count}g") },
            "deployment": {
                "instances": 1,
                "external": { "imagePath": "vllm/vllm-openai:v0.10" },
                "gpu": { "enabled": true, "configuration": { "gpuType": id, "gpuCount": count } },
            },
        })
    };
    let created = cloud.ask_service(gpu("h100-80", 1)).await.expect(200);
    assert_eq!(
        created.data()["deployment"]["gpu"]["configuration"]["gpuType"],
        "h100-80"
    );
    let check = async |body: Value, words: &str| {
        cloud.ask_service(body).await.denied(400, words);
    };
    check(gpu("h200-141", 1), "there is no plan `nf-gpu-h200-141-1g`").await;
    let mut other = gpu("b200-180", 8);
    check(
        other.clone(),
        "us-central has no GPU `b200-180`; it has l4, a100-40",
    )
    .await;
    other["deployment"]["gpu"] = json!({ "enabled": true });
    check(other, "`deployment.gpu.configuration` is missing").await;
    let mut three = gpu("h100-80", 3);
    three["billing"]["deploymentPlan"] = json!("nf-compute-20");
    check(three, "cannot have 3 of `h100-80`, but 1, 2, 4, 8").await;
}

#[tokio::test]
async fn types_of_addons_are_listed_and_projects_have_none() {
    let cloud = Cloud::with_project().await;
    let types = cloud.data("/v1/addon-types").await;
    assert_eq!(types["addonTypes"][0]["type"], "postgresql");
    assert_eq!(
        cloud.data(&format!("{PROJECT}/addons")).await["addons"],
        json!([])
    );
    cloud
        .get(&format!("{PROJECT}/addons/db"))
        .await
        .denied(404, "addon `db`");
}
