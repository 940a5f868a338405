//! Keys, sizes, paths, headers: all that comes before an operation.

use reqwest::Method;
use sandbox::{Api, Error, Sandbox, coverage};
use serde_json::{Value, json};

use crate::cloud::{Answer, Cloud, small_pod, with};

#[tokio::test]
async fn a_key_is_needed_and_any_will_do() {
    let cloud = Cloud::start().await;
    let check = async |header: Option<&str>, expected: u16| {
        let mut request = cloud.request(Method::GET, "/v2/pods");
        if let Some(header) = header {
            request = request.header("Authorization", header);
        }
        let answer = Answer::read(request).await;
        assert_eq!(answer.status.as_u16(), expected, "{header:?}");
        let limits = answer.header("RateLimit").is_some();
        assert_eq!(
            limits,
            expected == 200,
            "{header:?}: limits are told to known callers only"
        );
        assert!(answer.header("x-request-id").is_some(), "{header:?}");
    };
    check(None, 401).await;
    check(Some(""), 401).await;
    check(Some("Bearer "), 401).await;
    check(Some("Basic abc"), 401).await;
    check(Some("Bearer x"), 200).await;
    check(Some("bearer anything at all"), 200).await;
}

#[tokio::test]
async fn paths_and_methods_that_are_not_described_are_refused() {
    let cloud = Cloud::start().await;
    let check = async |method: Method, path: &str, status: u16, allow: Option<&str>| {
        let answer = cloud.call(method.clone(), path, None).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}");
        assert_eq!(answer.header("allow"), allow, "{method} {path}");
        assert!(
            answer.header("RateLimit-Policy").is_some(),
            "{method} {path}"
        );
    };
    check(Method::GET, "/", 404, None).await;
    check(Method::GET, "/v3/pods", 404, None).await;
    check(Method::GET, "/v2/pods/", 404, None).await;
    check(Method::GET, "/v2/pods/a/b/c", 404, None).await;
    check(Method::PUT, "/v2/pods", 405, Some("GET, POST")).await;
    check(Method::HEAD, "/v2/pods", 405, Some("GET, POST")).await;
    check(Method::POST, "/v2/account/ssh-keys", 405, Some("GET, PUT")).await;
}

#[tokio::test]
async fn a_large_body_is_refused_before_the_key_is_looked_at() {
    let cloud = Cloud::start().await;
    let sized = |size: usize| {
        let rest = with(small_pod(), &json!({ "env": { "A": "" } }))
            .to_string()
            .len();
        with(
            small_pod(),
            &json!({ "env": { "A": "x".repeat(size - rest) } }),
        )
        .to_string()
    };
    let send = async |body: String, key: bool| {
        let mut request = cloud.request(Method::POST, "/v2/pods").body(body);
        if key {
            request = request.bearer_auth("k");
        }
        Answer::read(request).await
    };
    send(sized(102_400), true).await.expect(201);
    send(sized(102_401), true).await.refused(413, "102400");
    let keyless = send(sized(102_401), false).await;
    keyless.refused(413, "102400");
    assert!(keyless.header("RateLimit").is_none());
    send(sized(5_000_000), true).await.refused(413, "102400");
}

#[tokio::test]
async fn settings_of_a_template_count_towards_the_size() {
    let cloud = Cloud::start().await;
    let half = "x".repeat(60_000);
    let template = json!({ "name": "t", "image": "i", "env": { "A": half } });
    let template = cloud
        .post("/v2/templates", template)
        .await
        .expect(201)
        .text("id");
    let pod = json!({ "templateId": template, "env": { "B": half } });
    cloud.create(pod).await.refused(413, "102400");
    cloud
        .create(json!({ "templateId": template }))
        .await
        .expect(201);
}

