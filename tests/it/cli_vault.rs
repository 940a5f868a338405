//! Secrets of Vault, from the list in `sindri.yaml` to the pod.

#![expect(clippy::expect_used, reason = "what goes wrong here is a failed test")]

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::{Cloud, Context, VAULT_TOKEN, Vault, refusal, secret};
use wiremock::matchers::{body_json, header, method, path};
use wiremock::{Mock, ResponseTemplate};

use crate::cli_context::cloud_and_context;

/// A cloud, a Vault, and a file whose only secrets are these.
fn with_vault(secrets: &str) -> (Cloud, Vault, Context) {
    let (cloud, mut context) = cloud_and_context();
    let vault = Vault::start();
    context
        .set("VAULT_ADDR", &vault.url())
        .set("VAULT_TOKEN", VAULT_TOKEN);
    let usual = "  - name: TOKEN\n    source: env\n    required: true\n";
    context.edit(usual, secrets);
    (cloud, vault, context)
}

/// One required secret.
const ONE: &str =
    "  - {name: PASSWORD, source: vault, vaultPath: app, vaultKey: password, required: true}\n";

/// What `secrets validate` says of the only secret.
#[track_caller]
fn only_row(context: &Context, code: i32) -> Value {
    let (found, report) = context.json("secrets validate");
    assert_eq!(found, code, "{report}");
    let rows = report["secrets"].as_array().expect("rows");
    assert_eq!(rows.len(), 1);
    rows[0].clone()
}

#[track_caller]
fn assert_reason(row: &Value, status: &str, parts: &[&str]) {
    assert_eq!(row["status"], status, "{row}");
    let reason = row["reason"].as_str().expect("a reason");
    for part in parts {
        assert!(reason.contains(part), "{part}: {reason}");
    }
}

#[test]
fn values_of_vault_arrive_in_the_pod_and_each_path_is_read_once() {
    let (cloud, vault, context) = with_vault(
        "  - {name: PASSWORD, source: vault, vaultPath: secret/data/team/app, vaultKey: password, required: true}
  - {name: PORT, source: vault, vaultPath: team/app, vaultKey: port, required: true}
  - {name: DEBUG, source: vault, vaultPath: other, vaultKey: debug}
",
    );
    let app = json!({"password": "marker-of-vault", "port": 5432});
    vault.keeps("team/app", &app);
    vault.keeps("other", &json!({"debug": true}));
    let run = context.run("deploy").expect(0);
    assert!(
        run.stderr.contains("3 secrets come from Vault"),
        "{}",
        run.stderr
    );
    let env = &cloud.request("create_pod")["env"];
    assert_eq!(env["PASSWORD"], "marker-of-vault");
    assert_eq!(env["PORT"], "5432");
    assert_eq!(env["DEBUG"], "true");
    let mut asked = vault.asked();
    asked.sort();
    let once = ["GET /v1/secret/data/other", "GET /v1/secret/data/team/app"];
    assert_eq!(asked, once);
    for request in vault.requests() {
        assert_eq!(request.headers["x-vault-request"], "true");
        assert!(!request.headers.contains_key("x-vault-namespace"));
        assert!(!request.headers.contains_key("authorization"));
    }
}

#[test]
fn several_paths_are_read_at_a_time() {
    let entry = |at: usize| {
        format!(
            "  - {{name: S{at}, source: vault, vaultPath: p{at}, vaultKey: k, required: true}}\n"
        )
    };
    let (_cloud, vault, context) = with_vault(&(0..8).map(entry).collect::<String>());
    for at in 0..8 {
        let body = secret(&json!({"k": at}));
        let late = ResponseTemplate::new(200).set_delay(Duration::from_secs(1));
        vault.answers(&format!("p{at}"), late.set_body_json(body));
    }
    let begun = Instant::now();
    let (code, report) = context.json("secrets validate --show-values");
    assert_eq!((code, &report["secrets"][7]["value"]), (0, &json!("7")));
    let took = begun.elapsed();
    assert!(
        took < Duration::from_secs(6),
        "one after the other: {took:?}"
    );
}

