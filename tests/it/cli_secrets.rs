//! No secret is ever shown, and each is found where it is said to be.

#![expect(clippy::unwrap_used, reason = "what goes wrong here is a failed test")]

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;
use tests::Context;

use crate::cli_context::cloud_and_context;

#[test]
fn no_command_shows_a_secret_or_the_key_at_any_verbosity() {
    let (cloud, mut context) = cloud_and_context();
    context.file(".env", "FROM_FILE=marker-of-the-file\n");
    context.edit(
        "secrets:\n",
        "secrets:\n  - name: FROM_FILE\n    source: env\n",
    );
    context.set("RUST_LOG", "trace");
    let commands = [
        "config validate",
        "config show",
        "doctor --check-auth",
        "plan",
        "deploy",
        "status",
        "deploy",
        "stop",
        "start",
        "destroy --force",
    ];
    for command in commands {
        for json in ["", " --json"] {
            let run = context.run(&format!("{command} -vvv{json}")).expect(0);
            for text in [&run.stdout, &run.stderr] {
                assert!(!text.contains("marker-of"), "{command}{json}:\n{text}");
            }
        }
    }
    let sent = cloud.requests("create_pod")[0].body.clone().unwrap();
    assert_eq!(sent["env"]["FROM_FILE"], "marker-of-the-file");
}

#[test]
fn a_changed_secret_is_shown_by_name_only() {
    let (_cloud, mut context) = cloud_and_context();
    context.run("deploy").expect(0);
    context.set("TOKEN", "marker-of-another");
    let run = context.run("plan").expect(0);
    assert!(
        run.stdout.contains("env TOKEN: *** -> ***"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("marker"));
    let state = context.read(".sindri/state/runpod-demo.json");
    assert!(
        state.contains("TOKEN") && !state.contains("marker"),
        "{state}"
    );
}

#[test]
fn an_env_file_given_by_hand_replaces_the_usual_ones() {
    let (cloud, mut context) = cloud_and_context();
    context.unset("TOKEN");
    context
        .file(".env", "TOKEN=usual\n")
        .file("prod.env", "TOKEN=given\n");
    let run = context
        .run("deploy --no-wait --env-file prod.env")
        .expect(0);
    assert!(run.stderr.contains("prod.env"), "{}", run.stderr);
    assert_eq!(cloud.request("create_pod")["env"]["TOKEN"], "given");
}

#[test]
fn validate_shows_where_each_secret_is_and_hides_its_value_unless_asked() {
    let (cloud, context) = cloud_and_context();
    context.edit(
        "secrets:\n",
        "secrets:
  - {name: LOCAL, source: env, required: true}
  - {name: KEY, source: env, fromFile: key.txt}
  - {name: GONE, source: env}
",
    );
    context
        .file(".env.local", "LOCAL=marker-of-local\n")
        .file("key.txt", "marker\nof key\n");
    private(&context, ".env.local");
    let run = context.run("secrets validate").expect(0);
    insta::assert_snapshot!(run.view());
    let (_, report) = context.json("secrets validate");
    assert_eq!(report["valid"], true);
    let rows = report["secrets"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["value"].is_null()));
    let shown = context.run("secrets validate --show-values").expect(0);
    assert!(shown.stdout.contains("marker-of-local"), "{}", shown.stdout);
    assert!(shown.stdout.contains("marker\\nof key"), "{}", shown.stdout);
    let (_, shown) = context.json("secrets validate --show-values");
    assert_eq!(shown["secrets"][1]["value"], "marker\nof key");
    assert!(cloud.sandbox().requests().is_empty());
}