#[tokio::test]
async fn a_body_of_the_wrong_shape_lists_what_is_wrong() {
    let cloud = Cloud::start().await;
    let answer = cloud
        .create(json!({ "name": "", "cloud": "ALL", "spot": true }))
        .await;
    answer.refused(422, "$: unknown key `spot`");
    let errors: Vec<String> = serde_json::from_value(answer.json["errors"].clone()).unwrap();
    assert_eq!(errors.len(), 3, "{errors:?}");
    let request = cloud
        .request(Method::POST, "/v2/pods")
        .bearer_auth("k")
        .body("name: box");
    Answer::read(request)
        .await
        .refused(422, "body must be JSON");
    let request = cloud.request(Method::POST, "/v2/pods").bearer_auth("k");
    Answer::read(request)
        .await
        .refused(422, "body must be JSON");
}

#[tokio::test]
async fn limits_count_down_with_each_request_and_are_not_enforced() {
    let cloud = Cloud::start().await;
    let left = |answer: &Answer| answer.header("RateLimit").unwrap().to_owned();
    let first = cloud.get("/v2/pods").await;
    assert_eq!(
        left(&first),
        r#""minute";r=599;t=60, "hour";r=29999;t=3600, "day";r=499999;t=43200"#
    );
    assert_eq!(
        first.header("RateLimit-Policy"),
        Some(r#""minute";q=600;w=60, "hour";q=30000;w=3600, "day";q=500000;w=86400"#)
    );
    cloud.pass(5.0);
    let refused = cloud.get("/v2/pods/none").await;
    assert!(
        left(&refused).starts_with(r#""minute";r=598;t=55, "#),
        "{}",
        left(&refused)
    );
}

#[tokio::test]
async fn requests_can_be_looked_at_and_their_bodies_are_not_printed() {
    let cloud = Cloud::start().await;
    let answer = cloud
        .create(json!({ "env": { "TOKEN": "hunter2" } }))
        .await
        .expect(201);
    cloud
        .get("/v2/catalog/gpus/NVIDIA%20L4?count=2&include=AVAILABILITY&product=POD")
        .await
        .expect(200);
    cloud.get("/nowhere").await.expect(404);
    let requests = cloud.sandbox.requests();
    assert_eq!(requests.len(), 3);
    let create = &requests[0];
    assert_eq!(
        (create.method.as_str(), create.path.as_str(), create.status),
        ("POST", "/v2/pods", 201)
    );
    assert_eq!(create.operation.as_deref(), Some("create_pod"));
    assert_eq!(create.operation_id.as_deref(), Some("createPod"));
    assert_eq!(create.body.as_ref().unwrap()["env"]["TOKEN"], "hunter2");
    assert_eq!(
        Some(create.request_id.as_str()),
        answer.header("x-request-id")
    );
    assert_eq!(requests[1].path, "/v2/catalog/gpus/NVIDIA%20L4");
    assert_eq!(requests[1].query[0], ("count".to_owned(), "2".to_owned()));
    assert_eq!(
        (requests[2].operation.as_deref(), requests[2].status),
        (None, 404)
    );
    assert!(!format!("{requests:?}").contains("hunter2"));
}

#[tokio::test]
async fn headers_of_a_request_can_be_looked_at_but_for_those_that_hold_a_key() {
    let cloud = Cloud::start().await;
    let request = cloud
        .request(Method::GET, "/v2/pods")
        .bearer_auth("hunter2")
        .header("Cookie", "session=hunter2")
        .header("Proxy-Authorization", "Basic hunter2")
        .header("User-Agent", "trainer/1.0")
        .header("X-Trace", "first")
        .header("x-trace", "second");
    Answer::read(request).await.expect(200);
    let requests = cloud.sandbox.requests();
    let seen = &requests[0];
    assert_eq!(seen.header("user-agent"), Some("trainer/1.0"));
    assert_eq!(seen.header("X-TRACE"), Some("first"));
    let traces = seen.headers.iter().filter(|(name, _)| name == "x-trace");
    assert_eq!(traces.count(), 2);
    for name in ["authorization", "cookie", "proxy-authorization"] {
        assert_eq!(seen.header(name), None);
    }
    let all: Vec<&str> = seen
        .headers
        .iter()
        .map(|(_, value)| value.as_str())
        .collect();
    assert!(!all.concat().contains("hunter2"), "{all:?}");
    assert!(!format!("{seen:?}").contains("trainer"));
}

#[tokio::test]
async fn an_operation_is_called_the_same_wherever_it_is_named() {
    let cloud = Cloud::start().await;
    cloud.get("/v1/projects").await.expect(200);
    cloud.get("/v2/pods").await.expect(200);
    let requests = cloud.sandbox.requests();
    let names: Vec<_> = requests
        .iter()
        .map(|one| (one.operation.as_deref(), one.operation_id.as_deref()))
        .collect();
    let both = (Some("list_projects"), Some("list_projects"));
    assert_eq!(names, [both, (Some("list_pods"), Some("listPods"))]);
    // What coverage lists can be ordered as a fault.
    for row in coverage().unwrap() {
        let fault = format!("{}:500:1", row.operation).parse().unwrap();
        cloud.sandbox.set_faults(vec![fault]).unwrap();
    }
}

#[tokio::test]
async fn every_described_operation_is_modelled_or_says_that_it_is_not() {
    let cloud = Cloud::start().await;
    let rows = coverage().unwrap();
    assert!(rows.len() >= 53);
    assert!(rows.iter().any(|row| row.operation == "create_pod"
        && row.operation_id == "createPod"
        && row.modelled));
    for row in rows
        .iter()
        .filter(|row| row.api == Api::RunPod && !row.modelled && row.method == "GET")
    {
        let path = row.path.replace("{id}", "x").replace("{workerId}", "y");
        cloud
            .get(&path)
            .await
            .refused(501, &format!("`{}`", row.operation));
    }
}

#[tokio::test]
async fn an_unmodelled_operation_is_still_checked() {
    let cloud = Cloud::start().await;
    cloud
        .post("/v2/clusters", json!({ "nonsense": 1 }))
        .await
        .refused(422, "unknown key `nonsense`");
    cloud
        .get("/v2/pods/x/logs?tail=9999")
        .await
        .refused(422, "query.tail: value must be at most 5000");
}

#[tokio::test]
async fn a_taken_port_and_a_bad_scale_are_told_at_the_start() {
    let first = Sandbox::builder().start().await.unwrap();
    let taken = Sandbox::builder()
        .port(first.port())
        .start()
        .await
        .unwrap_err();
    assert!(
        matches!(taken, Error::Listen { port, .. } if port == first.port()),
        "{taken}"
    );
    let scale = Sandbox::builder()
        .time_scale(0.0)
        .start()
        .await
        .unwrap_err();
    assert!(matches!(scale, Error::TimeScale { .. }), "{scale}");
}

#[tokio::test]
async fn serving_ends_when_told_to() {
    let mut url = String::new();
    Sandbox::builder()
        .serve(|sandbox| url = sandbox.url().to_owned(), async {})
        .await
        .unwrap();
    let client = crate::cloud::plain_client();
    assert!(client.get(&url).send().await.unwrap_err().is_connect());
}

#[tokio::test]
async fn a_refusal_leaves_nothing_half_done() {
    let cloud = Cloud::start().await;
    let id = cloud.ready_pod(json!({ "ports": ["22/tcp"] })).await;
    // The first look at a pod that takes SSH gives it a host key.
    cloud.read(&id).await;
    let before = cloud.stored("/runpod/pods");
    let path = format!("/v2/pods/{id}");
    let change = json!({ "name": "other", "disk": 99, "mounts": { "network": [] } });
    cloud.patch(&path, change).await.refused(400, "detached");
    assert_eq!(cloud.stored("/runpod/pods"), before);
    assert_ne!(before, Value::Null);
}
