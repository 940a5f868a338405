//! Standard output is data, standard error is talk.

use crate::cli_context::{FILTERS, PROGRAM, cloud_and_context};
use std::process::{Command, Stdio};
use tests::Context;

#[test]
fn a_deploy_for_people() {
    let (_cloud, context) = cloud_and_context();
    let run = context.run("deploy").expect(0);
    // Standard error is left out: which phases are seen depends on the moment of the look.
    insta::with_settings!({filters => FILTERS}, {
        insta::assert_snapshot!(run.stdout);
    });
}

#[test]
fn a_stop_and_a_destroy_for_people() {
    let (_cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let (stopped, destroyed) = (context.run("stop"), context.run("destroy --force"));
    insta::with_settings!({filters => FILTERS}, {
        insta::assert_snapshot!(format!("{}\n{}", stopped.view(), destroyed.view()));
    });
}

#[test]
fn quiet_says_nothing_but_the_result() {
    let (_cloud, context) = cloud_and_context();
    let run = context.run("deploy -q --no-wait").expect(0);
    assert_eq!(run.stderr, "");
    assert!(run.stdout.contains("demo"));
}

#[test]
fn a_name_with_line_breaks_breaks_no_row_of_a_table() {
    let (cloud, context) = cloud_and_context();
    let name = "data\n[31mfake  row\r\n\tend\u{1b}]0;x\u{7}";
    // Somebody else's: `volume create` takes no such name.
    let create = async {
        let request = runpod_sdk::types::CreateNetworkVolumeRequest::new(name, "EU-RO-1", 10);
        cloud.client().network_volumes().create(&request).await
    };
    cloud.runtime().block_on(create).unwrap();
    let list = context.run("volume list").expect(0).stdout;
    assert_eq!(
        list.lines().count(),
        3,
        "a heading, a row and a note: {list}"
    );
    assert!(
        list.contains("data\\n[31mfake  row\\n\\tend␛]0;x␇  "),
        "{list}"
    );
    // A program gets it as it is.
    let (_, list) = context.json("volume list");
    assert_eq!(list["volumes"][0]["name"], name);
}

#[test]
fn every_document_names_its_version_and_command() {
    let (_cloud, context) = cloud_and_context();
    for command in [
        "version",
        "config validate",
        "plan",
        "deploy",
        "status",
        "stop",
        "start",
        "destroy --force",
    ] {
        let (code, document) = context.json(command);
        assert_eq!(code, 0, "{document}");
        assert_eq!(document["schema_version"], 1);
        let name = command.trim_end_matches(" --force");
        assert_eq!(document["command"], name);
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let context = Context::new(PROGRAM);
    let mut child = Command::new(PROGRAM)
        .args(["docs", "config"])
        .current_dir(context.path("."))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn colour_is_for_terminals_only() {
    let context = Context::new(PROGRAM);
    let run = context.run("plan --offline").expect(0);
    assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'));
}

#[test]
fn the_reference_pages_are_made_from_the_program() {
    let context = Context::new(PROGRAM);
    for (page, heading) in [
        ("cli", "# The `sindri` command"),
        ("exit-codes", "# Exit codes"),
    ] {
        let run = context.run(&format!("docs {page}")).expect(0);
        assert!(run.stdout.starts_with(heading), "{}", run.stdout);
    }
    assert!(
        context
            .run("docs config")
            .expect(0)
            .stdout
            .contains("volumeSizeGb")
    );
}
