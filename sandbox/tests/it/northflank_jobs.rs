//! Northflank: jobs and their runs.

use serde_json::{Value, json};

use crate::cloud::{Cloud, with};
use crate::stream::Stream;
use crate::team::PROJECT;

async fn job(more: Value) -> (Cloud, String) {
    let cloud = Cloud::with_project().await;
    let body = json!({
        "name": "Nightly",
        "billing": { "deploymentPlan": "nf-compute-20" },
        "deployment": { "external": { "imagePath": "busybox:1.37" } },
        "settings": { "backoffLimit": 2 },
    });
    let path = format!("{PROJECT}/jobs");
    let made = cloud.post(&path, with(body, &more)).await.expect(200);
    let kind = if more["settings"].get("cron").is_some() {
        "cron"
    } else {
        "manual"
    };
    assert_eq!(made.data()["jobType"], kind);
    (cloud, format!("{path}/nightly"))
}

#[tokio::test]
async fn a_run_ends_by_itself() {
    let (cloud, path) = job(json!({})).await;
    assert_eq!(cloud.data(&path).await["jobType"], "manual");
    let started = cloud
        .post(&format!("{path}/runs"), json!({}))
        .await
        .expect(200);
    let id = started.data()["id"].as_str().unwrap().to_owned();
    let one = format!("{path}/runs/{id}");
    let run = cloud.data(&one).await;
    assert_eq!(
        (&run["status"], &run["active"], &run["concluded"]),
        (&json!("RUNNING"), &json!(1), &json!(false))
    );
    assert_eq!(run["backoffLimit"], 2);
    assert!(run.get("concludedAt").is_none(), "{run}");
    cloud.pass(3.0);
    let containers = cloud.data(&format!("{path}/containers")).await;
    assert_eq!(containers["runId"], id);
    assert_eq!(containers["containers"][0]["status"], "TASK_RUNNING");
    let mut stream = Stream::open(&cloud, "/v1/command-exec/projects/lab/jobs/nightly").await;
    stream
        .ask(json!({ "command": ["echo", "in a job"], "shell": "none" }))
        .await;
    stream.expect("init").await;
    assert_eq!(stream.outcome(false).await.out, "in a job\n");
    cloud.pass(3.0);
    let run = cloud.data(&one).await;
    assert_eq!(
        (&run["status"], &run["succeeded"]),
        (&json!("SUCCESS"), &json!(1))
    );
    assert_eq!(run["concludedAt"], "2026-11-01T12:00:07Z");
    let list = cloud.data(&format!("{path}/runs")).await;
    assert_eq!(list["runs"].as_array().unwrap().len(), 1);
    let log = cloud.data(&format!("{path}/logs?runId={id}")).await;
    assert_eq!(log[0]["log"], "sandbox: a container of nightly is up");
    cloud.delete(&one).await.denied(409, "the run is over");
    cloud.delete(&path).await.expect(200);
    cloud.get(&path).await.denied(404, "job `nightly`");
}

#[tokio::test]
async fn a_run_fails_without_its_image_and_when_it_is_aborted() {
    let (cloud, path) = job(json!({})).await;
    let runs = format!("{path}/runs");
    let missing =
        json!({ "deployment": { "external": { "imagePath": "busybox:does-not-exist" } } });
    let started = cloud.post(&runs, missing).await.expect(200);
    cloud.pass(6.0);
    let one = |answer: &Value| format!("{runs}/{}", answer["id"].as_str().unwrap());
    assert_eq!(cloud.data(&one(started.data())).await["status"], "FAILED");
    let started = cloud.post(&runs, json!({})).await.expect(200);
    cloud.delete(&one(started.data())).await.expect(200);
    assert_eq!(cloud.data(&one(started.data())).await["status"], "FAILED");
    cloud
        .get(&format!("{runs}/nope"))
        .await
        .denied(404, "run `nope`");
}

#[tokio::test]
async fn a_job_with_a_schedule_is_a_cron_job() {
    let cron = json!({ "settings": { "backoffLimit": 0, "cron": { "schedule": "0 3 * * *", "concurrencyPolicy": "forbid" } } });
    let (cloud, path) = job(cron).await;
    assert_eq!(cloud.data(&path).await["jobType"], "cron");
    let change = json!({ "description": "each night" });
    let changed = cloud.patch(&path, change).await.expect(200);
    assert_eq!(changed.data()["jobType"], "cron");
    assert_eq!(cloud.data(&path).await["description"], "each night");
    let older = json!({
        "name": "Older", "backoffLimit": 0, "runOnSourceChange": "never",
        "billing": { "deploymentPlan": "nf-compute-20" },
        "deployment": { "external": { "imagePath": "busybox:1.37" } },
    });
    cloud
        .post(&format!("{PROJECT}/jobs/manual"), older.clone())
        .await
        .expect(200);
    cloud
        .post(&format!("{PROJECT}/jobs/manual"), older)
        .await
        .denied(409, "`older`");
    let read = cloud.data(&format!("{PROJECT}/jobs/older")).await;
    assert_eq!(
        (&read["jobType"], &read["settings"]["backoffLimit"]),
        (&json!("manual"), &json!(0))
    );
}

#[tokio::test]
async fn a_paused_job_starts_no_run() {
    let (cloud, path) = job(json!({})).await;
    let runs = format!("{path}/runs");
    cloud
        .act_on(&path, "resume")
        .await
        .denied(409, "not paused");
    cloud.act_on(&path, "pause").await.expect(200);
    assert_eq!(cloud.data(&path).await["suspended"], true);
    cloud.post(&runs, json!({})).await.denied(409, "suspended");
    cloud.act_on(&path, "resume").await.expect(200);
    cloud.post(&runs, json!({})).await.expect(200);
    let suspend = json!({ "suspended": true });
    cloud
        .post(&format!("{path}/suspend"), suspend)
        .await
        .expect(200);
    assert_eq!(cloud.data(&path).await["suspended"], true);
}
