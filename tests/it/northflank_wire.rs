//! What the Northflank client puts on the wire and makes of the answers.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::northflank_support::{client, deployment_service, service, volume};
use crate::support::server_with;
use northflank_sdk::types::{
    AddonOrigin, AddonSource, DeferredDeploymentInput, DeploymentBilling, DeploymentServiceInput,
    DeploymentServicePatch, DeploymentState, ExternalDeploymentInput, ExternalImage,
    InternalDeploymentInput, InternalImage, ProjectInput, RegionProjectInput, ResumeServiceRequest,
    Service,
};
use northflank_sdk::{Nullable, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use wiremock::matchers::{body_json, header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

const SERVICES: &str = "/v1/projects/project/services";

fn data(value: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"data": value}))
}

/// The body a request type becomes.
fn wire(request: &impl serde::Serialize) -> Value {
    serde_json::to_value(request).unwrap()
}

async fn answers(http_method: &str, at: &str, answer: ResponseTemplate) -> MockServer {
    let mock = Mock::given(method(http_method)).and(path(at.to_owned()));
    server_with(mock.respond_with(answer).expect(1).named("the call")).await
}

#[tokio::test]
async fn a_create_sends_what_was_set_and_its_answer_comes_without_the_envelope() {
    let server = server_with(
        Mock::given(method("POST"))
            .and(path(format!("{SERVICES}/deployment")))
            .and(header("authorization", "Bearer test-token"))
            .and(body_json(json!({
                "name": "web",
                "billing": {"deploymentPlan": "nf-compute-20"},
                "deployment": {"instances": 1, "external": {"imagePath": "nginx:1.29"}},
            })))
            .respond_with(data(&deployment_service("web")))
            .expect(1)
            .named("create"),
    )
    .await;
    let image = ExternalDeploymentInput::new(ExternalImage::new("nginx:1.29"), 1);
    let billing = DeploymentBilling::new("nf-compute-20");
    let request = DeploymentServiceInput::new("web", billing, image);
    let client = client(&server, None);
    let made = client.services().create_deployment("project", &request);
    let made = made.await.unwrap();
    assert_eq!(made.id, "web");
    let status = made.status.deployment.as_ref().unwrap();
    assert_eq!(status.status, DeploymentState::InProgress);
}

#[test]
fn what_a_service_runs_is_written_as_it_is_told_apart() {
    let billing = || DeploymentBilling::new("p");
    let check = |request: DeploymentServiceInput, expected: Value| {
        assert_eq!(wire(&request)["deployment"], expected);
    };
    let built = InternalDeploymentInput::new(InternalImage::new().id("builder").branch("main"), 2);
    check(
        DeploymentServiceInput::new("n", billing(), built),
        json!({"instances": 2, "internal": {"id": "builder", "branch": "main"}}),
    );
    check(
        DeploymentServiceInput::new("n", billing(), DeferredDeploymentInput::new(0)),
        json!({"instances": 0}),
    );
    let project = ProjectInput::from(RegionProjectInput::new("p").region("europe-west"));
    assert_eq!(
        wire(&project),
        json!({"name": "p", "region": "europe-west"})
    );
}

#[test]
fn a_patch_tells_absent_null_and_empty_apart() {
    let check =
        |request: DeploymentServicePatch, expected: Value| assert_eq!(wire(&request), expected);
    let none: [&str; 0] = [];
    check(DeploymentServicePatch::new(), json!({}));
    check(
        DeploymentServicePatch::new().tags(none),
        json!({"tags": []}),
    );
    check(
        DeploymentServicePatch::new().stage_id(Nullable::Null),
        json!({"stageId": null}),
    );
    check(
        DeploymentServicePatch::new().runtime_environment([("A", "1")]),
        json!({"runtimeEnvironment": {"A": "1"}}),
    );
}

#[tokio::test]
async fn a_call_without_settings_sends_an_empty_object_and_reads_nothing() {
    let server = server_with(
        Mock::given(method("POST"))
            .and(path(format!("{SERVICES}/web/resume")))
            .and(body_json(json!({})))
            .respond_with(data(&json!({})))
            .expect(1)
            .named("resume"),
    )
    .await;
    let client = client(&server, None);
    let nothing = ResumeServiceRequest::new();
    let resumed = client.services().resume("project", "web", &nothing).await;
    let () = resumed.unwrap().into_inner();
}

#[tokio::test]
async fn a_service_is_read_as_the_kind_it_is() {
    let read = async |answer: Value| {
        let server = answers("GET", &format!("{SERVICES}/web"), data(&answer)).await;
        let client = client(&server, None);
        let read = client.services().get("project", "web").await.unwrap();
        read.into_inner()
    };
    let mut deployment = deployment_service("web");
    deployment["servicePaused"] = json!(true);
    deployment["newer"] = json!([1]);
    let Service::Deployment(found) = read(deployment).await else {
        panic!("read as another kind");
    };
    assert_eq!(found.service_paused, Some(true));
    // The least that is sure.
    let combined = json!({"id": "web", "name": "web", "serviceType": "combined"});
    assert!(matches!(read(combined).await, Service::Combined(_)));
    let other = json!({"id": "web", "name": "web", "serviceType": "quantum"});
    assert_eq!(read(other.clone()).await, Service::Unknown(other));
}

