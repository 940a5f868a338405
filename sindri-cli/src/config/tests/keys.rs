//! Keys, spellings and types: what the table alone decides.

use super::*;

#[test]
fn unknown_keys_of_closed_blocks_are_errors_with_the_nearest_key() {
    insta::assert_snapshot!(said_of_runpod("resources: {gpu: {enabled: true, modell: x}}", "gpuTyp: NVIDIA L4"), @"
    error 7:36: deployment.resources.gpu.modell: unknown key `modell`. it can hold `enabled`, `type`, `count`, `tier` and `memory`
    error 10:5: providers.runpod.gpuTyp: unknown key `gpuTyp`. did you mean `gpuType`?
    ");
    insta::assert_snapshot!(said_of_northflank("", "ports: [{name: web, internalPort: 80, publik: true}]\nhealthCheck: {type: tcp, port: 80, retry: 1}\nautoScaling: {enable: true}\nbanana: 1"), @"
    error 10:43: providers.northflank.ports[0].publik: unknown key `publik`. did you mean `public`?
    error 11:40: providers.northflank.healthCheck.retry: unknown key `retry`. it can hold `type`, `path`, `port`, `command`, `initialDelaySeconds`, `periodSeconds` and `failureThreshold`
    error 12:19: providers.northflank.autoScaling.enable: unknown key `enable`. did you mean `enabled`?
    error 13:5: providers.northflank.banana: unknown key `banana`. it can hold `projectName`, `serviceName`, `computePlan`, `gpuType`, `gpuCount`, `instances`, `region`, `volumeSizeGb`, `volumeMountPath`, `registryCredentials`, `ports`, `healthCheck` and `autoScaling`
    ");
    insta::assert_snapshot!(said(&file("runpod", "", "gpuCount: 1").replace("profile: minimal", "profil: minimal, profile: full")), @"error 3:14: extensions.profil: unknown key `profil`. did you mean `profile`?");
}

#[test]
fn unknown_keys_elsewhere_are_warnings() {
    insta::assert_snapshot!(said(&format!("nmae: x\n{}", file("runpod", "imagee: x\nresources: {disk: 1}\nimage: a/b:1", "gpuCount: 1"))), @"
    warning 1:1: nmae: unknown key `nmae`. did you mean `name`?
    warning 7:3: deployment.imagee: unknown key `imagee`. did you mean `image`?
    warning 8:15: deployment.resources.disk: unknown key `disk`. it can hold `memory`, `cpus` and `gpu`
    ");
}

#[test]
fn a_key_in_the_wrong_block_is_sent_home() {
    insta::assert_snapshot!(said(&format!("gpuType: NVIDIA L4\nresources: {{cpus: 2}}\n{}", file("runpod", "spotBid: 0", "gpuCount: 1"))), @"
    warning 1:1: gpuType: unknown key `gpuType`. `gpuType` belongs to `providers.runpod` or `providers.northflank`
    warning 2:1: resources: unknown key `resources`. `resources` belongs to `deployment`
    warning 9:3: deployment.spotBid: unknown key `spotBid`. `spotBid` belongs to `providers.runpod`
    ");
}

#[test]
fn blocks_of_other_providers_are_never_looked_at() {
    let text = file("runpod", "", "gpuCount: 1\n")
        + "  fly: {x: 1}\n  docker: 3\n  kubernetes: {}\n  k8s: {}\n  devpod: {}\n  e2b: {}\n  northflank: {projectName: 7, nonsense: true}\n";
    insta::assert_snapshot!(said(&text), @"");
    insta::assert_snapshot!(said(&(text + "  runpood: {}\n")), @"warning 17:3: providers.runpood: there is no provider `runpood`. did you mean `runpod`?");
}

#[test]
fn old_spellings_are_understood_with_a_warning() {
    insta::assert_snapshot!(said_of_runpod("image_config: {registry: ghcr.io/a/b, tagOverride: v1}", "gpu_type_id: NVIDIA L4\nvolumeSizeGB: 10\ncontainer_disk_gb: 20"), @"
    warning 6:41: deployment.image_config.tag_override: `tagOverride` is an old spelling. write `tag_override`
    warning 9:5: providers.runpod.gpuType: `gpu_type_id` is an old spelling. write `gpuType`
    warning 10:5: providers.runpod.volumeSizeGb: `volumeSizeGB` is an old spelling. write `volumeSizeGb`
    warning 11:5: providers.runpod.containerDiskGb: `container_disk_gb` is an old spelling. write `containerDiskGb`
    ");
    let text = file("runpod", "", "gpu_type: NVIDIA L4")
        .replace("profile: minimal", "profile: minimal, autoInstall: false");
    insta::assert_snapshot!(said(&text), @"
    warning 3:32: extensions.auto_install: `autoInstall` is an old spelling. write `auto_install`
    warning 9:5: providers.runpod.gpuType: `gpu_type` is an old spelling. write `gpuType`
    ");
    assert!(!model(&text).extensions.auto_install);
}

#[test]
fn two_spellings_of_one_key_are_an_error() {
    insta::assert_snapshot!(said_of_runpod("", "gpuType: NVIDIA L4\ngpu_type: NVIDIA A40\ngpuTypeId: NVIDIA L40"), @"
    error 10:5: providers.runpod.gpuType: `gpuType` and `gpu_type` are the same setting. set only one of `gpuType`, `gpu_type`
    error 11:5: providers.runpod.gpuType: `gpuType` and `gpuTypeId` are the same setting. set only one of `gpuType`, `gpuTypeId`
    ");
}

#[test]
fn a_key_set_twice_is_an_error() {
    insta::assert_snapshot!(said_of_runpod("", "gpuCount: 1\ngpuCount: 2"), @"error 10:5: providers.runpod.gpuCount: `gpuCount` is set twice in one block. keep one of the two");
}

#[test]
fn numbers_have_to_be_numbers() {
    insta::assert_snapshot!(said_of_runpod("", "gpuCount: \"2\"\ncontainerDiskGb: 50GB\nvolumeSizeGb: 20.5\nvcpuCount: many\nspotBid: low\nexposePorts: [80, 70000, x]"), @r#"
    error 9:15: providers.runpod.gpuCount: must be a whole number, not text. write `2`, without quotes
    error 10:22: providers.runpod.containerDiskGb: must be a whole number, not text. write `50`; the unit is in the key's name
    error 11:19: providers.runpod.volumeSizeGb: `20.5` must be a whole number. write a whole number
    error 12:16: providers.runpod.vcpuCount: must be a whole number, not text. write for example `1`
    error 13:14: providers.runpod.spotBid: must be a number, not text. write for example `0.5`
    warning 14:5: providers.runpod.exposePorts: `exposePorts` is an old spelling. write `ports: ["80/http", "22/tcp"]`
    error 14:23: providers.runpod.exposePorts[1]: `70000` must be 1 to 65535. write a number that is 1 to 65535
    error 14:30: providers.runpod.exposePorts[2]: must be a whole number, not text. write for example `1`
    "#);
    insta::assert_snapshot!(said_of_runpod("", "gpuCount: 010\nvolumeSizeGb: [1]\ncontainerDiskGb: 0\nspotBid: -1"), @"
    error 9:15: providers.runpod.gpuCount: `010` must be a whole number. write `10`
    error 10:5: providers.runpod.volumeSizeGb: must be a whole number, not a list. write for example `1`
    error 11:22: providers.runpod.containerDiskGb: `0` must be 1 or more. write a number that is 1 or more
    error 12:14: providers.runpod.spotBid: `-1` must be at least 0. write 0 or more
    ");
    insta::assert_snapshot!(said_of_runpod("", "gpuCount: 17\nvolumeSizeGb: -5\ncontainerDiskGb: 99999999999"), @"
    error 9:15: providers.runpod.gpuCount: `17` must be 1 to 16. write a number that is 1 to 16
    error 10:19: providers.runpod.volumeSizeGb: `-5` must be 0 or more. write a number that is 0 or more
    error 11:22: providers.runpod.containerDiskGb: `99999999999` must be much smaller. write a number that is much smaller
    ");
}

#[test]
fn truth_values_have_to_be_true_or_false() {
    insta::assert_snapshot!(said_of_runpod("", "spot: no\ncpuOnly: \"false\"\nstartSsh: 1\npublicIp: maybe"), @"
    error 9:11: providers.runpod.spot: must be `true` or `false`, not text. write `false`
    error 10:14: providers.runpod.cpuOnly: must be `true` or `false`, not text. write `false`, without quotes
    error 11:15: providers.runpod.startSsh: must be `true` or `false`, not a number. write `true`
    error 12:15: providers.runpod.publicIp: must be `true` or `false`, not text. write `true` or `false`
    ");
}

#[test]
fn text_has_to_be_text() {
    insta::assert_snapshot!(said_of_runpod("", "templateId: 30598374\nnetworkVolumeId: 123e45\nregion: {a: 1}\nvolumeMountPath: true"), @r#"
    error 9:17: providers.runpod.templateId: must be text, not a number. write `"30598374"`, in quotes
    error 10:22: providers.runpod.networkVolumeId: must be text, not a number. write `"123e45"`, in quotes
    error 11:5: providers.runpod.region: must be text, not a block of keys. write for example `US-TX-3`
    error 12:22: providers.runpod.volumeMountPath: must be text, not true or false. write for example `/workspace`
    "#);
}

#[test]
fn sizes_need_a_unit() {
    insta::assert_snapshot!(said_of_northflank("resources: {memory: 16}\nvolumes: {workspace: {size: 100Gi}}", "instances: 1"), @"
    error 7:23: deployment.resources.memory: `16` must be a whole number with `MB` or `GB`. write `16GB`
    error 8:31: deployment.volumes.workspace.size: `100Gi` must be a whole number with `MB` or `GB`. write `100GB`
    ");
    insta::assert_snapshot!(said_of_northflank("resources: {memory: lots, gpu: {enabled: true, tier: gpu-small, memory: 1.5TB}}", "instances: 1"), @"
    error 7:23: deployment.resources.memory: `lots` must be a whole number with `MB` or `GB`. write `16GB`
    error 7:75: deployment.resources.gpu.memory: `1.5TB` must be a whole number with `MB` or `GB`. write `1536GB`
    ");
}

#[test]
fn choices_are_spelt_as_listed() {
    insta::assert_snapshot!(said_of_runpod("distro: debian\nresources: {gpu: {enabled: true, type: NVIDIA, tier: a100}}", "cloudType: ALL"), @"
    error 7:11: deployment.distro: `debian` is not one of the choices. write `ubuntu`, `fedora` or `opensuse`
    error 8:42: deployment.resources.gpu.type: `NVIDIA` is not one of the choices. did you mean `nvidia`? It can be `nvidia` or `amd`
    error 8:56: deployment.resources.gpu.tier: `a100` is not one of the choices. write `gpu-small`, `gpu-medium`, `gpu-large` or `gpu-xlarge`; a card is named with `gpuType` below `providers.runpod` or `providers.northflank`
    error 11:16: providers.runpod.cloudType: `ALL` is not one of the choices. write `SECURE` or `COMMUNITY`
    ");
}

#[test]
fn lists_and_blocks_have_to_be_lists_and_blocks() {
    insta::assert_snapshot!(said_of_runpod("resources: big\nvolumes: [1]", "ports: 8888/http\nexposePorts: 80"), @r#"
    error 7:14: deployment.resources: must be a block of keys, not text. write for example `{memory: 16GB}`
    error 8:3: deployment.volumes: must be a block of keys, not a list. write for example `{workspace: {size: 16GB}}`
    error 11:12: providers.runpod.ports: must be a list, not text. write `["8888/http"]`
    error 12:18: providers.runpod.exposePorts: must be a list, not a number. write `[80]`
    "#);
    insta::assert_snapshot!(said(&file("runpod", "", "gpuCount: 1").replace("extensions: {profile: minimal}", "extensions: minimal\nsecrets: {backend: s3, secrets: [{name: A}]}")), @"
    error 3:13: extensions: must be a block of keys, not text. write for example `{profile: minimal}`
    error 4:1: secrets: must be a list: the form with a block around it is not supported. put the list right below `secrets:` and drop `backend` and the inner `secrets:`
    ");
}

#[test]
fn a_key_without_a_value_counts_as_absent() {
    insta::assert_snapshot!(said_of_runpod("resources:\nvolumes: ~", "gpuType:\nregion: null\nports:"), @"
    warning 11:5: providers.runpod.gpuType: `gpuType` has no value. write a value or remove the key
    warning 12:5: providers.runpod.region: `region` has no value. write a value or remove the key
    ");
}

#[test]
fn an_item_without_a_value_is_an_error() {
    insta::assert_snapshot!(said_of_runpod("", "ports:\n  - 8888/http\n  -\n"), @"error 9:5: providers.runpod.ports[1]: the item is empty. write for example `8888/http`, or remove the `-`");
}

#[test]
fn what_is_missing_is_named_once() {
    insta::assert_snapshot!(said("{}"), @r#"
    error 1:1: deployment: `deployment` is missing. write `deployment:` with `provider: runpod` (or `northflank`) below it
    error 1:1: name: `name` is missing. write `name: my-app`
    error 1:1: version: `version` is missing. write `version: "3.0"`
    note 1:1: extensions: no `extensions`: the `minimal` set is installed. write `extensions: {profile: minimal}` to say so
    "#);
    insta::assert_snapshot!(said("extensions: {profile: full}\ndeployment: {image: a/b:1}"), @r#"
    error 1:1: name: `name` is missing. write `name: my-app`
    error 1:1: version: `version` is missing. write `version: "3.0"`
    error 2:1: deployment.provider: `deployment.provider` is missing. write `provider: runpod` (or `northflank`) below `deployment:`
    "#);
    insta::assert_snapshot!(said("- a\n- b\n"), @"error 1:1: the file holds a list. write at least `version`, `name` and `deployment.provider`");
    insta::assert_snapshot!(said("version: \nname:\ndeployment:\n"), @r#"
    error 1:1: version: `version` is missing. write `version: "3.0"`
    note 1:1: extensions: no `extensions`: the `minimal` set is installed. write `extensions: {profile: minimal}` to say so
    error 2:1: name: `name` is missing. write `name: my-app`
    error 3:1: deployment: `deployment` is missing. write `deployment:` with `provider: runpod` (or `northflank`) below it
    "#);
}

#[test]
fn a_file_with_ten_mistakes_reports_all_ten() {
    let text = "\
version: 3
name: My App
deployment:
  provider: runpod
  image: ghcr.io/Org/app
  resources: {memory: 16}
extensions: {profile: full, active: [a]}
providers:
  runpod:
    gpuTyp: NVIDIA L4
    gpuCount: 99
    spot: yes
    volumeSizeGb: 5
    ports: [22/udp]
    region: nowhere
";
    let (source, examined) = run(text);
    let errors = examined
        .findings
        .iter()
        .filter(|found| found.severity == Severity::Error);
    assert_eq!(errors.count(), 11, "{}", lines(&source, &examined.findings));
    insta::assert_snapshot!(lines(&source, &examined.findings), @r#"
    error 1:10: version: `3` must be two numbers with a dot between. write `"3.0"`
    error 2:7: name: `My App` must be lower-case letters, digits and `-`, a letter first, at most 63 characters. write `my-app`
    error 5:10: deployment.image: `ghcr.io/Org/app` is not an image: the name of an image is in lower case. write `ghcr.io/org/app`
    error 6:23: deployment.resources.memory: `16` must be a whole number with `MB` or `GB`. write `16GB`
    error 7:29: extensions.active: `profile` and `active` exclude each other. keep `profile` (with `additional`) or `active`
    error 10:5: providers.runpod.gpuTyp: unknown key `gpuTyp`. did you mean `gpuType`?
    error 11:15: providers.runpod.gpuCount: `99` must be 1 to 16. write a number that is 1 to 16
    error 12:11: providers.runpod.spot: must be `true` or `false`, not text. write `true`
    error 13:19: providers.runpod.volumeSizeGb: a volume has at least 10 GB. write `volumeSizeGb: 10`, or 0 for none
    error 14:13: providers.runpod.ports[0]: `22/udp` must be a port and `http` or `tcp`. write `22/tcp`
    error 15:13: providers.runpod.region: `nowhere` must be a data center such as `US-TX-3`, or one of `US`, `EU`, `CA`. write for example `US-TX-3`
    "#);
}
