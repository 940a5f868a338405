//! Lists in pages, over HTTP.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::support::{client, pod, server_with};
use runpod_sdk::Error;
use runpod_sdk::params::ListPodsParams;
use serde_json::{Value, json};
use wiremock::matchers::{method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn page(pods: &[&str], next: Option<&str>) -> Value {
    let pods: Vec<_> = pods.iter().map(|id| pod(id)).collect();
    json!({"pods": pods, "pagination": {"hasNextPage": next.is_some(), "nextCursor": next}})
}

/// A server whose first page is the one without a cursor; each page is asked for once.
async fn server(pages: &[(Option<&str>, Value)]) -> MockServer {
    let list = || Mock::given(method("GET")).and(path("/v2/pods"));
    let server = server_with(
        list()
            .and(query_param_is_missing("cursor"))
            .respond_with(ResponseTemplate::new(200).set_body_json(&pages[0].1))
            .expect(1)
            .named("the first page"),
    )
    .await;
    for (cursor, body) in &pages[1..] {
        list()
            .and(query_param("cursor", cursor.unwrap()))
            .respond_with(ResponseTemplate::new(200).set_body_json(body))
            .expect(1)
            .named(cursor.unwrap())
            .mount(&server)
            .await;
    }
    server
}

#[tokio::test]
async fn a_list_goes_on_past_an_empty_page_with_a_cursor() {
    let server = server(&[
        (None, page(&["a"], Some("c 1"))),
        (Some("c 1"), page(&[], Some("c2"))),
        (Some("c2"), page(&["b"], None)),
    ])
    .await;
    let pods = client(&server).pods().list_all().collect_all().await;
    let ids: Vec<_> = pods.unwrap().into_iter().map(|pod| pod.id).collect();
    assert_eq!(ids, ["a", "b"]);
}

#[tokio::test]
async fn a_list_without_pagination_is_one_page() {
    let server = server(&[(None, json!({"pods": [pod("a")]}))]).await;
    let pods = client(&server).pods().list_all().collect_all().await;
    assert_eq!(pods.unwrap().len(), 1);
}

#[tokio::test]
async fn a_list_that_points_back_to_itself_ends_with_an_error() {
    let server = server(&[
        (None, page(&["a"], Some("c1"))),
        (Some("c1"), page(&["a"], Some("c1"))),
    ])
    .await;
    let error = client(&server).pods().list_all().collect_all().await;
    assert!(matches!(error, Err(Error::Page(_))), "{error:?}");
}

#[tokio::test]
async fn the_parameters_of_a_list_are_sent_with_every_page() {
    let server = server_with(
        Mock::given(method("GET"))
            .and(query_param("limit", "1"))
            .and(query_param("includeClusterPods", "true"))
            .respond_with(|request: &wiremock::Request| {
                let second = request.url.query().unwrap().contains("cursor=");
                let next = (!second).then_some("c1");
                ResponseTemplate::new(200).set_body_json(page(&["a"], next))
            })
            .expect(2)
            .named("both pages"),
    )
    .await;
    let params = ListPodsParams::new().limit(1).include_cluster_pods(true);
    let pods = client(&server).pods().list_all_with(params).collect_all();
    assert_eq!(pods.await.unwrap().len(), 2);
}
