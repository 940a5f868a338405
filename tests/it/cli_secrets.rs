//! No secret is ever shown.

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
    let sent = cloud.requests("createPod")[0].body.clone().unwrap();
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
    assert_eq!(cloud.request("createPod")["env"]["TOKEN"], "given");
}
