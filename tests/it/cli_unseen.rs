//! What a command says is left that could not look: what is written down.

use crate::cli_context::{PROGRAM, cloud_and_context};
use serde_json::Value;
use tests::Context;
use tests::world::{Provider, World};

/// The command fails; gives what it says is left, each with the command that ends it.
fn left(context: &Context, command: &str) -> Vec<(String, String)> {
    let (code, failed) = context.json(command);
    assert_eq!(code, 3, "{command}: {failed}");
    let left = failed["error"]["left"].as_array().cloned();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let told = |one: &Value| {
        assert_eq!(one["certainty"], "may_exist", "{one}");
        assert_eq!(one["usd_per_hour"], Value::Null, "{one}");
        (text(&one["resource"]), text(&one["remove"]))
    };
    left.unwrap_or_default().iter().map(told).collect()
}

fn named(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(resource, remove): &(&str, &str)| ((*resource).to_owned(), (*remove).to_owned());
    pairs.iter().map(owned).collect()
}

#[test]
fn a_command_that_cannot_look_lists_what_the_state_file_knows_of() {
    let mut world = World::new(PROGRAM, Provider::RunPod);
    world.context.set("SINDRI_RETRY_DELAY_MS", "1");
    let (cloud, context) = (&world.cloud, &world.context);
    context.run("deploy").expect(0);
    let pod = format!("pod {}", cloud.pods()[0].id);
    let volumes = cloud.client();
    let volumes = cloud
        .runtime()
        .block_on(async { volumes.network_volumes().list().await });
    let volume = format!(
        "network volume {}",
        volumes.unwrap().network_volumes[0].name
    );
    let known = named(&[
        (&pod, "sindri destroy"),
        (&volume, "sindri destroy --volumes"),
    ]);
    let blind = |operation: &str| cloud.set_faults(&[format!("{operation}:500:100")]);
    // Before anything is known, and once the pod is.
    for operation in ["list_pods", "list_network_volumes"] {
        blind(operation);
        for command in ["deploy", "destroy --force"] {
            assert_eq!(left(context, command), known, "{command}, {operation}");
        }
    }
    blind("list_pods");
    assert_eq!(left(context, "stop"), known);
    let run = context.run("destroy --force").expect(3);
    let line = format!("{pod} (may exist), price unknown; remove it with `sindri destroy`");
    assert!(run.stderr.contains(&line), "{}", run.stderr);
    // Who only looks leaves nothing.
    assert_eq!(left(context, "status"), []);
    assert_eq!(left(context, "plan"), []);
    cloud.set_faults(&[]);
    context.run("destroy --force --volumes").expect(0);
    blind("list_pods");
    assert_eq!(left(context, "deploy"), []);
}

#[test]
fn the_same_is_told_of_a_service() {
    let mut world = World::new(PROGRAM, Provider::Northflank);
    world.context.set("SINDRI_RETRY_DELAY_MS", "1");
    let (cloud, context) = (&world.cloud, &world.context);
    context.run("deploy").expect(0);
    let state = context.read(".sindri/state/northflank-demo.json");
    let state: Value = serde_json::from_str(&state).unwrap();
    let service = format!("service {}", state["service_id"].as_str().unwrap());
    let volume = format!("volume {}", state["volume_id"].as_str().unwrap());
    let known = named(&[
        (&service, "sindri destroy"),
        (&volume, "sindri destroy --volumes"),
    ]);
    cloud.set_faults(&["get_project:500:100".to_owned()]);
    for command in ["deploy", "destroy --force"] {
        assert_eq!(left(context, command), known, "{command}");
    }
}

#[test]
fn a_create_that_was_begun_is_listed_by_its_name() {
    let (cloud, mut context) = cloud_and_context();
    context.set(tests::kill::KILL_AT, "before attempt 1 of create_pod");
    assert_eq!(context.run("deploy").code, -1);
    context.unset(tests::kill::KILL_AT);
    cloud.set_faults(&["list_pods:500:100".to_owned()]);
    assert_eq!(
        left(&context, "deploy"),
        named(&[("pod demo", "sindri destroy")])
    );
}
