//! A configuration written out in full.

use super::*;
use crate::config::Canonical;

/// The file written out, which must say the same as the one it was made from.
#[track_caller]
fn canonical(text: &str) -> String {
    let before = model(text);
    let yaml = Canonical::of(&before).yaml().unwrap();
    let after = model(&yaml);
    assert_eq!(Canonical::of(&after).yaml().unwrap(), yaml, "of itself");
    assert_eq!(after.image, before.image, "{yaml}");
    assert_eq!(after.verification, before.verification, "{yaml}");
    assert_eq!(after.environment, before.environment, "{yaml}");
    assert_eq!(after.secrets, before.secrets, "{yaml}");
    assert_eq!(after.distro, before.distro, "{yaml}");
    let kinds = |config: &Config| -> Vec<BlockerKind> {
        config.blockers.iter().map(|blocker| blocker.kind).collect()
    };
    assert_eq!(kinds(&after), kinds(&before), "{yaml}");
    assert_eq!(settled(after.target), settled(before.target), "{yaml}");
    yaml
}

/// A default that is written out is the same as one that is not.
fn settled(target: Target) -> Target {
    let Target::Runpod(mut pod) = target else {
        return target;
    };
    match &mut pod.compute {
        Compute::Gpu(gpu) if gpu.selector == GpuSelector::Default => {
            gpu.selector = GpuSelector::Named(data::DEFAULT_CARD.to_owned());
        }
        Compute::Cpu(cpu) => {
            let each = data::gb_per_vcpu(&cpu.flavor);
            cpu.memory_gb = cpu.memory_gb.or(each.map(|gb| gb * cpu.vcpu_count));
        }
        Compute::Gpu(_) => {}
    }
    Target::Runpod(pod)
}

#[test]
fn every_default_is_written_out() {
    let text = file("runpod", "", "");
    insta::assert_snapshot!(canonical(&text), @r#"
    version: "3.0"
    name: app
    deployment:
      provider: runpod
      image: ghcr.io/org/app:1.0
      distro: ubuntu
      resources:
        gpu:
          enabled: true
    extensions:
      profile: minimal
      auto_install: true
    secrets: []
    providers:
      runpod:
        gpuType: NVIDIA GeForce RTX 4090
        gpuCount: 1
        cpuOnly: false
        containerDiskGb: 50
        volumeSizeGb: 20
        volumeMountPath: /workspace
        cloudType: SECURE
        region: ""
        spot: false
        spotBid: 0.0
        ports:
        - 8888/http
        - 22/tcp
        publicIp: false
        startSsh: true
    "#);
}

/// Lines below `deployment`, and lines below `providers.runpod`.
const RUNPOD: &[(&str, &str)] = &[
    (
        "resources: {gpu: {enabled: true, tier: gpu-large, type: nvidia, count: 3, memory: 70GB}}",
        "",
    ),
    (
        "resources: {cpus: 7, memory: 33GB}",
        "gpuCount: 2\ngpu_type: NVIDIA L4",
    ),
    ("resources: {memory: 500MB}", "vcpuCount: 9\ngpuCount: 4"),
    (
        "resources: {cpus: 8, memory: 64GB, gpu: {}}",
        "volumeSizeGb: 10",
    ),
    ("", "cpuOnly: true"),
    (
        "",
        "cpuOnly: true\ncpuInstanceId: cpu5g-4-16\nvcpuCount: 4\ncloudType: COMMUNITY",
    ),
    ("", "cpuOnly: true\ncpuInstanceId: cpu9z-4-16"),
    (
        "volumes: {workspace: {size: 1500MB, path: /data}}",
        "volumeSizeGb: 30",
    ),
    ("", "volumeSizeGb: 0"),
    ("", "networkVolumeId: abc\nregion: EU-RO-1"),
    ("", "exposePorts: [8080, 22]\nstartSsh: false\nregion: US"),
    ("", "ports: [8080/http]"),
    ("", "ports: [8080/http]\npublicIp: true"),
    ("", "spot: true"),
    ("", "spotBid: 0.25"),
    ("", "templateId: abc"),
    (
        "distro: fedora\nimage_config: {registry: ghcr.io/org/app, tag_override: 1.5}",
        "",
    ),
    (
        "image_config: {registry: a/b, tag_override: \"2\", verify_signature: false}",
        "",
    ),
    (
        "image_config: {registry: a/b, digest: \"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\
         aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}",
        "",
    ),
    (
        "image: a/b:1@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n\
         image_config: {registry: a/b}",
        "",
    ),
    (
        "image: ghcr.io/org/app\nimage_config: {registry: ghcr.io/org/app}",
        "",
    ),
];

/// Lines below `deployment`, and lines below `providers.northflank`.
const NORTHFLANK: &[(&str, &str)] = &[
    ("", ""),
    ("resources: {cpus: 2}", "volumeSizeGb: 10\nserviceName: web"),
    (
        "resources: {memory: 3GB, gpu: {enabled: true}}",
        "gpuCount: 2",
    ),
    (
        "resources: {gpu: {enabled: true, memory: 80GB}}",
        "gpuType: nvidia-h100\nregistryCredentials: mine",
    ),
    (
        "",
        "ports: []\nhealthCheck: {port: 80}\nautoScaling: {enabled: true, maxInstances: 5}",
    ),
    (
        "",
        "ports: [{name: web, internalPort: 80, public: true}]\n\
         healthCheck: {type: http, path: /, port: 80, periodSeconds: 9}",
    ),
    (
        "",
        "healthCheck: {type: command, command: [test, -f, /ok]}\ninstances: 0",
    ),
];

#[test]
fn what_is_written_out_says_the_same_and_is_the_same_again() {
    for (provider, cases) in [("runpod", RUNPOD), ("northflank", NORTHFLANK)] {
        for (deployment, block) in cases {
            canonical(&file(provider, deployment, block));
        }
    }
    canonical(&file("docker", "", ""));
}

#[test]
fn extensions_and_secrets_are_written_out_and_no_value_is() {
    let text = file("runpod", "", "").replace(
        "extensions: {profile: minimal}\n",
        "extensions: {active: [a, b], auto_install: false}\n\
         secrets:\n\
         \x20 - {name: A, source: env, fromFile: ~/key, required: true}\n\
         \x20 - {name: B, source: file, path: ./b, mountPath: /b, permissions: 0600}\n\
         \x20 - {name: C, source: vault, vaultPath: secret/data/app, vaultKey: k}\n",
    );
    let yaml = canonical(&text);
    let part = yaml.split("extensions:\n").nth(1).unwrap();
    let part = part.split("providers:\n").next().unwrap();
    insta::assert_snapshot!(part, @r#"
      active:
      - a
      - b
      auto_install: false
    secrets:
    - name: A
      source: env
      fromFile: ~/key
      required: true
    - name: B
      source: file
      path: ./b
      mountPath: /b
      permissions: "0600"
      required: false
    - name: C
      source: vault
      vaultPath: app
      vaultKey: k
      vaultMount: secret
      required: false
    "#);
    canonical(&file("runpod", "", "").replace(
        "{profile: minimal}",
        "{profile: fullstack, additional: [x]}",
    ));
}
