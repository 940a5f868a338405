//! `doctor`: what is lacking, before anything is made.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what goes wrong here is a failed test"
)]

use crate::cli_context::{PROGRAM, cloud_and_context};
use serde_json::{Value, json};
use std::fs;
use tests::{Cloud, Context};

/// What was found of one check.
fn tool<'r>(report: &'r Value, id: &str) -> &'r Value {
    let tools = report["tools"].as_array().unwrap();
    let found = tools.iter().find(|tool| tool["id"] == id);
    found.unwrap_or_else(|| panic!("{id}: {report:#}"))
}

/// A program in a folder that is all of `PATH`.
#[cfg(unix)]
fn programs(context: &mut Context, scripts: &[(&str, &str)]) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::create_dir_all(context.path("bin")).unwrap();
    for (name, script) in scripts {
        let path = format!("bin/{name}");
        context.file(&path, &format!("#!/bin/sh\n{script}\n"));
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(context.path(&path), mode).unwrap();
    }
    let path = context.path("bin").display().to_string();
    context.set("PATH", &path);
}

#[cfg(unix)]
#[test]
fn a_machine_with_everything_is_ready_and_nothing_is_changed() {
    let (cloud, mut context) = cloud_and_context();
    programs(
        &mut context,
        &[("ssh", "echo OpenSSH_9.9 >&2"), ("scp", ""), ("apk", "")],
    );
    context.file("home/.ssh/id_ed25519.pub", "ssh-ed25519 AAAA me\n");
    let (code, report) = context.json("doctor");
    assert_eq!(code, 0, "{report:#}");
    assert_eq!(report["overall_status"], "ready");
    assert_eq!(report["platform"]["package_managers"], json!(["apk"]));
    assert_eq!(report["platform"]["os"], std::env::consts::OS);
    for count in [
        "missing_required_count",
        "missing_optional_count",
        "auth_required_count",
    ] {
        assert_eq!(report[count], 0, "{count}");
    }
    let ssh = tool(&report, "ssh");
    assert_eq!(
        (&ssh["state"], &ssh["version"], &ssh["required"]),
        (&json!("available"), &json!("OpenSSH_9.9"), &json!(false))
    );
    assert!(ssh["check_duration_ms"].is_u64());
    assert_eq!(tool(&report, "runpod-key")["auth_status"], "unknown");
    assert_eq!(tool(&report, "runpod-api")["state"], "not_checked");
    assert_eq!(tool(&report, "secrets")["details"], json!(["1 of 1 found"]));
    assert!(cloud.sandbox().requests().is_empty(), "nothing is asked");
    assert!(!context.path(".sindri").exists());
}

#[cfg(unix)]
#[test]
fn a_report_for_people() {
    let (_cloud, mut context) = cloud_and_context();
    programs(&mut context, &[("ssh", "echo OpenSSH_9.9 >&2")]);
    context.unset("TOKEN").unset("RUNPOD_API_KEY");
    insta::assert_snapshot!(context.run("doctor").expect(2).view());
}

