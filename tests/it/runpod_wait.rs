//! Waiting for a pod, over HTTP.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::support::{client, client_at, pod, server_with};
use runpod_sdk::wait::{PodCondition, WaitError};
use serde_json::{Value, json};
use std::sync::Mutex;
use std::time::Duration;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// A server that answers with one after the other; the last one stays.
async fn server(answers: Vec<ResponseTemplate>) -> MockServer {
    let script = Mutex::new(answers);
    server_with(
        Mock::given(method("GET"))
            .and(path("/v2/pods/p1"))
            .respond_with(move |_: &wiremock::Request| {
                let mut script = script.lock().unwrap();
                if script.len() > 1 {
                    script.remove(0)
                } else {
                    script[0].clone()
                }
            }),
    )
    .await
}

fn with(key: &str, value: Value) -> ResponseTemplate {
    let mut pod = pod("p1");
    pod[key] = value;
    ResponseTemplate::new(200).set_body_json(pod)
}

fn status(status: &str) -> ResponseTemplate {
    with("status", json!(status))
}

fn up() -> ResponseTemplate {
    let util = json!({"util": 0});
    with(
        "runtime",
        json!({"uptime": 1, "gpus": [], "cpu": util, "memory": util, "ports": []}),
    )
}

async fn wait(
    condition: PodCondition,
    answers: Vec<ResponseTemplate>,
) -> (Result<Option<String>, WaitError>, Vec<String>) {
    let server = server(answers).await;
    let mut phases = Vec::new();
    let client = client(&server);
    let waited = client
        .pods()
        .wait("p1", condition)
        .interval(Duration::from_millis(1))
        .max_wait(Duration::from_secs(2))
        .on_progress(|progress| phases.push(progress.phase.clone()))
        .await;
    (waited.map(|pod| pod.map(|pod| pod.id)), phases)
}

#[tokio::test]
async fn a_pod_is_ready_when_its_container_is_up_and_trouble_that_passes_is_looked_past() {
    let trouble = ResponseTemplate::new(500).set_body_string("<html>");
    let answers = vec![status("PROVISIONING"), trouble, status("RUNNING"), up()];
    let (pod, phases) = wait(PodCondition::Ready, answers).await;
    assert_eq!(pod.unwrap().unwrap(), "p1");
    assert_eq!(phases[0], "provisioning, looking for a machine");
    assert!(phases[1].starts_with("looking again after: "), "{phases:?}");
    assert_eq!(phases[2], "running, the container is not up yet");
}

#[tokio::test]
async fn a_pod_that_is_not_there_is_gone_and_is_never_ready() {
    let gone = || ResponseTemplate::new(404);
    let (pod, _) = wait(PodCondition::Gone, vec![status("RUNNING"), gone()]).await;
    assert_eq!(pod.unwrap(), None);
    let (pod, _) = wait(PodCondition::Ready, vec![gone()]).await;
    assert!(matches!(pod, Err(WaitError::Failed { .. })), "{pod:?}");
}

#[tokio::test]
async fn a_wait_ends_with_what_will_not_mend() {
    let (pod, _) = wait(PodCondition::Running, vec![ResponseTemplate::new(401)]).await;
    let Err(WaitError::Call(error)) = pod else {
        panic!("{pod:?}")
    };
    assert_eq!(error.status().unwrap(), 401);
    let answers = vec![status("STARTING"), status("ERROR")];
    let (pod, _) = wait(PodCondition::Running, answers).await;
    assert_eq!(
        pod.unwrap_err().to_string(),
        "it failed: the pod went to ERROR"
    );
}

#[tokio::test]
async fn a_wait_that_gives_up_says_what_it_saw_last() {
    let (pod, _) = wait(PodCondition::Stopped, vec![status("RUNNING")]).await;
    let Err(WaitError::GaveUp { last, polls, .. }) = pod else {
        panic!("{pod:?}")
    };
    assert_eq!(last, "RUNNING");
    assert!(polls > 1);
}

#[tokio::test]
async fn a_quota_that_is_spent_and_a_server_that_is_away_are_looked_past() {
    // As often as one call is sent.
    let mut answers = vec![ResponseTemplate::new(429); 3];
    answers.extend([ResponseTemplate::new(503), status("EXITED")]);
    let (pod, phases) = wait(PodCondition::Stopped, answers).await;
    assert_eq!(pod.unwrap().unwrap(), "p1");
    assert!(phases[0].contains("429"), "{phases:?}");

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let away = client_at(&origin);
    let waited = away
        .pods()
        .wait("p1", PodCondition::Gone)
        .interval(Duration::from_millis(1))
        .max_wait(Duration::from_millis(200))
        .await;
    let Err(WaitError::GaveUp { last, .. }) = waited else {
        panic!("{waited:?}")
    };
    assert!(last.contains("could not connect"), "{last}");
}

#[tokio::test]
async fn a_wait_that_is_refused_for_an_hour_sends_no_more_and_gives_up_in_time() {
    let spent = ResponseTemplate::new(429).insert_header("Retry-After", "3600");
    let (pod, phases) = wait(PodCondition::Stopped, vec![spent, status("EXITED")]).await;
    let Err(WaitError::GaveUp { last, .. }) = pod else {
        panic!("{pod:?}")
    };
    assert!(last.contains("the quota is spent"), "{last}");
    assert!(phases[0].contains("429"), "{phases:?}");
}
