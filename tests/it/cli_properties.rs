//! For any file: what was deployed is what the file says, so there is nothing left to do.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use tests::{Cloud, Context};

use crate::cli_context::PROGRAM;

/// Each case is two runs of the program.
const CASES: u32 = 20;

fn optional(strategy: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), strategy]
}

/// The lines of a file below `deployment` and those below its provider.
type Blocks = (String, String);

/// Names and values of variables, as YAML.
fn environment() -> impl Strategy<Value = String> {
    let value = "[ -~äß日]{0,20}";
    proptest::collection::btree_map("[A-Z][A-Z0-9_]{0,8}", value, 0..4).prop_map(|variables| {
        let lines = variables.iter().map(|(name, value)| {
            let value = json!(value);
            format!("    {name}: {value}\n")
        });
        let lines: String = lines.collect();
        if lines.is_empty() {
            lines
        } else {
            format!("  environment:\n{lines}")
        }
    })
}

fn runpod() -> impl Strategy<Value = Blocks> {
    let compute = prop_oneof![
        (
            prop_oneof![
                Just("NVIDIA L4"),
                Just("RTX 4090"),
                Just("NVIDIA A100 80GB PCIe")
            ],
            1..3_u32,
            optional((0..200_u32).prop_map(|gb| format!("    volumeSizeGb: {}\n", gb.max(10)))),
        )
            .prop_map(|(gpu, count, volume)| {
                format!("    gpuType: {gpu}\n    gpuCount: {count}\n{volume}")
            }),
        prop_oneof![Just(2_u32), Just(4), Just(8)]
            .prop_map(|vcpus| format!("    cpuOnly: true\n    vcpuCount: {vcpus}\n")),
    ];
    let ports = proptest::collection::btree_set(1024..60_000_u16, 0..4).prop_map(|ports| {
        let ports: Vec<String> = ports.iter().map(|port| format!("{port}/http")).collect();
        format!("    ports: [{}]\n", ports.join(", "))
    });
    let disk = (10..120_u32).prop_map(|gb| format!("    containerDiskGb: {gb}\n"));
    let cloud = prop_oneof![Just("SECURE"), Just("COMMUNITY")]
        .prop_map(|cloud| format!("    cloudType: {cloud}\n"));
    let ssh = any::<bool>().prop_map(|ssh| format!("    startSsh: {ssh}\n"));
    (
        environment(),
        compute,
        optional(ports),
        optional(disk),
        optional(cloud),
        optional(ssh),
    )
        .prop_map(|(environment, compute, ports, disk, cloud, ssh)| {
            (environment, format!("{compute}{ports}{disk}{cloud}{ssh}"))
        })
}

fn northflank() -> impl Strategy<Value = Blocks> {
    let plan = prop_oneof![
        Just("nf-compute-20"),
        Just("nf-compute-50"),
        Just("nf-compute-200")
    ]
    .prop_map(|plan| format!("    computePlan: {plan}\n"));
    let volume =
        (5..50_u32).prop_map(|gb| format!("    volumeSizeGb: {gb}\n    volumeMountPath: /data\n"));
    let instances = (1..3_u32).prop_map(|count| format!("    instances: {count}\n"));
    let ports = proptest::collection::btree_set(1024..60_000_u16, 1..4).prop_map(|ports| {
        let rows = ports.iter().enumerate().map(|(index, port)| {
            let protocol = if index % 2 == 0 { "HTTP" } else { "TCP" };
            format!("      - {{name: p{index}, internalPort: {port}, protocol: {protocol}}}\n")
        });
        format!("    ports:\n{}", rows.collect::<String>())
    });
    // A volume keeps a service at one instance.
    let storage = prop_oneof![Just(String::new()), volume, instances];
    (environment(), optional(plan), storage, optional(ports)).prop_map(
        |(environment, plan, storage, ports)| {
            (
                environment,
                format!("    projectName: lab\n{plan}{storage}{ports}"),
            )
        },
    )
}

/// Deploys every file to a cloud of its own, and plans again.
fn nothing_is_left_to_do(provider: &str, blocks: impl Strategy<Value = Blocks>) {
    let config = Config {
        cases: CASES,
        max_shrink_iters: 30,
        failure_persistence: None,
        ..Config::default()
    };
    let deployed = std::cell::Cell::new(0);
    let result = TestRunner::new_with_rng(config, fixed()).run(&blocks, |(deployment, block)| {
        let cloud = Cloud::start();
        let mut context = Context::at(PROGRAM, cloud.url());
        context
            .set("NORTHFLANK_API_BASE_URL", cloud.url())
            .set("NORTHFLANK_API_TOKEN", "key");
        let file = format!(
            "version: \"3.0\"\nname: demo\ndeployment:\n  provider: {provider}\n  image: ghcr.io/org/app:1\n\
             {deployment}extensions:\n  profile: minimal\nproviders:\n  {provider}:\n{block}"
        );
        context.file("sindri.yaml", &file);
        let first = context.run("deploy --no-wait");
        // What the catalog has no stock of, or what the file may not ask for, is another matter.
        if first.code != 0 {
            prop_assert!(matches!(first.code, 2 | 3), "{}\n{file}", first.stderr);
            return Ok(());
        }
        deployed.set(deployed.get() + 1);
        let (code, plan) = context.json("plan --detailed-exitcode");
        prop_assert_eq!((code, &plan["actions"]), (0, &json!([])), "{}\n{}", file, plan);
        Ok(())
    });
    assert!(result.is_ok(), "{result:?}");
    let deployed = deployed.get();
    assert!(
        deployed > CASES / 2,
        "only {deployed} of {CASES} were deployed"
    );
}

/// The same cases in every run: what fails here fails everywhere.
fn fixed() -> proptest::test_runner::TestRng {
    let algorithm = proptest::test_runner::RngAlgorithm::ChaCha;
    proptest::test_runner::TestRng::deterministic_rng(algorithm)
}

#[test]
fn whatever_was_deployed_to_runpod_needs_nothing_more() {
    nothing_is_left_to_do("runpod", runpod());
}

#[test]
fn whatever_was_deployed_to_northflank_needs_nothing_more() {
    nothing_is_left_to_do("northflank", northflank());
}
