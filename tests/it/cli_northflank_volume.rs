//! `volume list`, `create`, `resize` and `delete` on Northflank.

use crate::cli_northflank::{service, service_at, service_of};
use crate::cli_northflank_changes::call;
use serde_json::{Value, json};
use tests::{Cloud, Fault, Proxy};

const APP: &str = service_yaml!(
    "    volumeSizeGb: 10
"
);

fn make_project(cloud: &Cloud, name: &str) {
    let project = json!({"name": name, "region": "us-central"});
    call(cloud, "POST", "projects", &project);
}

#[test]
fn a_volume_of_a_project_is_created_and_listed_without_a_file() {
    let (cloud, context) = service(APP);
    std::fs::remove_file(context.path("sindri.yaml")).unwrap();
    make_project(&cloud, "lab");
    let empty = context.run("volume list --provider northflank").expect(0);
    assert!(empty.stdout.contains("no volumes"), "{}", empty.stdout);
    let unsaid = context.run("volume create data --size 5 --provider northflank");
    let unsaid = unsaid.expect(2);
    assert!(
        unsaid.stderr.contains("needs `--project`"),
        "{}",
        unsaid.stderr
    );
    let create = "volume create data --size 5 --project lab --path /data --storage-class ssd --provider northflank";
    let (code, made) = context.json(create);
    assert_eq!((code, &made["changed"]), (0, &json!(true)), "{made}");
    assert!(
        made["message"].to_string().contains("bills until"),
        "{made}"
    );
    let sent = cloud.request("create_volume");
    assert_eq!(
        sent,
        json!({
            "name": "data", "mounts": [{"containerMountPath": "/data"}],
            "spec": {"accessMode": "ReadWriteOnce", "storageClassName": "ssd", "storageSize": 5120},
        })
    );
    let again = context.run(create).expect(2);
    assert!(
        again.stderr.contains("has a volume data already"),
        "{}",
        again.stderr
    );
    assert_eq!(cloud.requests("create_volume").len(), 1);
    let (_, list) = context.json("volume list --provider northflank");
    let volume = &list["volumes"][0];
    assert_eq!(
        (
            &volume["size_gb"],
            &volume["project"],
            &volume["attached_to"]
        ),
        (&json!(5), &json!("lab"), &json!([])),
        "{list}"
    );
    assert_eq!(
        (&volume["usd_per_month"], &volume["deployment"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn a_volume_grows_never_shrinks_and_is_deleted_once_that_is_confirmed() {
    let (cloud, context) = service(APP);
    make_project(&cloud, "lab");
    context.run("volume create data --size 5").expect(0);
    let shrink = context.run("volume resize data --size 4");
    let shrink = shrink.expect(2);
    assert!(
        shrink.stderr.contains("never shrinks to 4 GB"),
        "{}",
        shrink.stderr
    );
    let (_, same) = context.json("volume resize data --size 5");
    assert_eq!(same["changed"], false);
    context.run("volume resize data --size 8").expect(0);
    let (_, list) = context.json("volume list --project lab");
    assert_eq!(list["volumes"][0]["size_gb"], 8);
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
fn the_file_says_that_northflank_is_meant_and_in_which_project() {
    let (cloud, context) = service(APP);
    make_project(&cloud, "lab");
    context.run("volume create extra --size 5").expect(0);
    let (_, list) = context.json("volume list");
    assert_eq!(list["volumes"][0]["project"], "lab", "{list}");
}

#[test]
fn a_volume_of_a_service_is_not_deleted_and_names_its_deployment() {
    let (cloud, context) = service(APP);
    context.run("deploy").expect(0);
    let (_, list) = context.json("volume list");
    let volume = &list["volumes"][0];
    assert_eq!(
        (&volume["deployment"], &volume["attached_to"]),
        (&json!("web"), &json!(["service web"])),
        "{list}"
    );
    let used = context.run("volume delete web-data --force").expect(2);
    for words in [
        "is in use",
        "attached to service web",
        "sindri destroy --volumes",
    ] {
        assert!(used.stderr.contains(words), "{words}: {}", used.stderr);
    }
    assert!(cloud.requests("delete_volume").is_empty());
    let grown = context.run("volume resize web-data --size 20").expect(0);
    assert!(
        grown
            .stdout
            .contains("containers of service web may restart"),
        "{}",
        grown.stdout
    );
}

#[test]
fn two_volumes_of_one_name_are_told_apart_by_their_projects() {
    let (cloud, context) = service(APP);
    for project in ["lab", "other"] {
        make_project(&cloud, project);
        let create = format!("volume create data --size 5 --project {project}");
        context.run(&create).expect(0);
    }
    let two = context.run("volume delete data --force").expect(2);
    for words in [
        "2 volumes are called `data`",
        "in project other",
        "--project",
    ] {
        assert!(two.stderr.contains(words), "{words}: {}", two.stderr);
    }
    context
        .run("volume delete data --force --project other")
        .expect(0);
    let (_, list) = context.json("volume list");
    assert_eq!(list["volumes"].as_array().unwrap().len(), 1, "{list}");
}

#[test]
fn a_volume_whose_answer_was_lost_is_looked_up_and_not_made_twice() {
    let cloud = Cloud::with_faults(&["create_volume:lost-answer:1"]);
    let (cloud, context) = service_of(cloud, APP);
    make_project(&cloud, "lab");
    let (code, made) = context.json("volume create data --size 5");
    assert_eq!((code, &made["volume"]["id"]), (0, &json!("data")), "{made}");
    assert_eq!(cloud.requests("create_volume").len(), 1);
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_sent() {
    let (cloud, context) = service(APP);
    let check = |arguments: &str, code: i32, words: &str| {
        let run = context.run(arguments).expect(code);
        assert!(run.stderr.contains(words), "{arguments}: {}", run.stderr);
    };
    check(
        "volume create data --size 5 --data-center EU-RO-1",
        2,
        "for network volumes of RunPod",
    );
    check(
        "volume create data --size 5 --type standard",
        2,
        "for network volumes of RunPod",
    );
    check("volume create d --size 5", 2, "3 to 39 characters");
    check(
        "volume create data --size 5 --path data",
        2,
        "an absolute path",
    );
    check(
        "volume create data --size 5 --project none",
        3,
        "no project `none`",
    );
    check("volume list --project none", 3, "no project `none`");
    check(
        "volume list --project x --provider runpod",
        2,
        "for volumes of Northflank",
    );
    assert!(cloud.changes().is_empty(), "{:?}", cloud.changes());
}

/// Of one volume, or of a list.
fn without_users(answer: &mut Value) {
    let take = |volume: &mut Value| {
        if let Some(volume) = volume.as_object_mut() {
            volume.remove("attachedObjects");
        }
    };
    let data = &mut answer["data"];
    if let Some(volumes) = data.as_array_mut() {
        volumes.iter_mut().for_each(take);
        return;
    }
    if let Some(volumes) = data.get_mut("volumes").and_then(Value::as_array_mut) {
        volumes.iter_mut().for_each(take);
    }
    take(data);
}

#[test]
fn a_volume_of_which_it_is_not_told_what_uses_it_is_not_deleted() {
    let list = "GET /v1/projects/lab/volumes ";
    let both = "GET /v1/projects/lab/volumes";
    for (hidden, code, words) in [
        (list, 2, "attached to service web"),
        (both, 3, "does not show what volume web-data is attached to"),
    ] {
        let cloud = Cloud::start();
        let proxy = Proxy::start(&cloud, Fault::Rewritten(without_users), hidden, 0);
        let context = service_at(&proxy.url(), APP);
        context.run("deploy").expect(0);
        proxy.arm(if hidden == list { 1 } else { 2 }, 0);
        let run = context.run("volume delete web-data --project lab --force");
        let run = run.expect(code);
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
        assert!(proxy.is_spent(), "{hidden}");
        assert!(cloud.requests("delete_volume").is_empty());
    }
}

#[test]
fn a_tag_of_the_user_that_begins_like_ours_makes_no_deployment() {
    let (cloud, context) = service(APP);
    make_project(&cloud, "lab");
    call(&cloud, "POST", "tags", &json!({"name": "sindri-prod"}));
    let volume = json!({
        "name": "theirs-data",
        "tags": ["sindri-prod"],
        "mounts": [{"containerMountPath": "/theirs"}],
        "spec": {"accessMode": "ReadWriteOnce", "storageClassName": "ssd", "storageSize": 6144},
    });
    call(&cloud, "POST", "projects/lab/volumes", &volume);
    let (_, list) = context.json("volume list");
    assert_eq!(
        (
            &list["volumes"][0]["name"],
            &list["volumes"][0]["deployment"]
        ),
        (&json!("theirs-data"), &Value::Null),
        "{list}"
    );
}
