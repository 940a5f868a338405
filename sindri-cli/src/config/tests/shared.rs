//! Rules of the top level, `deployment`, `extensions` and `secrets`.

use super::*;

fn top(head: &str) -> String {
    said(&format!(
        "{head}\nextensions: {{profile: minimal}}\ndeployment: {{provider: runpod, image: a/b:1}}\n"
    ))
}

#[test]
fn the_version_is_two_numbers_in_quotes() {
    insta::assert_snapshot!(top("version: 3.0\nname: a"), @r#"warning 1:10: version: this is a number, though text is meant. write `"3.0"`"#);
    insta::assert_snapshot!(top("version: \"3\"\nname: a"), @r#"error 1:10: version: `3` must be two numbers with a dot between. write `"3.0"`"#);
    insta::assert_snapshot!(top("version: \"4.1\"\nname: a"), @r#"warning 1:10: version: version 4.1 of the format is not known. write `"3.0"`"#);
    assert_eq!(top("version: \"2.0\"\nname: a"), "");
    let version = |text: &str| {
        model(&format!(
            "version: {text}\nname: a\ndeployment: {{provider: runpod, image: a/b:1}}"
        ))
        .version
    };
    assert_eq!(version("3.10"), "3.10");
}

#[test]
fn the_name_is_a_short_slug() {
    insta::assert_snapshot!(top("version: \"3.0\"\nname: My_App"), @"error 2:7: name: `My_App` must be lower-case letters, digits and `-`, a letter first, at most 63 characters. write `my-app`");
    insta::assert_snapshot!(top(&format!("version: \"3.0\"\nname: a{}", "b".repeat(63))), @"error 2:7: name: `abbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…` must be lower-case letters, digits and `-`, a letter first, at most 63 characters. write for example `my-app`");
    insta::assert_snapshot!(top("version: \"3.0\"\nname: 7"), @"error 2:7: name: must be text, not a number. write for example `my-app`");
}

#[test]
fn the_provider_of_the_oldest_files_has_moved() {
    insta::assert_snapshot!(top("version: \"3.0\"\nname: a\nprovider: northflank"), @"error 3:1: provider: `provider` has moved: `deployment.provider` holds the name, `providers.<name>` the options. write `provider: northflank` below `deployment:`, the options below `providers.northflank:` and the image as `deployment.image`");
    insta::assert_snapshot!(top("version: \"3.0\"\nname: a\nprovider:\n  name: runpod\n  gpu_type: NVIDIA L4\n  container_disk_gb: 20\n  expose_ports: [80]\n  region: ''"), @"error 3:1: provider: `provider` has moved: `deployment.provider` holds the name, `providers.<name>` the options. write `provider: runpod` below `deployment:`, the options below `providers.runpod:` and the image as `deployment.image`; `gpu_type` is now `gpuType`, `container_disk_gb` is now `containerDiskGb`, `expose_ports` is now `exposePorts`");
}

#[test]
fn a_known_provider_of_others_is_a_warning_and_an_unknown_one_an_error() {
    insta::assert_snapshot!(said("version: \"3.0\"\nname: a\nextensions: {profile: minimal}\ndeployment: {provider: fly}"), @"warning 4:24: deployment.provider: this program does not deploy to fly: it deploys to runpod and northflank. write `runpod` or `northflank`, or choose one with `--provider`");
    insta::assert_snapshot!(said("version: \"3.0\"\nname: a\nextensions: {profile: minimal}\ndeployment: {provider: runpods, image: a/b:1}"), @"error 4:24: deployment.provider: `runpods` is not one of the choices. did you mean `runpod`? It can be `runpod`, `northflank`, `docker`, `docker-compose`, `fly`, `devpod`, `e2b`, `kubernetes` or `packer`");
    insta::assert_snapshot!(said("version: \"3.0\"\nname: a\nextensions: {profile: minimal}\ndeployment: {provider: 3, image: a/b:1}"), @"error 4:24: deployment.provider: `3` is not one of the choices. write `runpod`, `northflank`, `docker`, `docker-compose`, `fly`, `devpod`, `e2b`, `kubernetes` or `packer`");
    let docker = model("version: \"3.0\"\nname: a\ndeployment: {provider: docker}");
    assert_eq!(docker.target, Target::Other(OtherProvider::Docker));
}

#[test]
fn the_command_line_overrides_the_provider() {
    let text = "version: \"3.0\"\nname: app\nextensions: {profile: minimal}\ndeployment: {image: a/b:1}\nproviders: {northflank: {projectName: my-project}}";
    let (source, examined) = run_as(text, Some("northflank"), Validation::Strict);
    assert_eq!(lines(&source, &examined.findings), "");
    assert_eq!(examined.config.unwrap().target.provider(), "northflank");
    let (source, examined) = run_as(text, Some("docker"), Validation::Strict);
    insta::assert_snapshot!(lines(&source, &examined.findings), @"warning 4:1: deployment.provider: this program does not deploy to docker: it deploys to runpod and northflank. choose `--provider runpod` or `--provider northflank`");
}

#[test]
fn extensions_name_a_profile_or_a_list() {
    let said = |extensions: &str| {
        said(&format!(
            "version: \"3.0\"\nname: a\n{extensions}\ndeployment: {{provider: runpod, image: a/b:1}}"
        ))
    };
    insta::assert_snapshot!(said(""), @"note 1:1: extensions: no `extensions`: the `minimal` set is installed. write `extensions: {profile: minimal}` to say so");
    insta::assert_snapshot!(said("extensions: {}"), @"error 3:1: extensions: `extensions` needs `profile` or `active`. write `profile: minimal`, or `active: [name, …]` for an exact list");
    insta::assert_snapshot!(said("extensions: {profile: full, active: [a]}"), @"error 3:29: extensions.active: `profile` and `active` exclude each other. keep `profile` (with `additional`) or `active`");
    insta::assert_snapshot!(said("extensions: {active: [a], additional: [b]}"), @"error 3:27: extensions.additional: `additional` adds to a `profile`, not to `active`. put these names into `active`");
    insta::assert_snapshot!(said("extensions: {profile: minimum}"), @"warning 3:23: extensions.profile: `minimum` is not a profile known here. did you mean `minimal`?");
    insta::assert_snapshot!(said("extensions: {profile: my-own-set}"), @"warning 3:23: extensions.profile: `my-own-set` is not a profile known here. known are `minimal`, `fullstack`, `anthropic-dev`, `systems`, `enterprise`, `devops`, `mobile`, `visionflow-core`, `visionflow-data-scientist`, `visionflow-creative`, `visionflow-full`, `full`, `ml` and `base`");
    insta::assert_snapshot!(said("extensions: {profile: My Set}"), @"error 3:23: extensions.profile: `My Set` must be lower-case letters, digits and `-`, a letter first. write `my-set`");
    assert_eq!(said("extensions: {profile: ml, additional: [a]}"), "");
}

#[test]
fn extensions_reach_the_container_as_environment() {
    let check = |extensions: &str, expected: &[(&str, &str)]| {
        let text = format!(
            "version: \"3.0\"\nname: app\n{extensions}\ndeployment: {{provider: runpod, image: a/b:1}}"
        );
        let environment = model(&text).environment;
        let environment: Vec<_> = environment
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        assert_eq!(environment, expected, "{extensions}");
    };
    let sindri = [
        ("SINDRI_NAME", "app"),
        ("SINDRI_PROVIDER", "runpod"),
        ("SINDRI_VERSION", "3.0"),
    ];
    let with = |first: &[(&'static str, &'static str)], last: &[(&'static str, &'static str)]| {
        [first, &sindri[..], last].concat()
    };
    check(
        "",
        &with(
            &[("INIT_WORKSPACE", "true"), ("INSTALL_PROFILE", "minimal")],
            &[],
        ),
    );
    check(
        "extensions: {profile: ml, additional: [a, b], auto_install: false}",
        &with(
            &[
                ("ADDITIONAL_EXTENSIONS", "a,b"),
                ("INIT_WORKSPACE", "true"),
                ("INSTALL_PROFILE", "ml"),
            ],
            &[("SKIP_AUTO_INSTALL", "true")],
        ),
    );
    check(
        "extensions: {active: [a, b]}",
        &with(
            &[("CUSTOM_EXTENSIONS", "a,b"), ("INIT_WORKSPACE", "true")],
            &[],
        ),
    );
}

#[test]
fn the_image_is_chosen_in_order() {
    let digest = format!("sha256:{}", "a".repeat(64));
    let check = |deployment: &str, expected: &str| {
        let image = model(&file("runpod", deployment, "gpuCount: 1"))
            .image
            .unwrap();
        assert_eq!(image.as_str(), expected, "{deployment}");
    };
    check("image: ghcr.io/a/b:1", "ghcr.io/a/b:1");
    check(
        "image_config: {registry: ghcr.io/a/b, tag_override: v1}",
        "ghcr.io/a/b:v1",
    );
    check(
        "image_config: {registry: ghcr.io/a/b, tag_override: 3.10}",
        "ghcr.io/a/b:3.10",
    );
    check(
        &format!("image_config: {{registry: ghcr.io/a/b, tag_override: v1, digest: '{digest}'}}"),
        &format!("ghcr.io/a/b@{digest}"),
    );
    check(
        "image: x/y:1\nimage_config: {registry: ghcr.io/a/b, tag_override: v1}",
        "ghcr.io/a/b:v1",
    );
    check(
        "image: x/y:1\nimage_config: {registry: ghcr.io/a/b}",
        "x/y:1",
    );
}

#[test]
fn what_the_choice_of_the_image_passes_over_is_said() {
    insta::assert_snapshot!(said_of_runpod("image: x/y:1\nimage_config: {registry: a/b, tag_override: v1, version: ^3.0.0, resolution_strategy: semver, allow_prerelease: true}", "gpuCount: 1"), @"
    warning 6:10: deployment.image: `image_config` names the image, so this one is not used. remove `image`, or `image_config`
    warning 7:60: deployment.image_config.version: `tag_override` names the image, so this is not used. remove it, or `tag_override`
    warning 7:89: deployment.image_config.resolution_strategy: `tag_override` names the image, so this is not used. remove it, or `tag_override`
    warning 7:115: deployment.image_config.allow_prerelease: `tag_override` names the image, so this is not used. remove it, or `tag_override`
    ");
    insta::assert_snapshot!(said_of_runpod("image: x/y:1\nimage_config: {registry: a/b}", "gpuCount: 1"), @"warning 7:3: deployment.image_config: `image_config` names no version, so `deployment.image` decides. write `tag_override`, or remove `image_config`");
    insta::assert_snapshot!(said_of_runpod("image_config: {registry: a/b}", "gpuCount: 1"), @"warning 6:3: deployment.image_config: `image_config` names no version, so `deployment.image` decides. write `tag_override`, or remove `image_config`");
}

#[test]
fn what_needs_a_registry_or_a_build_is_refused() {
    insta::assert_snapshot!(said_of_runpod("image_config: {registry: a/b, version: ^3.0.0}", "gpuCount: 1"), @"error 6:42: deployment.image_config.version: choosing a version needs a look-up in the registry, which is not supported yet. write the tag as `tag_override`, or the exact image as `digest`");
    insta::assert_snapshot!(said_of_runpod("image_config: {registry: a/b, resolution_strategy: latest-stable}", "gpuCount: 1"), @"error 6:54: deployment.image_config.resolution_strategy: choosing a version needs a look-up in the registry, which is not supported yet. write the tag as `tag_override`, or the exact image as `digest`");
    insta::assert_snapshot!(said_of_northflank("buildFromSource: {enabled: true, gitRef: main}\nimage: a/b:1", "instances: 1"), @"error 6:30: deployment.buildFromSource.enabled: building from source is not supported for this provider. use a pre-built image: write `enabled: false` and name it in `deployment.image`");
    let off = "buildFromSource: {enabled: false, gitRef: main}\nimage: a/b:1";
    assert_eq!(said_of_northflank(off, "instances: 1"), "");
}

#[test]
fn an_image_has_to_be_a_reference() {
    insta::assert_snapshot!(said_of_runpod("image: https://ghcr.io/a/b:1", "gpuCount: 1"), @"error 6:10: deployment.image: `https://ghcr.io/a/b:1` is not an image: an image reference has no `://`. write `ghcr.io/a/b:1`");
    insta::assert_snapshot!(said_of_runpod("image: Ghcr.io/Org/App:1", "gpuCount: 1"), @"error 6:10: deployment.image: `Ghcr.io/Org/App:1` is not an image: the name of an image is in lower case. write `ghcr.io/org/app:1`");
    insta::assert_snapshot!(said_of_runpod("image: a b", "gpuCount: 1"), @"error 6:10: deployment.image: `a b` is not an image: an image reference has no blanks. write `ab`");
    insta::assert_snapshot!(said_of_runpod("image: ''", "gpuCount: 1"), @"error 6:10: deployment.image: must not be empty, but text that is not empty. write for example `ghcr.io/org/app:1.0`");
    insta::assert_snapshot!(said_of_runpod("image_config: {registry: a/b:v1, tag_override: ':v2', digest: sha256:12}", "gpuCount: 1"), @r#"
    error 6:28: deployment.image_config.registry: `registry` is an image without tag and digest. move the tag to `tag_override`, the digest to `digest`
    error 6:50: deployment.image_config.tag_override: `:v2` must be an image tag: letters, digits, `_`, `.` and `-`, at most 128 characters. write `"v2"`
    error 6:65: deployment.image_config.digest: `sha256:12` must be `sha256:` and 64 hexadecimal digits in lower case. write for example `sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08`
    "#);
    insta::assert_snapshot!(said_of_runpod("image_config: {tag_override: v2}", "gpuCount: 1"), @"error 6:3: deployment.image_config.registry: `deployment.image_config.registry` is missing. write `registry: ghcr.io/org/app`");
}

#[test]
fn an_image_without_a_version_is_a_warning_on_runpod_and_an_error_on_northflank() {
    insta::assert_snapshot!(said_of_runpod("image: ghcr.io/a/b", "gpuCount: 1"), @"warning 6:10: deployment.image: `ghcr.io/a/b` names no version. write a tag, such as `ghcr.io/a/b:1.0`");
    insta::assert_snapshot!(said_of_northflank("image: ghcr.io/a/b", "instances: 1"), @"error 6:10: deployment.image: `ghcr.io/a/b` names no version, which Northflank needs. write a tag, such as `ghcr.io/a/b:1.0`");
}

#[test]
fn no_image_is_an_error_unless_a_template_brings_one() {
    let without =
        |block: &str| file("runpod", "", block).replace("  image: ghcr.io/org/app:1.0\n", "");
    insta::assert_snapshot!(said(&without("gpuCount: 1")), @"error 4:1: deployment.image: no image is given. write `image: ghcr.io/org/app:1.0` below `deployment:`, or `templateId` below `providers.runpod:`");
    assert_eq!(said(&without("templateId: abc")), "");
    assert_eq!(model(&without("templateId: abc")).image, None);
    insta::assert_snapshot!(said_of_runpod("", "templateId: abc"), @"warning 9:17: providers.runpod.templateId: the image `ghcr.io/org/app:1.0` replaces that of the template. remove the image to run the template's");
    insta::assert_snapshot!(said(&file("northflank", "", "instances: 1").replace("  image: ghcr.io/org/app:1.0\n", "")), @"error 4:1: deployment.image: no image is given. write `image: ghcr.io/org/app:1.0` below `deployment:`");
}

#[test]
fn a_tag_that_names_another_distribution_is_a_warning() {
    insta::assert_snapshot!(said_of_runpod("image: a/b:3.0-fedora", "gpuCount: 1"), @"warning 6:10: deployment.image: the tag speaks of fedora, `deployment.distro` is ubuntu. write `distro: fedora`, or choose another tag");
    assert_eq!(
        said_of_runpod("image: a/b:3.0-fedora\ndistro: fedora", "gpuCount: 1"),
        ""
    );
    assert_eq!(
        model(&file("runpod", "distro: opensuse", "gpuCount: 1")).distro,
        Distro::Opensuse
    );
}

#[test]
fn verification_is_asked_for_only_by_the_image_in_parts() {
    let check = |deployment: &str, expected: Verification| {
        assert_eq!(
            model(&file("runpod", deployment, "gpuCount: 1")).verification,
            expected,
            "{deployment}"
        );
    };
    let asked = |signature, provenance| Verification::Asked {
        signature,
        provenance,
    };
    check("image: a/b:1", Verification::NotAsked);
    check(
        "image_config: {registry: a/b, tag_override: v1}",
        asked(true, true),
    );
    check(
        "image_config: {registry: a/b, tag_override: v1, verify_signature: false}",
        asked(false, true),
    );
    check(
        "image_config: {registry: a/b, tag_override: v1, verify_signature: false, verify_provenance: false}",
        Verification::NotAsked,
    );
}

#[test]
fn a_pull_policy_that_cannot_be_sent_is_a_warning() {
    insta::assert_snapshot!(said_of_runpod("image_config: {registry: a/b, tag_override: v1, pull_policy: Always}", "gpuCount: 1"), @"warning 6:64: deployment.image_config.pull_policy: RunPod decides itself when an image is pulled. remove it; name a new tag or a digest to get a new image");
    assert_eq!(
        said_of_runpod(
            "image_config: {registry: a/b, tag_override: v1, pull_policy: IfNotPresent}",
            "gpuCount: 1"
        ),
        ""
    );
}

fn with_secrets(secrets: &str) -> String {
    file("runpod", "", "gpuCount: 1")
        .replace("providers:", &format!("secrets:\n{secrets}providers:"))
}

#[test]
fn secrets_say_where_their_value_comes_from() {
    let text = with_secrets(
        "  - {name: A, source: env, required: true}\n  - {name: B, source: env, fromFile: ~/b}\n\
         \x20 - {name: C, source: vault, vaultPath: secret/data/app, vaultKey: k}\n\
         \x20 - {name: D, source: vault, vaultPath: app/x, vaultKey: k, vaultMount: kv}\n\
         \x20 - {name: E, source: file, path: e.pem, mountPath: /e, permissions: 0600}\n",
    );
    insta::assert_snapshot!(said(&text), @r#"
    warning 12:23: secrets[4].source: RunPod places no files: `E` cannot be delivered. write `source: env` with `fromFile` to pass the content as a variable
    warning 12:70: secrets[4].permissions: this is a number, though text is meant. write `"0600"`
    "#);
    insta::assert_snapshot!(outline(&model(&text).secrets), @r#"
    {"name":"A","required":true,"source":{"env":{"from_file":null}}}
    {"name":"B","required":false,"source":{"env":{"from_file":"~/b"}}}
    {"name":"C","required":false,"source":{"vault":{"key":"k","mount":"secret","path":"app"}}}
    {"name":"D","required":false,"source":{"vault":{"key":"k","mount":"kv","path":"app/x"}}}
    {"name":"E","required":false,"source":{"file":{"mount_path":"/e","path":"e.pem","permissions":"0600"}}}
    "#);
}

#[test]
fn secrets_are_checked_entry_by_entry() {
    insta::assert_snapshot!(said(&with_secrets("  - {name: A, source: env}\n  - {name: A, source: env}\n")), @"error 9:12: secrets[1].name: the secret `A` is listed twice. keep one entry for each name");
    insta::assert_snapshot!(said(&with_secrets("  - {name: SINDRI_DEPLOYMENT_ID, source: env}\n")), @"error 8:12: secrets[0].name: `SINDRI_DEPLOYMENT_ID` is set by this program. choose another name");
    insta::assert_snapshot!(said(&with_secrets("  - {source: vault}\n  - {name: B}\n  - C\n")), @"
    error 8:6: secrets[0].name: `secrets[0].name` is missing. write `name: API_TOKEN`
    error 8:6: secrets[0].vaultKey: `source: vault` needs `vaultKey`. write `vaultKey: token`
    error 8:6: secrets[0].vaultPath: `source: vault` needs `vaultPath`. write `vaultPath: apps/my-app`
    error 9:6: secrets[1].source: `secrets[1].source` is missing. write `source: env`
    error 10:5: secrets[2]: must be a block of keys, not text. write for example `{name: API_TOKEN}`
    ");
    insta::assert_snapshot!(said(&with_secrets("  - {name: A, source: env, vaultPath: x, required: \"true\"}\n")), @"
    error 8:39: secrets[0].vaultPath: `vaultPath` is for `source: vault`. remove it, or write `source: vault`
    error 8:52: secrets[0].required: must be `true` or `false`. write for example `true`
    ");
    insta::assert_snapshot!(said(&with_secrets("  - {name: A, source: file, path: ../x, mountPath: x, permissions: 755}\n")), @r#"
    warning 8:23: secrets[0].source: RunPod places no files: `A` cannot be delivered. write `source: env` with `fromFile` to pass the content as a variable
    error 8:35: secrets[0].path: must be a path without `..`. write for example `secrets/key.pem`
    error 8:52: secrets[0].mountPath: must be an absolute path. write for example `/workspace`
    error 8:68: secrets[0].permissions: must be `0` and three octal digits. write for example `"0644"`
    "#);
    insta::assert_snapshot!(said(&with_secrets("  - {name: A, source: file, path: x, mountPath: /x, required: true}\n")), @"error 8:23: secrets[0].source: RunPod places no files: `A` cannot be delivered. write `source: env` with `fromFile` to pass the content as a variable");
    insta::assert_snapshot!(said(&with_secrets("  - {name: A, source: s3, s3_path: s3://b/k, required: true, fallback: env}\n  - {name: B, source: s3, s3Path: k}\n")), @"
    error 8:23: secrets[0].source: secrets from S3 are not supported yet. write `source: env` and set the variable, or use `source: vault`
    warning 8:27: secrets[0].s3Path: `s3_path` is an old spelling. write `s3Path`
    error 9:23: secrets[1].source: secrets from S3 are not supported yet. write `source: env` and set the variable, or use `source: vault`
    ");
    insta::assert_snapshot!(said(&with_secrets("  - {name: A, source: aws, value: x}\n")), @"
    error 8:23: secrets[0].source: must be `env`, `file`, `vault` or `s3`. write for example `env`
    warning 8:28: secrets[0].value: unknown key `value`. a value has no place in this file: remove it and set the variable in the environment or in `.env`
    ");
}

#[test]
fn a_value_pasted_into_the_list_is_not_repeated() {
    let said = said(&with_secrets(
        "  - {name: hunter2-hunter2, source: hunter2-hunter2, vaultPath: [hunter2-hunter2], permissions: hunter2-hunter2, required: hunter2-hunter2}\n",
    ));
    assert!(said.lines().count() >= 4, "{said}");
    assert!(!said.to_lowercase().contains("hunter2"), "{said}");
}
