//! `config init`, `config show`, `config schema`, `config providers` and `completions`.

use crate::cli_context::cloud_and_context;
use std::process::Command;

#[test]
fn config_init_writes_a_commented_file_that_validates_and_can_be_planned() {
    let (_cloud, context) = cloud_and_context();
    let refused = context.run("config init").expect(2);
    assert!(refused.stderr.contains("sindri.yaml is there already"));
    for provider in ["runpod", "northflank"] {
        let init = format!("config init --force --name my-project --provider {provider}");
        context.run(&init).expect(0);
        let text = context.read("sindri.yaml");
        let first = "# yaml-language-server: $schema=.sindri/sindri.schema.json\n";
        assert!(text.starts_with(first), "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= 100),
            "{text}"
        );
        let validated = context.run("config validate").expect(0);
        assert!(
            !validated.stderr.contains("warning"),
            "{}",
            validated.stderr
        );
    }
    context
        .run("config init --force --name my-project")
        .expect(0);
    context.run("plan").expect(0);
    assert_eq!(context.read(".sindri/.gitignore"), "*\n");
}

#[test]
fn a_file_that_cannot_be_written_is_no_mistake_of_the_command_line() {
    let (_cloud, context) = cloud_and_context();
    // Nothing can be made in what is no directory.
    context.file("in-the-way", "");
    let run = context
        .run("config init --output in-the-way/sindri.yaml")
        .expect(1);
    assert!(run.stderr.contains("cannot be written"), "{}", run.stderr);
    let (code, failed) = context.json("config init --output in-the-way/sindri.yaml");
    assert_eq!((code, &failed["error"]["kind"]), (1, &"unexpected".into()));
}

#[test]
fn every_key_of_the_provider_stands_in_the_file_and_works_when_it_is_uncommented() {
    let (_cloud, context) = cloud_and_context();
    context.run("config init --force --name demo").expect(0);
    let text = context.read("sindri.yaml");
    for key in [
        "gpuType",
        "containerDiskGb",
        "networkVolumeId",
        "startSsh",
        "templateId",
    ] {
        assert!(text.contains(&format!("    # {key}:\n")), "{key}\n{text}");
    }
    context.edit("    # containerDiskGb:\n", "    containerDiskGb: 77\n");
    let (_, plan) = context.json("plan");
    assert_eq!(plan["resources"][0]["config"]["disk_gb"], 77);
}

#[test]
fn a_first_file_for_northflank_deploys_and_its_commented_blocks_can_be_taken_as_they_are() {
    let (_cloud, context) = cloud_and_context();
    for name in ["ab", &"a".repeat(40)] {
        let init = format!("config init --force --provider northflank --name {name}");
        let run = context.run(&init).expect(2);
        assert!(run.stderr.contains("3 to 39 characters"), "{}", run.stderr);
    }
    let init = "config init --force --provider northflank --name my-app";
    context.run(init).expect(0);
    context.run("deploy --sandbox").expect(0);
    let text = context.read("sindri.yaml");
    let block = |from: &str| {
        let (_, rest) = text.split_once(&format!("    # {from}:\n")).unwrap();
        let block = rest.split("\n\n").next().unwrap();
        format!("    {from}:\n{}\n", block.replace("    # ", "    "))
    };
    let taken = [block("ports"), block("autoScaling")].concat();
    context.file("sindri.yaml", &format!("{text}\n{taken}"));
    let run = context.run("config validate").expect(0);
    assert!(!run.stderr.contains("warning"), "{}", run.stderr);
    let (_, plan) = context.json("plan --sandbox");
    let ports = &plan["resources"][1]["config"]["ports"];
    assert_eq!(ports[0]["internal_port"], 8080, "{plan}");
}