#[test]
fn validate_ends_with_2_when_a_required_secret_is_missing_and_reads_the_file_it_is_given() {
    let (_cloud, mut context) = cloud_and_context();
    context.unset("TOKEN");
    let (code, report) = context.json("secrets validate");
    assert_eq!((code, &report["valid"]), (2, &json!(false)), "{report}");
    assert_eq!(report["secrets"][0]["status"], "missing");
    let run = context.run("secrets validate").expect(2);
    assert!(
        run.stdout
            .contains("required: TOKEN: not set in the environment"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("help: export them"), "{}", run.stdout);
    context.file("prod.env", "TOKEN=x\n");
    let (code, report) = context.json("secrets validate --env-file prod.env");
    assert_eq!(
        (code, &report["secrets"][0]["found_in"]),
        (0, &json!("prod.env"))
    );
}

#[test]
fn an_env_file_that_others_may_read_is_told_and_used() {
    let (cloud, mut context) = cloud_and_context();
    context
        .unset("TOKEN")
        .file(".env", "TOKEN=of-the-file\nnonsense\n");
    let mode = Permissions::from_mode(0o644);
    std::fs::set_permissions(context.path(".env"), mode).unwrap();
    let run = context.run("deploy --no-wait").expect(0);
    for part in ["mode 0644): `chmod 600 .env`", ".env: line 2 is skipped"] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
    assert_eq!(cloud.request("create_pod")["env"]["TOKEN"], "of-the-file");
    private(&context, ".env");
    let run = context.run("plan").expect(0);
    assert!(!run.stderr.contains("chmod"), "{}", run.stderr);
}

#[test]
fn a_required_file_stops_before_any_call_and_an_optional_one_is_skipped_by_name() {
    let (cloud, context) = cloud_and_context();
    let entry = "secrets:\n  - {name: CERT, source: file, path: cert.pem, mountPath: /cert.pem, required: true}\n";
    context.edit("secrets:\n", entry);
    for command in ["deploy", "plan", "secrets validate"] {
        let run = context.run(command).expect(2);
        for part in [
            "RunPod places no files: `CERT`",
            "`source: env` with `fromFile`",
        ] {
            assert!(
                run.stderr.contains(part),
                "{command}: {part}: {}",
                run.stderr
            );
        }
    }
    let run = context.run("deploy --skip-validation").expect(2);
    let reason = "CERT: `cert.pem` cannot be placed, and there is no such file";
    assert!(run.stderr.contains(reason), "{}", run.stderr);
    assert!(cloud.sandbox().requests().is_empty());
    context.edit(", required: true}", "}");
    let run = context.run("deploy").expect(0);
    assert_eq!(run.stderr.matches("`CERT`").count(), 1, "{}", run.stderr);
    assert!(cloud.request("create_pod")["env"]["CERT"].is_null());
}

#[test]
fn list_shows_what_the_file_asks_for_and_reads_nothing() {
    let (cloud, mut context) = cloud_and_context();
    context
        .unset("TOKEN")
        .set("VAULT_ADDR", "http://127.0.0.1:1");
    context.edit(
        "secrets:\n",
        "secrets:
  - {name: PASSWORD, source: vault, vaultPath: secret/data/app, vaultKey: password}
  - {name: CERT, source: file, path: cert.pem, mountPath: /cert.pem}
  - {name: OBJECT, source: s3, s3Path: s3://bucket/key}
",
    );
    let run = context.run("secrets list").expect(0);
    insta::assert_snapshot!(run.stdout, @"
    SECRET    SOURCE  REQUIRED  LOOKED FOR IN
    PASSWORD  vault   no        secret/data/app, key password
    CERT      file    no        cert.pem, for /cert.pem; pods take no files
    OBJECT    s3      no        s3://bucket/key; not supported yet
    TOKEN     env     yes       environment, .env.local, .env
    ");
    for (source, names) in [
        ("env", vec!["TOKEN"]),
        ("vault", vec!["PASSWORD"]),
        ("file", vec!["CERT"]),
        ("s3", vec!["OBJECT"]),
    ] {
        let (_, report) = context.json(&format!("secrets list -s {source}"));
        let rows = report["secrets"].as_array().unwrap().iter();
        let found: Vec<&str> = rows.map(|row| row["name"].as_str().unwrap()).collect();
        assert_eq!(found, names);
    }
    context.run("secrets list --source aws").expect(2);
    assert!(cloud.sandbox().requests().is_empty());
}

#[test]
fn encode_file_prints_base64_or_writes_it_for_its_owner_alone() {
    let (_cloud, context) = cloud_and_context();
    std::fs::write(context.path("key.bin"), b"\x00\xffkey").unwrap();
    let encoded = "AP9rZXk=";
    let command = "secrets encode-file key.bin";
    assert_eq!(context.run(command).expect(0).stdout, encoded);
    let line = context.run(&format!("{command} --newline")).expect(0);
    assert_eq!(line.stdout, format!("{encoded}\n"));
    let (_, report) = context.json(command);
    assert_eq!(
        (&report["bytes"], &report["base64"]),
        (&json!(5), &json!(encoded))
    );

    let run = context.run(&format!("{command} -o out.txt")).expect(0);
    assert!(
        run.stdout.contains("wrote 5 bytes of key.bin"),
        "{}",
        run.stdout
    );
    assert_eq!(context.read("out.txt"), encoded);
    let mode = std::fs::metadata(context.path("out.txt"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);

    let run = context
        .run(&format!("{command} --output ./key.bin"))
        .expect(2);
    assert!(run.stderr.contains("the file itself"), "{}", run.stderr);
    assert_eq!(
        std::fs::read(context.path("key.bin")).unwrap(),
        b"\x00\xffkey"
    );
    std::fs::write(context.path("large"), vec![0; (1 << 20) + 1]).unwrap();
    let run = context.run("secrets encode-file large").expect(2);
    assert!(
        run.stderr.contains("larger than 1024 KiB"),
        "{}",
        run.stderr
    );
    context.run("secrets encode-file gone").expect(2);
    let nowhere = context.run("secrets encode-file key.bin --output gone/key.txt");
    let nowhere = nowhere.expect(1);
    assert!(
        nowhere.stderr.contains("cannot be written"),
        "{}",
        nowhere.stderr
    );
}

#[test]
fn secrets_in_s3_are_refused_with_a_hint_whatever_follows() {
    let (_cloud, context) = cloud_and_context();
    for rest in [
        "",
        " --help",
        " init --bucket b --region r --endpoint e --create-bucket --output o",
        " push NAME --value marker --s3-path p --force",
        " push NAME --stdin --from-file f",
        " pull NAME --export --show --output o",
        " sync --dry-run --direction both --delete-remote",
        " keygen --output k --force",
        " rotate --new-key a --old-key b --add-only --yes",
        " nonsense -x",
    ] {
        let run = context.run(&format!("secrets s3{rest}")).expect(2);
        for part in ["secrets in S3 are not supported yet", "source: vault"] {
            assert!(run.stderr.contains(part), "{rest}: {}", run.stderr);
        }
        assert!(!run.stderr.contains("marker"));
    }
    let (code, document) = context.json("secrets s3 push NAME --value marker");
    assert_eq!((code, &document["command"]), (2, &json!("secrets s3")));
    assert_eq!(document["error"]["exit_code"], 2);
}

#[test]
fn secrets_of_another_provider_are_none_of_this_programs() {
    let (_cloud, context) = cloud_and_context();
    context.edit("provider: runpod", "provider: fly");
    for command in ["secrets list", "secrets validate"] {
        let run = context.run(command).expect(2);
        assert!(run.stderr.contains("not to fly"), "{}", run.stderr);
    }
}

/// Takes a file from all but its owner.
fn private(context: &Context, name: &str) {
    let mode = Permissions::from_mode(0o600);
    std::fs::set_permissions(context.path(name), mode).unwrap();
}
