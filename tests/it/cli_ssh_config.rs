//! `ssh-config`, and what becomes of its file as the deployment lives on.
#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use crate::cli_context::cloud_and_context;
use serde_json::json;
use tests::Context;

/// The address that the file has for the deployment.
fn port_in(context: &Context) -> String {
    let text = context.read(".sindri/ssh_config");
    let port = text.lines().find_map(|line| line.strip_prefix("  Port "));
    port.expect("a port").to_owned()
}

#[test]
fn a_block_for_editors_is_written_and_the_users_own_file_stays() {
    let (_cloud, context) = cloud_and_context();
    let own = "Host elsewhere\n  Port 2\n";
    context.file("home/.ssh/config", own);
    let (_, deployed) = context.json("deploy");
    let id = deployed["instance_id"].as_str().expect("an id");
    let run = context.run("ssh-config").expect(0);
    let file = context.path(".sindri/ssh_config").display().to_string();
    assert!(
        run.stdout.contains(&format!("    Include \"{file}\"\n")),
        "{}",
        run.stdout
    );
    let text = context.read(".sindri/ssh_config");
    for line in [
        "Host sindri-demo\n".to_owned(),
        format!("  HostKeyAlias sindri-{id}\n"),
        "  StrictHostKeyChecking accept-new\n".to_owned(),
        format!(
            "  UserKnownHostsFile \"{}\"\n",
            context.path(&format!(".sindri/known_hosts/{id}")).display()
        ),
    ] {
        assert!(text.contains(&line), "{line}: {text}");
    }
    assert_eq!(context.read("home/.ssh/config"), own);
    context.file("home/.ssh/config", &format!("Include \"{file}\"\n{own}"));
    let (_, again) = context.json("ssh-config");
    assert_eq!(
        (&again["included"], &again["host_alias"]),
        (&json!(true), &json!("sindri-demo"))
    );
    assert_eq!(again["text"], text);
    assert_eq!(context.read(".sindri/ssh_config"), text);
}

#[test]
fn a_block_can_be_printed_or_put_elsewhere_but_over_no_file_of_others() {
    let (_cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let printed = context.run("ssh-config --print").expect(0);
    assert!(
        printed.stdout.contains("\nHost sindri-demo\n"),
        "{}",
        printed.stdout
    );
    assert!(!context.path(".sindri/ssh_config").exists());
    context.run("ssh-config --output elsewhere").expect(0);
    assert_eq!(context.read("elsewhere"), printed.stdout);
    context.file("theirs", "Host *\n");
    let refused = context.run("ssh-config --output theirs").expect(2);
    assert!(
        refused.stderr.contains("was not written by"),
        "{}",
        refused.stderr
    );
    assert_eq!(context.read("theirs"), "Host *\n");
}

#[test]
fn a_deployment_that_is_destroyed_leaves_no_address_and_no_key_behind() {
    let (_cloud, context) = cloud_and_context();
    let (_, deployed) = context.json("deploy");
    let pin = format!(
        ".sindri/known_hosts/{}",
        deployed["instance_id"].as_str().expect("an id")
    );
    context.run("ssh-config").expect(0);
    assert!(context.path(&pin).exists());
    context.run("destroy --force").expect(0);
    assert!(!context.path(&pin).exists());
    assert!(!context.path(".sindri/ssh_config").exists());
}

#[test]
fn a_pod_that_replaces_another_takes_its_block_and_not_its_key() {
    let (_cloud, context) = cloud_and_context();
    let (_, first) = context.json("deploy");
    context.run("ssh-config").expect(0);
    context.edit("gpuType: NVIDIA L4", "gpuType: NVIDIA A40");
    let (code, second) = context.json("deploy --force");
    assert_eq!(code, 0, "{second}");
    let pin = |deployed: &serde_json::Value| {
        format!(
            ".sindri/known_hosts/{}",
            deployed["instance_id"].as_str().expect("an id")
        )
    };
    assert_ne!(pin(&first), pin(&second));
    assert!(!context.path(&pin(&first)).exists());
    let text = context.read(".sindri/ssh_config");
    assert!(
        text.contains(&pin(&second)) && !text.contains(&pin(&first)),
        "{text}"
    );
}

#[test]
fn a_restart_by_deploy_drops_the_key_and_brings_the_new_address() {
    let (_cloud, context) = cloud_and_context();
    let (_, deployed) = context.json("deploy");
    let pin = format!(
        ".sindri/known_hosts/{}",
        deployed["instance_id"].as_str().expect("an id")
    );
    context.run("ssh-config").expect(0);
    let kept = format!("{}sindri-x ssh-ed25519 AAAA\n", context.read(&pin));
    context.file(&pin, &kept);
    let before = port_in(&context);
    context.run("deploy").expect(0);
    assert_eq!(
        (context.read(&pin), port_in(&context)),
        (kept, before.clone())
    );
    context.edit("app:1", "app:2");
    context.run("deploy").expect(0);
    assert!(!context.read(&pin).contains("AAAA"));
    assert_ne!(port_in(&context), before);
}

#[test]
fn a_deployment_that_loses_its_port_loses_its_block() {
    let (_cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    context.run("ssh-config").expect(0);
    context.edit(
        "    gpuType: NVIDIA L4\n",
        "    gpuType: NVIDIA L4\n    ports: [8888/http]\n",
    );
    context.run("deploy").expect(0);
    let refused = context.run("ssh-config").expect(2);
    assert!(
        refused.stderr.contains("needs direct SSH"),
        "{}",
        refused.stderr
    );
    assert!(!context.path(".sindri/ssh_config").exists());
}

#[test]
fn several_deployments_of_one_directory_share_the_file() {
    let (cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    context.run("ssh-config").expect(0);
    let other = context
        .read("sindri.yaml")
        .replace("name: demo", "name: other");
    context.file("other.yaml", &other);
    context.run("deploy -c other.yaml").expect(0);
    context.run("ssh-config -c other.yaml").expect(0);
    let text = context.read(".sindri/ssh_config");
    assert!(
        text.contains("Host sindri-demo\n") && text.contains("Host sindri-other\n"),
        "{text}"
    );
    context.run("destroy --force").expect(0);
    let text = context.read(".sindri/ssh_config");
    assert!(
        !text.contains("sindri-demo") && text.contains("Host sindri-other\n"),
        "{text}"
    );
    assert_eq!(cloud.pods().len(), 1);
}