#[test]
fn an_unavailable_vault_makes_no_call_to_the_provider_and_all_that_is_missing_is_listed() {
    let secrets = format!("{ONE}  - {{name: ALSO, source: env, required: true}}\n");
    let (cloud, _vault, mut context) = with_vault(&secrets);
    context.set("VAULT_ADDR", "http://127.0.0.1:1");
    for command in ["deploy", "plan"] {
        let run = context.run(command).expect(2);
        for part in [
            "2 required secrets are missing",
            "PASSWORD: secret/data/app: could not connect to 127.0.0.1:1 for Vault (tried 4 times)",
            "ALSO: not set in the environment",
            "sindri secrets test-vault",
            ".env.local",
        ] {
            assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
        }
    }
    assert!(cloud.sandbox().requests().is_empty());
    assert!(context.state().is_none());
}

#[test]
fn without_an_address_a_required_secret_stops_and_an_optional_one_is_left_out() {
    let (cloud, _vault, mut context) = with_vault(ONE);
    context.unset("VAULT_ADDR");
    let run = context.run("deploy").expect(2);
    let reason = "PASSWORD: Vault is not set up: VAULT_ADDR is not set";
    assert!(run.stderr.contains(reason), "{}", run.stderr);
    assert!(cloud.sandbox().requests().is_empty());
    context.edit(", required: true}", "}");
    let run = context.run("deploy").expect(0);
    assert!(
        run.stderr.contains("secret PASSWORD is left out"),
        "{}",
        run.stderr
    );
    assert!(cloud.request("create_pod")["env"]["PASSWORD"].is_null());
}

#[test]
fn a_plan_offline_asks_vault_nothing() {
    let (_cloud, vault, context) = with_vault(ONE);
    let run = context.run("plan --offline").expect(0);
    let reason = "secret PASSWORD: not looked up: this is offline";
    assert!(run.stderr.contains(reason), "{}", run.stderr);
    assert!(vault.asked().is_empty());
}

#[test]
fn an_outage_takes_no_optional_secret_away_and_what_vault_does_not_have_goes() {
    let optional = ONE.replace(", required: true", "");
    let (cloud, vault, mut context) = with_vault(&optional);
    vault.keeps("app", &json!({"password": "marker-of-vault"}));
    context.run("deploy").expect(0);
    context.set("VAULT_ADDR", "http://127.0.0.1:1");
    let run = context.run("deploy").expect(0);
    assert!(
        run.stderr.contains("a deployment that has it keeps it"),
        "{}",
        run.stderr
    );
    assert_eq!(cloud.changes().len(), 1, "the create alone");
    assert_eq!(
        cloud.pods()[0].env.as_ref().unwrap()["PASSWORD"],
        "marker-of-vault"
    );
    context.edit("NVIDIA L4", "NVIDIA L40S");
    context.run("deploy --force").expect(0);
    let creates = cloud.requests("create_pod");
    let replacement = creates[1].body.as_ref().expect("a body");
    assert_eq!(replacement["env"]["PASSWORD"], "marker-of-vault");

    let empty = Vault::start();
    empty.answers("app", refusal(404, &[]));
    context.set("VAULT_ADDR", &empty.url());
    let (_, plan) = context.json("plan");
    assert_eq!(
        plan["actions"][0]["changes"][0]["field"], "env PASSWORD",
        "{plan}"
    );
}

#[test]
fn a_secret_that_an_outage_kept_on_the_pod_can_leave_it_later() {
    let optional = ONE.replace(", required: true", "");
    let (cloud, vault, mut context) = with_vault(&optional);
    vault.keeps("app", &json!({"password": "marker-of-vault"}));
    context.run("deploy").expect(0);
    context
        .set("VAULT_ADDR", "http://127.0.0.1:1")
        .edit("volumeSizeGb: 20", "volumeSizeGb: 30");
    context.run("deploy --force").expect(0);
    context.edit(&optional, "").edit("secrets:\n", "");
    context.run("deploy").expect(0);
    let env = cloud.pods()[0].env.clone().expect("variables");
    assert!(!env.contains_key("PASSWORD"));
}

