//! `volume list`, `create`, `resize` and `delete`.

use crate::cli_context::{PROGRAM, cloud_and_context};
use tests::{Cloud, Context};

#[test]
fn a_volume_is_created_listed_grown_and_deleted_without_a_file() {
    let (cloud, context) = cloud_and_context();
    std::fs::remove_file(context.path("sindri.yaml")).unwrap();
    let empty = context.run("volume list").expect(0);
    let words = "this is about RunPod; `--provider northflank` asks Northflank";
    assert!(empty.stderr.contains(words), "{}", empty.stderr);
    let told = context.run("volume list --provider runpod").expect(0);
    assert_eq!(told.stderr, "");
    assert!(
        empty.stdout.contains("no network volumes"),
        "{}",
        empty.stdout
    );
    let create = "volume create data --size 2000 --data-center EU-RO-1 --type standard";
    let (code, made) = context.json(create);
    assert_eq!((code, &made["changed"]), (0, &true.into()), "{made}");
    let price = "it bills $120.00 a month ($0.16438/h), the list rate of standard storage";
    let message = made["message"].as_str().unwrap();
    assert!(message.contains(price), "{message}");
    let sent = cloud.request("create_network_volume");
    assert_eq!(sent["type"], "STANDARD");
    let (_, list) = context.json("volume list");
    let volume = &list["volumes"][0];
    assert_eq!(
        (volume["size_gb"].as_u64(), volume["usd_per_month"].as_f64()),
        (Some(2000), Some(120.0))
    );
    let shrink = context.run("volume resize data --size 1000").expect(2);
    assert!(
        shrink.stderr.contains("never shrinks to 1000 GB"),
        "{}",
        shrink.stderr
    );
    let (_, same) = context.json("volume resize data --size 2000");
    assert_eq!(same["changed"], false);
    let grown = context.run("volume resize data --size 2500").expect(0);
    assert!(
        grown.stdout.contains("it bills $145.00 a month"),
        "{}",
        grown.stdout
    );
    let fast = "volume create fast --size 10 --data-center EU-RO-1 --type high-performance";
    let fast = context.run(fast).expect(0);
    assert!(
        fast.stdout.contains("it bills more than $0.70 a month"),
        "{}",
        fast.stdout
    );
    let unasked = context.run("volume delete data").expect(2);
    assert!(
        unasked.stderr.contains("no terminal to ask on"),
        "{}",
        unasked.stderr
    );
    context.run("volume delete data --yes").expect(0);
    context.run("volume delete data --yes").expect(3);
}

#[test]
fn a_place_without_volumes_and_a_size_out_of_range_are_refused_before_anything_is_sent() {
    let (cloud, context) = cloud_and_context();
    let nowhere = context
        .run("volume create d --size 10 --data-center US-XX-9")
        .expect(2);
    assert!(
        nowhere.stderr.contains("no data center `US-XX-9`"),
        "{}",
        nowhere.stderr
    );
    assert!(nowhere.stderr.contains("EU-RO-1"), "{}", nowhere.stderr);
    let none = context
        .run("volume create d --size 10 --data-center OC-AU-1")
        .expect(2);
    assert!(
        none.stderr.contains("OC-AU-1 has no network volumes"),
        "{}",
        none.stderr
    );
    context
        .run("volume create d --size 9 --data-center EU-RO-1")
        .expect(2);
    assert!(cloud.changes().is_empty());
}

#[test]
fn a_volume_whose_answer_was_lost_is_looked_up_and_not_made_twice() {
    let cloud = Cloud::with_faults(&["create_network_volume:lost-answer:1"]);
    let context = Context::at(PROGRAM, cloud.url());
    let create = "volume create data --size 10 --data-center EU-RO-1";
    context.run(create).expect(0);
    assert_eq!(cloud.requests("create_network_volume").len(), 1);
    context.run(create).expect(0);
    let two = context.run("volume delete data --force").expect(2);
    assert!(
        two.stderr.contains("2 network volumes are called `data`"),
        "{}",
        two.stderr
    );
}

#[test]
fn a_volume_in_use_is_not_deleted_and_names_its_deployment() {
    let (_cloud, context) = cloud_and_context();
    let cpu = "    cpuOnly: true\n    cpuInstanceId: cpu3c-2-4\n";
    context.edit("    gpuType: NVIDIA L4\n", cpu);
    context.run("deploy").expect(0);
    let (_, list) = context.json("volume list");
    assert_eq!(list["volumes"][0]["deployment"], "demo");
    let id = list["volumes"][0]["id"].as_str().unwrap();
    let used = context
        .run(&format!("volume delete {id} --force"))
        .expect(2);
    assert!(used.stderr.contains("is in use"), "{}", used.stderr);
    context.run("destroy --force").expect(0);
    context
        .run(&format!("volume delete {id} --force"))
        .expect(0);
}

#[test]
fn a_provider_that_is_none_of_the_two_makes_and_deletes_nothing() {
    let (cloud, mut context) = cloud_and_context();
    let create = "volume create data --size 10 --data-center EU-RO-1";
    let refused = |context: &Context, arguments: &str, words: &str| {
        let run = context.run(arguments).expect(2);
        assert!(run.stderr.contains(words), "{arguments}\n{}", run.stderr);
    };
    refused(
        &context,
        &format!("{create} -p nrthflank"),
        "did you mean `northflank`?",
    );
    refused(
        &context,
        "volume delete data --force -p docker",
        "nothing to ask docker",
    );
    refused(&context, "gpu list -p runpot", "did you mean `runpod`?");
    context.set("SINDRI_PROVIDER", "northfank");
    refused(&context, create, "did you mean `northflank`?");
    assert!(cloud.sandbox().requests().is_empty());
}

#[test]
fn a_volume_whose_create_is_interrupted_is_told_of_with_its_price() {
    let cloud = Cloud::with_faults(&["create_network_volume:slow-body:20s"]);
    let context = Context::at(PROGRAM, cloud.url());
    let create = "volume create data --size 10 --data-center EU-RO-1 --json";
    let running = context.start(create);
    while cloud.requests("create_network_volume").is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    running.interrupt();
    let told = running.finish().expect(130).document();
    let left = &told["error"]["left"][0];
    assert_eq!(left["resource"], "network volume data", "{told}");
    assert_eq!(left["remove"], "sindri volume delete data");
    assert!(left["usd_per_hour"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_name_that_nobody_could_read_is_no_name_for_a_volume() {
    let (cloud, context) = cloud_and_context();
    for name in ["", " ", "a\u{1b}[31m"] {
        let words = [
            "volume",
            "create",
            name,
            "--size",
            "10",
            "--data-center",
            "EU-RO-1",
        ];
        let run = context.run_with(&words, "").expect(2);
        assert!(
            run.stderr.contains("is no name for a network volume"),
            "{}",
            run.stderr
        );
    }
    assert!(cloud.sandbox().requests().is_empty());
}