#[test]
fn config_init_makes_a_name_of_the_directory_or_says_what_a_name_is() {
    let (_cloud, context) = cloud_and_context();
    let (code, made) = context.json("config init --output other.yaml");
    assert_eq!(code, 0, "{made}");
    assert!(made["name"].as_str().unwrap().starts_with("tmp"), "{made}");
    let run = context
        .run("config init --output x.yaml --name Bad_Name")
        .expect(2);
    assert!(
        run.stderr.contains("`Bad_Name` is no name"),
        "{}",
        run.stderr
    );
    context
        .run("config init --output y.yaml --provider fly")
        .expect(2);
    assert!(!context.path("y.yaml").exists());
}

#[test]
fn config_show_writes_a_file_that_validates_and_shows_the_same_again() {
    let (cloud, context) = cloud_and_context();
    context.edit("gpuType: NVIDIA L4", "gpu_type_id: NVIDIA L4");
    let shown = context.run("config show").expect(0);
    assert!(
        shown.stdout.contains("    gpuType: NVIDIA L4\n"),
        "{}",
        shown.stdout
    );
    assert!(
        shown.stdout.contains("    cloudType: SECURE\n"),
        "{}",
        shown.stdout
    );
    assert!(shown.stderr.contains("gpu_type_id"), "{}", shown.stderr);
    let before = context.json("plan").1;

    context.file("sindri.yaml", &shown.stdout);
    let validated = context.run("config validate").expect(0);
    assert!(
        !validated.stderr.contains("warning"),
        "{}",
        validated.stderr
    );
    let again = context.run("config show").expect(0);
    assert_eq!((again.stdout, again.stderr.as_str()), (shown.stdout, ""));
    assert_eq!(context.json("plan").1, before);
    assert!(cloud.changes().is_empty());
}

#[test]
fn config_show_as_json_names_the_file_and_holds_no_value_of_a_secret() {
    let (_cloud, context) = cloud_and_context();
    context.file(".env", "TOKEN=marker-of-the-file\n");
    let (code, shown) = context.json("config show");
    assert_eq!(code, 0, "{shown}");
    assert_eq!(shown["command"], "config show");
    assert_eq!(shown["file"], "sindri.yaml");
    let secret = serde_json::json!({"name": "TOKEN", "source": "env", "required": true});
    assert_eq!(shown["config"]["secrets"][0], secret);
    assert_eq!(shown["config"]["providers"]["runpod"]["gpuCount"], 1);
    assert!(!shown.to_string().contains("marker"), "{shown}");
    context.edit("provider: runpod", "provider: docker");
    let other = context.run("config show").expect(0);
    assert!(other.stderr.contains("not to docker"), "{}", other.stderr);
}

#[test]
fn the_schema_is_what_init_writes_and_takes_what_validate_takes() {
    let (_cloud, context) = cloud_and_context();
    context.run("config init --force --name demo").expect(0);
    let printed = context.run("config schema").expect(0).stdout;
    assert_eq!(context.read(".sindri/sindri.schema.json"), printed);
    let schema: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let file = serde_json::json!({
        "version": "3.0", "name": "demo",
        "deployment": {"provider": "runpod", "image": "i:1"},
        "extensions": {"profile": "minimal"},
        "providers": {"runpod": {"gpuCount": 2}},
    });
    assert!(validator.is_valid(&file));
    let mut wrong = file;
    wrong["providers"]["runpod"]["gpuCout"] = serde_json::json!(2);
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn providers_and_completions_are_printed() {
    let (_cloud, context) = cloud_and_context();
    let (_, list) = context.json("config providers");
    assert_eq!(list["providers"][0]["name"], "runpod");
    for provider in &list["providers"].as_array().unwrap()[..2] {
        assert_eq!(provider["deploys"], "yes", "{provider}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = context
            .run(&format!("completions {shell}"))
            .expect(0)
            .stdout;
        assert!(script.contains("sindri"), "{shell}");
        if shell == "bash" {
            let read = Command::new("bash").args(["-n", "-c", &script]).status();
            assert!(read.unwrap().success());
        }
    }
}
