//! The program sends keys over TLS or to this machine, and nowhere else.

use crate::cli_context::{PROGRAM, cloud_and_context};
use tests::{Cloud, Context};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Files for each cloud, and the variables that name its address and key.
const CLOUDS: [(&str, &str, &str); 2] = [
    ("runpod", "RUNPOD_API_BASE_URL", "RUNPOD_API_KEY"),
    (
        "northflank",
        "NORTHFLANK_API_BASE_URL",
        "NORTHFLANK_API_TOKEN",
    ),
];

fn context(provider: &str, address: (&str, &str), key: &str) -> Context {
    let mut context = Context::new(PROGRAM);
    context
        .set(address.0, address.1)
        .set(key, "marker-of-the-key");
    if provider == "northflank" {
        context.file(
            "sindri.yaml",
            "version: \"3.0\"\nname: demo\ndeployment:\n  provider: northflank\n  image: nginx:1.29\n\
             extensions:\n  profile: minimal\nproviders:\n  northflank:\n    projectName: lab\n",
        );
    }
    context
}

#[test]
fn plain_http_to_another_machine_takes_a_flag_and_no_variable() {
    let cloud = Cloud::start();
    // Not an address of this machine by its form, though it leads there.
    let address = cloud.url().replace("127.0.0.1", "0.0.0.0");
    for (provider, variable, key) in CLOUDS {
        let mut context = context(provider, (variable, &address), key);
        context.set("SINDRI_INSECURE_HTTP", "true");
        for command in ["status", "plan", "deploy", "destroy --force"] {
            let run = context.run(command).expect(2);
            for words in ["plain http to another machine", "--insecure-http", variable] {
                assert!(run.stderr.contains(words), "{command}: {}", run.stderr);
            }
        }
        let before = cloud.sandbox().requests().len();
        context.run("status --insecure-http").expect(0);
        assert!(cloud.sandbox().requests().len() > before);
    }
    assert!(cloud.changes().is_empty());
}

#[test]
fn an_address_with_a_password_is_refused_and_the_password_not_shown() {
    for (provider, variable, key) in CLOUDS {
        let address = "https://someone:hunter2@api.example.com";
        let context = context(provider, (variable, address), key);
        let run = context.run("status -vvv").expect(2);
        assert!(run.stderr.contains("holds credentials"), "{}", run.stderr);
        assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
    }
}

#[test]
fn a_redirect_leads_nowhere() {
    let (cloud, _) = cloud_and_context();
    let (server, other) = cloud.runtime().block_on(async {
        let other = MockServer::start().await;
        let elsewhere = other.uri().replace("127.0.0.1", "localhost");
        let answer = ResponseTemplate::new(308).insert_header("location", elsewhere);
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(answer).mount(&server).await;
        (server, other)
    });
    for (provider, variable, key) in CLOUDS {
        let context = context(provider, (variable, &server.uri()), key);
        let run = context.run("status").expect(3);
        assert!(run.stderr.contains("308"), "{}", run.stderr);
    }
    let arrived = cloud.runtime().block_on(other.received_requests());
    assert_eq!(arrived.map(|requests| requests.len()), Some(0));
}
