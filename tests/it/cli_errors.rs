//! Every failure says what happened, what is left and what to do, and ends with its own code.

#![expect(clippy::unwrap_used, reason = "what goes wrong here is a failed test")]

use crate::cli_context::{PROGRAM, cloud_and_context};
use serde_json::json;
use tests::Context;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

#[test]
fn without_a_key_the_variable_is_named_and_where_to_get_one() {
    let context = Context::new(PROGRAM);
    for command in [
        "plan",
        "deploy",
        "status",
        "stop",
        "start",
        "destroy --force",
    ] {
        let run = context.run(command).expect(5);
        assert!(
            run.stderr.contains("RUNPOD_API_KEY is not set"),
            "{}",
            run.stderr
        );
        assert!(
            run.stderr
                .contains("https://www.runpod.io/console/user/settings")
        );
    }
}

#[test]
fn a_key_that_cannot_be_sent_is_a_matter_of_credentials_and_is_not_shown() {
    let mut context = Context::new(PROGRAM);
    for (key, words) in [
        (" ", "RUNPOD_API_KEY is blank"),
        ("rpa_marker\nkey", "RUNPOD_API_KEY holds"),
    ] {
        let run = context.set("RUNPOD_API_KEY", key).run("plan").expect(5);
        assert!(run.stderr.contains(words), "{}", run.stderr);
        assert!(
            run.stderr
                .contains("https://www.runpod.io/console/user/settings")
        );
        assert!(!run.stderr.contains("rpa_marker"), "{}", run.stderr);
    }
}

#[test]
fn a_cloud_that_cannot_be_reached_is_a_network_error_that_names_the_host() {
    let mut context = Context::at(PROGRAM, "http://127.0.0.1:9");
    context.set("SINDRI_CONNECT_TIMEOUT_MS", "500");
    let (code, failed) = context.json("status");
    assert_eq!((code, &failed["error"]["kind"]), (4, &json!("network")));
    assert!(
        failed["error"]["details"][0]
            .as_str()
            .unwrap()
            .contains("127.0.0.1:9"),
        "{failed}"
    );
}

/// What `status` says when every call is answered with this.
fn answered(status: u16, content_type: &str, body: &str) -> (i32, serde_json::Value) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let server = runtime.block_on(async {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(status)
            .insert_header("x-request-id", "req-7")
            .insert_header("retry-after", "3600")
            .set_body_raw(body, content_type);
        Mock::given(any()).respond_with(answer).mount(&server).await;
        server
    });
    Context::at(PROGRAM, &server.uri()).json("status")
}

#[test]
fn refusals_end_with_their_code_text_and_request_id() {
    let check = |status: u16, code: i32, words: &str| {
        let body = json!({"title": "T", "status": status, "detail": "because of that"});
        let (exit, failed) = answered(status, "application/problem+json", &body.to_string());
        let error = &failed["error"];
        assert_eq!(exit, code, "{failed}");
        assert_eq!(error["status"], status);
        assert_eq!(error["request_id"], "req-7");
        assert_eq!(error["details"][0], "because of that");
        assert!(error.to_string().contains(words), "{error}");
    };
    check(401, 5, "RUNPOD_API_KEY");
    check(403, 5, "may not list the pods");
    check(400, 3, "check GPU type");
    check(402, 3, "balance");
    check(429, 3, "try again in 3600 s");
    check(500, 3, "status.runpod.io");
}

#[test]
fn a_page_of_a_proxy_is_a_readable_failure() {
    let (code, failed) = answered(500, "text/html", "<html><title>Bad Gateway</title></html>");
    assert_eq!(code, 3);
    assert!(
        failed["error"]["details"][0]
            .as_str()
            .unwrap()
            .contains("Bad Gateway"),
        "{failed}"
    );
}

#[test]
fn a_mistyped_card_is_shown_in_the_file_with_the_nearest_ids_and_nothing_is_made() {
    let (cloud, context) = cloud_and_context();
    context.edit("NVIDIA L4", "NVIDIA L4O");
    let run = context.run("deploy").expect(2);
    insta::assert_snapshot!(run.view());
    assert!(cloud.changes().is_empty());
}

