//! `logs`, and the end of the log in the message of a failure.

use crate::cli_context::{PROGRAM, cloud_and_context};
use serde_json::Value;
use std::time::Duration;
use tests::{Cloud, Context};

#[test]
fn logs_shows_what_the_container_and_the_provider_wrote() {
    let (_cloud, context) = cloud_and_context();
    let none = context.run("logs").expect(2);
    assert!(
        none.stderr.contains("`demo` is not deployed"),
        "{}",
        none.stderr
    );
    context.run("deploy").expect(0);
    let all = context.run("logs").expect(0);
    assert!(
        all.stdout
            .contains("[system] pulling image ghcr.io/org/app:1")
    );
    assert!(
        all.stdout
            .contains("\nsandbox: the container of pod demo is up\n")
    );
    assert!(!all.stdout.contains("marker-of-the-secret"));
    let system = context
        .run("logs --source system --tail 1 --timestamps")
        .expect(0);
    assert_eq!(system.stdout.lines().count(), 1, "{}", system.stdout);
    assert!(system.stdout.starts_with("20") && system.stdout.contains("Z [system] "));
    let lines = context.run("logs --json --since 1h").expect(0).stdout;
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["command"], "logs");
    assert_eq!(lines[0]["source"], "system");
    let nothing = context.run("logs --since yesterday").expect(2);
    assert!(nothing.stderr.contains("`--since yesterday`"));
}

#[test]
fn logs_that_are_followed_go_on_and_end_with_ctrl_c() {
    let (_cloud, context) = cloud_and_context();
    context.run("deploy").expect(0);
    let mut running = context.start("logs --follow");
    assert!(running.first_line().contains("pulling image"));
    std::thread::sleep(Duration::from_millis(300));
    running.interrupt();
    running.finish().expect(130);
}

#[test]
fn a_deploy_that_fails_shows_the_end_of_the_system_log_and_what_is_left() {
    let cloud = Cloud::with_time_scale(20.0);
    let context = Context::at(PROGRAM, cloud.url());
    context.edit("ghcr.io/org/app:1", "ghcr.io/org/app:does-not-exist");
    let run = context.run("deploy").expect(3);
    assert!(run.stderr.contains("went to ERROR"), "{}", run.stderr);
    let words = "system log: error pulling image ghcr.io/org/app:does-not-exist";
    assert!(run.stderr.contains(words), "{}", run.stderr);
    assert!(run.stderr.contains("sindri destroy"), "{}", run.stderr);
}
