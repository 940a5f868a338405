//! What an earlier run began and did not see end: told, settled, and known even when the state file is lost.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot be set up fails"
)]

use crate::cli_context::{PROGRAM, cloud_and_context};
use serde_json::Value;
use tests::kill::KILL_AT;
use tests::{Cloud, Context};

const JOURNAL: &str = ".sindri/state/runpod-demo.journal";

/// What was begun and how it ended, in order.
fn told(context: &Context) -> Vec<String> {
    let text = context.read(JOURNAL);
    let lines = text.lines().map(|line| {
        let line: Value = serde_json::from_str(line).expect("a line of JSON");
        match (&line["begun"], &line["ended"]) {
            (Value::Object(deed), Value::Null) => {
                format!("{} {}", deed["act"], deed["resource"]).replace('"', "")
            }
            (Value::Null, Value::String(outcome)) => outcome.clone(),
            _ => panic!("{line}"),
        }
    });
    lines.collect()
}

/// Kills a run of the command before its first call of this operation.
fn kill_before(context: &mut Context, command: &str, operation: &str) {
    context.set(KILL_AT, &format!("before attempt 1 of {operation}"));
    let run = context.run(command);
    context.unset(KILL_AT);
    assert_eq!(run.code, -1, "{command} has no call of {operation}");
}

#[test]
fn everything_that_bills_or_loses_something_is_written_down_before_and_after() {
    let (_cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    context.run("stop").expect(0);
    context.run("start").expect(0);
    context.edit("ghcr.io/org/app:1", "ghcr.io/org/app:2");
    context.run("deploy").expect(0);
    let expected = [
        "create pod",
        "done",
        "stop pod",
        "done",
        "start pod",
        "done",
        "update pod",
        "done",
    ];
    assert_eq!(told(&context), expected);
    context.run("destroy --force").expect(0);
    assert!(
        !context.path(JOURNAL).exists(),
        "nothing is left to tell of"
    );
}

#[test]
fn a_refusal_is_written_down_as_one() {
    let cloud = Cloud::with_faults(&["pod_action:422"]);
    let context = Context::at(PROGRAM, cloud.url());
    context.run("deploy").expect(0);
    context.run("stop").expect(3);
    assert_eq!(told(&context)[2..], ["stop pod", "failed"]);
}

#[test]
fn what_may_have_been_done_stays_open_until_a_run_has_looked() {
    let cloud = Cloud::with_faults(&["pod_action:500"]);
    let context = Context::at(PROGRAM, cloud.url());
    context.run("deploy").expect(0);
    context.run("stop").expect(3);
    assert_eq!(told(&context)[2..], ["stop pod"]);
    let status = context.run("status").expect(0);
    let note = "began to stop pod";
    assert!(
        status.stdout.contains(note) || status.stderr.contains(note),
        "{status:?}"
    );
    assert_eq!(told(&context)[2..], ["stop pod", "looked"]);
}

#[test]
fn a_stop_and_a_destroy_go_on_where_the_state_cannot_even_be_locked() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let lock = context.path(".sindri/state/runpod-demo.lock");
    std::fs::remove_file(&lock).expect("the file goes");
    std::fs::create_dir(&lock).expect("a directory");
    context.run("start").expect(1);
    let stopped = context.run("stop").expect(0);
    assert!(
        stopped
            .stderr
            .contains("going on, because this ends a bill"),
        "{stopped:?}"
    );
    context.run("destroy --force").expect(0);
    assert!(cloud.pods().is_empty());
}

#[test]
fn a_look_says_that_another_command_is_at_work_and_not_that_it_was_cut_off() {
    let cloud = Cloud::with_faults(&["pod_action:slow:3s"]);
    let context = Context::at(PROGRAM, cloud.url());
    context.run("deploy").expect(0);
    let stopping = context.start("stop");
    let begun = std::time::Instant::now();
    while told(&context).len() < 3 && begun.elapsed().as_secs() < 10 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let (_, status) = context.json("status");
    let notes = status["notes"].to_string();
    assert!(
        notes.contains("another sindri is at work on this deployment (process "),
        "{notes}"
    );
    assert!(!notes.contains("earlier run"), "{notes}");
    stopping.finish().expect(0);
}