#[test]
fn an_approle_logs_in_once_within_its_namespace() {
    let (_cloud, vault, mut context) = with_vault(ONE);
    context
        .unset("VAULT_TOKEN")
        .set("VAULT_ROLE_ID", "the-role")
        .set("VAULT_SECRET_ID", "marker-of-the-secret-id")
        .set("VAULT_NAMESPACE", "team/a");
    let login = json!({"role_id": "the-role", "secret_id": "marker-of-the-secret-id"});
    vault.mount(
        Mock::given(method("POST"))
            .and(path("/v1/auth/approle/login"))
            .and(header("x-vault-namespace", "team/a"))
            .and(body_json(login))
            .respond_with(
                ResponseTemplate::new(200)
                    .set_body_json(json!({"auth": {"client_token": VAULT_TOKEN}})),
            ),
    );
    vault.mount(
        Mock::given(path("/v1/secret/data/app"))
            .and(header("x-vault-namespace", "team/a"))
            .and(header("x-vault-token", VAULT_TOKEN))
            .respond_with(
                ResponseTemplate::new(200).set_body_json(secret(&json!({"password": "x"}))),
            ),
    );
    let row = only_row(&context, 0);
    assert_eq!(row["found_in"], "Vault, secret/data/app");
    assert_eq!(row["size_bytes"], 1);
    assert_eq!(vault.asked().len(), 2);
}

#[test]
fn a_login_that_is_refused_is_told_without_what_was_sent_and_made_once() {
    let (_cloud, vault, mut context) = with_vault(ONE);
    context
        .unset("VAULT_TOKEN")
        .set("VAULT_ROLE_ID", "the-role")
        .set("VAULT_SECRET_ID", "marker-of-the-secret-id");
    let echo = refusal(400, &["no secret id marker-of-the-secret-id"]);
    vault.mount(Mock::given(path("/v1/auth/approle/login")).respond_with(echo));
    let row = only_row(&context, 2);
    let parts = [
        "refuses the AppRole login (400)",
        "check VAULT_ROLE_ID and VAULT_SECRET_ID",
    ];
    assert_reason(&row, "unread", &parts);
    assert!(!row.to_string().contains("marker"), "{row}");
    assert_eq!(vault.asked().len(), 1);
}

#[test]
fn the_token_of_vault_login_is_used_and_what_is_set_wins() {
    let (_cloud, vault, mut context) = with_vault(ONE);
    vault.keeps("app", &json!({"password": "x"}));
    context.unset("VAULT_TOKEN");
    let row = only_row(&context, 2);
    assert_reason(
        &row,
        "unread",
        &["VAULT_TOKEN is not set", ".vault-token", "vault login"],
    );
    assert!(vault.asked().is_empty());
    context.file("home/.vault-token", "two words");
    assert_reason(&only_row(&context, 2), "unread", &["holds something else"]);
    context.file("home/.vault-token", &format!("{VAULT_TOKEN}\n"));
    only_row(&context, 0);
    context.file("home/.vault-token", "hvs.stale");
    context.set("VAULT_TOKEN", VAULT_TOKEN);
    only_row(&context, 0);
}

#[test]
fn a_busy_vault_is_asked_again_when_it_says_so() {
    let (_cloud, vault, context) = with_vault(ONE);
    for (status, wait) in [(429, Some("1")), (503, None)] {
        let busy = refusal(status, &["busy"]);
        let busy = match wait {
            Some(wait) => busy.insert_header("retry-after", wait),
            None => busy,
        };
        let once = Mock::given(path("/v1/secret/data/app")).respond_with(busy);
        vault.mount(once.up_to_n_times(1).with_priority(1));
    }
    vault.keeps("app", &json!({"password": "x"}));
    let begun = Instant::now();
    only_row(&context, 0);
    assert!(
        begun.elapsed() >= Duration::from_secs(1),
        "the wait it asked for"
    );
    assert_eq!(vault.asked().len(), 3);
}

#[test]
fn a_sealed_vault_is_named_after_three_repetitions() {
    let (_cloud, vault, context) = with_vault(ONE);
    vault.answers("app", refusal(503, &["Vault is sealed"]));
    let row = only_row(&context, 2);
    assert_reason(&row, "unread", &["Vault is sealed (503)", "unseal"]);
    assert_eq!(vault.asked().len(), 4);
}

