//! Northflank: tokens, envelopes, pages, limits, team paths and what is not modelled.

use reqwest::Method;
use sandbox::{Api, coverage};
use serde_json::{Value, json};

use crate::cloud::{Answer, Cloud};
use crate::team::PROJECT;

#[tokio::test]
async fn a_token_is_needed_but_for_plans_and_regions() {
    let cloud = Cloud::start().await;
    let check = async |path: &str, status: u16| {
        let answer = Answer::read(cloud.request(Method::GET, path)).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
    };
    check("/v1/projects", 401).await;
    check("/v1/auth", 401).await;
    check("/v1/plans", 200).await;
    check("/v1/regions", 200).await;
    let keyless = Answer::read(cloud.request(Method::GET, "/v1/projects")).await;
    keyless.denied(401, "Authorization");
    let token = cloud.data("/v1/auth").await;
    assert_eq!(token["tokenKind"], "api");
    assert_eq!(token["entityType"], "team");
}

#[tokio::test]
async fn refusals_have_northflanks_envelope() {
    let cloud = Cloud::start().await;
    cloud.get("/v1/nothing").await.denied(404, "path");
    cloud
        .get(PROJECT)
        .await
        .denied(404, "there is no project `lab`");
    let wrong = cloud.call(Method::PUT, "/v1/plans", None).await;
    wrong.denied(405, "PUT is not possible here");
    assert_eq!(wrong.header("allow"), Some("GET"));
    let bad = cloud.post("/v1/projects", json!({ "name": "x" })).await;
    bad.denied(400, "$.name: value must have at least 3 characters");
    assert!(bad.json["error"]["details"].is_array());
    let request = cloud.request(Method::POST, "/v1/projects").bearer_auth("t");
    Answer::read(request.body("name: x"))
        .await
        .denied(400, "body must be JSON");
}

#[tokio::test]
async fn every_answer_tells_of_the_hour() {
    let cloud = Cloud::start_with(|builder| builder.limit("hour", 3).enforce_limits()).await;
    let check = |answer: &Answer, remaining: &str, reset: &str| {
        assert_eq!(answer.header("x-ratelimit-limit"), Some("3"));
        assert_eq!(answer.header("x-ratelimit-remaining"), Some(remaining));
        assert_eq!(answer.header("x-ratelimit-reset"), Some(reset));
        assert_eq!(answer.header("ratelimit"), None, "that is RunPod's");
    };
    check(&cloud.get("/v1/projects").await.expect(200), "2", "3600");
    cloud.pass(100.0);
    check(&cloud.get("/v1/nothing").await.expect(404), "1", "3500");
    check(&cloud.get("/v1/projects").await.expect(200), "0", "3500");
    let refused = cloud.get("/v1/projects").await;
    refused.denied(429, "quota");
    check(&refused, "0", "3500");
    assert!(refused.header("retry-after").is_none());
    cloud.get("/v2/pods").await.expect(200);
    cloud.pass(3500.0);
    check(&cloud.get("/v1/projects").await.expect(200), "2", "3600");
}

#[tokio::test]
async fn an_hour_allows_what_the_service_allows() {
    let cloud = Cloud::start().await;
    let answer = cloud.get("/v1/projects").await;
    assert_eq!(answer.header("x-ratelimit-limit"), Some("1000"));
    assert_eq!(answer.header("x-ratelimit-remaining"), Some("999"));
}

#[tokio::test]
async fn paths_may_name_the_team() {
    let cloud = Cloud::with_project().await;
    let plain = cloud.data(PROJECT).await;
    let named = cloud.data("/v1/teams/anything/projects/lab").await;
    assert_eq!(plain, named);
    let teams = cloud.data("/v1/teams").await;
    assert_eq!(teams["teams"][0]["id"], "sandbox");
    assert_eq!(cloud.data("/v1/teams/sandbox").await, teams["teams"][0]);
    cloud
        .get("/v1/teams/other")
        .await
        .denied(404, "team `other`");
}

