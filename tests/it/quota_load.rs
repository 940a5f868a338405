//! Many calls at once stay within the quota of both APIs, from the first call of a client on.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use futures::StreamExt as _;
use sandbox::{Clock, Sandbox};
use std::time::{Duration, Instant};

/// Calls that wait for their answer at the same time.
const AT_ONCE: usize = 200;

/// A clock by which a minute ends in this many seconds.
struct EndOfMinute {
    begun: Instant,
    seconds_left: u64,
}

impl Clock for EndOfMinute {
    fn now(&self) -> jiff::Timestamp {
        let minute: jiff::Timestamp = "2026-11-22T10:01:00Z".parse().unwrap();
        minute + self.begun.elapsed() - Duration::from_secs(self.seconds_left)
    }
}

/// A cloud that refuses what exceeds this quota.
async fn cloud(window: &str, quota: u64, seconds_left: u64) -> Sandbox {
    let clock = EndOfMinute {
        begun: Instant::now(),
        seconds_left,
    };
    let builder = Sandbox::builder().clock(clock).limit(window, quota);
    builder.enforce_limits().start().await.unwrap()
}

/// Makes the calls, 200 at once, and counts those that succeed.
async fn succeeded<F: Future<Output = bool>>(calls: usize, call: impl Fn() -> F) -> usize {
    let calls = futures::stream::iter((0..calls).map(|_| call()));
    let done = calls.buffer_unordered(AT_ONCE);
    done.filter(|done| std::future::ready(*done)).count().await
}

fn refused(cloud: &Sandbox) -> usize {
    let requests = cloud.requests();
    requests.iter().filter(|one| one.status == 429).count()
}

fn runpod(cloud: &Sandbox) -> runpod_sdk::Client {
    let builder = runpod_sdk::Client::builder().api_key("test");
    builder.base_url(cloud.url()).build().unwrap()
}

/// A client that waits for a quota no longer than this: the last calls of an hour would take minutes.
fn northflank(cloud: &Sandbox) -> northflank_sdk::Client {
    let policy = northflank_sdk::RetryPolicy {
        max_server_delay: Duration::from_millis(200),
        ..northflank_sdk::RetryPolicy::default()
    };
    let builder = northflank_sdk::Client::builder().token("test");
    let builder = builder.base_url(cloud.url()).retry(policy);
    builder.build().unwrap()
}

async fn pods_listed(cloud: &Sandbox, calls: usize) -> usize {
    let client = runpod(cloud);
    let list = || {
        let client = client.clone();
        async move { client.pods().list().await.is_ok() }
    };
    succeeded(calls, list).await
}

async fn projects_listed(cloud: &Sandbox, calls: usize) -> usize {
    let client = northflank(cloud);
    let list = || {
        let client = client.clone();
        async move { client.projects().list().await.is_ok() }
    };
    succeeded(calls, list).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_calls_stay_within_a_quota_that_is_large_enough() {
    let cloud = cloud("minute", 6000, 60).await;
    assert_eq!(pods_listed(&cloud, 2000).await, 2000);
    assert_eq!(refused(&cloud), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quota_smaller_than_the_calls_at_once_is_waited_for() {
    let cloud = cloud("minute", 150, 4).await;
    assert_eq!(pods_listed(&cloud, 260).await, 260);
    assert_eq!(refused(&cloud), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_calls_stay_within_the_hour_of_northflank() {
    let cloud = cloud("hour", 6000, 60).await;
    assert_eq!(projects_listed(&cloud, 2000).await, 2000);
    assert_eq!(refused(&cloud), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_hour_that_is_spent_is_asked_about_once_and_then_believed() {
    let cloud = cloud("hour", 150, 60).await;
    assert_eq!(projects_listed(&cloud, 400).await, 150);
    assert_eq!(refused(&cloud), 1);
    let error = {
        let client = northflank(&cloud);
        let first = client.projects().list().await.unwrap_err();
        assert_eq!(first.status().map(|status| status.as_u16()), Some(429));
        client.projects().list().await.unwrap_err()
    };
    let text = error.to_string();
    assert!(text.contains("was not sent"), "{text}");
    assert!(
        text.contains("the quota is spent, and renewed in 3"),
        "{text}"
    );
    assert!(!error.may_have_taken_effect());
    assert!(error.retry_after().unwrap() > Duration::from_secs(3000));
}