#[test]
fn a_token_that_does_not_hold_is_told_apart_from_one_without_the_right() {
    for (known, parts) in [
        (
            false,
            ["does not accept the token (403)", "set VAULT_TOKEN"],
        ),
        (true, ["no access to secret/data/app (403)", "needs `read`"]),
    ] {
        let (_cloud, vault, context) = with_vault(ONE);
        vault.answers(
            "app",
            refusal(403, &["1 error occurred:\n\t* permission denied\n\n"]),
        );
        let answer = if known {
            ResponseTemplate::new(200).set_body_json(json!({"data": {"policies": ["default"]}}))
        } else {
            refusal(403, &["permission denied"])
        };
        vault.mount(Mock::given(path("/v1/auth/token/lookup-self")).respond_with(answer));
        assert_reason(&only_row(&context, 2), "unread", &parts);
        assert_eq!(vault.asked().len(), 2, "no repetition");
    }
}

#[test]
fn each_way_in_which_there_is_no_value_is_named() {
    let (_cloud, vault, context) = with_vault(
        "  - {name: NO_PATH, source: vault, vaultPath: gone, vaultKey: k, required: true}
  - {name: NO_ENGINE, source: vault, vaultPath: x, vaultKey: k, vaultMount: kv2, required: true}
  - {name: DELETED, source: vault, vaultPath: deleted, vaultKey: k, required: true}
  - {name: NO_KEY, source: vault, vaultPath: app, vaultKey: k, required: true}
  - {name: EMPTY, source: vault, vaultPath: app, vaultKey: empty, required: true}
  - {name: OBJECT, source: vault, vaultPath: app, vaultKey: object, required: true}
  - {name: OPTIONAL, source: vault, vaultPath: app, vaultKey: list}
  - {name: VERSION_1, source: vault, vaultPath: old, vaultKey: k, required: true}
  - {name: BROKEN, source: vault, vaultPath: broken, vaultKey: k, required: true}
  - {name: THERE, source: vault, vaultPath: app, vaultKey: there, required: true}
",
    );
    vault.keeps(
        "app",
        &json!({"there": "marker", "empty": "", "object": {"a": "marker"}, "list": ["marker"]}),
    );
    vault.answers("gone", refusal(404, &[]));
    let route = refusal(
        404,
        &["no handler for route \"kv2/data/x\". route entry not found."],
    );
    vault.mount(Mock::given(path("/v1/kv2/data/x")).respond_with(route));
    let metadata =
        json!({"deletion_time": "2026-11-01T00:00:00Z", "destroyed": false, "version": 2});
    let deleted = json!({"data": {"data": null, "metadata": metadata}});
    vault.answers("deleted", ResponseTemplate::new(404).set_body_json(deleted));
    vault.answers(
        "old",
        ResponseTemplate::new(200).set_body_json(json!({"data": {"k": "marker"}})),
    );
    let cut = "{\"data\":{\"data\":{\"k\":\"marker";
    vault.answers("broken", ResponseTemplate::new(200).set_body_string(cut));
    let run = context.run("secrets validate").expect(2);
    insta::assert_snapshot!(run.view());
    assert!(!run.view().contains("marker"));
    assert_eq!(vault.asked().len(), 6, "each path once");
}

#[test]
fn a_redirect_takes_the_token_nowhere() {
    let (_cloud, vault, context) = with_vault(ONE);
    let elsewhere = Vault::start();
    elsewhere.keeps("app", &json!({"password": "x"}));
    let target = format!("{}/v1/secret/data/app", elsewhere.url());
    vault.answers(
        "app",
        ResponseTemplate::new(307).insert_header("location", target.as_str()),
    );
    let parts = ["redirects (307)", "not sent elsewhere", "set VAULT_ADDR"];
    assert_reason(&only_row(&context, 2), "unread", &parts);
    assert!(elsewhere.asked().is_empty());
}

