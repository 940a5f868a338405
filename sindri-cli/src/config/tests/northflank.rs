//! `providers.northflank`, and what the shared blocks mean for it.

use super::*;

#[test]
fn defaults_are_those_of_the_format() {
    let text = file("northflank", "", "projectName: my-project");
    assert_eq!(said(&text), "");
    insta::assert_snapshot!(outline(&northflank("", "projectName: my-project")), @r#"
    auto_scaling: null
    compute_plan: {"named":"nf-compute-50"}
    gpu: null
    health_check: null
    instances: 1
    ports: [{"internal_port":22,"name":"ssh","protocol":"TCP","public":false}]
    project_name: "my-project"
    region: "us-east"
    registry_credentials: null
    service_name: "app"
    volume: null
    "#);
}

#[test]
fn everything_written_reaches_the_model() {
    let block = "\
projectName: lab
serviceName: my-service
computePlan: nf-compute-400-16
gpuType: nvidia-h100
gpuCount: 2
instances: 2
region: europe-west
volumeSizeGb: 0
registryCredentials: my-Registry-1
ports:
  - {name: web, internalPort: 8080, public: true}
  - {name: grpc, internalPort: 9090, public: true, protocol: HTTP/2}
  - {name: dns, internalPort: 53, protocol: UDP}
healthCheck: {type: http, path: /health, port: 8080, initialDelaySeconds: 0, periodSeconds: 5, failureThreshold: 1}
autoScaling: {enabled: true, minInstances: 2, maxInstances: 4, targetCpuUtilization: 50, targetMemoryUtilization: 60}
";
    assert_eq!(said_of_northflank("", block), "");
    insta::assert_snapshot!(outline(&northflank("", block)), @r#"
    auto_scaling: {"max_instances":4,"min_instances":2,"target_cpu_utilization":50,"target_memory_utilization":60}
    compute_plan: {"named":"nf-compute-400-16"}
    gpu: {"count":2,"manufacturer":null,"min_memory_gb":null,"selector":{"named":"nvidia-h100"}}
    health_check: {"failure_threshold":1,"initial_delay_seconds":0,"period_seconds":5,"probe":{"http":{"path":"/health","port":8080}}}
    instances: 2
    ports: [{"internal_port":8080,"name":"web","protocol":"HTTP","public":true},{"internal_port":9090,"name":"grpc","protocol":"HTTP/2","public":true},{"internal_port":53,"name":"dns","protocol":"UDP","public":false}]
    project_name: "lab"
    region: "europe-west"
    registry_credentials: "my-Registry-1"
    service_name: "my-service"
    volume: null
    "#);
}

#[test]
fn a_project_is_needed() {
    let missing = "`providers.northflank.projectName` is missing";
    let bare = "version: \"3.0\"\nname: app\ndeployment: {provider: northflank, image: a/b:1}";
    for text in [
        bare.to_owned(),
        format!("{bare}\nproviders: {{northflank: {{instances: 1}}}}"),
        format!("{bare}\nproviders:\n  northflank:"),
    ] {
        let said = said(&text);
        assert_eq!(said.matches(missing).count(), 1, "{text}\n{said}");
    }
}

#[test]
fn names_obey_the_rules_of_northflank() {
    insta::assert_snapshot!(said_of_northflank("", "projectName: My Project\nserviceName: a--b"), @"
    error 9:18: providers.northflank.projectName: `My Project` must be 3 to 39 lower-case letters, digits and single `-`, a letter first and no `-` at the end. write `my-project`
    error 10:18: providers.northflank.serviceName: `a--b` must be 3 to 54 lower-case letters, digits and single `-`, a letter first and no `-` at the end. write `a-b`
    ");
    insta::assert_snapshot!(said_of_northflank("", "projectName: ab\nserviceName: abc-"), @"
    error 9:18: providers.northflank.projectName: `ab` must be 3 to 39 lower-case letters, digits and single `-`, a letter first and no `-` at the end. write for example `my-project`
    error 10:18: providers.northflank.serviceName: `abc-` must be 3 to 54 lower-case letters, digits and single `-`, a letter first and no `-` at the end. write `abc`
    ");
    let named = |name: &str, block: &str| {
        said(&file("northflank", "", block).replace("name: app", &format!("name: {name}")))
    };
    insta::assert_snapshot!(named("a-", "instances: 1"), @"error 2:7: name: `a-` also names the service, which must be 3 to 54 lower-case letters, digits and single `-`, a letter first and no `-` at the end. write `serviceName: my-service` below `providers.northflank`");
    assert_eq!(named("a-", "serviceName: good-name"), "");
    let long = "a".repeat(35);
    assert_eq!(named(&long, "instances: 1"), "");
    insta::assert_snapshot!(named(&long, "volumeSizeGb: 10"), @"error 2:7: name: with a volume, a service's name has at most 34 characters. write a shorter `serviceName` below `providers.northflank`");
    insta::assert_snapshot!(said_of_northflank("", &format!("serviceName: {long}\nvolumeSizeGb: 10")), @"error 10:18: providers.northflank.serviceName: with a volume, a service's name has at most 34 characters. shorten it: the volume is called after the service");
}

#[test]
fn the_plan_is_named_or_follows_from_the_resources() {
    let named = |id: &str| ComputePlan::Named(id.to_owned());
    let check = |deployment: &str, block: &str, expected: ComputePlan| {
        assert_eq!(
            northflank(deployment, block).compute_plan,
            expected,
            "{deployment} {block}"
        );
    };
    check("", "instances: 1", named("nf-compute-50"));
    check("", "computePlan: nf-compute-200", named("nf-compute-200"));
    check(
        "resources: {cpus: 2}",
        "computePlan: nf-compute-200",
        named("nf-compute-200"),
    );
    check(
        "resources: {cpus: 2}",
        "instances: 1",
        ComputePlan::AtLeast {
            cpus: Some(2),
            memory_gb: None,
        },
    );
    check(
        "resources: {memory: 1500MB}",
        "instances: 1",
        ComputePlan::AtLeast {
            cpus: None,
            memory_gb: Some(2),
        },
    );
    insta::assert_snapshot!(said_of_northflank("", "computePlan: nf-compute-400-8"), @"warning 10:18: providers.northflank.computePlan: `nf-compute-400-8` is not a plan known here. did you mean `nf-compute-400` or `nf-compute-400-16`?");
    insta::assert_snapshot!(said_of_northflank("", "computePlan: nf-compute-100"), @"warning 10:18: providers.northflank.computePlan: `nf-compute-100` is not a plan known here. did you mean `nf-compute-100-1`, `nf-compute-100-2` or `nf-compute-100-4`?");
    insta::assert_snapshot!(said_of_northflank("", "computePlan: compute-200"), @"error 10:18: providers.northflank.computePlan: `compute-200` must be a compute plan id. write `nf-compute-200`");
    insta::assert_snapshot!(said_of_northflank("resources: {memory: 64GB}", "instances: 1"), @"warning 7:23: deployment.resources.memory: no plan known here has this much; the largest has 20 vCPUs and 40 GB. lower `cpus` or `memory`, or write `computePlan` below `providers.northflank`");
    insta::assert_snapshot!(said_of_northflank("resources: {cpus: 64}", "instances: 1"), @"warning 7:21: deployment.resources.cpus: no plan known here has this much; the largest has 20 vCPUs and 40 GB. lower `cpus` or `memory`, or write `computePlan` below `providers.northflank`");
}

#[test]
fn a_card_is_attached_when_it_is_enabled_or_named() {
    let check = |deployment: &str, block: &str, expected: Option<NorthflankGpuSelector>| {
        let gpu = northflank(deployment, block).gpu;
        assert_eq!(
            gpu.map(|gpu| gpu.selector),
            expected,
            "{deployment} {block}"
        );
    };
    let named = |name: &str| Some(NorthflankGpuSelector::Named(name.to_owned()));
    let tier = |tier| Some(NorthflankGpuSelector::Tier(tier));
    check("", "instances: 1", None);
    check("", "gpuType: nvidia-l4", named("nvidia-l4"));
    check("", "gpuType: h100-80", named("h100-80"));
    check("", "gpuType: ''", None);
    check(
        "resources: {gpu: {count: 1}}",
        "gpuType: nvidia-l4",
        named("nvidia-l4"),
    );
    check(
        "resources: {gpu: {enabled: true}}",
        "instances: 1",
        tier(Tier::Small),
    );
    check(
        "resources: {gpu: {enabled: true, tier: gpu-xlarge}}",
        "instances: 1",
        tier(Tier::Xlarge),
    );
    check("resources: {gpu: {enabled: false}}", "instances: 1", None);
    insta::assert_snapshot!(said_of_northflank("resources: {gpu: {enabled: true}}", "instances: 1"), @"note 7:30: deployment.resources.gpu.enabled: no card is named: one of `gpu-small` is taken. write `tier` beside it, or `gpuType` below `providers.northflank`");
    insta::assert_snapshot!(said_of_northflank("resources: {gpu: {enabled: false}}", "gpuType: nvidia-l4"), @"error 11:14: providers.northflank.gpuType: `gpuType` asks for a card, `resources.gpu.enabled: false` for none. write `enabled: true` below `resources.gpu`, or remove `gpuType`");
    insta::assert_snapshot!(said_of_northflank("resources: {gpu: {tier: gpu-small, count: 2}}", "gpuCount: 2"), @"
    error 7:27: deployment.resources.gpu.tier: `gpu.tier` asks for a card, but `gpu.enabled` is not true. write `enabled: true` beside it, or remove `tier`
    warning 7:45: deployment.resources.gpu.count: `gpu.count` has no effect: there is no card. write `enabled: true` beside it, or remove it
    warning 11:15: providers.northflank.gpuCount: `gpuCount` has no effect: there is no card. write `gpuType`, or remove it
    ");
    insta::assert_snapshot!(said_of_northflank("", "gpuType: nvidia-a100"), @"warning 10:14: providers.northflank.gpuType: `nvidia-a100` is not a card known here. did you mean `nvidia-a100-40gb` or `nvidia-a100-80gb`?");
    insta::assert_snapshot!(said_of_northflank("", "gpuType: nvidia-a4000"), @"warning 10:14: providers.northflank.gpuType: `nvidia-a4000` is not a card known here. did you mean `nvidia-l4`, `nvidia-a100-40gb`, `nvidia-a100-80gb`, `nvidia-h100`, `nvidia-h200` or `nvidia-b200`?");
    insta::assert_snapshot!(said_of_northflank("resources: {gpu: {enabled: true, memory: 80GB, type: amd}}", "gpuType: nvidia-l4"), @"
    error 7:44: deployment.resources.gpu.memory: `nvidia-l4` has 24 GB, less than asked for. name a larger card in `gpuType`, choose a larger `tier`, or lower `memory`
    error 7:56: deployment.resources.gpu.type: `nvidia-l4` is not made by amd. name a card of this maker in `gpuType`, or remove `type`
    ");
    insta::assert_snapshot!(said_of_northflank("resources: {gpu: {enabled: true, memory: 80GB, tier: gpu-medium}}", "gpuCount: 9"), @"
    error 7:44: deployment.resources.gpu.memory: the card of `gpu-medium`, `nvidia-a100-40gb`, has 40 GB, less than asked for. name a larger card in `gpuType`, choose a larger `tier`, or lower `memory`
    error 11:15: providers.northflank.gpuCount: `9` must be 1 to 8. write a number that is 1 to 8
    ");
    let gpu = northflank(
        "resources: {gpu: {enabled: true, count: 3}}",
        "gpuType: nvidia-l4",
    )
    .gpu
    .unwrap();
    assert_eq!(gpu.count, 3);
}

#[test]
fn an_unknown_region_may_be_ones_own() {
    insta::assert_snapshot!(said_of_northflank("", "region: us-east-1"), @"warning 10:13: providers.northflank.region: `us-east-1` is not a region known here. did you mean `us-east`?");
    insta::assert_snapshot!(said_of_northflank("", "region: my-cluster"), @"warning 10:13: providers.northflank.region: `my-cluster` is not a region known here. known are `us-east`, `us-east-ohio`, `us-west`, `us-west-california`, `us-central`, `canada-central`, `europe-west`, `europe-west-frankfurt`, `europe-west-netherlands`, `europe-west-zurich`, `asia-east`, `asia-northeast`, `asia-southeast`, `australia-southeast`, `africa-south` and `southamerica-east`");
    insta::assert_snapshot!(said_of_northflank("", "region: US East"), @"error 10:13: providers.northflank.region: `US East` must be lower-case letters, digits and `-`. write `us-east`");
    assert_eq!(northflank("", "region: ''").region, "us-east");
    assert_eq!(northflank("", "region: asia-east").region, "asia-east");
}

#[test]
fn a_volume_limits_the_service_to_one_instance() {
    let block =
        "volumeSizeGb: 20\nvolumeMountPath: /data\ninstances: 3\nautoScaling: {enabled: true}";
    insta::assert_snapshot!(said_of_northflank("", block), @"
    warning 12:16: providers.northflank.instances: a volume limits the service to 1 instance. write `instances: 1`, or `volumeSizeGb: 0`
    warning 13:28: providers.northflank.autoScaling.enabled: a volume limits the service to 1 instance. write `enabled: false`, or `volumeSizeGb: 0`
    ");
    let service = northflank("", block);
    assert_eq!((service.instances, service.auto_scaling), (1, None));
    assert_eq!(
        service.volume,
        Some(NorthflankVolume {
            size_gb: 20,
            path: "/data".to_owned()
        })
    );
    assert_eq!(
        northflank("", "volumeSizeGb: 20\ninstances: 0").instances,
        0
    );
    let from_workspace = northflank(
        "volumes: {workspace: {size: 1500MB, path: /w}}",
        "instances: 1",
    )
    .volume;
    assert_eq!(
        from_workspace,
        Some(NorthflankVolume {
            size_gb: 2,
            path: "/w".to_owned()
        })
    );
    insta::assert_snapshot!(said_of_northflank("", "volumeSizeGb: 2000\nvolumeMountPath: /a:b"), @"
    error 10:19: providers.northflank.volumeSizeGb: `2000` must be 0 to 1500. write a number that is 0 to 1500
    error 11:22: providers.northflank.volumeMountPath: `/a:b` must be an absolute path without `:`. write for example `/workspace`
    ");
    insta::assert_snapshot!(said_of_northflank("volumes: {workspace: {size: 2000GB, path: '/a:b'}}", "instances: 1"), @"
    error 7:31: deployment.volumes.workspace.size: a volume has at most 1500 GB. write at most `1500GB`
    error 7:45: deployment.volumes.workspace.path: Northflank takes no mount path with `:`. choose another path
    ");
    insta::assert_snapshot!(said_of_northflank("", "volumeMountPath: /data"), @"warning 10:22: providers.northflank.volumeMountPath: there is no volume to mount. write `volumeSizeGb`, or remove it");
}

#[test]
fn ports_have_names_and_numbers_of_their_own() {
    insta::assert_snapshot!(said_of_northflank("", "ports:\n  - {name: web, internalPort: 80}\n  - {name: web, internalPort: 80}"), @"
    error 12:16: providers.northflank.ports[1].name: two ports are called `web`. give each port a name of its own
    error 12:35: providers.northflank.ports[1].internalPort: the port 80 is listed twice. remove one of the two
    ");
    insta::assert_snapshot!(said_of_northflank("", "ports:\n  - {name: Web-Interface, internal_port: 0}\n  - {port: 80}\n  - 80"), @"
    error 11:16: providers.northflank.ports[0].name: `Web-Interface` must be at most 8 lower-case letters, digits and `-`, a letter first. write for example `web`
    warning 11:31: providers.northflank.ports[0].internalPort: `internal_port` is an old spelling. write `internalPort`
    error 11:46: providers.northflank.ports[0].internalPort: `0` must be 1 to 65535. write a number that is 1 to 65535
    error 12:10: providers.northflank.ports[1].internalPort: `providers.northflank.ports[1].internalPort` is missing. write `internalPort: 1`
    error 12:10: providers.northflank.ports[1].name: `providers.northflank.ports[1].name` is missing. write `name: web`
    error 12:10: providers.northflank.ports[1].port: unknown key `port`. write `internalPort`
    error 13:9: providers.northflank.ports[2]: must be a block of keys, not a number. write for example `{name: web}`
    ");
    assert_eq!(northflank("", "ports: []").ports, []);
}

#[test]
fn only_http_can_be_public() {
    insta::assert_snapshot!(said_of_northflank("", "ports:\n  - {name: db, internalPort: 5432, protocol: TCP, public: true}\n  - {name: dns, internalPort: 53, protocol: udp, public: true}"), @"
    error 11:63: providers.northflank.ports[0].public: a TCP port cannot be public. write `public: false`, or `protocol: HTTP` if the service speaks it
    error 12:49: providers.northflank.ports[1].protocol: `udp` is not one of the choices. did you mean `UDP`? It can be `HTTP`, `HTTP/2`, `TCP` or `UDP`
    ");
    insta::assert_snapshot!(said_of_northflank("", "ports:\n  - {name: a, internalPort: 1, protocol: HTTP2}"), @"error 11:46: providers.northflank.ports[0].protocol: `HTTP2` is not one of the choices. did you mean `HTTP/2`? It can be `HTTP`, `HTTP/2`, `TCP` or `UDP`");
}

#[test]
fn a_health_check_has_what_its_type_needs() {
    let said = |check: &str| said_of_northflank("", &format!("healthCheck: {check}"));
    assert_eq!(said("{port: 80}"), "");
    assert_eq!(said("{type: command, command: [test, -f, /ready]}"), "");
    insta::assert_snapshot!(said("{}"), @"error 10:5: providers.northflank.healthCheck.port: a check of type `tcp` needs `port`. write `port:` with the port that answers");
    insta::assert_snapshot!(said("{type: http}"), @"
    error 10:5: providers.northflank.healthCheck.path: a check of type `http` needs `path`. write `path: /health`, with the path that answers
    error 10:5: providers.northflank.healthCheck.port: a check of type `http` needs `port`. write `port:` with the port that answers
    ");
    insta::assert_snapshot!(said("{type: http, path: health, port: 80, command: [x]}"), @"
    error 10:37: providers.northflank.healthCheck.path: `health` must be an absolute path. write `/health`
    error 10:55: providers.northflank.healthCheck.command: `command` does nothing in a check of type `http`. remove it, or set `type: command`
    ");
    insta::assert_snapshot!(said("{path: /health, port: 80}"), @"error 10:25: providers.northflank.healthCheck.path: `path` does nothing in a check of type `tcp`. set `type: http`: without `type` it is `tcp`");
    insta::assert_snapshot!(said("{type: command, command: [], port: 80}"), @"
    error 10:34: providers.northflank.healthCheck.command: the command is empty. write `command: [program, argument]`
    error 10:53: providers.northflank.healthCheck.port: `port` does nothing in a check of type `command`. remove it, or set `type: http`
    ");
    insta::assert_snapshot!(said("{type: command, command: test -f /ready}"), @r#"error 10:43: providers.northflank.healthCheck.command: must be a list, not text. write `["test", "-f", "/ready"]`"#);
    insta::assert_snapshot!(said("{type: TCP, port: 80}"), @"error 10:25: providers.northflank.healthCheck.type: `TCP` is not one of the choices. did you mean `tcp`? It can be `http`, `tcp` or `command`");
    insta::assert_snapshot!(said("{type: tcp, port: 80, initialDelay: 5, interval: 10, periodSeconds: 0, failureThreshold: 0}"), @"
    error 10:40: providers.northflank.healthCheck.initialDelay: unknown key `initialDelay`. write `initialDelaySeconds`
    error 10:57: providers.northflank.healthCheck.interval: unknown key `interval`. write `periodSeconds`
    error 10:86: providers.northflank.healthCheck.periodSeconds: `0` must be 1 to 86400. write a number that is 1 to 86400
    error 10:107: providers.northflank.healthCheck.failureThreshold: `0` must be 1 to 1000. write a number that is 1 to 1000
    ");
    let probe = northflank(
        "",
        "healthCheck: {type: command, command: [test, -f, /ready]}",
    )
    .health_check
    .unwrap()
    .probe;
    let command = ["test", "-f", "/ready"].map(str::to_owned).to_vec();
    assert_eq!(probe, Probe::Command { command });
}

#[test]
fn scaling_has_bounds_that_hold() {
    let said = |block: &str| said_of_northflank("", block);
    insta::assert_snapshot!(said("autoScaling: {enabled: true, minInstances: 5, maxInstances: 3}"), @"error 10:48: providers.northflank.autoScaling.minInstances: `minInstances` (5) is above `maxInstances` (3). write `maxInstances: 5` or more");
    insta::assert_snapshot!(said("autoScaling: {enabled: true, maxInstances: 51, targetCpuPercent: 50, targetMemoryUtilization: 0}"), @"
    error 10:48: providers.northflank.autoScaling.maxInstances: `51` must be 1 to 50. write a number that is 1 to 50
    error 10:52: providers.northflank.autoScaling.targetCpuPercent: unknown key `targetCpuPercent`. write `targetCpuUtilization`
    error 10:99: providers.northflank.autoScaling.targetMemoryUtilization: `0` must be 1 to 100. write a number that is 1 to 100
    ");
    insta::assert_snapshot!(said("instances: 9\nautoScaling: {enabled: true}"), @"warning 10:16: providers.northflank.instances: scaling keeps 1 to 3 instances. remove `instances`, or move the bounds");
    insta::assert_snapshot!(said("instances: 51"), @"error 10:16: providers.northflank.instances: `51` must be 0 to 50. write a number that is 0 to 50");
    assert_eq!(said("instances: 9\nautoScaling: {enabled: false}"), "");
    assert_eq!(
        northflank("", "autoScaling: {minInstances: 2}").auto_scaling,
        None
    );
}

#[test]
fn credentials_are_an_id() {
    insta::assert_snapshot!(said_of_northflank("", "registryCredentials: user:password"), @"error 10:26: providers.northflank.registryCredentials: must be the id of stored credentials: letters, digits and `-`. write for example `my-registry`");
}
