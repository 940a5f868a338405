//! What an observer of a client is told.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use runpod_sdk::{Client, Observed, RetryPolicy, StatusCode, TransportErrorKind};
use sandbox::Sandbox;
use std::sync::{Arc, Mutex};
use std::time::Duration;

type Told = Arc<Mutex<Vec<Observed>>>;

/// A cloud with these faults, and a client that is watched.
async fn watched(faults: &[&str]) -> (Sandbox, Client, Told) {
    let faults = faults.iter().map(|fault| fault.parse().unwrap());
    let cloud = faults.fold(Sandbox::builder(), sandbox::Builder::fault);
    let cloud = cloud.start().await.unwrap();
    let told = Told::default();
    let keep = Arc::clone(&told);
    let client = Client::builder()
        .api_key("test-key")
        .base_url(cloud.url())
        .retry(RetryPolicy {
            base_delay: Duration::from_millis(1),
            ..RetryPolicy::default()
        })
        .observe(move |observed| keep.lock().unwrap().push(*observed))
        .build()
        .unwrap();
    (cloud, client, told)
}

/// The number of a call, which attempt, and how it ended: none while it is being sent.
type Line = (
    u64,
    u32,
    Option<(Option<StatusCode>, Option<TransportErrorKind>)>,
);

fn lines(told: &Told) -> Vec<Line> {
    let told = told.lock().unwrap();
    let line = |observed: &Observed| match *observed {
        Observed::Sending { call, attempt, .. } => Some((call, attempt, None)),
        Observed::Ended {
            call,
            attempt,
            status,
            failure,
            ..
        } => Some((call, attempt, Some((status, failure)))),
        _ => None,
    };
    let lines: Option<Vec<Line>> = told.iter().map(line).collect();
    lines.unwrap()
}

#[tokio::test]
async fn an_observer_is_told_of_every_attempt_before_and_after_it() {
    let (_cloud, client, told) = watched(&["list_pods:503:1"]).await;
    client.pods().list().await.unwrap();
    let lines = lines(&told);
    let call = lines[0].0;
    let answered = |status| Some((Some(status), None));
    assert_eq!(
        lines,
        [
            (call, 1, None),
            (call, 1, answered(StatusCode::SERVICE_UNAVAILABLE)),
            (call, 2, None),
            (call, 2, answered(StatusCode::OK)),
        ]
    );
}

#[tokio::test]
async fn calls_that_are_under_way_together_have_numbers_of_their_own_and_times() {
    let (_cloud, client, told) = watched(&["get_pod:slow:50ms"]).await;
    // What is left of the quota is known then, and calls leave together.
    client.pods().list().await.unwrap();
    told.lock().unwrap().clear();
    let call = async || drop(client.pods().get("nothing").send().await);
    tokio::join!(call(), call());
    let lines = lines(&told);
    let [first, second, ended @ ..] = lines.as_slice() else {
        panic!("{lines:?}")
    };
    assert!(
        first.2.is_none() && second.2.is_none() && first.0 != second.0,
        "{lines:?}"
    );
    assert_eq!(ended.len(), 2);
    for observed in told.lock().unwrap().iter() {
        if let Observed::Ended { elapsed, .. } = observed {
            assert!(*elapsed >= Duration::from_millis(50), "{elapsed:?}");
        }
    }
}

#[tokio::test]
async fn a_call_that_is_dropped_ends_for_whoever_observes_it() {
    let (_cloud, client, told) = watched(&["get_pod:slow:30s"]).await;
    let call = tokio::spawn(client.pods().get("nothing").send());
    while told.lock().unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    let lines = lines(&told);
    assert_eq!(lines[1..], [(lines[0].0, 1, Some((None, None)))]);
}

#[tokio::test]
async fn an_attempt_without_an_answer_tells_why() {
    let (_cloud, client, told) = watched(&["get_pod:lost-answer"]).await;
    let call = client.pods().get("nothing").no_retry();
    call.await.unwrap_err();
    let lost = Some((None, Some(TransportErrorKind::Interrupted)));
    assert_eq!(lines(&told)[1].2, lost);
}
