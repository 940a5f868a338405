//! `secrets test-vault`.

#![expect(clippy::expect_used, reason = "what goes wrong here is a failed test")]

use serde_json::{Value, json};
use tests::{Context, VAULT_TOKEN, Vault, refusal};
use wiremock::matchers::{header, method, path, query_param};
use wiremock::{Mock, ResponseTemplate};

use crate::cli_context::cloud_and_context;

/// A Vault in this state, and a context without a `sindri.yaml` that knows it.
fn with_health(health: &Value) -> (Vault, Context) {
    let (_cloud, mut context) = cloud_and_context();
    std::fs::remove_file(context.path("sindri.yaml")).expect("a file");
    let vault = Vault::start();
    vault.mount(
        Mock::given(path("/v1/sys/health"))
            .and(query_param("sealedcode", "200"))
            .and(query_param("uninitcode", "200"))
            .and(query_param("standbyok", "true"))
            .respond_with(ResponseTemplate::new(200).set_body_json(health)),
    );
    context
        .set("VAULT_ADDR", &vault.url())
        .set("VAULT_TOKEN", VAULT_TOKEN);
    (vault, context)
}

fn healthy() -> (Vault, Context) {
    with_health(
        &json!({"initialized": true, "sealed": false, "standby": false, "version": "1.21.0"}),
    )
}

/// Knows the token.
fn knows(vault: &Vault, token: &str) {
    let data = json!({"id": token, "policies": ["default", "app"], "ttl": 3600});
    vault.mount(
        Mock::given(method("GET"))
            .and(path("/v1/auth/token/lookup-self"))
            .and(header("x-vault-token", token))
            .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "data": data }))),
    );
}

fn checks(report: &Value) -> Vec<Option<bool>> {
    let checks = report["checks"].as_array().expect("checks");
    checks.iter().map(|check| check["ok"].as_bool()).collect()
}

#[test]
fn a_vault_that_works_is_described() {
    let (vault, context) = healthy();
    knows(&vault, VAULT_TOKEN);
    let run = context.run("secrets test-vault").expect(0);
    let shown = run.stdout.replace(&vault.url(), "[VAULT]");
    insta::assert_snapshot!(shown, @"
    Vault at [VAULT], version 1.21.0
      reachable      yes
      unsealed       yes
      authenticated  yes
      by token, policies default, app; the token ends in 3600 s
    ");
    let (_, report) = context.json("secrets test-vault");
    assert_eq!(report["ok"], true);
    assert_eq!(report["policies"], json!(["default", "app"]));
    assert_eq!(report["ttl_seconds"], 3600);
}

#[test]
fn a_token_by_flag_is_used_and_warned_about_once() {
    let (vault, mut context) = healthy();
    knows(&vault, "hvs.given");
    let command = format!(
        "secrets test-vault --address {} --token hvs.given",
        vault.url()
    );
    context.unset("VAULT_ADDR");
    let run = context.run(&command).expect(0);
    let warnings = run.stderr.matches("can be read by other users").count();
    assert_eq!(warnings, 1, "{}", run.stderr);
    assert!(!run.stderr.contains("hvs.given") && !run.stdout.contains("hvs.given"));
}

#[test]
fn an_approle_is_tried() {
    let (vault, mut context) = healthy();
    context
        .unset("VAULT_TOKEN")
        .set("VAULT_ROLE_ID", "r")
        .set("VAULT_SECRET_ID", "s");
    let granted = json!({"auth": {"client_token": "hvs.granted"}});
    let login = Mock::given(method("POST")).and(path("/v1/auth/approle/login"));
    vault.mount(login.respond_with(ResponseTemplate::new(200).set_body_json(granted)));
    knows(&vault, "hvs.granted");
    let (code, report) = context.json("secrets test-vault");
    assert_eq!((code, &report["login"]), (0, &json!("approle")), "{report}");
}

#[test]
fn what_does_not_work_is_named_and_has_its_exit_code() {
    let state = |initialized: bool, sealed: bool| json!({"initialized": initialized, "sealed": sealed, "standby": true, "version": "1.21.0"});
    for (health, part) in [
        (state(true, true), "Vault is sealed"),
        (state(false, true), "not initialized"),
    ] {
        let (_vault, context) = with_health(&health);
        let (code, report) = context.json("secrets test-vault");
        assert_eq!(code, 3, "{report}");
        assert_eq!(checks(&report), [Some(true), Some(false), None]);
        assert!(
            report["checks"][1]["reason"]
                .as_str()
                .unwrap()
                .contains(part)
        );
    }

    let (vault, mut context) = healthy();
    let denied = Mock::given(path("/v1/auth/token/lookup-self"));
    vault.mount(denied.respond_with(refusal(403, &["permission denied"])));
    let (code, report) = context.json("secrets test-vault");
    assert_eq!(code, 5, "{report}");
    assert_eq!(checks(&report), [Some(true), Some(true), Some(false)]);

    context.unset("VAULT_TOKEN");
    let run = context.run("secrets test-vault").expect(5);
    assert!(run.stdout.contains("no token for Vault"), "{}", run.stdout);

    context.set("VAULT_ADDR", "http://127.0.0.1:1");
    let (code, report) = context.json("secrets test-vault");
    assert_eq!(code, 4, "{report}");
    assert_eq!(checks(&report), [Some(false), None, None]);

    context.unset("VAULT_ADDR");
    let run = context.run("secrets test-vault").expect(2);
    assert!(
        run.stderr.contains("VAULT_ADDR is not set"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_page_of_a_proxy_is_no_vault() {
    let (_cloud, mut context) = cloud_and_context();
    let vault = Vault::start();
    let page = ResponseTemplate::new(200).set_body_string("<html>Sign in</html>");
    vault.mount(Mock::given(path("/v1/sys/health")).respond_with(page));
    context.set("VAULT_ADDR", &vault.url());
    let run = context.run("secrets test-vault").expect(3);
    assert!(run.stdout.contains("could not be read"), "{}", run.stdout);
}
