//! `gpu list`.

use crate::cli_context::cloud_and_context;
use std::fs;

#[test]
fn gpu_list_shows_price_stock_and_places_with_one_request_and_no_file() {
    let (cloud, context) = cloud_and_context();
    fs::remove_file(context.path("sindri.yaml")).unwrap();
    let all = context.run("gpu list").expect(0);
    assert_eq!(cloud.requests("list_gpu_types").len(), 1);
    assert_eq!(cloud.sandbox().requests().len(), 1, "nothing else is asked");
    let words = "this is about RunPod; `--provider northflank` asks Northflank";
    assert!(all.stderr.contains(words), "{}", all.stderr);
    let (_, document) = context.json("gpu list");
    assert_eq!(document["provider"], "runpod");
    let mut lines = all.stdout.lines();
    assert!(lines.next().unwrap().starts_with("GPU "), "{}", all.stdout);
    let l4 = all
        .stdout
        .lines()
        .find(|line| line.starts_with("NVIDIA L4 "));
    assert!(
        l4.is_some_and(|line| line.contains("US-TX-3")),
        "{}",
        all.stdout
    );
    assert!(all.stdout.lines().all(|line| !line.ends_with(' ')));
}

#[test]
fn gpu_list_filters_by_memory_price_place_count_and_cloud() {
    let (_cloud, context) = cloud_and_context();
    let ids = |arguments: &str| -> Vec<String> {
        let (code, list) = context.json(&format!("gpu list {arguments}"));
        assert_eq!(code, 0, "{list}");
        let gpus = list["gpus"].as_array().unwrap();
        gpus.iter()
            .map(|gpu| gpu["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = ids("");
    let large = ids("--min-vram 80");
    assert!(!large.is_empty() && large.len() < all.len());
    assert!(!large.contains(&"NVIDIA L4".to_owned()));
    let cheap = ids("--max-price 0.5 --available");
    assert!(cheap.contains(&"NVIDIA L4".to_owned()) && cheap.len() < all.len());
    assert!(ids("--max-price 0.5 --count 2").len() < cheap.len());
    assert!(ids("--region US-TX-3").contains(&"NVIDIA L4".to_owned()));
    assert!(ids("--region XX").is_empty());
    let (_, community) = context.json("gpu list --cloud community");
    assert_eq!(community["cloud"], "COMMUNITY");
    context.run("gpu list --max-price -1").expect(2);
}

#[test]
fn gpu_list_in_the_sandbox_needs_no_key_and_leaves_nothing_behind() {
    let (_cloud, mut context) = cloud_and_context();
    context.unset("RUNPOD_API_KEY").unset("RUNPOD_API_BASE_URL");
    context.run("gpu list --sandbox").expect(0);
    assert!(!context.path(".sindri").exists());
    context.run("gpu list").expect(5);
}
