//! What the descriptions mark as secret is what clients keep out of errors.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::support::{client, server_with};
use runpod_sdk::types::CreatePodRequest;
use sdk_core::Api;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use wiremock::matchers::any;
use wiremock::{Mock, ResponseTemplate};

/// The names of all properties that are marked.
fn marked(description: &Value, found: &mut BTreeSet<String>) {
    if let Some(properties) = description.get("properties").and_then(Value::as_object) {
        let secret = properties
            .iter()
            .filter(|(_, property)| property["x-sdk-secret"] == true);
        found.extend(secret.map(|(name, _)| name.clone()));
    }
    match description {
        Value::Object(fields) => fields.values().for_each(|field| marked(field, found)),
        Value::Array(items) => items.iter().for_each(|item| marked(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn check<A: Api>(description: &str) {
    let mut expected = BTreeSet::new();
    marked(&serde_json::from_str(description).unwrap(), &mut expected);
    let known: BTreeSet<String> = A::SECRETS.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(known, expected, "{}", A::NAME);
}

#[test]
fn every_key_that_a_description_marks_as_secret_is_known_to_its_client() {
    check::<runpod_sdk::RunPod>(include_str!("../../sandbox/src/openapi/runpod.json"));
    check::<northflank_sdk::Northflank>(include_str!("../../sandbox/src/openapi/northflank.json"));
}

#[tokio::test]
async fn a_refusal_that_repeats_a_secret_is_masked() {
    let detail = "env.TOKEN `marker-of-\"the\"-secret` is not allowed, nor is `v1`";
    let body = json!({"title": "Bad", "status": 422, "detail": detail, "errors": [detail]});
    let answer = ResponseTemplate::new(422).set_body_json(body);
    let server = server_with(Mock::given(any()).respond_with(answer)).await;
    let env = [("TOKEN", "marker-of-\"the\"-secret"), ("SHORT", "v1")];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let pod = CreatePodRequest::new("n").env(std::collections::BTreeMap::from(env));
    let error = client(&server).pods().create(&pod).await.unwrap_err();
    assert_eq!(
        error.message(),
        "env.TOKEN `***` is not allowed, nor is `***`"
    );
    assert!(!format!("{error:?} {:?}", error.details()).contains("marker"));
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_shows_no_value_of_it() {
    let bodies = [
        r#"{"pods":"marker-of-the-secret"}"#,
        r#"{"pods":[{"env":{"TOKEN":"marker-of-the-secret"}"#,
    ];
    for body in bodies {
        let answer = ResponseTemplate::new(200).set_body_raw(body, "application/json");
        let server = server_with(Mock::given(any()).respond_with(answer)).await;
        let error = client(&server).pods().list().await.unwrap_err();
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        let shown = format!("{error:?} {error} {cause:?}");
        assert!(!shown.contains("marker"), "{shown}");
    }
}