#[test]
fn without_a_key_it_ends_with_5_and_says_where_to_make_one() {
    let mut context = Context::new(PROGRAM);
    let run = context.run("doctor").expect(5);
    assert!(
        run.stdout.contains("RUNPOD_API_KEY is not set"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("console/user/settings"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.ends_with("not authenticated\n"),
        "{}",
        run.stdout
    );
    context.set("RUNPOD_API_KEY", "two words");
    let (code, report) = context.json("doctor --check-auth");
    assert_eq!(code, 5, "{report:#}");
    let key = tool(&report, "runpod-key");
    assert_eq!(
        (&key["state"], &key["auth_status"]),
        (&json!("invalid"), &json!("not_authenticated"))
    );
    assert_eq!(tool(&report, "runpod-api")["state"], "not_checked");
    context.run("doctor --sandbox").expect(0);
}

#[test]
fn what_is_required_and_lacking_ends_with_2_and_each_is_named() {
    let (_cloud, mut context) = cloud_and_context();
    context.unset("TOKEN");
    let (code, report) = context.json("doctor");
    assert_eq!(
        (code, &report["overall_status"]),
        (2, &json!("missing_required"))
    );
    assert_eq!(report["missing_required_count"], 1);
    let secrets = tool(&report, "secrets");
    assert_eq!(secrets["state"], "missing");
    assert!(
        secrets["details"].to_string().contains("TOKEN: not set in"),
        "{secrets}"
    );

    context.edit("containerDiskGb: 30", "containerDiskGb: lots");
    let run = context.run("doctor").expect(2);
    assert!(run.stdout.contains("sindri.yaml:15:22: "), "{}", run.stdout);
    assert!(run.stdout.contains("containerDiskGb"), "{}", run.stdout);

    fs::remove_file(context.path("sindri.yaml")).unwrap();
    let (code, report) = context.json("doctor");
    assert_eq!(code, 2);
    assert_eq!(tool(&report, "sindri-yaml")["state"], "missing");
    assert_eq!(tool(&report, "secrets")["state"], "not_checked");
}

#[test]
fn a_secret_that_vault_does_not_give_is_told_with_the_command_that_looks_closer() {
    let (_cloud, context) = cloud_and_context();
    context.edit(
        "source: env",
        "source: vault\n    vaultPath: app\n    vaultKey: token",
    );
    let run = context.run("doctor").expect(2);
    assert!(run.stdout.contains("Vault is not set up"), "{}", run.stdout);
    assert!(
        run.stdout.contains("sindri secrets test-vault"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_directory_that_cannot_be_written_and_a_damaged_state_are_told() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy --no-wait").expect(0);
    let (_, report) = context.json("doctor");
    let told = tool(&report, "state")["details"].to_string();
    assert!(told.contains("1 deployment(s)"), "{told}");

    context.file(".sindri/state/runpod-demo.json", "{");
    context.file(".sindri/state/runpod-open.json", "{\"schema_version\": 99}");
    let before = cloud.changes();
    let (code, report) = context.json("doctor");
    assert_eq!(code, 2, "{report:#}");
    let state = tool(&report, "state");
    assert_eq!(state["state"], "invalid");
    let told = state["details"].to_string();
    assert!(
        told.contains(".sindri/state/runpod-demo.json: EOF"),
        "{told}"
    );
    assert!(told.contains("runpod-open.json"), "{told}");
    assert_eq!(
        context.read(".sindri/state/runpod-demo.json"),
        "{",
        "left as it is"
    );
    assert_eq!(cloud.changes(), before);

    for file in [".sindri", ".sindri/state"] {
        drop(fs::remove_dir_all(context.path(".sindri")));
        drop(fs::remove_file(context.path(".sindri")));
        context.file(file, "where a directory goes");
        let run = context.run("doctor").expect(2);
        assert!(run.stdout.contains("cannot be used: "), "{}", run.stdout);
    }
}

#[test]
fn a_create_whose_end_was_not_seen_is_told() {
    let (_cloud, context) = cloud_and_context();
    context.run("deploy --no-wait").expect(0);
    let mut state = context.state().unwrap();
    state["intent"] = json!({
        "creates": "pod", "name": "demo", "started_at": "2026-06-01T12:00:00Z", "known_ids": [],
    });
    context.file(".sindri/state/runpod-demo.json", &state.to_string());
    let (code, report) = context.json("doctor");
    assert_eq!(code, 0, "{report:#}");
    let told = tool(&report, "state")["details"].to_string();
    assert!(
        told.contains("runpod-demo.json tells of a create"),
        "{told}"
    );
}

#[test]
fn with_check_auth_runpod_says_what_the_key_may_do_and_what_is_left() {
    let (cloud, context) = cloud_and_context();
    context.file("home/.ssh/id_ed25519.pub", "ssh-ed25519 AAAA me\n");
    let (code, report) = context.json("doctor --check-auth");
    assert_eq!(code, 0, "{report:#}");
    assert_eq!(tool(&report, "runpod-key")["auth_status"], "authenticated");
    let api = tool(&report, "runpod-api");
    assert_eq!(api["state"], "available");
    let told = api["details"].to_string();
    assert!(told.contains("may list pods (there are 0)"), "{told}");
    assert!(told.contains("what it may create is not told"), "{told}");
    let quota = tool(&report, "runpod-quota")["details"].to_string();
    assert!(
        quota.contains("minute: ") && quota.contains(" left, whole again in "),
        "{quota}"
    );
    let clock = tool(&report, "clock")["details"].to_string();
    assert!(clock.contains("agrees with RunPod's"), "{clock}");
    assert_eq!(
        tool(&report, "account-ssh-keys")["details"],
        json!(["none"])
    );
    let asked: Vec<_> = cloud.sandbox().requests();
    let asked: Vec<_> = asked.iter().map(|request| request.path.as_str()).collect();
    assert_eq!(asked, ["/v2/pods", "/v2/account/ssh-keys"]);
}

#[test]
fn a_key_that_is_refused_or_may_not_list_ends_with_5_and_a_silent_provider_with_2() {
    for (fault, code, words) in [
        (
            "list_pods:401",
            5,
            "RunPod does not accept the API key (401)",
        ),
        (
            "list_pods:403",
            5,
            "the API key may not list the pods (403)",
        ),
        ("list_pods:500", 2, "it has trouble of its own (500)"),
    ] {
        let cloud = Cloud::with_faults(&[fault]);
        let context = Context::at(PROGRAM, cloud.url());
        let run = context.run("doctor --check-auth").expect(code);
        assert!(run.stdout.contains(words), "{fault}\n{}", run.stdout);
    }
    let mut context = Context::at(PROGRAM, "http://127.0.0.1:1");
    context.set("SINDRI_CONNECT_TIMEOUT_MS", "200");
    let run = context.run("doctor --check-auth").expect(2);
    assert!(run.stdout.contains("could not be asked"), "{}", run.stdout);
    let cloud = Cloud::with_faults(&["get_ssh_keys:403"]);
    let context = Context::at(PROGRAM, cloud.url());
    let (code, report) = context.json("doctor --check-auth");
    assert_eq!(code, 0, "{report:#}");
    assert_eq!(tool(&report, "account-ssh-keys")["state"], "not_checked");
    assert!(
        tool(&report, "runpod-api")["details"]
            .to_string()
            .contains("may not read the account's")
    );
}

#[test]
fn the_result_comes_as_text_lines_json_or_yaml() {
    let (_cloud, context) = cloud_and_context();
    let json: Value =
        serde_json::from_str(&context.run("doctor --format json").expect(0).stdout).unwrap();
    assert_eq!(
        (&json["command"], &json["schema_version"]),
        (&json!("doctor"), &json!(1))
    );
    let yaml = context.run("doctor --format yaml").expect(0).stdout;
    let mut from_yaml: Value = serde_saphyr::from_str(&yaml).unwrap();
    let mut from_json = json;
    for report in [&mut from_yaml, &mut from_json] {
        for tool in report["tools"].as_array_mut().unwrap() {
            tool["check_duration_ms"] = Value::Null;
        }
    }
    assert_eq!(from_yaml, from_json);
    let lines = context.run("doctor --ci").expect(0).stdout;
    assert!(
        lines.contains("\nsecrets: ok (required): 1 of 1 found\n"),
        "{lines}"
    );
    assert!(
        lines.contains("\nssh: missing (optional): not in PATH\n"),
        "{lines}"
    );
    let table = context.run("doctor").expect(0).stdout;
    assert!(table.starts_with("STATE "), "{table}");
    let verbose = context.run("doctor --verbose-output").expect(0).stdout;
    assert!(
        verbose.contains("package managers: none found\n") && verbose.contains(" ms"),
        "{verbose}"
    );
    let run = context.run("doctor --json --format yaml").expect(2);
    assert!(run.stderr.contains("two forms at once"), "{}", run.stderr);
}

#[test]
fn what_is_checked_is_what_the_commands_need() {
    let (_cloud, mut context) = cloud_and_context();
    let ids = |context: &Context, arguments: &str| -> Vec<String> {
        let (_, report) = context.json(&format!("doctor {arguments}"));
        let tools = report["tools"].as_array().unwrap();
        tools
            .iter()
            .map(|tool| tool["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids(&context, "--command project"), ["sindri-yaml", "state"]);
    assert_eq!(
        ids(&context, "--command secrets"),
        ["sindri-yaml", "state", "secrets"]
    );
    assert!(ids(&context, "--command deploy").contains(&"runpod-key".to_owned()));
    let northflank = ids(&context, "--provider northflank");
    assert!(northflank.contains(&"northflank-token".to_owned()));
    assert!(!northflank.contains(&"runpod-key".to_owned()));
    let all = ids(&context, "--all");
    assert!(
        ["runpod-key", "northflank-token"]
            .iter()
            .all(|id| all.contains(&(*id).to_owned()))
    );
    context.edit("provider: runpod", "provider: docker");
    let (code, report) = context.json("doctor");
    assert_eq!(code, 2);
    assert_eq!(tool(&report, "sindri-yaml")["state"], "invalid");
    context.unset("RUNPOD_API_KEY");
    context
        .run("doctor --command project --provider runpod")
        .expect(0);
}

#[test]
fn a_token_of_northflank_that_may_not_read_volumes_is_told_so() {
    let cloud = Cloud::with_faults(&["list_volumes:403"]);
    let mut context = Context::new(PROGRAM);
    context
        .set("NORTHFLANK_API_BASE_URL", cloud.url())
        .set("NORTHFLANK_API_TOKEN", "any");
    let file = "version: \"3.0\"\nname: web\ndeployment: {provider: northflank, image: app:1}\n\
                extensions: {profile: minimal}\nproviders: {northflank: {projectName: lab}}\n";
    context.file("sindri.yaml", file);
    context.run("deploy --no-wait").expect(0);
    let (code, report) = context.json("doctor --check-auth");
    assert_eq!(code, 2, "{report:#}");
    let permissions = tool(&report, "northflank-permissions");
    assert_eq!(permissions["state"], "invalid", "{report:#}");
    let details = permissions["details"].to_string();
    for words in ["may not list volumes", "may list services"] {
        assert!(details.contains(words), "{words}: {details}");
    }
}

#[test]
fn northflank_needs_a_token_and_is_asked_what_it_says_to_it() {
    let (cloud, mut context) = cloud_and_context();
    context.set("NORTHFLANK_API_BASE_URL", cloud.url());
    context.edit(
        "providers:\n",
        "providers:\n  northflank:\n    projectName: my-project\n",
    );
    let doctor = "doctor --provider northflank --check-auth";
    let run = context.run(doctor).expect(5);
    assert!(
        run.stdout.contains("NORTHFLANK_API_TOKEN is not set"),
        "{}",
        run.stdout
    );
    context.set("NF_API_TOKEN", "marker-of-the-token");
    let (code, report) = context.json(doctor);
    assert_eq!(code, 0, "{report:#}");
    let api = tool(&report, "northflank-api");
    assert_eq!(api["auth_status"], "authenticated", "{report:#}");
    assert!(
        tool(&report, "northflank-quota")["details"]
            .to_string()
            .contains(" left"),
        "{report:#}"
    );
    let permissions = tool(&report, "northflank-permissions");
    assert_eq!(permissions["state"], "available", "{report:#}");
    for words in ["role Admin", "may list tags", "no project to look into"] {
        let details = permissions["details"].to_string();
        assert!(details.contains(words), "{words}: {details}");
    }
    assert!(cloud.changes().is_empty(), "nothing is made to find out");
    assert!(!report.to_string().contains("marker"));
    let (code, report) = context.json("doctor --provider northflank");
    assert_eq!(code, 0, "{report:#}");
    assert_eq!(tool(&report, "northflank-api")["state"], "not_checked");
}

#[test]
fn a_flag_that_cannot_be_followed_fails_and_says_why() {
    let (_cloud, context) = cloud_and_context();
    for (flags, words) in [
        ("--fix", "installs nothing"),
        ("--fix --yes", "installs nothing"),
        ("--yes", "belong to `--fix`"),
        ("--dry-run", "belong to `--fix`"),
        ("--check-extensions", "the image installs them"),
        ("--extension nodejs", "the image installs them"),
        ("--command extension", "the image installs them"),
        ("--command project --check-auth", "leave `--command` out"),
        ("--command secrets --all", "cannot be used with"),
        ("--ci --verbose-output", "cannot be used with"),
        ("--provider docker", "docker needs is not checked"),
        ("--provider aws", "there is no provider `aws`"),
    ] {
        let run = context.run(&format!("doctor {flags}")).expect(2);
        assert!(run.stderr.contains(words), "{flags}\n{}", run.stderr);
        assert_eq!(run.stdout, "", "{flags}");
    }
}
