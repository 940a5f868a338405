//! Northflank's lists in pages, over HTTP.

use crate::northflank_support::{client, service};
use crate::support::server_with;
use northflank_sdk::Error;
use northflank_sdk::params::ListServicesParams;
use serde_json::{Value, json};
use wiremock::matchers::{method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockBuilder, MockServer, ResponseTemplate};

const SERVICES: &str = "/v1/projects/project/services";

fn page(ids: &[&str], pagination: &Value) -> ResponseTemplate {
    let services: Vec<_> = ids.iter().map(|id| service(id)).collect();
    let body = json!({"data": {"services": services}, "pagination": pagination});
    ResponseTemplate::new(200).set_body_json(body)
}

fn cursor(next: Option<&str>) -> Value {
    match next {
        Some(next) => json!({"hasNextPage": true, "cursor": next, "count": 1}),
        None => json!({"hasNextPage": false, "count": 1}),
    }
}

fn list() -> MockBuilder {
    Mock::given(method("GET")).and(path(SERVICES))
}

/// A server whose first page is the one without a cursor and a number.
async fn server(first: ResponseTemplate, later: Vec<(&str, &str, ResponseTemplate)>) -> MockServer {
    let first = list()
        .and(query_param_is_missing("cursor"))
        .and(query_param_is_missing("page"))
        .respond_with(first);
    let server = server_with(first.expect(1).named("the first page")).await;
    for (name, value, answer) in later {
        let other = if name == "page" { "cursor" } else { "page" };
        let mock = list()
            .and(query_param(name, value))
            .and(query_param_is_missing(other))
            .and(query_param("per_page", "1"))
            .respond_with(answer);
        mock.expect(1)
            .named(format!("{name}={value}"))
            .mount(&server)
            .await;
    }
    server
}

async fn all(server: &MockServer) -> Result<Vec<String>, Error> {
    let params = ListServicesParams::new().per_page(1);
    let client = client(server, None);
    let items = client.services().list_with("project", params).items();
    let services = items.collect_all().await?;
    Ok(services.into_iter().map(|service| service.id).collect())
}

#[tokio::test]
async fn a_list_goes_on_by_cursors_past_an_empty_page() {
    let server = server(
        page(&["a"], &cursor(Some("c 1"))),
        vec![
            ("cursor", "c 1", page(&[], &cursor(Some("c2")))),
            ("cursor", "c2", page(&["b"], &cursor(None))),
        ],
    )
    .await;
    assert_eq!(all(&server).await.unwrap(), ["a", "b"]);
}

#[tokio::test]
async fn a_list_without_cursors_goes_on_by_numbers() {
    let more = json!({"hasNextPage": true, "count": 1});
    let server = server(
        page(&["a"], &more),
        vec![
            ("page", "2", page(&["b"], &more)),
            ("page", "3", page(&["c"], &cursor(None))),
        ],
    )
    .await;
    assert_eq!(all(&server).await.unwrap(), ["a", "b", "c"]);
}

#[tokio::test]
async fn a_cursor_that_comes_twice_ends_the_list_with_an_error() {
    let server = server(
        page(&["a"], &cursor(Some("c1"))),
        vec![("cursor", "c1", page(&["b"], &cursor(Some("c1"))))],
    )
    .await;
    let error = all(&server).await.unwrap_err();
    assert!(matches!(error, Error::Page(_)), "{error}");
    assert!(error.to_string().contains("`c1`"), "{error}");
}

#[tokio::test]
async fn a_list_can_be_begun_in_the_middle_and_read_page_by_page() {
    let first = list()
        .and(query_param("page", "7"))
        .respond_with(page(&["a"], &json!({"hasNextPage": true, "count": 1})));
    let server = server_with(first.expect(1).named("page 7")).await;
    let second = list()
        .and(query_param("page", "8"))
        .respond_with(page(&["b"], &cursor(None)));
    second.expect(1).named("page 8").mount(&server).await;
    let params = ListServicesParams::new().page(7);
    let client = client(&server, None);
    let pages = client.services().list_with("project", params).pages();
    let pages: Vec<_> = futures::StreamExt::collect::<Vec<_>>(pages).await;
    let sizes: Vec<_> = pages.into_iter().map(|page| page.unwrap().len()).collect();
    assert_eq!(sizes, [1, 1]);
}

#[tokio::test]
async fn a_list_in_one_piece_has_items_too() {
    let body = json!({"data": {"plans": []}});
    let mock = Mock::given(path("/v1/plans"));
    let answer = mock.respond_with(ResponseTemplate::new(200).set_body_json(body));
    let server = server_with(answer.expect(1).named("plans")).await;
    let plans = client(&server, None).plans().list().items();
    assert!(plans.collect_all().await.unwrap().is_empty());
}
