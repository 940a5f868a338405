//! `providers.runpod`, and what the shared blocks mean for it.

use super::*;

#[track_caller]
fn gpu(deployment: &str, block: &str) -> Gpu {
    match runpod(deployment, block).compute {
        Compute::Gpu(gpu) => gpu,
        Compute::Cpu(cpu) => panic!("{cpu:?}"),
    }
}

#[track_caller]
fn cpu(deployment: &str, block: &str) -> Cpu {
    match runpod(deployment, block).compute {
        Compute::Cpu(cpu) => cpu,
        Compute::Gpu(gpu) => panic!("{gpu:?}"),
    }
}

#[test]
fn defaults_are_those_of_the_format() {
    let text = "version: \"3.0\"\nname: app\nextensions: {profile: minimal}\ndeployment: {provider: runpod, image: a/b:1}";
    assert_eq!(said(text), "");
    insta::assert_snapshot!(outline(&model(text).target), @r#"
    cloud: "SECURE"
    compute: {"gpu":{"count":1,"host":{"min_memory_gb_per_gpu":null,"min_vcpu_count_per_gpu":null},"manufacturer":null,"min_memory_gb":null,"selector":"default"}}
    disk_gb: 50
    ports: [{"number":8888,"protocol":"http"},{"number":22,"protocol":"tcp"}]
    public_ip: false
    region: "any"
    spot: null
    start_ssh: true
    template_id: null
    volume: {"pod":{"path":"/workspace","size_gb":20}}
    "#);
}

#[test]
fn the_card_is_the_named_one_then_the_tier_then_the_default() {
    let named = |name: &str| GpuSelector::Named(name.to_owned());
    let check = |deployment: &str, block: &str, expected: GpuSelector| {
        assert_eq!(
            gpu(deployment, block).selector,
            expected,
            "{deployment} {block}"
        );
    };
    check("", "gpuCount: 1", GpuSelector::Default);
    check("", "gpuType: NVIDIA L4", named("NVIDIA L4"));
    check("", "gpuTypeId: NVIDIA L4", named("NVIDIA L4"));
    check("", "gpuType: ADA_24", named("ADA_24"));
    check(
        "resources: {gpu: {enabled: true}}",
        "gpuCount: 1",
        GpuSelector::Default,
    );
    check(
        "resources: {gpu: {enabled: true, tier: gpu-large}}",
        "gpuCount: 1",
        GpuSelector::Tier(Tier::Large),
    );
    check(
        "resources: {gpu: {enabled: true, tier: gpu-large}}",
        "gpuType: NVIDIA L4",
        named("NVIDIA L4"),
    );
}

#[test]
fn the_number_of_cards_falls_back_to_the_shared_block() {
    let check = |deployment: &str, block: &str, expected: u32| {
        assert_eq!(
            gpu(deployment, block).count,
            expected,
            "{deployment} {block}"
        );
    };
    check("", "gpuType: NVIDIA L4", 1);
    check(
        "resources: {gpu: {enabled: true, count: 4}}",
        "gpuType: NVIDIA L4",
        4,
    );
    check(
        "resources: {gpu: {enabled: true, count: 4}}",
        "gpuCount: 2",
        2,
    );
    check("", "gpuCount: 16", 16);
    insta::assert_snapshot!(said_of_runpod("resources: {gpu: {enabled: true, count: 9}}", "gpuCount: 17"), @"
    error 7:43: deployment.resources.gpu.count: `9` must be 1 to 8. write a number that is 1 to 8
    error 10:15: providers.runpod.gpuCount: `17` must be 1 to 16. write a number that is 1 to 16
    ");
}

#[test]
fn names_that_are_not_ids_are_suggested_by_model_number() {
    let hint = |name: &str| said_of_runpod("", &format!("gpuType: {name}"));
    assert_eq!(hint("NVIDIA GeForce RTX 4090"), "");
    assert_eq!(hint("AMD Instinct MI300X OAM"), "");
    assert_eq!(hint("HOPPER_141"), "");
    insta::assert_snapshot!(hint("NVIDIA RTX 4090"), @"warning 9:14: providers.runpod.gpuType: `NVIDIA RTX 4090` is an early name, not an id of RunPod. write `NVIDIA GeForce RTX 4090`");
    insta::assert_snapshot!(hint("NVIDIA RTX 5090"), @"warning 9:14: providers.runpod.gpuType: `NVIDIA RTX 5090` is an early name, not an id of RunPod. write `NVIDIA GeForce RTX 5090`");
    insta::assert_snapshot!(hint("NVIDIA RTX 6000 Ada"), @"warning 9:14: providers.runpod.gpuType: `NVIDIA RTX 6000 Ada` is an early name, not an id of RunPod. write `NVIDIA RTX 6000 Ada Generation`");
    insta::assert_snapshot!(hint("NVIDIA A100 80GB"), @"warning 9:14: providers.runpod.gpuType: `NVIDIA A100 80GB` is an early name, not an id of RunPod. write `NVIDIA A100 80GB PCIe` or `NVIDIA A100-SXM4-80GB`");
    insta::assert_snapshot!(hint("NVIDIA H100 80GB"), @"warning 9:14: providers.runpod.gpuType: `NVIDIA H100 80GB` is an early name, not an id of RunPod. write `NVIDIA H100 80GB HBM3` or `NVIDIA H100 PCIe`");
    insta::assert_snapshot!(hint("nvidia l40s"), @"warning 9:14: providers.runpod.gpuType: RunPod has no card `nvidia l40s` that is known here. write `NVIDIA L40S`");
    insta::assert_snapshot!(hint("ADA_42"), @"warning 9:14: providers.runpod.gpuType: RunPod has no card `ADA_42` that is known here. write `ADA_24`");
    insta::assert_snapshot!(hint("GTX Titan"), @"warning 9:14: providers.runpod.gpuType: RunPod has no card `GTX Titan` that is known here. write a card id such as `NVIDIA GeForce RTX 4090`, or a pool such as `ADA_24`");
}

#[test]
fn a_card_must_have_the_memory_and_the_maker_asked_for() {
    insta::assert_snapshot!(said_of_runpod("resources: {gpu: {enabled: true, memory: 48GB}}", "gpuType: NVIDIA L4"), @"error 7:44: deployment.resources.gpu.memory: `NVIDIA L4` has 24 GB, less than asked for. name a larger card in `gpuType`, choose a larger `tier`, or lower `memory`");
    insta::assert_snapshot!(said_of_runpod("resources: {gpu: {enabled: true, memory: 48GB}}", "gpuType: ADA_24"), @"error 7:44: deployment.resources.gpu.memory: `ADA_24` has 24 GB, less than asked for. name a larger card in `gpuType`, choose a larger `tier`, or lower `memory`");
    insta::assert_snapshot!(said_of_runpod("resources: {gpu: {enabled: true, memory: 48GB}}", "gpuCount: 1"), @"error 7:44: deployment.resources.gpu.memory: the default card, `NVIDIA GeForce RTX 4090`, has 24 GB, less than asked for. name a larger card in `gpuType`, choose a larger `tier`, or lower `memory`");
    insta::assert_snapshot!(said_of_runpod("resources: {gpu: {enabled: true, memory: 80GB, tier: gpu-medium}}", "gpuCount: 1"), @"error 7:44: deployment.resources.gpu.memory: the smallest card of `gpu-medium` has 48 GB, less than asked for. name a larger card in `gpuType`, choose a larger `tier`, or lower `memory`");
    insta::assert_snapshot!(said_of_runpod("resources: {gpu: {enabled: true, type: amd}}", "gpuType: NVIDIA L4"), @"error 7:42: deployment.resources.gpu.type: `NVIDIA L4` is not made by amd. name a card of this maker in `gpuType`, or remove `type`");
    insta::assert_snapshot!(said_of_runpod("resources: {gpu: {enabled: true, type: amd, tier: gpu-small}}", "gpuCount: 1"), @"error 7:42: deployment.resources.gpu.type: the smallest card of `gpu-small` is not made by amd. name a card of this maker in `gpuType`, or remove `type`");
    let card = gpu(
        "resources: {gpu: {enabled: true, type: amd, memory: 100000MB}}",
        "gpuType: AMD Instinct MI300X OAM",
    );
    assert_eq!(
        (card.min_memory_gb, card.manufacturer),
        (Some(98), Some(Manufacturer::Amd))
    );
}

#[test]
fn a_card_and_no_card_contradict_each_other() {
    insta::assert_snapshot!(said_of_runpod("resources: {gpu: {enabled: true}}", "cpuOnly: true\ngpuType: NVIDIA L4\ngpuCount: 2"), @"
    error 7:30: deployment.resources.gpu.enabled: `gpu.enabled: true` asks for a card, `cpuOnly: true` for none. remove `providers.runpod.cpuOnly`, or `resources.gpu`
    error 11:14: providers.runpod.gpuType: `gpuType` asks for a card, `cpuOnly: true` for none. remove `cpuOnly`, or `gpuType`
    error 12:15: providers.runpod.gpuCount: `gpuCount` asks for a card, `cpuOnly: true` for none. remove `cpuOnly`, or `gpuCount`
    ");
    insta::assert_snapshot!(said_of_runpod("resources: {gpu: {enabled: false, type: nvidia}}", "gpuType: NVIDIA L4"), @"
    warning 7:43: deployment.resources.gpu.type: `gpu.type` has no effect: there is no card. write `enabled: true` beside it, or remove it
    error 10:14: providers.runpod.gpuType: `gpuType` asks for a card, `resources.gpu.enabled: false` for a CPU pod. write `enabled: true` below `resources.gpu`, or remove `gpuType`
    ");
    insta::assert_snapshot!(said_of_runpod("resources: {gpu: {count: 2}}", "gpuType: NVIDIA L4"), @"
    warning 7:28: deployment.resources.gpu.count: `gpu.count` has no effect: there is no card. write `enabled: true` beside it, or remove it
    error 10:14: providers.runpod.gpuType: `gpuType` asks for a card, `resources.gpu` without `enabled: true` for a CPU pod. write `enabled: true` below `resources.gpu`, or remove `gpuType`
    ");
    insta::assert_snapshot!(said_of_runpod("resources: {gpu: {tier: gpu-small}}", "startSsh: true"), @"error 7:27: deployment.resources.gpu.tier: `gpu.tier` asks for a card, but `gpu.enabled` is not true. write `enabled: true` beside it, or remove `tier`");
    insta::assert_snapshot!(said_of_runpod("resources: {gpu: {enabled: false, tier: gpu-small}}", "startSsh: true"), @"error 7:43: deployment.resources.gpu.tier: `gpu.tier` asks for a card, but `gpu.enabled` is not true. write `enabled: true` beside it, or remove `tier`");
    insta::assert_snapshot!(said_of_runpod("", "cpuInstanceId: cpu3c-2-4"), @"error 9:20: providers.runpod.cpuInstanceId: `cpuInstanceId` is for CPU pods, and this is a GPU pod. write `cpuOnly: true`, or remove it");
}

#[test]
fn the_shared_block_without_enabled_means_a_cpu_pod() {
    cpu("resources: {gpu: {}}", "startSsh: true");
    cpu("resources: {gpu: {enabled: false}}", "startSsh: true");
    gpu("resources: {gpu: }", "startSsh: true");
    gpu("resources: {cpus: 4}", "startSsh: true");
}

#[test]
fn sizes_of_a_gpu_pod_are_floors_of_its_host_shared_out_among_the_cards() {
    let check = |deployment: &str, block: &str, vcpus: Option<u32>, memory_gb: Option<u32>| {
        let expected = HostFloors {
            min_vcpu_count_per_gpu: vcpus,
            min_memory_gb_per_gpu: memory_gb,
        };
        assert_eq!(said_of_runpod(deployment, block), "");
        assert_eq!(
            gpu(deployment, block).host,
            expected,
            "{deployment} {block}"
        );
    };
    check("", "gpuCount: 4", None, None);
    check("", "vcpuCount: 8", Some(8), None);
    check("resources: {cpus: 6}", "gpuCount: 1", Some(6), None);
    check("resources: {cpus: 6}", "vcpuCount: 8", Some(8), None);
    check("resources: {memory: 32GB}", "gpuCount: 1", None, Some(32));
    check("", "gpuCount: 2\nvcpuCount: 16", Some(8), None);
    check("", "gpuCount: 3\nvcpuCount: 16", Some(6), None);
    check("", "gpuCount: 4\nvcpuCount: 1", Some(1), None);
    check(
        "resources: {cpus: 10, memory: 65GB, gpu: {enabled: true, count: 4}}",
        "startSsh: true",
        Some(3),
        Some(17),
    );
    check("resources: {memory: 1025MB}", "gpuCount: 2", None, Some(1));
    check("resources: {memory: 0GB}", "gpuCount: 2", None, Some(1));
}

#[test]
fn a_cpu_pod_has_the_smallest_flavour_that_holds_its_memory() {
    let check =
        |deployment: &str, block: &str, flavor: &str, vcpu_count: u32, memory_gb: Option<u32>| {
            let expected = Cpu {
                flavor: flavor.to_owned(),
                vcpu_count,
                memory_gb,
            };
            assert_eq!(
                cpu(deployment, &format!("cpuOnly: true\n{block}")),
                expected,
                "{deployment} {block}"
            );
        };
    check("", "", "cpu3c", 4, None);
    check("", "vcpuCount: 8", "cpu3c", 8, None);
    check("resources: {cpus: 2}", "", "cpu3c", 2, None);
    check("resources: {cpus: 2}", "vcpuCount: 8", "cpu3c", 8, None);
    check("resources: {memory: 16GB}", "", "cpu3g", 4, Some(16));
    check("resources: {memory: 8193MB}", "", "cpu3g", 4, Some(16));
    check("resources: {memory: 32GB}", "", "cpu3m", 4, Some(32));
    check("", "cpuInstanceId: cpu5c-4-8", "cpu5c", 4, Some(8));
    check(
        "resources: {cpus: 16}",
        "cpuInstanceId: cpu5c-4-8",
        "cpu5c",
        4,
        Some(8),
    );
    check("", "cpuInstanceId: cpu9z-4-8", "cpu9z", 4, Some(8));
}

#[test]
fn a_cpu_pod_of_impossible_size_is_refused() {
    let said = |deployment: &str, block: &str| {
        said_of_runpod(deployment, &format!("cpuOnly: true\n{block}"))
    };
    insta::assert_snapshot!(said("", "vcpuCount: 6"), @"error 10:16: providers.runpod.vcpuCount: a CPU pod has a power of two of vCPUs, at least 2. write `vcpuCount: 8`");
    insta::assert_snapshot!(said("resources: {cpus: 1}", ""), @"error 7:21: deployment.resources.cpus: a CPU pod has a power of two of vCPUs, at least 2. write `cpus: 2`, or `vcpuCount: 2` below `providers.runpod`");
    insta::assert_snapshot!(said("resources: {memory: 64GB}", ""), @"error 7:23: deployment.resources.memory: no CPU flavour has 64GB with 4 vCPUs: the most is 32 GB. write `vcpuCount: 8` below `providers.runpod`, or lower `memory`");
    insta::assert_snapshot!(said("", "cpuInstanceId: cpu3c-4-8\nvcpuCount: 8"), @"error 11:16: providers.runpod.vcpuCount: `cpu3c-4-8` has 4 vCPUs. remove `vcpuCount`, or name another `cpuInstanceId`");
    insta::assert_snapshot!(said("", "cpuInstanceId: cpu3c-4-16"), @"error 10:20: providers.runpod.cpuInstanceId: `cpu3c` gives 8 GB to 4 vCPUs. write `cpu3c-4-8`");
    insta::assert_snapshot!(said("", "cpuInstanceId: cpu3c-6-12"), @"error 10:20: providers.runpod.cpuInstanceId: vCPUs come in powers of two, from 2. write `cpu3c-8-16`");
    insta::assert_snapshot!(said("", "cpuInstanceId: CPU3C_4_8"), @"error 10:20: providers.runpod.cpuInstanceId: `CPU3C_4_8` must be a flavour, its vCPUs and its memory in GB. write `cpu3c-4-8`");
    insta::assert_snapshot!(said("", "cpuInstanceId: cpu3c"), @"error 10:20: providers.runpod.cpuInstanceId: `cpu3c` must be a flavour, its vCPUs and its memory in GB. write for example `cpu3c-4-8`");
    insta::assert_snapshot!(said("", "cpuInstanceId: cpu9z-4-8"), @"warning 10:20: providers.runpod.cpuInstanceId: the CPU flavour `cpu9z` is not known here. known are `cpu3c`, `cpu3g`, `cpu3m`, `cpu5c`, `cpu5g` and `cpu5m`");
    insta::assert_snapshot!(said("resources: {memory: 32GB}", "cpuInstanceId: cpu3c-4-8"), @"warning 7:23: deployment.resources.memory: `cpu3c-4-8` has 8 GB of memory. name a flavour with more memory, or lower `memory`");
}

#[track_caller]
fn stored(deployment: &str, block: &str, expected: &Volume) {
    assert_eq!(
        runpod(deployment, block).volume,
        *expected,
        "{deployment} {block}"
    );
}

#[test]
fn a_gpu_pod_has_a_volume_of_its_own() {
    let volume = |size_gb, path: &str| Volume::Pod {
        size_gb,
        path: path.to_owned(),
    };
    stored("", "gpuCount: 1", &volume(20, "/workspace"));
    stored("", "volumeSizeGb: 0", &Volume::None);
    stored(
        "",
        "volumeSizeGb: 100\nvolumeMountPath: /data",
        &volume(100, "/data"),
    );
    let workspace = "volumes: {workspace: {size: 30GB, path: /w}}";
    stored(workspace, "gpuCount: 1", &volume(30, "/w"));
    stored(
        workspace,
        "volumeSizeGb: 40\nvolumeMountPath: /x",
        &volume(40, "/x"),
    );
    stored(
        "volumes: {workspace: {size: 30500MB}}",
        "gpuCount: 1",
        &volume(30, "/workspace"),
    );
    stored(
        "volumes: {workspace: {size: 0GB}}",
        "gpuCount: 1",
        &Volume::None,
    );
}

#[test]
fn a_cpu_pod_gets_a_network_volume_only_when_one_is_asked_for() {
    let volume = |size_gb| Volume::NewNetwork {
        size_gb,
        path: "/workspace".to_owned(),
    };
    stored("", "cpuOnly: true", &Volume::None);
    stored("", "cpuOnly: true\nvolumeSizeGb: 10", &volume(10));
    stored(
        "volumes: {workspace: {size: 15GB}}",
        "cpuOnly: true",
        &volume(15),
    );
    stored("", "cpuOnly: true\nvolumeSizeGb: 0", &Volume::None);
}

#[test]
fn a_network_volume_takes_the_place_of_any_other() {
    let volume = |path: &str| Volume::Network {
        volume_id: "v1".to_owned(),
        path: path.to_owned(),
    };
    stored("", "networkVolumeId: v1", &volume("/workspace"));
    stored(
        "",
        "cpuOnly: true\nnetworkVolumeId: v1\nvolumeMountPath: /data",
        &volume("/data"),
    );
    stored(
        "",
        "networkVolumeId: v1\nvolumeSizeGb: 50",
        &volume("/workspace"),
    );
}

#[test]
fn storage_that_cannot_be_is_refused() {
    insta::assert_snapshot!(said_of_runpod("", "volumeSizeGb: 5"), @"error 9:19: providers.runpod.volumeSizeGb: a volume has at least 10 GB. write `volumeSizeGb: 10`, or 0 for none");
    insta::assert_snapshot!(said_of_runpod("volumes: {workspace: {size: 500MB}}", "gpuCount: 1"), @"error 7:31: deployment.volumes.workspace.size: a volume has at least 10 GB. write `size: 10GB`, or `volumeSizeGb: 0` for none");
    insta::assert_snapshot!(said_of_runpod("", "cpuOnly: true\nvolumeSizeGb: 9"), @"
    error 10:19: providers.runpod.volumeSizeGb: a volume has at least 10 GB. write `volumeSizeGb: 10`, or 0 for none
    warning 10:19: providers.runpod.volumeSizeGb: a CPU pod has no volume of its own: a network volume is made for it. write `volumeSizeGb: 0` for none, or `networkVolumeId` for one you have
    ");
    insta::assert_snapshot!(said_of_runpod("", "cpuOnly: true\nvolumeSizeGb: 5000"), @"
    error 10:19: providers.runpod.volumeSizeGb: a network volume has at most 4096 GB. write at most 4096
    warning 10:19: providers.runpod.volumeSizeGb: a CPU pod has no volume of its own: a network volume is made for it. write `volumeSizeGb: 0` for none, or `networkVolumeId` for one you have
    ");
    insta::assert_snapshot!(said_of_runpod("", "networkVolumeId: v1\ncloudType: COMMUNITY"), @"error 10:16: providers.runpod.cloudType: network volumes need SECURE hosts. write `cloudType: SECURE`, or remove `networkVolumeId`");
    insta::assert_snapshot!(said_of_runpod("", "networkVolumeId: v1\nvolumeSizeGb: 50"), @"warning 10:19: providers.runpod.volumeSizeGb: the network volume `v1` takes the place of a pod volume. remove `volumeSizeGb`, or `networkVolumeId`");
    insta::assert_snapshot!(said_of_runpod("", "cpuOnly: true\nvolumeMountPath: data"), @"
    error 10:22: providers.runpod.volumeMountPath: `data` must be an absolute path. write `/data`
    warning 10:22: providers.runpod.volumeMountPath: there is no volume to mount. write `volumeSizeGb`, or remove it
    ");
    insta::assert_snapshot!(said_of_runpod("", "containerDiskGb: 0"), @"error 9:22: providers.runpod.containerDiskGb: `0` must be 1 or more. write a number that is 1 or more");
}

#[test]
fn a_cpu_pod_on_community_hosts_blocks_a_deployment() {
    insta::assert_snapshot!(said_of_runpod("", "cpuOnly: true\ncloudType: COMMUNITY"), @"warning 10:16: providers.runpod.cloudType: CPU pods run on SECURE hosts only. write `cloudType: SECURE`, or remove it");
    let config = model(&file("runpod", "", "cpuOnly: true\ncloudType: COMMUNITY"));
    let kinds: Vec<_> = config.blockers.iter().map(|blocker| blocker.kind).collect();
    assert_eq!(kinds, [BlockerKind::CommunityCpu]);
}

#[test]
fn spot_is_a_warning_that_blocks_a_deployment() {
    let check = |block: &str, expected: Option<Spot>| {
        let config = model(&file("runpod", "", block));
        let Target::Runpod(pod) = config.target else {
            panic!("a pod")
        };
        assert_eq!(pod.spot, expected, "{block}");
        let kinds: Vec<_> = config.blockers.iter().map(|blocker| blocker.kind).collect();
        assert_eq!(kinds.is_empty(), expected.is_none(), "{block}");
    };
    let spot = |max_usd_per_hour| Some(Spot { max_usd_per_hour });
    check("gpuCount: 1", None);
    check("spot: false", None);
    check("spot: false\nspotBid: 0", None);
    check("spotBid: 0.0", None);
    check("spot: true", spot(None));
    check("spot: true\nspotBid: 0.25", spot(Some(0.25)));
    check("spotBid: 0.25", spot(Some(0.25)));
    insta::assert_snapshot!(said_of_runpod("", "spot: true"), @"warning 9:11: providers.runpod.spot: RunPod no longer has spot pods. write `spot: false` without `spotBid`, or deploy with `--on-demand`");
    insta::assert_snapshot!(said_of_runpod("", "spotBid: 0.25"), @"warning 9:14: providers.runpod.spotBid: RunPod no longer has spot pods. write `spot: false` without `spotBid`, or deploy with `--on-demand`");
    insta::assert_snapshot!(said_of_runpod("", "spot: false\nspotBid: 0.25"), @"error 10:14: providers.runpod.spotBid: `spot: false` and a `spotBid` above 0 contradict each other. write `spotBid: 0`, or remove it");
}

#[test]
fn ports_are_merged_in_order_without_doubles() {
    let check = |block: &str, expected: &[&str]| {
        let ports: Vec<_> = runpod("", block)
            .ports
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(ports, expected, "{block}");
    };
    check("gpuCount: 1", &["8888/http", "22/tcp"]);
    check("ports: []", &[]);
    check("ports: [8080/http]", &["8080/http"]);
    check(
        "ports: [8080/http]\nstartSsh: true",
        &["8080/http", "22/tcp"],
    );
    check(
        "ports: [22/tcp, 8080/http]\npublicIp: true",
        &["22/tcp", "8080/http"],
    );
    check("ports: [8080/http]\nstartSsh: false", &["8080/http"]);
    check("startSsh: false", &["8888/http", "22/tcp"]);
    check("exposePorts: [80, 443]", &["80/http", "443/http", "22/tcp"]);
    check("exposePorts: [80, 80]\nstartSsh: false", &["80/http"]);
    check("exposePorts: [22, 80]", &["22/tcp", "80/http"]);
    check(
        "ports: [5432/tcp]\nexpose_ports: [80]",
        &["5432/tcp", "80/http", "22/tcp"],
    );
}

#[test]
fn ports_have_a_number_and_a_protocol() {
    insta::assert_snapshot!(said_of_runpod("", "ports: [8888, 22, 53/udp, http/80, 080/http, 70000/tcp, 99999999999/http]"), @r#"
    error 9:13: providers.runpod.ports[0]: must be text, not a number. write `"8888/http"`, in quotes
    error 9:19: providers.runpod.ports[1]: must be text, not a number. write `"22/tcp"`, in quotes
    error 9:23: providers.runpod.ports[2]: `53/udp` must be a port and `http` or `tcp`. write `53/tcp`
    error 9:31: providers.runpod.ports[3]: `http/80` must be a port and `http` or `tcp`. write for example `8888/http`
    error 9:40: providers.runpod.ports[4]: `080/http` must be a port and `http` or `tcp`. write for example `8888/http`
    error 9:50: providers.runpod.ports[5]: `70000/tcp`: ports go up to 65535. write a port from 1 to 65535
    error 9:61: providers.runpod.ports[6]: `99999999999/http`: ports go up to 65535. write a port from 1 to 65535
    "#);
    insta::assert_snapshot!(said_of_runpod("", "ports: [80/http, 80/http]"), @"error 9:22: providers.runpod.ports[1]: the port `80/http` is listed twice. remove one of the two");
    insta::assert_snapshot!(said_of_runpod("", "exposePorts: [80, 443]"), @r#"warning 9:5: providers.runpod.exposePorts: `exposePorts` is an old spelling. write `ports: ["80/http", "443/http", "22/tcp"]`"#);
    let eleven: Vec<_> = (1..=11).map(|port| format!("{port}/http")).collect();
    insta::assert_snapshot!(said_of_runpod("", &format!("ports: [{}]", eleven.join(", "))), @"error 9:5: providers.runpod.ports: a pod has at most 10 http ports. remove some, or expose them as `tcp`");
    insta::assert_snapshot!(said_of_runpod("", "exposePorts: [0, 65536]"), @r#"
    warning 9:5: providers.runpod.exposePorts: `exposePorts` is an old spelling. write `ports: ["22/tcp"]`
    error 9:19: providers.runpod.exposePorts[0]: `0` must be 1 to 65535. write a number that is 1 to 65535
    error 9:22: providers.runpod.exposePorts[1]: `65536` must be 1 to 65535. write a number that is 1 to 65535
    "#);
}

#[test]
fn a_place_is_anywhere_an_area_or_a_data_center() {
    let check =
        |block: &str, expected: Region| assert_eq!(runpod("", block).region, expected, "{block}");
    check("gpuCount: 1", Region::Any);
    check("region: ''", Region::Any);
    check("region: US", Region::Area("US".to_owned()));
    check("region: EU-RO-1", Region::DataCenter("EU-RO-1".to_owned()));
    check("region: US-TX-9", Region::DataCenter("US-TX-9".to_owned()));
    insta::assert_snapshot!(said_of_runpod("", "region: US-TX-9"), @"warning 9:13: providers.runpod.region: RunPod has no data center `US-TX-9` that is known here. did you mean `US-TX-1`, `US-TX-3` or `US-TX-4`?");
    insta::assert_snapshot!(said_of_runpod("", "region: ZZ-QQ-7"), @"warning 9:13: providers.runpod.region: RunPod has no data center `ZZ-QQ-7` that is known here. write an id such as `US-TX-3`, or remove it to run anywhere");
    insta::assert_snapshot!(said_of_runpod("", "region: us-tx-3"), @"error 9:13: providers.runpod.region: `us-tx-3` must be a data center such as `US-TX-3`, or one of `US`, `EU`, `CA`. write `US-TX-3`");
    insta::assert_snapshot!(said_of_runpod("", "region: Germany"), @"error 9:13: providers.runpod.region: `Germany` must be a data center such as `US-TX-3`, or one of `US`, `EU`, `CA`. write for example `US-TX-3`");
}

#[test]
fn a_public_address_is_sure_on_secure_hosts_only() {
    assert_eq!(said_of_runpod("", "publicIp: true"), "");
    assert!(runpod("", "publicIp: true").public_ip);
    insta::assert_snapshot!(said_of_runpod("", "publicIp: true\ncloudType: COMMUNITY"), @"warning 9:15: providers.runpod.publicIp: a COMMUNITY host may have no public address, and none can be asked for. write `cloudType: SECURE`, which always has one");
}

#[test]
fn the_rest_is_taken_over_as_written() {
    let pod = runpod(
        "",
        "cloudType: COMMUNITY\ncontainerDiskGb: 80\nstartSsh: false\ntemplateId: abc",
    );
    assert_eq!(
        (pod.cloud, pod.disk_gb, pod.start_ssh),
        (Cloud::Community, 80, false)
    );
    assert_eq!(pod.template_id.as_deref(), Some("abc"));
}

#[test]
fn every_value_can_be_pointed_at() {
    let config = model(&file(
        "runpod",
        "",
        "gpu_type: NVIDIA L4\nports: [80/http, 22/tcp]",
    ));
    let origins = &config.origins;
    let place = |path: &str| origins.place(path).map(|place| (place.line, place.column));
    assert_eq!(place("providers.runpod.gpuType"), Some((9, 15)));
    assert_eq!(place("providers.runpod.ports[1]"), Some((10, 22)));
    assert_eq!(place("providers.runpod.region"), None);
    assert!(origins.is_written("providers.runpod.ports") && !origins.is_written("secrets"));
    let finding = origins
        .finding(Severity::Error, "providers.runpod.region", "no stock")
        .help("choose another");
    assert_eq!(
        finding.one_line(origins.source()),
        "sindri.yaml:8:3: providers.runpod.region: no stock. choose another"
    );
}
