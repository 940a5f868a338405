//! What a deployment has cost so far.

use crate::cli_context::cloud_and_context;
use serde_json::{Value, json};

#[test]
fn status_reckons_the_cost_since_the_start_and_says_what_it_stands_on() {
    let (cloud, context) = cloud_and_context();
    let (_, nothing) = context.json("status");
    assert_eq!(nothing["cost_so_far"], Value::Null, "not deployed");
    context.run("deploy").expect(0);
    let (_, status) = context.json("status");
    let cost = &status["cost_so_far"];
    assert_eq!(
        cost["usd_per_hour"].as_f64(),
        Some(cloud.pods()[0].cost),
        "{status}"
    );
    assert_eq!(cost["since"], status["timestamps"]["started_at"]);
    let hours = cost["seconds"].as_f64().unwrap() / 3600.0;
    let reckoned = hours * cost["usd_per_hour"].as_f64().unwrap();
    assert!(
        (cost["usd"].as_f64().unwrap() - reckoned).abs() < 1e-4,
        "{cost}"
    );
    assert!(
        cost["basis"]
            .as_str()
            .unwrap()
            .contains("what RunPod bills decides")
    );
    let shown = context.run("status").expect(0).stdout;
    assert!(shown.contains("so far"), "{shown}");
    assert!(
        shown.contains("without storage; what RunPod bills decides"),
        "{shown}"
    );
    context.run("stop").expect(0);
    let (_, stopped) = context.json("status");
    assert_eq!(stopped["cost_so_far"], Value::Null, "{stopped}");
    assert!(!context.run("status").expect(0).stdout.contains("so far"));
}

#[test]
fn a_watched_status_tells_the_cost_at_every_turn() {
    let (_cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let mut running = context.start("status --watch 1 --json");
    let first: Value = serde_json::from_str(&running.first_line()).unwrap();
    assert_eq!(first["command"], json!("status"));
    assert!(first["cost_so_far"]["usd"].is_f64(), "{first}");
    running.interrupt();
    let run = running.finish().expect(130);
    // Each document has a line, and so has the end.
    let documents: Vec<Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let last = documents.last().unwrap();
    assert_eq!(last["error"]["kind"], "interrupted", "{last}");
}

#[test]
fn the_status_of_a_stopped_pod_says_what_bills_on() {
    let (_cloud, context) = cloud_and_context();
    let notes = |context: &tests::Context| -> String {
        let (code, status) = context.json("status");
        assert_eq!(code, 0, "{status}");
        status["notes"].to_string()
    };
    context.run("deploy").expect(0);
    assert!(!notes(&context).contains("bills"), "it runs");
    context.run("stop").expect(0);
    // 20 GB at $0.20 and at $0.10 a month, in 730 hours.
    for words in [
        "pod volume of 20 GB bills $0.00548/h while",
        "$0.00274/h while it runs",
    ] {
        assert!(notes(&context).contains(words), "{}", notes(&context));
    }
    let shown = context.run("status").expect(0).stdout;
    assert!(
        shown.contains("note: the pod volume of 20 GB bills"),
        "{shown}"
    );
    context.run("destroy --force").expect(0);

    // A network volume, of 20 GB at $0.07 a month.
    context.edit("    gpuType: NVIDIA L4\n", "    cpuOnly: true\n");
    context.run("deploy").expect(0);
    context.run("stop").expect(0);
    let words =
        "of 20 GB bills $0.00192/h, the list rate of standard storage, whether the pod runs or not";
    assert!(notes(&context).contains(words), "{}", notes(&context));
}