#[test]
fn every_required_secret_that_is_missing_is_listed_before_any_call() {
    let (cloud, mut context) = cloud_and_context();
    context.unset("TOKEN");
    context.edit(
        "secrets:\n",
        "secrets:\n  - name: CERT\n    source: env\n    fromFile: cert.pem\n    required: true\n  - \
         name: OTHER\n    source: env\n",
    );
    let run = context.run("deploy").expect(2);
    assert!(
        run.stderr.contains("2 required secrets are missing"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("CERT:") && run.stderr.contains("cert.pem"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("TOKEN: not set in the environment"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("secret OTHER is left out"),
        "{}",
        run.stderr
    );
    assert!(cloud.sandbox().requests().is_empty());
}

#[test]
fn a_file_secret_is_an_error_if_required_and_left_out_if_not() {
    let (cloud, context) = cloud_and_context();
    let file = "  - name: CERT\n    source: file\n    path: cert.pem\n    mountPath: /cert\n";
    context.file("cert.pem", "x");
    context.edit(
        "secrets:\n",
        &format!("secrets:\n{file}    required: true\n"),
    );
    context.run("deploy").expect(2);
    let run = context.run("deploy --skip-validation").expect(2);
    assert!(
        run.stderr.contains("CERT: `cert.pem` cannot be placed"),
        "{}",
        run.stderr
    );
    assert!(cloud.sandbox().requests().is_empty());
    context.edit("    required: true\n  - name: TOKEN", "  - name: TOKEN");
    let run = context.run("deploy --no-wait").expect(0);
    assert!(run.stderr.contains("CERT"), "{}", run.stderr);
    assert!(cloud.request("create_pod")["env"]["CERT"].is_null());
}

#[test]
fn what_this_build_does_not_deploy_is_said_and_validates_all_the_same() {
    let context = Context::new(PROGRAM);
    context.edit("provider: runpod", "provider: fly");
    context.run("config validate").expect(0);
    for command in ["plan --offline", "deploy", "status"] {
        let run = context.run(command).expect(2);
        let words = "deploys to runpod and northflank";
        assert!(run.stderr.contains(words), "{}", run.stderr);
    }
}

#[test]
fn a_file_with_errors_shows_all_of_them_and_says_so_in_json() {
    let context = Context::new(PROGRAM);
    context.edit("containerDiskGb: 30", "containerDiskGB: 30");
    context.edit("volumeSizeGb: 20", "volumeSizeGb: 5");
    for command in ["config validate", "plan --offline", "deploy"] {
        let (code, failed) = context.json(command);
        assert_eq!(
            (code, &failed["error"]["kind"]),
            (2, &json!("usage")),
            "{failed}"
        );
        let findings = failed["error"]["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 2, "{failed}");
        assert!(
            findings
                .iter()
                .all(|finding| finding["line"].as_u64() > Some(1)),
            "{failed}"
        );
    }
}

#[test]
fn a_wrong_command_line_ends_with_2_and_json_says_so_too() {
    let context = Context::new(PROGRAM);
    context.run("no-such-command").expect(2);
    context.run("deploy --no-such-flag").expect(2);
    let run = context.run("deploy --no-such-flag --json").expect(2);
    assert_eq!(run.document()["error"]["kind"], "usage");
    let run = context.run("deploy --from-source").expect(2);
    assert!(run.stderr.contains("builds no images"), "{}", run.stderr);
}

#[test]
fn a_card_without_stock_ends_with_3_and_names_what_has_some() {
    use sandbox::Tier;
    let (cloud, context) = cloud_and_context();
    context.edit(
        "    gpuType: NVIDIA L4\n",
        "    gpuType: NVIDIA L4\n    region: US-TX-3\n",
    );
    cloud
        .sandbox()
        .set_gpu_stock("NVIDIA L4", Tier::Secure, "US-TX-3", 0)
        .unwrap();
    let run = context.run("deploy").expect(3);
    assert!(run.stderr.contains("no stock in US-TX-3"), "{}", run.stderr);
    assert!(cloud.changes().is_empty());
}

#[test]
fn a_number_of_vcpus_that_no_flavour_has_is_shown_at_the_key_that_says_it() {
    let (cloud, context) = cloud_and_context();
    let before = context.read("sindri.yaml");
    let check = |from: &str, to: &str, path: &str| {
        context.file("sindri.yaml", &before);
        context.edit("    gpuType: NVIDIA L4\n", "    cpuOnly: true\n");
        context.edit(from, to);
        let (code, failed) = context.json("plan");
        let finding = &failed["error"]["findings"][0];
        assert_eq!((code, &finding["path"]), (2, &json!(path)), "{failed}");
        let message = finding["message"].as_str().unwrap();
        assert!(message.contains("64 are asked for"), "{failed}");
    };
    check(
        "    cpuOnly: true\n",
        "    cpuOnly: true\n    vcpuCount: 64\n",
        "providers.runpod.vcpuCount",
    );
    check(
        "  image: ghcr.io/org/app:1\n",
        "  image: ghcr.io/org/app:1\n  resources:\n    cpus: 64\n",
        "deployment.resources.cpus",
    );
    assert!(cloud.changes().is_empty());
}

#[test]
fn warnings_of_the_file_are_shown_though_the_cloud_refuses_the_key() {
    let (cloud, mut context) = cloud_and_context();
    context.edit(
        "    gpuType: NVIDIA L4\n",
        "    gpuType: NVIDIA L4\n    spot: true\n",
    );
    let run = context.run("plan --on-demand").expect(0);
    assert!(
        run.stderr.contains("providers.runpod.spot"),
        "{}",
        run.stderr
    );
    let runtime = cloud.runtime();
    let server = runtime.block_on(async {
        let server = MockServer::start().await;
        let refused = ResponseTemplate::new(401);
        Mock::given(any())
            .respond_with(refused)
            .mount(&server)
            .await;
        server
    });
    context.set("RUNPOD_API_BASE_URL", &server.uri());
    let run = context.run("plan --on-demand").expect(5);
    assert!(
        run.stderr.contains("providers.runpod.spot"),
        "{}",
        run.stderr
    );
}