#[tokio::test]
async fn lists_come_in_pages() {
    let cloud = Cloud::with_project().await;
    let names: Vec<String> = (0..5).map(|number| format!("Tag {number}")).collect();
    for name in &names {
        let tag = json!({ "name": name });
        cloud.post("/v1/tags", tag).await.expect(200);
    }
    let read = async |query: &str| {
        let answer = cloud.get(&format!("/v1/tags{query}")).await.expect(200);
        let rows = answer.data()["tags"].as_array().unwrap().clone();
        let names: Vec<String> = rows
            .iter()
            .map(|row| row["name"].as_str().unwrap().to_owned())
            .collect();
        (names, answer.json["pagination"].clone())
    };
    let (all, whole) = read("").await;
    assert_eq!(all, names);
    assert_eq!(whole, json!({ "hasNextPage": false, "count": 5 }));
    let (first, pagination) = read("?per_page=2").await;
    assert_eq!(first, names[..2]);
    assert_eq!(pagination["hasNextPage"], true);
    assert_eq!(pagination["count"], 2);
    let (second, _) = read("?per_page=2&page=2").await;
    assert_eq!(second, names[2..4]);
    let cursor = pagination["cursor"].as_str().unwrap();
    cloud.delete("/v1/tags/tag-1").await.expect(200);
    let (next, pagination) = read(&format!("?per_page=2&cursor={cursor}")).await;
    assert_eq!(next, names[2..4], "a cursor outlives what it stands on");
    let cursor = pagination["cursor"].as_str().unwrap();
    let (last, pagination) = read(&format!("?per_page=2&cursor={cursor}")).await;
    assert_eq!(last, names[4..]);
    assert_eq!(pagination, json!({ "hasNextPage": false, "count": 1 }));
    cloud.get("/v1/tags?cursor=x").await.denied(400, "`cursor`");
    cloud
        .get("/v1/tags?per_page=101")
        .await
        .denied(400, "at most 100");
}

#[tokio::test]
async fn every_list_of_what_is_modelled_has_pagination() {
    let cloud = Cloud::with_project().await;
    cloud.service(json!({})).await;
    let job = json!({
        "name": "job",
        "billing": { "deploymentPlan": "nf-compute-20" },
        "deployment": { "external": { "imagePath": "busybox:1" } },
        "settings": { "backoffLimit": 0 },
    });
    cloud
        .post(&format!("{PROJECT}/jobs"), job)
        .await
        .expect(200);
    let rows = coverage().unwrap();
    let lists = rows.iter().filter(|row| {
        row.api == Api::Northflank && row.modelled && row.operation.starts_with("list_")
    });
    let mut seen = 0;
    for row in lists {
        let path = row
            .path
            .replace("{projectId}", "lab")
            .replace("{serviceId}", "web");
        let answer = cloud.get(&path.replace("{jobId}", "job")).await.expect(200);
        let single = [
            "list_plans",
            "list_regions",
            "list_addon_types",
            "list_service_ports",
            "list_service_health_checks",
        ];
        let paged = answer.json["pagination"]["count"].is_u64();
        assert_eq!(
            paged,
            !single.contains(&row.operation.as_str()),
            "{}",
            row.operation
        );
        seen += 1;
    }
    assert!(seen > 15, "{seen}");
}

#[tokio::test]
async fn what_is_not_modelled_says_so() {
    let cloud = Cloud::with_project().await;
    let rows = coverage().unwrap();
    let northflank: Vec<_> = rows
        .iter()
        .filter(|row| row.api == Api::Northflank)
        .collect();
    let modelled = northflank.iter().filter(|row| row.modelled).count();
    assert!(northflank.len() > 416, "{}", northflank.len());
    assert!(modelled > 100, "{modelled}");
    cloud
        .get("/v1/load-balancers")
        .await
        .denied(501, "does not model the operation `list_load_balancers`");
    let all: Vec<Value> = rows.iter().map(|row| json!(row.api.name())).collect();
    assert!(all.contains(&json!("runpod")) && all.contains(&json!("northflank")));
}
