//! The client beside `reqwest` and `serde_json` by hand, and how long the program takes to start.
//!
//! `cargo xtask bench` runs each pair in turns and prints their ratios: what criterion says of one alone changes
//! with the load of the machine.
#![expect(
    clippy::expect_used,
    reason = "what cannot be measured is not measured"
)]
#![allow(missing_docs, reason = "criterion's macros make functions without")]

use axum::body::Bytes;
use benches::by_hand;
use benches::loopback::{Bodies, Loopback};
use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use futures::{StreamExt as _, stream};
use northflank_sdk::types::ServiceSummary;
use reqwest::Method;
use runpod_sdk::types::{ListPodsResponse, Pod};
use sdk_core::{Body, Json, List, Operation, Repeat, Reply};
use serde::Deserialize;
use std::hint::black_box;
use std::process::{Command, Stdio};
use tests::Context;
use tokio::runtime::{Builder, Runtime};

/// Calls of one client, and how many of them are under way together.
const CALLS: usize = 2000;
const AT_ONCE: usize = 64;

fn runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().build().expect("a runtime")
}

async fn many<T>(call: impl AsyncFn() -> T) {
    let calls = stream::iter(0..CALLS).map(|_| call());
    calls
        .buffer_unordered(AT_ONCE)
        .for_each(async |pod| drop(black_box(pod)))
        .await;
}

/// One call at a time, answered on loopback.
fn call(criterion: &mut Criterion, bodies: &Bodies) {
    let runtime = runtime();
    let server = Loopback::on(&runtime, bodies.clone());
    let (sdk, http) = (server.client(), by_hand::http());
    let url = server.url("/v2/pods/bench");
    let mut group = criterion.benchmark_group("call");
    group.bench_function("sdk", |bencher| {
        let call = async || sdk.pods().get("bench").await.expect("a pod");
        bencher.to_async(&runtime).iter(call);
    });
    group.bench_function("by_hand", |bencher| {
        let call = async || by_hand::get::<Pod>(&http, &url).await;
        bencher.to_async(&runtime).iter(call);
    });
    group.finish();
}

/// Many calls of one client.
fn calls(criterion: &mut Criterion, server: &Loopback) {
    let runtime = runtime();
    let (sdk, http) = (server.client(), by_hand::http());
    let url = server.url("/v2/pods/bench");
    let mut group = criterion.benchmark_group("calls");
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function("sdk", |bencher| {
        let call = async || sdk.pods().get("bench").await.expect("a pod");
        bencher.to_async(&runtime).iter(|| many(call));
    });
    group.bench_function("by_hand", |bencher| {
        let call = async || by_hand::get::<Pod>(&http, &url).await;
        bencher.to_async(&runtime).iter(|| many(call));
    });
    group.finish();
}

/// A long list of RunPod, from bytes to its type.
fn list(criterion: &mut Criterion, body: &Bytes) {
    const LIST: Operation = Operation::new("list_pods", Method::GET, "/v2/pods", Repeat::Safe);
    let mut group = criterion.benchmark_group("list");
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function("sdk", |bencher| {
        bencher.iter(|| {
            let body = Body::Whole(body.clone());
            Json::<ListPodsResponse>::read(body, &LIST).expect("a list")
        });
    });
    group.bench_function("by_hand", |bencher| {
        bencher.iter(|| serde_json::from_slice::<ListPodsResponse>(body).expect("a list"));
    });
    group.finish();
}

/// A long list of Northflank, which stands two levels deep.
fn nested_list(criterion: &mut Criterion, body: &Bytes) {
    #[derive(Deserialize)]
    struct Answer {
        data: Data,
    }

    #[derive(Deserialize)]
    struct Data {
        services: Vec<ServiceSummary>,
    }

    const LIST: Operation =
        Operation::new("list_services", Method::GET, "/", Repeat::Safe).items_at(&["services"]);
    let mut group = criterion.benchmark_group("nested_list");
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function("sdk", |bencher| {
        bencher.iter(|| {
            let body = Body::Whole(body.clone());
            List::<ServiceSummary>::read(body, &LIST).expect("a list")
        });
    });
    group.bench_function("by_hand", |bencher| {
        bencher.iter(|| {
            let answer: Answer = serde_json::from_slice(body).expect("a list");
            answer.data.services
        });
    });
    group.finish();
}

/// From the start of the program to its end.
fn start_up(criterion: &mut Criterion) {
    let context = Context::new(env!("CARGO_BIN_EXE_sindri-to-measure"));
    let mut group = criterion.benchmark_group("start_up");
    group.sampling_mode(SamplingMode::Flat);
    for (name, arguments) in [
        ("version", ["--version"].as_slice()),
        ("config_validate", &["config", "validate"]),
        ("plan_offline", &["plan", "--offline"]),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| succeed(&mut context.command(arguments)));
        });
    }
    for (name, arguments) in [("node", ["--version"].as_slice()), ("python3", &["-c", ""])] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| succeed(Command::new(name).args(arguments)));
        });
    }
    group.finish();
}

fn succeed(command: &mut Command) {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null());
    let status = command.stderr(Stdio::null()).status();
    assert!(status.expect("it runs").success(), "{command:?}");
}

fn all(criterion: &mut Criterion) {
    let bodies = Bodies::make();
    let server = Loopback::start(bodies.clone());
    call(criterion, &bodies);
    calls(criterion, &server);
    list(criterion, &bodies.pods);
    nested_list(criterion, &bodies.services);
    start_up(criterion);
}

criterion_group!(benches, all);
criterion_main!(benches);