#[test]
fn a_create_that_was_cut_off_is_looked_for_even_when_the_state_file_is_lost() {
    let (cloud, mut context) = cloud_and_context();
    context.set(KILL_AT, "after attempt 1 of create_pod");
    assert_eq!(context.run("deploy").code, -1);
    context.unset(KILL_AT);
    std::fs::remove_file(context.path(".sindri/state/runpod-demo.json")).expect("the file goes");
    let run = context.run("deploy").expect(0);
    assert!(run.stderr.contains("adopted, not made again"), "{run:?}");
    assert_eq!(cloud.pods().len(), 1);
}

#[test]
fn what_was_cut_off_is_told_once_with_what_there_is_now() {
    let (_cloud, mut context) = cloud_and_context();
    context.run("deploy").expect(0);
    kill_before(&mut context, "stop", "pod_action");
    let planned = context.run("plan").expect(0);
    let note = "an earlier run began to stop pod ";
    assert!(planned.stderr.contains(note), "{}", planned.stderr);
    let (_, status) = context.json("status");
    let notes = status["notes"].to_string();
    assert!(
        notes.contains(note)
            && notes.contains("did not see the end of it: it is RUNNING and bills $"),
        "{notes}"
    );
    assert_eq!(told(&context).last().map(String::as_str), Some("looked"));
    let (_, again) = context.json("status");
    assert!(!again["notes"].to_string().contains(note), "{again}");
}

#[test]
fn a_journal_proves_what_a_lost_state_file_named() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let pod = context.state().expect("a state")["pod_id"].clone();
    std::fs::remove_file(context.path(".sindri/state/runpod-demo.json")).expect("the file goes");
    let run = context.run("stop").expect(0);
    assert!(
        run.stderr
            .contains("carries the marker of this deployment: adopted"),
        "{run:?}"
    );
    assert_eq!(context.state().expect("a state")["pod_id"], pod);
    assert_eq!(cloud.requests("create_pod").len(), 1);
}

#[test]
fn nothing_that_could_bill_is_sent_when_it_cannot_be_written_down_and_what_stops_a_bill_is() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    // Nothing can be added to a directory.
    std::fs::remove_file(context.path(JOURNAL)).expect("the file goes");
    std::fs::create_dir(context.path(JOURNAL)).expect("a directory");
    let stopped = context.run("stop").expect(0);
    assert!(
        stopped.stderr.contains("the state was not written"),
        "{stopped:?}"
    );
    let started = context.run("start").expect(1);
    assert!(started.stderr.contains("nothing was sent"), "{started:?}");
    assert_eq!(cloud.requests("pod_action").len(), 1);
}

#[test]
fn a_state_file_that_could_not_be_written_is_not_reported_as_written() {
    for file in [
        ".sindri/state/runpod-demo.json",
        ".sindri/state/northflank-web.json",
    ] {
        let northflank = file.contains("northflank");
        let create = if northflank {
            "create_deployment_service:slow:1s"
        } else {
            "create_pod:slow:1s"
        };
        let cloud = Cloud::with_faults(&[create]);
        let mut context = Context::at(PROGRAM, cloud.url());
        context
            .set("NORTHFLANK_API_BASE_URL", cloud.url())
            .set("NORTHFLANK_API_TOKEN", "key");
        if northflank {
            context.file("sindri.yaml", SERVICE);
        }
        let running = context.start("deploy --json");
        // Once the intent is written down nothing more can be: a directory that is not empty takes its place.
        let path = context.path(file);
        while !std::fs::read_to_string(&path).is_ok_and(|text| intends(&text, northflank)) {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        std::fs::remove_file(&path).expect("the file goes");
        std::fs::create_dir_all(path.join("in the way")).expect("a directory");
        let run = running.finish().expect(0);
        let report = run.document();
        assert_eq!(report["state_file"], Value::Null, "{report}");
        let notes = report["notes"].to_string();
        assert!(notes.contains("the state was not written"), "{notes}");
        assert!(report["instance_id"].is_string(), "{report}");
    }
}

/// Whether the state says that the last create is about to be sent.
fn intends(text: &str, northflank: bool) -> bool {
    let state: Value = serde_json::from_str(text).unwrap_or_default();
    let creates = if northflank { "service" } else { "pod" };
    state["intent"]["creates"] == creates
}

const SERVICE: &str = service_yaml!(
    "    computePlan: nf-compute-200
"
);
