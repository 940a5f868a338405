//! A sandbox with a clock that is moved by hand, and a plain HTTP client for it.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use sandbox::{Builder, ManualClock, Sandbox};
use serde_json::{Value, json};

pub(crate) struct Cloud {
    pub(crate) sandbox: Sandbox,
    pub(crate) clock: ManualClock,
    client: reqwest::Client,
}

/// An HTTP client. In a build of the whole workspace reqwest comes with rustls and without a crypto
/// provider, which it wants even where no TLS is spoken.
pub(crate) fn plain_client() -> reqwest::Client {
    // It only fails where one is installed already.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client")
}

/// One answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) json: Value,
}

impl Cloud {
    pub(crate) async fn start() -> Self {
        Self::start_with(|builder| builder).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(Builder) -> Builder) -> Self {
        let start = "2026-11-01T12:00:00Z".parse().expect("a time");
        let clock = ManualClock::at(start);
        let builder = Sandbox::builder().clock(clock.clone()).check_answers();
        let sandbox = change(builder).start().await.expect("the sandbox starts");
        Self {
            sandbox,
            clock,
            client: plain_client(),
        }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.sandbox.url()))
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.request(method, path).bearer_auth("any-key");
        if let Some(body) = body {
            request = request.body(body.to_string());
        }
        Answer::read(request).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// Creates a pod: the smallest request, with `more` put over it.
    pub(crate) async fn create(&self, more: Value) -> Answer {
        self.post("/v2/pods", with(small_pod(), &more)).await
    }

    /// Creates a pod and gives its id.
    pub(crate) async fn pod(&self, more: Value) -> String {
        self.create(more).await.expect(201).text("id")
    }

    /// Creates a pod and lets it become ready.
    pub(crate) async fn ready_pod(&self, more: Value) -> String {
        let id = self.pod(more).await;
        self.pass(4.0);
        id
    }

    /// Creates a small network volume and gives its id.
    pub(crate) async fn volume(&self, data_center: &str) -> String {
        let volume = json!({ "name": "data", "size": 10, "dataCenter": data_center });
        self.post("/v2/network-volumes", volume)
            .await
            .expect(201)
            .text("id")
    }

    pub(crate) async fn read(&self, id: &str) -> Value {
        self.get(&format!("/v2/pods/{id}")).await.expect(200).json
    }

    pub(crate) async fn act(&self, id: &str, action: &str) -> Answer {
        self.post(
            &format!("/v2/pods/{id}/action"),
            json!({ "action": action }),
        )
        .await
    }

    pub(crate) fn pass(&self, seconds: f64) {
        self.clock.advance(Duration::from_secs_f64(seconds));
    }

    /// A value of the stored state.
    pub(crate) fn stored(&self, pointer: &str) -> Value {
        let state = self.sandbox.state().expect("the state");
        state
            .pointer(pointer)
            .cloned()
            .unwrap_or_else(|| panic!("no {pointer} in the state"))
    }
}

impl Answer {
    pub(crate) async fn read(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.expect("a body");
        let json = if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&body).expect("a JSON body")
        };
        Self {
            status,
            headers,
            json,
        }
    }

    /// The answer, if it has this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.json);
        self
    }

    #[track_caller]
    pub(crate) fn text(&self, key: &str) -> String {
        self.json[key]
            .as_str()
            .unwrap_or_else(|| panic!("no text at {key}"))
            .to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("a text header"))
    }

    /// Checks that this is a refusal with the status, and that its words hold `expected`.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, expected: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", self.json);
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(self.json["status"], status);
        assert!(self.json["title"].is_string());
        let words = format!("{} {}", self.json["detail"], self.json["errors"]);
        assert!(words.contains(expected), "`{expected}` is not in {words}");
    }
}

pub(crate) fn small_pod() -> Value {
    json!({
        "name": "box",
        "image": "ubuntu:24.04",
        "gpu": { "id": "NVIDIA GeForce RTX 4090", "count": 1 },
    })
}

/// `base` with the keys of `more` put over it; a null takes a key away.
pub(crate) fn with(mut base: Value, more: &Value) -> Value {
    for (key, value) in more.as_object().expect("an object") {
        match value {
            Value::Null => drop(base.as_object_mut().expect("an object").remove(key)),
            value => base[key] = value.clone(),
        }
    }
    base
}