#[test]
fn a_union_that_goes_both_ways_comes_back_as_it_went() {
    for text in [
        json!({"addonId": "a", "backupId": "b"}),
        json!({"backupUid": "u"}),
        json!({"somethingElse": 1}),
    ] {
        let read: AddonOrigin = serde_json::from_value(text.clone()).unwrap();
        assert_eq!(wire(&read), text);
    }
    let source = AddonOrigin::from(AddonSource::new("a", "b"));
    assert_eq!(wire(&source), json!({"addonId": "a", "backupId": "b"}));
}

#[tokio::test]
async fn a_team_is_named_first_where_a_path_can_name_one() {
    let at = "/v1/teams/red%2Fblue/projects/project/services/web/pause";
    let server = answers("POST", at, data(&json!({}))).await;
    let team = client(&server, Some("red/blue"));
    team.services().pause("project", "web").await.unwrap();

    let plans = json!({"plans": [{
        "id": "nf-compute-20", "name": "p", "currency": "USD", "amountPerMonth": 5.4,
        "amountPerHour": 0.0075, "cpuResource": 0.2, "ramResource": 512,
    }]});
    let server = answers("GET", "/v1/plans", data(&plans)).await;
    let plans = client(&server, Some("red")).plans().list().await.unwrap();
    assert_eq!(plans[0].amount_per_hour.to_string(), "0.0075");
    assert_eq!(plans.pagination, None);
}

#[tokio::test]
async fn lists_are_read_bare_under_a_key_and_nested_twice() {
    let answer = data(&json!([volume("a"), volume("b")]));
    let server = answers("GET", "/v1/projects/project/volumes", answer).await;
    let volumes = client(&server, None).volumes().list("project").await;
    let ids: Vec<_> = volumes.unwrap().iter().map(|v| v.id.clone()).collect();
    assert_eq!(ids, ["a", "b"]);

    let answer = data(&json!({"services": [service("web")]}));
    let server = answers("GET", SERVICES, answer).await;
    let services = client(&server, None).services().list("project").await;
    assert_eq!(services.unwrap()[0].name, "web");

    let nested = json!({"data": {
        "externalAddons": [], "pagination": {"page": 1, "perPage": 50, "total": 0}
    }});
    let server = answers("GET", "/v1/projects/project/external-addons", data(&nested)).await;
    let addons = client(&server, None)
        .external_addons()
        .list("project")
        .await;
    assert_eq!(addons.unwrap().pagination.as_ref().unwrap().count, Some(0));
}

#[tokio::test]
async fn a_list_repeats_the_name_of_a_parameter_for_each_item() {
    let server = server_with(
        Mock::given(method("GET"))
            .and(path(format!("{SERVICES}/web/metrics")))
            .and(query_param("metricTypes", "cpu"))
            .and(query_param("metricTypes", "memory"))
            .respond_with(data(&json!({})))
            .expect(1)
            .named("metrics"),
    )
    .await;
    let params =
        northflank_sdk::params::GetServiceMetricsParams::new().metric_types(["cpu", "memory"]);
    let client = client(&server, None);
    let metrics = client.service_metrics().get_with("project", "web", params);
    assert!(metrics.await.unwrap().cpu.is_none());
}

#[tokio::test]
async fn a_refusal_is_told_in_the_words_of_the_api() {
    let body = json!({"error": {
        "status": 409, "message": "the name is taken", "id": "conflict", "details": {"name": "web"}
    }});
    let answer = ResponseTemplate::new(409).set_body_json(body);
    let server = answers("POST", "/v1/projects", answer).await;
    let client = client(&server, None);
    let project = RegionProjectInput::new("p").into();
    let error = client.projects().create(&project).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::CONFLICT));
    assert_eq!(error.message(), "the name is taken");
    assert_eq!(error.details(), ["name: web"]);
    assert!(!error.may_have_taken_effect());
}

#[tokio::test]
async fn a_failed_create_is_not_sent_again_and_a_read_is() {
    let answer = ResponseTemplate::new(503).set_body_string("<html>down</html>");
    let server = answers("POST", "/v1/projects", answer).await;
    let project = RegionProjectInput::new("p").into();
    let error = client(&server, None).projects().create(&project).await;
    assert!(error.unwrap_err().may_have_taken_effect());

    let down = Mock::given(path("/v1/projects")).respond_with(ResponseTemplate::new(503));
    let server = server_with(down.up_to_n_times(1).expect(1).named("down")).await;
    let answer = data(&json!({"projects": []}));
    let up = Mock::given(path("/v1/projects")).respond_with(answer);
    up.expect(1).named("up").mount(&server).await;
    assert!(
        client(&server, None)
            .projects()
            .list()
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_nearly_spent_hour_slows_the_next_call_down() {
    let answer = data(&json!({"projects": []}))
        .insert_header("x-ratelimit-limit", "1000")
        .insert_header("x-ratelimit-remaining", "1")
        .insert_header("x-ratelimit-reset", "1");
    let mock = Mock::given(path("/v1/projects")).respond_with(answer);
    let server = server_with(mock.expect(2).named("the list")).await;
    let client = client(&server, None);
    let first = client.projects().list().await.unwrap();
    assert_eq!(first.rate_limits().windows()[0].remaining, Some(1));
    let begun = Instant::now();
    client.clone().projects().list().await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(400));
}

#[test]
fn secrets_do_not_show_in_debug() {
    let request = DeploymentServicePatch::new().runtime_environment([("KEY", "hunter2")]);
    let shown = format!("{request:?}");
    assert!(
        shown.contains("runtime_environment") && !shown.contains("hunter2"),
        "{shown}"
    );
}