#[test]
fn an_answer_without_end_and_one_that_never_comes_are_bounded() {
    let (_cloud, vault, mut context) = with_vault(ONE);
    let huge = ResponseTemplate::new(200).set_body_bytes(vec![b'x'; 3 << 20]);
    vault.answers("app", huge);
    assert_reason(&only_row(&context, 2), "unread", &["larger than allowed"]);
    let slow = Vault::start();
    let late = ResponseTemplate::new(200).set_delay(Duration::from_secs(30));
    slow.answers("app", late);
    context
        .set("VAULT_ADDR", &slow.url())
        .set("VAULT_TIMEOUT", "300ms");
    let begun = Instant::now();
    assert_reason(
        &only_row(&context, 2),
        "unread",
        &["no answer from 127.0.0.1", "in time"],
    );
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn settings_that_cannot_be_used_say_what_to_write() {
    let (_cloud, vault, mut context) = with_vault(ONE);
    context.file("no.pem", "hello");
    for (name, value, parts) in [
        (
            "VAULT_ADDR",
            "http://vault.example.com:8200",
            ["plain http", "write `https`"],
        ),
        (
            "VAULT_ADDR",
            "vault.example.com",
            ["VAULT_ADDR", "https://vault.example.com:8200"],
        ),
        (
            "VAULT_TIMEOUT",
            "soon",
            ["VAULT_TIMEOUT is `soon`", "write seconds"],
        ),
        (
            "VAULT_CACERT",
            "gone.pem",
            ["VAULT_CACERT", "gone.pem cannot be read"],
        ),
        (
            "VAULT_CACERT",
            "no.pem",
            ["no.pem", "no certificates in PEM form"],
        ),
        ("VAULT_TOKEN", "a b", ["VAULT_TOKEN", "holds a space"]),
        (
            "VAULT_NAMESPACE",
            "a b",
            ["VAULT_NAMESPACE", "no header can carry"],
        ),
        ("VAULT_SKIP_VERIFY", "maybe", ["VAULT_SKIP_VERIFY", "maybe"]),
    ] {
        let url = vault.url();
        context.set("VAULT_ADDR", &url).set(name, value);
        assert_reason(&only_row(&context, 2), "unread", &parts);
        context.unset(name).set("VAULT_TOKEN", VAULT_TOKEN);
    }
    assert!(vault.asked().is_empty());
    // What another command has no use for is no reason to fail.
    context.set("VAULT_TIMEOUT", "soon");
    context.run("status").expect(0);
}

#[test]
fn no_value_of_vault_and_no_token_is_shown_at_any_verbosity() {
    let secrets = format!("{ONE}  - {{name: CUT, source: vault, vaultPath: cut, vaultKey: k}}\n");
    let (cloud, vault, mut context) = with_vault(&secrets);
    context.set("RUST_LOG", "trace");
    vault.keeps(
        "app",
        &json!({"password": "marker-of-vault", "id": VAULT_TOKEN}),
    );
    vault.answers(
        "cut",
        ResponseTemplate::new(200).set_body_string("{\"data\":{\"data\":{\"k\":\"marker-of-cut"),
    );
    vault.mount(Mock::given(path("/v1/sys/health")).respond_with(
        ResponseTemplate::new(200).set_body_json(json!({"initialized": true, "sealed": false})),
    ));
    let echo = refusal(403, &[VAULT_TOKEN]);
    vault.mount(Mock::given(path("/v1/auth/token/lookup-self")).respond_with(echo));
    for (command, code) in [
        ("secrets validate", 0),
        ("secrets list", 0),
        ("secrets test-vault", 5),
        ("secrets test-vault --token hvs.marker-of-the-flag", 5),
        ("secrets s3 push NAME --value marker-of-s3", 2),
        ("plan", 0),
        ("deploy", 0),
        ("status", 0),
    ] {
        for json in ["", " --json"] {
            let run = context.run(&format!("{command} -vvv{json}"));
            for text in [&run.stdout, &run.stderr] {
                assert!(!text.contains("marker-of"), "{command}{json}:\n{text}");
            }
            run.expect(code);
        }
    }
    assert_eq!(
        cloud.request("create_pod")["env"]["PASSWORD"],
        "marker-of-vault"
    );
    let shown = context.run("secrets validate --show-values").expect(0);
    assert!(shown.stdout.contains("marker-of-vault"), "{}", shown.stdout);
}
