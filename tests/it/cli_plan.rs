//! The plan is what is going to happen, and nothing happens.

use crate::cli_context::{PROGRAM, cloud_and_context};
use serde_json::json;
use tests::Context;

#[test]
fn a_plan_names_the_card_the_price_and_changes_nothing() {
    let (cloud, context) = cloud_and_context();
    let (code, plan) = context.json("plan");
    assert_eq!(code, 0, "{plan}");
    assert_eq!(
        (&plan["schema_version"], &plan["command"]),
        (&json!(1), &json!("plan"))
    );
    assert_eq!(plan["actions"][0]["class"], "create");
    assert_eq!(plan["actions"][0]["destroys_data"], false);
    assert_eq!(plan["choice"]["id"], "NVIDIA L4");
    assert!(plan["estimated_cost"]["hourly"].as_f64().unwrap() > 0.0);
    assert!(plan["estimated_cost"]["stopped_hourly"].as_f64().unwrap() > 0.0);
    assert!(cloud.changes().is_empty());
    assert!(!context.path(".sindri").exists());
}

#[test]
fn plan_and_dry_run_print_the_same() {
    let (_cloud, context) = cloud_and_context();
    assert_eq!(
        context.run("plan").expect(0).stdout,
        context.run("deploy --dry-run").expect(0).stdout
    );
    let dry = context.json("deploy --dry-run").1;
    assert_eq!(context.json("plan").1, dry);
}

#[test]
fn the_exit_code_tells_of_changes_only_when_asked() {
    let (_cloud, context) = cloud_and_context();
    context.run("plan").expect(0);
    context.run("plan --detailed-exitcode").expect(6);
    context.run("deploy").expect(0);
    context.run("plan --detailed-exitcode").expect(0);
}

#[test]
fn an_offline_plan_needs_no_key_and_no_secret_and_says_what_is_not_checked() {
    let mut context = Context::new(PROGRAM);
    context.unset("TOKEN");
    let (code, plan) = context.json("plan --offline");
    assert_eq!(code, 0, "{plan}");
    assert_eq!(plan["estimated_cost"], json!(null));
    assert!(
        plan["notes"]
            .to_string()
            .contains("prices and stock are not checked"),
        "{plan}"
    );
    context.run("deploy --dry-run --offline").expect(0);
    context.run("deploy --offline").expect(2);
}

#[test]
fn a_plan_for_people() {
    let (_cloud, context) = cloud_and_context();
    insta::assert_snapshot!(context.run("plan").expect(0).view());
}

#[test]
fn spot_capacity_is_refused_with_the_on_demand_price_before_any_create() {
    let (cloud, context) = cloud_and_context();
    context.edit(
        "    gpuType: NVIDIA L4\n",
        "    gpuType: NVIDIA L4\n    spot: true\n",
    );
    for command in ["plan", "deploy"] {
        let run = context.run(command).expect(2);
        assert!(run.stderr.contains("on demand it is $"), "{}", run.stderr);
    }
    context.run("config validate").expect(0);
    assert!(cloud.changes().is_empty());
    context.run("plan --on-demand").expect(0);
    context.run("deploy --on-demand --no-wait").expect(0);
}

#[test]
fn what_can_only_fail_is_planned_with_a_warning_and_not_deployed() {
    let (cloud, context) = cloud_and_context();
    context.edit(
        "    gpuType: NVIDIA L4\n",
        "    cpuOnly: true\n    cpuInstanceId: cpu3c-2-4\n    cloudType: COMMUNITY\n",
    );
    let (code, plan) = context.json("plan");
    assert_eq!(
        (code, plan["blockers"].as_array().unwrap().len()),
        (0, 1),
        "{plan}"
    );
    assert!(context.run("plan").stdout.contains("deploy will refuse"));
    context.run("deploy --force").expect(2);
    assert!(cloud.changes().is_empty());
}

#[test]
fn a_region_prefix_is_expanded_to_data_centers_of_the_catalog() {
    let (cloud, context) = cloud_and_context();
    context.edit(
        "    gpuType: NVIDIA L4\n",
        "    gpuType: NVIDIA L4\n    region: US\n",
    );
    context.run("deploy --no-wait").expect(0);
    let sent = cloud.request("create_pod");
    let places = sent["dataCenterIds"].as_array().unwrap();
    assert!(!places.is_empty());
    assert!(
        places
            .iter()
            .all(|place| place.as_str().unwrap().starts_with("US-")),
        "{sent}"
    );
}

#[test]
fn a_tier_and_a_pool_become_one_card() {
    for wish in ["gpu-medium", "AMPERE_48"] {
        let (cloud, context) = cloud_and_context();
        context.edit("NVIDIA L4", wish);
        context.run("deploy --no-wait").expect(0);
        let gpu = &cloud.request("create_pod")["gpu"];
        assert!(
            ["NVIDIA A40", "NVIDIA RTX A6000"].contains(&gpu["id"].as_str().unwrap()),
            "{gpu}"
        );
        assert_eq!(gpu["count"], 1);
    }
}

#[test]
fn a_pod_whose_card_is_sold_out_since_is_left_as_it_is() {
    use sandbox::Tier;
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let offer = cloud.runtime().block_on(async {
        let params = runpod_sdk::params::ListGpuTypesParams::new()
            .include([runpod_sdk::types::CatalogInclude::Availability])
            .product([runpod_sdk::types::Product::Pod]);
        let client = cloud.client();
        let listed = client.catalog().list_gpu_types_with(params).await.unwrap();
        let l4 = listed.gpus.iter().find(|gpu| gpu.id == "NVIDIA L4");
        l4.unwrap().clone()
    });
    for place in offer.data_centers.unwrap() {
        cloud
            .sandbox()
            .set_gpu_stock("NVIDIA L4", Tier::Secure, &place.id, 0)
            .unwrap();
    }
    let changes = cloud.changes();
    context.run("plan --detailed-exitcode").expect(0);
    context.run("deploy").expect(0);
    assert_eq!(cloud.changes(), changes);
    let another = Context::at(PROGRAM, cloud.url());
    another.edit("name: demo", "name: another");
    another.run("deploy").expect(3);
}
