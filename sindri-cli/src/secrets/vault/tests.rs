//! What cannot be reached through the compiled program: a login that needs a file of the system.

use std::time::Duration;

use serde_json::json;
use wiremock::matchers::{body_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::client::Holder;
use super::probe;
use crate::settings::{Login, Trust, VaultSettings};

/// A login with the service account whose token is in a file with this text.
async fn log_in(server: &MockServer, token: &str) -> super::Probe {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), token).unwrap();
    let settings = VaultSettings {
        address: server.uri(),
        namespace: None,
        timeout: Duration::from_secs(5),
        trust: Trust::System,
        login: Ok(Login::Kubernetes {
            role: "app".to_owned(),
            token_file: file.path().to_owned(),
        }),
    };
    probe(&settings).await
}

#[tokio::test]
async fn a_service_account_logs_in_with_the_token_of_its_pod() {
    let server = MockServer::start().await;
    let answers = |body| ResponseTemplate::new(200).set_body_json(body);
    let health = answers(json!({"initialized": true, "sealed": false}));
    let mocks = [
        Mock::given(path("/v1/sys/health")).respond_with(health),
        Mock::given(method("POST"))
            .and(path("/v1/auth/kubernetes/login"))
            .and(body_json(json!({"role": "app", "jwt": "the.jwt"})))
            .respond_with(answers(json!({"auth": {"client_token": "hvs.granted"}}))),
        Mock::given(path("/v1/auth/token/lookup-self"))
            .and(header("x-vault-token", "hvs.granted"))
            .respond_with(answers(json!({"data": {"policies": ["app"], "ttl": 0}}))),
    ];
    for mock in mocks {
        mock.mount(&server).await;
    }
    let identity = log_in(&server, "the.jwt\n")
        .await
        .identity
        .unwrap()
        .unwrap();
    assert_eq!(identity.holder, Holder::Kubernetes);
    assert_eq!(identity.policies, ["app"]);
    assert_eq!(identity.ttl_seconds, None);

    let refused = log_in(&server, "another.jwt").await.identity.unwrap();
    let reason = refused.unwrap_err().reason;
    assert!(!reason.contains("another.jwt"), "{reason}");
}
