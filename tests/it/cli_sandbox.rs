//! `sindri sandbox` in one terminal, everything else in another.

use crate::cli_context::PROGRAM;
use tests::Context;

#[test]
fn a_sandbox_in_the_foreground_prints_what_to_export_and_ends_with_ctrl_c() {
    let context = Context::new(PROGRAM);
    let mut running = context.start("sandbox --port 0 --state cloud.json --time-scale 100");
    let line = running.first_line();
    let url = line
        .strip_prefix("export RUNPOD_API_BASE_URL=")
        .expect(&line);
    let other = Context::at(PROGRAM, url);
    other.run("deploy").expect(0);
    running.interrupt();
    running.finish().expect(0);
    assert!(context.read("cloud.json").contains("demo"));

    let mut again = context.start("sandbox --port 0 --state cloud.json");
    let line = again.first_line();
    let url = line
        .strip_prefix("export RUNPOD_API_BASE_URL=")
        .expect(&line);
    let mut moved = other;
    moved.set("RUNPOD_API_BASE_URL", url);
    let (_, status) = moved.json("status");
    assert_eq!(
        status["state"], "running",
        "the state outlives the sandbox, and its port"
    );
    again.interrupt();
    again.finish().expect(0);
}

#[test]
fn a_sandbox_that_cannot_start_says_why() {
    let context = Context::new(PROGRAM);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let run = context.run(&format!("sandbox --port {port}")).expect(2);
    assert!(
        run.stderr.contains("choose another `--port`"),
        "{}",
        run.stderr
    );
    context.run("sandbox --time-scale 0").expect(2);
}
